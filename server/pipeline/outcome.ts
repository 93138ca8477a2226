import { backoffMs, lookupBackoff, type BackoffRule } from "@/server/domain/backoff";
import { addMs, epochMs, type Instant } from "@/server/domain/instant";
import type { LaneRules } from "@/server/domain/resilience";
import type { Failure } from "@/server/domain/result";
import type { CommandSupport, LookupAnswer, Outcome, VerifyAnswer } from "@/server/integrations/contract/connector";
import { disagreements } from "./agreement";
import type { ClaimedCommand, Exchange, Settlement } from "./ports";

/** Two empty look-ups that count are at least this far apart, or as far as the connector says. */
const lookupSpacingMs = 30_000;
const emptyLookupsNeeded = 2;
/** Where only a person can know, the target is asked again this often all the same. */
const doubtReviewMs = 3_600_000;
const differenceReviewMs = 3_600_000;
/** A command with which so many workers died in a row is not sent again (TEC-05); after twice as many it is not asked for either. */
const deathsAllowed = 3;
/** After a death it waits ever longer, at random, so that what died beside it does not meet it again. */
const deathBackoff: BackoffRule = { baseMs: 5_000, capMs: 60_000 };
/** A target that asks for a pause without saying how long gets this one; no pause is longer than an hour. */
const pauseMs = 1_000, longestPauseMs = 3_600_000;
/** An idempotency key is not relied on in the last minute of its life. */
const keyMarginMs = 60_000;

export interface Call { startedAt: Instant; endedAt: Instant; exchange: Exchange }
/** `fraction` is random in [0, 1), for jitter. */
export interface Judged { command: ClaimedCommand; support: CommandSupport | null; rules: LaneRules; call: Call; fraction: number }

const blank = ({ command, call }: Judged, purpose: Settlement["purpose"]): Omit<Settlement, "outcome"> => ({
  command, purpose, startedAt: call.startedAt, endedAt: call.endedAt, request: call.exchange.request, response: call.exchange.response, httpStatus: call.exchange.httpStatus,
  to: null, failure: null, standing: null, reference: null, result: null, dueAt: null, repeatUntil: null, lookups: command.lookups, uncounted: false, deaths: purpose === "lookup" ? command.deaths : 0,
  verifiedAt: null, verifyDueAt: null, technicalFailure: false, authenticationFailure: false, callAgainAt: null, events: [],
});

/** 429, or any failure that names its pause: then nobody calls before, whatever the call. */
function callAgainAt({ call }: Judged, retryAfterMs: number | undefined): Instant | null {
  if (retryAfterMs === undefined && call.exchange.httpStatus !== 429) return null;
  return addMs(call.endedAt, Math.min(longestPauseMs, Math.max(0, retryAfterMs ?? pauseMs)));
}

/** No answer, or the target's own fault: what five in a row of opens the breaker. A refusal or a rate limit is an answer. */
const isTechnical = (exchange: Exchange): boolean => exchange.httpStatus === null || exchange.httpStatus >= 500;

/** Until when a second send is harmless, because the target remembers the first by its key; null: it is not, or no longer. */
function keyLife({ command, support, call }: Judged): Instant | null {
  if (!support || support.idempotentForMs === 0 || command.firstSentAt === null) return null;
  const until = addMs(command.firstSentAt, support.idempotentForMs - keyMarginMs);
  return epochMs(call.endedAt) < epochMs(until) ? until : null;
}

/** What a send means for its command. Nothing is sent a second time without proof that the first did nothing, or a live key. */
export function judgeSend(judged: Judged, outcome: Outcome): Settlement {
  const base = blank(judged, "send");
  if (outcome.kind === "confirmed")
    return { ...base, outcome: "confirmed", to: "confirmed", reference: outcome.reference, result: outcome.result, lookups: 0, events: outcome.events ?? [], verifyDueAt: judged.support?.verify ? judged.call.endedAt : null };
  const { failure } = outcome;
  if (outcome.kind === "rejected" && isRefused(judged)) return { ...base, outcome: "rejected", to: "rejected", failure, standing: failure };
  if (outcome.kind === "retryable" && proven(judged, outcome) && !judged.command.inDoubt) return again(judged, base, outcome);
  return doubted(judged, base, outcome);
}

/** Of a command in doubt only the target itself can say that it is refused; that we could not even ask tells nothing of the first try. */
const isRefused = ({ command, call }: Judged): boolean => !command.inDoubt || call.exchange.httpStatus !== null;

