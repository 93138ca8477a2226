import { z } from "zod";
import { ok } from "@/server/domain/result";
import { defineConnector, type CommandSupport } from "../contract/connector";
import { asResult, verifyUnsupported } from "../contract/outcome";
import { censuses } from "./census";
import { read, system } from "./client";
import { secrets, settings, type MedusaSecrets, type MedusaSettings } from "./config";
import { feeds } from "./feeds";
import { orderOfReceipt } from "./money";
import { lookup, send } from "./send";
import { toCanonical } from "./to-canonical";
import { webhook } from "./verify-webhook";

/** Medusa's admin API has no idempotency keys. What ends each command is looked for: our note in the order's metadata, or that the order is cancelled. */
const noted = {
  idempotentForMs: 0, lookup: { by: "the note in the order's metadata", consistency: "read_your_writes", settleMs: 15_000, complete: true }, verify: false,
  provenNotActed: [{ status: 409, source: "@medusajs/framework 2.21, http/middlewares/error-handler: a conflict with another request, whose workflow was compensated" }],
} satisfies CommandSupport;
const stated = { ...noted, lookup: { ...noted.lookup, by: "the state of the payment" } } satisfies CommandSupport;
/** The whole count is set and what is so already is left alone: a repeat changes nothing. */
const repeatable = { ...noted, idempotentForMs: 24 * 3_600_000, lookup: null } satisfies CommandSupport;
const captured = { ...noted, lookup: { ...noted.lookup, by: "what was captured since the note that went before it" } } satisfies CommandSupport;

export const medusa = defineConnector<MedusaSettings, MedusaSecrets>({
  type: "medusa", title: system, grade: "proven", capabilities: ["orders", "payments", "stock"], settings, secrets,
  limits: { concurrency: 4, perMinute: 1200, callTimeoutMs: 15_000 },
  serializeBy: (_, payload) => (typeof payload["order"] === "string" ? payload["order"] : typeof payload["capture"] === "string" ? orderOfReceipt(payload["capture"]) : typeof payload["warehouse"] === "string" ? `stock/${String(payload["item"])}` : null),
  cannot: [
    "tell of payments of orders older than the swept days, unless its module is installed", "be told that single lines were reduced by the tower", "be cancelled by the tower once money was captured: Medusa would give it back by itself",
    "take returns on the tower's command", "give an authorisation back otherwise than with its order", "keep what it reserved apart from a stock that is written in the same moment: its count is read back", "tell kits of several stock items as goods that left", "tell what it charges for the way back of a return", "say in which unit it sells",
  ],
  commands: { acknowledge_order: noted, update_order_status: noted, capture_payment: captured, void_authorisation: stated, refund_payment: { ...stated, lookup: { ...stated.lookup, by: "the note of the refund" } }, update_stock: repeatable },
  feeds, censuses, webhook,
  check: async (session) => {
    const found = asResult(await read(session, "orders?limit=1&fields=id", z.looseObject({ count: z.number().int() })), "orders");
    return found.ok ? ok({ detail: `It answers; ${found.value.count} orders are readable` }) : found;
  },
  send, lookup, verify: verifyUnsupported(system), toCanonical,
});
