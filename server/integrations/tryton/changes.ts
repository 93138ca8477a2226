import { createHash } from "node:crypto";
import { z } from "zod";
import { addMs, epochMs } from "@/server/domain/instant";
import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { windowStart } from "../contract/windows";
import { failedRead, search } from "./client";
import type { TrytonSecrets, TrytonSession, TrytonSettings } from "./config";
import { changedAt, datetime, toDatetime } from "./wire";

export type TrytonFeed = Feed<TrytonSettings, TrytonSecrets>;
export type Stamped = z.infer<typeof stamped>;
const stamped = z.looseObject({ id: z.number(), create_date: datetime, write_date: datetime.nullable() });
/** `since`: the newest change that was read. Inside a window: `after` is the last row's id, `began` by our own clock. */
interface Cursor { since: string | null; newest: string | null; after: number; began: string | null }

/** A row that was never written has a create date only. */
export const changedSince = (from: string): unknown[] => ["OR", ["write_date", ">=", toDatetime(from)], [["write_date", "=", null], ["create_date", ">=", toDatetime(from)]]];
/** Values as Tryton's own JSON has them are parsed at the door and told in plain words, so that what is stored is what was meant. */
export function sourceMessage(name: string, content: object, occurredAt: string): SourceMessage {
  const body = bytesOf(content);
  return { sourceMessageId: `${name}:${occurredAt}:${createHash("sha256").update(body).digest("hex").slice(0, 16)}`, contentType: "application/json", body, occurredAt };
}

/**
 * A feed of one model by its dates, paged by id so that no row is skipped when others change meanwhile. What changed while a
 * window was read is read again: the next begins as much earlier as this one took.
 */
export function changesOf(name: string, model: string, domain: (session: TrytonSession) => readonly unknown[], fields: readonly string[], everyMs: number, tell: (session: TrytonSession, rows: readonly Stamped[]) => Promise<SourceMessage[]>): TrytonFeed {
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
