import { expect, test } from "vitest";
import { periodOf } from "./period";
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
