import { createHash } from "node:crypto";
import { z } from "zod";
import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { windowed } from "../contract/windows";
import { failedRead, search } from "./client";
import type { TrytonSecrets, TrytonSession, TrytonSettings } from "./config";
import { changedAt, datetime, toDatetime } from "./wire";

export type TrytonFeed = Feed<TrytonSettings, TrytonSecrets>;
export type Stamped = z.infer<typeof stamped>;
const stamped = z.looseObject({ id: z.number(), create_date: datetime, write_date: datetime.nullable() });

/** A row that was never written has a create date only. */
export const changedSince = (from: string): unknown[] => ["OR", ["write_date", ">=", toDatetime(from)], [["write_date", "=", null], ["create_date", ">=", toDatetime(from)]]];
/** Values as Tryton's own JSON has them are parsed at the door and told in plain words, so that what is stored is what was meant. */
export function sourceMessage(name: string, content: object, occurredAt: string): SourceMessage {
  const body = bytesOf(content);
  return { sourceMessageId: `${name}:${occurredAt}:${createHash("sha256").update(body).digest("hex").slice(0, 16)}`, contentType: "application/json", body, occurredAt };
}

/** A feed of one model by its dates, paged by id so that no row is skipped when others change meanwhile. */
export const changesOf = (name: string, model: string, domain: (session: TrytonSession) => readonly unknown[], fields: readonly string[], everyMs: number, tell: (session: TrytonSession, rows: readonly Stamped[]) => Promise<SourceMessage[]>): TrytonFeed =>
  windowed<TrytonSettings, TrytonSecrets, number>(name, everyMs, async (session, { from, page: after }) => {
    const { pageSize } = session.settings, since = from === null ? [] : [changedSince(from)];
    try {
      const rows = await search(session, model, [...domain(session), ["id", ">", after ?? 0], ...since], [...fields, "create_date", "write_date"], stamped, { limit: pageSize });
      return ok({ messages: await tell(session, rows), moments: rows.map(changedAt), next: rows.length === pageSize ? (rows.at(-1)?.id ?? null) : null });
    } catch (error) {
      return { ok: false, error: failedRead(error).failure };
    }
  });
