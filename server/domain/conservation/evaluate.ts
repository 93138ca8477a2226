import { dec, max, sumOf, text, zero, type Decimal, type DecimalString } from "../decimal";
import type { Day } from "../instant";
import type { SubjectId } from "../subject";
import { parseSubjectId } from "../subject";
import { equations, partOf, type Equation, type TermRule } from "./equations";
import { knownAt, withConnectors, type AsOf, type Books, type MovementRow, type SliceRow } from "./rows";

export interface TermValue {
  name: string;
  side: "left" | "right";
  value: DecimalString;
  /** What the value consists of, document by document: the drill-down from a drift to its cause. */
  documents: { document: string; value: DecimalString }[];
}

/** One equation for one line, subject or document. `residual` ≠ 0 is a drift. */
export interface Proof {
  equation: string;
  statement: string;
  /** Null for an equation by document. */
  subject: SubjectId | null;
  entity: string;
  line: string;
  currency: string | null;
  terms: TermValue[];
  left: DecimalString;
  right: DecimalString;
  residual: DecimalString;
}

/**
 * Proves every equation on the rows given. Guarantees: exact decimals, no tolerance; a line for which no term has rows is
 * left out; each movement is counted once. With `asOf.day` documents after that day are told apart in a term of their own.
 */
export function prove(books: Books, asOf: AsOf = {}, wanted: readonly Equation[] = equations): Proof[] {
  const { movements, slices } = knownAt(books, asOf.known);
  const counted = slices.map((slice) => withConnectors(slice, books.connectorsDown));
  const proofsOf = (some: readonly Equation[], day: Day | undefined) => some.flatMap((equation) => [...groupRows(equation, movements, counted)].map((group) => proveGroup(equation, group, day)));
  const proofs = proofsOf(wanted, asOf.day);
  // What is open is open now, whatever day its documents are of.
  const counts = asOf.day === undefined ? proofs : proofsOf(wanted.filter(({ id }) => id === "Q1"), undefined);
  return [...proofs, ...(wanted === equations ? openChecks(counts) : [])];
}

export const drifts = (proofs: readonly Proof[]): Proof[] => proofs.filter((proof) => !dec(proof.residual).isZero());

/** Sums of absolute residuals that are not 0: pieces apart from money, money by currency. */
export interface Unexplained { pieces: DecimalString; money: { currency: string; amount: DecimalString }[] }

/** The one figure that must be 0 (domain.md 2.6): pieces are never added to money, nor one currency to another. */
export function unexplainedDifference(proofs: readonly Proof[]): Unexplained {
  const wrong = drifts(proofs);
  const sum = (currency: string | null) => text(sumOf(wrong.filter((proof) => proof.currency === currency), (proof) => dec(proof.residual).abs()));
  const currencies = [...new Set(wrong.flatMap(({ currency }) => (currency === null ? [] : [currency])))].sort();
  return { pieces: sum(null), money: currencies.map((currency) => ({ currency, amount: sum(currency) })) };
}

/** In words: `0`, or `1 piece, 169.96 USD`. */
export function unexplainedText({ pieces, money }: Unexplained): string {
  const parts = [...(pieces === "0" ? [] : [`${pieces} ${pieces === "1" ? "piece" : "pieces"}`]), ...money.map(({ currency, amount }) => `${amount} ${currency}`)];
  return parts.length === 0 ? "0" : parts.join(", ");
}

interface Group { subject: SubjectId | null; entity: string; line: string; currency: string | null; movements: MovementRow[]; slices: SliceRow[] }

function groupRows(equation: Equation, movements: readonly MovementRow[], slices: readonly SliceRow[]): Iterable<Group> {
  const groups = new Map<string, Group>();
  const terms = new Set(equation.terms.flatMap((term) => term.movements ?? []));
  const groupOf = (row: { subject: SubjectId; line: string; currency: string }, document: string | null): Group => {
    const { entity } = parseSubjectId(row.subject);
    const line = equation.by === "line" ? row.line : equation.by === "document" ? (document ?? "") : "";
    const subject = equation.by === "document" ? null : row.subject;
    const currency = equation.measure === "amount" ? row.currency : null;
    const key = [subject ?? entity, line, currency].join("\u0000");
    const present = groups.get(key);
    if (present) return present;
    const made = { subject, entity, line, currency, movements: [], slices: [] };
    groups.set(key, made);
    return made;
  };
  for (const row of movements)
    if (terms.has(row.term) && (equation.lines?.test(row.line) ?? true) && equation.kinds.includes(parseSubjectId(row.subject).kind)) groupOf(row, row.document).movements.push(row);
  if (equation.by !== "document")
    for (const slice of slices)
      if (equation.kinds.includes(parseSubjectId(slice.subject).kind) && equation.terms.some((term) => term.slices?.(slice))) groupOf(slice, null).slices.push(slice);
  const { onlyWith } = equation;
  return [...groups.values()].filter((group) => !onlyWith || group.movements.some((row) => onlyWith.includes(row.term)));
}

