import { dec, sumOf, text, type DecimalString } from "../decimal";
import type { Currency } from "../money";

/** One open item as the tower counts it: an invoice, an open credit or money not applied. */
export interface OpenBalance { billTo: string; currency: Currency; kind: "invoice" | "credit" | "unapplied"; document: string; open: DecimalString }
/** What the ERP says that a customer owes, as read back. */
export interface LedgerBalance { billTo: string; currency: Currency; balance: DecimalString }
export interface BalanceProof { billTo: string; currency: Currency; invoices: DecimalString; credits: DecimalString; unapplied: DecimalString; ledger: DecimalString; residual: DecimalString; documents: string[] }

/**
 * M8: for each bill-to and currency `Σ open invoices − Σ open credits − Σ unapplied = ERP balance`. Driven by what was
 * read back: a customer that was not read is not proved, a balance without items is.
 */
export function proveLedger(items: readonly OpenBalance[], ledger: readonly LedgerBalance[]): BalanceProof[] {
  return ledger.map(({ billTo, currency, balance }) => {
    const mine = items.filter((item) => item.billTo === billTo && item.currency === currency);
    const of = (kind: OpenBalance["kind"]) => sumOf(mine.filter((item) => item.kind === kind), (item) => dec(item.open));
    return {
      billTo, currency, invoices: text(of("invoice")), credits: text(of("credit")), unapplied: text(of("unapplied")), ledger: balance,
      residual: text(of("invoice").minus(of("credit")).minus(of("unapplied")).minus(balance)), documents: mine.map((item) => item.document),
    };
  });
}

/** M7 of one provider account: every sum from its own source, `notYetPaid` as the provider tells it. */
export interface ProviderSums { captured: DecimalString; refunded: DecimalString; disputed: DecimalString; disputesWon: DecimalString; fees: DecimalString; other: DecimalString; paidOut: DecimalString; notYetPaid: DecimalString }
export function proveProvider(sums: ProviderSums): { left: DecimalString; right: DecimalString; residual: DecimalString } {
  const left = dec(sums.captured).minus(sums.refunded).minus(sums.disputed).plus(sums.disputesWon).minus(sums.fees).plus(sums.other);
  const right = dec(sums.paidOut).plus(sums.notYetPaid);
  return { left: text(left), right: text(right), residual: text(left.minus(right)) };
}
