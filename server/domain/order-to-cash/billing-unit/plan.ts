import { instantOn } from "../../calendar";
import { commitDebitTax } from "../../debit-tax";
import { dec, zero } from "../../decimal";
import { gateOf, type Gate } from "../../gate";
import { addDays, earliest, type Instant } from "../../instant";
import { creditReviews, lateCredits } from "../../lateness";
import { moneyText } from "../../money";
import { acceptedAs } from "../../overlay";
import { outcomeExceptions, reopenedOf, unknownReviews } from "../../outcomes";
import { periodsKey, postingDate } from "../../period";
import type { ExceptionFinding, Plan, PlanInput, Planner } from "../../plan";
import { modeFor } from "../../policy";
import { asked, hasLeft } from "../../standing";
import { careful } from "../../gate";
import { approvedContent } from "./approval";
import { bucketOf, holderOf, sentenceOf } from "./ball";
import { balancesOf, milestonesOf, summaryOf } from "./books";
import { proposeCredits } from "./corrections";
import { ownCredits, type CreditPayload } from "./credited";
import { followUp } from "./follow-up";
import { differences } from "../../posting-figures";
import { invoicePayload } from "./invoice";
import { exemption, invoiceHolds } from "./invoice-holds";
import { invoiceReviewAt, notInvoiced } from "./not-invoiced";
import { publicationsOf } from "./publish";
import { receivableOf } from "./receivable";
import { settledBy } from "./settled-by";
import { slicesOf } from "./slices";
import { standingInvoice, type InvoiceStanding } from "./standing-invoice";
import { lookedAt } from "./suspects";
import type { Story } from "./story";
import { determineTax, taxQuestion } from "./tax";
import { fileMovedTax, recordAfter } from "./tax-moved";
import { returnTax } from "./tax-return";
import { triggerOf, type Trigger } from "./trigger";
import { asBilled, hasNothingToBill, readUnit, type Unit } from "./unit";
import { silentUnit } from "./silent";
import { withinItsTax } from "./within-tax";

/** What becomes one invoice (domain reference 0, 2.12): tax, holds, posting, what follows, and what changes afterwards. */
export const billingUnitPlanner: Planner = {
  dependencies: (input) => [periodsKey(input.subject.entity), ...lookedAt(input)],
  plan: (input) => {
    const read = readUnit(input);
    if (!read) return silentUnit(input);
    const told = { ...withinItsTax(input, read), mode: careful(read.mode, modeFor(input.policy, "finance", "invoice", read.head.shippedAt)) };
    const gate = gateOf(input, told.head.shippedAt, told.mode);
    const standing = standingInvoice(input, told);
    return planOf(tell(input, asBilled(told, standing.billed), standing, gate), gate);
  },
};

function tell(input: PlanInput, unit: Unit, standing: InvoiceStanding, gate: Gate): Story {
  const trigger = due(input, unit, standing, gate);
  const { taxed, wanted } = prepare(input, unit, standing, trigger, gate);
  const receivable = receivableOf(input, standing.posted);
  const proposals = unit.mode === "observe" ? [] : proposeCredits(input, unit, standing, gate);
  const follow = followUp(input, unit, standing, receivable, gate);
  const settled = settledBy(input, unit, standing.posted, receivable, follow.captures, gate);
  const own = ownCredits(input);
  fileMovedTax(input, own, gate);
  const returned = returnTax(input, own.filter(({ payload }) => payload.class !== "tax_only"), () => recordAfter(input, own), gate);
  const debited = commitDebitTax(input, own, gate);
  const exceptions: ExceptionFinding[] = [
    ...(unit.mode === "observe" ? standing.exceptions.filter(({ code }) => code !== "INV-04") : standing.exceptions), ...(taxed?.problem ? [taxed.problem] : []), ...follow.exceptions, ...settled.exceptions, ...returned, ...debited, ...unknownTerms(unit, standing, trigger),
    ...outcomeExceptions(input, gate.wanted, { customer: unit.head.billTo, currency: unit.currency, amountOf: (view) => asked(view, "total") ?? asked(view, "amount") ?? moneyText(unit.net.plus(unit.chargesTotal).plus(unit.estimatedTax), unit.currency) }),
    ...belowNothing(unit, standing), ...correctedAfterInvoice(input, unit, proposals), ...creditsThatDiffer(input, unit),
  ];
  const known = { input, trigger, standing, holds: gate.holds, exceptions };
  const bucket = bucketOf(known);
  exceptions.push(...notInvoiced({ ...known, unit, wanted, bucket }));
  const story: Story = { ...known, unit, wanted, taxed, receivable, settled, followUp: follow, proposals, commands: gate.wanted, bucket, holder: holderOf(known, bucket), dueSince: trigger.state === "due" ? trigger.at : null };
  exceptions.push(...lateCredits(input, slicesOf(story), exceptions, gate.holds));
  return story;
}

