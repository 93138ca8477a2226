import { dec, type Decimal } from "./decimal";
import { digestOf } from "./decisions";
import { epochMs, type Day } from "./instant";
import { moneyText } from "./money";
import { normalIdentifier, type SubjectId } from "./subject";
import { beforeTax, wordsOf, type UnclaimedDocument } from "./unclaimed";
import type { Confidence } from "./alignment";

/** What the planner would bill: one invoice of a billing unit, or of an order of which no goods are known to have left. */
export interface InvoiceSlot {
  subject: SubjectId;
  /** Codes under which the ledger may have the customer. */
  customers: readonly string[];
  currency: string;
  /** Before tax. */
  amount: string;
  orders: readonly string[]; purchaseOrder: string | null;
  /** Days of the entity, as the accounting dates are. */ placedOn: Day; /** Goods issue; null while none is known. */ shippedOn: Day | null;
  /** Numbers of documents that a person said are not its invoice. */
  declined: ReadonlySet<string>;
}

/** A document that may be a slot's invoice. Adoptable where it bills this customer, to the cent, in the currency: then `differs` is empty. */
export interface AdoptionPair { subject: SubjectId; number: string; score: number; confidence: Confidence; because: string[]; differs: string[]; /** Another document or slot that fits just as well: then nothing is certain. */ rival: string | null }

/** A document without a name on it is looked at for so many days after the goods left, or the order came. */
const daysLookedAt = 45;
/** Within this of the best, another fits just as well. */
const tooClose = 0.1;
const dayMs = 86_400_000;
const daysBetween = (a: Day, b: Day): number => Math.round((epochMs(`${b}T00:00:00.000Z`) - epochMs(`${a}T00:00:00.000Z`)) / dayMs);

/** By its day: from the order until `daysLookedAt` after the goods left. */
export const isNear = ({ placedOn, shippedOn }: InvoiceSlot, { accountingDate }: UnclaimedDocument["document"]): boolean => accountingDate >= placedOn && daysBetween(shippedOn ?? placedOn, accountingDate) <= daysLookedAt;
/** Which of our orders somebody wrote on it. */
export const orderOn = ({ orders }: InvoiceSlot, document: UnclaimedDocument["document"]): string | undefined => { const words = new Set(wordsOf(document)); return orders.find((own) => words.has(normalIdentifier(own))); };

/**
 * Whether a document may be the slot's invoice, and what speaks for and against it; null where nothing does, it was declined, it stands
 * no more, or it is another's. By a number of ours that somebody wrote on it, else by customer, currency and exact amount within `daysLookedAt`.
 */
export function pairOf(slot: InvoiceSlot, { document, claimedBy }: UnclaimedDocument): AdoptionPair | null {
  const { number, customer, currency, accountingDate } = document;
  if (document.state !== "posted" || claimedBy !== null || slot.declined.has(number)) return null;
  const words = new Set(wordsOf(document)), there = beforeTax(document), here = dec(slot.amount);
  const order = orderOn(slot, document), purchaseOrder = slot.purchaseOrder !== null && words.has(normalIdentifier(slot.purchaseOrder)) ? slot.purchaseOrder : null;
  const isCustomer = customer !== undefined && slot.customers.includes(customer), isCurrency = currency === slot.currency, isAmount = there?.eq(here) ?? false;
  const days = daysBetween(slot.shippedOn ?? slot.placedOn, accountingDate);
  const isNamed = order !== undefined || purchaseOrder !== null;
  if (!(isNamed ? isCustomer || isAmount : isCustomer && isCurrency && isAmount && isNear(slot, document))) return null;
  const differs = [...(isCustomer ? [] : [`for customer ${customer ?? "unknown"}`]), ...(isCurrency ? [] : [`in ${currency}`]), ...(isAmount ? [] : [amountsDiffer(there, here, slot.currency)])];
  const because = [...(order === undefined ? [] : [`names order ${order}`]), ...(purchaseOrder === null ? [] : [`names purchase order ${purchaseOrder}`]), ...(isAmount && isCurrency ? ["same amount before tax"] : []), ...(isCustomer ? ["same customer"] : []), apart(days, slot.shippedOn !== null)];
  const score = (order === undefined ? (purchaseOrder === null ? 0 : 0.4) : 0.5) + (isAmount && isCurrency ? 0.25 : 0) + (isCustomer ? 0.1 : 0) + 0.15 * Math.max(0, 1 - Math.abs(days) / daysLookedAt);
  return { subject: slot.subject, number, score: Math.round(score * 1000) / 1000, confidence: differs.length > 0 ? "possible" : isNamed ? "certain" : "likely", because, differs, rival: null };
}

