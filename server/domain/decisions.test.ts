import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "./commands";
import { digestOf } from "./decisions";

/** As approvals and tax questions that stand were digested: what people said yes to must be found again. */
function digestThen(value: unknown): string {
  const text = canonicalJson(value);
  let high = 0xcbf29ce4, low = 0x84222325;
  for (let index = 0; index < text.length; index++) {
    low ^= text.charCodeAt(index);
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + (low << 8) + Math.floor(product / 0x100000000)) >>> 0;
    low = product >>> 0;
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

test("a content keeps its digest for ever", () => {
  expect(digestOf({ customer: "C-1", currency: "USD", unitPrices: [{ line: "1", price: "12.50" }] })).toBe(digestThen({ customer: "C-1", currency: "USD", unitPrices: [{ line: "1", price: "12.50" }] }));
  fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()), (value) => { expect(digestOf(value)).toBe(digestThen(value)); }), { numRuns: 500 });
});

test("canonical JSON escapes as JSON does", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => { expect(canonicalJson(text)).toBe(JSON.stringify(text)); }), { numRuns: 500 });
  expect(canonicalJson("\u007f\"\\\ud800é\u2028")).toBe(JSON.stringify("\u007f\"\\\ud800é\u2028"));
});
