import { expect, test } from "vitest";
import { stockHref, stockSearch } from "./search";

test("an address says which positions are shown; what it does not know is not chosen", () => {
  expect(stockSearch({ show: "drift", find: " valve ", open: "US01:stock_position:A/W1" })).toEqual({ show: "drift", find: "valve", open: "US01:stock_position:A/W1" });
  expect(stockSearch({ show: "lost", find: ["", "x"] })).toEqual({});
});

test("another choice takes the opened position with it", () => {
  const search = stockSearch({ show: "drift", open: "A" });
  expect([stockHref(search, { open: "B" }), stockHref(search, { show: null }), stockHref(search, { open: null }), stockHref(search, { find: "x" })]).toEqual(["/stock?show=drift&open=B", "/stock", "/stock?show=drift", "/stock?show=drift&find=x"]);
});
