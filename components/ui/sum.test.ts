import { expect, test } from "vitest";
import { add, sumByCurrency } from "./sum";

test.each([
  [["0.1", "0.2"], "0.3"], [["100.00", "-99.99"], "0.01"], [["-0.5", "0.25"], "-0.25"], [[], "0"], [["999999999999999.999999", "0.000001"], "1000000000000000"],
])("%j sum to %s, exactly", (values, total) => { expect(add(values)).toBe(total); });

test("sums stay apart by currency", () => {
  expect(sumByCurrency([{ currency: "USD", amount: "1.5" }, { currency: "EUR", amount: "2" }, { currency: "USD", amount: "0.5" }])).toEqual([{ currency: "USD", amount: "2" }, { currency: "EUR", amount: "2" }]);
});
