import { dec, zero, type Decimal } from "../../../decimal";
import type { Day, Instant } from "../../../instant";
import { addMs, minutes } from "../../../instant";
import { moneyText } from "../../../money";
import type { OpenBucket, Slice } from "../../../movements";
import { stageTable, type Holder, type Stage } from "../../../stages";
import { routeFor } from "../../../policy";
import type { Team } from "../../../exceptions";
import { exceptionCatalogue } from "../../../exceptions";
import { holdCatalogue } from "../../../holds";
import { addBusinessDays, addServiceLevel, deliveryDue, instantOn, localDay, nextBusinessMoment } from "../../../calendar";
import type { BilledPart } from "../billing/amounts";
import { estimatedTax } from "../billing/line-tax";
import type { UnitPlan } from "../billing/units";
import { droppedPieces } from "../fulfilment/dropped";
import { warehoused } from "../fulfilment/open";
import { releaseDay } from "../fulfilment/outdated";
import type { FulfilmentRequest } from "../fulfilment/requests";
import type { Gates } from "../gates/approve";
import type { Wave } from "../fulfilment/wave";
import type { Refused } from "../refused";
import { ordersNothing } from "../nothing";
import type { LineView, OrderView } from "../view";
import type { OrderMoney } from "./money";
import { kitExcess, kitShares, type OpenPiece } from "./pieces";

interface Draft { key: string; line: string; stage: Stage; bucket: OpenBucket | null; quantity: Decimal; amount?: Decimal; charges?: Decimal; tax?: Decimal; holder: Holder; since: Instant; dueAt?: Instant | null; document?: string | null }

/** The row of goods that are not shipped yet. */
export const openKey = (piece: OpenPiece): string => `${piece.line}|${piece.kind}${piece.request ? `|${piece.request.id}` : ""}`;
const openChargeKey = (charge: string): string => `charge:${charge}|open`;
/** A charge that goes with the first open goods: where these are, it is. */
export const isOpenCharge = (key: string): boolean => key.startsWith("charge:") && key.endsWith("|open");

/** What is left to do, one row for each part of a line in one stage with exactly one holder (2.3, 2.4; Q2, Q5). */
export function slicesOf(view: OrderView, money: OrderMoney, gates: Gates, wave: Wave, refused: Refused): Slice[] {
  const drafts: Draft[] = [];
  for (const row of view.lines) {
    for (const piece of money.pieces.get(row.line.id)?.open ?? []) drafts.push(openSlice(view, row, piece, gates, wave, refused));
    for (const { moved, excess } of row.goods) for (const { request, quantity } of excess) drafts.push(unwantedSlice(moved.key, request, quantity));
    for (const part of row.billing.unbilled) {
      if (part.reason === "over_absorbed" || row.line.free || (row.line.kit && part.excess)) continue;
      const bucket = part.reason === "blocked" ? "exception" : part.reason === "over_open" || part.reason === "unpriced" ? "held" : "waiting";
      const tax = part.excess ? view.estimate.lineTax(row.line.id, part.from.plus(part.quantity)).minus(view.estimate.lineTax(row.line.id, part.from)) : view.estimate.lineTax(row.line.id, part.from.plus(part.quantity)).minus(view.estimate.lineTax(row.line.id, part.from));
      drafts.push({ key: `${part.part.key}|${part.reason}`, line: part.part.bookLine, stage: bucket === "waiting" ? "bill_wait" : "bill_control", bucket, quantity: part.quantity, amount: part.net, tax, holder: part.reason === "blocked" ? "warehouse" : part.reason === "unpriced" ? "pricing" : "order_desk", since: part.part.shippedAt, document: part.part.shipment, ...(bucket === "waiting" ? { dueAt: row.excessBackBy } : {}) });
    }
    for (const piece of kitExcess(row, view.currency)) drafts.push(excessSlice(view, row, piece));
  }
  for (const { request, key, quantity } of droppedPieces(view)) drafts.push(unwantedSlice(key, request, quantity));
  for (const unit of money.units) if (!unit.state?.invoice) drafts.push(...unitSlices(view, unit));
  for (const { charge, amount, tax } of money.chargesLeft) drafts.push({ key: openChargeKey(charge), line: `charge:${charge}`, stage: drafts[0]?.stage ?? "allocate", bucket: "unallocated", quantity: zero, charges: amount, tax, holder: drafts[0]?.holder ?? "tower", since: view.record.currentRecordedAt });
  drafts.push(...nothingOrdered(view, gates), ...transitSlices(view));
  return drafts.map((draft) => finish(view, draft));
}

