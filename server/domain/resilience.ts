import { z } from "zod";
import type { Lane } from "./commands";
import { fail, ok, type Result } from "./result";

export const lanes = ["finance", "operations", "inquiry", "bulk"] as const satisfies readonly Lane[];

const whole = (what: string, least: number, most: number) => z.int(`${what} is a whole number`).min(least, `${what}: at least ${least}`).max(most, `${what}: at most ${most.toLocaleString("en-US")}`);
const some = (what: string, least: number, most: number) => z.number(`${what} is a number`).min(least, `${what}: at least ${least}`).max(most, `${what}: at most ${most.toLocaleString("en-US")}`);

const laneRules = z.strictObject({
  /** Part of the connector's calls at once, and of its kept calls, that the lane may use. */
  share: some("The share of the calls", 0.01, 1),
  /** A send is given up (TEC-03) after so many counted tries, or when its first is so old. */
  attempts: whole("Tries", 1, 100),
  ageHours: some("The age at which it is given up, in hours", 0.05, 720),
  /** The wait before the next try is random below a bound that begins with the first and doubles to the last. */
  firstWaitSeconds: some("The first wait, in seconds", 0.1, 3_600),
  lastWaitSeconds: some("The longest wait, in seconds", 1, 86_400),
}).refine(({ firstWaitSeconds, lastWaitSeconds }) => firstWaitSeconds <= lastWaitSeconds, { message: "The first wait is longer than the longest", path: ["firstWaitSeconds"] })
  .refine(({ lastWaitSeconds, ageHours }) => lastWaitSeconds < ageHours * 3_600, { message: "It would be given up before the longest wait is over", path: ["lastWaitSeconds"] });

const breakerRules = z.strictObject({
  /** Technical failures in a row that open it. */
  inARow: whole("Failures in a row", 2, 100),
  /** Or this part of the calls of a window, where there were so many. */
  failedShare: some("The part of calls that fail", 0.05, 1),
  minimumCalls: whole("The least number of calls", 5, 10_000),
  windowSeconds: whole("The window, in seconds", 5, 3_600),
  /** It is tried after the first wait, which doubles to the last with every probe that fails. */
  firstProbeSeconds: whole("The wait before the first probe, in seconds", 1, 600),
  lastProbeSeconds: whole("The longest wait before a probe, in seconds", 1, 3_600),
}).refine(({ firstProbeSeconds, lastProbeSeconds }) => firstProbeSeconds <= lastProbeSeconds, { message: "The first wait is longer than the longest", path: ["firstProbeSeconds"] });

const rules = z.strictObject({ lanes: z.strictObject({ finance: laneRules, operations: laneRules, inquiry: laneRules, bulk: laneRules }), breaker: breakerRules })
  .refine(({ lanes: { finance, ...others } }) => Object.values(others).every(({ share }) => share <= finance.share), { message: "No lane may have more of the calls than postings: a flood in it would delay them", path: ["lanes", "finance", "share"] });

export type LaneRules = z.infer<typeof laneRules>;
export type BreakerRules = z.infer<typeof breakerRules>;
type Rules = z.infer<typeof rules>;
/** How the tower bears with one connector. The calls are those of all workers together. */
export interface ResiliencePolicy extends Rules { concurrency: number; perMinute: number }
/** What its code allows. */
export interface CallLimits { concurrency: number; perMinute: number }

const lane = (share: number): LaneRules => ({ share, attempts: 10, ageHours: 24, firstWaitSeconds: 1, lastWaitSeconds: 300 });
/** `finance` may have all of it; the others leave room, so that a flood of inquiries or a replay never delays a posting. */
export const defaultRules: Rules = {
  lanes: { finance: lane(1), operations: lane(0.75), inquiry: lane(0.5), bulk: lane(0.25) },
  breaker: { inARow: 5, failedShare: 0.5, minimumCalls: 20, windowSeconds: 60, firstProbeSeconds: 10, lastProbeSeconds: 60 },
};

/** As stored; what cannot be read are the defaults. */
export const rulesOf = (stored: unknown): Rules => rules.safeParse(stored).data ?? defaultRules;

/** As stored, within what the code allows. */
export function policyOf(stored: { concurrency: number | null; perMinute: number | null; rules: unknown }, limits: CallLimits): ResiliencePolicy {
  return { ...rulesOf(stored.rules), concurrency: Math.min(stored.concurrency ?? limits.concurrency, limits.concurrency), perMinute: Math.min(stored.perMinute ?? limits.perMinute, limits.perMinute) };
}

/** POLICY: what is absurd about it, in plain words, and where. */
export function checkPolicy(given: unknown, limits: CallLimits): Result<ResiliencePolicy> {
  const whatever = z.strictObject({ ...rules.shape, concurrency: whole("Calls at once", 1, limits.concurrency), perMinute: whole("Calls a minute", 1, limits.perMinute) }).safeParse(given);
  const parsed = whatever.success ? rules.safeParse({ lanes: whatever.data.lanes, breaker: whatever.data.breaker }) : whatever;
  if (whatever.success && parsed.success) return ok(whatever.data);
  const issue = parsed.error?.issues[0], at = issue?.path.join(".") ?? "";
  return fail("POLICY", issue?.message ?? "It cannot be read", at);
}

/** What one claim for a lane may take, of what all workers together have. */
export interface Budget {
  /** Calls of the lane under way at once. */
  atOnce: number;
  /** Calls of the whole connector in a minute. Unused ones are kept for two seconds, at least one of them. */
  perMinute: number;
  /** Calls of the kept ones that the lane leaves to others. */
  leaves: number;
}

/** Calls that a connector that was at rest may have at once. */
export const keptCalls = (perMinute: number): number => Math.max(1, perMinute / 30);

export function budgetOf(of: Lane, { concurrency, perMinute, lanes: { [of]: { share } } }: Pick<ResiliencePolicy, "concurrency" | "perMinute" | "lanes">): Budget {
  const kept = keptCalls(perMinute);
  // Every lane comes to its turn: one call is never out of its reach.
  return { atOnce: Math.max(1, Math.floor(concurrency * share)), perMinute, leaves: Math.min(kept * (1 - share), kept - 1) };
}

const gapMs = ({ perMinute }: Budget): number => 60_000 / perMinute;
const keptFrom = (budget: Budget, nowMs: number): number => nowMs - keptCalls(budget.perMinute) * gapMs(budget);
/** Calls that the lane may make now, where the connector's calls are spent until `spentMs`. The claim says the same in SQL. */
export const callsNow = (budget: Budget, spentMs: number, nowMs: number): number =>
  Math.max(0, Math.floor((nowMs - Math.max(spentMs, keptFrom(budget, nowMs))) / gapMs(budget) - budget.leaves + 1e-6));
/** Until when they are spent after so many calls. */
export const spentAfter = (budget: Budget, spentMs: number, nowMs: number, calls: number): number => Math.max(spentMs, keptFrom(budget, nowMs)) + calls * gapMs(budget);
