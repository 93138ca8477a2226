import { createHash } from "node:crypto";
import { z } from "zod";
import { addMs, epochMs } from "@/server/domain/instant";
import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { windowStart } from "../contract/windows";
import { failedRead, search } from "./client";
import type { TrytonSecrets, TrytonSession, TrytonSettings } from "./config";
import { changedAt, datetime, decimal, invoice, invoiceFields, period, toDatetime, type TrytonInvoice } from "./wire";

type TrytonFeed = Feed<TrytonSettings, TrytonSecrets>;
type Stamped = z.infer<typeof stamped>;
const stamped = z.looseObject({ id: z.number(), create_date: datetime, write_date: datetime.nullable() });
/** `since`: the newest change that was read. Inside a window: `after` is the last row's id, `began` by our own clock. */
interface Cursor { since: string | null; newest: string | null; after: number; began: string | null }

/** A row that was never written has a create date only. */
export const changedSince = (from: string): unknown[] => ["OR", ["write_date", ">=", toDatetime(from)], [["write_date", "=", null], ["create_date", ">=", toDatetime(from)]]];
const changedParty = ["code", "name", "active", "customer_payment_term", "customer_payment_term.name", "receivable", "credit_limit_amount", "create_date", "write_date"];

/** Values as Tryton's own JSON has them are parsed at the door and told in plain words, so that what is stored is what was meant. */
function sourceMessage(name: string, content: object, occurredAt: string): SourceMessage {
  const body = bytesOf(content);
  return { sourceMessageId: `${name}:${occurredAt}:${createHash("sha256").update(body).digest("hex").slice(0, 16)}`, contentType: "application/json", body, occurredAt };
}

/**
 * A feed of one model by its dates, paged by id so that no row is skipped when others change meanwhile. What changed while a
 * window was read is read again: the next begins as much earlier as this one took.
 */
function changesOf(name: string, model: string, domain: (session: TrytonSession) => readonly unknown[], fields: readonly string[], everyMs: number, tell: (session: TrytonSession, rows: readonly Stamped[]) => Promise<SourceMessage[]>): TrytonFeed {
  return {
    name, everyMs,
    read: async (session, given) => {
      const cursor = (given ?? { since: null, newest: null, after: 0, began: null }) as Cursor, began = cursor.began ?? session.now(), { pageSize, overlapSeconds } = session.settings;
      const from = cursor.since === null ? [] : [changedSince(windowStart(cursor.since, overlapSeconds, session.now()))];
      try {
        const rows = await search(session, model, [...domain(session), ["id", ">", cursor.after], ...from], [...fields, "create_date", "write_date"], stamped, { limit: pageSize });
        const messages = await tell(session, rows);
        const newest = [...rows.map(changedAt), ...(cursor.newest === null ? [] : [cursor.newest])].sort().at(-1) ?? null;
        if (rows.length === pageSize) return ok({ messages, cursor: { ...cursor, newest, after: rows.at(-1)?.id ?? 0, began } satisfies Cursor, more: true });
        const since = newest === null ? cursor.since : addMs(newest, epochMs(began) - epochMs(session.now()));
        return ok({ messages, cursor: { since: cursor.since !== null && since !== null && since < cursor.since ? cursor.since : since, newest: null, after: 0, began: null } satisfies Cursor, more: false });
      } catch (error) {
        return { ok: false, error: failedRead(error).failure };
      }
    },
  };
}

const told = z.looseObject({ id: z.number(), code: z.string().nullable(), name: z.string().nullable(), active: z.boolean(), receivable: decimal, credit_limit_amount: decimal.nullable(), "customer_payment_term.": z.looseObject({ name: z.string() }).nullish(), create_date: datetime, write_date: datetime.nullable() });
/** Customers as they are now, each with its position. `at`: when what was told of them happened. */
async function tellParties(session: TrytonSession, ids: readonly number[], kind: "customer" | "credit", at: (id: number) => string | null): Promise<SourceMessage[]> {
  if (ids.length === 0) return [];
  const [company] = await search(session, "company.company", [["id", "=", session.settings.company]], ["currency.code"], z.looseObject({ "currency.": z.looseObject({ code: z.string() }) }));
  const rows = await search(session, "party.party", [["id", "in", ids], ["active", "in", [true, false]]], changedParty, told);
  return rows.filter(({ code }) => code !== null).map((row) => {
    const changed = at(row.id) ?? changedAt(row);
    return sourceMessage(`${kind}:${row.code}`, { kind, code: row.code, name: row.name, active: row.active, terms: row["customer_payment_term."]?.name ?? null, receivable: row.receivable, limit: row.credit_limit_amount, currency: company?.["currency."].code ?? "", changed }, changed);
  });
}

/** A posted document as it is now. */
export const documentMessage = (row: TrytonInvoice): SourceMessage => sourceMessage(`document:${row.id}`, {
  kind: "document", number: row.number, reference: row.reference, state: row.state, customer: row["party."].code, currency: row["currency."].code, total: row.total_amount, tax: row.tax_amount, date: row.accounting_date ?? row.invoice_date, changed: changedAt(row),
}, changedAt(row));
export const postedDocuments = (session: TrytonSession): readonly unknown[] => [...company("company")(session), ["type", "=", "out"], ["state", "in", ["posted", "paid", "cancelled"]]];

const second = 1000, company = (field: string) => (session: TrytonSession): readonly unknown[] => [[field, "=", session.settings.company]];
export const feeds: readonly TrytonFeed[] = [
  changesOf("customers", "party.party", () => [["active", "in", [true, false]]], [], 5 * second, async (session, rows) => {
    const ids = rows.map(({ id }) => id), none = (): null => null;
    return [...(await tellParties(session, ids, "customer", none)), ...(await tellParties(session, ids, "credit", none))];
  }),
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
        const rows = await search(session, "account.period", [["company", "=", session.settings.company], ["type", "=", "standard"]], ["name", "start_date", "end_date", "state", "create_date", "write_date"], period, { order: [["start_date", "ASC"]] });
        const newest = rows.map(changedAt).sort().at(-1);
        return ok({ messages: newest === undefined ? [] : [sourceMessage("periods", { kind: "periods", changed: newest, periods: rows.map((row) => ({ name: row.name, from: row.start_date, to: row.end_date, state: row.state })) }, newest)], cursor: newest ?? null, more: false });
      } catch (error) {
        return { ok: false, error: failedRead(error).failure };
      }
    },
  },
];
