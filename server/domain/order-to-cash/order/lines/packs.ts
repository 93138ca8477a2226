import { z } from "zod";
import type { ItemMaster } from "../../../contracts/masters";
import type { Fact } from "../../../facts";
import { overlaid } from "../../../overlay";
import type { RecordedFact } from "../../../plan";
import { unitConversion, type UnitConversion } from "../../../quantity";
import type { Codebook } from "../codes";
import type { OrderView } from "../view";
import { unitName } from "./sold";

/**
 * Packs by which an order's goods were asked of a warehouse, or left. An item master that says later that a case holds 12 changes no
 * order that was released at 24 (2.8: only the order's own changes go through the matrix), until a person says that it was wrong.
 */
interface Packs { packs: { item: string; units: UnitConversion[] }[] }
const packsType = "order.packs";

/** What a person said of it: the pack to count by, and what the item master said then. */
const packWord = z.object({ use: unitConversion, master: unitConversion });
export type PackWord = z.infer<typeof packWord>;
export const packPath = "pack";
export const packDocument = (item: string, unit: string): string => `${item}/${unit}`;

/** The item master says another pack than the released order is counted by, and nobody has decided. */
export interface PackChange { item: string; unit: string; baseUnit: string; used: UnitConversion; master: UnitConversion }

const newest = (facts: readonly Fact[]): Fact | null => facts.reduce<Fact | null>((best, fact) => (fact.type === packsType && fact.version > (best?.version ?? 0) ? fact : best), null);
const same = (a: UnitConversion, b: UnitConversion): boolean => a.numerator * b.denominator === b.numerator * a.denominator;

/** Kept packs of an order as they count: a person's word before what was kept. */
function packsOf(facts: readonly Fact[]): Map<string, { used: UnitConversion; word: PackWord | undefined }[]> {
  const { packs = [] } = (newest(facts)?.data ?? {}) as Partial<Packs>;
  return new Map(packs.map(({ item, units }) => [item, units.map((kept) => { const word = packWord.safeParse(overlaid(facts, packDocument(item, kept.unit), packPath)).data; return { used: word?.use ?? kept, word }; })]));
}

/** The codebook with the packs that the order's released goods are counted by. */
export function withKeptPacks(book: Codebook, facts: readonly Fact[]): Codebook {
  const kept = packsOf(facts);
  if (kept.size === 0) return book;
  const asReleased = (master: ItemMaster, units: readonly UnitConversion[]): ItemMaster => ({ ...master, units: [...units, ...master.units.filter(({ unit }) => !units.some((other) => other.unit === unit))] });
  return { ...book, item: (key) => { const master = book.item(key), units = kept.get(key); return master && units ? asReleased(master, units.map(({ used }) => used)) : master; } };
}

/** Where the item master (`book` as it speaks today) says otherwise. */
export const packChanges = (book: Codebook, facts: readonly Fact[]): PackChange[] =>
  [...packsOf(facts)].flatMap(([item, units]) => {
    const master = book.item(item);
    return units.flatMap(({ used, word }): PackChange[] => {
      const now = master?.units.find(({ unit }) => unit === used.unit);
      return !master || !now || same(now, used) || (word && same(word.master, now)) ? [] : [{ item, unit: used.unit, baseUnit: master.baseUnit, used, master: now }];
    });
  });

/** A pack in words: `24`, or `1/3`. */
export const packSize = ({ numerator, denominator }: UnitConversion): string => (denominator === 1 ? String(numerator) : `${numerator}/${denominator}`);

/** Keeps the packs of goods that are asked of a warehouse, or left, and were not kept yet; null where nothing is new. */
export function keepPacks(view: OrderView, facts: readonly Fact[]): RecordedFact | null {
  const { packs: before = [] } = (newest(facts)?.data ?? {}) as Partial<Packs>, packs = before.map(({ item, units }) => ({ item, units: [...units] }));
  let more = false;
  for (const { line, goods, walk } of view.lines) {
    if (!line.master || line.master.units.length === 0) continue;
    if (walk.moved.every(({ shipped }) => shipped.isZero()) && !goods.some(({ moved }) => view.requests.some((request) => request.lines.has(moved.key)))) continue;
    for (const word of new Set([line.source.unit, line.source.priceUnitOf ?? line.source.unit])) {
      const unit = unitName(word, view.book), found = line.master.units.find((conversion) => conversion.unit === unit);
      const present = packs.find(({ item }) => item === line.item);
      if (!found || present?.units.some((kept) => kept.unit === unit)) continue;
      more = true;
      if (present) present.units.push(found); else packs.push({ item: line.item, units: [found] });
    }
  }
  const data: Packs = { packs };
  return more ? { type: packsType, document: view.key, group: "packs", version: (newest(facts)?.version ?? 0) + 1, occurredAt: view.now, data } : null;
}