/** It may have acted, now or before: frozen until that is known. While the key lives, the very same payload goes out again, which is how it becomes known. */
function doubted(judged: Judged, base: Omit<Settlement, "outcome">, outcome: Exclude<Outcome, { kind: "confirmed" }>): Settlement {
  const { call } = judged;
  const retry = outcome.kind === "retryable" ? outcome : null, authenticationFailure = retry?.authentication === true;
  const settlement: Settlement = { ...base, callAgainAt: callAgainAt(judged, retry?.retryAfterMs), outcome: "unknown", to: "unknown", failure: outcome.failure, uncounted: authenticationFailure, authenticationFailure, technicalFailure: !authenticationFailure && isTechnical(call.exchange) };
  const repeatUntil = exhausted(judged) && !authenticationFailure ? null : keyLife(judged);
  if (repeatUntil === null) return { ...settlement, ...afterUnknown(judged) };
  return { ...settlement, repeatUntil, dueAt: authenticationFailure ? call.endedAt : addMs(call.endedAt, waitMs(judged, retry?.retryAfterMs)) };
}

/**
 * Whether the target certainly did not act: nothing was sent, the connection was never made, it answered with a refusal of
 * its own (4xx), or with a status that the connector lists with the page that says so. The rest is the key's business.
 */
function proven({ support, call: { exchange } }: Judged, outcome: Extract<Outcome, { kind: "retryable" }>): boolean {
  if (outcome.authentication === true || exchange.request === null) return true;
  if (exchange.httpStatus === null) return (exchange.response as { left?: unknown } | null)?.left === "no";
  return (exchange.httpStatus >= 400 && exchange.httpStatus < 500) || (support?.provenNotActed.some((page) => page.status === exchange.httpStatus) ?? false);
}

const exhausted = ({ command, rules, call }: Judged): boolean =>
  command.tries >= rules.attempts || (command.firstSentAt !== null && epochMs(call.endedAt) - epochMs(command.firstSentAt) >= rules.ageHours * 3_600_000);

/** Until the next try: random, so that those who failed together do not come back together. */
const waitMs = ({ command, rules, fraction }: Judged, least: number | undefined): number =>
  Math.max(least ?? 0, backoffMs(command.tries, fraction, { baseMs: rules.firstWaitSeconds * 1000, capMs: rules.lastWaitSeconds * 1000 }));

function again(judged: Judged, blankBase: Omit<Settlement, "outcome">, outcome: Extract<Outcome, { kind: "retryable" }>): Settlement {
  const base = { ...blankBase, callAgainAt: callAgainAt(judged, outcome.retryAfterMs) };
  const { command, call } = judged;
  const { failure } = outcome;
  const refusedLogin = outcome.authentication === true;
  const technicalFailure = !refusedLogin && isTechnical(call.exchange);
  if (exhausted(judged) && !refusedLogin)
    return { ...base, outcome: "retryable", to: "rejected", failure, technicalFailure, standing: { code: "TEC-03", message: `Retries used up after ${command.tries} attempts: ${failure.message}` } };
  return { ...base, outcome: "retryable", to: "wanted", failure, dueAt: refusedLogin ? call.endedAt : addMs(call.endedAt, waitMs(judged, outcome.retryAfterMs)), uncounted: refusedLogin, technicalFailure, authenticationFailure: refusedLogin };
}

/** Found out by look-up at once where the target reads its own writes; else when it settled; by a person where it cannot be searched. */
function afterUnknown({ support, call }: Judged): Pick<Settlement, "dueAt" | "standing" | "lookups"> {
  if (!support?.lookup) return { dueAt: addMs(call.endedAt, doubtReviewMs), lookups: 0, standing: { code: "TEC-04", message: "The answer was lost and this system cannot be searched" } };
  return { dueAt: support.lookup.consistency === "read_your_writes" ? call.endedAt : addMs(call.endedAt, support.lookup.settleMs), lookups: 0, standing: null };
}

const cannotSearch: Failure = { code: "TEC-04", message: "The answer was lost and this system cannot be searched" };

/** An unknown command that needs no search: its key still makes a repeat harmless, or nobody can search there. Null: look it up. */
export function judgeWithoutLookup(judged: Judged): Settlement | null {
  const base = blank(judged, "lookup"), repeatUntil = exhausted(judged) || judged.command.deaths >= deathsAllowed ? null : keyLife(judged);
  if (judged.command.deaths >= 2 * deathsAllowed) {
    const standing = { code: "TEC-04", message: `Set aside: ${judged.command.deaths} workers died over it, the last while they looked for it` };
    return { ...base, outcome: "failed", failure: standing, standing, dueAt: addMs(judged.call.endedAt, doubtReviewMs) };
  }
  if (repeatUntil !== null) return { ...base, outcome: "absent", repeatUntil, dueAt: judged.call.endedAt };
  if (!judged.support?.lookup) return { ...base, outcome: "failed", failure: cannotSearch, standing: cannotSearch, dueAt: addMs(judged.call.endedAt, doubtReviewMs) };
  return null;
}

/**
 * What a look-up means. Absence is proved by two empty answers after the target has settled, spaced apart, and only where
 * the search is complete; then the same key is wanted again. Several documents freeze the slot for a person (INV-05).
 */
