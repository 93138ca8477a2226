import { expect, test } from "vitest";
import { orderSearch } from "@/components/orders/search";
import { countedHref, fixesHref, rangeOf, reportHref, reportSearch } from "./search";

const parametersOf = (href: string): Record<string, string> => Object.fromEntries(new URL(href, "http://tower").searchParams);

test("the address says the period; what is not understood is the last seven days", () => {
  for (const href of ["/reports", "/reports?days=30", "/reports?from=2026-11-01&to=2026-11-30"]) expect(reportHref(reportSearch(parametersOf(href)))).toBe(href);
  for (const wrong of ["/reports?days=31", "/reports?from=2026-11-30&to=2026-11-01", "/reports?from=2026-02-30&to=2026-03-01", "/reports?from=2025-01-01&to=2026-01-01", "/reports?from=2026-11-01"])
    expect(reportSearch(parametersOf(wrong))).toEqual({ days: 7 });
});

test("a period of 92 days is the longest", () => {
  expect(rangeOf({ from: "2026-01-01", to: "2026-04-02" })).toEqual({ from: "2026-01-01", to: "2026-04-02" });
  expect(rangeOf({ from: "2026-01-01", to: "2026-04-03" })).toBeUndefined();
});

test("a figure leads to its orders under the same days, whatever their stage", () => {
  const range = { from: "2026-11-01", to: "2026-11-30" };
  expect(orderSearch(parametersOf(countedHref("touchless", range, "US01")))).toEqual({ stage: "all", entity: "US01", flow: { list: "touchless", range } });
  expect(orderSearch(parametersOf(countedHref("sent", range).replace("sent", "guessed")))).toEqual({ stage: "all" });
  expect(fixesHref(range, "verified")).toBe("/reports/fixes?from=2026-11-01&to=2026-11-30&result=verified");
});
