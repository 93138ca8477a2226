import { dec, max, min, positive, zero, type Decimal } from "../../../decimal";
import type { Known } from "../../../facts";
import type { Instant } from "../../../instant";
import type { BillingState, ShipmentSlices } from "../../../publications";
import { postedCredits } from "../billing/credits";
import type { Committed } from "./changes";
import type { Goods, SoldLine } from "./sold";

/** A shipment line of this order. */
export interface Shipped {
  shipment: string; shipmentLine: string; shippedAt: Instant; line: SoldLine; goods: Goods; item: string; substitute: boolean;
  quantity: Decimal; weight: Decimal | null; lot: string | null; serials: number; request: string | null;
}

/** A part of a line that left on one shipment line and is billed (or not) as one thing. */
export interface Part {
  /** `order/line/shipment/shipmentLine`: the billed line's identity for ever. */
  key: string;
  line: SoldLine;
  /** Line of the books: the line, or `line~item` for a substitute. */
  bookLine: string;
  item: string;
  shipment: string;
  shipmentLine: string;
  shippedAt: Instant;
  quantity: Decimal;
  /** Of the quantity, what is beyond the order. */
  excess: Decimal;
  weight: Decimal | null;
  substitute: boolean;
  shipped: Shipped | null;
}

/** Quantities of one thing that moves (Q1): counted from shipment lines, each unit walked once. */
export interface Moved { key: string; goods: Goods; ordered: Decimal; cancelled: Decimal; shipped: Decimal; substituted: Decimal; over: Decimal; need: Decimal; shipments: { shipment: string; at: Instant; quantity: Decimal; over: Decimal }[] }

export interface LineWalk { line: SoldLine; committed: Committed; parts: Part[]; moved: Moved[]; substitutes: Moved[]; /** Kits: pieces beyond whole kits, by component. */ loose: { goods: Goods; quantity: Decimal; since: Instant }[] }

export interface Frozen {
  unit: string; shipment: string; part: number; key: string; quantity: Decimal; net: Decimal; tax: Decimal | null; state: BillingState;
  /** Of the quantity, what no posted correction took back: goods that turn up again after their credit are billed anew. */
  kept: Decimal;
}

/** Frozen lines by order line, in the order of freezing: they keep their place whatever is found out later. */
export function frozenByLine(states: readonly BillingState[], order: string): Map<string, Frozen[]> {
  const result = new Map<string, Frozen[]>();
  const frozen = states.filter((state) => state.frozen).sort((a, b) => (a.frozenAt ?? "").localeCompare(b.frozenAt ?? "") || a.unit.localeCompare(b.unit));
  for (const state of frozen)
    for (const line of state.lines) {
      if (!line.key.startsWith(`${order}/`)) continue;
      const row: Frozen = { unit: state.unit, shipment: state.shipment, part: state.part, key: line.key, quantity: dec(line.quantity), net: dec(line.net), tax: line.tax === null ? null : dec(line.tax), state, kept: dec(line.quantity).minus(postedCredits(state, line.key, ["correction"]).quantity) };
      const rows = result.get(line.line);
      if (rows) rows.push(row);
      else result.set(line.line, [row]);
    }
  return result;
}

/** A shipment line whose line, or component of a kit, the order does not have. */
export interface UnknownShipped { shipment: string; line: string; item: string; quantity: Decimal; at: Instant }

