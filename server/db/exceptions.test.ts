import { expect, test } from "vitest";
import type { ExceptionCode } from "@/server/domain/exceptions";
import type { BusinessCalendar } from "@/server/domain/policy";
import { dueBy } from "./exceptions";

const calendar: BusinessCalendar = { zone: "UTC", workdays: [1, 2, 3, 4, 5], opens: 480, closes: 1020, holidays: [] };

/** Domain reference 3.1: TEC and CMP run around the clock, everything else in business time. */
test.each<[ExceptionCode, string]>([
  ["TEC-01", "2026-03-06T17:30:00.000Z"], ["CMP-01", "2026-03-06T17:30:00.000Z"], ["CMP-02", "2026-03-06T17:30:00.000Z"],
  ["CTR-01", "2026-03-09T11:30:00.000Z"], ["ACK-01", "2026-03-09T09:30:00.000Z"], ["INV-01", "2026-03-09T09:30:00.000Z"],
])("%s of a Friday 16:30 is due %s", (code, due) => { expect(dueBy(code, "2026-03-06T16:30:00.000Z", calendar)).toBe(due); });
