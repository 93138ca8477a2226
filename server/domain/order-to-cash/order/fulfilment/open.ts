import type { CommandView } from "../../../commands";
import { dec, min, positive, sumOf, zero, type Decimal } from "../../../decimal";
import type { Day, Instant } from "../../../instant";
import type { CommandPayloads, CommandResults } from "../../../payloads";
import type { LineWalk, Moved } from "../lines/walk";
import type { Problem, SoldLine } from "../lines/sold";
import type { WarehouseWords } from "../codes";
import type { OrderRecord } from "../record";
import { isPicked, type FulfilmentRequest } from "./requests";

/** Newest answer about a reservation: absolute for the line, what already left included. */
export interface Reservation { revision: number; allocated: Decimal; backordered: Decimal; warehouse: string | null; /** The warehouse's word for itself is not understood. */ unmapped: Problem | null; availableOn: Day | null; refused: string | null; at: Instant }

/** What is still to be shipped of one thing that moves (Q2), walked unit by unit: at the warehouse, on the way there, reserved, neither. */
export interface OpenGoods {
  line: SoldLine;
  moved: Moved;
  reservation: Reservation | null;
  /** Our askings for stock, every revision. */
  asks: readonly CommandView[];
  live: { request: FulfilmentRequest; quantity: Decimal; picked: boolean }[];
  inFlight: { request: FulfilmentRequest; quantity: Decimal }[];
  /** In process at a warehouse and not wanted any more, or never: to be recalled. It is part of Q3 and of no open quantity. */
  excess: { request: FulfilmentRequest; quantity: Decimal }[];
  allocated: Decimal;
  unallocated: Decimal;
  /** Since when some of it has been not to be had, whatever was asked in between (2.3, stage 65); null while it is. */
  unavailableSince: Instant | null;
  /** Shipped short by the warehouse and not disposed of: still open, and neither reserved nor released again. */
  short: { quantity: Decimal; at: Instant } | null;
  /** Reserved for nothing any more. */
  surplus: Decimal;
}

/** Lines that a warehouse reserves, picks and ships for us now; the other methods are kept and shown (domain reference 1). */
export const warehoused = (line: SoldLine): boolean => line.source.method === "stock" || line.source.method === "will_call";

function reservationOf(record: OrderRecord, key: string, asks: readonly CommandView[], words: WarehouseWords): Reservation | null {
  const told = record.allocations.get(key);
  const answered = asks.filter((command) => command.state === "confirmed" && command.result?.allocated !== undefined).sort((a, b) => a.sequence - b.sequence).at(-1);
  if (answered && (!told || answered.sequence > told.version)) {
    const result = answered.result as CommandResults["request_allocation"];
    return { revision: answered.sequence, allocated: dec(result.allocated), backordered: dec(result.backordered), ...words(answered.connector, result.warehouse), availableOn: result.availableOn, refused: result.refusedReason, at: answered.confirmedAt ?? answered.createdAt };
  }
  if (!told) return null;
  const { data } = told;
  return { revision: told.version, allocated: dec(data.allocated), backordered: dec(data.backordered), ...words(told.source, data.warehouse), availableOn: data.availableOn ?? null, refused: data.refusedReason ?? null, at: told.occurredAt };
}

export function requestsByGoods(requests: readonly FulfilmentRequest[]): Map<string, FulfilmentRequest[]> {
  const byKey = new Map<string, FulfilmentRequest[]>();
  for (const request of requests)
    for (const key of request.lines.keys()) {
      const rows = byKey.get(key);
      if (rows) rows.push(request);
      else byKey.set(key, [request]);
    }
  return byKey;
}

