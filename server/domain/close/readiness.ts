import type { Unexplained } from "../conservation/evaluate";
import { dec, max, sumOf, zero } from "../decimal";
import { digestOf } from "../decisions";
import { holdCatalogue } from "../holds";
import { exceptionCatalogue } from "../exceptions";
import { processes, type ProcessName } from "../reconciliation/settling";
import type { CloseAsOf, UnbilledTotal } from "./unbilled";

export interface Sum { currency: string; amount: string }
/** Things of one kind with the money at stake, by currency; `currency` null: none is. */
export interface Counted { name: string; count: number; currency: string | null; amount: string }

/** What a close looks at. All are documents dated up to the day; what cannot be told for an earlier moment is of the moment of reading, and `now` says so. */
export interface CloseFigures {
  asOf: CloseAsOf;
  /** Residuals of the conservation equations; fewer documents `covered` than `alive` where there are more than one look proves. */
  unexplained: Unexplained & { drifts: number; covered: number; alive: number };
  /** The newest statement of each pair of books with what nobody has settled in it; `run` null: none was taken. */
  reconciliation: { process: ProcessName; run: string | null; to: string | null; items: number; money: Sum[] }[];
  held: Counted[];
  exceptions: Counted[];
  unposted: Counted[];
  gaps: { missing: number; totals: number; unanswered: number; money: Sum[] };
  unbilled: UnbilledTotal[];
}

/** What must be gone, or be answered for by name, before a period is signed. */
export const blockerNames = ["unexplained", "reconciliation", "held", "exceptions", "unposted", "gaps"] as const;
export type BlockerName = (typeof blockerNames)[number];
export interface Blocker { name: BlockerName; /** Rule, code, kind or books. */ of: string; says: string; count: number; money: Sum[] }

const many = (count: number, one: string, more = `${one}s`): string => (count === 1 ? `1 ${one}` : `${count.toLocaleString("en-US")} ${more}`);
const sums = (rows: readonly Counted[]): Sum[] => rows.flatMap(({ currency, amount }) => (currency === null || dec(amount).isZero() ? [] : [{ currency, amount }]));
const largest = ({ money }: Blocker) => money.reduce((most, { amount }) => max(most, dec(amount).abs()), zero);
const named = (catalogue: Readonly<Record<string, { name: string }>>, code: string): string => catalogue[code]?.name ?? code;

/** Everything that blocks, the most money first; a cent blocks as a million does. */
export function blockersOf(figures: CloseFigures): Blocker[] {
  const { unexplained, gaps } = figures, blockers: Blocker[] = [];
  if (unexplained.drifts > 0) blockers.push({ name: "unexplained", of: "", says: `${many(unexplained.drifts, "equation")} of the books ${unexplained.drifts === 1 ? "does" : "do"} not close${unexplained.pieces === "0" ? "" : `, by ${unexplained.pieces} ${unexplained.pieces === "1" ? "piece" : "pieces"} of goods too`}`, count: unexplained.drifts, money: unexplained.money });
  if (unexplained.covered < unexplained.alive) blockers.push({ name: "unexplained", of: "not proved", says: `Of ${many(unexplained.alive, "document")} only ${unexplained.covered.toLocaleString("en-US")} were proved here: run tower conservation`, count: unexplained.alive - unexplained.covered, money: [] });
  for (const { process, run, to, items, money } of figures.reconciliation) {
    if (run === null) blockers.push({ name: "reconciliation", of: process, says: `${processes[process].name}: no statement was taken`, count: 1, money: [] });
    else if (to !== null && to < figures.asOf.day) blockers.push({ name: "reconciliation", of: process, says: `${processes[process].name}: the newest statement ends on ${to}`, count: 1, money: [] });
    if (items > 0) blockers.push({ name: "reconciliation", of: process, says: `${processes[process].name}: ${many(items, "item")} of the newest statement not settled`, count: items, money });
  }
  const group = (name: BlockerName, rows: readonly Counted[], says: (code: string, count: number) => string): void => {
    for (const [code, mine] of Map.groupBy(rows, (row) => row.name)) { const count = mine.reduce((sum, row) => sum + row.count, 0); if (count > 0) blockers.push({ name, of: code, says: says(code, count), count, money: sums(mine) }); }
  };
  group("held", figures.held, (rule, count) => `Held, ${named(holdCatalogue, rule)}: ${many(count, "posting")}`);
  group("exceptions", figures.exceptions, (code, count) => `${code} ${named(exceptionCatalogue, code)}: ${many(count, "document")} stopped`);
  group("unposted", figures.unposted, (kind, count) => `Not in the ledger yet: ${many(count, kind.replace(/^post_/, "").replaceAll("_", " "))}`);
  if (gaps.missing > 0) blockers.push({ name: "gaps", of: "missing", says: `${many(gaps.missing, "document")} that a source has ${gaps.missing === 1 ? "is" : "are"} not here`, count: gaps.missing, money: gaps.money });
  if (gaps.totals > 0) blockers.push({ name: "gaps", of: "totals", says: `${many(gaps.totals, "control total")} ${gaps.totals === 1 ? "differs or did" : "differ or did"} not come`, count: gaps.totals, money: [] });
  if (gaps.unanswered > 0) blockers.push({ name: "gaps", of: "unanswered", says: `${many(gaps.unanswered, "source")} ${gaps.unanswered === 1 ? "does" : "do"} not say what exists`, count: gaps.unanswered, money: [] });
  return blockers.sort((a, b) => largest(b).cmp(largest(a)) || b.count - a.count || blockerNames.indexOf(a.name) - blockerNames.indexOf(b.name) || a.of.localeCompare(b.of));
}

/** Sums of several counts by currency, largest first. */
export function moneyOf(rows: readonly Counted[]): Sum[] {
  const sum = [...Map.groupBy(rows.filter(({ currency }) => currency !== null), ({ currency }) => currency ?? "")].map(([currency, mine]) => ({ currency, amount: sumOf(mine, ({ amount }) => dec(amount)) }));
  return sum.filter(({ amount }) => !amount.isZero()).sort((a, b) => b.amount.abs().cmp(a.amount.abs())).map(({ currency, amount }) => ({ currency, amount: amount.toFixed() }));
}

/** What a signature is bound to: every figure as it was shown, and each shipment that it counts. When it was read, and how many documents there were by then, is not part of it. */
export const figuresDigest = ({ asOf, unexplained: { covered, alive, ...unexplained }, ...figures }: CloseFigures, rows: readonly { order: string; shipment: string; currency: string; total: string; accrued: string }[]): string =>
  digestOf({ day: asOf.day, unexplained, notProved: alive - covered, ...figures, rows: [...rows].map(({ order, shipment, currency, total, accrued }) => ({ order, shipment, currency, total, accrued })).sort((a, b) => `${a.order} ${a.shipment} ${a.currency}`.localeCompare(`${b.order} ${b.shipment} ${b.currency}`)) });
