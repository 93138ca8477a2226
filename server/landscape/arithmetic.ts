import Decimal from 'decimal.js';

/** Money rules of the trade (domain.md 0 and 2.10), written anew here: the oracle shares no code with the tower. */

/** Half away from zero. */
export function roundAmount(value: Decimal, digits = 2): Decimal {
  return value.toDecimalPlaces(digits, Decimal.ROUND_HALF_UP);
}

export function lineAmount(quantity: Decimal.Value, price: Decimal.Value, pricePer: Decimal.Value): Decimal {
  return roundAmount(new Decimal(quantity).times(price).div(pricePer));
}

/** Splits an amount in proportion to weights by the largest remainder; ties go to the earlier part. Parts sum to the whole. */
export function splitByLargestRemainder(amount: Decimal, weights: readonly Decimal[], digits = 2): Decimal[] {
  const total = weights.reduce((sum, weight) => sum.plus(weight), new Decimal(0));
  if (total.isZero() || amount.isZero()) return weights.map(() => new Decimal(0));
  const unit = new Decimal(10).pow(-digits);
  const exact = weights.map((weight) => amount.times(weight).div(total));
  const parts = exact.map((part) => part.toDecimalPlaces(digits, Decimal.ROUND_DOWN));
  let missing = amount.minus(parts.reduce((sum, part) => sum.plus(part), new Decimal(0))).div(unit).toNumber();
  const byRemainder = exact.map((part, index) => ({ index, rest: part.minus(parts[index] ?? 0) })).sort((left, right) => right.rest.comparedTo(left.rest) || left.index - right.index);
  for (const { index } of byRemainder) {
    if (missing <= 0) break;
    parts[index] = (parts[index] ?? new Decimal(0)).plus(unit);
    missing -= 1;
  }
  return parts;
}

/** What a line is worth when `quantity` of `ordered` is billed: the cumulative rule for price and for both discounts. */
export function cumulativeNet(line: { price: string; pricePer: string; ordered: string; lineDiscount: string }, headerShare: Decimal, quantity: Decimal): Decimal {
  const gross = lineAmount(quantity, line.price, line.pricePer);
  const discount = new Decimal(line.lineDiscount).plus(headerShare);
  // Discounts were given for what was ordered: an excess earns none.
  const share = new Decimal(line.ordered).isZero() ? new Decimal(0) : Decimal.min(1, quantity.div(line.ordered));
  return gross.minus(roundAmount(discount.times(share)));
}

export function taxOn(amount: Decimal, percent: string | null): Decimal {
  return roundAmount(amount.times(percent ?? 0).div(100));
}
