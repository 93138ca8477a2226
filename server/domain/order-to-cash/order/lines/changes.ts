import { dec, max, min, positive, sumOf, zero, type Decimal } from "../../../decimal";
import type { Instant } from "../../../instant";
import type { FulfilmentRequest } from "../fulfilment/requests";
import type { OrderRecord } from "../record";
import type { Asked } from "./cancels";
import type { SoldLine } from "./sold";

/** One taking away and what came of it. */
export interface Cancelled { document: string; at: Instant; quantity: Decimal }

/** What the change matrix (2.8) leaves of a line: how much is ordered, how much of that is cancelled, what could not be. In units sold. */
export interface Committed {
  ordered: Decimal;
  cancelled: Decimal;
  cancellations: Cancelled[];
  /** Asked to be taken away and not possible (yet): a recall is due, or it is too late. */
  unmet: Decimal;
}

/** Quantity of a line that had left our hands by `at` and did not come back, in units sold: a later change cannot touch it. */
export type Floor = (line: SoldLine, at: Instant) => Decimal;

/** Goods that left without a request of ours, or more than one asked for, count from their goods issue. */
export interface LooseShipment { at: Instant; quantity: Decimal }

export function floorOf(requests: readonly FulfilmentRequest[], shipped: ReadonlyMap<string, readonly LooseShipment[]>): Floor {
  const byKey = new Map<string, { at: Instant; quantity: Decimal }[]>();
  for (const request of requests) {
    if (request.state !== "live" && request.state !== "in_flight") continue;
    for (const [key, row] of request.lines) {
      const entry = { at: request.releasedAt, quantity: row.released.minus(row.recalled).minus(row.short) };
      const present = byKey.get(key);
      if (present) present.push(entry);
      else byKey.set(key, [entry]);
    }
  }
  return (line, at) => {
    let floor = zero;
    for (const goods of line.goods) {
      const until = (entries: readonly LooseShipment[] = []) => sumOf(entries, (entry) => (entry.at <= at ? entry.quantity : zero));
      const committed = max(until(byKey.get(goods.key)), until(shipped.get(goods.key)));
      floor = max(floor, line.kit ? committed.div(goods.per).ceil() : committed);
    }
    return floor;
  };
}

/** What no change touches: `held`, what left our hands for a warehouse or beyond it; `left`, what of it left the dock. */
interface Floors { held: Floor; left: Floor }

/**
 * Takes away what may be taken away: cancels, dropped lines, lower quantities of newer versions, and a rejected order. A cancel of
 * all that is open asks for nothing that had left the dock by then.
 */
export function committedLines(record: OrderRecord, lines: readonly SoldLine[], asked: ReadonlyMap<string, readonly Asked[]>, floors: Floors, rejectedAt: (line: string) => Instant | null): Map<string, Committed> {
  const earlier = earlierQuantities(record);
  const result = new Map<string, Committed>();
  for (const line of lines) {
    const most = (earlier.get(line.id) ?? zero).times(line.perUnit);
    const lowered = !line.removed && most.gt(line.quantity);
    const ordered = lowered ? max(line.quantity, min(most, floors.held(line, record.currentRecordedAt))) : line.quantity;
    const committed: Committed = { ordered, cancelled: zero, cancellations: [], unmet: ordered.minus(line.quantity) };
    const take = (document: string, at: Instant, wanted: Decimal | null, gone = zero) => {
      const held = floors.held(line, at);
      const open = positive(ordered.minus(committed.cancelled).minus(held));
      const got = wanted === null ? open : min(wanted, open);
      if (got.gt(0)) committed.cancellations.push({ document, at, quantity: got });
      committed.cancelled = committed.cancelled.plus(got);
      committed.unmet = committed.unmet.plus(wanted === null ? min(positive(held.minus(gone)), ordered.minus(committed.cancelled)) : wanted.minus(got));
    };
    for (const cancel of asked.get(line.id) ?? []) take(cancel.document, cancel.at, cancel.wanted, floors.left(line, cancel.at));
    if (line.removed) take(`${record.order}#${record.current.version}`, record.currentRecordedAt, null);
    const rejected = rejectedAt(line.id);
    if (rejected !== null) take("rejected", rejected, null);
    committed.unmet = min(committed.unmet, positive(ordered.minus(committed.cancelled)));
    result.set(line.id, committed);
  }
  return result;
}

/** Largest quantity of each line in versions before the newest, in the line's own unit. */
function earlierQuantities(record: OrderRecord): Map<string, Decimal> {
  const most = new Map<string, Decimal>();
  for (const { data } of record.versions.slice(0, -1))
    for (const { line, quantity } of data.lines) most.set(line, max(most.get(line) ?? zero, dec(quantity)));
  return most;
}
