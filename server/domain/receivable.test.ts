import { expect, test } from "vitest";
import { dec } from "./decimal";
import { dueDate, earlyPayment } from "./receivable";

const terms = { net30: { days: 30, endOfMonth: false }, eom0: { days: 0, endOfMonth: true }, eom30: { days: 30, endOfMonth: true } };

test.each([
  ["2026-03-02", "net30", "2026-04-01"], ["2026-12-15", "net30", "2027-01-14"],
  ["2026-03-02", "eom0", "2026-03-31"], ["2026-02-28", "eom0", "2026-02-28"], ["2028-02-01", "eom0", "2028-02-29"],
  ["2026-01-31", "eom30", "2026-03-02"], ["2026-04-30", "eom30", "2026-05-30"], ["2026-12-01", "eom30", "2027-01-30"],
] as const)("%s by %s is due on %s", (invoiced, by, due) => { expect(dueDate(invoiced, terms[by])).toBe(due); });

test.each([
  ["2/10 net 30 of S15", false, "2026-03-12", "5000.00", "100.00"], ["from the end of the month", true, "2026-04-10", "5000.00", "100.00"], ["rounded to the cent", false, "2026-03-12", "258.32", "5.17"],
])("early payment, %s", (_, endOfMonth, until, base, amount) => {
  expect(earlyPayment("2026-03-02", { endOfMonth, discount: { days: 10, percent: "2" } }, dec(base), "USD")).toEqual({ until, percent: "2", base, amount });
});
