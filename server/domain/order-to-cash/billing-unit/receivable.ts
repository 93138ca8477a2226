import { appliedInAll, appliedOf, lastApplied } from "../../credit-application";
import type { CommandPayloads } from "../../payloads";
import { dec, sumOf, zero, type Decimal } from "../../decimal";
import { publishedOf, type Known } from "../../facts";
import type { Instant } from "../../instant";
import { moneyText, type Currency } from "../../money";
import type { PlanInput } from "../../plan";
import type { CreditApplication, DebitItem, ReceiptApplication } from "../../publications";
import { answered } from "../../standing";
import { ownCredits, type OwnCredit } from "./credited";
import type { PostedInvoice } from "./standing-invoice";

/** A debit for the invoice, whether the unit or a return posted it, and what is open of it. */
export interface OpenDebit extends DebitItem { open: Decimal }

/** What happened since it was posted to the invoice and to the debits for it, each an open item of its own (M4): total + debits = cash + credits + written off + open. */
export interface Receivable {
  receipts: Known<ReceiptApplication>[];
  returns: Known<CreditApplication>[];
  /** Credits and debits of the unit's own that stand in the ledger. */
  credits: OwnCredit[];
  debits: OpenDebit[];
  cash: Decimal;
  returnsApplied: Decimal;
  /** Own credits that the ledger has set against the invoice or its debits. */
  creditsApplied: Decimal;
  /** Of the invoice alone. */
  invoiceOpen: Decimal;
  /** Of the invoice and its debits. */
  open: Decimal;
  settledAt: Instant | null;
}

export function receivableOf(input: PlanInput, posted: PostedInvoice | null): Receivable {
  const returns = publishedOf<CreditApplication>(input.facts, "credit.application").filter(({ data }) => posted !== null && data.invoice === posted.number);
  const credits = ownCredits(input).filter(({ posted: done }) => done);
  const items = posted ? [...credits.filter(({ debit }) => debit).map(debitItem), ...returns.flatMap(({ data }) => data.debits ?? [])].sort((a, b) => a.postedAt.localeCompare(b.postedAt) || a.debit.localeCompare(b.debit)) : [];
  const numbers = new Set([...(posted ? [posted.number] : []), ...items.map(({ debit }) => debit)]);
  const receipts = publishedOf<ReceiptApplication>(input.facts, "receipt.application").filter(({ data }) => numbers.has(data.invoice));
  const settledOf = (number: string) => sumOf(receipts.filter(({ data }) => data.invoice === number), ({ data }) => dec(data.applied).plus(data.writtenOff))
    .plus(sumOf(returns, ({ data }) => returnedOn(data, number))).plus(sumOf(credits.filter(({ debit }) => !debit), ({ view }) => appliedOf(input, { slot: view.slot, invoice: number })));
  const debits = items.map((item): OpenDebit => ({ ...item, open: dec(item.total).minus(settledOf(item.debit)) }));
  const invoiceOpen = posted ? posted.total.minus(settledOf(posted.number)) : zero, open = invoiceOpen.plus(sumOf(debits, (debit) => debit.open));
  const last = [...receipts.map(({ occurredAt }) => occurredAt), ...returns.map(({ occurredAt }) => occurredAt), ...credits.map(({ view }) => view.confirmedAt ?? view.createdAt), lastApplied(input) ?? ""].sort().at(-1);
  return {
    receipts, returns, credits, debits, cash: sumOf(receipts, ({ data }) => dec(data.applied)), invoiceOpen, open,
    returnsApplied: sumOf(returns, ({ data }) => returnedInAll(data)), creditsApplied: sumOf(credits.filter(({ debit }) => !debit), ({ view }) => appliedInAll(input, view.slot)),
    settledAt: posted && invoiceOpen.isZero() && debits.every((debit) => debit.open.isZero()) ? (last ?? posted.postedAt) : null,
  };
}

/** What of a return's credits is set against the invoice, or against one of its debits. */
const returnedOn = (data: CreditApplication, number: string): Decimal => dec(data.invoice === number ? data.amount : (data.onDebits?.find(({ debit }) => debit === number)?.amount ?? 0));
export const returnedInAll = ({ amount, onDebits = [] }: CreditApplication): Decimal => dec(amount).plus(sumOf(onDebits, (row) => dec(row.amount)));

/** A posted debit as the ledger has it: its own number and, where it says them, its own due date and time. */
export function debitItem({ view, payload: { currency } }: Pick<OwnCredit, "view"> & { payload: { currency: Currency } }): DebitItem {
  const sent = view.payload as unknown as CommandPayloads["post_debit"];
  return {
    debit: answered(view, "number") ?? view.reference ?? view.slot, total: moneyText(dec(answered(view, "total") ?? sent.total), currency), accountingDate: answered(view, "accountingDate") ?? sent.accountingDate,
    dueDate: answered(view, "dueDate") ?? sent.dueDate, postedAt: answered(view, "postedAt") ?? view.confirmedAt ?? view.createdAt,
  };
}
