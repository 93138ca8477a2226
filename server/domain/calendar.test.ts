import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addBusinessDays, addBusinessMinutes, addServiceLevel, businessMinutes, businessMs, instantOn, localDay, nextBusinessMoment } from "./calendar";
import { addMs } from "./instant";
import type { BusinessCalendar } from "./policy";

const utc: BusinessCalendar = { zone: "UTC", workdays: [1, 2, 3, 4, 5], opens: 480, closes: 1020, holidays: ["2026-03-10"] };
const newYork: BusinessCalendar = { zone: "America/New_York", workdays: [1, 2, 3, 4, 5], opens: 480, closes: 1020, holidays: [] };
/** Open through the night in which the clocks change. */
const always: BusinessCalendar = { zone: "America/New_York", workdays: [1, 2, 3, 4, 5, 6, 7], opens: 0, closes: 1440, holidays: [] };

describe("business time", () => {
  test.each([
    ["2026-03-09T09:00:00.000Z", "2026-03-09T10:30:00.000Z", 90, "inside a day"],
    ["2026-03-09T05:00:00.000Z", "2026-03-09T08:10:00.000Z", 10, "before the opening nothing counts"],
    ["2026-03-06T16:00:00.000Z", "2026-03-09T09:00:00.000Z", 120, "over a weekend"],
    ["2026-03-09T16:00:00.000Z", "2026-03-11T09:00:00.000Z", 120, "over a holiday"],
    ["2026-03-09T10:00:00.000Z", "2026-03-09T09:00:00.000Z", 0, "backwards is nothing"],
    ["2026-03-07T00:00:00.000Z", "2026-03-08T23:00:00.000Z", 0, "a weekend has none"],
  ])("%s to %s is %i minutes: %s", (from, to, expected) => { expect(businessMinutes(utc, from, to)).toBe(expected); });

  test("the worked example of domain.md 2.6: W4 is 17 business hours old, W5 nine", () => {
    const plain = { ...utc, holidays: [] };
    expect(businessMinutes(plain, "2026-03-10T09:00:00.000Z", "2026-03-11T17:00:00.000Z")).toBe(17 * 60);
    expect(businessMinutes(plain, "2026-03-11T08:00:00.000Z", "2026-03-11T17:00:00.000Z")).toBe(9 * 60);
  });
  test("offices open at their own eight o'clock on both sides of a clock change", () => {
    expect(instantOn(newYork, "2026-03-06", 480)).toBe("2026-03-06T13:00:00.000Z");
    expect(instantOn(newYork, "2026-03-09", 480)).toBe("2026-03-09T12:00:00.000Z");
    expect(businessMinutes(newYork, "2026-03-06T21:00:00.000Z", "2026-03-09T13:00:00.000Z")).toBe(120);
  });
  test.each([
    ["America/New_York", "2026-03-08", 150, "2026-03-08T07:00:00.000Z"], ["Europe/Berlin", "2026-03-29", 120, "2026-03-29T01:00:00.000Z"], ["Australia/Lord_Howe", "2026-10-04", 135, "2026-10-03T15:30:00.000Z"],
    // midnight is skipped there: the day before ends, and the next one begins, where the clocks say one
    ["America/Santiago", "2026-09-05", 1440, "2026-09-06T04:00:00.000Z"], ["America/Santiago", "2026-09-06", 0, "2026-09-06T04:00:00.000Z"],
  ])("a minute that %s skips on %s is the first one after it", (zone, day, minute, instant) => {
    expect(instantOn({ zone }, day, minute)).toBe(instant);
  });
  test("a day on which the clocks change has the minutes that really passed", () => {
    expect(businessMinutes(always, "2026-03-08T05:00:00.000Z", "2026-03-09T04:00:00.000Z")).toBe(23 * 60);
    expect(businessMinutes(always, "2026-11-01T04:00:00.000Z", "2026-11-02T05:00:00.000Z")).toBe(25 * 60);
  });
  test("the day is the entity's, not UTC's", () => { expect(localDay(newYork, "2026-03-10T02:00:00.000Z")).toBe("2026-03-09"); });
});

describe("adding business time", () => {
  test.each([
    ["2026-03-06T16:00:00.000Z", 120, "2026-03-09T09:00:00.000Z"],
    ["2026-03-07T12:00:00.000Z", 0, "2026-03-09T08:00:00.000Z"],
    ["2026-03-09T16:30:00.000Z", 30, "2026-03-09T17:00:00.000Z"],
    ["2026-03-09T16:30:00.000Z", 60, "2026-03-11T08:30:00.000Z"],
  ])("%s and %i minutes is %s", (from, minutes, expected) => { expect(addBusinessMinutes(utc, from, minutes)).toBe(expected); });
  test.each([
    ["2026-03-09T10:15:00.000Z", 1, "2026-03-11T10:15:00.000Z"],
    ["2026-03-06T18:00:00.000Z", 1, "2026-03-11T08:00:00.000Z"],
    ["2026-03-09T08:00:00.000Z", 2, "2026-03-12T08:00:00.000Z"],
  ])("%s and %i working days is %s", (from, days, expected) => { expect(addBusinessDays(utc, from, days)).toBe(expected); });
  test("a service level of 1,440 minutes is one business day, of 240 four business hours", () => {
    expect(addServiceLevel(utc, "2026-03-11T10:00:00.000Z", 1440)).toBe("2026-03-12T10:00:00.000Z");
    expect(addServiceLevel(utc, "2026-03-11T16:00:00.000Z", 240)).toBe("2026-03-12T11:00:00.000Z");
  });
  test("closing time is outside, opening time inside", () => {
    expect(nextBusinessMoment(utc, "2026-03-11T17:00:00.000Z")).toBe("2026-03-12T08:00:00.000Z");
    expect(nextBusinessMoment(utc, "2026-03-11T08:00:00.000Z")).toBe("2026-03-11T08:00:00.000Z");
  });

  const moment = fc.integer({ min: 0, max: 400 * 1440 }).map((minute) => addMs("2026-01-01T00:00:00.000Z", minute * 60_000));
  test("what was added is what is counted, in any zone and season", () => {
    fc.assert(fc.property(moment, fc.integer({ min: 1, max: 6000 }), fc.constantFrom(utc, newYork, always), (from, minutes, calendar) => {
      expect(businessMinutes(calendar, from, addBusinessMinutes(calendar, from, minutes))).toBe(minutes);
    }), { numRuns: 200 });
  });
  test("business time adds up over any cut", () => {
    fc.assert(fc.property(moment, moment, moment, fc.constantFrom(utc, newYork), (a, b, c, calendar) => {
      const [from, cut, to] = [a, b, c].sort() as [string, string, string];
      expect(businessMs(calendar, from, cut) + businessMs(calendar, cut, to)).toBe(businessMs(calendar, from, to));
    }), { numRuns: 100 });
  });
});