/** An order of nothing, without lines or with none that orders anything, waits for what it means: it is in a stage and with a holder as every other. */
function nothingOrdered(view: OrderView, gates: Gates): Draft[] {
  if (!ordersNothing(view.lines)) return [];
  const problem = gates.validation.exceptions.find(({ stops }) => stops.length > 0);
  return problem === undefined ? [] : [{ key: "nothing ordered", line: "", stage: problem.code.startsWith("ORD") ? "validate" : "intake", bucket: null, quantity: zero, holder: ownerOf(exceptionCatalogue[problem.code].owner), since: problem.since }];
}

/** In process at a warehouse and wanted by nobody: part of Q3 alone. */
const unwantedSlice = (line: string, request: FulfilmentRequest, quantity: Decimal): Draft =>
  ({ key: `${line}|excess|${request.id}`, line, stage: "fulfil", bucket: null, quantity, holder: "warehouse", since: request.acceptedAt ?? request.releasedAt, dueAt: null, document: request.id });

/** Pieces of a kit beyond the order: held until it is decided, then waiting to be taken back. */
function excessSlice(view: OrderView, row: LineView, { moved, quantity, net }: ReturnType<typeof kitExcess>[number]): Draft {
  const held = row.billing.rest === "over_open", since = row.overShipment?.since ?? moved.shipments.find(({ over }) => over.gt(0))?.at ?? view.record.receivedAt;
  return { key: `${moved.key}|over`, line: moved.key, stage: held ? "bill_control" : "bill_wait", bucket: held ? "held" : "waiting", quantity, amount: net, holder: "order_desk", since, ...(held ? {} : { dueAt: row.excessBackBy }) };
}

function finish(view: OrderView, draft: Draft): Slice {
  const text = (amount: Decimal | undefined) => moneyText(amount ?? zero, view.currency);
  const dueAt = draft.dueAt === undefined ? dueOf(view, draft.stage, draft.since) : draft.dueAt;
  return { key: draft.key, line: draft.line, stage: draft.stage, bucket: draft.bucket, quantity: draft.quantity.toFixed(), amount: text(draft.amount), charges: text(draft.charges), tax: text(draft.tax), currency: view.currency, holder: draft.holder, since: draft.since, dueAt, document: draft.document ?? null };
}

function dueOf(view: OrderView, stage: Stage, since: Instant): Instant | null {
  const target = stageTable[stage].target;
  if (target === null || target.clock === "date" || target.clock === "business_day") return null;
  return target.clock === "wall" ? addMs(since, minutes(target.minutes)) : addServiceLevel(view.policy.calendar, since, target.minutes);
}

const ownerOf = (team: Team): Holder => team;

/** Stage and holder of units that are not shipped yet; the gates in their order, then the goods' own progress. */
function openSlice(view: OrderView, row: LineView, piece: OpenPiece, gates: Gates, wave: Wave, refused: Refused): Draft {
  const draft = placed(view, row, piece, gates, wave);
  return { ...draft, holder: refused.holderOf(piece) ?? draft.holder };
}

