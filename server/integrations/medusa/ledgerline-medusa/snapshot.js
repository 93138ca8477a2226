/** The whole of an order, as the connector asks the admin API for it (`server/integrations/medusa/client.ts`). */
const orderFields = [
  "id", "display_id", "status", "version", "email", "currency_code", "created_at", "canceled_at", "sales_channel_id", "metadata", "subtotal", "tax_total", "total", "is_draft_order",
  "customer.id", "customer.email", "customer.company_name", "shipping_address.*", "items.*", "items.detail.*", "items.tax_lines.*", "items.adjustments.*",
  "shipping_methods.*", "shipping_methods.detail.*", "shipping_methods.adjustments.*", "payment_collections.*", "payment_collections.payments.*",
  "payment_collections.payments.captures.*", "payment_collections.payments.refunds.*", "fulfillments.*", "fulfillments.items.*", "fulfillments.labels.*", "returns.*", "returns.items.*",
];

const idOf = (row) => String(row?.id ?? "");

/** In one order always, so that what is told twice is the same to the letter. */
function settledForm(value) {
  if (Array.isArray(value)) return value.map(settledForm).sort((a, b) => idOf(a).localeCompare(idOf(b)));
  return value !== null && typeof value === "object" ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, settledForm(inner)])) : value;
}

/**
 * What is told of an order: not when it was last written, nor the notes of the tower itself, which are no news to it.
 * `edits` counts changes of address and e-mail, of which Medusa's own version says nothing. An order tells no more of a return's reason than its id.
 */
function snapshotOf(order, changes, reasons) {
  const { updated_at, payment_status, fulfillment_status, summary, metadata, returns, ...rest } = JSON.parse(JSON.stringify(order));
  const edits = changes.filter(({ actions }) => (actions ?? []).some(({ details }) => details?.type === "shipping_address" || details?.type === "email")).length;
  const theirs = Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => !key.startsWith("ledgerline_")));
  const labelOf = (id) => reasons.find((reason) => reason.id === id)?.label ?? null;
  const named = (returns ?? []).map((one) => ({ ...one, items: (one.items ?? []).map((item) => ({ ...item, reason: item.reason_id ? { id: item.reason_id, label: labelOf(item.reason_id) } : null })) }));
  return settledForm({ ...rest, metadata: theirs, returns: named, edits });
}

module.exports = { orderFields, snapshotOf };
