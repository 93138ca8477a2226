import { ok } from "@/server/domain/result";
import type { z } from "zod";
import type { SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult } from "../contract/outcome";
import { windowed } from "../contract/windows";
import { read } from "./client";
import type { ShopSecrets, ShopSettings } from "./config";
import { listed, page } from "./wire";

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
const reconciling = <S extends z.ZodType<Row>>(name: string, kind: Kind, row: S, idOf: (row: z.infer<S>) => string, everyMs = 15_000) =>
  windowed<ShopSettings, ShopSecrets, string>(name, everyMs, async (session, { from, page: next }) => {
    const query = new URLSearchParams({ limit: String(session.settings.pageSize), ...(next === null ? {} : { cursor: next }), ...(from === null ? {} : { updated_since: from }) });
    const found = asResult(await read(session, `${name}?${query.toString()}`, page(row)), name);
    if (!found.ok) return found;
    const rows = found.value.data as z.infer<S>[];
    return ok({ messages: rows.map((one) => snapshotOf(kind, idOf(one), one)), moments: rows.map(({ updated_at }) => updated_at), next: found.value.next_cursor ?? null });
  });
export const feeds = [
  reconciling("orders", "order", listed.order, ({ id }) => id), reconciling("returns", "return", listed.return, ({ id }) => id),
  reconciling("customers", "customer", listed.customer, ({ code }) => code, 60_000), reconciling("items", "item", listed.item, (row) => row.item_number, 60_000),
  reconciling("stock", "stock", listed.stock, (row) => `${row.item_number}:${row.warehouse}`),
];
