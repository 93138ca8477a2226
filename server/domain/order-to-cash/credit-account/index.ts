import { latestOf, publishedOf } from "../../facts";
import type { Decimal } from "../../decimal";
import { earliest, type Instant } from "../../instant";
import type { Plan, PlanInput, Planner, Publication, RecordedFact } from "../../plan";
import type { CreditAnswer, CreditRequest, OpenItem, ReceiptInHand } from "../../publications";
import { emptyPlan } from "../order/unseen";
import { baseExposure, overdueOf, partsOf, totalOf, unpostedOf, withOrder, type AccountFacts, type Exposure } from "./exposure";
import { covers, grantsOf, newGrant, type Grant } from "./grants";

/** Who asks, in the order in which they are served: placed, then number (2.8). */
const byPlaced = (a: CreditRequest, b: CreditRequest): number => a.placed.localeCompare(b.placed) || a.order.localeCompare(b.order);

/**
 * The credit account grants reservations (domain reference 1, 2.8, S13). A grant is a recorded fact and is never taken back
 * for an earlier order; it lapses after five days unshipped (P22) and is then asked again.
 */
export const creditAccountPlanner: Planner = { dependencies: () => [], plan };

function plan(input: PlanInput): Plan {
  const result = emptyPlan(input.subject.key);
  const requests = publishedOf<CreditRequest>(input.facts, "credit.request").map(({ data }) => data).filter((request) => request.state !== "closed").sort(byPlaced);
  const position = latestOf(input.facts, "credit.positioned").at(-1);
  if (!position) return { ...result, publications: requests.filter(({ state }) => state === "undecided").map((request) => publication(input, pending(request))), sentence: requests.length > 0 ? "The ERP has not told this account's limit and balance yet." : null };
  const facts: AccountFacts = { position: position.data, openItems: publishedOf<OpenItem>(input.facts, "open_item").map(({ data }) => data), receipts: publishedOf<ReceiptInHand>(input.facts, "receipt.in_hand") };
  const served = serve(input, requests, facts, grantsOf(input.facts));
  return {
    ...result, publications: served.answers.map((answer) => publication(input, answer)), records: served.records, nextReviewAt: earliest(...served.reviews.filter((at) => at > input.now)),
    summary: { ...result.summary, customer: input.subject.key, currency: position.data.currency, amounts: { limit: position.data.limit, exposure: totalOf(served.exposure).toFixed(2) } },
  };
}

interface Served { answers: CreditAnswer[]; records: RecordedFact[]; reviews: Instant[]; exposure: Exposure }

/** Counts what may already act, then serves those that ask one by one; an earlier one that does not fit does not stop a later one that does. */
function serve(input: PlanInput, requests: readonly CreditRequest[], facts: AccountFacts, grants: ReadonlyMap<string, Grant>): Served {
  const { policy, now } = input;
  const { currency } = facts.position;
  const served: Served = { answers: [], records: [], reviews: [], exposure: baseExposure(facts) };
  const asking: CreditRequest[] = [];
  for (const request of requests) {
    const grant = grants.get(request.order);
    const standing = grant !== undefined && covers(grant, request, now);
    if (standing || request.state === "shipped" || (request.state === "granted" && grant === undefined)) {
      served.exposure = withOrder(served.exposure, request, true, policy, now, currency);
      if (grant) { served.answers.push(granted(request, grant)); if (standing && request.state !== "shipped") served.reviews.push(grant.expires); }
      else if (request.state === "granted") served.answers.push(...again(input, request, facts, served.exposure));
    } else asking.push(request);
  }
  for (const request of asking) {
    const before = grants.get(request.order);
    const exposure = withOrder(served.exposure, request, true, { ...policy, exposureHorizonDays: 36500 }, now, currency);
    const over = totalOf(exposure).minus(facts.position.limit);
    const overdue = overdueOf(facts, policy, now);
    if (over.lte(0) && overdue === null && isInCurrency(request, facts)) {
      const { grant, record } = newGrant(request, before, now, policy.reservationDays);
      served.exposure = withOrder(served.exposure, request, true, policy, now, currency);
      served.records.push(record);
      served.answers.push(granted(request, grant));
      served.reviews.push(grant.expires);
      continue;
    }
    served.exposure = withOrder(served.exposure, request, false, policy, now, currency);
    served.answers.push(refused(request, facts, exposure, over, overdue, before, now));
  }
  return served;
}

const isInCurrency = (request: CreditRequest, { position }: AccountFacts): boolean => request.currency === position.currency;

/** An order that acts on a person's release: its refusal is kept up to date, so that the released hold keeps its ground. */
function again(input: PlanInput, request: CreditRequest, facts: AccountFacts, exposure: Exposure): CreditAnswer[] {
  const over = totalOf(exposure).minus(facts.position.limit);
  const overdue = overdueOf(facts, input.policy, input.now);
  return over.lte(0) && overdue === null && isInCurrency(request, facts) ? [] : [refused(request, facts, exposure, over, overdue, undefined, input.now)];
}

const nothingKnown = { decidedAt: null, expires: null, limit: null, exposure: null, over: "0", currency: null, parts: null, overdue: null, unposted: [] };
const pending = (request: CreditRequest): CreditAnswer => ({ order: request.order, verdict: "pending", ...nothingKnown });
const granted = (request: CreditRequest, grant: Grant): CreditAnswer => ({ order: request.order, verdict: "granted", ...nothingKnown, decidedAt: grant.since, expires: grant.expires, currency: request.currency });

function refused(request: CreditRequest, facts: AccountFacts, exposure: Exposure, over: Decimal, overdue: CreditAnswer["overdue"], before: Grant | undefined, now: Instant): CreditAnswer {
  const lapsed = before !== undefined && before.expires <= now;
  return {
    order: request.order, verdict: "refused", decidedAt: null, expires: lapsed ? before.expires : null, limit: facts.position.limit, exposure: totalOf(exposure).toFixed(2),
    over: over.gt(0) ? over.toFixed(2) : "0", currency: facts.position.currency, parts: partsOf(exposure), overdue, unposted: unpostedOf(facts.receipts, facts.position.currency),
  };
}

const publication = (input: PlanInput, answer: CreditAnswer): Publication => ({ topic: "credit.answer", key: answer.order, to: { entity: input.subject.entity, kind: "order", key: answer.order }, data: answer });
