import { expect, it } from "vitest";
import { closeHref, closeSearch } from "./search";

it("reads an address and writes it again", () => {
  const search = closeSearch({ entity: "US01", period: "2026-03", day: "2026-03-30", known: "2026-04-01T18:00:00.000Z", list: "held", of: "PERIOD_CLOSED" });
  expect(search).toEqual({ entity: "US01", period: "2026-03", day: "2026-03-30", known: "2026-04-01T18:00:00.000Z", list: "held", of: "PERIOD_CLOSED" });
  expect(closeHref(search, {})).toBe("/close?entity=US01&period=2026-03&day=2026-03-30&known=2026-04-01T18%3A00%3A00.000Z&list=held&of=PERIOD_CLOSED");
});
it("takes what it does not know for not chosen", () => {
  expect([closeSearch({ entity: "us", period: "2026-03", list: "held" }), closeSearch({ entity: "US01", period: "2026-03", day: "31.03.", known: "yesterday", list: "toString", of: "x" })]).toEqual([{}, { entity: "US01", period: "2026-03" }]);
});
it("leaves behind what belongs to another period or list", () => {
  const search = closeSearch({ entity: "US01", period: "2026-03", day: "2026-03-30", list: "held", of: "MANUAL" });
  expect([closeHref(search, { period: "2026-04" }), closeHref(search, { list: "late" }), closeHref(search, { list: null })]).toEqual(["/close?entity=US01&period=2026-04", "/close?entity=US01&period=2026-03&day=2026-03-30&list=late", "/close?entity=US01&period=2026-03&day=2026-03-30"]);
});
