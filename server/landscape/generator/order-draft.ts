import Decimal from 'decimal.js';
import { lineAmount, roundAmount, splitByLargestRemainder, taxOn } from '../arithmetic';
import { addDays, companyDay, rateOn, type MasterCustomer, type MasterItem } from '../master-data';
import { charges as chargeTable, taxCategories, units, warehouses } from '../master-data-tables';
import type { OrderLine } from '../systems/shop/model';
import type { StoryContext } from './stories';
import type { PaymentPlan, ScenarioName, Story } from './story';

export interface OrderIdentity {
  id: string;
  number: string;
}

export interface DraftLine {
  item: MasterItem;
  /** Canonical unit. */
  unit: string;
  count: number;
  discountPercent: number;
  substitutionAllowed?: boolean;
  sampleReason?: string;
  /** What one kit holds, in base units of each item. */
  components?: { item: MasterItem; per: number }[];
  /** By how much the count may be raised so that no two orders look alike. */
  bump?: number;
}

export interface OrderShape {
  scenario: ScenarioName;
  customer: MasterCustomer;
  lines: DraftLine[];
  payment: PaymentPlan;
  /** Freight, handling and header discount, sometimes. */
  withExtras: boolean;
  placedDaysAgo?: number;
  shipsInDays?: number;
}

const shopUnits = new Map<string, string>(units.map(([canonical, shop]) => [canonical, shop]));
const chargeAccounts = new Map<string, string>(chargeTable.map(([code, account]) => [code, account]));
const taxCodes = new Map<string, string>(taxCategories.map(([category, code]) => [category, code]));
const factorOf = (line: DraftLine): number => line.item.units.find((unit) => unit.unit === line.unit)?.numerator ?? 1;

/** Same bill-to, ship-to, items and quantities within a day would be suspected a duplicate: only the duplicate story may do that. */
function makeDistinct(context: StoryContext, customer: string, shipTo: string, lines: DraftLine[]): { lines: DraftLine[]; signature: string } {
  let distinct = lines;
  for (;;) {
    const signature = [customer, shipTo, ...distinct.map((line) => `${line.item.canonical}x${line.count * factorOf(line)}`)].join('|');
    if (!context.signatures.has(signature)) {
      context.signatures.add(signature);
      return { lines: distinct, signature };
    }
    distinct = distinct.map((line, index) => (index === 0 ? { ...line, count: line.count + (line.bump ?? 1) } : line));
  }
}

/** The price of the customer's agreement, when there is one. */
function priceFor(context: StoryContext, customer: MasterCustomer, item: MasterItem): { price: string; agreement: string | null } {
  const agreement = context.data.agreements.find((entry) => entry.customer === customer.canonical && entry.item === item.canonical);
  return agreement === undefined ? { price: item.listPrice, agreement: null } : { price: agreement.price, agreement: agreement.id };
}

