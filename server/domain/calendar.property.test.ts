import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addBusinessDays, addBusinessMinutes, businessMinutes, isWorkday, localDay, nextBusinessMoment } from "./calendar";
import { addMs, epochMs, type Instant } from "./instant";
import type { BusinessCalendar } from "./policy";

/** Clocks that change by an hour, by half of one, at midnight, south of the equator, and not at all. */
const zones = ["America/New_York", "America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Australia/Sydney", "America/Santiago", "Asia/Kolkata", "Asia/Tehran", "UTC"];
const holidays = ["2026-03-09", "2026-03-30", "2026-10-26", "2026-11-02", "2026-12-25"];
const calendar = fc.record({ zone: fc.constantFrom(...zones), workdays: fc.constantFrom([1, 2, 3, 4, 5], [7, 1, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7]), opens: fc.constantFrom(0, 60, 150, 480), closes: fc.constantFrom(600, 1020, 1440), holidays: fc.subarray(holidays) }) satisfies fc.Arbitrary<BusinessCalendar>;
/** Mostly in the weeks in which some zone changes its clocks. */
const moment = fc.tuple(fc.constantFrom("2026-03-06", "2026-03-27", "2026-04-03", "2026-09-04", "2026-10-02", "2026-10-23", "2026-10-30", "2026-12-23"), fc.integer({ min: 0, max: 5 * 1440 })).map(([day, minute]) => addMs(`${day}T00:00:00.000Z`, minute * 60_000));

const formats = new Map(zones.map((timeZone) => [timeZone, new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" })]));
/** The wall clock as the runtime's own tables tell it, minute by minute: slow, and with no arithmetic of ours. */
function isOpen({ zone, workdays, opens, closes, holidays: off }: BusinessCalendar, at: Instant): boolean {
  const [day = "", clock = ""] = (formats.get(zone)?.format(epochMs(at)) ?? "").split(" "), [hour = 0, minute = 0] = clock.split(":").map(Number);
  const weekday = new Date(`${day}T00:00:00.000Z`).getUTCDay() || 7, wall = hour * 60 + minute;
  return workdays.includes(weekday) && !off.includes(day) && wall >= opens && wall < closes;
}
/** Opening and closing lie outside of the hour that a clock change skips or repeats. */
const settled = ({ opens }: BusinessCalendar): boolean => opens === 0 || opens >= 480;

describe("business time around every clock change of a year", () => {
  test("is the minutes in which the wall clock says that the office is open", () => {
    fc.assert(fc.property(calendar.filter(settled), moment, fc.integer({ min: 1, max: 2 * 1440 }), (of, from, length) => {
      let open = 0;
      for (let minute = 0; minute < length; minute += 1) open += Number(isOpen(of, addMs(from, minute * 60_000)));
      expect(businessMinutes(of, from, addMs(from, length * 60_000))).toBe(open);
    }), { numRuns: 150 });
  });
  test("a deadline is never before it was set, is reached by just the time that was given, and moves on with it", () => {
    fc.assert(fc.property(calendar, moment, fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 1, max: 600 }), (of, from, minutes, more) => {
      const due = addBusinessMinutes(of, from, minutes), later = addBusinessMinutes(of, from, minutes + more);
      expect(due >= from && later > due).toBe(true);
      expect(businessMinutes(of, from, due)).toBe(minutes);
      expect(addBusinessMinutes(of, due, more)).toBe(later);
    }), { numRuns: 300 });
  });
  test("working days end on a working day, at the same wall clock, whatever the clocks did between", () => {
    fc.assert(fc.property(calendar.filter(settled), moment, fc.integer({ min: 1, max: 12 }), (of, from, days) => {
      const start = nextBusinessMoment(of, from), due = addBusinessDays(of, from, days);
      expect(isWorkday(of, localDay(of, due))).toBe(true);
      let passed = 0;
      for (let day = localDay(of, start); day < localDay(of, due); ) { day = localDay({ zone: "UTC" }, addMs(`${day}T00:00:00.000Z`, 86_400_000)); passed += Number(isWorkday(of, day)); }
      expect(passed).toBe(days);
    }), { numRuns: 300 });
  });
});
