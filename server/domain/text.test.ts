import fc from "fast-check";
import { expect, test } from "vitest";
import { keepable, keepableJson, unkeepablePlace } from "./text";

test.each<[string, unknown, readonly (string | number)[] | null]>([
  ["plain text", { name: "Zoë 😀", lines: [{ note: "a\u0001b" }] }, null],
  ["U+0000 deep inside", { lines: [{ note: "a" }, { note: "b\u0000" }] }, ["lines", 1, "note"]],
  ["half of a pair", { name: "x\ud83d" }, ["name"]],
  ["the other half", ["\ude00x"], [0]],
  ["a name", { address: { "a\u0000b": 1 } }, ["address"]],
  ["a text alone", "\u0000", []],
])("%s", (_, value, place) => { expect(unkeepablePlace(value)).toEqual(place); });

test("however deep a value is, the answer is the level that is one too many", () => {
  const deep: unknown = JSON.parse(`${"[".repeat(200_000)}${"]".repeat(200_000)}`);
  expect(unkeepablePlace(deep)).toHaveLength(100);
  expect(unkeepablePlace(JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`))).toBeNull();
});

test("what is kept instead is kept, whatever it was, and what could be kept is left alone", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom("a", "\u0000", "\ud800", "\udc00", "é") }), (value) => {
    expect(unkeepablePlace(keepable(value))).toBeNull();
    expect(unkeepablePlace(keepableJson({ [value]: [value, { deep: value }] }))).toBeNull();
  }));
  const plain = { a: ["b"] };
  expect(keepableJson(plain)).toBe(plain);
});