function proveGroup(equation: Equation, group: Group, day: Day | undefined): Proof {
  const onTime = (row: MovementRow) => day === undefined || row.effectiveOn <= day;
  const terms = equation.terms.map((term) => valueOf(equation, term, group.movements.filter(onTime), group.slices));
  const late = group.movements.filter((row) => !onTime(row));
  if (late.length > 0) {
    const after = equation.terms.map((term) => ({ side: term.side, value: valueOf(equation, term, late, []) }));
    const documents = after.flatMap(({ side, value }) => value.documents.map((row) => ({ document: row.document, value: side === "right" ? row.value : text(dec(row.value).neg()) })));
    terms.push({ name: `closed after ${day ?? ""}`, side: "right", value: text(sumOf(documents, (row) => dec(row.value))), documents });
  }
  return proofOf(equation, group, terms);
}

function proofOf(equation: Pick<Equation, "id" | "statement">, group: Pick<Group, "subject" | "entity" | "line" | "currency">, terms: TermValue[]): Proof {
  const side = (name: "left" | "right") => sumOf(terms.filter((term) => term.side === name), (term) => dec(term.value));
  return {
    equation: equation.id, statement: equation.statement, subject: group.subject, entity: group.entity, line: group.line, currency: group.currency,
    terms: terms.filter((term) => term.documents.length > 0), left: text(side("left")), right: text(side("right")), residual: text(side("left").minus(side("right"))),
  };
}

function valueOf(equation: Equation, term: TermRule, movements: readonly MovementRow[], slices: readonly SliceRow[]): TermValue {
  const byDocument = new Map<string, Decimal>();
  const add = (document: string, value: Decimal) => byDocument.set(document, (byDocument.get(document) ?? zero).plus(value.times(term.sign ?? 1)));
  for (const row of movements)
    if (term.movements?.includes(row.term) && inPart(equation, row)) add(row.document, dec(equation.measure === "quantity" ? row.quantity : row.amount));
  for (const slice of slices)
    if (term.slices?.(slice)) add(slice.document ?? slice.key, equation.measure === "quantity" ? dec(slice.quantity) : sliceMoney(slice, term));
  const documents = [...byDocument].filter(([, value]) => !value.isZero()).map(([document, value]) => ({ document, value: text(value) }));
  return { name: term.name, side: term.side, value: text(sumOf(byDocument.values(), (value) => value)), documents };
}

/** Terms that M2 shares between its parts are told apart by their line. */
const sharedTerms: ReadonlySet<string> = new Set(["over_value", "ahead_value", "free_value", "diff_rounding"]);
const inPart = (equation: Equation, row: MovementRow): boolean => equation.part === undefined || !sharedTerms.has(row.term) || partOf(row.line) === equation.part;

const sliceMoney = (slice: SliceRow, term: TermRule): Decimal => dec(term.money === "tax" ? slice.tax : term.money === "charges" ? slice.charges : slice.amount);

/** Q2: what is open, counted from slices, against `max(0, O − X − B − S)`; and V against `max(0, S − (O − X − B))`. */
function openChecks(proofs: readonly Proof[]): Proof[] {
  return proofs.filter((proof) => proof.equation === "Q1").flatMap((proof) => {
    const value = (letter: string) => sumOf(proof.terms.filter((term) => term.name.startsWith(`${letter} `)), (term) => dec(term.value));
    const documents = (letters: string) => proof.terms.filter((term) => letters.includes(term.name[0] ?? "")).flatMap((term) => term.documents);
    const rest = value("O").minus(value("X")).minus(value("B")).minus(value("S"));
    const open = proof.terms.filter((term) => "UAR".includes(term.name[0] ?? "") && term.name[1] === " ").map((term) => ({ ...term, value: text(max(zero, dec(term.value))) }));
    const checked = (name: string, amount: Decimal): TermValue => ({ name, side: "left", value: text(max(zero, amount)), documents: documents("OXBS") });
    const over = proof.terms.filter((term) => term.name.startsWith("V ")).map((term) => ({ ...term, side: "right" as const }));
    return [
      proofOf({ id: "Q2", statement: "K = U + A + R, K = max(0, O − X − B − S)" }, proof, [checked("K open", rest), ...open]),
      proofOf({ id: "Q2 over", statement: "V = max(0, S − (O − X − B))" }, proof, [checked("V by count", rest.neg()), ...over]),
    ];
  });
}
