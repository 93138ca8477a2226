import type { Lane } from "./commands";

export const lanes = ["finance", "operations", "inquiry", "bulk"] as const satisfies readonly Lane[];

/** What one claim for a lane may take, of what all workers together have. */
export interface Budget {
  /** Calls of the lane under way at once. */
  atOnce: number;
  /** Calls of the whole connector in a minute. Unused ones are kept for two seconds, at least one of them. */
  perMinute: number;
  /** Calls of the kept ones that the lane leaves to others. */
  leaves: number;
}

/**
 * Part of a connector's calls at once, and of its kept calls, that a lane may use. `finance` may have all of it; the others
 * leave room, so that a flood of inquiries or a replay never delays a posting.
 */
const laneShare: Record<Lane, number> = { finance: 1, operations: 0.75, inquiry: 0.5, bulk: 0.25 };

/** Calls that a connector that was at rest may have at once. */
export const keptCalls = (perMinute: number): number => Math.max(1, perMinute / 30);

export function budgetOf(lane: Lane, { concurrency, perMinute }: { concurrency: number; perMinute: number }): Budget {
  const share = laneShare[lane], kept = keptCalls(perMinute);
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
