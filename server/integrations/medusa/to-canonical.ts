import { dec, sumOf } from "@/server/domain/decimal";
import { epochMs } from "@/server/domain/instant";
import { ok } from "@/server/domain/result";
import type { Translation, TranslationInput } from "../contract/connector";
import { said, textOf, toEvents, type Said } from "../contract/events";
import { readJson } from "../contract/outcome";
import type { MedusaSettings } from "./config";
import { meaningOf, paid, paymentsOf } from "./payments";
import { returned } from "./returns";
import { at, currencyOf, exact, itemOf, numberOf, sorted } from "./shared";
import { positioned } from "./stock";
import { message, type Customer, type Fulfillment, type Line, type Product, type Snapshot } from "./wire";

/** Codes of customers (their e-mail address), items (SKU), units, terms (the payment provider), charges and warehouses (the stock location) stay in the shop's words. */
export function toCanonical(input: TranslationInput<MedusaSettings>): Translation {
  const read = readJson(textOf(input.body), message);
  if (!read.ok) return read;
  const { settings } = input, { order, customer, product, stock } = read.value.data;
  if (customer) return toEvents(input, described(input.connectorId, customer, settings));
  if (product) return toEvents(input, items(input.connectorId, product, settings), "a product without a SKU");
  if (stock) return toEvents(input, [positioned(stock)]);
  if (!order) return ok({ events: [], excluded: `a message of type ${read.value.type} says nothing that we keep` });
  if (order.status === "draft") return ok({ events: [], excluded: "an order that is not placed yet" });
  if (settings.salesChannel !== undefined && order.sales_channel_id !== settings.salesChannel) return ok({ events: [], excluded: `an order of sales channel ${order.sales_channel_id ?? "none"}` });
  return toEvents(input, [
    captured(order, settings), ...paid(order, buyerOf(order), settings), ...(settings.tellsGoods ? sorted(order.fulfillments).flatMap((fulfilment) => shipped(order, fulfilment)) : []),
    ...returned(order, settings), ...cancelled(order),
  ]);
}

const buyerOf = ({ customer, email }: Snapshot): string => (customer?.email ?? email ?? "").toLowerCase();
const present = (fields: Record<string, string | null | undefined>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null && value !== "")) as Record<string, string>;

/** Counts what happened: Medusa's own version of the goods, edits of address and e-mail, payments begun. No clock decides which of two states is later. */
const versionOf = (order: Snapshot): number => order.version + order.edits + paymentsOf(order).length;

/**
 * Net of tax, with the promotions that Medusa shared out over the lines. A price that includes tax has no net price of its own: then the line's net
 * amount is its price. Medusa counts what came back in neither amount nor discount, where it was ordered all the same: both are told of the whole line.
 */
function priced({ raw_unit_price: unit, raw_quantity: { value }, raw_subtotal: subtotal, raw_discount_subtotal: off, detail, is_tax_inclusive: inclusive, tax_lines, adjustments }: Line): { price: string; priceUnit?: string; discount: string } {
  const quantity = dec(value), counted = quantity.minus(detail.raw_return_received_quantity.value).minus(detail.raw_return_dismissed_quantity.value), whole = (amount: string) => dec(amount).times(quantity).div(counted);
  if (counted.gt(0)) {
    const discount = exact(whole(off.value));
    return dec(unit.value).times(counted).eq(subtotal.value) ? { price: exact(dec(unit.value)), discount } : { price: exact(whole(subtotal.value)), priceUnit: exact(quantity), discount };
  }
  // all came back, and Medusa counts nothing: the net is reckoned as it does
  const net = inclusive === true ? sumOf(tax_lines, ({ rate }) => dec(rate)).div(100).plus(1) : dec(1), discount = exact(sumOf(adjustments, ({ raw_amount }) => dec(raw_amount.value)).div(net));
  return inclusive === true && quantity.gt(0) ? { price: exact(dec(unit.value).times(quantity).div(net)), priceUnit: exact(quantity), discount } : { price: exact(dec(unit.value)), discount };
}

