import { localDay } from "../../calendar";
import type { CreditPosition } from "../../contracts/masters";
import { dec, min, positive, sumOf, zero, type Decimal } from "../../decimal";
import type { Known } from "../../facts";
import { addDays, type Instant } from "../../instant";
import type { Policy } from "../../policy";
import type { CreditAnswer, CreditRequest, OpenItem, ReceiptInHand } from "../../publications";

/** What an account owes or will owe, by part (domain reference 1, credit exposure), in the account's currency. */
export interface Exposure { openReceivables: Decimal; shippedNotInvoiced: Decimal; releasedNotShipped: Decimal; approvedDue: Decimal; unappliedReceipts: Decimal; openCredits: Decimal }

export interface AccountFacts { position: CreditPosition; openItems: readonly OpenItem[]; receipts: readonly Known<ReceiptInHand>[] }

/**
 * The account's exposure without the orders that ask. The ERP's position counts, and what we know to have happened in the
 * ledger after it was read: invoices whole, less what was credited or let go of them, and receipts whole, less what left
 * again. Applications move nothing between the two, so no euro counts twice whatever was applied to what. Where it is in
 * doubt whether the position has a document, an invoice counts and a receipt does not: never below what is owed.
 */
export function baseExposure(facts: AccountFacts): Exposure {
  const { position } = facts;
  const newer = sumOf(facts.openItems.filter((item) => item.currency === position.currency && item.postedAt > position.asOf), owed);
  const posted = sumOf(facts.receipts.filter(({ data }) => data.posted && data.currency === position.currency), ({ data }) => eased(data, position.asOf));
  return {
    openReceivables: dec(position.openReceivables).plus(newer), shippedNotInvoiced: zero, releasedNotShipped: zero, approvedDue: zero,
    unappliedReceipts: dec(position.unappliedReceipts).plus(posted), openCredits: dec(position.openCredits),
  };
}

/** Of an invoice, as if nobody had paid: receipts count by themselves. */
const owed = (item: OpenItem): Decimal =>
  item.settledBy ? dec(item.open).plus(sumOf(item.settledBy.filter(({ kind }) => kind === "receipt"), ({ amount }) => dec(amount))) : dec(item.total);

/** What a receipt changed after the position was read; negative where money that the position counts has left again. */
function eased(receipt: ReceiptInHand, asOf: Instant): Decimal {
  const isNew = receipt.postedAt !== null && receipt.postedAt > asOf;
  const left = sumOf((receipt.left ?? []).filter(({ at }) => isNew || at === null || at > asOf), ({ amount }) => dec(amount));
  return (isNew ? dec(receipt.received) : zero).minus(left);
}

/**
 * Adds an order that may already act: what is released and shipped always, its open value when it ships within the horizon (P22).
 * Another currency than the account's is not added to it, and an order that comes to less than nothing makes no room for others.
 */
export function withOrder(exposure: Exposure, request: CreditRequest, granted: boolean, policy: Pick<Policy, "exposureHorizonDays" | "calendar">, now: Instant, currency: string): Exposure {
  if (request.currency !== currency) return exposure;
  const due = granted && (request.dueToShip === null || request.dueToShip <= addDays(localDay(policy.calendar, now), policy.exposureHorizonDays));
  const approvedDue = due ? dec(request.openValue) : zero;
  if (approvedDue.plus(request.shippedNotInvoiced).plus(request.releasedNotShipped).isNegative()) return exposure;
  return {
    ...exposure, shippedNotInvoiced: exposure.shippedNotInvoiced.plus(request.shippedNotInvoiced), releasedNotShipped: exposure.releasedNotShipped.plus(request.releasedNotShipped),
    approvedDue: exposure.approvedDue.plus(approvedDue),
  };
}

export const totalOf = (exposure: Exposure): Decimal =>
  exposure.openReceivables.plus(exposure.shippedNotInvoiced).plus(exposure.releasedNotShipped).plus(exposure.approvedDue).minus(exposure.unappliedReceipts).minus(exposure.openCredits);

export const partsOf = (exposure: Exposure): NonNullable<CreditAnswer["parts"]> => ({
  openReceivables: exposure.openReceivables.toFixed(2), shippedNotInvoiced: exposure.shippedNotInvoiced.toFixed(2), releasedNotShipped: exposure.releasedNotShipped.toFixed(2),
  approvedDue: exposure.approvedDue.toFixed(2), unappliedReceipts: exposure.unappliedReceipts.toFixed(2), openCredits: exposure.openCredits.toFixed(2),
});

/** Our own receipts that the ERP does not know yet: they would lift a hold (S13). */
export const unpostedOf = (receipts: readonly Known<ReceiptInHand>[], currency: string): CreditAnswer["unposted"] =>
  receipts.filter(({ data }) => !data.posted && data.currency === currency && dec(data.amount).gt(0))
    .map(({ data }) => ({ kind: "receipt" as const, document: data.receipt, amount: data.amount, at: data.receivedAt })).sort((a, b) => a.at.localeCompare(b.at) || a.document.localeCompare(b.document));

/**
 * Past due beyond the tolerance: too long and too much (CREDIT_OVERDUE); disputed money is not counted. Of items that the
 * ERP's position knew as overdue, no more counts than the ERP says: it may know of payments that we do not.
 */
export function overdueOf(facts: AccountFacts, policy: Pick<Policy, "overdueDays" | "overdueAbove" | "calendar">, now: Instant): CreditAnswer["overdue"] {
  const limit = addDays(localDay(policy.calendar, now), -policy.overdueDays);
  const { position } = facts;
  if (position.oldestDue !== undefined && position.oldestDue < limit && dec(position.overdue).gt(policy.overdueAbove)) return { amount: position.overdue, oldestDue: position.oldestDue };
  const late = facts.openItems.filter((item) => item.currency === position.currency && item.dueDate < limit && dec(item.open).gt(item.disputed));
  const undisputed = (items: readonly OpenItem[]) => sumOf(items, (item) => positive(dec(item.open).minus(item.disputed)));
  const isNews = (item: OpenItem) => item.postedAt > position.asOf || item.dueDate >= localDay(policy.calendar, position.asOf);
  const amount = undisputed(late.filter(isNews)).plus(min(undisputed(late.filter((item) => !isNews(item))), dec(position.overdue)));
  const oldest = late.map((item) => item.dueDate).sort()[0];
  return oldest !== undefined && amount.gt(policy.overdueAbove) ? { amount: amount.toFixed(2), oldestDue: oldest } : null;
}
