import { dec, sum, zero, type Decimal, type DecimalString } from "../decimal";
import { digestOf } from "../decisions";
import { epochMs, type Day } from "../instant";

export const sides = ["a", "b"] as const;
export type Side = (typeof sides)[number];

/** What two sides may both have written on a document; the former names it more surely. */
export const identifierKinds = ["reference", "number"] as const;
export type IdentifierKind = (typeof identifierKinds)[number];

/** One document as one side has it: a row that is compared and never changes. */
export interface BookDocument {
  side: Side;
  /** Unique on its side. */
  key: string;
  /** By which people know it. */
  label: string;
  /** Normalised as far as the source allows; compared as text. */
  identifiers: Partial<Record<IdentifierKind, string>>;
  party: string | null;
  currency: string;
  day: Day;
  /** With tax; credits below zero. */
  amount: DecimalString;
  /** Null where the side does not say: absent is not different. */
  tax: DecimalString | null;
  /** The subject of the tower that it belongs to, for people to open. */
  subject: string | null;
}

export const results = ["matched", "missing_in_a", "missing_in_b", "amount_differs", "tax_differs"] as const;
export type ResultCode = (typeof results)[number];
export const rules = ["settled_before", "reference", "number", "one_to_one", "one_to_many", "many_to_many", "same_amount", "none"] as const;
export type RuleName = (typeof rules)[number];

/** How far apart two documents may lie and still be one. */
export interface Tolerance { amount: DecimalString; days: number }
/** For each rule that has one. Documents that share an identifier are one whatever their days say. */
export interface Tolerances { reference: Pick<Tolerance, "amount">; oneToOne: Tolerance; sums: Pick<Tolerance, "days"> }
/** One tolerance as it is asked for. Sums are always exact: within a tolerance too many of them would fit. */
export const tolerancesOf = ({ amount, days }: Tolerance): Tolerances => ({ reference: { amount }, oneToOne: { amount, days }, sums: { days } });

/** Documents that are one business, or one that stands alone. */
export interface Match {
  rule: RuleName;
  result: ResultCode;
  /** Nobody is asked: they share an identifier and agree. What a person settled before is not asked again. */
  certain: boolean;
  a: readonly BookDocument[];
  b: readonly BookDocument[];
  /** Why it is so, in words. */
  because: readonly string[];
}
/** A document that found nobody yet, with what was noticed about it on the way. */
export interface Loose { document: BookDocument; notes: readonly string[] }
export interface Paired { matches: Match[]; rest: Loose[] }

/** In the currency that all of them share. */
export const amountOf = (documents: readonly BookDocument[]): Decimal => sum(documents.map(({ amount }) => dec(amount)));
/** Null where one of them does not say. */
export const taxOf = (documents: readonly BookDocument[]): Decimal | null => (documents.some(({ tax }) => tax === null) ? null : documents.reduce((total, { tax }) => total.plus(tax ?? "0"), zero));
/** What A has more than B; below zero what it has less. */
export const differenceOf = ({ a, b }: Pick<Match, "a" | "b">): Decimal => amountOf(a).minus(amountOf(b));
export const daysApart = (one: BookDocument, other: BookDocument): number => Math.abs(Math.round((epochMs(`${one.day}T00:00:00.000Z`) - epochMs(`${other.day}T00:00:00.000Z`)) / 86_400_000));

/** The fixed result of documents that are one, and what is said of a difference. Tax is asked only where the amounts agree. */
export function compared(a: readonly BookDocument[], b: readonly BookDocument[], tolerance: DecimalString): { result: ResultCode; words: string[] } {
  const difference = differenceOf({ a, b }), taxA = taxOf(a), taxB = taxOf(b), currency = a[0]?.currency ?? "";
  if (difference.abs().gt(tolerance)) return { result: "amount_differs", words: [`amount differs by ${difference.toFixed()} ${currency}`] };
  const taxes = taxA !== null && taxB !== null ? taxA.minus(taxB) : zero;
  if (taxes.abs().gt(tolerance)) return { result: "tax_differs", words: [`tax differs by ${taxes.toFixed()} ${currency}`] };
  return { result: "matched", words: [difference.isZero() ? "same amount" : `amounts within the tolerance of ${tolerance}`] };
}

/** By name, so that the same documents are the same whatever order they came in. */
export const byKey = (one: BookDocument, other: BookDocument): number => text(one.side, other.side) || text(one.key, other.key);
export const byDay = (one: BookDocument, other: BookDocument): number => text(one.day, other.day) || byKey(one, other);
const text = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Which documents, whatever their figures. */
export const groupKeyOf = ({ a, b }: Pick<Match, "a" | "b">): string => [...a, ...b].toSorted(byKey).map(({ side, key }) => `${side} ${key}`).join("\n");
/** Binds what a person says to the figures that were shown. */
export const groupDigest = ({ a, b }: Pick<Match, "a" | "b">): string => digestOf([...a, ...b].toSorted(byKey).map(({ side, key, party, currency, day, amount, tax }) => ({ side, key, party, currency, day, amount: dec(amount).toFixed(), tax: tax === null ? null : dec(tax).toFixed() })));
