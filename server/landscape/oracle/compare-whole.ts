import Decimal from 'decimal.js';
import type { ActualLedgers } from './actual';
import type { Difference } from './difference';
import { expectedReceipts, figures, type SettledInvoice } from './settlement';

const total = <T>(rows: readonly T[], pick: (row: T) => Decimal.Value): Decimal => rows.reduce((sum, row) => sum.plus(pick(row)), new Decimal(0));

/** Figures of the ledgers as a whole: balance, control account, every receipt and capture booked once, tax filed once. */
export function compareWhole(actual: ActualLedgers, settled: readonly SettledInvoice[]): Difference[] {
  const differences: Difference[] = [];
  const report = (what: Difference['what'], where: string | null, wanted: Decimal, found: Decimal): void => {
    if (!wanted.eq(found)) differences.push({ orderNumber: null, scenario: null, what, where, expected: wanted.toFixed(2), actual: found.toFixed(2), awaits: null });
  };
  const balances = new Map<string, Decimal>();
  for (const row of actual.ledger) balances.set(row.TransactionNo, (balances.get(row.TransactionNo) ?? new Decimal(0)).plus(row.Debit).minus(row.Credit));
  for (const [transaction, balance] of balances) report('out_of_balance', transaction, new Decimal(0), balance);

  const account = (no: string): Decimal => total(actual.ledger.filter((row) => row.AccountNo === no), (row) => new Decimal(row.Debit).minus(row.Credit));
  report('receivables', '1200', total(actual.openItems, (item) => item.RemainingAmount), account('1200'));

  const booked = actual.payments.filter((row) => row.Status === 'Posted');
  const bank = total(actual.bankReceipts, (row) => row.amount).div(100);
  report('bank', null, bank, total(booked.filter((row) => row.PaymentMethodCode === 'BANK'), (row) => row.Amount));
  report('cards', null, total(actual.captures, (row) => row.amount).div(100), total(booked.filter((row) => row.PaymentMethodCode === 'CARD'), (row) => row.Amount));
  const wanted = expectedReceipts(settled, actual);
  for (const method of ['BANK', 'CARD'] as const) differences.push(...unapplied(method, wanted[method], booked.filter((row) => row.PaymentMethodCode === method).map((row) => figures(row.Amount, row.RemainingAmount))));

  const committed = total(actual.taxTransactions.filter((row) => row.status === 'Committed'), (row) => row.totalTax);
  report('tax_committed', '2200', account('2200').neg(), committed);
  return [...differences, ...postedTwice(actual)];
}

/** Receipts one by one, as `amount/unapplied`: those that should be and are not, beside those that are and should not be. */
function unapplied(method: string, wanted: readonly string[], found: string[]): Difference[] {
  const missing = wanted.filter((figure) => { const at = found.indexOf(figure); if (at !== -1) found.splice(at, 1); return at === -1; });
  return Array.from({ length: Math.max(missing.length, found.length) }, (_, index): Difference => ({
    orderNumber: null, scenario: null, what: 'unapplied', where: method, expected: missing[index] ?? 'none', actual: found[index] ?? 'none', awaits: null,
  }));
}

/** The ERP has no idempotency: the same external reference on two documents of a kind is a double posting. */
function postedTwice(actual: ActualLedgers): Difference[] {
  const kinds: [string, { ExternalDocumentNo: string; Status: string }[]][] = [
    ['SalesInvoices', actual.invoices.filter((row) => row.Status === 'Posted')], ['SalesDebitMemos', actual.debitMemos.filter((row) => row.Status === 'Posted')], ['SalesCreditMemos', actual.creditMemos.filter((row) => row.Status === 'Posted')],
    ['CustomerPayments', actual.payments.filter((row) => row.Status === 'Posted')], ['Applications', actual.applications.filter((row) => row.Status === 'Applied')],
  ];
  return kinds.flatMap(([kind, rows]) => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(row.ExternalDocumentNo, (counts.get(row.ExternalDocumentNo) ?? 0) + 1);
    return [...counts].filter(([, count]) => count > 1).map(([reference, count]): Difference => ({
      orderNumber: null, scenario: null, what: 'posted_twice', where: `${kind} ${reference}`, expected: '1', actual: String(count), awaits: null,
    }));
  });
}
