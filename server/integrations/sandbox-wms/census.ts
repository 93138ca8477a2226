import { epochMs } from "@/server/domain/instant";
import { ok } from "@/server/domain/result";
import { usualPace, type Census } from "../contract/census";
import { asResult } from "../contract/outcome";
import { query, read } from "./client";
import type { WmsSecrets, WmsSettings } from "./config";
import { messageOf } from "./feeds";
import { shipments } from "./wire";

const rowsInPage = 100;

/** Goods issues by their last change, with StackRight's own count of them. */
export const censuses: readonly Census<WmsSettings, WmsSecrets>[] = [{
  name: "shipments", kinds: ["shipments"], ...usualPace,
  list: async (session, { from }, at) => {
    const page = typeof at === "number" ? at : 1;
    const found = asResult(await read(session, query("shipments", { page, size: rowsInPage, changedAfter: epochMs(from) - 1 }), shipments), "shipments");
    if (!found.ok) return found;
    const { shipments: rows, pages, total } = found.value;
    return ok({ messages: rows.map((row) => messageOf("SHIPMENT", row.shipmentId, row)), rows: rows.length, total, next: page < pages ? page + 1 : null });
  },
}];
