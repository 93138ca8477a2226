import type { z } from "zod";
import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult, readAnswer } from "../contract/outcome";
import { get, system } from "./client";
import type { PaymentsSecrets, PaymentsSettings } from "./config";
import { at, bankPage, capture, list, refund } from "./wire";

type PaymentsFeed = Feed<PaymentsSettings, PaymentsSecrets>;
export interface Row { id: string; created: number; status: string }

/** What webhooks should have told, once more: the list goes on behind the last one read. */
function later<S extends z.ZodType<Row>>(name: "captures" | "refunds", kind: "capture" | "refund", row: S): PaymentsFeed {
  return {
    name, everyMs: 20_000,
    read: async (session, cursor) => {
      const query = new URLSearchParams({ limit: String(session.settings.pageSize), ...(typeof cursor === "string" ? { starting_after: cursor } : {}) });
      const page = asResult(readAnswer(await get(session, `${name}?${query.toString()}`), list(row), system), name);
      if (!page.ok) return page;
      const rows = page.value.data as z.infer<S>[];
      return ok({ messages: rows.map((one) => messageOf(kind, one)), cursor: rows.at(-1)?.id ?? cursor, more: page.value.has_more });
    },
  };
}

/** What may change later (a payout, what was refunded of it) is not what this message says. */
const settled = (row: Row): Row => ({ ...row, payout: null, amount_refunded: 0 }) as Row;

export const messageOf = (kind: "capture" | "refund", row: Row): SourceMessage => ({ sourceMessageId: `${kind}:${row.id}:${row.status}`, contentType: "application/json", body: bytesOf({ [kind]: settled(row) }), occurredAt: at(row.created) });

export const feeds: readonly PaymentsFeed[] = [
  later("captures", "capture", capture), later("refunds", "refund", refund),
  {
    name: "bank-receipts", everyMs: 3000,
    read: async (session, cursor) => {
      const after = typeof cursor === "number" ? cursor : 0;
      const page = asResult(readAnswer(await get(session, `bank/receipts?after=${after}&limit=${session.settings.pageSize}`), bankPage, system), "bank receipts");
      if (!page.ok) return page;
      const messages = page.value.receipts.map((row): SourceMessage => ({ sourceMessageId: `bank:${row.id}`, contentType: "application/json", body: bytesOf({ bank_receipt: row }), occurredAt: `${row.booked_on}T00:00:00.000Z` }));
      return ok({ messages, cursor: page.value.receipts.at(-1)?.seq ?? after, more: page.value.more });
    },
  },
];
