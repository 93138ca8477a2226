import { businessMs } from "../calendar";
import { epochMs, minutes, type Instant } from "../instant";
import type { BusinessCalendar } from "../policy";

/** Half-open `[from, to)`. */
export interface Window { from: Instant; to: Instant }
export const inWindow = (at: Instant | null, window: Window): boolean => at !== null && at >= window.from && at < window.to;

/** Nearest-rank percentile: the smallest value with at least `percent` of all values at or below it. Null without values. */
export function percentile(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;
}

/** The time that counts: the source's, unless it is missing or more than five minutes ahead of ours; then ours, flagged "clock". */
export function countedTime(fact: { occurredAt: Instant | null; recordedAt: Instant }): { at: Instant; clock: boolean } {
  if (fact.occurredAt !== null && epochMs(fact.occurredAt) - epochMs(fact.recordedAt) <= minutes(5)) return { at: fact.occurredAt, clock: false };
  return { at: fact.recordedAt, clock: true };
}

/** Milliseconds between two instants; business time where a calendar is given. Never negative. */
export const elapsedMs = (from: Instant, to: Instant, calendar?: BusinessCalendar | null): number =>
  calendar ? businessMs(calendar, from, to) : Math.max(0, epochMs(to) - epochMs(from));
export const toMinutes = (ms: number): number => ms / 60_000;
