import DecimalJs from "decimal.js";
import { z } from "zod";

/** A decimal number in plain notation, as text: the form of every amount and quantity in facts, payloads and JSON. */
export type DecimalString = string;

/** What may enter: at most 15 digits before the point and 6 after; no exponent, no leading plus. */
export const decimalString = z
  .string()
  .regex(/^-?\d{1,15}(\.\d{1,6})?$/, "must be a decimal number in plain notation with at most 15 digits before the point and 6 after");

/** What we computed ourselves of what entered, such as the money of a hold: as large as its column. */
export const computedDecimal = z.string().regex(/^-?\d{1,32}(\.\d{1,6})?$/, "must be a decimal number in plain notation");

/** 40 significant digits: quantity (12+6) times price (12+6) stays exact before it is rounded once. */
const Wide = DecimalJs.clone({ precision: 40, rounding: DecimalJs.ROUND_HALF_UP, toExpNeg: -30, toExpPos: 40 });

/** 15 digits are exact in a number, so 10 to the power of as many places is. */
const mostDigits = 15;
const powers: readonly number[] = Array.from({ length: mostDigits + 1 }, (_, places) => 10 ** places);

export type Rounding = "half_up" | "down";
type Value = Decimal | DecimalString | number;

/**
 * An exact decimal number that never changes: `units` × 10^−`places` in whole numbers, as long as these are exact. What does
 * not fit (a third, a product of more than 15 digits) is `wide`, to 40 significant digits. There is no negative zero.
 */
export class Decimal {
  // Declared only: a field that is first undefined would keep its number in a box (a tenth of a plan).
  declare private readonly units: number;
  declare private readonly places: number;
  declare private readonly wide: DecimalJs | null;

  private constructor(units: number, places: number, wide: DecimalJs | null) {
    this.units = units;
    this.places = places;
    this.wide = wide;
  }

  static of(value: DecimalString | number): Decimal {
    if (typeof value === "number") return Number.isSafeInteger(value) ? new Decimal(value + 0, 0, null) : Decimal.of(String(value));
    if (value.length > mostDigits || !/^-?\d+(\.\d+)?$/.test(value)) return Decimal.narrow(new Wide(value));
    const point = value.indexOf(".");
    return point < 0 ? new Decimal(Number(value) + 0, 0, null) : new Decimal(Number(value.slice(0, point) + value.slice(point + 1)) + 0, value.length - point - 1, null);
  }

  private static narrow(wide: DecimalJs): Decimal {
    const places = wide.decimalPlaces();
    if (!wide.isFinite() || Math.max(wide.e + 1, 1) + places > mostDigits) return new Decimal(0, 0, wide);
    return new Decimal(wide.times(powers[places] ?? NaN).toNumber() + 0, places, null);
  }

  /** In whole numbers; null where they would not be exact. */
  private static small(units: number, places: number): Decimal | null {
    return Number.isSafeInteger(units) && places <= mostDigits ? new Decimal(units + 0, places, null) : null;
  }

  private get widened(): DecimalJs { return this.wide ?? new Wide(`${this.units}e-${this.places}`); }

  /** Units at this many places, not fewer than there are; NaN where they are not exact. */
  private at(places: number): number {
    if (this.wide !== null) return NaN;
    if (places === this.places) return this.units;
    const units = this.units * (powers[places - this.places] ?? NaN);
    return Number.isSafeInteger(units) ? units : NaN;
  }

  plus(value: Value): Decimal {
    const other = dec(value), places = Math.max(this.places, other.places);
    return Decimal.small(this.at(places) + other.at(places), places) ?? Decimal.narrow(this.widened.plus(other.widened));
  }

  minus(value: Value): Decimal {
    const other = dec(value), places = Math.max(this.places, other.places);
    return Decimal.small(this.at(places) - other.at(places), places) ?? Decimal.narrow(this.widened.minus(other.widened));
  }

  times(value: Value): Decimal {
    const other = dec(value);
    return Decimal.small(this.at(this.places) * other.at(other.places), this.places + other.places) ?? Decimal.narrow(this.widened.times(other.widened));
  }

  /** Exact where it ends within what whole numbers hold, else to 40 significant digits; by zero it is not finite. */
  div(value: Value): Decimal {
    const other = dec(value), places = Math.max(this.places, other.places);
    const units = this.at(places), quotient = units / other.at(other.places);
    if (Number.isSafeInteger(quotient) && units % other.units === 0) return new Decimal(quotient + 0, places - other.places, null);
    return Decimal.narrow(this.widened.div(other.widened));
  }