/** Walks the open units of one thing: first those at the warehouse, then those sent to it, then those reserved for it. */
export function openGoods(record: OrderRecord, walk: LineWalk, moved: Moved, requests: readonly FulfilmentRequest[], asks: readonly CommandView[], words: WarehouseWords): OpenGoods {
  const known = reservationOf(record, moved.key, asks, words), stale = known !== null && itemAsked(asks, known.revision, moved) !== moved.goods.item;
  const reservation = stale ? { ...known, allocated: zero, backordered: zero, refused: null, unmapped: null } : known;
  const shippedWithin = moved.shipped.minus(moved.over).plus(moved.substituted);
  let left = positive(moved.need.minus(shippedWithin));
  const take = (quantity: Decimal): Decimal => { const taken = min(left, quantity); left = left.minus(taken); return taken; };
  const live: OpenGoods["live"] = [], inFlight: OpenGoods["inFlight"] = [], excess: OpenGoods["excess"] = [];
  let shorted = zero, shortAt = "", shortBefore = zero;
  for (const request of requests) {
    const row = request.lines.get(moved.key);
    if (!row) continue;
    if (request.state === "live") {
      const quantity = take(row.inProcess);
      if (quantity.gt(0)) live.push({ request, quantity, picked: isPicked(request, row) });
      if (row.inProcess.gt(quantity)) excess.push({ request, quantity: row.inProcess.minus(quantity) });
    }
    if (request.state === "in_flight") { const quantity = take(row.inProcess); if (quantity.gt(0)) inFlight.push({ request, quantity }); }
    if (row.short.isZero()) continue;
    shorted = shorted.plus(row.short);
    shortAt = request.shortAt ?? shortAt;
    if (reservation && (request.shortAt ?? "") < reservation.at) shortBefore = shortBefore.plus(row.short);
  }
  const used = shippedWithin.plus(moved.over).plus(sumOf(live, ({ quantity }) => quantity)).plus(sumOf(inFlight, ({ quantity }) => quantity)).plus(shorted.minus(shortBefore));
  const free = positive((reservation?.allocated ?? zero).minus(used));
  const allocated = take(free);
  const shortOpen = min(shorted.minus(shortBefore), left);
  return {
    line: walk.line, moved, reservation, live, inFlight, excess, allocated, unallocated: left, surplus: free.minus(allocated), asks,
    unavailableSince: left.gt(0) ? unavailableSince(record, moved, requests, asks) : null,
    short: shortOpen.gt(0) ? { quantity: shortOpen, at: shortAt } : null,
  };
}

/** The item that was asked for up to a revision: what was reserved as another is nothing to a line whose item changed. */
const itemAsked = (asks: readonly CommandView[], revision: number, { goods }: Moved): string =>
  (asks.filter(({ sequence }) => sequence <= revision).sort((a, b) => a.sequence - b.sequence).at(-1)?.payload as CommandPayloads["request_allocation"] | undefined)?.item ?? goods.item;

/** The first of the answers "not available" and short shipments that no answer "all reserved" came after. */
function unavailableSince(record: OrderRecord, moved: Moved, requests: readonly FulfilmentRequest[], all: readonly CommandView[]): Instant | null {
  const { key, goods } = moved, asks = all.filter(({ sequence }) => itemAsked(all, sequence, moved) === goods.item);
  const answered = asks.flatMap(({ state, result, confirmedAt, createdAt }) => (state === "confirmed" && result?.allocated !== undefined ? [{ at: confirmedAt ?? createdAt, missing: !dec((result as CommandResults["request_allocation"]).backordered).isZero() }] : []));
  const told = (record.allocationHistory.get(key) ?? []).filter(({ version }) => itemAsked(all, version, moved) === goods.item).map(({ occurredAt, data }) => ({ at: occurredAt, missing: !dec(data.backordered).isZero() }));
  const shorted = requests.flatMap(({ lines, shortAt }) => (shortAt !== null && lines.get(key)?.short.gt(0) ? [{ at: shortAt, missing: true }] : []));
  const answers = [...answered, ...told, ...shorted].sort((a, b) => a.at.localeCompare(b.at));
  return answers[answers.findLastIndex(({ missing }) => !missing) + 1]?.at ?? null;
}

export const openQuantity = (goods: OpenGoods): Decimal =>
  sumOf(goods.live, ({ quantity }) => quantity).plus(sumOf(goods.inFlight, ({ quantity }) => quantity)).plus(goods.allocated).plus(goods.unallocated);
