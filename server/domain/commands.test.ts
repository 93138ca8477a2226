import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, samePayload } from "./commands";

const few = fc.constantFrom("a", "b", "c");
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.constantFrom("1", 1, 0, true, null, undefined), fc.array(tie("value"), { maxLength: 3 }), fc.dictionary(few, tie("value"), { maxKeys: 3, noNullPrototype: true })),
}));

test("the same payload is the same canonical JSON", () => {
  fc.assert(fc.property(value, value, (one, other) => { expect(samePayload(one, other)).toBe(canonicalJson(one) === canonicalJson(other)); }), { numRuns: 2_000 });
});

test("the order of fields and a field that is undefined do not count", () => {
  expect(samePayload({ a: 1, b: [{ c: "2", d: undefined }] }, { b: [{ c: "2" }], a: 1, e: undefined })).toBe(true);
  expect(samePayload({ a: 1 }, { a: 1, b: null })).toBe(false);
});
