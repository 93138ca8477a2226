import { dec } from "../decimal";
import { amountOf, byDay, compared, daysApart, type BookDocument, type IdentifierKind, type Loose, type Match, type Paired, type Tolerances } from "./documents";

const exactly = ({ amount, tax }: BookDocument): string => `${dec(amount).toFixed()}|${tax === null ? "" : dec(tax).toFixed()}`;
const figure = ({ amount }: BookDocument): string => dec(amount).toFixed();
const words: Readonly<Record<IdentifierKind, string>> = { reference: "same reference", number: "same number" };

/**
 * Pairs documents that share one identifier: first those that agree, then those that lie nearest in their order. One document
 * whose counterpart came in parts is matched with all of them. What is left over says which other has its identifier. Currencies are never mixed.
 */
export function pairByIdentifier(kind: IdentifierKind, block: readonly Loose[], { reference }: Tolerances): Paired {
  const matches: Match[] = [], rest: Loose[] = [], notes = new Map(block.map(({ document, notes: before }) => [document, before]));
  for (const rows of Map.groupBy(block.map(({ document }) => document).toSorted(byDay), ({ currency }) => currency).values()) {
    const taken = new Set<BookDocument>(), open = (side: "a" | "b") => rows.filter((row) => row.side === side && !taken.has(row));
    const match = (a: BookDocument[], b: BookDocument[]): void => {
      const { result, words: said } = compared(a, b, reference.amount), [first] = a, [other] = b;
      const days = first && other ? daysApart(first, other) : 0;
      for (const row of [...a, ...b]) taken.add(row);
      matches.push({ rule: kind, result, certain: true, a, b, because: [words[kind], ...(a.length + b.length > 2 ? [`${a.length} on side A and ${b.length} on side B make one`] : []), ...said, ...(days === 0 ? [] : [`${days} ${days === 1 ? "day" : "days"} apart`])] });
    };
    const pairAlike = (alike: (row: BookDocument) => string): void => {
      const there = Map.groupBy(open("b"), alike);
      for (const row of open("a")) { const other = there.get(alike(row))?.shift(); if (other) match([row], [other]); }
    };
    pairAlike(exactly);
    pairAlike(figure);
    const [a, b] = [open("a"), open("b")];
    if (a.length + b.length > 2 && (a.length === 1 || b.length === 1) && amountOf(a).eq(amountOf(b))) match(a, b);
    else a.slice(0, b.length).forEach((row, index) => { match([row], b.slice(index, index + 1)); });
    for (const row of rows) if (!taken.has(row)) rest.push({ document: row, notes: [...(notes.get(row) ?? []), ...elsewhere(words[kind], row, block)] });
  }
  return { matches, rest };
}

/** Another document with the identifier of one that is left over: a second one of the same, or one in another currency. */
function elsewhere(said: string, row: BookDocument, block: readonly Loose[]): string[] {
  const others = block.map(({ document }) => document).filter((other) => other !== row).toSorted(byDay), foreign = others.find(({ side, currency }) => side !== row.side && currency !== row.currency), twin = others.find(({ side, currency }) => side === row.side && currency === row.currency);
  return [...(foreign ? [`${foreign.label} has the ${said} in ${foreign.currency}`] : []), ...(twin ? [`${twin.label} on the same side has the ${said}`] : [])];
}
