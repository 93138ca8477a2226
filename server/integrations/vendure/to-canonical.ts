import { dec, text } from "@/server/domain/decimal";
import { ok } from "@/server/domain/result";
import type { Translation, TranslationInput } from "../contract/connector";
import { said, textOf, toEvents, type Said } from "../contract/events";
import { readJson } from "../contract/outcome";
import type { VendureSettings } from "./config";
import { namedSaid } from "./names";
import { positioned } from "./stock";
import { message, type Fulfillment, type Line, type Payment, type Snapshot } from "./wire";

/** Codes of customers (their e-mail address), items (SKU), units, terms, charges and warehouses stay in the shop's words. */
export function toCanonical(input: TranslationInput<VendureSettings>): Translation {
  const read = readJson(textOf(input.body), message);
  if (!read.ok) return read;
  const { order, stock, named } = read.value.data;
  if (named) return toEvents(input, [namedSaid(input.connectorId, named)]);
  if (stock) return toEvents(input, [positioned(stock)]);
  if (!order) return ok({ events: [], excluded: `a message of type ${read.value.type} says nothing that we keep` });
  if (!order.orderPlacedAt) return ok({ events: [], excluded: "an order that is not placed yet" });
  const { settings } = input, placed = at(order.orderPlacedAt), customer = order.customer?.emailAddress ?? "";
  const payments = sorted(order.payments ?? []).filter(({ method }) => meaning(settings, method) !== "terms");
  return toEvents(input, [
    captured(order, placed, customer, settings), ...payments.flatMap((payment) => paid(order, payment, customer, settings)),
    ...sorted(order.fulfillments ?? []).flatMap((fulfilment) => shipped(order, fulfilment, settings)), ...returned(order),
  ]);
}

const at = (moment: string): string => new Date(moment).toISOString();
const sorted = <T extends { id: string }>(rows: readonly T[]): T[] => [...rows].sort((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1));
export const amount = (minor: number, { decimals }: Pick<VendureSettings, "decimals">): string => (minor / 10 ** decimals).toFixed(decimals);
const meaning = (settings: VendureSettings, method: string) => settings.payments[method] ?? "card";
const present = (fields: Record<string, string | null | undefined>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null && value !== "")) as Record<string, string>;

/** When a payment, fulfilment or refund came to one of these states, by the order's history; its row tells only the last change. */
function movedAt(order: Snapshot, kind: "paymentId" | "fulfillmentId" | "refundId", row: { id: string; updatedAt: string }, states: readonly string[]): string {
  const moved = order.history.items.find(({ data }) => String(data?.[kind]) === row.id && states.includes(String(data?.["to"])));
  return at(moved?.createdAt ?? row.updatedAt);
}
const wasEver = (order: Snapshot, { id, state }: Fulfillment, states: readonly string[]): boolean =>
  states.includes(state) || order.history.items.some(({ data }) => String(data?.["fulfillmentId"]) === id && states.includes(String(data?.["to"])));

/** Of a payment: the receipt that it is once it is settled, and the authorisation before. */
export const receiptOf = (code: string, { id }: Pick<Payment, "id">): string => `${code}-P${id}`;
export const authorisationOf = (code: string, payment: Pick<Payment, "id" | "transactionId">): string => payment.transactionId || receiptOf(code, payment);

const alive = ({ state }: Fulfillment): boolean => state !== "Cancelled";
export const fulfilledOf = (fulfilments: readonly Fulfillment[], line: string): number =>
  fulfilments.filter(alive).reduce((sum, { lines }) => sum + lines.reduce((own, row) => own + (row.orderLineId === line ? row.quantity : 0), 0), 0);

/** What was sent out stays ordered though it came back: Vendure has no returns and lowers the line instead (`returned`). */
const standing = (order: Snapshot, line: Line): number => Math.max(line.quantity, Math.min(fulfilledOf(order.fulfillments ?? [], line.id), line.orderPlacedQuantity));

/**
 * Net of tax. Promotions, those of the whole order too, are shared out over the lines by Vendure (`prorated`) and told as
 * each line's discount, so that goods and charges are its own total to the cent.
 */
function priced(line: Line, quantity: number, settings: VendureSettings): { price: string; priceUnit?: string; discount: string } {
  const off = line.quantity === 0 ? (line.unitPrice - line.proratedUnitPrice) * quantity : Math.round(((line.linePrice - line.proratedLinePrice) * quantity) / line.quantity);
  const discount = amount(Math.max(off, 0), settings);
  // A price that includes tax has a net price that is no whole cent: then the line's own amount is its price.
  if (line.quantity === 0 || line.unitPrice * line.quantity === line.linePrice) return { price: amount(line.unitPrice, settings), discount };
  return { price: amount(line.linePrice, settings), priceUnit: String(line.quantity), discount };
}

/** By which the order is paid. One that was declined stays beside the next that the buyer tried; where none stands, the first says what was meant. */
const payingOf = (payments: readonly Payment[]): Payment | undefined => payments.find(({ state }) => state !== "Declined" && state !== "Error" && state !== "Cancelled") ?? payments[0];