/** Shipment lines by order line, and those whose line this order does not have. */
export function shippedByLine(shipments: readonly Known<ShipmentSlices>[], lines: readonly SoldLine[]): { byLine: Map<string, Shipped[]>; unknown: UnknownShipped[] } {
  const find = goodsFinder(lines);
  const byLine = new Map<string, Shipped[]>();
  const unknown: UnknownShipped[] = [];
  for (const { data } of [...shipments].sort((a, b) => a.data.shippedAt.localeCompare(b.data.shippedAt) || a.data.shipment.localeCompare(b.data.shipment))) {
    if (data.reversed) continue;
    for (const row of data.lines) {
      const found = find(row);
      if (!found || (row.service && found.line.source.method !== "service")) { unknown.push({ shipment: data.shipment, line: row.orderLine, item: row.item, quantity: dec(row.quantity), at: data.shippedAt }); continue; }
      const shipped: Shipped = {
        shipment: data.shipment, shipmentLine: row.shipmentLine, shippedAt: data.shippedAt, line: found.line, goods: found.goods, item: row.item, substitute: row.substitute,
        quantity: dec(row.quantity), weight: row.weight === null ? null : dec(row.weight), lot: row.lot, serials: row.serials.length, request: row.request,
      };
      const rows = byLine.get(found.line.id);
      if (rows) rows.push(shipped);
      else byLine.set(found.line.id, [shipped]);
    }
  }
  return { byLine, unknown };
}

/** Which line, and which of its goods, a shipment line is about. */
export function goodsFinder(lines: readonly SoldLine[]): (row: Pick<ShipmentSlices["lines"][number], "orderLine" | "component" | "item">) => { line: SoldLine; goods: Goods } | null {
  const byId = new Map(lines.map((line) => [line.id, line]));
  const byKey = new Map(lines.filter((line) => line.kit).flatMap((line) => line.goods.map((goods) => [goods.key, { line, goods }] as const)));
  return (row) => {
    const line = byId.get(row.orderLine);
    if (!line) return byKey.get(row.orderLine) ?? null;
    const goods = line.kit ? (line.goods.find((entry) => entry.component === row.component || entry.item === row.component || entry.item === row.item)) : line.goods[0];
    return goods ? { line, goods } : null;
  };
}

/** Walks the units of one line through what was shipped: first what is frozen on an invoice, then by time of goods issue. `wrong`: shipment lines that complete no kit. */
export function walkLine(order: string, line: SoldLine, committed: Committed, shipped: readonly Shipped[], frozen: readonly Frozen[], wrong: ReadonlySet<string>): LineWalk {
  if (line.kit) return walkKit(order, line, committed, shipped, wrong);
  const goods = line.goods[0] as Goods;
  const need = positive(committed.ordered.minus(committed.cancelled));
  const parts = inWalkOrder(order, line, shipped, frozen);
  const own: Moved = { key: line.id, goods, ordered: committed.ordered, cancelled: committed.cancelled, shipped: zero, substituted: zero, over: zero, need, shipments: [] };
  const substitutes = new Map<string, Moved>();
  let left = need;
  for (const part of parts) {
    const within = min(left, part.quantity);
    left = left.minus(within);
    part.excess = part.excess.plus(part.quantity.minus(within));
    const moved = part.substitute ? substituteOf(substitutes, part, goods) : own;
    const over = part.quantity.minus(within);
    moved.shipped = moved.shipped.plus(part.quantity);
    moved.over = moved.over.plus(over);
    moved.shipments.push({ shipment: part.shipment, at: part.shippedAt, quantity: part.quantity, over });
    if (part.substitute) { moved.ordered = moved.ordered.plus(within); own.substituted = own.substituted.plus(within); }
  }
  return { line, committed, parts: mergeParts(parts), moved: [own], substitutes: [...substitutes.values()], loose: [] };
}

function substituteOf(all: Map<string, Moved>, part: Part, goods: Goods): Moved {
  const present = all.get(part.bookLine);
  if (present) return present;
  const made: Moved = { key: part.bookLine, goods: { ...goods, key: part.bookLine, item: part.item }, ordered: zero, cancelled: zero, shipped: zero, substituted: zero, over: zero, need: zero, shipments: [] };
  all.set(part.bookLine, made);
  return made;
}

