import { expect, test } from "vitest";
import { jsonPointer } from "./problem";

test("a place is written as RFC 6901 says, with its two escapes", () => {
  expect(jsonPointer(["data", "lines", 0, "quantity"])).toBe("/data/lines/0/quantity");
  expect(jsonPointer(["a/b", "m~n"])).toBe("/a~1b/m~0n");
  expect(jsonPointer([])).toBe("");
});
