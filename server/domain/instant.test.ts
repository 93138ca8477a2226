import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, addMs, fromEpochMs } from "./instant";

/** All that a date can hold: 100 million days on either side of 1970. */
const furthest = 8.64e15;

describe("a moment as text", () => {
  test("is written as a date writes it, whatever was written before", () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: -furthest, max: furthest }), fc.integer({ min: 1_772_485_200_000, max: 1_772_485_320_000 })), { maxLength: 8 }), (moments) => {
      expect(moments.map(fromEpochMs)).toEqual(moments.map((ms) => new Date(ms).toISOString()));
    }));
  });
  test.each([[0, "1970-01-01T00:00:00.000Z"], [-1, "1969-12-31T23:59:59.999Z"], [0.9, "1970-01-01T00:00:00.000Z"], [-0.9, "1970-01-01T00:00:00.000Z"], [253_402_300_800_000, "+010000-01-01T00:00:00.000Z"]])("%d ms is %s", (ms, expected) => { expect(fromEpochMs(ms)).toBe(expected); });
  test("that no date can hold is refused", () => { expect(() => fromEpochMs(NaN)).toThrow(RangeError); });
  test("goes over the end of a day, a month and a year", () => {
    expect([addMs("2026-12-31T23:59:59.999Z", 1), addMs("2027-01-01T00:00:00.000Z", -1), addDays("2028-02-28", 1)]).toEqual(["2027-01-01T00:00:00.000Z", "2026-12-31T23:59:59.999Z", "2028-02-29"]);
  });
});