/** The trigger as it is; what stands in the ledger needs no trigger any more. */
function due(input: PlanInput, unit: Unit, standing: InvoiceStanding, gate: Gate): Trigger {
  const trigger = triggerOf(input, unit, gate);
  if (trigger.state === "due" || !(standing.closed || unit.mode === "observe" || hasNothingToBill(unit))) return trigger;
  gate.drop("");
  const day = standing.billed?.accountingDate ?? unit.head.shippedAt.slice(0, 10);
  return standing.closed ? { state: "due", at: unit.head.shippedAt, day, revenueDay: day } : { state: "waiting", nextReview: null, wait: { slot: "", until: null, message: "Nothing is to be billed here." } };
}

/** Tax, holds, invoice, in this order; nothing of it once a document stands or is on its way. */
function prepare(input: PlanInput, unit: Unit, standing: InvoiceStanding, trigger: Trigger, gate: Gate): Pick<Story, "taxed" | "wanted"> {
  const { view, revision } = standing;
  if (standing.closed) {
    // What has not left is not sent any more: the slot is taken by another document.
    if (view && hasLeft(view)) gate.ask({ kind: "post_invoice", slot: "", sequence: revision, payload: view.payload, amount: { amount: String(view.payload["total"]), currency: unit.currency }, dueSince: trigger.state === "due" ? trigger.at : unit.head.shippedAt });
    return { taxed: null, wanted: null };
  }
  if (unit.mode === "observe" || hasNothingToBill(unit) || trigger.state !== "due" || isBelowNothing(unit)) return { taxed: null, wanted: null };
  const estimated = unit.net.plus(unit.chargesTotal).plus(unit.estimatedTax);
  const { period: _, ...content } = approvedContent(unit, null);
  const posting = postingDate(gate, input.reference, { slot: "", kind: "post_invoice", day: trigger.day, entity: unit.entity, amount: moneyText(estimated, unit.currency), currency: unit.currency, content, what: "The invoice" });
  const exempt = exemption(input, unit, gate, posting.period, trigger.at);
  const taxed = determineTax(input, unit, gate, taxQuestion(input, unit, revision, trigger.day, exempt.exempt), trigger.at);
  const held = invoiceHolds(input, unit, gate, taxed, posting.period, trigger.at);
  if (!taxed.answer) return { taxed, wanted: null };
  const wanted = invoicePayload(unit, taxed, revision, { posting, revenueDay: trigger.revenueDay, dueSince: trigger.at });
  if (!wanted) return { taxed, wanted };
  gate.ask({ kind: "post_invoice", slot: "", sequence: revision, payload: { ...wanted }, blockedBy: [...posting.blockedBy, ...exempt.blockedBy, ...held], amount: { amount: wanted.total, currency: unit.currency }, dueSince: trigger.at });
  return { taxed, wanted };
}

/** MAP-04 of an invoice that would be due on a day that nobody can tell. The order says it too while goods of it are open. */
function unknownTerms({ head, net, chargesTotal, estimatedTax, currency, mode }: Unit, standing: InvoiceStanding, trigger: Trigger): ExceptionFinding[] {
  if (head.dueDays !== null || standing.closed || mode === "observe" || trigger.state !== "due") return [];
  return [{ code: "MAP-04", fingerprint: { code: `terms/${head.terms}` }, stops: ["post_invoice"], amount: moneyText(net.plus(chargesTotal).plus(estimatedTax), currency), currency, message: `The rules do not know the payment terms ${head.terms}: the invoice has no due date`, since: trigger.at }];
}

/** Money that goes back is a credit with its own approval, never an invoice. */
const isBelowNothing = (unit: Unit): boolean => unit.net.lt(zero) || unit.net.plus(unit.chargesTotal).lt(zero);

