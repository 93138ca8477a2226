import { allowanceFor } from "../allowance";
import type { CreditPayload } from "../debit";
import { dec, max, min, positive, sumOf, zero, type Decimal } from "../decimal";
import { minorUnit, moneyText, roundMoney } from "../money";
import type { AllowanceBack, ReturnBasis } from "../publications";
import type { CreditPart } from "./allocation";

export type CreditCharge = CreditPayload["charges"][number];

/** The fee that is kept of a credit; other charges on it are allowances that the goods take back. */
export const restocking = "restocking";
export const feeOf = ({ charges }: CreditPayload): Decimal => sumOf(charges.filter(({ charge }) => charge === restocking), ({ amount }) => dec(amount));
const allowancesIn = ({ charges }: CreditPayload): CreditCharge[] => charges.filter(({ charge }) => charge !== restocking);

export const allowancesBack = (payloads: readonly CreditPayload[]): { allowances?: AllowanceBack[] } => {
  const rows = payloads.flatMap((payload) => allowancesIn(payload).map(({ charge, amount, tax }) => ({ order: payload.order, charge, amount, tax })));
  return rows.length > 0 ? { allowances: rows } : {};
};

/**
 * What credited goods take back of the allowances of their invoice, so that what the customer keeps is worth what he was billed for
 * it and no invoice is credited above its total: their part in the goods of the invoice, by the cumulative rule, as a discount is
 * shared. Goods that are taken back from the credits before give it back in the same proportion.
 */
export function allowancesOn(basis: ReturnBasis, invoice: string, parts: readonly CreditPart[], credited: readonly CreditPayload[]): CreditCharge[] {
  const { currency } = basis, net = sumOf(parts, (part) => part.net), money = (amount: Decimal) => moneyText(amount, currency);
  const before = credited.filter((payload) => payload.invoice === invoice);
  const rows = net.isNegative() ? within(goodsIn(before).neg(), parts, givenBack(before, net, currency), currency) : within(positive(leftOf(basis, invoice)), parts, (basis.allowances ?? []).filter((row) => row.invoice === invoice).map((row) => {
    const part = (amount: string, back: string) => allowanceFor({ amount: dec(amount), back: dec(back), of: dec(row.of), gone: dec(row.gone) }, net, currency);
    return { charge: row.charge, taxCategory: row.taxCategory, amount: part(row.amount, row.back), tax: part(row.tax, row.backTax) };
  }), currency);
  return rows.filter(({ amount, tax }) => !amount.isZero() || !tax.isZero()).map((row) => ({ ...row, amount: money(row.amount), tax: money(row.tax) }));
}

type Share = Omit<CreditCharge, "amount" | "tax"> & { amount: Decimal; tax: Decimal };

/** What these credits came to, whatever fee was kept of them. */
const goodsIn = (credited: readonly CreditPayload[]): Decimal => sumOf(credited, (payload) => sumOf(payload.lines, ({ net, tax }) => dec(net).plus(tax)).plus(sumOf(allowancesIn(payload), ({ amount, tax }) => dec(amount).plus(tax))));

/** What goods and allowances have left of the invoice. */
function leftOf({ billed, allowances = [] }: ReturnBasis, invoice: string): Decimal {
  const goods = sumOf(billed.filter((row) => row.invoice === invoice), (row) => dec(row.net).plus(row.tax).minus(row.creditedNet).minus(row.creditedTax));
  return goods.plus(sumOf(allowances.filter((row) => row.invoice === invoice), (row) => dec(row.amount).plus(row.tax).minus(row.back).minus(row.backTax)));
}

/**
 * No credit takes more than `most`, what its invoice has left, or less than nothing, which would be a debit; nor the other way where goods are
 * taken back. Tax of goods goes by their quantity and that of an allowance by their net: cents that they differ by for being rounded one by one
 * are the allowance's tax. What an allowance is beyond its goods, with its own tax, stays with what it was given on besides.
 */
function within(most: Decimal, parts: readonly CreditPart[], rows: readonly Share[], currency: string): Share[] {
  const taken = sumOf(parts, ({ net, tax }) => net.plus(tax)).plus(sumOf(rows, ({ amount, tax }) => amount.plus(tax)));
  const beyond = taken.minus(most.isNegative() ? min(zero, max(taken, most)) : positive(min(taken, most))), areCents = beyond.abs().lte(minorUnit(currency).times(parts.length + rows.length));
  const last = rows.findLast(({ tax }) => !tax.isZero()) ?? rows.at(-1);
  let left = beyond;
  const off = new Map([...rows.filter((row) => row === last), ...rows.filter((row) => row !== last)].map((row) => {
    const whole = row.amount.plus(row.tax), part = left.isNegative() === whole.isNegative() && left.abs().gt(whole.abs()) ? whole : left;
    left = left.minus(part);
    return [row, { part, net: row.tax.isZero() ? part : areCents || whole.isZero() ? zero : roundMoney(part.times(row.amount).div(whole), currency) }];
  }));
  return rows.map((row) => { const { part, net } = off.get(row) ?? { part: zero, net: zero }; return { ...row, amount: row.amount.minus(net), tax: row.tax.minus(part.minus(net)) }; });
}

function givenBack(credited: readonly CreditPayload[], net: Decimal, currency: string): Share[] {
  const before = sumOf(credited, (payload) => dec(payload.net)), part = (amount: Decimal) => (before.isZero() ? zero : roundMoney(amount.times(net).div(before), currency));
  return [...Map.groupBy(credited.flatMap(allowancesIn), ({ charge }) => charge).values()].flatMap((rows) => rows.slice(0, 1).map(({ charge, taxCategory }) => ({ charge, taxCategory, amount: part(sumOf(rows, (row) => dec(row.amount))), tax: part(sumOf(rows, (row) => dec(row.tax))) })));
}

export const totalOfCharges = (charges: readonly CreditCharge[]): { net: Decimal; tax: Decimal } => ({ net: sumOf(charges, (row) => dec(row.amount)), tax: sumOf(charges, (row) => dec(row.tax)) });
