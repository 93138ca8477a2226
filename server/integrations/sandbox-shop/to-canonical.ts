import { dec, min, text, zero, type Decimal } from "@/server/domain/decimal";
import { epochMs } from "@/server/domain/instant";
import { fail, ok, type Result } from "@/server/domain/result";
import type { Translation, TranslationInput } from "../contract/connector";
import { said, textOf, toEvents, type Said } from "../contract/events";
import { readJson } from "../contract/outcome";
import type { ShopSettings } from "./config";
import { message, listed as records, type CancelRequest, type ShopCustomer, type ShopOrder, type ShopReturn, type ShopStock } from "./wire";

/** Codes of customers, items, units, terms, charges and warehouses stay in the shop's words: the cross-reference reads them when they are planned. */
export function toCanonical(input: TranslationInput<ShopSettings>): Translation {
  const read = readJson(textOf(input.body), message);
  if (!read.ok) return read;
  const { order, return: back, customer, item, stock } = read.value.data;
  if (customer) return toEvents(input, customerCodes(customer, input.connectorId));
  if (stock) {
    const told = positioned(stock, input.settings);
    return told.ok ? toEvents(input, [told.value]) : told;
  }
  if (item) return toEvents(input, [described(input.connectorId, "item", item.item_number, item.name, item, item.price_unit)]);
  if (order) {
    if (input.settings.site !== undefined && order.site != null && order.site !== input.settings.site) return ok({ events: [], excluded: `an order of site ${order.site}` });
    return toEvents(input, [captured(order), ...authorised(order), ...order.cancel_requests.flatMap((request) => cancelled(order, request))]);
  }
  const told = read.value.type.split(".", 1)[0] ?? "";
  if (!back && told in records) return fail("CTR-01", `A message of type ${read.value.type} without its ${told}`, `data.${told}`);
  if (!back) return ok({ events: [], excluded: `a message of type ${read.value.type} says nothing that we keep` });
  // A return has one number in every system from its authorisation on; before that the warehouse could not know it.
  if (!back.rma) return ok({ events: [], excluded: back.status === "refused" ? "a return that was refused" : "a return that nobody has authorised yet" });
  const made = returned(back, back.rma, input.settings);
  return made.ok ? toEvents(input, [made.value]) : made;
}

/** What it says that it may sell; it tells neither what is on hand nor what of it is promised. */
export function positioned(row: ShopStock, settings: ShopSettings): Result<Said> {
  const size = sizeOf(row.unit, settings), at = new Date(row.updated_at).toISOString();
  if (size === null) return fail("MAP-03", `The shop's unit ${row.unit} has no pack size in the connector's settings`, "data.stock.unit");
  return ok(said({ type: "stock.positioned", at, data: { item: row.item_number, warehouse: row.warehouse, version: epochMs(at), onHand: text(dec(row.available).times(size)), allocated: "0", at } }));
}

/** A ship-to of the shop is its customer there, so its code is one too. */
const customerCodes = (customer: ShopCustomer, system: string): Said[] =>
  [{ code: customer.code, name: customer.name }, ...customer.ship_tos.filter(({ code }) => code !== customer.code).map((place) => ({ code: place.code, name: place.name ?? customer.name }))].map(({ code, name }) => described(system, "customer", code, name, customer));

function described(system: string, kind: "customer" | "item", code: string, name: string, { status, updated_at }: { status: string; updated_at: string }, unit?: string | null): Said {
  const at = new Date(updated_at).toISOString();
  return said({ type: "code.described", at, data: { kind, system, code, name: name.slice(0, 300), state: status === "active" ? "active" : "ended", version: epochMs(at), ...present({ unit }) } });
}

const freightTerms = { prepaid: "prepaid", prepaid_add: "prepaid_and_add", collect: "collect", third_party: "third_party" } as const satisfies Record<ShopOrder["freight_terms"], string>;
/** Fields that are there; Northgate says null where it has nothing. */
const present = <T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], null | undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== "")) as { [K in keyof T]?: Exclude<T[K], null | undefined> };

