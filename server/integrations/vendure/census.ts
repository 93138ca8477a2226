import type { Instant } from "@/server/domain/instant";
import { ok } from "@/server/domain/result";
import type { Census } from "../contract/census";
import type { VendureSecrets, VendureSettings } from "./config";
import { movedOrders, swept } from "./feeds";
import { nextSkip } from "./paging";

interface Place { skip: number; began: Instant }

/**
 * Every order of the swept days that moved since the span began, by the newest of its history, payments, refunds and
 * fulfilments: its own `updatedAt` stands still. Each order tells its payments, refunds, shipments and returns with it.
 */
export const censuses: readonly Census<VendureSettings, VendureSecrets>[] = [{
  // its own feed of movements takes a minute: what no push told is fetched here before that
  name: "orders", kinds: ["orders", "payments", "refunds", "shipments", "returns"], windowSeconds: 300, overlapSeconds: 300, allowanceSeconds: 45,
  list: async (session, { from }, at) => {
    const { skip, began } = (at ?? { skip: 0, began: session.now() }) as Place, page = await movedOrders(session, swept(session.settings, began), from, skip);
    if (!page.ok) return page;
    const { rows, messages, totalItems } = page.value, behind = nextSkip(skip, rows.length, totalItems);
    return ok({ messages, rows: rows.length, total: totalItems, next: behind === null ? null : ({ skip: behind, began } satisfies Place) });
  },
}];
