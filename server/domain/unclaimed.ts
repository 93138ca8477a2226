import type { LedgerDocument } from "./contracts/billing";
import { dec, type Decimal } from "./decimal";
import { allOf, type Fact, type Known } from "./facts";
import type { Instant } from "./instant";
import { moneyText } from "./money";
import { overlaysOn } from "./overlay";
import { referenceId, type PlanInput, type ReferenceKey } from "./plan";
import { normalIdentifier, subjectId, type SubjectId, type SubjectRef } from "./subject";

/** An invoice of the ledger that names none of our documents: nobody's, until a person says whose it is. */
export interface UnclaimedDocument {
  document: LedgerDocument; source: string; occurredAt: Instant; recordedAt: Instant;
  /** Whose invoice a person said that it is: an order's or a billing unit's, and never two. */
  claimedBy: SubjectId | null;
  /** In what the ledger has changed it since then. */
  changed: string[];
}

/** Laid on a subject of ours: the number of the document that is its invoice, or of one that is not. On the document: whose it is, and whose it is no more. */
export const adoptedPath = "adopted", adoptedGoodsPath = "adoptedGoods", declinedPath = "declined", claimedPath = "claimedBy", releasedPath = "releasedBy";
export const unclaimedTopic = "unclaimed", alikeTopic = "unclaimed_alike";
export const unclaimedKey = (number: string): ReferenceKey => ({ topic: unclaimedTopic, key: number });
/** Where a document is kept that names nobody. */
export const unclaimedSubject = (entity: string, number: string): SubjectRef => ({ entity, kind: "master_record", key: `${unclaimedTopic}/${number}` });

/** What persons said of the ledger's documents for one subject; the last word on each document stands. */
export function wordsOn(facts: readonly Fact[], key: string): { adopted: string | null; declined: ReadonlySet<string> } {
  let adopted: string | null = null;
  const declined = new Set<string>();
  for (const { data: { path, value } } of overlaysOn(facts, key)) {
    if (path === adoptedPath) { adopted = typeof value === "string" ? value : null; if (adopted !== null) declined.delete(adopted); }
    if (path === declinedPath && typeof value === "string") { declined.add(value); if (adopted === value) adopted = null; }
  }
  return { adopted, declined };
}

/** The document that a person adopted for this subject, as the ledger has it, as far as it names nobody itself and is no other's. */
export function claimedDocument({ subject, facts, reference }: Pick<PlanInput, "subject" | "facts" | "reference">): (Known<LedgerDocument> & { changed: string[] }) | null {
  const { adopted } = wordsOn(facts, subject.key), row = adopted === null ? null : unclaimedRow(reference, adopted);
  if (row?.claimedBy !== subjectId(subject)) return null;
  const { document: data, source, occurredAt, recordedAt, changed } = row;
  return { source, document: data.number, version: data.version, occurredAt, recordedAt, data, changed };
}

export const unclaimedRow = (reference: PlanInput["reference"], number: string): UnclaimedDocument | null => (reference.get(referenceId(unclaimedKey(number)))?.data ?? null) as UnclaimedDocument | null;

/** What a document comes to before tax; null where it does not say. */
export function beforeTax({ net, charges, tax, total }: Pick<LedgerDocument, "net" | "charges" | "tax" | "total">): Decimal | null {
  if (net !== undefined) return dec(net).plus(charges ?? 0);
  return total !== undefined && tax !== undefined ? dec(total).minus(tax) : null;
}

/** Most words of one document that are taken for somebody's number. */
const mostWords = 6;
const numberLike = (word: string): boolean => word.length >= 3 && word.length <= 60 && (/\d/.test(word) || word.length >= 12);
/** Numbers that people wrote on a document, as they are compared: words with a digit in them, and long ones. */
export function wordsOf({ reference, order, text }: Pick<LedgerDocument, "reference" | "order" | "text">): string[] {
  const words = [reference, order, text].flatMap((part) => part?.split(/[\s,;:#()]+/) ?? []).map(normalIdentifier).filter(numberLike);
  return [...new Set(words)].slice(0, mostWords);
}

const byAmount = (customer: string, currency: string, amount: Decimal): string => `amount/${customer}/${currency}/${moneyText(amount, currency)}`;
const byName = (word: string): string => `named/${word}`;
/** Under what a document can be found by whoever may be meant: its customer and amount, and each number that is written on it. */
export function likenessOf(document: LedgerDocument): string[] {
  const amount = beforeTax(document);
  return [...(document.customer === undefined || amount === null ? [] : [byAmount(document.customer, document.currency, amount)]), ...wordsOf(document).map(byName)];
}
/** The same of what is to be billed: where documents stand that may be its invoice. */
export const likenessKeys = ({ customers, currency, amount, names }: { customers: readonly string[]; currency: string; amount: Decimal; names: readonly string[] }): ReferenceKey[] =>
  [...new Set([...customers.map((customer) => byAmount(customer, currency, amount)), ...names.map(normalIdentifier).filter(numberLike).map(byName)])].map((key) => ({ topic: alikeTopic, key }));

/** A document that names nobody, as its system of record has it now. Null where it is no invoice that ever stood. */
export function readUnclaimed(facts: readonly Fact[], number: string): UnclaimedDocument | null {
  const versions = allOf(facts, "ledger.document_read").filter(({ data }) => data.number === number), now = versions.at(-1);
  if (!now) return null;
  const claim = claimOn(facts, number), then = claim === null ? now : (versions.findLast(({ recordedAt }) => recordedAt <= claim.recordedAt) ?? now);
  const { source, occurredAt, recordedAt, data: document } = now;
  return { document, source, occurredAt, recordedAt, claimedBy: claim?.by ?? null, changed: changesSince(then.data, document) };
}

/** The last claim stands; only who has it gives it back. */
function claimOn(facts: readonly Fact[], number: string): { by: SubjectId; recordedAt: Instant } | null {
  let claim: { by: SubjectId; recordedAt: Instant } | null = null;
  for (const { data: { path, value }, recordedAt } of overlaysOn(facts, number)) {
    if (path === claimedPath && typeof value === "string") claim = { by: value as SubjectId, recordedAt };
    if (path === releasedPath && value === claim?.by) claim = null;
  }
  return claim;
}

const compared = ["customer", "currency", "net", "charges", "tax", "total"] as const;
const changesSince = (then: LedgerDocument, now: LedgerDocument): string[] =>
  compared.flatMap((name) => (then[name] === now[name] ? [] : [`${name} ${now[name] ?? "absent"} instead of ${then[name] ?? "absent"}`]));
