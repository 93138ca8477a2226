import type { EventData, EventType } from "../../domain/contracts/registry";
import type { z } from "zod";
import type { contracts } from "../../domain/contracts/registry";
import type { Instant } from "../../domain/instant";
import { addDays, dayOf } from "../../domain/instant";
import type { SubjectRef } from "../../domain/subject";
import type { World } from "./world";

type Input<T extends EventType> = z.input<(typeof contracts)[T]["schema"]>;

/** Something that a source system says, before it has an id: what scripts hand to `world.tell`. */
export interface Told<T extends EventType = EventType> { type: T; at: Instant; data: Input<T>; source?: string; entity?: string; subject?: SubjectRef }
export interface Tellable { build(): Told }
/** Something whose words depend on what the systems hold when it is said: a request number, an invoice number. */
export interface Later { at: Instant; say(world: Pick<World, "wms">): Told | null }
const later = (short: string, say: Later["say"]): Later => ({ at: at(short), say });
export const event = <T extends EventType>(type: T, at: Instant, data: Input<T>, source?: string): Told => ({ type, at, data, ...(source ? { source } : {}) });
/** What scripts may hand over, brought to one form. */
export type Sayable = Told | Tellable | Later;
export const settled = (thing: Sayable): Told | Later => ("build" in thing ? thing.build() : thing);
export const isLater = (thing: Told | Later): thing is Later => "say" in thing;

type OrderInput = Input<"order.captured">;
type LineInput = OrderInput["lines"][number];

/** `2026-03-02 14:00` is short for that minute in UTC; a full instant passes. */
export const at = (short: string): Instant => (short.length === 10 ? `${short}T09:00:00.000Z` : short.length === 16 ? `${short.replace(" ", "T")}:00.000Z` : short);

/** An order as its source has it. Every method changes this builder and returns it; `change()` makes the next version. */
export class OrderBuilder implements Tellable {
  private time: Instant;
  private readonly data: OrderInput;

  constructor(data: OrderInput, time: Instant) {
    this.data = data;
    this.time = time;
  }
  line(line: string, item: string, quantity: string | number, price: string, more: Partial<LineInput> = {}): this {
    this.data.lines.push({ line, item, quantity: String(quantity), unit: "EA", price, ...more });
    return this;
  }
  charge(charge: string, amount: string, taxCategory = "goods"): this {
    this.data.charges = [...(this.data.charges ?? []), { charge, amount, taxCategory }];
    return this;
  }
  discount(amount: string): this { this.data.headerDiscount = amount; return this; }
  with(more: Partial<OrderInput>): this { Object.assign(this.data, more); return this; }
  customer(code: string): this { return this.with({ parties: { sellTo: code, billTo: code, shipTo: code, payer: code, creditAccount: code } }); }
  state(state: string): this { return this.with({ shipToAddress: { ...this.data.shipToAddress, state } }); }
  card(): this { return this.with({ payment: { method: "card" } }); }
  placed(short: string): this { this.time = at(short); return this.with({ placed: this.time }); }
  /** The next version, told later: a copy in which the named lines differ. */
  change(short: string, edit: (order: OrderInput) => void): OrderBuilder {
    const copy = structuredClone(this.data);
    copy.version += 1;
    edit(copy);
    return new OrderBuilder(copy, at(short));
  }
  build(): Told { return event("order.captured", this.time, structuredClone(this.data)); }
}

export const order = (number: string): OrderBuilder => new OrderBuilder({
  number, version: 1, channel: "web", placed: at("2026-03-02 09:00"), currency: "USD", terms: "net30", lines: [],
  parties: { sellTo: "C-1", billTo: "C-1", shipTo: "C-1", payer: "C-1", creditAccount: "C-1" },
  shipToAddress: { line1: "1 Main St", city: "Springfield", postalCode: "62701", state: "IL", country: "US" },
}, at("2026-03-02 09:00"));

export interface Goods { order: string; line: string; item: string; quantity: string | number; weight?: string; substitute?: boolean; component?: string; lot?: string }

