import { z } from "zod";
import { ok } from "@/server/domain/result";
import { defineConnector, type CommandSupport } from "../contract/connector";
import { asResult, verifyUnsupported } from "../contract/outcome";
import { censuses } from "./census";
import { read, system } from "./client";
import { secrets, settings, type VendureSecrets, type VendureSettings } from "./config";
import { feeds } from "./feeds";
import { orderOfPayment } from "./money";
import { lookup, send } from "./send";
import { toCanonical } from "./to-canonical";
import { webhook } from "./verify-webhook";

/** Vendure has no idempotency keys. The note that ends each command is looked for; it is in the same database as what it tells of. */
const noted = { idempotentForMs: 0, lookup: { by: "the note on the order", consistency: "read_your_writes", settleMs: 15_000, complete: true }, verify: false, provenNotActed: [] } satisfies CommandSupport;

/** The whole count is set and what is so already is left alone: a repeat changes nothing. */
const repeatable = { idempotentForMs: 24 * 3_600_000, lookup: null, verify: false, provenNotActed: [] } satisfies CommandSupport;

/** What became of money stands in the payment itself. */
const stated = { ...noted, lookup: { ...noted.lookup, by: "the state of the payment" } } satisfies CommandSupport;

export const vendure = defineConnector<VendureSettings, VendureSecrets>({
  type: "vendure", title: system, grade: "proven", capabilities: ["orders", "payments", "stock"], settings, secrets,
  limits: { concurrency: 4, perMinute: 1200, callTimeoutMs: 15_000 },
  serializeBy: (_, payload) => (typeof payload["order"] === "string" ? payload["order"] : typeof payload["capture"] === "string" ? orderOfPayment(payload["capture"]) : typeof payload["warehouse"] === "string" ? `stock/${String(payload["item"])}` : null),
  cannot: [
    "tell of payments, fulfilments and refunds of orders older than the swept days, unless the plugin is installed", "tell a return from a cancellation otherwise than by what had left", "be told that single lines were reduced by the tower",
    "capture a part of a payment: it is settled as a whole", "keep what it allocated apart from a stock that is written in the same moment: its count is read back", "keep stock of half a unit", "say in which unit it sells",
  ],
  commands: { acknowledge_order: noted, update_order_status: noted, capture_payment: stated, void_authorisation: stated, refund_payment: { ...stated, lookup: { ...stated.lookup, by: "the reason of the refund" } }, update_stock: repeatable },
  feeds, censuses, webhook,
  check: async (session) => {
    const found = asResult(await read(session, "query Check { orders(options: { take: 1 }) { totalItems } }", {}, z.looseObject({ orders: z.looseObject({ totalItems: z.number() }) })), "orders");
    return found.ok ? ok({ detail: `It answers; ${found.value.orders.totalItems} orders are readable` }) : found;
  },
  send, lookup, verify: verifyUnsupported(system), toCanonical,
});
