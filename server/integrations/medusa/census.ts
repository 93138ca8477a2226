import { ok } from "@/server/domain/result";
import type { Census } from "../contract/census";
import type { MedusaSecrets, MedusaSettings } from "./config";
import { movedOrders, swept } from "./feeds";

/** Every order of the swept days that moved since the span began, by the newest of its rows: its own `updated_at` stands still at a capture. Each order tells all that is of it. */
export const censuses: readonly Census<MedusaSettings, MedusaSecrets>[] = [{
  // its own feed of movements takes a minute: what no push told is fetched here before that
  name: "orders", kinds: ["orders", "payments", "refunds", "shipments", "returns"], windowSeconds: 300, overlapSeconds: 300, allowanceSeconds: 45,
  list: async (session, { from }, at) => {
    const skip = typeof at === "number" ? at : 0, page = await movedOrders(session, swept(session.settings, session.now()), from, skip);
    if (!page.ok) return page;
    const { rows, messages, total } = page.value, seen = skip + rows.length;
    return ok({ messages, rows: rows.length, total, next: rows.length > 0 && seen < total ? seen : null });
  },
}];
