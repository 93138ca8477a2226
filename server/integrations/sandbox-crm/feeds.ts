import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult, readAnswer } from "../contract/outcome";
import { windowStart } from "../contract/windows";
import { call, system } from "./client";
import type { CrmSecrets, CrmSettings } from "./config";
import { page } from "./wire";

interface Cursor { since: string | null; newest: string | null; offset: number }

/** What became of messages, by last change, in windows that overlap. */
export const feeds: readonly Feed<CrmSettings, CrmSecrets>[] = [{
  name: "messages", everyMs: 10_000,
  read: async (session, given) => {
    const cursor = (given ?? { since: null, newest: null, offset: 0 }) as Cursor;
    const query = new URLSearchParams({ offset: String(cursor.offset), limit: String(session.settings.pageSize) });
    if (cursor.since !== null) query.set("modifiedSince", windowStart(cursor.since, session.settings.overlapSeconds, session.now()));
    const found = asResult(readAnswer(await call(session, "GET", `Messages?${query.toString()}`), page, system), "messages");
    if (!found.ok) return found;
    const { records, done } = found.value;
    const messages = records.map((row): SourceMessage => ({ sourceMessageId: `message:${row.Id}:${row.Status}:${row.LastModifiedDate}`, contentType: "application/json", body: bytesOf(row), occurredAt: row.LastModifiedDate }));
    const newest = records.reduce<string | null>((latest, { LastModifiedDate }) => (latest === null || LastModifiedDate > latest ? LastModifiedDate : latest), cursor.newest ?? cursor.since);
    const goesOn = !done && records.length > 0;
    return ok({ messages, cursor: goesOn ? { since: cursor.since, newest, offset: cursor.offset + records.length } : { since: newest, newest: null, offset: 0 }, more: goesOn });
  },
}];
