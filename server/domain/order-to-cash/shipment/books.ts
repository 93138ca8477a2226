import { deliveryDue, localDay } from "../../calendar";
import { dec, text, zero, type Decimal } from "../../decimal";
import { exceptionCatalogue } from "../../exceptions";
import { addMs, minutes } from "../../instant";
import type { Balance, MovementTerm, Slice } from "../../movements";
import type { ExceptionFinding, Milestone, PlanInput, Publication, SubjectSummary } from "../../plan";
import type { ShipmentSlices } from "../../publications";
import type { Goods, SlicedLine } from "./goods";
import type { NoticeState } from "./notices";

const outcome: Partial<Record<NonNullable<ShipmentSlices["delivery"]>["state"], MovementTerm>> = { delivered: "delivered", lost: "lost", refused: "refused" };

/** Q4: what became of the goods, as the carrier has it. Goods on their way are slices, not movements. */
export function balancesOf(input: PlanInput, goods: Goods): Balance[] {
  const term = goods.delivery ? outcome[goods.delivery.data.state] : undefined;
  if (!goods.delivery || !term) return [];
  const effectiveOn = localDay(input.policy.calendar, goods.delivery.data.at);
  const byLine = new Map<string, Decimal>();
  for (const line of goods.lines) byLine.set(`${line.order}/${line.orderLine}`, (byLine.get(`${line.order}/${line.orderLine}`) ?? zero).plus(line.quantity));
  return [...byLine].map(([line, quantity]) => ({ line, term, document: goods.issue.document, quantity: text(quantity), amount: "0", currency: input.policy.currency, effectiveOn, period: null }));
}

/** Stages `notify` and `deliver`, both parallel (2.3). */
export function slicesOf(input: PlanInput, goods: Goods, told: readonly NoticeState[], exceptions: readonly ExceptionFinding[]): Slice[] {
  const { shippedAt } = goods.issue.data;
  const base = { bucket: null, amount: "0", charges: "0", tax: "0", currency: input.policy.currency, since: shippedAt, document: goods.issue.document };
  const stop = exceptions.find((exception) => exception.stops.some((slot) => told.some((notice) => notice.pending && slot.includes(notice.slot))));
  const notify = told.filter((notice) => notice.pending).map((notice): Slice => ({
    ...base, key: `notify/${notice.slot}`, line: notice.order, stage: "notify", quantity: "0", dueAt: addMs(shippedAt, minutes(15)),
    holder: stop ? exceptionCatalogue[stop.code].owner : notice.last && (notice.last.state === "sending" || notice.last.state === "unknown") ? `target:${notice.last.connector}` : "tower",
  }));
  const state = goods.delivery?.data.state ?? "in_transit";
  if (state !== "in_transit" && state !== "failed") return notify;
  // A service that stands under a warehouse's number may have a line number of the goods too.
  const placeOf = (line: SlicedLine) => (goods.lines.find(({ shipmentLine }) => shipmentLine === line.shipmentLine) === line ? line.shipmentLine : `${line.order}/${line.shipmentLine}`);
  return [...notify, ...goods.lines.map((line): Slice => ({ ...base, key: `deliver/${placeOf(line)}`, line: `${line.order}/${line.orderLine}`, stage: "deliver", quantity: line.quantity, dueAt: goods.expected === null ? null : deliveryDue(input.policy.calendar, goods.expected), holder: state === "failed" ? "logistics" : "carrier" }))];
}

export function milestonesOf(goods: Goods, told: readonly NoticeState[]): Milestone[] {
  const reached: Milestone[] = goods.issue.data.reversed ? [] : [{ name: "shipped", occurredAt: goods.issue.data.shippedAt, document: goods.issue.document, slot: "" }];
  for (const order of goods.orders) {
    const mine = told.filter((notice) => notice.order === order && (notice.toldAt !== null || notice.pending));
    const last = mine.map((notice) => notice.toldAt).sort().at(-1);
    if (mine.length > 0 && mine.every((notice) => notice.toldAt !== null) && last) reached.push({ name: "customer_told", occurredAt: last, document: goods.issue.document, slot: order });
  }
  if (goods.delivery?.data.state === "delivered") reached.push({ name: "delivered", occurredAt: goods.delivery.data.at, document: goods.issue.document, slot: "" });
  return reached;
}

/** Each order gets its own lines, net of corrections, also when none is left. */
export const publicationsOf = (input: PlanInput, goods: Goods): Publication[] =>
  goods.orders.map((order) => ({ topic: "shipment.slices", key: goods.issue.document, to: { entity: input.subject.entity, kind: "order", key: order }, data: slicesFor(goods, order) }));

function slicesFor(goods: Goods, order: string): ShipmentSlices {
  const { data, document, version } = goods.issueFor(order);
  const state = goods.delivery?.data;
  return {
    shipment: document, version, shippedAt: data.shippedAt, warehouse: data.warehouse, carrier: data.carrier ?? null, tracking: data.tracking ?? null, reversed: data.reversed,
    delivery: state ? { state: state.state, at: state.at } : null, orders: [...new Set(data.lines.filter(({ quantity, service }) => !service && !dec(quantity).isZero()).map((line) => line.order))].sort(), ...(goods.expected === null ? {} : { expectedDelivery: goods.expected }), freightCost: data.freightCost ?? null,
    lines: goods.lines.filter((line) => line.order === order).map(({ order: _, ...line }) => line),
  };
}

export function summaryOf(goods: Goods, exceptions: readonly ExceptionFinding[], held: boolean): SubjectSummary {
  const { data, document } = goods.issue;
  const first = [...goods.served.values()][0];
  const state = data.reversed ? "reversed" : (goods.delivery?.data.state ?? "in_transit");
  return {
    number: document, customer: first?.customer ?? null, customerName: first?.customerName ?? null, channel: first?.channel ?? null, currency: null, stage: state === "in_transit" || state === "failed" ? "deliver" : null,
    stageSince: data.shippedAt, placedAt: null, dueAt: null, tracks: { fulfilment: state }, facets: [...(held ? ["on_hold"] : []), ...(exceptions.length > 0 ? ["exception"] : [])], amounts: {}, complete: data.reversed || ["delivered", "lost", "refused"].includes(state),
    identifiers: [{ kind: "shipment", value: document }, ...(data.tracking ? [{ kind: "tracking", value: data.tracking }] : []), ...goods.orders.map((order) => ({ kind: "order", value: order }))],
  };
}
