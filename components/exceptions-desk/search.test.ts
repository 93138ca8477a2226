import { expect, test } from "vitest";
import { deskHref, deskSearch, listOf } from "./search";

test("an address says the same after it was read and written", () => {
  const search = deskSearch({ tab: "resolved", sort: "due", kind: "mapping", group: "MAP-02|item=A" });
  expect(search).toEqual({ filter: { tab: "resolved", sort: "due", kind: "mapping" }, group: "MAP-02|item=A" });
  expect(deskSearch(Object.fromEntries(new URL(deskHref(search, {}), "http://x").searchParams))).toEqual(search);
});

test("a grouping and its open bucket stand in the address; a bucket without a grouping says nothing", () => {
  const search = deskSearch({ by: "owner", open: "master_data", code: "MAP-03" });
  expect(listOf(search)).toEqual({ tab: "open", sort: "money", code: "MAP-03", by: "owner", open: "master_data" });
  expect(deskHref(search, {})).toBe("/exceptions?code=MAP-03&by=owner&open=master_data");
  expect(deskSearch({ open: "x", by: "weather" })).toEqual({ filter: { tab: "open", sort: "money" } });
});

test("what is not understood is as if it were not there", () => {
  expect(deskSearch({ tab: "x", sort: ["money", "age"], kind: "" })).toEqual({ filter: { tab: "open", sort: "money" } });
  expect(deskHref(deskSearch({}), { group: null })).toBe("/exceptions");
});
