import { expect, test } from "vitest";
import { completenessHref, completenessSearch } from "./search";

test("an address is read as it was written", () => {
  const href = "/completeness?hours=168&gaps=1&source=shop&kind=return+receipts&show=missing&window=2026-03-02T08%3A00%3A00.000Z";
  const search = completenessSearch(Object.fromEntries(new URL(href, "http://x").searchParams));
  expect(search).toEqual({ hours: 168, gaps: true, source: { connector: "shop", kind: "return receipts" }, show: "missing", window: "2026-03-02T08:00:00.000Z" });
  expect(completenessHref(search, {})).toBe(href);
});
test("what is not understood is as if it were not there", () => {
  expect(completenessSearch({ hours: "9", source: "shop", kind: "everything", show: "missing" })).toEqual({ hours: 24, gaps: false });
  expect(completenessSearch({ source: "shop", kind: "orders", show: "constructor", window: "yesterday" })).toEqual({ hours: 24, gaps: false, source: { connector: "shop", kind: "orders" } });
});
test("another source begins without the list of the one before", () => {
  const search = completenessSearch({ source: "shop", kind: "orders", show: "held", window: "2026-03-02T08:00:00.000Z" });
  expect(completenessHref(search, { source: { connector: "erp", kind: "invoices" } })).toBe("/completeness?source=erp&kind=invoices");
  expect(completenessHref(search, { source: null })).toBe("/completeness");
});
