import { describe, expect, it } from 'vitest';
import type { Application, SalesDocument } from '../systems/erp/model';
import type { ExpectedOrder } from './expected';
import { expectedUnapplied, paidInvoices } from './receipts';

const order = (payment: ExpectedOrder['payment']) => ({ orderNumber: 'N-1', payment }) as ExpectedOrder;
const document = (No: string, TotalAmount: string, more: Partial<SalesDocument> = {}) => ({ Id: No, No, Status: 'Posted', TotalAmount, AppliesToInvoiceNo: null, Lines: [{ SalesOrderNo: 'N-1' }], ...more }) as SalesDocument;
const application = (SourceType: Application['SourceType'], SourceNo: string, Amount: string) => ({ Status: 'Applied', SourceType, SourceNo, InvoiceNo: 'I-1', Amount }) as Application;

function judged(payment: ExpectedOrder['payment'], applications: Application[]): { right: boolean; wanted: string; unapplied: string } {
  const credits = [document('C-1', '30.01', { AppliesToInvoiceNo: 'I-1' }), document('C-2', '10.00', { AppliesToInvoiceNo: 'I-1' }), document('C-3', '5.00', { AppliesToInvoiceNo: 'I-2' })];
  const paid = paidInvoices(order(payment), { invoices: [document('I-1', '100.00')], credits }, { applications });
  return { right: paid.every(({ wanted, applied }) => wanted.eq(applied)), wanted: paid[0]?.wanted.toFixed(2) ?? '', unapplied: expectedUnapplied(paid).toFixed(2) };
}
const full = { kind: 'full' } as const;

describe('a receipt and credits for the same invoice', () => {
  it('settle it in either order: the credit stays open, or the receipt\'s rest stays unapplied', () => {
    expect(judged(full, [application('Payment', 'P-1', '100.00')])).toEqual({ right: true, wanted: '100.00', unapplied: '0.00' });
    expect(judged(full, [application('Payment', 'P-1', '69.99')])).toEqual({ right: true, wanted: '69.99', unapplied: '30.01' });
    expect(judged(full, [application('Payment', 'P-1', '59.99')])).toEqual({ right: true, wanted: '59.99', unapplied: '40.01' });
    expect(judged(full, [application('CreditMemo', 'C-1', '30.01'), application('Payment', 'P-1', '69.99')])).toEqual({ right: true, wanted: '69.99', unapplied: '30.01' });
    expect(judged({ kind: 'over', extra: '7.00' }, [application('Payment', 'P-1', '69.99')])).toEqual({ right: true, wanted: '69.99', unapplied: '37.01' });
  });
  it('to the cent, and with credits of this invoice only', () => {
    for (const amount of ['100.01', '99.99', '70.00', '95.00', '60.00', '0.00']) expect(judged(full, [application('Payment', 'P-1', amount)])).toEqual({ right: false, wanted: '100.00', unapplied: '0.00' });
    expect(judged(full, [application('CreditMemo', 'C-1', '30.01'), application('Payment', 'P-1', '100.00')])).toMatchObject({ right: false, wanted: '69.99' });
    expect(judged({ kind: 'none' }, [])).toEqual({ right: true, wanted: '0.00', unapplied: '0.00' });
  });
});