function inWalkOrder(order: string, line: SoldLine, shipped: readonly Shipped[], frozen: readonly Frozen[]): Part[] {
  const waiting = shipped.map((row) => partOf(order, line, row));
  if (frozen.length === 0) return waiting;
  const first: Part[] = [];
  for (const entry of frozen) {
    const part = waiting.find((candidate) => candidate.key === entry.key && candidate.quantity.gt(0));
    if (!part || entry.kept.isZero()) continue;
    const quantity = min(part.quantity, entry.kept);
    const weight = part.weight;
    first.push({ ...part, quantity, weight: weight === null ? null : quantity.eq(part.quantity) ? weight : weight.times(quantity).div(part.quantity) });
    if (weight !== null) part.weight = quantity.eq(part.quantity) ? zero : weight.times(part.quantity.minus(quantity)).div(part.quantity);
    part.quantity = part.quantity.minus(quantity);
  }
  return [...first, ...waiting.filter((part) => part.quantity.gt(0))];
}

export const partKey = (order: string, { line, shipment, shipmentLine }: Shipped): string => `${order}/${line.id}/${shipment}/${shipmentLine}`;

const partOf = (order: string, line: SoldLine, row: Shipped): Part => ({
  key: partKey(order, row), line, item: row.item, bookLine: row.substitute ? `${line.id}~${row.item}` : line.id,
  shipment: row.shipment, shipmentLine: row.shipmentLine, shippedAt: row.shippedAt, quantity: row.quantity, excess: zero, weight: row.weight, substitute: row.substitute, shipped: row,
});

/** Pieces of one shipment line together again, in the place of the first. */
function mergeParts(parts: readonly Part[]): Part[] {
  const merged = new Map<string, Part>();
  for (const part of parts) {
    const present = merged.get(part.key);
    if (!present) { merged.set(part.key, { ...part }); continue; }
    present.quantity = present.quantity.plus(part.quantity);
    present.excess = present.excess.plus(part.excess);
    if (part.weight !== null) present.weight = (present.weight ?? zero).plus(part.weight);
  }
  return [...merged.values()];
}

/** A kit is billed whole: `min over components ⌊shipped ÷ per kit⌋` (P10); each shipment bills the kits that it completed. Kits beyond the order are excess. */
function walkKit(order: string, line: SoldLine, committed: Committed, shipped: readonly Shipped[], wrong: ReadonlySet<string>): LineWalk {
  const need = positive(committed.ordered.minus(committed.cancelled));
  const moved = line.goods.map((goods): Moved => ({ key: goods.key, goods, ordered: committed.ordered.times(goods.per), cancelled: committed.cancelled.times(goods.per), shipped: zero, substituted: zero, over: zero, need: need.times(goods.per), shipments: [] }));
  const byKey = new Map(moved.map((row) => [row.key, row]));
  const sound = new Map<string, Decimal>();
  const whole = () => moved.reduce<Decimal | null>((least, row) => { const kits = (sound.get(row.key) ?? zero).div(row.goods.per).floor(); return least === null ? kits : min(least, kits); }, null) ?? zero;
  const parts: Part[] = [];
  let before = zero;
  for (const [index, row] of shipped.entries()) {
    const piece = byKey.get(row.goods.key);
    if (!piece) continue;
    const over = min(row.quantity, positive(piece.shipped.plus(row.quantity).minus(piece.need)));
    piece.shipped = piece.shipped.plus(row.quantity);
    piece.over = piece.over.plus(over);
    if (!wrong.has(partKey(order, row))) sound.set(piece.key, (sound.get(piece.key) ?? zero).plus(row.quantity));
    piece.shipments.push({ shipment: row.shipment, at: row.shippedAt, quantity: row.quantity, over });
    if (shipped[index + 1]?.shipment === row.shipment) continue;
    const kits = whole();
    if (kits.gt(before)) parts.push({ ...partOf(order, line, row), key: `${order}/${line.id}/${row.shipment}/kit`, item: line.item, bookLine: line.id, shipmentLine: "kit", quantity: kits.minus(before), excess: kits.minus(max(before, min(need, kits))), weight: null, substitute: false, shipped: null });
    before = max(before, kits);
  }
  const last = shipped.at(-1)?.shippedAt ?? "";
  const loose = moved.map((row) => ({ goods: row.goods, quantity: positive(row.shipped.minus(row.over).minus(min(need, before).times(row.goods.per))), since: last })).filter(({ quantity }) => quantity.gt(0));
  return { line, committed, parts, moved, substitutes: [], loose };
}
