import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult, readAnswer } from "../contract/outcome";
import { windowStart } from "../contract/windows";
import { get, system } from "./client";
import type { CarrierSecrets, CarrierSettings } from "./config";
import { trackings } from "./wire";

interface Cursor { since: string | null; newest: string | null; page: number }

/** What webhooks should have told, once more: parcels by last change. Pages go on while they are full. */
export const feeds: readonly Feed<CarrierSettings, CarrierSecrets>[] = [{
  name: "trackings", everyMs: 30_000,
  read: async (session, given) => {
    const cursor = (given ?? { since: null, newest: null, page: 1 }) as Cursor;
    const { pageSize, overlapSeconds } = session.settings;
    const since = cursor.since === null ? "1970-01-01T00:00:00.000Z" : windowStart(cursor.since, overlapSeconds, session.now());
    const found = asResult(readAnswer(await get(session, `trackings?${new URLSearchParams({ updatedSince: since, page: String(cursor.page), perPage: String(pageSize) }).toString()}`), trackings, system), "trackings");
    if (!found.ok) return found;
    const messages = found.value.map((row): SourceMessage => ({
      sourceMessageId: `tracking:${row.trackingNumber}:${row.events.length}:${row.updatedAt}`, contentType: "application/json", body: bytesOf(row), occurredAt: new Date(row.updatedAt).toISOString(),
    }));
    const newest = found.value.map((row) => new Date(row.updatedAt).toISOString()).reduce<string | null>((latest, at) => (latest === null || at > latest ? at : latest), cursor.newest ?? cursor.since);
    const goesOn = found.value.length >= pageSize;
    return ok({ messages, cursor: goesOn ? { since: cursor.since, newest, page: cursor.page + 1 } : { since: newest, newest: null, page: 1 }, more: goesOn });
  },
}];
