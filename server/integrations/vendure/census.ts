import { ok } from "@/server/domain/result";
import type { Census } from "../contract/census";
import type { VendureSecrets, VendureSettings } from "./config";
import { movedOrders, swept } from "./feeds";

/**
 * Every order of the swept days that moved since the span began, by the newest of its history, payments, refunds and
 * fulfilments: its own `updatedAt` stands still. Each order tells its payments, refunds, shipments and returns with it.
 */
export const censuses: readonly Census<VendureSettings, VendureSecrets>[] = [{
  // its own feed of movements takes a minute: what no push told is fetched here before that
  name: "orders", kinds: ["orders", "payments", "refunds", "shipments", "returns"], windowSeconds: 300, overlapSeconds: 300, allowanceSeconds: 45,
  list: async (session, { from }, at) => {
    const skip = typeof at === "number" ? at : 0, page = await movedOrders(session, swept(session.settings, session.now()), from, skip);
    if (!page.ok) return page;
    const { rows, messages, totalItems } = page.value, read = skip + rows.length;
    return ok({ messages, rows: rows.length, total: totalItems, next: rows.length > 0 && read < totalItems ? read : null });
  },
}];
