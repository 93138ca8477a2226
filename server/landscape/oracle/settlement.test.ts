import { describe, expect, it } from 'vitest';
import type { Application, OpenItem, SalesDocument } from '../systems/erp/model';
import type { ExpectedOrder } from './expected';
import { compareSettlement, expectedReceipts, settledInvoices } from './settlement';

const order = (payment: ExpectedOrder['payment']) => ({ orderNumber: 'N-1', payment }) as ExpectedOrder;
const document = (No: string, TotalAmount: string, more: Partial<SalesDocument> = {}) => ({ Id: No, No, Status: 'Posted', TotalAmount, AppliesToInvoiceNo: null, Lines: [{ SalesOrderNo: 'N-1' }], ...more }) as SalesDocument;
const application = (SourceType: Application['SourceType'], SourceNo: string, Amount: string) => ({ Status: 'Applied', SourceType, SourceNo, InvoiceNo: 'I-1', Amount }) as Application;
const cash = (amount: string) => application('Payment', 'P-1', amount);
const credit = (no: string, amount: string) => application('CreditMemo', no, amount);
const full = { kind: 'full' } as const;
const remaining = (DocumentType: OpenItem['DocumentType'], DocumentNo: string, RemainingAmount: number) => ({ DocumentType, DocumentNo, RemainingAmount: RemainingAmount.toFixed(2) }) as OpenItem;

/** Invoice of 100.00, credits of 30.01 and 10.00 for it, one of 5.00 for another. What the ledger says is open follows from the applications. */
function judged(payment: ExpectedOrder['payment'], applications: Application[], altered: OpenItem[] = [], written = 0): { differences: string[]; receipts: string[] } {
  const credits = [document('C-1', '30.01', { AppliesToInvoiceNo: 'I-1' }), document('C-2', '10.00', { AppliesToInvoiceNo: 'I-1' }), document('C-3', '5.00', { AppliesToInvoiceNo: 'I-2' })];
  const settled = settledInvoices(order(payment), { invoices: [document('I-1', '100.00')], credits }, { applications, creditMemos: credits, writeOffs: [{ InvoiceNo: 'I-1', Amount: written.toFixed(2) }] });
  const used = (no?: string) => applications.filter((row) => no === undefined || row.SourceNo === no).reduce((sum, row) => sum + Number(row.Amount), 0);
  const items = [...altered, remaining('Invoice', 'I-1', 100 - used() - written), remaining('CreditMemo', 'C-1', used('C-1') - 30.01), remaining('CreditMemo', 'C-2', used('C-2') - 10)];
  const differences: string[] = [];
  for (const one of settled) compareSettlement(one, items, (what, where, wanted, found) => { if (!wanted.eq(found)) differences.push(`${what} ${where ?? ''} ${wanted.toFixed(2)} ${found.toFixed(2)}`); });
  return { differences, receipts: expectedReceipts(settled, { captures: [], bankReceipts: [{ amount: 10000, remittance: [{ document: 'I-1', amount: 10000 }] } as never] }).BANK };
}

describe('a receipt and credits for the same invoice', () => {
  it('settle it in any order, each with as much as is left', () => {
    expect(judged(full, [cash('100.00')])).toEqual({ differences: [], receipts: ['100.00/0.00'] });
    expect(judged(full, [credit('C-1', '30.01'), cash('69.99')])).toEqual({ differences: [], receipts: ['100.00/30.01'] });
    expect(judged(full, [credit('C-2', '10.00'), cash('90.00')])).toEqual({ differences: [], receipts: ['100.00/10.00'] });
    expect(judged(full, [credit('C-1', '30.01'), credit('C-2', '10.00'), cash('59.99')])).toEqual({ differences: [], receipts: ['100.00/40.01'] });
    expect(judged({ kind: 'part', percent: 65 }, [cash('65.00'), credit('C-1', '30.01'), credit('C-2', '4.99')]).differences).toEqual([]);
    expect(judged({ kind: 'none' }, [credit('C-1', '30.01'), credit('C-2', '10.00')]).differences).toEqual([]);
  });
  it('an unapplied credit beside an open invoice is seen, with both documents', () => {
    expect(judged({ kind: 'none' }, [credit('C-1', '30.01')]).differences).toEqual(['invoice_open I-1 59.99 69.99', 'credit_applied C-2 10.00 0.00', 'credit_open C-2 0.00 10.00']);
    expect(judged({ kind: 'part', percent: 50 }, [cash('50.00')]).differences).toEqual(['invoice_open I-1 9.99 50.00', 'credit_applied C-1 30.01 0.00', 'credit_open C-1 0.00 30.01', 'credit_applied C-2 10.00 0.00', 'credit_open C-2 0.00 10.00']);
  });
  it('money unapplied where it fits is seen, credits or not: nothing is taken for granted', () => {
    for (const amount of ['69.99', '59.99', '99.99', '0.00']) expect(judged(full, [cash(amount)]).differences).toContain(`receipts_applied I-1 100.00 ${amount}`);
    expect(judged(full, [credit('C-1', '20.00'), credit('C-2', '5.00'), cash('75.00')]).differences, 'two in part').not.toEqual([]);
    expect(judged(full, [credit('C-1', '30.01'), cash('100.00')]).differences, 'more than the invoice').not.toEqual([]);
  });
  it('up to 1.00 that a payment left is written off, and nothing else is', () => {
    const none = (percent: number, written: number) => {
      const settled = settledInvoices(order({ kind: 'part', percent }), { invoices: [document('I-1', '100.00')], credits: [] }, { applications: [cash(`${percent}.00`)], creditMemos: [], writeOffs: [{ InvoiceNo: 'I-1', Amount: written.toFixed(2) }] });
      return settled.map(({ writtenOff, open }) => [writtenOff.wanted.toFixed(2), open.toFixed(2)]);
    };
    expect([none(99, 1), none(99, 0), none(98, 0)]).toEqual([[['1.00', '0.00']], [['1.00', '0.00']], [['0.00', '2.00']]]);
    expect(judged({ kind: 'part', percent: 59 }, [cash('59.00'), credit('C-1', '30.01'), credit('C-2', '10.00')], [], 0.99).differences).toEqual([]);
    expect(judged({ kind: 'part', percent: 59 }, [cash('59.00'), credit('C-1', '30.01'), credit('C-2', '10.00')], [], 0.5).differences).toEqual(['written_off I-1 0.99 0.50', 'invoice_open I-1 0.00 0.49']);
    expect(judged({ kind: 'part', percent: 50 }, [cash('50.00'), credit('C-1', '30.01'), credit('C-2', '10.00')], [], 0.99).differences).toEqual(['written_off I-1 0.00 0.99', 'invoice_open I-1 9.99 9.00']);
  });
  it('an open item that says something else than its applications is seen', () => {
    expect(judged(full, [cash('100.00')], [remaining('Invoice', 'I-1', 0.01)]).differences).toEqual(['invoice_open I-1 0.00 0.01']);
    expect(judged(full, [cash('100.00')], [remaining('CreditMemo', 'C-1', -30)]).differences).toEqual(['credit_open C-1 30.01 30.00']);
  });
});
