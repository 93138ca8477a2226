import { dec, type Decimal } from "../../../decimal";
import type { Instant } from "../../../instant";
import { isCounted, toBase } from "../../../quantity";
import type { Codebook } from "../codes";
import type { OrderRecord } from "../record";
import { unitName, type SoldLine } from "./sold";

/** One taking away of a line, in units sold; null: all that is open. */
export interface Asked { document: string; at: Instant; wanted: Decimal | null }

/** What of a cancel cannot be meant: it takes nothing away, and a person asks what was meant. */
export interface UnclearCancel { document: string; at: Instant; line: string; quantity: string; unit: string | null; why: "line" | "unit" | "fraction" }

interface Cancels { byLine: ReadonlyMap<string, Asked[]>; unclear: UnclearCancel[] }

/** What was asked to be taken away, by line, and what of it names a line or unit that is not there, or a part of a thing that is counted. */
export function readCancels(record: OrderRecord, lines: readonly SoldLine[], book: Codebook): Cancels {
  const byLine = new Map<string, Asked[]>(), unclear: UnclearCancel[] = [];
  if (record.cancels.length === 0) return { byLine, unclear };
  const byId = new Map(lines.map((line) => [line.id, line]));
  const add = (line: string, entry: Asked) => { const rows = byLine.get(line); if (rows) rows.push(entry); else byLine.set(line, [entry]); };
  for (const { data, recordedAt: at } of record.cancels) {
    const document = data.cancellation;
    if (!data.lines) { for (const line of lines) add(line.id, { document, at, wanted: null }); continue; }
    for (const { line: id, quantity, unit = null } of data.lines) {
      const line = byId.get(id), wanted = line && inBase(line, quantity, unit, book);
      const why = !line ? "line" : !wanted ? "unit" : isPartOfThing(line, wanted) ? "fraction" : null;
      if (why === null && wanted) add(id, { document, at, wanted });
      else if (why !== null) unclear.push({ document, at, line: id, quantity, unit: unit ?? line?.source.unit ?? null, why });
    }
  }
  return { byLine, unclear };
}

/** A line that itself orders a part of a thing is for a person already (ORD-02), and may be cancelled as it is. */
const isPartOfThing = (line: SoldLine, wanted: Decimal): boolean => countsWhole(line) && !wanted.isInteger() && line.quantity.isInteger();

/** Sold by count: kits, and items whose base unit is a thing and no measure. */
export const countsWhole = (line: SoldLine): boolean => line.kit || isCounted(line.master?.baseUnit ?? line.source.unit);

function inBase(line: SoldLine, quantity: string, unit: string | null, book: Codebook): Decimal | null {
  if (unit === null || unit === line.source.unit || !line.master) return dec(quantity).times(line.perUnit);
  const base = toBase(quantity, unitName(unit, book), line.master.baseUnit, line.master.units);
  return base.ok ? base.value : null;
}
