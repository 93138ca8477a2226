import { expect, test } from "vitest";
import { dueDate } from "./receivable";

const policy = { terms: { net30: { days: 30, endOfMonth: false, advance: false }, eom0: { days: 0, endOfMonth: true, advance: false }, eom30: { days: 30, endOfMonth: true, advance: false } } };

test.each([
  ["2026-03-02", "net30", "2026-04-01"], ["2026-12-15", "net30", "2027-01-14"],
  ["2026-03-02", "eom0", "2026-03-31"], ["2026-02-28", "eom0", "2026-02-28"], ["2028-02-01", "eom0", "2028-02-29"],
  ["2026-01-31", "eom30", "2026-03-02"], ["2026-04-30", "eom30", "2026-05-30"], ["2026-12-01", "eom30", "2027-01-30"],
])("%s by %s is due on %s", (invoiced, terms, due) => { expect(dueDate(invoiced, terms, policy)).toBe(due); });
test("unknown terms have no due date", () => { expect(dueDate("2026-03-02", "net17", policy)).toBeNull(); });
