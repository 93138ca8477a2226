import { expect, test } from "vitest";
import { mappingHref, mappingSearch, openText } from "./search";

test("an address says the same after it was read and written, whatever stands in a code", () => {
  const open = { entity: "US01", kind: "unit", system: "shop", code: "A|B 100%", canonical: "" };
  const search = mappingSearch({ kind: "unit", q: "bx", open: openText(open) });
  expect(search).toEqual({ kind: "unit", q: "bx", open });
  expect(mappingSearch(Object.fromEntries(new URL(mappingHref(search, {}), "http://x").searchParams))).toEqual(search);
  expect(mappingSearch({ open: openText({ ...open, code: "", canonical: "freight" }) }).open).toMatchObject({ code: "", canonical: "freight" });
});

test("what is not understood is as if it were not there", () => {
  expect(mappingSearch({ kind: ["a", "b"], open: "US01|unit", q: "" })).toEqual({});
  expect(mappingHref({ kind: "unit", open: "new" }, { kind: null, open: null })).toBe("/cross-reference");
});
