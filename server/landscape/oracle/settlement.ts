import Decimal from 'decimal.js';
import { amountToPay } from '../world/payers';
import type { SalesDocument } from '../systems/erp/model';
import type { ActualLedgers } from './actual';
import type { ExpectedOrder } from './expected';

/** What is to be set against one invoice: the customer's money or one credit. */
export interface Claim {
  kind: 'receipt' | 'credit';
  /** The credit's number; null for money, which may be part of a receipt for several invoices. */
  credit: string | null;
  amount: Decimal;
  /** Of it, as the ledger has it. */
  applied: Decimal;
  wanted: Decimal;
}

export interface SettledInvoice {
  order: ExpectedOrder;
  invoice: SalesDocument;
  claims: Claim[];
  /** Small difference that is let go, as it should be and as the ledger has it. */
  writtenOff: { wanted: Decimal; found: Decimal };
  /** What must be left of the invoice. */
  open: Decimal;
}

/** Left of a payment that closes an invoice but for so little is written off (P12). */
const smallDifference = new Decimal('1.00');
const zero = new Decimal(0);
const sumOf = <T>(rows: readonly T[], pick: (row: T) => Decimal.Value): Decimal => rows.reduce((sum, row) => sum.plus(pick(row)), zero);

/**
 * The order's own invoices with what settles them. Money and credits take the invoice one after the other, each as much as is
 * left; who came first is not known to the script, so any order of them is right, and nothing else is: no credit beside an
 * open invoice, no money unapplied where it fits, and at most one of them taken in part.
 */
export function settledInvoices(order: ExpectedOrder, documents: { invoices: SalesDocument[]; credits: SalesDocument[] }, actual: Pick<ActualLedgers, 'applications' | 'creditMemos' | 'writeOffs'>): SettledInvoice[] {
  const invoices = documents.invoices.filter((invoice) => invoice.Status === 'Posted').sort((left, right) => (left.Id < right.Id ? -1 : 1));
  const rows = actual.applications.filter((row) => row.Status === 'Applied');
  return invoices.flatMap((invoice, index) => {
    // One of several orders is judged with the order of its first line, as it is paid.
    if (invoice.Lines[0]?.SalesOrderNo !== order.orderNumber) return [];
    const here = rows.filter((row) => row.InvoiceNo === invoice.No);
    const paid = order.payment.kind === 'card' ? new Decimal(invoice.TotalAmount) : amountToPay(order.payment, invoice, index === 0 ? documents.credits : []);
    const credits = actual.creditMemos.filter((credit) => credit.Status === 'Posted' && credit.AppliesToInvoiceNo === invoice.No).sort((left, right) => (left.Id < right.Id ? -1 : 1));
    const total = new Decimal(invoice.TotalAmount);
    const claims = greedy(total, [
      { kind: 'receipt', credit: null, amount: paid, applied: sumOf(here.filter((row) => row.SourceType === 'Payment'), (row) => row.Amount), wanted: zero },
      ...credits.map((credit): Claim => ({ kind: 'credit', credit: credit.No, amount: new Decimal(credit.TotalAmount), applied: sumOf(here.filter((row) => row.SourceType === 'CreditMemo' && row.SourceNo === credit.No), (row) => row.Amount), wanted: zero })),
    ]);
    const rest = total.minus(sumOf(claims, (claim) => claim.wanted));
    const found = sumOf(actual.writeOffs.filter((row) => row.InvoiceNo === invoice.No), (row) => row.Amount);
    // A credit that came after the payment leaves the little that neither of them meant to close.
    const isLetGo = paid.gt(0) && rest.lte(smallDifference) && !(credits.length > 0 && found.isZero());
    const wanted = isLetGo ? rest : zero;
    return [{ order, invoice, claims, writtenOff: { wanted, found }, open: rest.minus(wanted) }];
  });
}

/** As it stands where that is right in some order, else money first and credits in the order of their numbers. */
function greedy(total: Decimal, claims: readonly Claim[]): Claim[] {
  const left = total.minus(sumOf(claims, (claim) => claim.applied));
  const within = claims.every(({ applied, amount }) => applied.gte(0) && applied.lte(amount));
  const short = claims.filter(({ applied, amount }) => applied.lt(amount));
  if (within && (short.length === 0 ? left.gte(0) : left.isZero() && short.filter(({ applied }) => applied.gt(0)).length <= 1)) return claims.map((claim) => ({ ...claim, wanted: claim.applied }));
  let room = total;
  return claims.map((claim) => {
    const wanted = Decimal.min(claim.amount, room);
    room = room.minus(wanted);
    return { ...claim, wanted };
  });
}

type Report = (what: 'written_off' | 'receipts_applied' | 'credit_applied' | 'invoice_open' | 'credit_open', where: string | null, wanted: Decimal, found: Decimal) => void;

/** Invoice and credits one by one: what is applied, and what the ledger itself says is open of each. */
export function compareSettlement({ invoice, claims, writtenOff, open }: SettledInvoice, openItems: ActualLedgers['openItems'], report: Report): void {
  const remaining = (type: 'Invoice' | 'CreditMemo', no: string | null): Decimal => new Decimal(openItems.find((item) => item.DocumentType === type && item.DocumentNo === no)?.RemainingAmount ?? 0).abs();
  report('written_off', invoice.No, writtenOff.wanted, writtenOff.found);
  report('invoice_open', invoice.No, open, remaining('Invoice', invoice.No));
  for (const { kind, credit, amount, applied, wanted } of claims) {
    if (kind === 'receipt') { report('receipts_applied', invoice.No, wanted, applied); continue; }
    report('credit_applied', credit, wanted, applied);
    report('credit_open', credit, amount.minus(wanted), remaining('CreditMemo', credit));
  }
}

/**
 * Every receipt and every capture with what must be left of it unapplied, as `amount/unapplied`. Receipts have no number
 * that both sides know: they are told apart by their figures.
 */
export function expectedReceipts(settled: readonly SettledInvoice[], actual: Pick<ActualLedgers, 'bankReceipts' | 'captures'>): { BANK: string[]; CARD: string[] } {
  const byInvoice = new Map(settled.map(({ invoice, claims }) => [invoice.No, claims.find(({ kind }) => kind === 'receipt')?.wanted ?? zero]));
  const bank = actual.bankReceipts.map((receipt) => {
    const amount = new Decimal(receipt.amount).div(100);
    return figures(amount, amount.minus(sumOf(receipt.remittance, ({ document }) => byInvoice.get(document) ?? zero)));
  });
  const byAmount = settled.filter(({ order }) => order.payment.kind === 'card').map(({ claims }) => claims.find(({ kind }) => kind === 'receipt'));
  const card = actual.captures.map(({ amount: cents }) => {
    const amount = new Decimal(cents).div(100);
    const at = byAmount.findIndex((claim) => claim?.amount.eq(amount));
    const claim = at === -1 ? undefined : byAmount.splice(at, 1)[0];
    return figures(amount, amount.minus(claim?.wanted ?? 0));
  });
  return { BANK: bank.sort(), CARD: card.sort() };
}

export const figures = (amount: Decimal.Value, unapplied: Decimal.Value): string => `${new Decimal(amount).toFixed(2)}/${new Decimal(unapplied).toFixed(2)}`;
