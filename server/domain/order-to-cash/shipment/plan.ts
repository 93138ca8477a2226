import { dec, sumOf, zero, type Decimal } from "../../decimal";
import { careful, gateOf } from "../../gate";
import { addMs, earliest, minutes, type Instant } from "../../instant";
import { moneyText } from "../../money";
import { outcomeExceptions, reopenedOf, unknownReviews } from "../../outcomes";
import type { ExceptionFinding, Plan, PlanInput, Planner, Wait } from "../../plan";
import { modeFor } from "../../policy";
import { balancesOf, milestonesOf, publicationsOf, slicesOf, summaryOf } from "./books";
import { readGoods, shipmentDependencies, type Goods } from "./goods";
import { notices } from "./notices";

/** What left the warehouse, for whom, who was told, and what became of it (2.12). */
export const shipmentPlanner: Planner = {
  dependencies: shipmentDependencies,
  plan: (input) => {
    const goods = readGoods(input);
    return goods ? planOf(input, goods) : notShipped(input);
  },
};

function planOf(input: PlanInput, goods: Goods): Plan {
  const { shippedAt } = goods.issue.data;
  const gate = gateOf(input, shippedAt);
  const told = notices(input, goods, gate);
  const unseen = unseenOrders(input, goods);
  const exceptions = [
    ...goods.exceptions, ...unseen.exceptions, ...deliveryTrouble(goods),
    ...outcomeExceptions(input, gate.wanted, { currency: input.policy.currency, amountOf: () => "0" }),
  ];
  const pending = told.filter((notice) => notice.pending);
  return {
    wanted: gate.wanted, reopened: reopenedOf(input), holds: gate.holds, exceptions, findings: [], waits: unseen.waits,
    milestones: milestonesOf(goods, told), balances: balancesOf(input, goods), slices: slicesOf(input, goods, told, exceptions), publications: publicationsOf(input, goods), records: [],
    sentence: exceptions[0]?.message ?? unseen.waits[0]?.message ?? (pending.length > 0 ? "The customer is being told." : null),
    summary: summaryOf(goods, exceptions, gate.holds.length > 0), nextReviewAt: earliest(unseen.review, ...unknownReviews(input.commands, input.now)),
  };
}

/**
 * SEQ-01 (P19): goods left for an order that we have not seen. The wait counts from when we heard of it, so a late message
 * gives the order the same half hour to come. Where both routes only observe, no clock runs.
 */
function unseenOrders(input: PlanInput, goods: Goods): { exceptions: ExceptionFinding[]; waits: Wait[]; review: Instant | null } {
  const { shippedAt } = goods.issue.data;
  const mode = careful(modeFor(input.policy, "finance", "invoice", shippedAt), modeFor(input.policy, "crm", "shipment", shippedAt));
  const missing = goods.orders.filter((order) => !goods.served.has(order) && !goods.issueFor(order).data.reversed);
  if (mode === "observe" || missing.length === 0) return { exceptions: [], waits: [], review: null };
  const from = goods.seenAt > shippedAt ? goods.seenAt : shippedAt;
  const until = addMs(from, minutes(input.policy.unseenDocumentWaitMinutes));
  if (input.now < until) return { exceptions: [], review: until, waits: missing.map((order) => ({ slot: order, until, message: `Shipped for order ${order}, which has not come yet.` })) };
  return {
    waits: [], review: null,
    exceptions: missing.map((order): ExceptionFinding => ({ code: "SEQ-01", fingerprint: { connector: goods.issue.source, code: "order" }, stops: [`${order}/`], amount: "0", currency: null, message: `Shipment ${goods.issue.document} is for order ${order}, which nobody has told us of.`, since: from })),
  };
}

/** SHP-04: the carrier could not deliver, lost it, or the customer refused it. What is lost or refused for good ends it once returns cover all of it. */
function deliveryTrouble(goods: Goods): ExceptionFinding[] {
  const news = goods.delivery;
  if (!news || !["failed", "lost", "refused"].includes(news.data.state)) return [];
  if (news.data.state !== "failed" && isCredited(goods)) return [];
  return [{ code: "SHP-04", fingerprint: { connector: news.source, code: news.data.state }, stops: [], ...worthOf(goods), message: `Shipment ${goods.issue.document}: delivery ${news.data.state}.`, since: news.data.at }];
}

/** Of its orders in the currency of the first: one amount has one currency. */
function worthOf({ served }: Goods): Pick<ExceptionFinding, "amount" | "currency"> {
  const known = [...served.values()].filter(({ currency }) => currency !== undefined), currency = known[0]?.currency;
  return currency === undefined ? { amount: "0", currency: null } : { amount: moneyText(sumOf(known.filter((row) => row.currency === currency), ({ worth }) => dec(worth ?? "0")), currency), currency };
}

function isCredited({ lines, served }: Goods): boolean {
  const left = new Map<string, Decimal>();
  for (const { order, orderLine, quantity } of lines) { const key = `${order}/${orderLine}`; left.set(key, (left.get(key) ?? zero).plus(quantity)); }
  return lines.length > 0 && lines.every(({ order, orderLine }) => dec(served.get(order)?.returned?.[orderLine] ?? "0").gte(left.get(`${order}/${orderLine}`) ?? zero));
}

/** A carrier spoke of a shipment that the warehouse has not confirmed. */
function notShipped(input: PlanInput): Plan {
  const news = input.facts.find((fact) => fact.type === "shipment.delivered");
  const until = news ? addMs(news.recordedAt, minutes(input.policy.unseenDocumentWaitMinutes)) : null;
  const late = news !== undefined && until !== null && input.now >= until;
  const message = `The carrier speaks of shipment ${input.subject.key}, which no warehouse has confirmed.`;
  return {
    wanted: [], reopened: [], holds: [], findings: [], milestones: [], balances: [], slices: [], publications: [], records: [],
    exceptions: late ? [{ code: "SEQ-01", fingerprint: { connector: news.source, code: "shipment" }, stops: [], amount: "0", currency: null, message, since: news.recordedAt }] : [],
    waits: news && !late ? [{ slot: "", until, message }] : [], sentence: news ? message : null, nextReviewAt: late ? null : until,
    summary: { number: input.subject.key, customer: null, customerName: null, channel: null, currency: null, stage: null, stageSince: null, placedAt: null, dueAt: null, tracks: {}, facets: late ? ["exception"] : [], amounts: {}, complete: false, identifiers: [{ kind: "shipment", value: input.subject.key }] },
  };
}