function captured(order: Snapshot, placed: string, customer: string, settings: VendureSettings): Said {
  const { company, fullName, streetLine1, streetLine2, city, province, postalCode, countryCode } = order.shippingAddress ?? {};
  const method = payingOf(sorted(order.payments ?? []))?.method ?? "none";
  return said({
    type: "order.captured", at: at(order.updatedAt), data: {
      number: order.code, version: order.version, channel: settings.channel, placed, currency: order.currencyCode, terms: method,
      parties: { sellTo: customer, billTo: customer, shipTo: customer },
      shipToAddress: { ...present({ name: company || fullName, line1: streetLine1, line2: streetLine2, city, state: province, postalCode }), country: countryCode ?? "" },
      lines: sorted(order.lines).map((line) => {
        const quantity = standing(order, line);
        return { line: line.id, item: line.productVariant.sku, quantity: String(quantity), unit: settings.unit, ...priced(line, quantity, settings), ...present({ description: line.productVariant.name?.slice(0, 300) }) };
      }),
      charges: [
        ...sorted(order.shippingLines).map((row) => ({ charge: row.shippingMethod.code, amount: amount(row.discountedPrice, settings), taxCategory: settings.shippingTaxCategory })),
        ...sorted(order.surcharges).map((row) => ({ charge: row.sku || row.description.slice(0, 80), amount: amount(row.price, settings), taxCategory: "goods" })),
      ],
      payment: { method: meaning(settings, method) },
    },
  });
}

const paymentStates: Readonly<Record<string, { state: "authorised" | "voided" | "failed"; version: number }>> = {
  Authorized: { state: "authorised", version: 1 }, Settled: { state: "authorised", version: 2 }, Cancelled: { state: "voided", version: 3 }, Declined: { state: "failed", version: 3 }, Error: { state: "failed", version: 3 },
};
const refundStates: Readonly<Record<string, { state: "pending" | "settled" | "failed"; version: number }>> = { Pending: { state: "pending", version: 1 }, Failed: { state: "failed", version: 2 }, Settled: { state: "settled", version: 3 } };

/** Authorisation, the money once Vendure says that it is settled, and what of it was given back. What is paid in advance is the bank's money, which nobody authorised. */
function paid(order: Snapshot, payment: Payment, payer: string, settings: VendureSettings): Said[] {
  const state = paymentStates[payment.state];
  if (!state) return [];
  const currency = order.currencyCode, value = amount(payment.amount, settings), authorisation = authorisationOf(order.code, payment), begun = at(payment.createdAt);
  const isCard = meaning(settings, payment.method) === "card", means = isCard ? { means: "card" as const, authorisation } : { means: "bank" as const };
  const events: Said[] = !isCard ? [] : [said({ type: "payment.authorised", at: begun, data: { order: order.code, authorisation, ...state, amount: value, currency, at: begun } })];
  if (payment.state !== "Settled") return events;
  const receipt = receiptOf(order.code, payment), settled = movedAt(order, "paymentId", payment, ["Settled"]);
  events.push(said({ type: "receipt.recorded", at: settled, data: { receipt, version: 1, payer, ...means, amount: value, currency, receivedOn: settled.slice(0, 10), order: order.code } }));
  for (const refund of sorted(payment.refunds)) {
    const given = refundStates[refund.state], when = movedAt(order, "refundId", refund, [refund.state]);
    if (given) events.push(said({ type: "refund.settled", at: when, data: { refund: `${order.code}-R${refund.id}`, receipt, ...given, amount: amount(refund.total, settings), currency, at: when } }));
  }
  return events;
}

/** Goods that the shop itself sent, where it does; what the tower entered there is its own word and is not read back. */
function shipped(order: Snapshot, fulfilment: Fulfillment, { shipsFrom, mark }: VendureSettings): Said[] {
  const left = ["Shipped", "Delivered"];
  if (!shipsFrom || fulfilment.method === mark || !wasEver(order, fulfilment, left)) return [];
  const items = new Map(order.lines.map((line) => [line.id, line.productVariant.sku])), shipment = `${order.code}-F${fulfilment.id}`, when = movedAt(order, "fulfillmentId", fulfilment, left);
  const tracking = present({ tracking: fulfilment.trackingCode?.slice(0, 80) });
  const events = [said({
    type: "shipment.confirmed", at: when, data: {
      shipment, version: alive(fulfilment) ? 1 : 2, warehouse: shipsFrom, shippedAt: when, reversed: !alive(fulfilment), ...present({ carrier: fulfilment.method }), ...tracking,
      lines: fulfilment.lines.map((row) => ({ shipmentLine: row.orderLineId, order: order.code, orderLine: row.orderLineId, item: items.get(row.orderLineId) ?? "", quantity: String(row.quantity) })),
    },
  })];
  const arrived = movedAt(order, "fulfillmentId", fulfilment, ["Delivered"]);
  return fulfilment.state === "Delivered" ? [...events, said({ type: "shipment.delivered", at: arrived, data: { shipment, version: 1, state: "delivered", at: arrived, ...tracking } })] : events;
}

/** Units that were cancelled after they had left: a return in all but name. One document of the order, absolute. */
function returned(order: Snapshot): Said[] {
  const lines = sorted(order.lines).flatMap((line) => { const back = standing(order, line) - line.quantity; return back > 0 ? [{ line: line.id, quantity: text(dec(back)) }] : []; });
  const when = at(order.history.items.findLast(({ type }) => type === "ORDER_CANCELLATION")?.createdAt ?? order.updatedAt);
  return lines.length === 0 ? [] : [said({ type: "return.authorised", at: when, data: { return: `${order.code}-RET`, version: order.version, order: order.code, requestedAt: when, authorisedAt: when, lines } })];
}
