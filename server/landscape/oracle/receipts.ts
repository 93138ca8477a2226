import Decimal from 'decimal.js';
import { amountToPay } from '../world/payers';
import type { SalesDocument } from '../systems/erp/model';
import type { ActualLedgers } from './actual';
import type { ExpectedOrder } from './expected';

/** What the customer pays on one invoice, and what became of it. */
export interface PaidInvoice {
  order: ExpectedOrder;
  invoice: SalesDocument;
  paid: Decimal;
  /** Of the receipts, as the ledger has it. */
  applied: Decimal;
  /** What should be applied: all that fits beside the credits applied, or where that is what stands, less credits of the invoice set against it first. */
  wanted: Decimal;
}

/**
 * A credit and a receipt for the same invoice settle it in either order: the receipt takes the whole invoice and the credit
 * stays open, or the credit goes first and the receipt's rest stays unapplied. The customer has the same money either way.
 */
export function paidInvoices(order: ExpectedOrder, documents: { invoices: SalesDocument[]; credits: SalesDocument[] }, actual: Pick<ActualLedgers, 'applications'>): PaidInvoice[] {
  const invoices = documents.invoices.filter((invoice) => invoice.Status === 'Posted').sort((left, right) => (left.Id < right.Id ? -1 : 1));
  const rows = actual.applications.filter((row) => row.Status === 'Applied');
  const sumOf = (some: typeof rows): Decimal => some.reduce((sum, row) => sum.plus(row.Amount), new Decimal(0));
  return invoices.map((invoice, index) => {
    const here = rows.filter((row) => row.InvoiceNo === invoice.No);
    const paid = order.payment.kind === 'card' ? new Decimal(invoice.TotalAmount) : amountToPay(order.payment, invoice, index === 0 ? documents.credits : []);
    const applied = sumOf(here.filter((row) => row.SourceType === 'Payment'));
    const room = new Decimal(invoice.TotalAmount).minus(sumOf(here.filter((row) => row.SourceType === 'CreditMemo')));
    const open = documents.credits.filter((credit) => credit.Status === 'Posted' && credit.AppliesToInvoiceNo === invoice.No)
      .map((credit) => new Decimal(credit.TotalAmount).minus(sumOf(rows.filter((row) => row.SourceType === 'CreditMemo' && row.SourceNo === credit.No))));
    const beside = (credited: Decimal): Decimal => Decimal.min(paid, Decimal.max(0, room.minus(credited)));
    const wanted = sumsOf(open).map(beside).find((amount) => amount.eq(applied)) ?? beside(new Decimal(0));
    return { order, invoice, paid, applied, wanted };
  });
}

/** Sum of every choice of the amounts, none of them first: which credits came before the receipt is not known. */
const sumsOf = (amounts: readonly Decimal[]): Decimal[] => amounts.slice(0, 10).reduce((sums, amount) => [...sums, ...sums.map((sum) => sum.plus(amount))], [new Decimal(0)]);

/** Cash that rightly stays unapplied: over-payments, and what credits that went first left of a receipt. */
export function expectedUnapplied(paid: readonly PaidInvoice[]): Decimal {
  const own = paid.filter(({ order, invoice }) => invoice.Lines[0]?.SalesOrderNo === order.orderNumber);
  return own.reduce((sum, { order, paid: amount, applied, wanted }) => sum.plus(wanted.eq(applied) ? amount.minus(applied) : order.payment.kind === 'over' ? order.payment.extra : 0), new Decimal(0));
}
