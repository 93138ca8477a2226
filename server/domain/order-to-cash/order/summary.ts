import { dec, max, min, sumOf } from "../../decimal";
import { isStopping, type ExceptionFinding, type SubjectSummary } from "../../plan";
import { moneyText } from "../../money";
import { stageTable } from "../../stages";
import type { Slice } from "../../movements";
import type { JudgedHold } from "./approval";
import type { Gates } from "./gates/approve";
import { prepaidOf } from "./gates/order-holds";
import type { Recalls } from "./fulfilment/recall";
import type { OrderMoney } from "./books/money";
import { leftToBill, type Tracks } from "./tracks";
import type { OrderView } from "./view";

/** What lists and figures show of an order: headline stage, tracks, facets, money, and the names by which people look for it. */
export function summaryOf(view: OrderView, money: OrderMoney, gates: Gates, tracks: Tracks, slices: readonly Slice[], holds: readonly JudgedHold[], exceptions: readonly ExceptionFinding[], recalls: Recalls): SubjectSummary {
  const complete = tracks.commercial === "cancelled" || (tracks.commercial === "complete" && !leftToBill(view, money));
  const headline = complete ? null : headlineOf(slices);
  const { order, parties } = view;
  return {
    number: view.key, customer: parties.customer, customerName: parties.master?.name ?? null, channel: order.channel, currency: view.currency,
    stage: headline?.stage ?? null, stageSince: headline?.since ?? null, placedAt: order.placed, dueAt: headline?.dueAt ?? null, tracks: { ...tracks },
    facets: facetsOf(view, gates, holds, exceptions, recalls), amounts: amountsOf(view, money, slices, holds, exceptions), complete, identifiers: identifiersOf(view),
  };
}

/** Lowest-numbered stage that is not parallel, with the earliest start in it (2.3). */
function headlineOf(slices: readonly Slice[]): Slice | null {
  let best: Slice | null = null;
  for (const slice of slices) {
    if (stageTable[slice.stage].parallel) continue;
    if (best === null || stageTable[slice.stage].no < stageTable[best.stage].no || (slice.stage === best.stage && slice.since < best.since)) best = slice;
  }
  return best;
}

function facetsOf(view: OrderView, gates: Gates, holds: readonly JudgedHold[], exceptions: readonly ExceptionFinding[], recalls: Recalls): string[] {
  const { record } = view;
  const problems = record.states.flatMap((state) => state.problems);
  const facets: string[] = [];
  if (holds.length > 0 || record.states.some((state) => state.bucket === "held")) facets.push("on_hold");
  if (exceptions.length > 0 || record.states.some((state) => state.bucket === "exception") || problems.some((problem) => /^[A-Z]{3}-\d\d/.test(problem))) facets.push("exception");
  if (record.versions.length > 1 && view.requests.some((request) => request.state === "live" && request.releasedAt < record.currentRecordedAt)) facets.push("changed_after_release");
  if (recalls.pending.size > 0 || view.lines.some((row) => row.walk.committed.unmet.gt(0))) facets.push("cancel_requested");
  if (record.returns.some(({ state }) => state !== "settled" && state !== "refused")) facets.push("return_open");
  if (prepaidOf(view).gt(0) && record.shipments.length === 0) facets.push("prepaid");
  const today = view.today;
  if (record.states.some((state) => state.invoice && dec(state.open).gt(0) && state.dueDate !== null && state.dueDate < today)) facets.push("past_due");
  if (record.clock) facets.push("clock");
  if (view.observing) facets.push("managed_elsewhere");
  return facets;
}

/** Exceptions may be about the same goods: what they stop is never more than the order. What it comes to in all is absent where nobody can know what a line is worth; sums count what is known. */
function amountsOf(view: OrderView, money: OrderMoney, slices: readonly Slice[], holds: readonly JudgedHold[], exceptions: readonly ExceptionFinding[]): Record<string, string> {
  const text = (amount: ReturnType<typeof dec>) => moneyText(amount, view.currency);
  const inBucket = (bucket: Slice["bucket"]) => sumOf(slices.filter((slice) => slice.bucket === bucket), (slice) => dec(slice.amount).plus(slice.charges).plus(slice.tax));
  const stopped = exceptions.filter(isStopping);
  const orderHeld = holds.some((hold) => hold.hold.slot === "order");
  const held = orderHeld && stopped.length === 0 ? money.openTotal.plus(inBucket("held")) : inBucket("held");
  return {
    ...(view.lines.some(({ line }) => line.unvalued && !line.removed) ? {} : { ordered: text(money.total) }), posted: text(money.postedTotal), open: text(money.openTotal), unbilled: text(money.unbilledTotal), held: text(held),
    exception: text(min(inBucket("exception").plus(sumOf(stopped, (entry) => dec(entry.amount))), max(money.total, money.postedTotal))), paid: text(sumOf(view.record.states, (state) => dec(state.paid))), receivable: text(sumOf(view.record.states, (state) => dec(state.open))),
  };
}

function identifiersOf(view: OrderView): SubjectSummary["identifiers"] {
  const { record, order } = view;
  const found = new Map<string, { kind: string; value: string }>();
  const add = (kind: string, value: string | null | undefined) => { if (value) found.set(`${kind}|${value}`, { kind, value }); };
  add("order", view.key);
  add("purchase_order", order.purchaseOrder);
  for (const request of view.requests) add("request", request.id);
  for (const { data } of record.shipments) { add("shipment", data.shipment); add("tracking", data.tracking); }
  for (const state of record.states) { add("invoice", state.invoice?.number); for (const credit of state.credits) if (!dec(credit.total).isNegative()) add("credit", credit.number); for (const debit of state.debits ?? []) add("debit", debit.number); }
  for (const entry of record.returns) { add("return", entry.return); add("credit", entry.creditNumber); }
  for (const row of record.authorisations) add("authorisation", row.authorisation);
  for (const { data } of record.ledger) add(data.kind, data.number);
  return [...found.values()];
}