function placed(view: OrderView, row: LineView, piece: OpenPiece, gates: Gates, wave: Wave): Draft {
  const bucket: OpenBucket = piece.kind === "live" ? "released" : piece.kind === "loose" ? "waiting" : piece.kind === "allocated" || piece.kind === "in_flight" ? "allocated" : "unallocated";
  const base = { key: openKey(piece), line: piece.line, bucket, quantity: piece.quantity, amount: piece.net, tax: piece.tax, document: piece.request?.id ?? null };
  const target = (capability: "warehouse" | "tax"): Holder => `target:${routeFor(view.policy, capability, "order")?.connector ?? "none"}`;
  const since = view.record.currentRecordedAt;
  if (piece.kind === "loose") return { ...base, stage: "bill_wait", holder: "calendar", since: piece.since ?? since, dueAt: null };
  if (piece.kind === "live") return { ...base, stage: "fulfil", holder: "warehouse", since: piece.since ?? since, dueAt: shipBy(view, row, piece.since ?? since) };
  if (piece.kind === "in_flight") return { ...base, stage: "release", holder: target("warehouse"), since: piece.since ?? since };
  const problem = gates.validation.problemOf(row.line.id);
  if (problem) return { ...base, stage: problem.code.startsWith("ORD") ? "validate" : "intake", holder: ownerOf(exceptionCatalogue[problem.code].owner), since: problem.since };
  if (!gates.validated) return { ...base, stage: "validate", holder: target("tax"), since: view.estimate.askedAt ?? view.now };
  const hold = gates.priceHolds.get(row.line.id) ?? gates.orderHolds.find((held) => held.active && held.hold.blocks.includes("release_to_warehouse"));
  if (hold) return { ...base, stage: "approve", holder: hold.hold.rule === "MODE" ? "order_desk" : hold.hold.rule === "PREPAYMENT_DUE" ? "customer" : ownerOf(holdCatalogue[hold.hold.rule].owner), since: gates.validatedAt, dueAt: hold.hold.dueAt };
  if (!gates.approved) return { ...base, stage: "approve", holder: "tower", since: gates.validatedAt };
  const day = wave.scheduled.get(row.line.id);
  if (day !== undefined) return { ...base, stage: "scheduled", holder: "customer", since: gates.approvedAt, dueAt: null };
  const started = [gates.approvedAt, piece.since ?? ""].sort().at(-1) ?? since;
  if (piece.kind === "allocated") {
    const waiting = wave.holds.find((held) => held.hold.slot === row.line.id || held.hold.slot === "order");
    return { ...base, stage: "release", holder: waiting ? "order_desk" : wave.exceptions.some(({ stops }) => stops.includes(row.line.id)) ? "order_desk" : "tower", since: started, ...(waiting ? { dueAt: waiting.hold.dueAt } : {}) };
  }
  if (piece.kind === "short" || piece.goods.reservation?.backordered.gt(0)) return { ...base, stage: "backorder", holder: "purchasing", since: piece.goods.unavailableSince ?? started, dueAt: promiseDue(view, row) };
  if (!warehoused(row.line)) return elsewhere(view, row, base, gates);
  return { ...base, stage: "allocate", holder: piece.goods.asks.some((command) => command.state === "sending" || command.state === "unknown") ? target("warehouse") : "tower", since: gates.approvedAt };
}

/** What no warehouse of ours ships: the supplier's, or for the order desk to confirm, from approval and its own date on. A service without any date is wanted at once. */
function elsewhere(view: OrderView, row: LineView, base: Pick<Draft, "key" | "line" | "bucket" | "quantity">, gates: Gates): Draft {
  const { method } = row.line.source, { calendar } = view.policy, from = releaseDay(view.policy, view.order, row.line.source);
  const since = [gates.approvedAt, ...(from === null ? [] : [instantOn(calendar, from, 0)])].sort().at(-1) ?? gates.approvedAt;
  const wanted = method === "service" ? (row.line.source.promised ?? view.order.promised ?? localDay(calendar, since)) : undefined;
  return { ...base, stage: "fulfil", holder: method === "drop_ship" ? "supplier" : "order_desk", since, dueAt: shipBy(view, row, since, wanted) };
}