  /** What is left of a division to a whole number, with the sign of this one. */
  mod(value: Value): Decimal {
    const other = dec(value), places = Math.max(this.places, other.places);
    return Decimal.small(this.at(places) % other.at(places), places) ?? Decimal.narrow(this.widened.mod(other.widened));
  }

  pow(exponent: number): Decimal { return Decimal.narrow(this.widened.pow(exponent)); }

  neg(): Decimal { return this.wide === null ? new Decimal(0 - this.units, this.places, null) : new Decimal(0, 0, this.wide.neg()); }
  abs(): Decimal { return this.isNegative() ? this.neg() : this; }

  /** Below, at or above zero where this is less, the same or more; NaN where one of them is no number. */
  cmp(value: Value): number {
    const other = dec(value), places = Math.max(this.places, other.places);
    const difference = this.at(places) - other.at(places);
    return Number.isNaN(difference) ? this.widened.cmp(other.widened) : difference;
  }

  eq(value: Value): boolean { return this.cmp(value) === 0; }
  gt(value: Value): boolean { return this.cmp(value) > 0; }
  gte(value: Value): boolean { return this.cmp(value) >= 0; }
  lt(value: Value): boolean { return this.cmp(value) < 0; }
  lte(value: Value): boolean { return this.cmp(value) <= 0; }
  isZero(): boolean { return this.wide === null ? this.units === 0 : this.wide.isZero(); }
  isNegative(): boolean { return this.wide === null ? this.units < 0 : this.wide.isNegative(); }
  isInteger(): boolean { return this.decimalPlaces() === 0; }

  /** Places after the point that are needed to write it. */
  decimalPlaces(): number {
    if (this.wide !== null) return this.wide.decimalPlaces();
    let places = this.places;
    while (places > 0 && this.units % (powers[this.places - places + 1] ?? NaN) === 0) places -= 1;
    return places;
  }

  /** Half away from zero unless told otherwise. */
  toDecimalPlaces(places: number, rounding: Rounding = "half_up"): Decimal {
    if (this.wide !== null) return Decimal.narrow(this.wide.toDecimalPlaces(places, rounding === "down" ? Wide.ROUND_DOWN : Wide.ROUND_HALF_UP));
    if (places >= this.places) return this;
    const step = powers[this.places - places] ?? NaN, rest = this.units % step, whole = (this.units - rest) / step;
    return new Decimal(whole + (rounding === "half_up" && Math.abs(rest) * 2 >= step ? Math.sign(rest) : 0) + 0, places, null);
  }

  floor(): Decimal { return this.wide === null ? this.isInteger() ? this : this.toDecimalPlaces(0, "down").minus(this.units < 0 ? 1 : 0) : Decimal.narrow(this.wide.floor()); }
  ceil(): Decimal { return this.neg().floor().neg(); }

  /** Plain notation with so many places, rounded half away from zero; without a number as many as are needed. */
  toFixed(places?: number): DecimalString {
    if (this.wide !== null) return places === undefined ? this.wide.toFixed() : this.wide.toFixed(places);
    const shown = places ?? this.decimalPlaces();
    const units = shown <= this.places ? this.toDecimalPlaces(shown).units : this.at(shown);
    if (Number.isNaN(units)) return this.widened.toFixed(shown);
    const digits = String(Math.abs(units)), sign = this.units < 0 ? "-" : "";
    if (shown === 0) return sign + digits;
    const padded = digits.padStart(shown + 1, "0");
    return `${sign}${padded.slice(0, -shown)}.${padded.slice(-shown)}`;
  }

  toString(): DecimalString { return this.wide === null ? this.toFixed() : this.wide.toString(); }
  toJSON(): DecimalString { return this.toString(); }
  toNumber(): number { return this.wide === null ? this.units / (powers[this.places] ?? NaN) : this.wide.toNumber(); }
}

/** Amounts and quantities repeat from plan to plan, and a Decimal never changes: reading the same text again costs a look-up. */
const read = new Map<string, Decimal>();
const mostRead = 10_000;

export function dec(value: Value): Decimal {
  if (typeof value === "object") return value;
  if (typeof value === "number") return Decimal.of(value);
  let known = read.get(value);
  if (known === undefined) {
    if (read.size >= mostRead) read.clear();
    read.set(value, (known = Decimal.of(value)));
  }
  return known;
}
export const zero = Decimal.of(0);
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
export const positive = (value: Decimal): Decimal => (value.gt(zero) ? value : zero);
