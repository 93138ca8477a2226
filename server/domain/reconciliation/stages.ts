import { dec, zero, type Decimal } from "../decimal";
import { pairByIdentifier } from "./by-identifier";
import { byDay, groupDigest, identifierKinds, taxOf, amountOf, differenceOf, type BookDocument, type Loose, type Match, type Paired, type ResultCode, type Side, type Tolerances } from "./documents";
import { suggestOfAmount, suggestOfParty } from "./suggestions";

/** What persons said before of documents that may be here again. */
export interface SaidBefore {
  /** By side and key: the group it was settled in. */
  groups: ReadonlyMap<string, { group: string; digest: string; words: string }>;
  /** Suggestions that were refused, by their documents. */
  declined: ReadonlySet<string>;
}
export const nothingSaid: SaidBefore = { groups: new Map(), declined: new Set() };

export interface Matching { tolerances: Tolerances; said: SaidBefore }
/** A step over blocks: documents that may be one lie in one block, so that no step compares all with all. */
interface Stage { blockOf(document: BookDocument, said: SaidBefore): string | null; pair(block: readonly Loose[], matching: Matching): Paired }

/** In their order: what is surer comes first, and takes its documents with it. */
export const stages: readonly Stage[] = [
  settledBefore("together"),
  ...identifierKinds.map((kind): Stage => ({ blockOf: ({ identifiers }) => identifiers[kind] ?? null, pair: (block, { tolerances }) => pairByIdentifier(kind, block, tolerances) })),
  settledBefore("alone"),
  { blockOf: ({ currency, party }) => (party === null ? null : `${currency} ${party}`), pair: (block, { tolerances, said }) => suggestOfParty(block, tolerances, said.declined) },
  { blockOf: ({ currency, amount }) => `${currency} ${dec(amount).toFixed()}`, pair: (block, { tolerances, said }) => suggestOfAmount(block, tolerances, said.declined) },
];

/** What a person explained alone gives way to a counterpart that carries its identifier by now. */
function settledBefore(which: "together" | "alone"): Stage {
  return { blockOf: ({ side, key }, { groups }) => { const group = groups.get(`${side} ${key}`)?.group; return group === undefined || group.includes("\n") !== (which === "together") ? null : group; }, pair: asSettled };
}

/** What was settled stands as long as all its documents are here with the figures that were shown. */
function asSettled(block: readonly Loose[], { said }: Matching): Paired {
  const a = block.filter(({ document }) => document.side === "a").map(({ document }) => document), b = block.filter(({ document }) => document.side === "b").map(({ document }) => document);
  const [first] = block, before = first && said.groups.get(`${first.document.side} ${first.document.key}`);
  if (!before || before.digest !== groupDigest({ a, b })) return { matches: [], rest: [...block] };
  return { matches: [{ rule: "settled_before", result: resultOf(a, b), certain: true, a, b, because: [before.words] }], rest: [] };
}
const resultOf = (a: readonly BookDocument[], b: readonly BookDocument[]): ResultCode =>
  b.length === 0 ? "missing_in_b" : a.length === 0 ? "missing_in_a" : !differenceOf({ a, b }).isZero() ? "amount_differs" : taxOf(a) !== null && taxOf(b) !== null && !taxOf(a)?.eq(taxOf(b) ?? zero) ? "tax_differs" : "matched";

/** A document that is alone after every stage. */
export const alone = ({ document, notes }: Loose): Match => ({
  rule: "none", result: document.side === "a" ? "missing_in_b" : "missing_in_a", certain: false, a: document.side === "a" ? [document] : [], b: document.side === "b" ? [document] : [], because: notes.length > 0 ? notes : ["nothing on the other side is like it"],
});

/** Most documents of a block; what is beyond is looked at apart, by its days. Bounds memory and time. */
const mostInBlock = 2_000;

/** Cuts rows that come in the order of block and day into blocks. */
export class BlockCutter {
  private block: string | null = null;
  private rows: Loose[] = [];

  /** The block before, where this row is not of it. */
  push(row: Loose, block: string): Loose[] {
    const done = block !== this.block || this.rows.length >= mostInBlock ? this.flush() : [];
    this.block = block;
    this.rows.push(row);
    return done;
  }
  flush(): Loose[] { const done = this.rows; this.rows = []; return done; }
}

/** Every stage over documents in memory. What streams from tables does the same, block by block. */
export function reconcile(documents: readonly BookDocument[], matching: Matching): Match[] {
  const matches: Match[] = [];
  let loose: Loose[] = documents.map((document) => ({ document, notes: [] }));
  for (const stage of stages) {
    const placed = loose.map((row) => ({ row, block: stage.blockOf(row.document, matching.said) })), next = placed.filter(({ block }) => block === null).map(({ row }) => row), cutter = new BlockCutter();
    const blocks = placed.flatMap(({ row, block }) => (block === null ? [] : [{ row, block }])).toSorted((one, other) => (one.block < other.block ? -1 : one.block > other.block ? 1 : byDay(one.row.document, other.row.document)));
    for (const block of [...blocks.map(({ row, block: name }) => cutter.push(row, name)), cutter.flush()]) {
      if (block.length === 0) continue;
      const { matches: found, rest } = stage.pair(block, matching);
      matches.push(...found);
      next.push(...rest);
    }
    loose = next;
  }
  return [...matches, ...loose.map(alone)];
}

/** What the documents of one currency and result come to on either side. Over all results they are the whole. */
export interface Total { currency: string; result: ResultCode; certain: boolean; items: number; documentsA: number; documentsB: number; amountA: string; amountB: string; taxA: string; taxB: string }

/** What a side left out by one rule. */
export interface Excluded { side: Side; rule: string; currency: string; documents: number; amount: string }

/** Adds up matches as they come; holds one row for each currency and result. */
export class Totals {
  private readonly rows = new Map<string, { currency: string; result: ResultCode; certain: boolean; items: number; documentsA: number; documentsB: number; amountA: Decimal; amountB: Decimal; taxA: Decimal; taxB: Decimal }>();

  add({ result, certain, a, b }: Match): void {
    const currency = (a[0] ?? b[0])?.currency ?? "", key = `${currency} ${result} ${String(certain)}`, row = this.rows.get(key) ?? { currency, result, certain, items: 0, documentsA: 0, documentsB: 0, amountA: zero, amountB: zero, taxA: zero, taxB: zero };
    const tax = (documents: readonly BookDocument[]): Decimal => documents.reduce((total, each) => total.plus(each.tax ?? "0"), zero);
    this.rows.set(key, { ...row, items: row.items + 1, documentsA: row.documentsA + a.length, documentsB: row.documentsB + b.length, amountA: row.amountA.plus(amountOf(a)), amountB: row.amountB.plus(amountOf(b)), taxA: row.taxA.plus(tax(a)), taxB: row.taxB.plus(tax(b)) });
  }
  list(): Total[] {
    return [...this.rows.values()].map((row) => ({ ...row, amountA: row.amountA.toFixed(), amountB: row.amountB.toFixed(), taxA: row.taxA.toFixed(), taxB: row.taxB.toFixed() }))
      .sort((one, other) => (one.currency + one.result + String(one.certain) < other.currency + other.result + String(other.certain) ? -1 : 1));
  }
}