/** Ship date, 17:00 of the entity's calendar. What was asked for after that moment is due by 17:00 of the next business day: nothing is born late. */
function shipBy(view: OrderView, row: LineView, since: Instant, otherwise?: Day): Instant | null {
  const { calendar } = view.policy, day = row.line.source.requestedShip ?? view.order.requestedShip ?? otherwise;
  if (day === undefined) return null;
  const evening = (of: Day): Instant => instantOn(calendar, of, 17 * 60);
  const next = [day, localDay(calendar, nextBusinessMoment(calendar, since)), localDay(calendar, addBusinessDays(calendar, since, 1))].map(evening);
  return next.find((due) => due > since) ?? null;
}
function promiseDue(view: OrderView, row: LineView): Instant | null {
  const day = row.line.source.promised ?? view.order.promised;
  return day === undefined ? null : instantOn(view.policy.calendar, day, 17 * 60);
}

/** Shipped goods and their charges until the invoice is posted, in the bucket that the billing unit says. */
function unitSlices(view: OrderView, unit: UnitPlan): Draft[] {
  const { state } = unit;
  const bucket: OpenBucket = state === null || state.bucket === "posted" ? "in_flight" : state.bucket;
  const stage: Stage = bucket === "waiting" ? "bill_wait" : bucket === "in_flight" && state?.frozen ? "post" : "bill_control";
  const since = (bucket === "waiting" ? null : state?.dueSince) ?? (unit.shipment.shippedAt || view.record.currentRecordedAt);
  const common = { stage, bucket, holder: (state?.holder ?? "tower") as Holder, since, document: unit.unit, ...(bucket === "waiting" ? { dueAt: null } : {}) };
  const drafts: Draft[] = [];
  for (const row of unit.lines) {
    if (row.line.free) continue;
    drafts.push(...partSlices(view, row, unit.unit, common));
  }
  for (const charge of unit.charges) {
    const amount = dec(charge.amount);
    drafts.push({ ...common, key: `charge:${charge.charge}|${unit.unit}`, line: `charge:${charge.charge}`, quantity: zero, charges: amount, tax: charge.estimatedTax });
  }
  return drafts;
}

function partSlices(view: OrderView, row: BilledPart, unit: string, common: Omit<Draft, "key" | "line" | "quantity">): Draft[] {
  const tax = estimatedTax(view, row);
  if (!row.line.kit) return [{ ...common, key: `${row.key}|${unit}`, line: row.bookLine, quantity: row.quantity, amount: row.net, tax }];
  const nets = kitShares(row, row.net, view.currency), taxes = kitShares(row, tax, view.currency);
  return row.line.goods.map((goods, index) => ({ ...common, key: `${row.key}|${unit}|${goods.key}`, line: goods.key, quantity: row.quantity.times(goods.per), amount: nets[index] ?? zero, tax: taxes[index] ?? zero }));
}

/** Goods on their way to the customer (Q4): parallel, never the headline, no money. */
function transitSlices(view: OrderView): Draft[] {
  const known = new Map(view.record.shipments.map(({ data }) => [data.shipment, data]));
  const drafts = new Map<string, Draft>();
  for (const row of view.lines)
    for (const moved of [...row.walk.moved, ...row.walk.substitutes])
      for (const { shipment, at, quantity } of moved.shipments) {
        const found = known.get(shipment), state = found?.delivery?.state ?? "in_transit", expected = found?.expectedDelivery;
        if (state !== "in_transit" && state !== "failed") continue;
        const key = `deliver|${shipment}|${moved.key}`;
        const present = drafts.get(key);
        if (present) present.quantity = present.quantity.plus(quantity);
        else drafts.set(key, { key, line: moved.key, stage: "deliver", bucket: null, quantity, holder: state === "failed" ? "logistics" : "carrier", since: at, dueAt: expected === undefined ? null : deliveryDue(view.policy.calendar, expected), document: shipment });
      }
  return [...drafts.values()];
}
