import { dec } from "../../decimal";
import type { OpenItem } from "../../publications";
import { Rehearsal } from "../billing-unit/rehearsal";
import { receiptPlanner } from ".";

/** What tests of a receipt say of it and of the invoices that it is for. */
export const item = (invoice: string, open: string, more: Partial<OpenItem> = {}): OpenItem => ({ unit: `U-${invoice}`, invoice, payer: "C-1", billTo: "C-1", orders: ["O-1"], currency: "USD", total: open, open, accountingDate: "2026-02-01", dueDate: "2026-03-03", taxExempt: false, postedAt: "2026-02-01T10:00:00.000Z", disputed: "0.00", settledBy: [], ...more });
export const receipt = (now = "2026-02-10T09:00:00.000Z") => new Rehearsal(receiptPlanner, { entity: "US01", kind: "receipt", key: "R-1" }, now);
export const pays = (rehearsal: Rehearsal, amount: string, remittance: Record<string, string>, more: { order?: string; version?: number; reversed?: boolean; currency?: string; payer?: string; means?: "card"; authorisation?: string } = {}) =>
  rehearsal.say("receipt.recorded", { receipt: "R-1", version: 1, payer: "C-1", means: "check", amount, currency: "USD", receivedOn: "2026-02-10", remittance: Object.entries(remittance).map(([document, part]) => ({ document, amount: part })), ...more }, "bank");
export const open = (rehearsal: Rehearsal, ...items: OpenItem[]) => { for (const row of items) rehearsal.know("open_item", row.invoice, row); return rehearsal; };
export const books = (rehearsal: Rehearsal) => Object.fromEntries(rehearsal.look().balances.map(({ term, amount }) => [term, amount]));
/** The unit's answer to what was applied: what it counts now. */
export const counted = (rehearsal: Rehearsal, row: OpenItem, applied: string, writtenOff = "0.00") => open(rehearsal, { ...row, open: dec(row.open).minus(applied).minus(writtenOff).toFixed(2), settledBy: [{ kind: "receipt", by: "R-1", wanted: applied, amount: applied, writtenOff, at: "2026-02-10", means: "check" }] });
