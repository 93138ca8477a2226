import { addBusinessDays } from "./calendar";
import { leftOpen, refundedOf } from "./card-refund";
import { appliedInAll } from "./credit-application";
import type { StandingCredit } from "./debit";
import { dec, zero, type Decimal } from "./decimal";
import type { Instant } from "./instant";
import { moneyText, type Currency } from "./money";
import type { Slice } from "./movements";
import type { ExceptionFinding, HoldFinding, PlanInput } from "./plan";

/** A team by its name, a system by that of its connector. */
const holderName = (holder: Slice["holder"]): string => (holder.startsWith("target:") ? `the system ${holder.slice("target:".length)}` : holder.replace("_", " "));

/** SLA-01: the team that holds the ball is past the stage's target (3.2). `what` tells stages apart that wait for different things. */
export const pastTarget = ({ stage, holder, currency }: Slice, dueAt: Instant, amount: Decimal, what: string = stage): ExceptionFinding => ({
  code: "SLA-01", fingerprint: { code: what, partner: holder }, stops: [], amount: moneyText(amount, currency), currency, message: `Stage ${stage} should have ended by ${dueAt}; ${holderName(holder)} holds the ball`, since: dueAt,
});

/** Of posted credits, those that are neither whole on an invoice nor given back. */
export const openOnes = (input: Pick<PlanInput, "commands" | "facts">, posted: readonly StandingCredit[]): StandingCredit[] =>
  posted.filter(({ view, payload, debit }) => !debit && dec(payload.total).minus(appliedInAll(input, view.slot)).minus(refundedOf(input, [view.slot])).gt(0));

/**
 * Stage 260: what is open of posted credits, since the oldest of these was posted. Five business days, and no date where a
 * person left all of it open.
 */
export function openCredits(input: PlanInput, posted: readonly StandingCredit[], open: Decimal, where: { currency: Currency; document: string; holder: Slice["holder"] }): Slice[] {
  if (open.lte(0)) return [];
  const standing = openOnes(input, posted);
  const oldest = (credits: readonly StandingCredit[]): Instant | undefined => credits.map(({ view }) => view.verifiedAt ?? view.createdAt).sort()[0];
  const undecided = oldest(standing.filter(({ view }) => !leftOpen(input, view.slot)));
  const money = moneyText(zero, where.currency);
  return [{ ...where, key: "settle", line: "", stage: "credit_settle", bucket: null, quantity: "0", amount: moneyText(open, where.currency), charges: money, tax: money, since: oldest(standing) ?? input.now, dueAt: undecided ? addBusinessDays(input.policy.calendar, undecided, 5) : null }];
}

const settling = ["apply_credit", "refund_payment", "post_refund", "reverse_refund"];

/** An open credit that nobody set against an invoice or gave back in time, and for which nothing else waits for a person. */
export function lateCredits({ now }: Pick<PlanInput, "now">, slices: readonly Slice[], exceptions: readonly ExceptionFinding[], holds: readonly HoldFinding[]): ExceptionFinding[] {
  const explained = holds.some(({ blocks }) => blocks.some((kind) => settling.includes(kind))) || exceptions.some(({ stops }) => stops.some((name) => settling.includes(name.split("|")[0] ?? "")));
  return explained ? [] : slices.flatMap((slice) => (slice.stage === "credit_settle" && slice.dueAt !== null && slice.dueAt <= now ? [pastTarget(slice, slice.dueAt, dec(slice.amount))] : []));
}

/** When an open credit will be late, as long as that is to come. */
export const creditReviews = ({ now }: Pick<PlanInput, "now">, slices: readonly Slice[]): Instant[] => slices.flatMap(({ stage, dueAt }) => (stage === "credit_settle" && dueAt !== null && dueAt > now ? [dueAt] : []));
