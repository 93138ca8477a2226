import { epochMs } from "@/server/domain/instant";
import { conformsWhenPolled, mark, type Polled, type Row } from "../contract/testing/conforms-when-polled";
import { sandboxPayments } from ".";
import recorded from "./fixtures/messages.json";

const settings = { pageSize: 3 };
/** As API.md says that Cardwright lists: oldest first, what comes after an id. What was made stays; what becomes of it is told by webhook. */
const listing = (worded: (row: Row) => object): Polled => ({
  lists: "sequence", page: 3, final: true, settings,
  vendor: (source) => ({ path }) => {
    const query = new URL(path, "http://vendor").searchParams, behind = Number(query.get("starting_after")?.split("_")[1] ?? 0), rest = source.rows.filter(({ id }) => id > behind), rows = rest.slice(0, Number(query.get("limit")));
    return { body: { object: "list", data: rows.map((row) => ({ ...worded(row), created: Math.floor(epochMs(row.at) / 1000), note: mark(row) })), has_more: rest.length > rows.length } };
  },
});
conformsWhenPolled("Cardwright", { connector: sandboxPayments, settings: {}, secrets: { apiKey: "sk_very-secret-1", webhookSecret: "whsec_very-secret-2" }, codes: {} }, {
  captures: listing(({ id }) => ({ ...recorded.capture.capture, id: `cap_${id}` })),
  refunds: listing(({ id }) => ({ ...recorded.refund.refund, id: `re_${id}` })),
  "bank-receipts": {
    lists: "sequence", page: 3, final: true, settings,
    vendor: (source) => ({ path }) => {
      const query = new URL(path, "http://vendor").searchParams, rest = source.rows.filter(({ id }) => id > Number(query.get("after"))), rows = rest.slice(0, Number(query.get("limit")));
      return { body: { receipts: rows.map((row) => ({ ...recorded.bankReceipt.bank_receipt, seq: row.id, id: `BKR-${row.id}`, text: mark(row) })), last_seq: source.rows.length, more: rest.length > rows.length } };
    },
  },
});
