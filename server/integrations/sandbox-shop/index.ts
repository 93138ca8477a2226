import { ok } from "@/server/domain/result";
import { defineConnector, type CommandSupport } from "../contract/connector";
import { asResult, verifyUnsupported } from "../contract/outcome";
import { censuses } from "./census";
import { read, system } from "./client";
import { secrets, settings, type ShopSecrets, type ShopSettings } from "./config";
import { feeds } from "./feeds";
import { send } from "./send";
import { toCanonical } from "./to-canonical";
import { webhook } from "./verify-webhook";
import { order, page } from "./wire";

const year = 365 * 24 * 3_600_000;
/** "Repeating is harmless" and versions that replace each other (API.md, Write back). */
const repeatable: CommandSupport = { idempotentForMs: year, lookup: null, verify: false, provenNotActed: [] };

export const sandboxShop = defineConnector<ShopSettings, ShopSecrets>({
  type: "sandbox-shop", title: system, grade: "sandbox", capabilities: ["orders", "stock"], settings, secrets,
  limits: { concurrency: 8, perMinute: 3000, callTimeoutMs: 10_000 },
  serializeBy: (_, payload) => (typeof payload["order"] === "string" ? payload["order"] : typeof payload["item"] === "string" ? `stock/${payload["item"]}` : null),
  cannot: ["refuse a cancel request: what came too late stays open there until somebody answers it", "be told shipped quantities in a unit without a pack size in the settings", "tell of a return before it is authorised"],
  commands: { acknowledge_order: repeatable, update_order_status: repeatable, update_stock: repeatable },
  feeds, censuses, webhook,
  check: async (session) => {
    const found = asResult(await read(session, "orders?limit=1", page(order)), "orders");
    return found.ok ? ok({ detail: found.value.data.length === 0 ? "It answers; there is no order yet" : "It answers and orders are readable" }) : found;
  },
  send,
  lookup: () => Promise.resolve({ kind: "failed", failure: { code: "TEC-04", message: `${system} is not searched: its writes may be repeated` } }),
  verify: verifyUnsupported(system),
  toCanonical,
});
