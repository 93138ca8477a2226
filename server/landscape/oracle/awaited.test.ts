import { Readable } from 'node:stream';
import Decimal from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { compareOracle } from './compare';
import { awaited, type Undecided } from './difference';
import { expectAll, type ExpectedOrder } from './expected';
import { compareShipped } from './shipped';
import { readUndecided } from './undecided';

const line = { lineId: '1', price: '10.00', pricePer: '1', ordered: '10', lineDiscount: '0.00', taxCode: 'P0000000', billed: '11', over: '1', cancelled: '0', returned: '0' };
const expected = expectAll([{
  orderId: 'o', orderNumber: 'N-1', customerCode: 'C', erpCustomer: 'D1', customerName: 'C', site: 'W', signature: '', scenario: 'over_shipped', steps: [], payment: { kind: 'none' },
  outcome: { headerDiscount: '0.00', lines: [line], charges: [], region: 'T8', exempt: false, currency: 'USD', awaits: 'OVER_SHIPMENT' },
} as never], []);
const [order] = expected.orders as [ExpectedOrder];
const nothing = { invoices: [], debitMemos: [], creditMemos: [], payments: [], applications: [], writeOffs: [], openItems: [], ledger: [], itemUnits: [], bankReceipts: [], captures: [], taxTransactions: [], shipments: [] };
const judged = (undecided: Undecided) => compareOracle(expected, nothing, undecided).map(({ what, awaits }) => `${what} ${awaits ?? 'counts'}`);

describe('a difference is excused only by what the tower holds now', () => {
  it('what is missing while the decision that the script counts on is awaited', () => {
    expect(judged([{ code: 'OVER_SHIPMENT', orders: ['N-1', 'N-2'] }])).toEqual(['line_net OVER_SHIPMENT', 'line_quantity OVER_SHIPMENT', 'shipped_short OVER_SHIPMENT']);
  });
  it('never by the script alone, another code, or a hold of another order', () => {
    for (const undecided of [[], [{ code: 'CREDIT_LIMIT', orders: ['N-1'] }], [{ code: 'OVER_SHIPMENT', orders: ['N-2'] }]]) expect(judged(undecided)).toEqual(['line_net counts', 'line_quantity counts', 'shipped_short counts']);
  });
  it('nor more than there should be, nor tax, customer or settlement of what is posted', () => {
    const held = [{ code: 'OVER_SHIPMENT', orders: ['N-1'] }], of = (what: Parameters<typeof awaited>[2], wanted: number, found: number) => awaited(held, order, what, new Decimal(wanted), new Decimal(found));
    expect([of('line_net', 10, 9), of('line_net', 10, 11), of('tax', 10, 9), of('invoice_open', 10, 9), of('customer', 10, 9)]).toEqual(['OVER_SHIPMENT', null, null, null, null]);
    const twice = { shipments: [{ status: 'SHIPPED', lines: [{ salesOrderNo: 'N-1', lineRef: '1', qty: 22 }] }] } as never;
    expect(compareShipped(expected, twice, held)).toMatchObject([{ what: 'shipped_twice', awaits: null }]);
  });
  it('is piped in, and said so where it is not', async () => {
    expect(await readUndecided(Readable.from(['[{"code":"MAP-03",', '"orders":["N-1"]}]']))).toEqual([{ code: 'MAP-03', orders: ['N-1'] }]);
    await expect(readUndecided(Readable.from(['']))).rejects.toThrow('must be piped in');
  });
});
