import { createHash } from "node:crypto";
import type { z } from "zod";
import { ok, type Result } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult } from "../contract/outcome";
import { placeBehind, windowed, type Place } from "../contract/windows";
import { quoted, readAll, readPage } from "./client";
import type { ErpSecrets, ErpSession, ErpSettings } from "./config";
import type { ErpMessage } from "./to-canonical";
import { customer, item, itemUnit, period, priceAgreement, salesDocument, type ErpCustomer } from "./wire";

type ErpFeed = Feed<ErpSettings, ErpSecrets>;
interface Changed { LastModified: string }

/** The same content of the same record is the same message, however often it is read. */
export function sourceMessage(name: string, content: ErpMessage, occurredAt: string): SourceMessage {
  const body = bytesOf(content);
  return { sourceMessageId: `${name}:${occurredAt}:${createHash("sha256").update(body).digest("hex").slice(0, 16)}`, contentType: "application/json", body, occurredAt: new Date(occurredAt).toISOString() };
}

/** Within one moment Meridian's own link leads on; else the next page begins with the last moment of this one (`placeBehind`). */
interface Behind { place: Place; link: string | null }
/** A feed of one set by `LastModified`, in windows that overlap; `tell` may read what else belongs to a row. */
const changesOf = <S extends z.ZodType<Changed>>(name: string, set: string, row: S, everyMs: number, tell: (session: ErpSession, rows: z.infer<S>[]) => Promise<Result<SourceMessage[]>>): ErpFeed =>
  windowed<ErpSettings, ErpSecrets, Behind>(name, everyMs, async (session, { from, page: behind }) => {
    const { place, link } = behind ?? { place: { from, rows: 0 }, link: null };
    const page = asResult(await readPage(session, set, row, { link, ...(place.from === null ? {} : { filter: `LastModified ge ${place.from}` }) }), set);
    if (!page.ok) return page;
    const { rows, next } = page.value, messages = await tell(session, rows), moments = rows.map(({ LastModified }) => LastModified), after = placeBehind(place, moments);
    return messages.ok ? ok({ messages: messages.value, moments, next: next === null ? null : { place: after, link: after.rows > 0 ? next : null } }) : messages;
  });

const each = <T extends Changed>(rows: readonly T[], name: (row: T) => string, content: (row: T) => ErpMessage): Result<SourceMessage[]> =>
  ok(rows.map((row) => sourceMessage(name(row), content(row), row.LastModified)));

/** Customers, and the position of each credit account that one of them belongs to. */
async function tellCustomers(session: ErpSession, rows: ErpCustomer[]): Promise<Result<SourceMessage[]>> {
  const messages = rows.map((row) => sourceMessage(`customer:${row.No}`, { kind: "customer", customer: row }, row.LastModified));
  for (const account of new Set(rows.map((row) => row.CreditAccountNo ?? row.No))) {
    const members = await readAll(session, "Customers", customer, `CreditAccountNo eq ${quoted(account)}`);
    if (!members.ok) return members;
    const all = members.value.length > 0 ? members.value : rows.filter((row) => row.No === account);
    if (all.length === 0) continue;
    const newest = all.map((row) => row.LastModified).sort().at(-1) as string;
    messages.push(sourceMessage(`credit:${account}`, { kind: "credit", account, members: [...all].sort((a, b) => a.No.localeCompare(b.No)) }, newest));
  }
  return ok(messages);
}

async function tellItems(session: ErpSession, rows: z.infer<typeof item>[]): Promise<Result<SourceMessage[]>> {
  const messages: SourceMessage[] = [];
  for (const row of rows) {
    const units = await readAll(session, "ItemUnits", itemUnit, `ItemNo eq ${quoted(row.No)}`);
    if (!units.ok) return units;
    messages.push(sourceMessage(`item:${row.No}`, { kind: "item", item: row, units: [...units.value].sort((a, b) => a.Code.localeCompare(b.Code)) }, row.LastModified));
  }
  return ok(messages);
}

const second = 1000;
export const feeds: readonly ErpFeed[] = [
  changesOf("customers", "Customers", customer, 5 * second, tellCustomers),
  changesOf("items", "Items", item, 30 * second, tellItems),
  changesOf("prices", "PriceAgreements", priceAgreement, 30 * second, (_, rows) => Promise.resolve(each(rows, (row) => `price:${row.Id}`, (agreement) => ({ kind: "price", agreement })))),
  {
    // A calendar is told whole: a period that was opened again is no news without its neighbours.
    name: "periods", everyMs: 30 * second,
    read: async (session) => {
      const rows = await readAll(session, "FiscalPeriods", period, undefined);
      if (!rows.ok) return rows;
      const newest = rows.value.map((row) => row.LastModified).sort().at(-1);
      return ok({ messages: newest === undefined ? [] : [sourceMessage("periods", { kind: "periods", periods: rows.value }, newest)], cursor: newest ?? null, more: false });
    },
  },
  changesOf("invoices", "SalesInvoices", salesDocument, 5 * second, (_, rows) => Promise.resolve(each(rows, (row) => `invoice:${row.Id}`, (document) => ({ kind: "document", of: "invoice", document })))),
  changesOf("debits", "SalesDebitMemos", salesDocument, 5 * second, (_, rows) => Promise.resolve(each(rows, (row) => `debit:${row.Id}`, (document) => ({ kind: "document", of: "debit", document })))),
  changesOf("credits", "SalesCreditMemos", salesDocument, 5 * second, (_, rows) => Promise.resolve(each(rows, (row) => `credit:${row.Id}`, (document) => ({ kind: "document", of: "credit", document })))),
];