function captured(order: Snapshot, settings: MedusaSettings): Said {
  const { company, first_name, last_name, address_1, address_2, city, province, postal_code, country_code } = order.shipping_address ?? {};
  const provider = paymentsOf(order)[0]?.provider_id ?? "none", buyer = buyerOf(order), theirs = settings.purchaseOrderField === undefined ? undefined : order.metadata?.[settings.purchaseOrderField];
  return said({
    type: "order.captured", at: at(order.items.map(({ detail }) => detail.created_at).reduce((a, b) => (a > b ? a : b), order.created_at)), data: {
      number: numberOf(order), version: versionOf(order), channel: settings.channel, placed: at(order.created_at), currency: currencyOf(order), terms: provider,
      ...present({ purchaseOrder: typeof theirs === "string" ? theirs.slice(0, 80) : null }), parties: { sellTo: buyer, billTo: buyer, shipTo: buyer },
      // a province may carry its country: us-il
      shipToAddress: { ...present({ name: company || [first_name, last_name].filter(Boolean).join(" "), line1: address_1, line2: address_2, city, state: province?.replace(/^[a-z]{2}-/i, "").toUpperCase(), postalCode: postal_code }), country: (country_code ?? "").toUpperCase() },
      lines: sorted(order.items).map((line) => ({ line: line.id, item: itemOf(line), quantity: exact(dec(line.raw_quantity.value)), unit: settings.unit, ...priced(line), description: line.title.slice(0, 300) })),
      // what is charged for the way back is no charge of what was ordered
      charges: sorted(order.shipping_methods).filter(({ detail }) => !detail?.return_id).map((row) => ({ charge: row.name.slice(0, 80), amount: exact(dec(row.raw_subtotal.value).minus(row.raw_discount_subtotal.value)), taxCategory: settings.shippingTaxCategory })),
      payment: { method: meaningOf(settings, provider) },
    },
  });
}

/** Nothing had left, or Medusa would not have cancelled it; what a warehouse of ours has sent by then stays ours to decide. */
const cancelled = (order: Snapshot): Said[] =>
  (order.canceled_at == null ? [] : [said({ type: "order.cancel_requested", at: at(order.canceled_at), data: { number: numberOf(order), cancellation: `${numberOf(order)}-CANCELED` } })]);

/** Goods that the shop itself sent; what the tower entered there is its own word and is not read back. */
function shipped(order: Snapshot, fulfilment: Fulfillment): Said[] {
  if (fulfilment.shipped_at == null || fulfilment.metadata?.ledgerline !== undefined) return [];
  const items = new Map(order.items.map((line) => [line.id, itemOf(line)])), when = at(fulfilment.shipped_at), tracking = present({ tracking: fulfilment.labels[0]?.tracking_number?.slice(0, 80) });
  const lines = Map.groupBy(fulfilment.items.filter(({ line_item_id }) => line_item_id != null), ({ line_item_id }) => line_item_id as string);
  const events = [said({
    type: "shipment.confirmed", at: when, data: {
      shipment: fulfilment.id, version: fulfilment.canceled_at == null ? 1 : 2, warehouse: fulfilment.location_id ?? "", shippedAt: when, reversed: fulfilment.canceled_at != null, ...tracking,
      lines: [...lines].map(([line, rows]) => ({ shipmentLine: line, order: numberOf(order), orderLine: line, item: items.get(line) ?? rows[0]?.sku ?? "", quantity: exact(sumOf(rows, (row) => dec(row.raw_quantity.value))) })),
    },
  })];
  return fulfilment.delivered_at == null ? events : [...events, said({ type: "shipment.delivered", at: at(fulfilment.delivered_at), data: { shipment: fulfilment.id, version: 1, state: "delivered", at: at(fulfilment.delivered_at), ...tracking } })];
}

/** What Medusa has behind a code that its orders name; where it is the system of record, the record itself. */
function described(system: string, { email, company_name, first_name, last_name, updated_at }: Customer, { tellsCustomers }: MedusaSettings): Said[] {
  const when = at(updated_at), version = epochMs(when), code = email.toLowerCase(), name = (company_name || [first_name, last_name].filter(Boolean).join(" ") || email).slice(0, 200);
  return [
    said({ type: "code.described", at: when, data: { kind: "customer", system, code, name, email: email.slice(0, 200), version } }),
    ...(tellsCustomers ? [said({ type: "customer.described", at: when, data: { customer: code, version, name, state: "active", email: email.slice(0, 200) } })] : []),
  ];
}

const items = (system: string, { title, status, updated_at, variants }: Product, { unit, tellsItems }: MedusaSettings): Said[] => variants.flatMap((variant) => {
  const when = at(variant.updated_at > updated_at ? variant.updated_at : updated_at), version = epochMs(when), isOn = status === "published", name = [title, variant.title].filter(Boolean).join(", ").slice(0, 300);
  if (!variant.sku) return [];
  return [
    said({ type: "code.described", at: when, data: { kind: "item", system, code: variant.sku, name, state: isOn ? "active" : "ended", unit, version } }),
    ...(tellsItems ? [said({ type: "item.described", at: when, data: { item: variant.sku, version, description: name, state: isOn ? "active" : "blocked", baseUnit: unit } })] : []),
  ];
});
