import { dec, type Decimal, type DecimalString, sum, zero } from "./decimal";

/** ISO 4217 code. */
export type Currency = string;

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));
export const isCurrency = (code: string): boolean => currencies.has(code);

/** ISO 4217 minor units where they differ from 2. */
const minorUnits: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
};
export const decimalsOf = (currency: Currency): number => minorUnits[currency] ?? 2;
/** The smallest amount of a currency: a cent, a yen. */
export const minorUnit = (currency: Currency): Decimal => dec(`1e-${decimalsOf(currency)}`);

/** Rounds half away from zero to the currency's minor unit (P4). */
export const roundMoney = (amount: Decimal, currency: Currency): Decimal =>
  amount.toDecimalPlaces(decimalsOf(currency));

/** The amount as text with exactly the currency's decimals: `295.19`, `1099`, `2.594`. */
export const moneyText = (amount: Decimal, currency: Currency): DecimalString => amount.toFixed(decimalsOf(currency));

/**
 * Splits one amount at once by weight with the largest remainder; ties go to the earlier index.
 * The parts always sum to `total`. With all weights zero the whole goes to the first.
 */
export function splitByLargestRemainder(total: Decimal, weights: readonly Decimal[], currency: Currency): Decimal[] {
  const first = weights[0];
  if (first === undefined) return [];
  const weightSum = sum(weights);
  if (weightSum.isZero()) return weights.map((_, index) => (index === 0 ? total : zero));
  const exact = weights.map((weight) => total.times(weight).div(weightSum));
  const floor = exact.map((value) => value.toDecimalPlaces(decimalsOf(currency), "down"));
  let left = total.minus(sum(floor));
  const step = left.isNegative() ? minorUnit(currency).neg() : minorUnit(currency);
  const order = exact
    .map((value, index) => ({ index, remainder: value.minus(floor[index] ?? zero).abs() }))
    .sort((a, b) => b.remainder.cmp(a.remainder) || a.index - b.index);
  for (const { index } of order) {
    if (left.isZero()) break;
    floor[index] = (floor[index] ?? zero).plus(step);
    left = left.minus(step);
  }
  return floor;
}
