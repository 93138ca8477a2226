import { expect, test } from "vitest";
import { stages } from "@/server/domain/stages";
import { inUnit, levelHref, measureWords, stateParts, stateText, targetText, warnText } from "./words";

test("a target is said in the largest whole unit; business time never in days, which would be read as working days", () => {
  expect([inUnit(90), inUnit(120), inUnit(2880)]).toEqual([{ count: 90, unit: "minutes" }, { count: 2, unit: "hours" }, { count: 2, unit: "days" }]);
  expect([targetText(60, "wall"), targetText(90, "wall"), targetText(1440, "wall"), targetText(1440, "business")]).toEqual(["1 hour", "90 minutes", "1 day", "24 business hours"]);
  expect(warnText("0.750")).toBe("75\u00a0%");
});

test("every measure has a sentence", () => {
  for (const measure of ["posting_latency", "order_age", ...stages]) expect(Object.values(measureWords(measure)).every((words) => words.length > 2)).toBe(true);
});

test("state in words, and the orders behind it", () => {
  expect(stateText({ state: "breached", counted: 9, breached: 2, warned: 1 })).toBe("2 past it, 1 near it, 9 in all");
  expect(stateParts({ state: "warn", counted: 9, breached: 0, warned: 1 })).toEqual([{ text: "1 near it", part: "warned" }, { text: "9 in all", part: "counted" }]);
  expect(stateParts({ state: "met", counted: 9, breached: 0, warned: 0 })).toEqual([{ text: "All 9 within it", part: "counted" }]);
  expect(stateText({ state: "met", counted: 0, breached: 0, warned: 0 })).toBe("Nothing is open");
  expect(levelHref("sl-1", "breached")).toBe("/orders?stage=all&level=sl-1&part=breached");
});
