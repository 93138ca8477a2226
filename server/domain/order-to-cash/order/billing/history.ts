import { dec, type Decimal } from "../../../decimal";
import type { OrderCaptured } from "../../../contracts/order";
import type { Known } from "../../../facts";
import type { Instant } from "../../../instant";
import type { Codebook } from "../codes";
import type { SoldLine } from "../lines/sold";
import { soldLines } from "../lines/sold";
import { lineValues, type LineValue } from "../lines/value";
import type { Frozen } from "../lines/walk";
import type { OrderRecord } from "../record";

export interface PriceHistory {
  /** What lines were worth by another version. */
  valuesIn(version: Known<OrderCaptured>): ReadonlyMap<string, LineValue>;
  /** Gross value by the price that a frozen part was billed at; null where that is today's. */
  grossWhenFrozen(line: SoldLine, value: LineValue, frozen: Frozen, from: Decimal): ((quantity: Decimal) => Decimal) | null;
}

/** The version that was in force at a moment, as far as we knew then. */
export const versionAt = (versions: readonly Known<OrderCaptured>[], at: Instant): Known<OrderCaptured> | null =>
  versions.filter((version) => version.recordedAt <= at).at(-1) ?? versions[0] ?? null;

/**
 * Tells under which version's price a frozen line was billed: the newest version whose price
 * explains the amount to the cent, else the one in force when it froze. Only needed where a line's price ever changed.
 */
export function priceHistory(record: OrderRecord, book: Codebook): PriceHistory {
  const valuesOf = new Map<number, Map<string, LineValue>>();
  const valuesIn = (version: Known<OrderCaptured>): Map<string, LineValue> => {
    let values = valuesOf.get(version.version);
    if (!values) { values = lineValues(soldLines([version.data], version.data, book, record.source), version.data); valuesOf.set(version.version, values); }
    return values;
  };
  if (record.versions.length < 2) return { valuesIn, grossWhenFrozen: () => null };
  const priced = pricesByLine(record.versions);
  return {
    valuesIn,
    grossWhenFrozen: (line, value, frozen, from) => {
      if ((priced.get(line.id) ?? 0) < 2) return null;
      const explains = (candidate: LineValue) => candidate.upTo(from.plus(frozen.quantity)).minus(candidate.upTo(from)).eq(frozen.net);
      if (explains(value)) return null;
      const matching = [...record.versions].reverse().map((version) => valuesIn(version).get(line.id)).find((candidate) => candidate !== undefined && explains(candidate));
      const inForce = versionAt(record.versions, frozen.state.frozenAt ?? record.receivedAt);
      if (!matching && inForce === record.versions.at(-1)) return null;
      const then = matching ?? (inForce ? valuesIn(inForce).get(line.id) : undefined);
      return then ? (quantity) => then.gross(quantity) : null;
    },
  };
}

/** Number of different prices that each line ever had. */
function pricesByLine(versions: readonly Known<OrderCaptured>[]): Map<string, number> {
  const prices = new Map<string, Set<string>>();
  for (const { data } of versions)
    for (const line of data.lines) {
      const price = `${dec(line.price).toFixed()}/${line.priceUnit}/${line.priceUnitOf ?? line.unit}/${line.freeReason ?? ""}`;
      (prices.get(line.line) ?? prices.set(line.line, new Set()).get(line.line))?.add(price);
    }
  return new Map([...prices].map(([line, seen]) => [line, seen.size]));
}
