import type { Instant } from "@/server/domain/instant";
import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult } from "../contract/outcome";
import { windowStart } from "../contract/windows";
import { read } from "./client";
import type { TemplateSecrets, TemplateSettings } from "./config";
import { page } from "./wire";

interface Cursor { since: Instant | null; newest: Instant | null; next: string | null }

/** What webhooks should have told, once more, in windows that overlap. One revision of one order is one message. */
export const feeds: readonly Feed<TemplateSettings, TemplateSecrets>[] = [{
  name: "orders", everyMs: 15_000,
  read: async (session, given) => {
    const { settings } = session, cursor = (given ?? { since: settings.since === undefined ? null : new Date(settings.since).toISOString(), newest: null, next: null }) as Cursor;
    const query = new URLSearchParams({ limit: String(settings.pageSize), ...(cursor.next === null ? {} : { next: cursor.next }), ...(cursor.since === null ? {} : { updated_since: windowStart(cursor.since, settings.overlapSeconds, session.now()) }) });
    const found = asResult(await read(session, `orders?${query.toString()}`, page), "orders");
    if (!found.ok) return found;
    const rows = found.value.orders.map((order) => ({ order, at: new Date(order.updated_at).toISOString() })), next = found.value.next ?? null;
    const messages = rows.map(({ order, at }): SourceMessage => ({ sourceMessageId: `order:${order.number}:${order.revision}`, contentType: "application/json", body: bytesOf({ type: "order.snapshot", data: { order } }), occurredAt: at }));
    const newest = rows.reduce<Instant | null>((latest, { at }) => (latest === null || at > latest ? at : latest), cursor.newest ?? cursor.since);
    return ok({ messages, cursor: (next === null ? { since: newest, newest: null, next } : { since: cursor.since, newest, next }) satisfies Cursor, more: next !== null });
  },
}];
