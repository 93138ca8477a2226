import { dec, positive, sumOf, type Decimal } from "../../decimal";
import { minorUnit, moneyText } from "../../money";
import type { ChargePart, CreditPart, Given } from "./credit-change";
import type { InvoicePayload } from "./invoice";

export const comesTo = (parts: readonly CreditPart[], charges: readonly ChargePart[]): Decimal => sumOf(parts, ({ net, tax }) => net.plus(tax)).plus(sumOf(charges, ({ amount, tax }) => dec(amount).plus(tax)));

/** What an order's part of the invoice still comes to, debits counted. */
export function leftOf(billed: InvoicePayload, order: string, { returned, allowances, credits }: Given): Decimal {
  const lines = billed.lines.filter((line) => line.order === order), goods = (rows: readonly { net: string; tax: string }[]) => sumOf(rows, ({ net, tax }) => dec(net).plus(tax));
  const charges = (rows: readonly { order: string; amount: string; tax: string }[]) => sumOf(rows.filter((row) => row.order === order), ({ amount, tax }) => dec(amount).plus(tax));
  const own = sumOf(credits.filter(({ payload }) => payload.order === order), ({ payload }) => dec(payload.total));
  return goods(lines).plus(charges(billed.charges)).minus(goods(lines.flatMap(({ key }) => returned.get(key) ?? []))).minus(charges(allowances)).minus(own);
}

/**
 * No credit takes more than its invoice has left. What it would be beyond that where goods and an allowance of it move at once is
 * cents of tax that are rounded one by one: they are the allowance's (decision 19).
 */
export function withinLeft(left: Decimal, isAllowance: (charge: ChargePart) => boolean, parts: readonly CreditPart[], charges: ChargePart[], currency: string): ChargePart[] {
  const beyond = comesTo(parts, charges).minus(positive(left)), off = charges.filter(isAllowance);
  const last = off.findLast(({ tax }) => !dec(tax).isZero()) ?? off.findLast(({ taxCategory }) => taxCategory !== "none");
  if (!last || beyond.lte(0) || beyond.gt(minorUnit(currency).times(parts.length + charges.length))) return charges;
  return charges.map((row) => (row === last ? { ...row, tax: moneyText(dec(row.tax).minus(beyond), currency) } : row));
}