function captured(order: ShopOrder): Said {
  const { line1, line2, city, state, postal_code, country } = order.ship_to.address;
  return said({
    type: "order.captured", at: order.updated_at, data: {
      number: order.number, version: order.revision, channel: order.channel, purpose: order.purpose, placed: order.placed_at, currency: order.currency, terms: order.terms,
      ...present({ replaces: order.replaces_order, purchaseOrder: order.purchase_order_number, requestedShip: order.requested_ship_date, promised: order.promise_date, cancelAfter: order.cancel_after }),
      parties: { sellTo: order.customer.code, billTo: order.bill_to.code, shipTo: order.ship_to.code },
      shipToAddress: { ...present({ name: order.ship_to.name, line1, line2, city, state, postalCode: postal_code }), country },
      freightTerms: freightTerms[order.freight_terms], shipRule: order.ship_complete ? "complete" : "partial", headerDiscount: order.header_discount,
      lines: order.lines.map((line) => ({
        line: line.id, item: line.item_number, quantity: text(standingQuantity(order, line)), unit: line.unit, price: text(dec(line.unit_price)), priceUnit: text(dec(line.price_per)), discount: line.line_discount,
        method: line.fulfilment_method, substitutionAllowed: line.substitution_allowed,
        ...present({ description: line.description?.slice(0, 300), priceUnitOf: line.price_unit, agreement: line.price_agreement, freeReason: line.sample_reason, warehouse: order.ship_from }),
        ...(line.components?.length ? { components: line.components.map((part) => ({ item: part.item_number, per: text(dec(part.quantity)), shareOfPrice: text(dec(part.unit_price)) })) } : {}),
      })),
      charges: order.charges.map((charge) => ({ charge: charge.code, amount: charge.amount, taxCategory: charge.tax_category })),
      payment: { method: order.payment.method },
    },
  });
}

/**
 * What is ordered, less what was taken away *otherwise* than by a cancel request. Requests are told as requests and taken
 * away by the rules for them; counting them here too would take them away twice.
 */
function standingQuantity(order: ShopOrder, line: ShopOrder["lines"][number]): Decimal {
  const ordered = dec(line.quantity), cancelled = dec(line.cancelled_quantity);
  // Nonsense is not made to look like sense: our contract refuses it.
  if (ordered.isNegative() || cancelled.gt(ordered)) return ordered;
  let asked = zero;
  for (const request of order.cancel_requests) {
    if (request.status !== "accepted") continue;
    if (!request.lines) asked = cancelled;
    for (const row of request.lines ?? []) if (row.line_id === line.id) asked = asked.plus(row.quantity);
  }
  return ordered.minus(cancelled.minus(min(cancelled, asked)));
}

function cancelled(order: ShopOrder, request: CancelRequest): Said[] {
  if (request.status === "refused") return [];
  const units = new Map(order.lines.map((line) => [line.id, line.unit]));
  return [said({
    type: "order.cancel_requested", at: request.requested_at, data: {
      number: order.number, cancellation: request.id, ...(request.reason ? { reason: request.reason.slice(0, 300) } : {}),
      ...(request.lines ? { lines: request.lines.map((row) => ({ line: row.line_id, quantity: row.quantity, ...(units.has(row.line_id) ? { unit: units.get(row.line_id) as string } : {}) })) } : {}),
    },
  })];
}

/** What the checkout authorised. Northgate says neither when it lapses nor what became of it: the payment provider does. */
function authorised(order: ShopOrder): Said[] {
  const { method, authorisation, authorised_amount } = order.payment;
  if (method !== "card" || !authorisation || !authorised_amount) return [];
  return [said({ type: "payment.authorised", at: order.placed_at, data: { order: order.number, authorisation, version: order.revision, state: "authorised", amount: authorised_amount, currency: order.currency, at: order.placed_at } })];
}

function returned(back: ShopReturn, rma: string, settings: ShopSettings): Result<Said> {
  const lines: { line: string; quantity: string; reason?: string }[] = [];
  for (const [index, line] of back.lines.entries()) {
    const size = sizeOf(line.unit, settings);
    if (size === null) return fail("MAP-03", `The shop's unit ${line.unit} has no pack size in the connector's settings`, `data.return.lines.${index}.unit`);
    lines.push({ line: line.line_id, quantity: text(dec(line.quantity).times(size)), ...(back.reason ? { reason: back.reason.slice(0, 300) } : {}) });
  }
  return ok(said({
    type: "return.authorised", at: back.updated_at, data: {
      return: rma, version: new Date(back.updated_at).getTime(), order: back.order_number, kind: back.wants, requestedAt: back.requested_at,
      ...(back.status === "refused" ? { refused: true } : { authorisedAt: back.updated_at }), ...(back.expires_on ? { expires: `${back.expires_on}T23:59:59.000Z` } : {}), lines,
    },
  }));
}

/** Base units in one of the shop's units; null where nobody has said. */
export const sizeOf = (unit: string, settings: Pick<ShopSettings, "packSizes">): number | null => settings.packSizes[unit] ?? null;
