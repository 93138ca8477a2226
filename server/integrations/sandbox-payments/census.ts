import type { z } from "zod";
import { epochMs } from "@/server/domain/instant";
import type { DocumentKind } from "@/server/domain/completeness";
import { ok } from "@/server/domain/result";
import { usualPace, type Census } from "../contract/census";
import { asResult, readAnswer } from "../contract/outcome";
import { get, system } from "./client";
import type { PaymentsSecrets, PaymentsSettings } from "./config";
import { messageOf, type Row } from "./feeds";
import { capture, list, refund } from "./wire";

type PaymentsCensus = Census<PaymentsSettings, PaymentsSecrets>;

/** Cardwright lists by when a thing was made, oldest first, and counts nothing. The bank's receipts can only be listed from the first one on. */
const madeSince = <S extends z.ZodType<Row>>(name: "captures" | "refunds", kind: "capture" | "refund", of: DocumentKind, row: S): PaymentsCensus => ({
  name, kinds: [of], ...usualPace,
  list: async (session, { from }, after) => {
    const query = new URLSearchParams({ limit: String(session.settings.pageSize), created_gte: String(Math.floor(epochMs(from) / 1000)), ...(typeof after === "string" ? { starting_after: after } : {}) });
    const found = asResult(readAnswer(await get(session, `${name}?${query.toString()}`), list(row), system), name);
    if (!found.ok) return found;
    const rows = found.value.data as Row[];
    return ok({ messages: rows.map((one) => messageOf(kind, one)), rows: rows.length, total: null, next: found.value.has_more ? (rows.at(-1)?.id ?? null) : null });
  },
});
export const censuses: readonly PaymentsCensus[] = [madeSince("captures", "capture", "payments", capture), madeSince("refunds", "refund", "refunds", refund)];
