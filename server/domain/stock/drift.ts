import { max, min, zero, type Decimal } from "../decimal";
import type { Instant } from "../instant";
import type { Count } from "./counts";

/**
 * How a channel's own count stands to the warehouse's word.
 * - `unknown`: one of the two has said nothing.
 * - `in_step`: it may sell what the warehouse has free, less what it promised to orders that the warehouse does not have yet.
 * - `behind`: it stands where the warehouse was when the channel last changed, or at what we last told it.
 * - `drift`: at neither; by its own doing.
 */
export interface Standing {
  state: "unknown" | "in_step" | "behind" | "drift";
  /** What the channel may sell, by the warehouse's last word. */
  target: Decimal;
  /** Promised by the channel beyond what the warehouse has reserved: orders that it does not have yet, or goods that left and were not told. */
  underway: Decimal;
  /** Channel less warehouse, without what `underway` explains. */
  difference: Decimal;
  /** The warehouse has spoken since the channel's count last changed: its word is no older view of the same goods. */
  isNews: boolean;
}

/** `told`: what we last told the channel, if anything. Both lists oldest word first. */
export function standingOf(keeper: readonly Count[], channel: readonly Count[], told: Decimal | null = null): Standing {
  const word = keeper.at(-1), own = channel.at(-1);
  if (!word) return { state: "unknown", target: zero, underway: zero, difference: zero, isNews: false };
  const underway = own ? max(zero, own.allocated.minus(word.allocated)) : zero, target = max(zero, word.free.minus(underway));
  if (!own) return { state: "unknown", target, underway, difference: zero, isNews: true };
  const isWithin = (from: Decimal, to: Decimal) => own.free.gte(max(zero, from.minus(underway))) && own.free.lte(to);
  const rest = { target, underway, isNews: word.at > own.at };
  if (isWithin(word.free, word.free)) return { ...rest, state: "in_step", difference: zero };
  const difference = own.free.minus(own.free.gt(word.free) ? word.free : target);
  // The word in force when the channel's count last changed, and all since; where nobody has heard that one, it may have been any.
  const first = keeper.findLastIndex(({ at }) => at <= own.at), seen = keeper.slice(Math.max(first, 0)).map(({ free }) => free);
  const isBehind = first < 0 || told?.eq(own.free) === true || isWithin(seen.reduce(min), seen.reduce(max));
  return { ...rest, state: isBehind ? "behind" : "drift", difference };
}

/**
 * Since when a drift stands: from the first count that nobody can explain, until one that is the warehouse's to the unit. What orders under
 * way or a later word of the warehouse could explain by then neither begins nor ends it. Null: none.
 */
export function driftSince(keeper: readonly Count[], channel: readonly Count[], told: Decimal | null): Instant | null {
  let since: Instant | null = null;
  for (let last = channel.length - 1; last >= 0; last--) {
    const next = channel[last + 1], own = channel[last], then = next ? keeper.filter(({ at }) => at <= next.at) : keeper;
    if (!own || then.at(-1)?.free.eq(own.free)) break;
    if (standingOf(then, channel.slice(0, last + 1), told).state === "drift") since = own.heardAt;
  }
  return since;
}

/** Probable cause of a drift, in a sentence. */
export const causeOf = ({ difference, isNews }: Standing): string =>
  isNews ? "It missed or miscounted the warehouse's last movement."
    : difference.gt(zero) ? "It counted up by itself since the warehouse's last word: a cancellation that gave back more than was kept, or an edit there."
      : "It counted down by itself since the warehouse's last word: an order that was never sent on, or an edit there.";
