import { ok } from "@/server/domain/result";
import { defineConnector, type CommandSupport } from "../contract/connector";
import { asResult, readAnswer, verifyUnsupported } from "../contract/outcome";
import { censuses } from "./census";
import { get, system } from "./client";
import { secrets, settings, type PaymentsSecrets, type PaymentsSettings } from "./config";
import { feeds } from "./feeds";
import { lookup } from "./lookup";
import { send } from "./send";
import { toCanonical } from "./to-canonical";
import { webhook } from "./verify-webhook";
import { capture, list } from "./wire";

const day = 24 * 3_600_000;
/** "Every POST takes Idempotency-Key; kept 24 h" (API.md, Idempotency). Afterwards a look-up by our reference settles it. */
const withKey: CommandSupport = { idempotentForMs: day, lookup: { by: "reference", consistency: "read_your_writes", settleMs: 2000, complete: true }, verify: false, provenNotActed: [] };

export const sandboxPayments = defineConnector<PaymentsSettings, PaymentsSecrets>({
  type: "sandbox-payments", title: system, grade: "sandbox", capabilities: ["payments"], settings, secrets,
  limits: { concurrency: 8, perMinute: 3000, callTimeoutMs: 15_000 },
  serializeBy: (_, payload) => (typeof payload["authorisation"] === "string" ? payload["authorisation"] : typeof payload["capture"] === "string" ? payload["capture"] : null),
  cannot: ["authorise a payment: the shop's checkout does", "refund money that did not come by card", "give back what is left of an authorisation after a capture: it lapses by its date", "tell of payouts and disputes yet", "list the bank's receipts by time: only cards are proved complete"],
  commands: { capture_payment: withKey, refund_payment: withKey, void_authorisation: withKey },
  feeds, censuses, webhook,
  check: async (session) => {
    const read = asResult(readAnswer(await get(session, "captures?limit=1"), list(capture), system), "captures");
    return read.ok ? ok({ detail: "It answers and captures are readable" }) : read;
  },
  send, lookup, verify: verifyUnsupported(system), toCanonical,
});
