import DecimalJs from "decimal.js";
import { z } from "zod";

/** 40 significant digits: quantity (12+6) times price (12+6) stays exact before it is rounded once. */
export const Decimal = DecimalJs.clone({ precision: 40, rounding: DecimalJs.ROUND_HALF_UP, toExpNeg: -30, toExpPos: 40 });
export type Decimal = DecimalJs;

/** A decimal number in plain notation, as text: the form of every amount and quantity in facts, payloads and JSON. */
export type DecimalString = string;

/** At most 15 digits before the point and 6 after; no exponent, no leading plus. */
export const decimalString = z
  .string()
  .regex(/^-?\d{1,15}(\.\d{1,6})?$/, "must be a decimal number in plain notation with at most 6 decimals");

export const zero = new Decimal(0);
/** Amounts and quantities repeat from plan to plan, and a Decimal never changes: reading the same text again costs a look-up. */
const read = new Map<string, Decimal>();
const mostRead = 10_000;

export function dec(value: DecimalString | number | Decimal): Decimal {
  if (typeof value !== "string") return value instanceof Decimal ? value : new Decimal(value);
  let known = read.get(value);
  if (known === undefined) {
    if (read.size >= mostRead) read.clear();
    read.set(value, (known = new Decimal(value)));
  }
  return known;
}
export const text = (value: Decimal): DecimalString => value.toFixed();
export const sum = (values: Iterable<Decimal>): Decimal => {
  let total = zero;
  for (const value of values) total = total.plus(value);
  return total;
};
export const sumOf = <T>(items: Iterable<T>, pick: (item: T) => Decimal): Decimal => {
  let total = zero;
  for (const item of items) total = total.plus(pick(item));
  return total;
};
export const min = (a: Decimal, b: Decimal): Decimal => (a.lt(b) ? a : b);
export const max = (a: Decimal, b: Decimal): Decimal => (a.gt(b) ? a : b);
/** The part above zero. */
export const positive = (value: Decimal): Decimal => (value.gt(0) ? value : zero);
