import fc from "fast-check";
import { expect, test } from "vitest";
import { valueUpTo } from "../cumulative";
import { dec, sumOf, type Decimal } from "../decimal";
import type { ReturnBasis } from "../publications";
import { afterCredit, allocate } from "./allocation";

const priced = { price: dec("5.080834"), priceUnit: dec(1), ordered: dec(6), discount: dec(0) };
type Priced = typeof priced;

/** A line of which the parts were billed one after the other, each by the cumulative rule. */
function basisOf(line: Priced, parts: readonly number[]): ReturnBasis {
  let before = dec(0);
  const billed = parts.map((quantity, place): ReturnBasis["billed"][number] => {
    const upTo = before.plus(quantity), net = valueUpTo(line, upTo, "USD").minus(valueUpTo(line, before, "USD"));
    before = upTo;
    return { unit: `U-${place}`, invoice: `INV-${parts.length - place}`, accountingDate: "2026-01-28", taxDocument: "", line: "1", key: `O-1/1/SH-${place}/1`, item: "A", quantity: String(quantity), net: net.toFixed(2), tax: net.times("0.08").toFixed(2), creditedQuantity: "0", creditedNet: "0.00", creditedTax: "0.00", price: line.price.toFixed(), taxCategory: "goods", place };
  });
  const values = [{ line: "1", price: line.price.toFixed(), priceUnit: "1", ordered: line.ordered.toFixed(), discount: line.discount.toFixed() }];
  return { order: "O-1", currency: "USD", billTo: "C-1", payer: "C-1", customerName: "", creditAccount: "C-1", taxState: null, paymentMethod: "terms", billed, values };
}
const netOf = (basis: ReturnBasis, quantity: number): string => sumOf(allocate(basis, "1", dec(quantity)).parts, (part) => part.net).toFixed(2);

test("2 of 6 at 5.080834 back are worth the same, billed 3 + 3, 1 + 5 or at once (F3)", () => {
  expect([[3, 3], [1, 5], [5, 1], [6]].map((parts) => netOf(basisOf(priced, parts), 2))).toEqual(["10.16", "10.16", "10.16", "10.16"]);
});

test("a header discount goes back with the goods: 6 of 16 at 1.57 less 3.33", () => {
  const line = { price: dec("1.57"), priceUnit: dec(1), ordered: dec(16), discount: dec("3.33") };
  expect([[8, 8], [3, 13], [16]].map((parts) => netOf(basisOf(line, parts), 6))).toEqual(["8.17", "8.17", "8.17"]);
});

test("after a price adjustment each return takes its share of the tax that is left, however many there are", () => {
  const basis = basisOf({ price: dec("1.02"), priceUnit: dec(1), ordered: dec(11), discount: dec(0) }, [11]);
  let state: ReturnBasis = { ...basis, billed: basis.billed.map((row) => ({ ...row, creditedNet: "5.61", creditedTax: "0.45" })), values: [{ line: "1", price: "0.51", priceUnit: "1", ordered: "11", discount: "0" }] };
  const credited = [7, 2, 2].map((quantity) => {
    const { parts } = allocate(state, "1", dec(quantity));
    state = afterCredit(state, parts);
    return parts.map(({ net, tax }) => [net.toFixed(2), tax.toFixed(2)]);
  });
  expect(credited).toEqual([[["3.57", "0.29"]], [["1.02", "0.08"]], [["1.02", "0.08"]]]);
});

test("property: whatever the parts and whatever comes back first, the same units are worth the same; all of them, what was billed", () => {
  const whole = fc.integer({ min: 1, max: 40 });
  fc.assert(fc.property(whole, fc.integer({ min: 1, max: 99_999_999 }), fc.integer({ min: 0, max: 50 }), fc.array(fc.nat(40)), fc.array(fc.nat(40)), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 }), (quantity, price, percent, cuts, otherCuts, takes) => {
    const gross = dec(price).div(1_000_000).times(quantity);
    const line = { price: dec(price).div(1_000_000), priceUnit: dec(1), ordered: dec(quantity), discount: dec(gross.times(percent).div(100).toFixed(2)) };
    // Where goods and discount, each rounded by itself, make a line worth less with one unit more (units of parts of a cent), no credit can follow: nothing below zero is credited.
    const worth = Array.from({ length: quantity + 1 }, (_, units) => valueUpTo(line, dec(units), "USD"));
    fc.pre(worth.every((value, units) => value.gte(worth[units - 1] ?? 0)));
    const split = (at: readonly number[]) => { const points = [...new Set([0, ...at.filter((cut) => cut < quantity), quantity])].sort((a, b) => a - b); return points.slice(1).map((point, index) => point - (points[index] ?? 0)); };
    const play = (basis: ReturnBasis): Decimal[] => {
      let state = basis;
      return [...takes, quantity].map((take) => {
        const { parts } = allocate(state, "1", dec(take));
        state = afterCredit(state, parts);
        for (const row of state.billed) expect(dec(row.creditedQuantity).lte(row.quantity) && dec(row.creditedNet).lte(row.net) && dec(row.creditedTax).lte(row.tax)).toBe(true);
        return sumOf(parts, (part) => part.net);
      });
    };
    const first = play(basisOf(line, split(cuts))), second = play(basisOf(line, split(otherCuts)));
    expect(first.map((net) => net.toFixed(2))).toEqual(second.map((net) => net.toFixed(2)));
    expect(sumOf(first, (net) => net).eq(valueUpTo(line, dec(quantity), "USD"))).toBe(true);
  }), { numRuns: 150 });
}, 60_000);
