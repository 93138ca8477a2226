import Decimal from 'decimal.js';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../generator/story';
import type { TaxRate } from '../master-data';
import { billedNets, creditedNets, invoicesByStep, type DocumentFigures } from './expected';

const rates: TaxRate[] = [
  { region: 'T8', taxCode: 'P0000000', percent: '8', validFrom: '2020-01-01', validTo: null },
  { region: 'T8', taxCode: 'FR020100', percent: '8', validFrom: '2020-01-01', validTo: null },
  { region: 'T8', taxCode: 'FR000000', percent: '0', validFrom: '2020-01-01', validTo: null },
];

function line(lineId: string, ordered: string, price: string): Outcome['lines'][number] {
  return { lineId, price, pricePer: '1', ordered, lineDiscount: '0.00', taxCode: 'P0000000', billed: ordered, cancelled: '0', returned: '0' };
}

function outcome(lines: Outcome['lines'], headerDiscount = '0.00', charges: Outcome['charges'] = []): Outcome {
  return { headerDiscount, lines, charges, region: 'T8', exempt: false, currency: 'USD', awaits: null };
}

const totals = (figures: DocumentFigures[]): string[] => figures.map((figure) => figure.total.toFixed(2));
const date = '2026-03-11';

describe('oracle on the scenarios of domain.md', () => {
  it('S01: one invoice of 295.19 with taxed freight', () => {
    const order = outcome([line('1', '10', '12.50'), line('2', '4', '33.33')], '0.00', [{ chargeId: 'c', amount: '15.00', taxCode: 'FR020100', billed: true }]);
    const [invoice] = invoicesByStep(order, [[10, 4]], rates, date);
    expect(invoice?.tax.toFixed(2)).toBe('21.87');
    expect(invoice?.total.toFixed(2)).toBe('295.19');
  });

  const s02 = outcome([line('1', '3', '33.33')], '10.00', [{ chargeId: 'c', amount: '9.99', taxCode: 'FR000000', billed: true }]);

  it('S02: three shipments close to the cent', () => {
    const invoices = invoicesByStep(s02, [[1], [1], [1]], rates, date);
    expect(invoices.map((figure) => figure.net.toFixed(2))).toEqual(['30.00', '29.99', '30.00']);
    expect(totals(invoices)).toEqual(['42.39', '32.39', '32.40']);
  });

  it('S02 (b): third unit cancelled', () => {
    const invoices = invoicesByStep(s02, [[1], [1]], rates, date);
    expect(totals(invoices)).toEqual(['42.39', '32.39']);
    expect(billedNets({ ...s02, lines: [{ ...line('1', '3', '33.33'), billed: '2' }] })[0]?.toFixed(2)).toBe('59.99');
  });

  it('S07: the ordered 50 first, the excess of 4 by decision', () => {
    const order = outcome([line('1', '50', '4.00')]);
    expect(totals(invoicesByStep(order, [[50], [4]], rates, date))).toEqual(['216.00', '17.28']);
  });

  it('what comes back is worth what its first units were billed at, not a share of the whole', () => {
    const order = outcome([{ ...line('1', '8', '5.002'), returned: '2' }]);
    expect([billedNets(order), creditedNets(order)].map(([net]) => net?.toFixed(2))).toEqual(['40.02', '10.00']);
  });

  it('any split of a line sums to the whole', () => {
    const order = outcome([line('1', '7', '3.333333')], '1.00');
    const whole = invoicesByStep(order, [[7]], rates, date)[0]?.net;
    const parts = invoicesByStep(order, [[1], [3], [2], [1]], rates, date);
    expect(parts.reduce((sum, part) => sum.plus(part.net), new Decimal(0)).toFixed(2)).toBe(whole?.toFixed(2));
  });
});
