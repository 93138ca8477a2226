import { commitDebitTax } from "../debit-tax";
import { gateOf } from "../gate";
import { earliest } from "../instant";
import { codebook, mapKey } from "../order-to-cash/order/codes";
import { returnTax } from "../order-to-cash/billing-unit/tax-return";
import { outcomeExceptions, reopenedOf, unknownReviews } from "../outcomes";
import { periodsKey } from "../period";
import { creditReviews, lateCredits } from "../lateness";
import { latestOf, publishedOf } from "../facts";
import { referenceId, type Plan, type PlanInput, type Planner, type ReferenceKey } from "../plan";
import type { ReturnBasis } from "../publications";
import { asked } from "../standing";
import { adoptsCredits } from "./adopted";
import { balancesOf, milestonesOf, publicationsOf, slicesOf, summaryOf, type ReturnStory } from "./books";
import { planCredits } from "./credits";
import { itemOf } from "./open-items";
import { readReturn, type Return } from "./read";
import { settle } from "./settlement";
import { troubleWith } from "./trouble";

/** Goods that come back, and the money for them (domain reference 2.5): plain credit, refused delivery, credit without goods. */
export const returnPlanner: Planner = adoptsCredits({
  dependencies: ({ subject, facts, policy, reference = new Map() }) => {
    const keys = new Map<string, ReferenceKey>();
    const add = (key: ReferenceKey) => keys.set(referenceId(key), key);
    add(periodsKey(subject.entity));
    for (const { data } of publishedOf<ReturnBasis>(facts, "return.basis")) for (const { invoice } of data.billed) for (const key of [invoice, ...(itemOf({ reference }, invoice)?.debits ?? [])]) add({ topic: "open_item", key });
    for (const { data, source } of latestOf(facts, "return.received"))
      for (const { item } of data.lines) {
        add(mapKey("item", source, item));
        const found = codebook(reference, source, policy).canonical("item", item);
        add({ topic: "item", key: found.ok ? found.value : item });
      }
    return [...keys.values()];
  },
  plan: (input) => {
    const subject = readReturn(input);
    return subject ? planOf(input, subject) : silent(input);
  },
});

function planOf(input: PlanInput, subject: Return): Plan {
  const gate = gateOf(input, subject.received?.data.receivedAt ?? subject.authorised?.data.authorisedAt ?? subject.seenAt);
  const credits = planCredits(input, subject, gate);
  const settlement = settle(input, subject, credits, gate);
  const trouble = troubleWith(input, subject, credits);
  const returned = returnTax(input, credits.standing, (invoice) => itemOf(input, invoice)?.tax, gate);
  const debited = commitDebitTax(input, credits.standing, gate);
  const currency = subject.basis?.currency ?? input.policy.currency;
  const exceptions = [
    ...trouble.exceptions, ...settlement.exceptions, ...returned, ...debited,
    ...outcomeExceptions(input, gate.wanted, { ...(subject.basis ? { customer: subject.basis.billTo } : {}), currency, amountOf: (view) => asked(view, "total") ?? asked(view, "amount") ?? "0" }),
  ];
  const story: ReturnStory = { input, subject, credits, settlement, holds: gate.holds, exceptions };
  const slices = slicesOf(story);
  exceptions.push(...lateCredits(input, slices, exceptions, gate.holds));
  return {
    wanted: gate.wanted, reopened: reopenedOf(input), holds: gate.holds, exceptions, findings: [], waits: trouble.waits, milestones: milestonesOf(story), balances: balancesOf(story), slices,
    publications: publicationsOf(story), records: [], sentence: exceptions[0]?.message ?? gate.holds[0]?.message ?? trouble.waits[0]?.message ?? null, summary: summaryOf(story), nextReviewAt: earliest(...trouble.reviews, ...creditReviews(input, slices), ...unknownReviews(input.commands, input.now)),
  };
}

const silent = (input: PlanInput): Plan => ({
  wanted: [], reopened: [], holds: [], exceptions: [], findings: [], waits: [], milestones: [], balances: [], slices: [], publications: [], records: [], sentence: null, nextReviewAt: null,
  summary: { number: input.subject.key, customer: null, customerName: null, channel: null, currency: null, stage: null, stageSince: null, placedAt: null, dueAt: null, tracks: {}, facets: [], amounts: {}, complete: false, identifiers: [{ kind: "return", value: input.subject.key }] },
});
