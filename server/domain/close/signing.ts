import type { Day } from "../instant";
import { dec } from "../decimal";
import { fail, ok, type Result } from "../result";
import { mayDo, type RoleGrant } from "../rights";
import type { CloseFigures } from "./readiness";

/** `proposed`: something blocked, and a second person has not confirmed it. At most one of a period is proposed or signed. */
export const signStates = ["proposed", "signed", "withdrawn"] as const;
export type SignState = (typeof signStates)[number];
type Signer = { id: string; grants: readonly RoleGrant[] };

/** A sign-off as it stands when somebody acts on it. */
export interface SignOffStanding { entity: string; state: SignState; preparedBy: string }
const saidWhy = (reason: string): boolean => reason.trim().length >= 3;

/**
 * Whether a person may sign a period, and whether the signature stands by itself. Where something blocks, it needs a reason and a second
 * person: what the rules would not let pass is passed by two.
 */
export function sign(person: Signer, period: { entity: string; to: Day; today: Day; live: SignState | null; blockers: number }, reason: string): Result<{ state: SignState }> {
  const allowed = mayDo(person.grants, "period.sign", period.entity);
  if (!allowed.ok) return allowed;
  if (period.live !== null) return fail("CONFLICT", period.live === "signed" ? "It is signed already" : "It waits for a second person already");
  if (period.today <= period.to) return fail("STATE", `It ends on ${period.to}: a period is signed when it is over`);
  if (period.blockers > 0 && !saidWhy(reason)) return fail("REASON", `${period.blockers === 1 ? "One thing blocks" : `${period.blockers} things block`} the close: say why it is signed all the same`);
  return ok({ state: period.blockers > 0 ? "proposed" : "signed" });
}

/** The second person: of finance, and not the one who signed first. */
export function confirm(person: Signer, { entity, state, preparedBy }: SignOffStanding): Result<true> {
  const allowed = mayDo(person.grants, "period.sign", entity);
  if (!allowed.ok) return allowed;
  if (preparedBy === person.id) return fail("FORBIDDEN", "Whoever signed first may not confirm it");
  return state === "proposed" ? ok(true) : fail("CONFLICT", `It is ${state} already`);
}

/** Takes a signature back, by anybody of finance, with a reason. What was signed is kept. */
export function withdraw(person: Signer, { entity, state }: SignOffStanding, reason: string): Result<true> {
  const allowed = mayDo(person.grants, "period.sign", entity);
  if (!allowed.ok) return allowed;
  if (state === "withdrawn") return fail("CONFLICT", "It is withdrawn already");
  return saidWhy(reason) ? ok(true) : fail("REASON", "Say why, so that the record can be read later");
}

/** Whether a person may ask the keeper of the ledger to reopen a period, with a reason. Documents that wait for it go by themselves when it is open again. */
export function askReopening(person: Signer, { entity, state }: { entity: string; state: "open" | "soft_closed" | "closed" }, reason: string): Result<true> {
  const allowed = mayDo(person.grants, "period.sign", entity);
  if (!allowed.ok) return allowed;
  if (state === "open") return fail("STATE", "It is open in the ledger: nothing has to be asked");
  return saidWhy(reason) ? ok(true) : fail("REASON", "Say why, so that whoever keeps the ledger can decide");
}

/** Steps of a close in their order. */
export const closeSteps = {
  completeness: "Every source was asked, and nothing is missing",
  cut_off: "Documents that came late are decided",
  postings: "What belongs to the period is posted and read back",
  reconciliation: "Both pairs of books are compared up to the last day and settled",
  accruals: "The accrual entry is booked in the ledger",
} as const;
export type CloseStep = keyof typeof closeSteps;
export const closeStepNames = Object.keys(closeSteps) as [CloseStep, ...CloseStep[]];

/** Whether the figures say that a step is done; null where only a person knows. */
export function evidenceOf(step: CloseStep, figures: CloseFigures): boolean | null {
  const { gaps, held, exceptions, unposted, reconciliation, unbilled } = figures, none = (rows: readonly { count: number }[]) => rows.every(({ count }) => count === 0);
  switch (step) {
    case "completeness": return gaps.missing + gaps.totals + gaps.unanswered === 0;
    case "cut_off": return none(held.filter(({ name }) => name === "PERIOD_CLOSED"));
    case "postings": return none([...held, ...exceptions, ...unposted]);
    case "reconciliation": return reconciliation.every(({ run, to, items }) => run !== null && to !== null && to >= figures.asOf.day && items === 0);
    case "accruals": return unbilled.every(({ accrual }) => dec(accrual).isZero()) ? true : null;
  }
}

/** Whether a person may tick a step or take the tick away; a note says what was done, or where it is booked. */
export function check(person: Signer, step: { entity: string; done: boolean; wanted: boolean }, note: string): Result<true> {
  const allowed = mayDo(person.grants, "period.sign", step.entity);
  if (!allowed.ok) return allowed;
  if (step.done === step.wanted) return fail("CONFLICT", step.done ? "It is ticked already" : "It is not ticked");
  return saidWhy(note) ? ok(true) : fail("REASON", "Say what was done, so that the record can be read later");
}
