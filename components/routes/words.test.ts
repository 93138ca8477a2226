import { expect, test } from "vitest";
import { routedCapabilities } from "@/server/domain/route-change";
import { capabilityWords, clockOfStart, documentWords, startText } from "./words";

test("a start is told in the entity's own days, on both sides of a change of clocks", () => {
  expect([startText("2026-12-01T06:00:00.000Z", "America/Chicago"), startText("2026-07-01T05:00:00.000Z", "America/Chicago"), startText("2026-12-01T14:30:00.000Z", "America/Chicago"), startText(null, "UTC")]).toEqual(["1 Dec 2026", "1 Jul 2026", "1 Dec 2026, 08:30 CST", "–"]);
  expect([clockOfStart("2026-12-01T06:00:00.000Z", "America/Chicago"), clockOfStart("2026-12-01T05:59:00.000Z", "America/Chicago"), clockOfStart(null, "UTC")]).toEqual(["2026-12-01T00:00", "2026-11-30T23:59", ""]);
});
test("every capability and document has a word", () => {
  for (const capability of routedCapabilities) expect(capabilityWords[capability]).toMatch(/^[A-Z]/);
  expect([documentWords("*"), documentWords("invoice")]).toEqual(["all documents", "invoices"]);
});