export function buildOrder(context: StoryContext, shape: OrderShape): Story {
  const { dice, data } = context;
  const { customer } = shape;
  const { id, number } = context.next();
  const shipTo = dice.pick(customer.shipTos);
  const { lines: drafts, signature } = makeDistinct(context, customer.canonical, shipTo.canonical, shape.lines);
  const placed = new Date(context.now().getTime() - (shape.placedDaysAgo ?? 0) * 86_400_000);
  const placedDay = companyDay(placed);
  const today = companyDay(context.now());
  const isCard = shape.payment.kind === 'card';

  const lines = drafts.map((draft, index): OrderLine => {
    const { price, agreement } = priceFor(context, customer, draft.item);
    const unitPrice = draft.sampleReason === undefined ? price : '0.000000';
    const gross = lineAmount(draft.count * factorOf(draft), unitPrice, draft.item.pricePer);
    const baseWord = shopUnits.get(draft.item.baseUnit) ?? draft.item.baseUnit;
    return {
      id: `${id}-${index + 1}`, position: index + 1, item_number: draft.item.shop, description: draft.item.name, tax_category: draft.item.taxCategory, quantity: String(draft.count), cancelled_quantity: '0',
      unit: shopUnits.get(draft.unit) ?? draft.unit, unit_price: unitPrice, price_per: String(draft.item.pricePer), price_unit: baseWord, price_agreement: agreement, fulfilment_method: 'stock',
      line_discount: roundAmount(gross.times(draft.discountPercent).div(100)).toFixed(2), substitution_allowed: draft.substitutionAllowed ?? false, sample_reason: draft.sampleReason ?? null,
      ...(draft.components ? { components: draft.components.map(({ item, per }) => ({ item_number: item.shop, quantity: String(per), unit_price: item.listPrice })) } : {}),
    };
  });
  const nets = drafts.map((draft, index) => lineAmount(draft.count * factorOf(draft), lines[index]?.unit_price ?? 0, draft.item.pricePer).minus(lines[index]?.line_discount ?? 0));
  const goods = nets.reduce((sum, net) => sum.plus(net), new Decimal(0));
  const headerDiscount = shape.withExtras && dice.chance(0.12) && goods.gt(100) ? new Decimal(dice.between(2, 10)) : new Decimal(0);
  const charges = shape.withExtras && dice.chance(0.6)
    ? [{ id: `${id}-c1`, code: 'freight', amount: (dice.between(899, 7499) / 100).toFixed(2), tax_category: dice.chance(0.8) ? 'freight' : 'freight-exempt' }]
    : [];
  if (shape.withExtras && dice.chance(0.12)) charges.push({ id: `${id}-c${charges.length + 1}`, code: 'handling', amount: (dice.between(250, 1250) / 100).toFixed(2), tax_category: 'handling' });

  const isExempt = customer.exemptionNo !== null;
  const percent = (category: string): string | null => (isExempt ? '0' : rateOn(data.rates, shipTo.region, taxCodes.get(category) ?? '', placedDay));
  const shares = splitByLargestRemainder(headerDiscount, nets);
  const goodsTax = nets.reduce((sum, net, index) => sum.plus(taxOn(net.minus(shares[index] ?? 0), percent('goods-general'))), new Decimal(0));
  const tax = charges.reduce((sum, charge) => sum.plus(taxOn(new Decimal(charge.amount), percent(charge.tax_category))), goodsTax);
  const chargeTotal = charges.reduce((sum, charge) => sum.plus(charge.amount), new Decimal(0));
  const total = goods.minus(headerDiscount).plus(chargeTotal).plus(tax);
  const [, shipFrom] = dice.pick(warehouses);
  const address = { line1: shipTo.line1, city: shipTo.city, state: shipTo.region, postal_code: shipTo.postalCode, country: shipTo.country };
  const main = customer.shipTos[0] ?? shipTo;

  return {
    scenario: shape.scenario,
    signature,
    erpCustomer: customer.erp,
    customerName: customer.name,
    order: {
      id, number, site: 'US01', channel: isCard ? 'web' : dice.pick(['web', 'edi', 'edi', 'field']), purpose: 'standard', replaces_order: null, placed_at: placed.toISOString(),
      customer: { code: customer.shop, name: customer.name },
      bill_to: { code: customer.shop, name: customer.name, address: { line1: main.line1, city: main.city, state: main.region, postal_code: main.postalCode, country: main.country } },
      ship_to: { code: shipTo.shop, name: shipTo.name, address },
      // Unique per order, so that only the duplicate story repeats one.
      purchase_order_number: `4${number.replace(/\D/g, '')}`, currency: 'USD', terms: customer.terms, freight_terms: charges.some((charge) => charge.code === 'freight') ? 'prepaid_add' : 'prepaid',
      ship_from: shipFrom, ship_via: 'ground', requested_ship_date: addDays(today, shape.shipsInDays ?? 0), promise_date: addDays(today, (shape.shipsInDays ?? 0) + 7),
      cancel_after: addDays(today, (shape.shipsInDays ?? 0) + 60), ship_complete: false, header_discount: headerDiscount.toFixed(2), lines, charges,
      payment: isCard ? { method: 'card', authorisation: '', authorised_amount: total.toFixed(2) } : { method: 'terms' },
      totals: { goods: goods.toFixed(2), discount: headerDiscount.toFixed(2), charges: chargeTotal.toFixed(2), estimated_tax: tax.toFixed(2), total: total.toFixed(2) },
    },
    warehouse: null,
    authorise: isCard ? total.times(100).toNumber() : null,
    steps: [],
    payment: shape.payment,
    outcome: {
      headerDiscount: headerDiscount.toFixed(2), region: shipTo.region, exempt: isExempt, currency: 'USD', awaits: null,
      lines: drafts.map((draft, index) => {
        const ordered = String(draft.count * factorOf(draft));
        const line = lines[index];
        return {
          lineId: line?.id ?? '', price: line?.unit_price ?? '0', pricePer: String(draft.item.pricePer), ordered, lineDiscount: line?.line_discount ?? '0.00',
          taxCode: taxCodes.get(draft.item.taxCategory) ?? '', billed: draft.sampleReason === undefined ? ordered : '0', cancelled: '0', returned: '0',
          ...(draft.components ? { pieces: draft.components.map(({ item, per }) => ({ item: item.shop, per: String(per) })) } : {}),
        };
      }),
      charges: charges.map((charge) => ({ chargeId: charge.id, account: chargeAccounts.get(charge.code) ?? null, amount: charge.amount, taxCode: taxCodes.get(charge.tax_category) ?? '', billed: true })),
    },
  };
}
