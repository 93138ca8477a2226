/** What of an order is loaded to tell it. */
const snapshotRelations = ["customer", "lines", "lines.productVariant", "surcharges", "shippingLines", "shippingLines.shippingMethod", "payments", "payments.refunds", "fulfillments", "fulfillments.lines"];

const pick = (row, names) => Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
const byId = (rows, tell) => [...(rows ?? [])].sort((a, b) => (String(a.id).length - String(b.id).length) || (String(a.id) < String(b.id) ? -1 : 1)).map((row) => ({ id: String(row.id), ...tell(row) }));

/**
 * An order in the shape in which the admin API answers the connector's query (`server/integrations/vendure/client.ts`), so
 * that what is pushed and what is polled say the same. Amounts are integers in minor units.
 */
function snapshotOf(order, history, version) {
  return {
    id: String(order.id), version, ...pick(order, ["code", "state", "orderPlacedAt", "updatedAt", "currencyCode", "couponCodes", "subTotal", "shipping", "total", "totalWithTax"]),
    taxSummary: order.taxSummary.map((row) => pick(row, ["description", "taxRate", "taxBase", "taxTotal"])),
    customer: order.customer ? { id: String(order.customer.id), ...pick(order.customer, ["emailAddress", "firstName", "lastName"]) } : null,
    shippingAddress: pick(order.shippingAddress ?? {}, ["company", "fullName", "streetLine1", "streetLine2", "city", "province", "postalCode", "countryCode"]),
    lines: byId(order.lines, (line) => ({
      ...pick(line, ["quantity", "orderPlacedQuantity", "unitPrice", "linePrice", "proratedUnitPrice", "proratedLinePrice"]),
      taxLines: line.taxLines.map((row) => pick(row, ["description", "taxRate"])), productVariant: pick(line.productVariant, ["sku", "name"]),
    })),
    surcharges: byId(order.surcharges, (row) => pick(row, ["description", "sku", "price"])),
    shippingLines: byId(order.shippingLines, (row) => ({ discountedPrice: row.discountedPrice, shippingMethod: { code: row.shippingMethod?.code ?? "shipping" } })),
    payments: byId(order.payments, (row) => ({ ...pick(row, ["createdAt", "updatedAt", "state", "amount", "method", "transactionId"]), refunds: byId(row.refunds, (back) => pick(back, ["createdAt", "updatedAt", "state", "total", "reason"])) })),
    fulfillments: byId(order.fulfillments, (row) => ({ ...pick(row, ["createdAt", "updatedAt", "state", "method", "trackingCode"]), lines: row.lines.map(({ orderLineId, quantity }) => ({ orderLineId: String(orderLineId), quantity })) })),
    history: { items: history.map((entry) => ({ id: String(entry.id), ...pick(entry, ["createdAt", "type", "data"]) })) },
  };
}

/** How many things happened to an order: its history without notes as Vendure counts it, however much of it is told, and refunds, whose beginning it writes no history of. */
const versionOf = ({ totalItems }, payments) => totalItems + payments.reduce((sum, { refunds }) => sum + refunds.length, 0);

module.exports = { snapshotRelations, snapshotOf, versionOf };
