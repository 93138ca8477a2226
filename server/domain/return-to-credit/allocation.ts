import { dec, min, positive, sumOf, zero, type Decimal } from "../decimal";
import { roundMoney } from "../money";
import type { ReturnBasis } from "../publications";

export type BilledLine = ReturnBasis["billed"][number];
export interface CreditPart { billed: BilledLine; quantity: Decimal; net: Decimal; tax: Decimal }

/**
 * Returned quantity onto invoiced lines, oldest invoice first, never above what is left of each (invariant 4). What finds
 * no invoice is `left`.
 */
export function allocate(basis: ReturnBasis, line: string, quantity: Decimal): { parts: CreditPart[]; left: Decimal } {
  const billed = basis.billed.filter((row) => row.line === line).sort((a, b) => a.accountingDate.localeCompare(b.accountingDate) || a.invoice.localeCompare(b.invoice) || a.key.localeCompare(b.key));
  const parts: CreditPart[] = [];
  let left = quantity;
  for (const row of billed) {
    const take = min(left, positive(dec(row.quantity).minus(dec(row.creditedQuantity))));
    if (take.lte(0)) continue;
    parts.push({ billed: row, quantity: take, net: share(row.net, row.creditedNet, row, take, basis.currency), tax: share(row.tax, row.creditedTax, row, take, basis.currency) });
    left = left.minus(take);
  }
  return { parts, left };
}

/**
 * The cumulative rule (domain reference 0, P6): round(value × cumulative quantity ÷ quantity) less the same for what was
 * credited before, so the last part takes the rest. What was credited without quantity (a price adjustment) lowers the
 * value of every unit first. The tax goes by the same rule from the original tax: original rate and date, never today's.
 */
function share(value: string, credited: string, row: BilledLine, take: Decimal, currency: string): Decimal {
  const quantity = dec(row.quantity), before = dec(row.creditedQuantity);
  if (quantity.isZero()) return zero;
  const upTo = (whole: Decimal, cumulative: Decimal) => roundMoney(whole.times(cumulative).div(quantity), currency);
  const adjusted = dec(credited).minus(upTo(dec(value), before));
  const whole = dec(value).minus(adjusted);
  const part = upTo(whole, before.plus(take)).minus(upTo(whole, before));
  return min(part, positive(dec(value).minus(dec(credited))));
}

/** Parts by invoice, in the order in which they were found. */
export function byInvoice(parts: readonly CreditPart[]): Map<string, CreditPart[]> {
  const groups = new Map<string, CreditPart[]>();
  for (const part of parts) groups.set(part.billed.invoice, [...(groups.get(part.billed.invoice) ?? []), part]);
  return groups;
}

export const totalOf = (parts: readonly CreditPart[]): { net: Decimal; tax: Decimal } => ({ net: sumOf(parts, (part) => part.net), tax: sumOf(parts, (part) => part.tax) });
