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
 * Packs by which a line's goods were asked of a warehouse, or left. An item master that says later that a case holds 12 changes no
 * line that was released at 24 (2.8: only the order's own changes go through the matrix), until a person says that it was wrong; a
 * line that comes later is counted by what the master says then. Kept of a whole item, without a line or its base unit: from before these were told apart.
 */
interface Packs { packs: { item: string; line?: string; baseUnit?: string; units: UnitConversion[] }[] }
const packsType = "order.packs";

/** What a person said of it: the pack to count by, and what the item master said then; null: it had none. */
const packWord = z.object({ use: unitConversion, master: unitConversion.nullable(), baseUnit: z.string().optional() });
export type PackWord = z.infer<typeof packWord>;
export const packPath = "pack";
export const packDocument = (item: string, unit: string): string => `${item}/${unit}`;

/** The item master says another pack or base unit than the released lines are counted by, or has the pack no more, and nobody has decided. */
export interface PackChange { item: string; unit: string; /** By which they are counted. */ baseUnit: string; used: UnitConversion; master: UnitConversion | null; /** The master's own. */ masterBase: string }

const newest = (facts: readonly Fact[]): Fact | null => facts.reduce<Fact | null>((best, fact) => (fact.type === packsType && fact.version > (best?.version ?? 0) ? fact : best), null);
const keptIn = (facts: readonly Fact[]): Packs["packs"] => ((newest(facts)?.data ?? {}) as Partial<Packs>).packs ?? [];
const same = (a: UnitConversion | null, b: UnitConversion | null): boolean => (a === null || b === null ? a === b : a.numerator * b.denominator === b.numerator * a.denominator);

interface KeptPack { item: string; line: string | undefined; baseUnit: string | undefined; used: UnitConversion; word: PackWord | undefined }

/** Kept packs of an order as they count: a person's word before what was kept, where it is about these lines. */
function packsOf(facts: readonly Fact[]): KeptPack[] {
  return keptIn(facts).flatMap(({ item, line, baseUnit, units }) => units.map((kept): KeptPack => {
    const said = packWord.safeParse(overlaid(facts, packDocument(item, kept.unit), packPath)).data, word = said && same(said.master, kept) && (said.baseUnit ?? baseUnit) === baseUnit ? undefined : said;
    const taken = word !== undefined && same(word.use, word.master);
    return { item, line, baseUnit: taken ? (word.baseUnit ?? baseUnit) : baseUnit, used: word?.use ?? kept, word };
  }));
}

/** The codebook with the packs that each line's released goods are counted by. */
export function withKeptPacks(book: Codebook, facts: readonly Fact[]): Codebook {
  const kept = packsOf(facts);
  if (kept.length === 0) return book;
  const asReleased = (master: ItemMaster, own: readonly KeptPack[]): ItemMaster =>
    ({ ...master, baseUnit: own.find(({ baseUnit }) => baseUnit !== undefined)?.baseUnit ?? master.baseUnit, units: [...own.map(({ used }) => used), ...master.units.filter(({ unit }) => !own.some(({ used }) => used.unit === unit))] });
  return { ...book, ofLine: (line) => ({ ...book, item: (key) => { const master = book.item(key), own = kept.filter((row) => row.item === key && (row.line ?? line) === line); return master && own.length > 0 ? asReleased(master, own) : master; } }) };
}

/** Where the item master (`book` as it speaks today) says otherwise, each pack once. */
export function packChanges(book: Codebook, facts: readonly Fact[]): PackChange[] {
  const changes = packsOf(facts).flatMap(({ item, baseUnit, used, word }): PackChange[] => {
    const master = book.item(item), now = master?.units.find(({ unit }) => unit === used.unit) ?? null;
    if (!master || (same(now, used) && (baseUnit ?? master.baseUnit) === master.baseUnit)) return [];
    if (word && same(word.master, now) && (word.baseUnit ?? master.baseUnit) === master.baseUnit) return [];
    return [{ item, unit: used.unit, baseUnit: baseUnit ?? master.baseUnit, used, master: now, masterBase: master.baseUnit }];
  });
  return [...new Map(changes.map((change) => [`${packDocument(change.item, change.unit)} ${packSize(change.used)} ${change.baseUnit}`, change])).values()];
}

/** A pack in words: `24`, or `1/3`. */
export const packSize = ({ numerator, denominator }: UnitConversion): string => (denominator === 1 ? String(numerator) : `${numerator}/${denominator}`);

/** Keeps the packs of goods that are asked of a warehouse, or left, and were not kept yet; null where nothing is new. */
export function keepPacks(view: OrderView, facts: readonly Fact[]): RecordedFact | null {
  const before = keptIn(facts), packs = before.map((kept) => ({ ...kept, units: [...kept.units] }));
  let more = false;
  for (const { line, goods, walk } of view.lines) {
    if (!line.master || line.master.units.length === 0) continue;
    if (walk.moved.every(({ shipped }) => shipped.isZero()) && !goods.some(({ moved }) => view.requests.some((request) => request.lines.has(moved.key)))) continue;
    for (const word of new Set([line.source.unit, line.source.priceUnitOf ?? line.source.unit])) {
      const unit = unitName(word, view.book), found = line.master.units.find((conversion) => conversion.unit === unit);
      const own = packs.filter((kept) => kept.item === line.item && (kept.line ?? line.id) === line.id);
      if (!found || own.some(({ units }) => units.some((kept) => kept.unit === unit))) continue;
      more = true;
      const present = own.find((kept) => kept.line === line.id);
      if (present) present.units.push(found); else packs.push({ item: line.item, line: line.id, baseUnit: line.master.baseUnit, units: [found] });
    }
  }
  const data: Packs = { packs };
  return more ? { type: packsType, document: view.key, group: "packs", version: (newest(facts)?.version ?? 0) + 1, occurredAt: view.now, data } : null;
}
