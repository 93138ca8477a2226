import type { Instant } from "@/server/domain/instant";
import { ok } from "@/server/domain/result";
import type { z } from "zod";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult } from "../contract/outcome";
import { windowStart } from "../contract/windows";
import { read } from "./client";
import type { ShopSecrets, ShopSettings } from "./config";
import { order, page, shopCustomer, shopItem, shopStock, shopReturn } from "./wire";

interface Cursor { since: Instant | null; newest: Instant | null; page: string | null }
export interface Row { updated_at: string }
type Kind = "order" | "return" | "customer" | "item" | "stock";

/** One state of one record is one message. */
export const snapshotOf = (kind: Kind, id: string, row: Row): SourceMessage => ({
  sourceMessageId: `${kind}:${id}:${row.updated_at}:${String((row as { revision?: number }).revision ?? "")}`, contentType: "application/json",
  body: bytesOf({ type: `${kind}.snapshot`, data: { [kind]: row } }), occurredAt: new Date(row.updated_at).toISOString(),
});

/**
 * Reads again what webhooks should have told, by `updated_at` and in windows that overlap: a webhook that was lost is found
 * here. One state of one record is one message, whichever way it came is another: the facts are the same.
 */
function reconciling<S extends z.ZodType<Row>>(name: string, kind: Kind, row: S, idOf: (row: z.infer<S>) => string, everyMs = 15_000): Feed<ShopSettings, ShopSecrets> {
  return {
    name, everyMs,
    read: async (session, given) => {
      const { settings } = session;
      const cursor = (given ?? { since: settings.since ?? null, newest: null, page: null }) as Cursor;
      const query = new URLSearchParams({ limit: String(settings.pageSize), ...(cursor.page === null ? {} : { cursor: cursor.page }) });
      if (cursor.since !== null) query.set("updated_since", windowStart(cursor.since, settings.overlapSeconds, session.now()));
      const found = asResult(await read(session, `${name}?${query.toString()}`, page(row)), name);
      if (!found.ok) return found;
      const rows = found.value.data as z.infer<S>[];
      const newest = rows.reduce<string | null>((latest, { updated_at }) => (latest === null || updated_at > latest ? updated_at : latest), cursor.newest ?? cursor.since);
      const next = found.value.next_cursor ?? null;
      return ok({ messages: rows.map((one) => snapshotOf(kind, idOf(one), one)), cursor: next === null ? { since: newest, newest: null, page: null } : { since: cursor.since, newest, page: next }, more: next !== null });
    },
  };
}
export const feeds = [
  reconciling("orders", "order", order, ({ id }) => id), reconciling("returns", "return", shopReturn, ({ id }) => id),
  reconciling("customers", "customer", shopCustomer, ({ code }) => code, 60_000), reconciling("items", "item", shopItem, (row) => row.item_number, 60_000),
  reconciling("stock", "stock", shopStock, (row) => `${row.item_number}:${row.warehouse}`),
];
