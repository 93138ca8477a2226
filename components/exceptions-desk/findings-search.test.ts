import { expect, test } from "vitest";
import { filterWords, orderHref, orderSearch } from "@/components/orders/search";
import { findingsHref, findingSearch } from "./findings-search";

const again = (href: string): Record<string, string> => Object.fromEntries(new URL(href, "http://x").searchParams);

test("an address of findings says the same after it was read and written; what is not understood is left out", () => {
  expect(findingSearch(again(findingsHref({ code: "FND-03", entity: "NW01" })))).toEqual({ code: "FND-03", entity: "NW01" });
  expect(findingSearch({ code: "INV-02", entity: ["NW01"] })).toEqual({});
  expect(findingsHref({})).toBe("/exceptions/findings");
});

test("the list of orders keeps a finding, an entity and several marks in its address, and says them", () => {
  const search = orderSearch({ stage: "all", finding: "FND-03:money", entity: "NW01", having: "facet:managed_elsewhere,cash:none" });
  expect(orderSearch(again(orderHref(search, {})))).toEqual(search);
  expect(filterWords(search)).toEqual(["managed elsewhere", "cash: none", "FND-03 amounts absent, with an amount", "entity NW01"]);
  expect(orderSearch({ finding: "FND-03'", having: "x" })).toEqual({ stage: "open" });
});
