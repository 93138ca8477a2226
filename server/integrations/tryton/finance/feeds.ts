import { z } from "zod";
import { ok } from "@/server/domain/result";
import type { SourceMessage } from "../../contract/connector";
import { changesOf, sourceMessage, type Stamped, type TrytonFeed } from "../changes";
import { failedRead, search, searchAll } from "../client";
import type { TrytonSession } from "../config";
import { companyOf } from "../masters";
import { changedAt, datetime, decimal, invoice, invoiceFields, period, type TrytonInvoice } from "../wire";

const changedParty = ["code", "name", "active", "customer_payment_term", "customer_payment_term.name", "receivable", "credit_limit_amount", "create_date", "write_date"];

const told = z.looseObject({ id: z.number(), code: z.string().nullable(), name: z.string().nullable(), active: z.boolean(), receivable: decimal, credit_limit_amount: decimal.nullable(), "customer_payment_term.": z.looseObject({ name: z.string() }).nullish(), create_date: datetime, write_date: datetime.nullable() });
/** Customers as they are now, each with its position. `at`: when what was told of them happened. */
async function tellParties(session: TrytonSession, ids: readonly number[], kind: "customer" | "credit", at: (id: number) => string | null): Promise<SourceMessage[]> {
  if (ids.length === 0) return [];
  const { currency } = await companyOf(session);
  const rows = await search(session, "party.party", [["id", "in", ids], ["active", "in", [true, false]]], changedParty, told);
  return rows.filter(({ code }) => code !== null).map((row) => {
    const changed = at(row.id) ?? changedAt(row);
    return sourceMessage(`${kind}:${row.code}`, { kind, code: row.code, name: row.name, active: row.active, terms: row["customer_payment_term."]?.name ?? null, receivable: row.receivable, limit: row.credit_limit_amount, currency: currency.code, changed }, changed);
  });
}

/** A posted document as it is now. */
export const documentMessage = (row: TrytonInvoice): SourceMessage => sourceMessage(`document:${row.id}`, {
  kind: "document", number: row.number, reference: row.reference, text: [row.description, row.comment].filter(Boolean).join(" "), state: row.state, customer: row["party."].code, currency: row["currency."].code, total: row.total_amount, tax: row.tax_amount, date: row.accounting_date ?? row.invoice_date, changed: changedAt(row),
}, changedAt(row));
export const postedDocuments = (session: TrytonSession): readonly unknown[] => [...company("company")(session), ["type", "=", "out"], ["state", "in", ["posted", "paid", "cancelled"]]];

const stamps = { create_date: datetime, write_date: datetime.nullable() };
const article = z.looseObject({ id: z.number(), code: z.string().nullable(), name: z.string(), active: z.boolean(), "default_uom.": z.looseObject({ symbol: z.string() }), "template.": z.looseObject(stamps), ...stamps });
/** Items as they are now. What an item is stands in its template, its number in the variant: whichever changed last. */
async function tellItems(session: TrytonSession, field: "id" | "template", rows: readonly Stamped[]): Promise<SourceMessage[]> {
  if (rows.length === 0) return [];
  const fields = ["code", "name", "active", "default_uom.symbol", "template.create_date", "template.write_date", "create_date", "write_date"];
  const items = await searchAll(session, "product.product", [[field, "in", rows.map(({ id }) => id)], ["active", "in", [true, false]]], fields, article);
  return items.filter(({ code }) => code).map((row) => {
    const [own, shared] = [changedAt(row), changedAt(row["template."])], changed = own > shared ? own : shared;
    return sourceMessage(`item:${row.code}`, { kind: "item", code: row.code, name: row.name, active: row.active, unit: row["default_uom."].symbol, changed }, changed);
  });
}

const second = 1000, company = (field: string) => (session: TrytonSession): readonly unknown[] => [[field, "=", session.settings.company]];
export const feeds: readonly TrytonFeed[] = [
  changesOf("customers", "party.party", () => [["active", "in", [true, false]]], [], 5 * second, (session, rows) => tellParties(session, rows.map(({ id }) => id), "customer", () => null)),
  changesOf("items", "product.template", () => [["active", "in", [true, false]]], [], 15 * second, (session, rows) => tellItems(session, "template", rows)),
  changesOf("variants", "product.product", () => [["active", "in", [true, false]]], [], 15 * second, (session, rows) => tellItems(session, "id", rows)),
  // a balance moves without its party being written
  changesOf("credit", "account.move.line", (session) => [...company("move.company")(session), ["party", "!=", null], ["account.type.receivable", "=", true]], ["party"], 5 * second, (session, rows) => {
    const latest = new Map<number, string>();
    for (const row of rows) { const party = Number(row["party"]), known = latest.get(party), at = changedAt(row); if (known === undefined || at > known) latest.set(party, at); }
    return tellParties(session, [...latest.keys()], "credit", (id) => latest.get(id) ?? null);
  }),
  changesOf("documents", "account.invoice", postedDocuments, [], 5 * second, async (session, rows) => {
    const documents = rows.length === 0 ? [] : await search(session, "account.invoice", [["id", "in", rows.map(({ id }) => id)]], invoiceFields, invoice);
    return documents.map(documentMessage);
  }),
  {
    // a calendar is told whole: a period that was opened again is no news without its neighbours
    name: "periods", everyMs: 30 * second,
    read: async (session) => {
      try {
        const rows = (await searchAll(session, "account.period", [["company", "=", session.settings.company], ["type", "=", "standard"]], ["name", "start_date", "end_date", "state", "create_date", "write_date"], period)).sort((a, b) => (a.start_date < b.start_date ? -1 : 1));
        const newest = rows.map(changedAt).sort().at(-1);
        return ok({ messages: newest === undefined ? [] : [sourceMessage("periods", { kind: "periods", changed: newest, periods: rows.map((row) => ({ name: row.name, from: row.start_date, to: row.end_date, state: row.state })) }, newest)], cursor: newest ?? null, more: false });
      } catch (error) {
        return { ok: false, error: failedRead(error).failure };
      }
    },
  },
];
