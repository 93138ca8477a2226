import { z } from "zod";
import { ok } from "@/server/domain/result";
import { usualPace } from "../../contract/census";
import type { SourceMessage } from "../../contract/connector";
import { changedSince } from "../changes";
import { ask, failedRead, search } from "../client";
import type { TrytonSession } from "../config";
import type { TrytonCensus } from "../role";
import { identified } from "../wire";
import { doneRequests, receivedReturns, tellRequests, tellReturns } from "./feeds";

type Listing = Pick<TrytonCensus, "name" | "kinds"> & { model: string; domain: (session: TrytonSession) => readonly unknown[]; tell: (session: TrytonSession, ids: readonly number[]) => Promise<SourceMessage[]> };
/** Documents by write or create date, paged by id, with Tryton's own count. */
const listing = ({ name, kinds, model, domain, tell }: Listing): TrytonCensus => ({
  name, kinds, ...usualPace,
  list: async (session, { from }, after) => {
    const wanted = [...domain(session), changedSince(from)], { pageSize } = session.settings;
    try {
      const rows = await search(session, model, [...wanted, ["id", ">", typeof after === "number" ? after : 0]], ["create_date"], identified, { limit: pageSize });
      const messages = await tell(session, rows.map(({ id }) => id)), total = await ask(session, `model.${model}.search_count`, [wanted], z.number().int());
      return ok({ messages, rows: rows.length, total, next: rows.length === pageSize ? (rows.at(-1)?.id ?? null) : null });
    } catch (error) {
      return { ok: false, error: failedRead(error).failure };
    }
  },
});

export const censuses: readonly TrytonCensus[] = [
  listing({ name: "shipments", kinds: ["shipments"], model: "stock.shipment.out", domain: doneRequests, tell: tellRequests }),
  listing({ name: "returns", kinds: ["return receipts"], model: "stock.shipment.out.return", domain: receivedReturns, tell: tellReturns }),
];