const amountsDiffer = (there: Decimal | null, here: Decimal, currency: string): string => (there === null ? "carries no amount before tax" : `bills ${moneyText(there, currency)} before tax, ${moneyText(here, currency)} here`);
const apart = (days: number, shipped: boolean): string => {
  const from = shipped ? "the goods left" : "it was ordered", count = Math.abs(days);
  return days === 0 ? `dated the day ${from}` : `dated ${count} ${count === 1 ? "day" : "days"} ${days > 0 ? "after" : "before"} ${from}`;
};

/** Binds a decision to what was shown of both. */
export const pairDigest = ({ amount, currency }: Pick<InvoiceSlot, "amount" | "currency">, { document: { number, state, customer, net, charges, tax, total, currency: theirs } }: Pick<UnclaimedDocument, "document">): string =>
  digestOf({ amount, currency, number, state, customer, net, charges, tax, total, theirs });

/** Adoptable before not, then the likelier one; the rest of the order is by name, so that the same facts give the same answer. */
const inOrder = (a: AdoptionPair, b: AdoptionPair): number =>
  Number(a.differs.length > 0) - Number(b.differs.length > 0) || b.score - a.score || (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0) || (a.number < b.number ? -1 : a.number > b.number ? 1 : 0);

/**
 * For each slot at most one document and for each document at most one slot, the surest first; what differs is told where nothing fits
 * better, and is not adoptable. Suggestions only: a person adopts. Certain is only who names our order or purchase order, bills it to the
 * cent, and has no rival.
 */
export function suggestAdoptions(slots: readonly InvoiceSlot[], documents: readonly UnclaimedDocument[]): AdoptionPair[] {
  const all = candidatesOf(slots, documents).sort(inOrder), takenSlots = new Set<string>(), takenDocuments = new Set<string>(), chosen: AdoptionPair[] = [];
  for (const pair of all) {
    if (takenSlots.has(pair.subject) || takenDocuments.has(pair.number)) continue;
    takenSlots.add(pair.subject);
    takenDocuments.add(pair.number);
    chosen.push(pair);
  }
  const bySlot = Map.groupBy(all, ({ subject }) => subject), byDocument = Map.groupBy(all, ({ number }) => number);
  return chosen.map((pair) => {
    if (pair.differs.length > 0) return pair;
    const close = (other: AdoptionPair): boolean => other !== pair && other.differs.length === 0 && other.score >= pair.score - tooClose;
    const rival = bySlot.get(pair.subject)?.find(close)?.number ?? byDocument.get(pair.number)?.find(close)?.subject ?? null;
    return rival === null ? pair : { ...pair, rival, confidence: "possible" };
  });
}

/** Every pair worth a look, without comparing each slot with each document. */
function candidatesOf(slots: readonly InvoiceSlot[], documents: readonly UnclaimedDocument[]): AdoptionPair[] {
  const byWord = new Map<string, UnclaimedDocument[]>(), byAmount = new Map<string, UnclaimedDocument[]>();
  const add = (map: Map<string, UnclaimedDocument[]>, key: string, row: UnclaimedDocument) => { const rows = map.get(key); if (rows) rows.push(row); else map.set(key, [row]); };
  for (const row of documents) {
    for (const word of wordsOf(row.document)) add(byWord, word, row);
    const amount = beforeTax(row.document);
    if (amount !== null) add(byAmount, `${row.document.customer ?? ""}|${moneyText(amount, row.document.currency)}`, row);
  }
  return slots.flatMap((slot) => {
    const names = [...slot.orders, ...(slot.purchaseOrder === null ? [] : [slot.purchaseOrder])].map(normalIdentifier);
    const near = new Set([...names.flatMap((name) => byWord.get(name) ?? []), ...slot.customers.flatMap((customer) => byAmount.get(`${customer}|${moneyText(dec(slot.amount), slot.currency)}`) ?? [])]);
    return [...near].flatMap((row) => pairOf(slot, row) ?? []);
  });
}
