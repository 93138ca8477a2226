import { valueUpTo } from "../cumulative";
import { dec, max, min, positive, sumOf, text, zero, type Decimal } from "../decimal";
import { moneyText, roundMoney } from "../money";
import type { ReturnBasis } from "../publications";

export type BilledLine = ReturnBasis["billed"][number];
export interface CreditPart { billed: BilledLine; quantity: Decimal; net: Decimal; tax: Decimal }

/**
 * Returned quantity onto invoiced lines, first billed first, never above what is left of each (invariant 4). What finds no
 * invoice is `left`. Nothing comes back of what did not leave.
 *
 * The net goes by the cumulative rule over the whole line, from its first billed unit on: units k+1 to k+n that come back are
 * worth F(k + n) − F(k), whatever invoices they stand on, so that neither the order in which parts were billed nor that in
 * which returns come changes what is credited in all (invariant 10). Where the invoices do not say what F says now (weighed
 * goods, a price adjustment under way or refused), each invoice's own amounts are shared by the same rule. The last unit of
 * an invoiced line takes its rest.
 */
export function allocate(basis: ReturnBasis, line: string, quantity: Decimal): { parts: CreditPart[]; left: Decimal } {
  const billed = billedRows(basis, line);
  const worth = lineRule(basis, line, billed);
  let returned = sumOf(billed, (row) => dec(row.returnedQuantity ?? "0")), given = sumOf(billed, (row) => dec(row.returnedNet ?? "0"));
  const parts: CreditPart[] = [];
  let left = quantity;
  for (const row of billed) {
    const whole = positive(dec(row.quantity).minus(dec(row.creditedQuantity))), room = row.left === undefined ? whole : min(whole, positive(dec(row.left).minus(row.returnedQuantity ?? "0"))), rest = positive(dec(row.net).minus(dec(row.creditedNet)));
    const take = min(left, room);
    if (take.lte(0)) continue;
    returned = returned.plus(take);
    const net = worth === null ? share(row.net, row.creditedNet, row, take, basis.currency) : take.eq(whole) ? rest : max(zero, min(worth(returned).minus(given), rest));
    given = given.plus(net);
    parts.push({ billed: row, quantity: take, net, tax: share(row.tax, row.creditedTax, row, take, basis.currency) });
    left = left.minus(take);
  }
  return { parts, left };
}

const billedRows = (basis: ReturnBasis, line: string): BilledLine[] =>
  basis.billed.filter((row) => row.line === line).sort((a, b) => (a.place ?? 0) - (b.place ?? 0) || a.accountingDate.localeCompare(b.accountingDate) || a.invoice.localeCompare(b.invoice) || a.key.localeCompare(b.key));

/** F of the line, or null where what is billed (less corrections and adjustments) is not what F says of that quantity. */
function lineRule(basis: ReturnBasis, line: string, billed: readonly BilledLine[]): ((quantity: Decimal) => Decimal) | null {
  const found = basis.values?.find((row) => row.line === line);
  if (!found) return null;
  const priced = { price: dec(found.price), priceUnit: dec(found.priceUnit), ordered: dec(found.ordered), discount: dec(found.discount) };
  const upTo = (quantity: Decimal) => valueUpTo(priced, quantity, basis.currency);
  const quantity = sumOf(billed, (row) => dec(row.quantity).minus(row.creditedQuantity).plus(row.returnedQuantity ?? "0"));
  const net = sumOf(billed, (row) => dec(row.net).minus(row.creditedNet).plus(row.returnedNet ?? "0"));
  return upTo(quantity).eq(net) ? upTo : null;
}

/**
 * The cumulative rule on one invoiced line (domain reference 0, P6): round(value × cumulative quantity ÷ quantity) less the
 * same for what was credited before. Where something else was credited (a price adjustment), units are no longer worth the
 * same: those left share what is left. The tax always goes by it, from the original tax: original rate and date, never today's.
 */
function share(value: string, credited: string, row: BilledLine, take: Decimal, currency: string): Decimal {
  const quantity = dec(row.quantity), before = dec(row.creditedQuantity), rest = positive(dec(value).minus(credited));
  if (quantity.isZero()) return zero;
  const upTo = (cumulative: Decimal) => roundMoney(dec(value).times(cumulative).div(quantity), currency);
  if (!upTo(before).eq(credited)) return roundMoney(rest.times(take).div(quantity.minus(before)), currency);
  return min(upTo(before.plus(take)).minus(upTo(before)), rest);
}

/** The same basis once these parts are credited: what the next return in line may count on. */
export function afterCredit(basis: ReturnBasis, parts: readonly CreditPart[]): ReturnBasis {
  const byKey = new Map(parts.map((part) => [part.billed, part]));
  return {
    ...basis,
    billed: basis.billed.map((row) => {
      const part = byKey.get(row);
      if (!part) return row;
      const money = (before: string, more: Decimal) => moneyText(dec(before).plus(more), basis.currency);
      const quantity = (before: string) => text(dec(before).plus(part.quantity));
      return {
        ...row, creditedQuantity: quantity(row.creditedQuantity), creditedNet: money(row.creditedNet, part.net), creditedTax: money(row.creditedTax, part.tax),
        returnedQuantity: quantity(row.returnedQuantity ?? "0"), returnedNet: money(row.returnedNet ?? "0", part.net),
      };
    }),
  };
}

/** Parts by invoice, in the order in which they were found. */
export function byInvoice(parts: readonly CreditPart[]): Map<string, CreditPart[]> {
  const groups = new Map<string, CreditPart[]>();
  for (const part of parts) groups.set(part.billed.invoice, [...(groups.get(part.billed.invoice) ?? []), part]);
  return groups;
}

export const totalOf = (parts: readonly CreditPart[]): { net: Decimal; tax: Decimal } => ({ net: sumOf(parts, (part) => part.net), tax: sumOf(parts, (part) => part.tax) });