export function judgeLookup(judged: Judged, answer: LookupAnswer): Settlement {
  const { command, support, call } = judged;
  const base = blank(judged, "lookup");
  if (answer.kind === "found")
    return { ...base, outcome: "found", to: "confirmed", reference: answer.reference, result: answer.result, lookups: 0, deaths: 0, verifyDueAt: support?.verify ? call.endedAt : null };
  if (answer.kind === "several") {
    const standing = { code: "INV-05", message: `The target has ${answer.references.length} documents with our reference: ${answer.references.join(", ").slice(0, 200)}` };
    return { ...base, outcome: "several", failure: standing, standing, dueAt: addMs(call.endedAt, doubtReviewMs) };
  }
  if (answer.kind === "failed") {
    const authenticationFailure = answer.authentication === true;
    return { ...base, callAgainAt: callAgainAt(judged, answer.retryAfterMs), outcome: "failed", failure: answer.failure, authenticationFailure, technicalFailure: !authenticationFailure && isTechnical(call.exchange), dueAt: addMs(call.endedAt, 1_000 + backoffMs(command.lookups + 2, judged.fraction, lookupBackoff)) };
  }
  return absent(judged, base);
}

function absent({ command, support, call, fraction }: Judged, base: Omit<Settlement, "outcome">): Settlement {
  const settleMs = support?.lookup?.settleMs ?? 0;
  const settledAt = addMs(command.lastSentAt ?? call.startedAt, settleMs);
  if (call.startedAt < settledAt) return { ...base, outcome: "absent", dueAt: settledAt };
  const lookups = command.lookups + 1;
  if (lookups < emptyLookupsNeeded) return { ...base, outcome: "absent", lookups, dueAt: addMs(call.endedAt, Math.max(lookupSpacingMs, settleMs)) };
  if (support?.lookup?.complete && command.deaths >= deathsAllowed) {
    const standing = { code: "TEC-05", message: `Set aside: ${command.deaths} workers that sent it died, and the target does not have it` };
    return { ...base, outcome: "absent", to: "rejected", lookups: 0, failure: standing, standing };
  }
  if (support?.lookup?.complete) return { ...base, outcome: "absent", to: "wanted", lookups: 0, dueAt: addMs(call.endedAt, command.deaths === 0 ? 0 : backoffMs(command.deaths, fraction, deathBackoff)) };
  const standing = { code: "TEC-04", message: "The target does not show the document, and its search cannot prove that there is none" };
  return { ...base, outcome: "absent", lookups, failure: standing, standing, dueAt: addMs(call.endedAt, doubtReviewMs) };
}

/** A document that kills who reads it back is left unread for an hour, then read once more. Null: read it. */
export function judgeWithoutReading(judged: Judged): Settlement | null {
  if (judged.command.deaths < deathsAllowed) return null;
  return { ...blank(judged, "verify"), deaths: deathsAllowed - 1, outcome: "failed", failure: { code: "TEC-05", message: `${judged.command.deaths} workers died while they read it back` }, verifyDueAt: addMs(judged.call.endedAt, differenceReviewMs) };
}

/** A look-up or a read-back that a worker gave back as it was told to stop: it tells nothing, counts as nothing, and is another's at once. */
export function judgeGivenBack(judged: Judged, purpose: "lookup" | "verify"): Settlement {
  const { command, call } = judged;
  return { ...blank(judged, purpose), deaths: command.deaths, outcome: "failed", failure: { code: "TEC-01", message: "The worker was told to stop before there was an answer" }, ...(purpose === "lookup" ? { dueAt: call.endedAt } : { verifyDueAt: call.endedAt }) };
}

/** What a read-back means: agreed sets `verifiedAt`; a difference keeps the target's own figures for the planner (INV-04). */
export function judgeVerify(judged: Judged, answer: VerifyAnswer): Settlement {
  const { command, call } = judged;
  const base = blank(judged, "verify");
  if (answer.kind === "read") {
    const wrong = disagreements(command.payload, answer.result);
    if (wrong.length === 0) return { ...base, outcome: "agreed", result: answer.result, verifiedAt: call.endedAt };
    return { ...base, outcome: "differs", result: answer.result, failure: { code: "INV-04", message: wrong.join(", ").slice(0, 400) }, verifyDueAt: addMs(call.endedAt, differenceReviewMs) };
  }
  const age = Math.max(0, epochMs(call.endedAt) - epochMs(command.confirmedAt ?? call.startedAt));
  const againMs = Math.min(differenceReviewMs, 1_000 + age);
  if (answer.kind === "missing") return { ...base, outcome: "missing", failure: { code: "INV-04", message: "The accepted document is not there to be read" }, verifyDueAt: addMs(call.endedAt, againMs) };
  const authenticationFailure = answer.authentication === true;
  return { ...base, callAgainAt: callAgainAt(judged, answer.retryAfterMs), outcome: "failed", failure: answer.failure, authenticationFailure, technicalFailure: !authenticationFailure && isTechnical(call.exchange), verifyDueAt: addMs(call.endedAt, againMs) };
}
