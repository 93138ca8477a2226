import type { z } from "zod";
import { ok } from "@/server/domain/result";
import { usualPace, type Census } from "../contract/census";
import { asResult } from "../contract/outcome";
import { read } from "./client";
import type { ShopSecrets, ShopSettings } from "./config";
import { snapshotOf, type Row } from "./feeds";
import { listed, page } from "./wire";

type ShopCensus = Census<ShopSettings, ShopSecrets>;

/** Northgate lists by last change and counts nothing: all that changed since the span began, which is more than the span. */
const changedSince = <S extends z.ZodType<Row & { id: string }>>(name: "orders" | "returns", kind: "order" | "return", row: S): ShopCensus => ({
  name, kinds: [name], ...usualPace,
  list: async (session, { from }, at) => {
    const query = new URLSearchParams({ limit: String(session.settings.pageSize), updated_since: from, ...(typeof at === "string" ? { cursor: at } : {}) });
    const found = asResult(await read(session, `${name}?${query.toString()}`, page(row)), name);
    if (!found.ok) return found;
    const rows = found.value.data as z.infer<S>[];
    return ok({ messages: rows.map((one) => snapshotOf(kind, one.id, one)), rows: rows.length, total: null, next: found.value.next_cursor ?? null });
  },
});
export const censuses: readonly ShopCensus[] = [changedSince("orders", "order", listed.order), changedSince("returns", "return", listed.return)];
