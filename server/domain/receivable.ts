import { addDays, type Day } from "./instant";
import type { Policy } from "./policy";

/** Due date of an invoice: net days from the invoice date, or from the end of its month. Null where the terms are unknown (MAP-04). */
export function dueDate(invoiceDate: Day, terms: string, policy: Pick<Policy, "terms">): Day | null {
  const rule = policy.terms[terms];
  if (!rule) return null;
  if (!rule.endOfMonth) return addDays(invoiceDate, rule.days);
  const [year = 0, month = 1] = invoiceDate.split("-").map(Number);
  const lastDay = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  return addDays(lastDay, rule.days);
}
