import { businessMs, instantOn } from "../calendar";
import { addDays, day, epochMs, minutes, type Day, type Instant } from "../instant";
import type { BusinessCalendar } from "../policy";

/** Half-open `[from, to)`. */
export interface Window { from: Instant; to: Instant }
export const inWindow = (at: Instant | null, window: Window): boolean => at !== null && at >= window.from && at < window.to;

/** Whole days of a zone, the last one whole too. */
export interface Period { from: Day; to: Day; zone: string }
/** So many days at most: each is reckoned apart. */
export const longestPeriod = 92;
/** Two real days, in order and not too far apart. */
export const isPeriod = ({ from, to }: { from: string; to: string }): boolean =>
  day.safeParse(from).success && day.safeParse(to).success && from <= to && to < addDays(from, longestPeriod);
export const windowOf = ({ from, to, zone }: Period): Window => ({ from: instantOn({ zone }, from, 0), to: instantOn({ zone }, addDays(to, 1), 0) });
/** Each day of a period as a period of its own: they touch, and cover it exactly. */
export function daysOf({ from, to, zone }: Period): Period[] {
  const days: Period[] = [];
  for (let at = from; at <= to; at = addDays(at, 1)) days.push({ from: at, to: at, zone });
  return days;
}

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
