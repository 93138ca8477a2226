import type { ItemMaster } from "../../../contracts/masters";
import type { OrderCaptured } from "../../../contracts/order";
import { dec, max, sumOf, zero, type Decimal } from "../../../decimal";
import type { ExceptionCode, FingerprintKey } from "../../../exceptions";
import { toBase } from "../../../quantity";
import type { Codebook } from "../codes";

export type SourceLine = OrderCaptured["lines"][number];

/** Why a line cannot go on, before anybody has decided anything. */
export interface Problem { code: ExceptionCode; fingerprint: FingerprintKey; message: string }

/** What physically moves for a line: the item itself, or one component of a kit. Q1 to Q6 run on it. */
export interface Goods {
  /** `line`, or `line/component` for a kit. */
  key: string;
  item: string;
  component: string | null;
  /** Base units for one unit sold: 1, or what one kit holds. */
  per: Decimal;
  /** Part of the kit's price that all components of this kind in one kit stand for; 1 where there is no kit. */
  share: Decimal;
  master: ItemMaster | null;
}

/** A line of the newest version in our words, quantities in base units. */
export interface SoldLine {
  id: string;
  index: number;
  source: SourceLine;
  /** Canonical, or the source's own word where it has no mapping. */
  item: string;
  description: string;
  master: ItemMaster | null;
  warehouse: string | null;
  /** What the version says, before the change matrix. */
  quantity: Decimal;
  perUnit: Decimal;
  price: Decimal;
  /** Base units that `price` is for. */
  priceUnit: Decimal;
  free: boolean;
  /** It is priced by another unit than it is ordered in, and one of them has no conversion: nobody can know what it is worth. */
  unvalued: boolean;
  /** Nominal weight for one base unit; null where the price is not by weight. */
  nominalWeight: Decimal | null;
  kit: boolean;
  goods: Goods[];
  /** True where the newest version has dropped it. */
  removed: boolean;
  problems: Problem[];
}

/** Lines of the newest version, then those that an older one had and the newest dropped. */
export function soldLines(versions: readonly OrderCaptured[], current: OrderCaptured, book: Codebook, source: string): SoldLine[] {
  if (versions.length < 2) return current.lines.map((line, index) => soldLine(line, index, false, book, source));
  const lines = current.lines.map((line, index) => {
    const before = Number(line.quantity) > 0 ? undefined : lastOrdered(versions, line.line);
    return soldLine(before ?? line, index, before !== undefined, book, source);
  });
  const seen = new Set(current.lines.map(({ line }) => line));
  for (const version of [...versions].reverse())
    for (const line of version.lines) {
      if (seen.has(line.line)) continue;
      seen.add(line.line);
      lines.push(soldLine(line, lines.length, true, book, source));
    }
  return lines;
}

const lastOrdered = (versions: readonly OrderCaptured[], id: string): SourceLine | undefined =>
  versions.map((version) => version.lines.find(({ line }) => line === id)).findLast((line) => line !== undefined && Number(line.quantity) > 0);

function soldLine(line: SourceLine, index: number, removed: boolean, words: Codebook, source: string): SoldLine {
  const problems: Problem[] = [], book = words.ofLine?.(line.line) ?? words;
  const resolveItem = (code: string): { item: string; master: ItemMaster | null } => {
    const mapped = book.canonical("item", code);
    const master = mapped.ok ? book.item(mapped.value) : null;
    if (!mapped.ok) problems.push({ code: "MAP-02", fingerprint: { connector: source, item: code }, message: `Item ${code} of ${source} has no mapping` });
    else if (!master) problems.push({ code: "MAP-02", fingerprint: { connector: source, item: code }, message: `Item ${mapped.value} is not in the item master` });
    return { item: mapped.ok ? mapped.value : code, master };
  };
  const { item, master } = resolveItem(line.item);
  const { perUnit, priceUnit, unvalued } = unitsOf(line, item, master, book, source, problems);
  const base = toBase(line.quantity, unitName(line.unit, book), master?.baseUnit ?? line.unit, master?.units ?? []);
  const quantity = base.ok ? base.value : dec(line.quantity);
  const warehouse = line.warehouse === undefined ? null : warehouseOf(line.warehouse, book, source, problems);
  return {
    id: line.line, index, source: line, item, description: line.description ?? master?.description ?? item, master, warehouse, quantity, perUnit,
    price: dec(line.price), priceUnit, unvalued, free: line.freeReason !== undefined, removed, problems,
    nominalWeight: line.secondQuantity && quantity.gt(0) ? dec(line.secondQuantity.nominal).div(quantity) : null,
    kit: (line.components ?? []).length > 0, goods: goodsOf(line, item, master, resolveItem),
  };
}

