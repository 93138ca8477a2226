import { expect, it } from "vitest";
import { meant, placeOf, shownFields } from "./edit-shape";

const field = (at: string, value: unknown) => ({ at, value, care: "free" as const, why: null });

it("shows the faulty field first, and a row for one that is missing", () => {
  const fields = [field("/a", "x"), field("/lines/0/item", "i"), field("/lines/0/unit", "u")];
  expect(shownFields(fields, "/lines/0/unit", "", 9).map(({ at }) => at)).toEqual(["/lines/0/unit", "/a", "/lines/0/item"]);
  expect(shownFields(fields, "/lines/0/quantity", "ITEM", 9).map(({ at, value }) => [at, value])).toEqual([["/lines/0/quantity", undefined], ["/lines/0/item", "i"]]);
  expect(shownFields(fields, "/lines", "", 2).map(({ at }) => at)).toEqual(["/a", "/lines/0/item"]);
});

it("reads where a fault lies", () => {
  expect([placeOf("data.lines.0.unit"), placeOf("/data/x"), placeOf(null)]).toEqual(["/data/lines/0/unit", "/data/x", null]);
});

it.each([[{ text: " 12 ", as: "number" as const }, 12], [{ text: "x", as: "number" as const }, null], [{ text: "true", as: "truth" as const }, true], [{ text: " 12 ", as: "text" as const }, " 12 "], [{ text: "x", as: "nothing" as const }, null]])("%o means %s", (given, value) => {
  const read = meant(given);
  expect(read.ok ? read.value : null).toBe(value);
});
