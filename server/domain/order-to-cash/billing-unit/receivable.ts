import { lastApplied } from "../../credit-application";
import { dec, sumOf, zero, type Decimal } from "../../decimal";
import { publishedOf, type Known } from "../../facts";
import type { Instant } from "../../instant";
import type { PlanInput } from "../../plan";
import type { CreditApplication, ReceiptApplication } from "../../publications";
import { ownCredits, partApplied, type OwnCredit } from "./credited";
import type { PostedInvoice } from "./standing-invoice";

/** What happened to the invoice since it was posted (M4): total = cash + credits + written off + open. */
export interface Receivable {
  receipts: Known<ReceiptApplication>[];
  returns: Known<CreditApplication>[];
  credits: OwnCredit[];
  cash: Decimal;
  writtenOff: Decimal;
  returnsApplied: Decimal;
  /** Own credits that the ledger has set against the invoice, debits whole: they stand on it by themselves. */
  creditsApplied: Decimal;
  open: Decimal;
  settledAt: Instant | null;
}

export function receivableOf(input: PlanInput, posted: PostedInvoice | null): Receivable {
  const receipts = publishedOf<ReceiptApplication>(input.facts, "receipt.application").filter(({ data }) => posted !== null && data.invoice === posted.number);
  const returns = publishedOf<CreditApplication>(input.facts, "credit.application").filter(({ data }) => posted !== null && data.invoice === posted.number);
  const credits = ownCredits(input).filter(({ posted: done }) => done);
  const cash = sumOf(receipts, ({ data }) => dec(data.applied)), writtenOff = sumOf(receipts, ({ data }) => dec(data.writtenOff));
  const returnsApplied = sumOf(returns, ({ data }) => dec(data.amount));
  const creditsApplied = sumOf(credits, (credit) => partApplied(input, credit));
  const open = (posted?.total ?? zero).minus(cash).minus(writtenOff).minus(returnsApplied).minus(creditsApplied);
  const last = [...receipts.map(({ occurredAt }) => occurredAt), ...returns.map(({ occurredAt }) => occurredAt), ...credits.map(({ view }) => view.confirmedAt ?? view.createdAt), lastApplied(input) ?? ""].sort().at(-1);
  return { receipts, returns, credits, cash, writtenOff, returnsApplied, creditsApplied, open, settledAt: posted && open.isZero() ? (last ?? posted.postedAt) : null };
}