function belowNothing(unit: Unit, standing: InvoiceStanding): ExceptionFinding[] {
  if (standing.closed || unit.mode === "observe" || !isBelowNothing(unit)) return [];
  const total = moneyText(unit.net.plus(unit.chargesTotal), unit.currency);
  return [{ code: "INV-01", fingerprint: { customer: unit.head.billTo, code: "negative" }, stops: ["post_invoice"], amount: total, currency: unit.currency, message: `The invoice for ${unit.orders.join(", ")} would come to ${total} ${unit.currency} before tax, goods ${moneyText(unit.net, unit.currency)}: correct the order's prices, discounts or charges.`, since: unit.terms.map(({ recordedAt }) => recordedAt).sort().at(-1) ?? unit.head.shippedAt }];
}

/** SHP-03 stands from the correction until the credit for it is in the ledger. */
function correctedAfterInvoice(input: PlanInput, unit: Unit, proposals: Story["proposals"]): ExceptionFinding[] {
  const open = proposals.filter((proposal) => proposal.class === "correction");
  const going = ownCredits(input).filter(({ payload, posted }) => payload.class === "correction" && !posted);
  const total = [...open.map((proposal) => proposal.total), ...going.map(({ payload }) => dec(payload.total))].reduce((sum, amount) => sum.plus(amount), zero);
  if (open.length + going.length === 0) return [];
  const since = unit.terms.map(({ recordedAt }) => recordedAt).sort().at(-1) ?? input.now;
  return [{ code: "SHP-03", fingerprint: { customer: unit.head.billTo }, stops: [], amount: moneyText(total, unit.currency), currency: unit.currency, message: `Shipment ${unit.head.shipment} was corrected after its invoice: ${moneyText(total, unit.currency)} ${unit.currency} billed and not shipped.`, since: going[0]?.view.createdAt ?? since }];
}

function creditsThatDiffer(input: PlanInput, unit: Unit): ExceptionFinding[] {
  return ownCredits(input).filter(({ view }) => view.state === "confirmed" && view.result !== null).flatMap(({ view, payload, debit }): ExceptionFinding[] => {
    const sent = view.payload as unknown as CreditPayload, wrong = differences(sent, view.result ?? {});
    return wrong.length === 0 || acceptedAs(input.facts, view.reference ?? payload.cause, wrong) ? [] : [{ code: "INV-04", fingerprint: { connector: view.connector, customer: unit.head.billTo }, stops: [view.naturalKey], amount: sent.total, currency: unit.currency, message: `${debit ? "Debit" : "Credit"} ${view.reference ?? payload.cause} in the ledger differs: ${wrong.join(", ")}.`, since: view.confirmedAt ?? view.createdAt }];
  });
}

const later = (at: Instant | null, now: Instant): Instant | null => (at !== null && at > now ? at : null);

function planOf(story: Story, gate: Gate): Plan {
  const { input, standing, receivable, trigger, unit } = story;
  const owed = [...(standing.posted ? [{ dueDate: standing.posted.dueDate, open: receivable.invoiceOpen }] : []), ...receivable.debits].filter(({ open }) => !open.isZero());
  const dueReviews = owed.flatMap(({ dueDate }) => [instantOn(input.policy.calendar, dueDate, 0), instantOn(input.policy.calendar, addDays(dueDate, 1), 0)].find((at) => at > input.now) ?? []);
  const expires = unit.terms.flatMap(({ data }) => data.authorisations.flatMap(({ expires: at }) => (at !== null && at > input.now ? [at] : [])));
  const slices = hasNothingToBill(unit) && !standing.posted ? [] : slicesOf(story);
  return {
    wanted: gate.wanted, reopened: reopenedOf(input), holds: gate.holds, exceptions: [...story.exceptions], findings: [], waits: trigger.state === "waiting" && !hasNothingToBill(unit) ? [trigger.wait] : [],
    milestones: milestonesOf(story), balances: balancesOf(story), slices, publications: publicationsOf(story), records: [],
    sentence: hasNothingToBill(unit) && !standing.closed ? null : sentenceOf(story), summary: summaryOf(story),
    nextReviewAt: earliest(...dueReviews, later(invoiceReviewAt(story), input.now), trigger.state === "waiting" ? trigger.nextReview : null, ...expires, ...creditReviews(input, slices), ...unknownReviews(input.commands, input.now)),
  };
}
