import { epochMs, type Instant } from "../instant";
import type { Holder } from "../stages";

/** Why somebody holds the ball, strongest first (domain.md 2.4). */
export const claimOrder = ["exception", "hold", "target", "tower"] as const;
export interface Claim { by: (typeof claimOrder)[number]; holder: Holder; from: Instant; to: Instant | null }
/** Half-open: `[from, to)`. */
export interface HolderInterval { holder: Holder; from: Instant; to: Instant }

/**
 * Who held the ball in `[life.from, life.to)`. Guarantees (property test): the intervals are sorted, touch without gap or
 * overlap, cover the life exactly, and no two neighbours have the same holder. At each instant the strongest open claim
 * holds, of equals the earliest; without any the stage's natural holder.
 */
export function holderIntervals(life: { from: Instant; to: Instant }, natural: Holder, claims: readonly Claim[]): HolderInterval[] {
  if (life.to <= life.from) return [];
  const cuts = new Set([life.from, life.to]);
  for (const claim of claims) for (const at of [claim.from, claim.to]) if (at !== null && at > life.from && at < life.to) cuts.add(at);
  const times = [...cuts].sort();
  const result: HolderInterval[] = [];
  times.slice(0, -1).forEach((from, index) => {
    const to = times[index + 1] ?? life.to;
    const holder = holderAt(from, natural, claims);
    const last = result.at(-1);
    if (last?.holder === holder) last.to = to;
    else result.push({ holder, from, to });
  });
  return result;
}

function holderAt(at: Instant, natural: Holder, claims: readonly Claim[]): Holder {
  const open = claims.filter((claim) => claim.from <= at && (claim.to === null || claim.to > at));
  const strongest = open.sort((a, b) => claimOrder.indexOf(a.by) - claimOrder.indexOf(b.by) || a.from.localeCompare(b.from) || a.holder.localeCompare(b.holder))[0];
  return strongest?.holder ?? natural;
}

const isOurs = (holder: Holder): boolean => holder === "tower" || holder.startsWith("target:");

/** Time in which the ball was with the tower or a target, within `[from, to)`: the net part of a latency. */
export const ownMs = (intervals: readonly HolderInterval[], from: Instant, to: Instant): number =>
  intervals.filter((interval) => isOurs(interval.holder)).reduce((total, interval) => total + overlapMs(interval, from, to), 0);

export const heldMs = (intervals: readonly HolderInterval[], holder: Holder): number =>
  intervals.filter((interval) => interval.holder === holder).reduce((total, interval) => total + epochMs(interval.to) - epochMs(interval.from), 0);

function overlapMs(interval: HolderInterval, from: Instant, to: Instant): number {
  const start = interval.from > from ? interval.from : from, end = interval.to < to ? interval.to : to;
  return end > start ? epochMs(end) - epochMs(start) : 0;
}

/** The holders of a slice as its history rows tell them: each row says who holds it from `validFrom` to `validTo`. */
export const intervalsOfHistory = (rows: readonly { holder: Holder; validFrom: Instant; validTo: Instant | null }[], now: Instant): HolderInterval[] =>
  [...rows].sort((a, b) => a.validFrom.localeCompare(b.validFrom)).map((row) => ({ holder: row.holder, from: row.validFrom, to: row.validTo ?? now })).filter((row) => row.to > row.from);

/** A team is asked before a target answers, a target before the tower goes on, and last whoever a stage waits for outside. */
const strength = (holder: Holder): number => (outside.has(holder) ? 3 : holder === "tower" ? 2 : holder.startsWith("target:") ? 1 : 0);
const outside: ReadonlySet<Holder> = new Set(["warehouse", "supplier", "carrier", "partner", "customer", "calendar", "source"]);

/**
 * Who held a document whose slices had different holders: at each instant the strongest of them, of equals the one who had it
 * first. Guarantees (property test): sorted, without overlap, covering just what the given intervals cover together.
 */
export function holdersTogether(intervals: readonly HolderInterval[]): HolderInterval[] {
  const times = [...new Set(intervals.flatMap(({ from, to }) => [from, to]))].sort();
  const sorted = [...intervals].sort((a, b) => strength(a.holder) - strength(b.holder) || a.from.localeCompare(b.from) || a.holder.localeCompare(b.holder));
  const result: HolderInterval[] = [];
  times.slice(0, -1).forEach((from, index) => {
    const to = times[index + 1] ?? from;
    const holding = sorted.find((interval) => interval.from <= from && interval.to > from);
    const last = result.at(-1);
    if (holding === undefined) return;
    if (last?.holder === holding.holder && last.to === from) last.to = to;
    else result.push({ holder: holding.holder, from, to });
  });
  return result;
}

/**
 * `[from, to)` of a document without a gap: before its first slice the source had it, which had not told it yet; between two, and
 * after the last, whoever had it before.
 */
export function holdersThroughout(together: readonly HolderInterval[], from: Instant, to: Instant): HolderInterval[] {
  const result: HolderInterval[] = [];
  const hold = (holder: Holder, until: Instant): void => {
    const start = result.at(-1)?.to ?? from, end = until < to ? until : to;
    if (end <= start) return;
    const last = result.at(-1);
    if (last?.holder === holder) last.to = end;
    else result.push({ holder, from: start, to: end });
  };
  let before: Holder = "source";
  for (const interval of together) {
    hold(before, interval.from);
    hold(interval.holder, interval.to);
    before = interval.holder;
  }
  hold(before, to);
  return result;
}

/** How long each held it, longest first. */
export const heldByHolder = (intervals: readonly HolderInterval[]): { holder: Holder; ms: number }[] =>
  [...new Set(intervals.map(({ holder }) => holder))].map((holder) => ({ holder, ms: heldMs(intervals, holder) })).sort((a, b) => b.ms - a.ms);
