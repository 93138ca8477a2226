import { expect, test } from "vitest";
import { periodHistory, periodOf } from "./period";
import { referenceId, type Reference } from "./plan";

const months = (states: Record<string, "open" | "soft_closed" | "closed">): Reference => new Map([[referenceId({ topic: "periods", key: "US01" }), {
  topic: "periods", key: "US01", version: 1, data: { calendar: "US01", version: 1, periods: Object.entries(states).reverse().map(([name, state]) => ({ name, from: `${name}-01`, to: `${name}-28`, state })) },
} as never]]);

test("the next open period skips closed and soft-closed ones, however the calendar is sorted", () => {
  const reference = months({ "2026-02": "closed", "2026-03": "soft_closed", "2026-04": "closed", "2026-05": "open", "2026-06": "open" });
  expect(periodOf(reference, "US01", "2026-02-10")).toEqual({ name: "2026-02", open: false, nextOpen: "2026-05-01" });
  expect(periodOf(reference, "US01", "2026-03-10")).toEqual({ name: "2026-03", open: false, nextOpen: "2026-05-01" });
  expect(periodOf(reference, "US01", "2026-05-10")).toEqual({ name: "2026-05", open: true, nextOpen: "2026-06-01" });
});
test("a day that no period has is closed; an entity without a calendar has nothing closed", () => {
  const reference = months({ "2026-02": "open" });
  expect(periodOf(reference, "US01", "2026-02-29")).toEqual({ name: null, open: false, nextOpen: null });
  expect(periodOf(reference, "DE01", "2026-02-10")).toEqual({ name: null, open: true, nextOpen: null });
});

test("a period has every change of its state with both times, the newest first; what was so from the first has none", () => {
  const told = (hour: string, states: Record<string, "open" | "soft_closed" | "closed">) => ({ at: `2026-04-01T${hour}:00:00.000Z`, recordedAt: `2026-04-01T${hour}:00:30.000Z`, data: { calendar: "US01", version: 1, periods: Object.entries(states).map(([name, state]) => ({ name, from: `${name}-01`, to: `${name}-28`, state })) } });
  const history = periodHistory([told("08", { "2026-02": "closed", "2026-03": "open" }), told("18", { "2026-02": "closed", "2026-03": "soft_closed", "2026-04": "open" }), told("19", { "2026-02": "closed", "2026-03": "soft_closed", "2026-04": "open" }), told("20", { "2026-02": "closed", "2026-03": "open", "2026-04": "open" })]);
  expect(history.map(({ name, state, changes }) => [name, state, changes.map((change) => `${change.state} ${change.at.slice(11, 13)} known ${change.recordedAt.slice(11, 19)}`)])).toEqual([["2026-04", "open", []], ["2026-03", "open", ["soft_closed 18 known 18:00:30", "open 20 known 20:00:30"]], ["2026-02", "closed", []]]);
  expect(periodHistory([])).toEqual([]);
});
