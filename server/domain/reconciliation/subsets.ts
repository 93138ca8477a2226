import type { Decimal } from "../decimal";
import { zero } from "../decimal";

/** What one search may cost: it ends for certain, and at the same place each time. */
export interface Bounds { /** Most parts of a sum. */ parts: number; /** Most additions. */ steps: number }

/**
 * The first subset of two or more that sums exactly to the target: fewest parts first, and among these in the order given.
 * `unique`: no other within the bounds does. Amounts all have the sign of the target.
 */
export function subsetOf(amounts: readonly Decimal[], target: Decimal, { parts, steps }: Bounds): { indices: number[]; unique: boolean } | null {
  const goal = target.abs(), sizes = amounts.map((amount) => amount.abs()), found: number[][] = [];
  let left = steps;
  const search = (from: number, wanted: number, missing: Decimal, chosen: readonly number[]): void => {
    for (let index = from; index <= sizes.length - wanted && found.length < 2 && left > 0; index += 1) {
      left -= 1;
      const rest = missing.minus(sizes[index] ?? zero);
      if (wanted === 1 ? rest.isZero() : rest.gt(zero)) {
        if (wanted === 1) found.push([...chosen, index]);
        else search(index + 1, wanted - 1, rest, [...chosen, index]);
      }
    }
  };
  for (let size = 2; size <= parts && found.length === 0; size += 1) search(0, size, goal, []);
  const [indices] = found;
  return indices ? { indices, unique: found.length === 1 } : null;
}

/** Two subsets of two to `parts` each with the same sum: fewest documents first, then in the order given. */
export function equalSubsets(a: readonly Decimal[], b: readonly Decimal[], { parts, steps }: Bounds): { a: number[]; b: number[] } | null {
  const sums = new Map<string, number[]>();
  for (const { indices, total } of combinations(b, parts, steps)) { const key = total.toFixed(); if (!sums.has(key)) sums.set(key, indices); }
  let best: { a: number[]; b: number[] } | null = null;
  for (const { indices, total } of combinations(a, parts, steps)) {
    const other = sums.get(total.toFixed());
    if (other && (!best || indices.length + other.length < best.a.length + best.b.length)) best = { a: indices, b: other };
  }
  return best;
}

/** Every combination of two to `parts`, small ones first, as long as the steps last. */
function* combinations(amounts: readonly Decimal[], parts: number, steps: number): Generator<{ indices: number[]; total: Decimal }> {
  let level = amounts.map((total, index) => ({ indices: [index], total })), left = steps;
  for (let size = 2; size <= parts; size += 1) {
    const next: typeof level = [];
    for (const { indices, total } of level) {
      for (let index = (indices.at(-1) ?? 0) + 1; index < amounts.length; index += 1) {
        if ((left -= 1) < 0) return;
        const more = { indices: [...indices, index], total: total.plus(amounts[index] ?? zero) };
        next.push(more);
        yield more;
      }
    }
    level = next;
  }
}
