import type { Instant } from "@/server/domain/instant";
import { ok } from "@/server/domain/result";
import type { Census } from "../contract/census";
import type { MedusaSecrets, MedusaSettings } from "./config";
import { movedOrders, nextSkip, swept } from "./feeds";

interface Place { skip: number; began: Instant }

/** Every order of the swept days that moved since the span began, by the newest of its rows: its own `updated_at` stands still at a capture. Each order tells all that is of it. */
export const censuses: readonly Census<MedusaSettings, MedusaSecrets>[] = [{
  // its own feed of movements takes a minute: what no push told is fetched here before that
  name: "orders", kinds: ["orders", "payments", "refunds", "shipments", "returns"], windowSeconds: 300, overlapSeconds: 300, allowanceSeconds: 45,
  list: async (session, { from }, at) => {
    const { skip, began } = (at ?? { skip: 0, began: session.now() }) as Place, page = await movedOrders(session, swept(session.settings, began), from, skip);
    if (!page.ok) return page;
    const { rows, messages, total } = page.value, behind = nextSkip(skip, rows.length, total);
    return ok({ messages, rows: rows.length, total, next: behind === null ? null : ({ skip: behind, began } satisfies Place) });
  },
}];
