import { min, positive, zero, type Decimal } from "../../../decimal";
import type { Frozen, Part } from "./walk";

/** Excess that stands on invoices that left and still shows on its shipment lines. */
interface FrozenExcess {
  byPart: ReadonlyMap<string, Decimal>;
  /** What it came to in all, before any and after each of these invoices: what a person saw as billed already when deciding on the rest. */
  levels: Decimal[];
}

export function frozenExcess(parts: readonly Part[], frozen: readonly Frozen[]): FrozenExcess {
  const byKey = new Map(parts.map((part) => [part.key, part]));
  const kept = new Map<string, Decimal>(), byPart = new Map<string, Decimal>();
  const levels = [zero];
  let level = zero;
  for (const entry of frozen) {
    const part = byKey.get(entry.key);
    if (!part || part.excess.isZero()) continue;
    const upTo = (kept.get(entry.key) ?? zero).plus(entry.kept), before = byPart.get(entry.key) ?? zero;
    const excess = min(part.excess, positive(upTo.minus(part.quantity.minus(part.excess))));
    kept.set(entry.key, upTo);
    byPart.set(entry.key, excess);
    if (excess.gt(before)) { level = level.plus(excess.minus(before)); levels.push(level); }
  }
  return { byPart, levels };
}
