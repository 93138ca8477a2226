import Decimal from 'decimal.js';
import { cumulativeNet, lineAmount, splitByLargestRemainder, taxOn } from '../arithmetic';
import { rateOn, type TaxRate } from '../master-data';
import type { Outcome, PaymentPlan, ScriptLine } from '../generator/story';

/** What one order line (or charge) must have come to in the ERP, whatever documents it was spread over. */
export interface ExpectedLine {
  ref: string;
  kind: 'item' | 'charge';
  taxCode: string;
  /** ERP account of a charge: by it a line is known that names no charge of the shop. */
  account: string | null;
  /** Base units on invoices; null where it does not matter (charges, goods given free). */
  quantity: string | null;
  net: string;
  creditedQuantity: string | null;
  creditedNet: string;
  /** What leaves the warehouse in base units, by the warehouse's reference: the line, or each piece of a kit; nothing for charges. */
  shipped: { ref: string; quantity: string }[];
}

export interface ExpectedOrder {
  orderNumber: string;
  scenario: string;
  erpCustomer: string;
  currency: string;
  region: string;
  exempt: boolean;
  /** The human decision that must come first; null when none. */
  awaits: string | null;
  lines: ExpectedLine[];
  net: string;
  charges: string;
  payment: PaymentPlan;
}

export interface Expected {
  orders: ExpectedOrder[];
  rates: readonly TaxRate[];
}

/** Net of every line up to a quantity of it, header discount included (P3), by the cumulative rule. */
function netsUpTo(outcome: Pick<Outcome, 'headerDiscount' | 'lines'>, quantityOf: (line: Outcome['lines'][number]) => string): Decimal[] {
  const { lines } = outcome;
  const weights = lines.map((line) => lineAmount(line.ordered, line.price, line.pricePer).minus(line.lineDiscount));
  const shares = splitByLargestRemainder(new Decimal(outcome.headerDiscount), weights);
  return lines.map((line, index) => cumulativeNet(line, shares[index] ?? new Decimal(0), new Decimal(quantityOf(line))));
}

export const billedNets = (outcome: Pick<Outcome, 'headerDiscount' | 'lines'>): Decimal[] => netsUpTo(outcome, (line) => line.billed);

/** What comes back is worth what the first units of the line were billed at: the rule of parts, from the first unit on. */
export const creditedNets = (outcome: Outcome): Decimal[] => netsUpTo(outcome, (line) => line.returned);

function leaving(line: Outcome['lines'][number]): ExpectedLine['shipped'] {
  const quantity = new Decimal(line.ordered).minus(line.cancelled).plus(line.over ?? 0);
  return line.pieces ? line.pieces.map(({ item, per }) => ({ ref: `${line.lineId}/${item}`, quantity: quantity.times(per).toString() })) : [{ ref: line.lineId, quantity: quantity.toString() }];
}

function expectOrder(script: ScriptLine): ExpectedOrder {
  const { outcome } = script;
  const nets = billedNets(outcome), credits = creditedNets(outcome);
  const items = outcome.lines.map((line, index): ExpectedLine => {
    const net = nets[index] ?? new Decimal(0);
    const isFree = new Decimal(line.price).isZero();
    return {
      ref: line.lineId, kind: 'item', account: null, taxCode: line.taxCode, quantity: isFree ? null : line.billed, net: net.toFixed(2),
      creditedQuantity: isFree ? null : line.returned, creditedNet: (credits[index] ?? new Decimal(0)).toFixed(2),
      shipped: leaving(line),
    };
  });
  const charges = outcome.charges.map((charge): ExpectedLine => ({
    ref: charge.chargeId, kind: 'charge', account: charge.account ?? null, taxCode: charge.taxCode, quantity: null, net: charge.billed ? charge.amount : '0.00', creditedQuantity: null, creditedNet: '0.00', shipped: [],
  }));
  const sum = (lines: ExpectedLine[]): string => lines.reduce((total, line) => total.plus(line.net), new Decimal(0)).toFixed(2);
  return {
    orderNumber: script.orderNumber, scenario: script.scenario, erpCustomer: script.erpCustomer, currency: outcome.currency, region: outcome.region, exempt: outcome.exempt, awaits: outcome.awaits,
    lines: [...items, ...charges], net: sum(items), charges: sum(charges), payment: script.payment,
  };
}

export function expectAll(scripts: readonly ScriptLine[], rates: readonly TaxRate[]): Expected {
  return { orders: scripts.map(expectOrder), rates };
}

export interface DocumentFigures {
  net: Decimal;
  charges: Decimal;
  tax: Decimal;
  total: Decimal;
}

/** Tax of one document line by the dated rates: what the tax service must have said. */
export function expectedTax(expected: Expected, order: Pick<ExpectedOrder, 'region' | 'exempt'>, taxCode: string, net: Decimal, date: string): Decimal {
  return order.exempt ? new Decimal(0) : taxOn(net, rateOn(expected.rates, order.region, taxCode, date));
}

/**
 * The invoices of an order that ships in the given steps (base units per line), one a step: freight and other charges
 * whole on the first (P2). For the named scenarios, where the documents themselves are fixed.
 */
export function invoicesByStep(outcome: Outcome, steps: readonly (readonly Decimal.Value[])[], rates: readonly TaxRate[], date: string): DocumentFigures[] {
  const percent = (taxCode: string): string | null => (outcome.exempt ? '0' : rateOn(rates, outcome.region, taxCode, date));
  let shipped = outcome.lines.map(() => new Decimal(0));
  let before = billedNets({ ...outcome, lines: outcome.lines.map((line) => ({ ...line, billed: '0' })) });
  return steps.map((step, stepIndex): DocumentFigures => {
    shipped = shipped.map((quantity, index) => quantity.plus(step[index] ?? 0));
    const after = billedNets({ ...outcome, lines: outcome.lines.map((line, index) => ({ ...line, billed: (shipped[index] ?? new Decimal(0)).toString() })) });
    const parts = after.map((net, index) => net.minus(before[index] ?? 0));
    before = after;
    const net = parts.reduce((sum, part) => sum.plus(part), new Decimal(0));
    const billedCharges = stepIndex === 0 ? outcome.charges : [];
    const charges = billedCharges.reduce((sum, charge) => sum.plus(charge.amount), new Decimal(0));
    const goodsTax = parts.reduce((sum, part, index) => sum.plus(taxOn(part, percent(outcome.lines[index]?.taxCode ?? ''))), new Decimal(0));
    const tax = billedCharges.reduce((sum, charge) => sum.plus(taxOn(new Decimal(charge.amount), percent(charge.taxCode))), goodsTax);
    return { net, charges, tax, total: net.plus(charges).plus(tax) };
  });
}
