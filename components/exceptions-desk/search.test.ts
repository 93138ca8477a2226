import { expect, test } from "vitest";
import { deskHref, deskSearch } from "./search";

test("an address says the same after it was read and written", () => {
  const search = deskSearch({ tab: "resolved", sort: "due", kind: "mapping", group: "MAP-02|item=A" });
  expect(search).toEqual({ filter: { tab: "resolved", sort: "due", kind: "mapping" }, group: "MAP-02|item=A" });
  expect(deskSearch(Object.fromEntries(new URL(deskHref(search, {}), "http://x").searchParams))).toEqual(search);
});

test("what is not understood is as if it were not there", () => {
  expect(deskSearch({ tab: "x", sort: ["money", "age"], kind: "" })).toEqual({ filter: { tab: "open", sort: "money" } });
  expect(deskHref(deskSearch({}), { group: null })).toBe("/exceptions");
});
