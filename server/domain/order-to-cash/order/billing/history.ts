import { dec, zero, type Decimal } from "../../../decimal";
import { minorUnit } from "../../../money";
import type { OrderCaptured } from "../../../contracts/order";
import type { Known } from "../../../facts";
import type { Codebook } from "../codes";
import type { SoldLine } from "../lines/sold";
import { soldLines } from "../lines/sold";
import { lineValues, type LineValue } from "../lines/value";
import type { Frozen } from "../lines/walk";
import { versionAt, type OrderRecord } from "../record";

export interface PriceHistory {
  /** What lines were worth by another version. */
  valuesIn(version: Known<OrderCaptured>): ReadonlyMap<string, LineValue>;
  /** What the line was worth, at the price and discounts that a frozen part was billed at; null where these are today's. */
  valueWhenFrozen(line: SoldLine, value: LineValue, frozen: Frozen, from: Decimal): LineValue | null;
}

/**
 * What a stretch of a line is worth now beyond what it was worth by another price or discount. A discount that only falls on
 * the lines anew, because more or less of something is ordered, is none: later parts of the line take it.
 */
export function priceEffect(now: LineValue, then: LineValue, from: Decimal, to: Decimal, currency: string): Decimal {
  const moved = (upTo: (quantity: Decimal) => Decimal, before: (quantity: Decimal) => Decimal) => upTo(to).minus(upTo(from)).minus(before(to).minus(before(from)));
  const effect = moved(now.upTo, then.upTo);
  if (!moved(now.gross, then.gross).isZero()) return effect;
  return sameDiscounts(now, then) || effect.abs().lte(minorUnit(currency)) ? zero : effect;
}

const sameDiscounts = (now: LineValue, then: LineValue): boolean => now.stated.line.eq(then.stated.line) && now.stated.header.eq(then.stated.header);

/**
 * Tells under which version's price a frozen line was billed: the newest version whose price and discounts
 * explain the amount to the cent, else the one in force when it froze. Only needed where a line's price or discount ever changed.
 */
export function priceHistory(record: OrderRecord, book: Codebook): PriceHistory {
  const valuesOf = new Map<number, Map<string, LineValue>>();
  const valuesIn = (version: Known<OrderCaptured>): Map<string, LineValue> => {
    let values = valuesOf.get(version.version);
    if (!values) { values = lineValues(soldLines([version.data], version.data, book, record.source), version.data); valuesOf.set(version.version, values); }
    return values;
  };
  if (record.versions.length < 2) return { valuesIn, valueWhenFrozen: () => null };
  const priced = pricesByLine(record.versions, valuesIn);
  return {
    valuesIn,
    valueWhenFrozen: (line, value, frozen, from) => {
      if ((priced.get(line.id) ?? 0) < 2) return null;
      const explains = (candidate: LineValue) => candidate.upTo(from.plus(frozen.quantity)).minus(candidate.upTo(from)).eq(frozen.net);
      if (explains(value)) return null;
      const matching = [...record.versions].reverse().map((version) => valuesIn(version).get(line.id)).find((candidate) => candidate !== undefined && explains(candidate));
      const inForce = versionAt(record.versions, frozen.state.frozenAt ?? record.receivedAt);
      if (!matching && inForce === record.versions.at(-1)) return null;
      return matching ?? (inForce ? valuesIn(inForce).get(line.id) : undefined) ?? null;
    },
  };
}

/** Number of different prices, discounts included, that each line ever had. */
function pricesByLine(versions: readonly Known<OrderCaptured>[], valuesIn: PriceHistory["valuesIn"]): Map<string, number> {
  const prices = new Map<string, Set<string>>();
  for (const version of versions) {
    const values = valuesIn(version);
    for (const line of version.data.lines) {
      const value = values.get(line.line), discount = !value || value.discount.isZero() ? "" : `${value.discount.toFixed()}/${value.ordered.toFixed()}`;
      const price = `${dec(line.price).toFixed()}/${line.priceUnit}/${line.priceUnitOf ?? line.unit}/${line.freeReason ?? ""}/${discount}`;
      (prices.get(line.line) ?? prices.set(line.line, new Set()).get(line.line))?.add(price);
    }
  }
  return new Map([...prices].map(([line, seen]) => [line, seen.size]));
}
