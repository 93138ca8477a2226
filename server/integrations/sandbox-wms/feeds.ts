import { createHash } from "node:crypto";
import { epochMs, fromEpochMs } from "@/server/domain/instant";
import { ok, type Result } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult } from "../contract/outcome";
import { windowed } from "../contract/windows";
import { query, read } from "./client";
import type { WmsSecrets, WmsSession, WmsSettings } from "./config";
import { events, inventory, skus, versioned } from "./wire";

/** Where the document of an event is read. Stock is not among them: most of what changes it is told by no event of its own. */
const documents: Readonly<Record<string, string>> = { ALLOCATION: "allocations", PICKREQUEST: "pickrequests", SHIPMENT: "shipments", RETURN: "returnreceipts" };

/**
 * The event feed by sequence, without gaps. An event says only that something changed: the newest version is read, and
 * *it* is the message, so that many events of one document are one message and a repeat is the same one.
 */
export const feeds: readonly Feed<WmsSettings, WmsSecrets>[] = [{
  name: "events", everyMs: 2000,
  read: async (session, cursor) => {
    const after = typeof cursor === "number" ? cursor : 0;
    const page = asResult(await read(session, query("events", { after, max: session.settings.eventsPerRead }), events), "events");
    if (!page.ok) return page;
    const messages: SourceMessage[] = [];
    const told = new Set<string>();
    for (const event of page.value.events) {
      const path = documents[event.docType];
      const name = `${event.docType}:${event.docId}`;
      if (path === undefined || told.has(name)) continue;
      told.add(name);
      const one = await readDocument(session, event.docType, event.docId, path);
      if (!one.ok) return one;
      messages.push(one.value);
    }
    return ok({ messages, cursor: page.value.events.at(-1)?.seqNo ?? after, more: page.value.more });
  },
}, {
  // StackRight tells no change of a SKU: all are read, and one that is as it was is the same message. The cursor keeps what each said last, so that a change back is another
  name: "skus", everyMs: 3_600_000,
  read: async (session, given) => {
    const { page: wanted, said } = skusRead(given), found = asResult(await read(session, query("skus", { page: wanted, size: 200 }), skus), "skus");
    if (!found.ok) return found;
    const { page, pages, skus: rows } = found.value, at = session.now(), now = { ...said };
    const messages = rows.map((row): SourceMessage => {
      const digest = createHash("sha256").update(JSON.stringify(row)).digest("hex").slice(0, 16), before = said[row.sku];
      const changes = before === undefined ? 0 : before.changes + (before.digest === digest ? 0 : 1);
      now[row.sku] = { digest, changes };
      return { sourceMessageId: `SKU:${row.sku}:${digest}${changes === 0 ? "" : `:${changes}`}`, contentType: "application/json", body: bytesOf({ docType: "SKU", document: row }), occurredAt: at };
    });
    return ok({ messages, cursor: { page: page < pages ? page + 1 : 1, said: now }, more: page < pages });
  },
},
windowed<WmsSettings, WmsSecrets, number>("inventory", 10_000, async (session, { from, page }) => {
  const number = page ?? 1, found = asResult(await read(session, query("inventory", { changedAfter: from === null ? 0 : epochMs(from) - 1, page: number, size: 200 }), inventory), "inventory");
  if (!found.ok) return found;
  const { inventory: rows, pages } = found.value;
  return ok({ messages: rows.map((row) => messageOf("STOCK", `${row.site}:${row.sku}`, row)), moments: rows.map(({ changedTime }) => fromEpochMs(changedTime)), next: number < pages ? number + 1 : null });
})];

interface SkusRead { page: number; said: Readonly<Record<string, { digest: string; changes: number }>> }
const skusRead = (cursor: unknown): SkusRead => (typeof cursor === "object" && cursor !== null ? (cursor as SkusRead) : { page: typeof cursor === "number" ? cursor : 1, said: {} });

async function readDocument(session: WmsSession, docType: string, docId: string, path: string): Promise<Result<SourceMessage>> {
  const found = asResult(await read(session, `${path}/${encodeURIComponent(docId)}`, versioned), `${docType} ${docId}`);
  return found.ok ? ok(messageOf(docType, docId, found.value)) : found;
}

/** One version of one document is one message. */
export function messageOf(docType: string, docId: string, document: { version: number }): SourceMessage {
  const { goodsIssueTime, changedTime } = document as { goodsIssueTime?: number; changedTime?: number };
  const at = changedTime ?? goodsIssueTime;
  return { sourceMessageId: `${docType}:${docId}:v${document.version}`, contentType: "application/json", body: bytesOf({ docType, document }), ...(at === undefined ? {} : { occurredAt: fromEpochMs(at) }) };
}