/** Goods issue; `version` 2 and up corrects the same shipment. Shipment line ids are `1`, `2`, … in the order given. */
export function ships(shipment: string, short: string, goods: Goods[], version = 1, more: Partial<Input<"shipment.confirmed">> = {}): Told<"shipment.confirmed"> {
  return event("shipment.confirmed", at(short), {
    shipment, version, warehouse: "W1", shippedAt: at(short), carrier: "UPS", tracking: `1Z-${shipment}`,
    lines: goods.map((row, index) => ({
      shipmentLine: String(index + 1), order: row.order, orderLine: row.line, item: row.item, quantity: String(row.quantity),
      ...(row.weight ? { weight: row.weight } : {}), ...(row.substitute ? { substitute: true } : {}), ...(row.component ? { component: row.component } : {}), ...(row.lot ? { lot: row.lot } : {}),
    })), ...more,
  }) as Told<"shipment.confirmed">;
}

/** A customer's money; `forWhat` says which invoices it names. */
export const pays = (receipt: string, short: string, amount: string, forWhat: Record<string, string>, more: Partial<Input<"receipt.recorded">> = {}): Told =>
  event("receipt.recorded", at(short), {
    receipt, version: 1, payer: "C-1", means: "bank", amount, currency: "USD", receivedOn: dayOf(at(short)),
    remittance: Object.entries(forWhat).map(([document, part]) => ({ document, amount: part })), ...more,
  });

export const cancels = (order: string, cancellation: string, short: string, lines?: Record<string, string | number>): Told =>
  event("order.cancel_requested", at(short), { number: order, cancellation, ...(lines ? { lines: Object.entries(lines).map(([line, quantity]) => ({ line, quantity: String(quantity) })) } : {}) });

export const returnAuthorised = (id: string, order: string, short: string, lines: Record<string, string | number>, more: Partial<Input<"return.authorised">> = {}): Told =>
  event("return.authorised", at(short), { return: id, version: 1, order, requestedAt: at(short), authorisedAt: at(short), lines: Object.entries(lines).map(([line, quantity]) => ({ line, quantity: String(quantity) })), ...more });

export const returnReceived = (id: string, order: string, short: string, lines: { line: string; item: string; quantity: string | number; component?: string; disposition?: "restock" | "scrap" | "sent_back"; restockingFee?: string }[], version = 1): Told =>
  event("return.received", at(short), { return: id, version, order, receivedAt: at(short), lines: lines.map((row) => ({ ...row, quantity: String(row.quantity), disposition: row.disposition ?? "restock" })) });

export const authorised = (order: string, authorisation: string, short: string, amount: string, version = 1): Told =>
  event("payment.authorised", at(short), { order, authorisation, version, state: "authorised", amount, currency: "USD", at: at(short), expires: `${addDays(dayOf(at(short)), 30)}T00:00:00.000Z` });

/** The warehouse is done with every request it has of an order: what it neither shipped nor gave back is short. */
export const closesRequests = (order: string, short: string): Later => later(short, (world) => {
  const closed = world.wms.close(order);
  return closed ? event("fulfilment.progressed", at(short), closed) : null;
});

/** A person's edit of one field of a document. */
export const overlays = (subject: SubjectRef, decision: string, short: string, document: string, path: string, value: EventData<"field.overlaid">["value"]): Told =>
  ({ ...event("field.overlaid", at(short), { decision, document, path, value, reason: "checked", author: "ann" }, "person:ann"), subject });

/** Month periods of 2026, the named ones closed. */
export function periods(version: number, short: string, closed: Record<string, "soft_closed" | "closed"> = {}): Told {
  const months = Array.from({ length: 12 }, (_, index) => {
    const name = `2026-${String(index + 1).padStart(2, "0")}`;
    return { name, from: `${name}-01`, to: new Date(Date.UTC(2026, index + 1, 0)).toISOString().slice(0, 10), state: closed[name] ?? ("open" as const) };
  });
  return event("periods.described", at(short), { calendar: "US01", version, periods: months });
}

export const customer = (code: string, more: Partial<EventData<"customer.described">> = {}, version = 1): Told =>
  event("customer.described", at("2026-01-01 00:00"), { customer: code, version, name: `Customer ${code}`, state: "active", creditAccount: code, terms: "net30", currency: "USD", ...more });

export const item = (code: string, more: Partial<Input<"item.described">> = {}, version = 1): Told =>
  event("item.described", at("2026-01-01 00:00"), { item: code, version, description: `Item ${code}`, state: "active", baseUnit: "EA", ...more });

export const credit = (account: string, version: number, short: string, limit: string, openReceivables: string, more: Partial<Input<"credit.positioned">> = {}): Told =>
  event("credit.positioned", at(short), { account, version, currency: "USD", limit, openReceivables, asOf: at(short), ...more });
