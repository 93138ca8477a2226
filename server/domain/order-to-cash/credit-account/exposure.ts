import type { CreditPosition } from "../../contracts/masters";
import { dec, positive, sumOf, zero, type Decimal } from "../../decimal";
import type { Known } from "../../facts";
import { addDays, dayOf, type Instant } from "../../instant";
import type { Policy } from "../../policy";
import type { CreditAnswer, CreditRequest, OpenItem, ReceiptInHand } from "../../publications";

/** What an account owes or will owe, by part (domain reference 1, credit exposure), in the account's currency. */
export interface Exposure { openReceivables: Decimal; shippedNotInvoiced: Decimal; releasedNotShipped: Decimal; approvedDue: Decimal; unappliedReceipts: Decimal; openCredits: Decimal }

export interface AccountFacts { position: CreditPosition; openItems: readonly OpenItem[]; receipts: readonly Known<ReceiptInHand>[] }

/**
 * The account's exposure without the orders that ask. The ERP's position counts; what we know to have posted after the
 * position was read is added, so that an invoice is never in neither figure.
 */
export function baseExposure(facts: AccountFacts): Exposure {
  const { position } = facts;
  const newer = sumOf(facts.openItems.filter((item) => item.currency === position.currency && item.postedAt > position.asOf), (item) => dec(item.open));
  const posted = sumOf(facts.receipts.filter(({ data, occurredAt }) => data.posted && data.currency === position.currency && (data.postedAt ?? occurredAt) > position.asOf), ({ data }) => dec(data.amount));
  return {
    openReceivables: dec(position.openReceivables).plus(newer), shippedNotInvoiced: zero, releasedNotShipped: zero, approvedDue: zero,
    unappliedReceipts: dec(position.unappliedReceipts).plus(posted), openCredits: dec(position.openCredits),
  };
}

/** Adds an order that may already act: what is released and shipped always, its open value when it ships within the horizon (P22). */
export function withOrder(exposure: Exposure, request: CreditRequest, granted: boolean, policy: Pick<Policy, "exposureHorizonDays">, now: Instant): Exposure {
  const due = granted && (request.dueToShip === null || request.dueToShip <= addDays(dayOf(now), policy.exposureHorizonDays));
  return {
    ...exposure, shippedNotInvoiced: exposure.shippedNotInvoiced.plus(request.shippedNotInvoiced), releasedNotShipped: exposure.releasedNotShipped.plus(request.releasedNotShipped),
    approvedDue: due ? exposure.approvedDue.plus(request.openValue) : exposure.approvedDue,
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

/** Past due beyond the tolerance: too long and too much (CREDIT_OVERDUE); disputed money is not counted. */
export function overdueOf(facts: AccountFacts, policy: Pick<Policy, "overdueDays" | "overdueAbove">, now: Instant): CreditAnswer["overdue"] {
  const limit = addDays(dayOf(now), -policy.overdueDays);
  const { position } = facts;
  if (position.oldestDue !== undefined && position.oldestDue < limit && dec(position.overdue).gt(policy.overdueAbove)) return { amount: position.overdue, oldestDue: position.oldestDue };
  const late = facts.openItems.filter((item) => item.currency === position.currency && item.postedAt > position.asOf && item.dueDate < limit);
  const amount = sumOf(late, (item) => positive(dec(item.open).minus(item.disputed)));
  const oldest = late.map((item) => item.dueDate).sort()[0];
  return oldest !== undefined && amount.gt(policy.overdueAbove) ? { amount: amount.toFixed(2), oldestDue: oldest } : null;
}