/** The source's unit in our word for it; its own where nobody has mapped it. */
export const unitName = (unit: string, book: Codebook): string => {
  const mapped = book.canonical("unit", unit);
  return mapped.ok ? mapped.value : unit;
};

/** Base units in the line's unit and in its price unit; MAP-03 for item and unit where the item has no such pack (S20e). */
function unitsOf(line: SourceLine, item: string, master: ItemMaster | null, book: Codebook, source: string, problems: Problem[]): { perUnit: Decimal; priceUnit: Decimal; unvalued: boolean } {
  const before = problems.length, per = (unit: string): Decimal => {
    if (!master) return dec(1);
    const found = toBase("1", unitName(unit, book), master.baseUnit, master.units);
    if (found.ok) return found.value;
    const message = `Unit ${unit} has no conversion for item ${item}: nobody said how many ${master.baseUnit} it holds`;
    if (!problems.some((problem) => problem.message === message)) problems.push({ code: "MAP-03", fingerprint: { connector: source, item, unit }, message });
    return dec(1);
  };
  const perUnit = per(line.unit);
  const priced = line.secondQuantity ? dec(1) : line.priceUnitOf === undefined ? perUnit : per(line.priceUnitOf);
  const isPricedBy = line.priceUnitOf !== undefined && !line.secondQuantity && unitName(line.priceUnitOf, book) !== unitName(line.unit, book);
  return { perUnit, priceUnit: dec(line.priceUnit).times(priced), unvalued: isPricedBy && (problems.length > before || !master) };
}

function warehouseOf(code: string, book: Codebook, source: string, problems: Problem[]): string {
  const mapped = book.canonical("warehouse", code);
  if (!mapped.ok) problems.push({ code: "MAP-04", fingerprint: { connector: source, code: `warehouse/${code}` }, message: `Warehouse ${code} of ${source} has no mapping` });
  return mapped.ok ? mapped.value : code;
}

function goodsOf(line: SourceLine, item: string, master: ItemMaster | null, resolve: (code: string) => { item: string; master: ItemMaster | null }): Goods[] {
  const components = line.components ?? [];
  if (components.length === 0) return [{ key: line.line, item, component: null, per: dec(1), share: dec(1), master }];
  const whole = components.map((component) => dec(component.shareOfPrice).times(component.per));
  const perPiece = sumOf(whole, (share) => share);
  // A share is a stand-alone price for one piece; where the shares themselves add up to the price (or to 1) they stand for all pieces in one kit.
  const flat = sumOf(components, (component) => dec(component.shareOfPrice));
  const stated = !perPiece.eq(line.price) && (flat.eq(line.price) || flat.eq(1));
  const total = max(stated ? flat : perPiece, dec("0.000001"));
  return components.map((component, index) => {
    const found = resolve(component.item);
    const weight = stated ? dec(component.shareOfPrice) : (whole[index] ?? zero);
    return { key: `${line.line}/${component.item}`, item: found.item, component: component.item, per: dec(component.per), share: total.isZero() ? zero : weight.div(total), master: found.master };
  });
}
