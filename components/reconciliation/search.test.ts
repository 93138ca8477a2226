import { expect, it } from "vitest";
import { reconciliationHref, reconciliationSearch } from "./search";

it("reads an address and writes it again", () => {
  const search = reconciliationSearch({ process: "receipts", run: "r-1", show: "settled", result: "tax_differs", item: "7" });
  expect(search).toEqual({ process: "receipts", run: "r-1", show: "settled", result: "tax_differs", item: 7 });
  expect(reconciliationHref(search, {})).toBe("/reconciliation?process=receipts&run=r-1&show=settled&result=tax_differs&item=7");
});
it("takes what it does not know for not chosen", () => { expect(reconciliationSearch({ process: "x", run: "r", show: "toString", result: "constructor", item: "-1" })).toEqual({ show: "open", run: "r" }); });
it("leaves the item behind with the list that it stood in", () => {
  const search = reconciliationSearch({ run: "r-1", show: "all", item: "7" });
  expect([reconciliationHref(search, { show: "open" }), reconciliationHref(search, { run: "r-2" }), reconciliationHref(search, { run: null })]).toEqual(["/reconciliation?run=r-1", "/reconciliation?run=r-2", "/reconciliation"]);
});
