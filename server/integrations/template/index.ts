import { ok } from "@/server/domain/result";
import { defineConnector } from "../contract/connector";
import { asResult, verifyUnsupported } from "../contract/outcome";
import { read, system } from "./client";
import { secrets, settings, type TemplateSecrets, type TemplateSettings } from "./config";
import { feeds } from "./feeds";
import { lookup, send } from "./send";
import { toCanonical } from "./to-canonical";
import { webhook } from "./verify-webhook";
import { page } from "./wire";

/** Where a new connector begins (`tower connector new`): of no vendor, and not in the registry. It keeps every promise of the contract. */
export const template = defineConnector<TemplateSettings, TemplateSecrets>({
  type: "template", title: system, grade: "sandbox", capabilities: ["orders"], settings, secrets,
  limits: { concurrency: 4, perMinute: 600, callTimeoutMs: 10_000 },
  serializeBy: (_, payload) => (typeof payload["order"] === "string" ? payload["order"] : null),
  cannot: ["be told how far an order is", "tell of payments, shipments and returns", "be asked what exists: add a census where the vendor lists by last change"],
  commands: { acknowledge_order: { idempotentForMs: 0, lookup: { by: "our reference on the order", consistency: "read_your_writes", settleMs: 15_000, complete: true }, verify: false, provenNotActed: [] } },
  feeds, webhook,
  check: async (session) => {
    const found = asResult(await read(session, "orders?limit=1", page), "orders");
    return found.ok ? ok({ detail: "It answers and orders are readable" }) : found;
  },
  send, lookup, verify: verifyUnsupported(system), toCanonical,
});
