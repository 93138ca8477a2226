import DecimalJs from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dec, type Decimal } from "./decimal";

const Reference = DecimalJs.clone({ precision: 40, rounding: DecimalJs.ROUND_HALF_UP, toExpNeg: -30, toExpPos: 40 });
type Reference = InstanceType<typeof Reference>;

/** From cents to what no number holds exactly; with trailing zeros, as texts have them. */
const texts = fc.oneof(
  fc.integer({ min: -200_000, max: 200_000 }).map((cents) => (cents / 100).toFixed(2)),
  fc.tuple(fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n }), fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 6 }))
    .map(([whole, fraction, places]) => (places === 0 ? `${whole}` : `${whole}.${String(fraction).padStart(6, "0").slice(0, places)}`)),
  fc.constantFrom("0", "-0", "0.00", "1", "-1", "0.5", "-0.5", "0.005", "-0.005", "999999999999999", "-999999999999999.999999", "9007199254740991", "9007199254740992", "0.1e-20"),
);

/** Three steps of arithmetic, so that what came of wide numbers and of rounding is reckoned with, too. */
type Step = (a: Decimal, b: Decimal) => Decimal;
type ReferenceStep = (a: Reference, b: Reference) => Reference;
const steps: readonly (readonly [string, Step, ReferenceStep])[] = [
  ["plus", (a, b) => a.plus(b), (a, b) => a.plus(b)], ["minus", (a, b) => a.minus(b), (a, b) => a.minus(b)], ["times", (a, b) => a.times(b), (a, b) => a.times(b)],
  ["div", (a, b) => (b.isZero() ? a : a.div(b)), (a, b) => (b.isZero() ? a : a.div(b))], ["mod", (a, b) => (b.isZero() ? a : a.mod(b)), (a, b) => (b.isZero() ? a : a.mod(b))],
  ["round", (a) => a.toDecimalPlaces(2), (a) => a.toDecimalPlaces(2)], ["cut", (a) => a.toDecimalPlaces(1, "down"), (a) => a.toDecimalPlaces(1, Reference.ROUND_DOWN)],
  ["neg", (a) => a.neg(), (a) => a.neg()], ["abs", (a) => a.abs(), (a) => a.abs()], ["floor", (a) => a.floor(), (a) => a.floor()], ["ceil", (a) => a.ceil(), (a) => a.ceil()],
];
const walks = fc.tuple(texts, fc.array(fc.tuple(fc.constantFrom(...steps), texts), { maxLength: 3 }));

/** decimal.js knows a negative zero, which no amount is. */
const unsigned = (value: Reference): Reference => (value.isZero() ? value.abs() : value);

function walked([start, path]: typeof walks extends fc.Arbitrary<infer T> ? T : never): { ours: Decimal; theirs: Reference } {
  let ours = dec(start), theirs: Reference = new Reference(start);
  for (const [[, step, reference], other] of path) { ours = step(ours, dec(other)); theirs = unsigned(reference(theirs, new Reference(other))); }
  return { ours, theirs };
}

describe("A decimal is what decimal.js reckons to 40 digits", () => {
  test("as text and as number", () => {
    fc.assert(fc.property(walks, fc.integer({ min: 0, max: 8 }), (walk, places) => {
      const { ours, theirs } = walked(walk);
      expect([ours.toFixed(), ours.toString(), JSON.stringify(ours), ours.toFixed(places), ours.decimalPlaces(), ours.toNumber() + 0])
        .toEqual([unsigned(theirs).toFixed(), unsigned(theirs).toString(), JSON.stringify(unsigned(theirs)), unsigned(theirs).toFixed(places), theirs.decimalPlaces(), theirs.toNumber() + 0]);
    }), { numRuns: 5_000 });
  });
  test("in comparison", () => {
    fc.assert(fc.property(walks, walks, fc.boolean(), (one, two, same) => {
      const a = walked(one), b = same ? { ours: a.ours.plus("0.000000"), theirs: a.theirs } : walked(two);
      expect([a.ours.eq(b.ours), a.ours.gt(b.ours), a.ours.gte(b.ours), a.ours.lt(b.ours), a.ours.lte(b.ours), Math.sign(a.ours.cmp(b.ours)) + 0, a.ours.isZero(), a.ours.isInteger(), a.ours.isNegative()])
        .toEqual([a.theirs.eq(b.theirs), a.theirs.gt(b.theirs), a.theirs.gte(b.theirs), a.theirs.lt(b.theirs), a.theirs.lte(b.theirs), a.theirs.cmp(b.theirs), a.theirs.isZero(), a.theirs.isInteger(), unsigned(a.theirs).isNegative()]);
    }), { numRuns: 5_000 });
  });
  test("as powers of ten, from numbers, and where there is no answer", () => {
    for (const exponent of [-6, -2, 0, 3, 18]) expect(dec(10).pow(exponent).toFixed()).toBe(new Reference(10).pow(exponent).toFixed());
    for (const value of [0, 0.1, -2.5, 1e21, 1e-7, 9_007_199_254_740_993]) expect(dec(value).toFixed()).toBe(new Reference(value).toFixed());
    expect([dec(1).div(0).toString(), dec(-1).div(0).toString(), dec(0).div(0).toString(), dec(0).div(0).eq(0)]).toEqual(["Infinity", "-Infinity", "NaN", false]);
    expect(() => dec("twelve")).toThrow();
  });
});
