import { ok } from "@/server/domain/result";
import { defineConnector, type CommandSupport, type OutboundCommand, type Outcome } from "../contract/connector";
import { asResult, readAnswer, readJson, unconfirmed, unreadable, verifyUnsupported } from "../contract/outcome";
import { call, externalId, system } from "./client";
import { secrets, settings, type CrmSecrets, type CrmSession, type CrmSettings } from "./config";
import { feeds } from "./feeds";
import { messageRequest } from "./from-command";
import { lookup } from "./lookup";
import { toCanonical } from "./to-canonical";
import { message, page, refusalOf } from "./wire";

const year = 365 * 24 * 3_600_000;
/** "upsert, so idempotent" by our external id (API.md, Messages). */
const byExternalId: CommandSupport = { idempotentForMs: year, lookup: { by: "ExternalId", consistency: "read_your_writes", settleMs: 1000, complete: true }, verify: false, provenNotActed: [] };

/**
 * Sends one notice once. The channel's own notice is not Kindred's: the shop tells its buyer when it learns of the shipped
 * quantities (`update_order_status`), so for that audience there is nothing to send and nothing is sent.
 */
async function send(session: CrmSession, command: OutboundCommand): Promise<Outcome> {
  if (command.kind === "notify_shipment" && command.payload["audience"] === "channel") return { kind: "confirmed", reference: "told-with-order-status", result: { at: session.now() } };
  if (command.kind !== "notify_shipment" && command.kind !== "send_invoice") return { kind: "rejected", failure: { code: "INV-06", message: `${system} cannot do ${command.kind}` } };
  const body = messageRequest(command);
  if (!body.ok) return { kind: "rejected", failure: body.error };
  const answer = await call(session, "PUT", `Messages/ExternalId/${encodeURIComponent(externalId(command.naturalKey))}`, body.value);
  const failed = unconfirmed(answer, { system, refusal: refusalOf });
  if (failed || !answer.ok) return failed as Outcome;
  const row = readJson(answer.response.text, message);
  return row.ok ? { kind: "confirmed", reference: row.value.Id, result: { at: row.value.CreatedDate } } : unreadable(system, row.error);
}

export const sandboxCrm = defineConnector<CrmSettings, CrmSecrets>({
  type: "sandbox-crm", title: system, grade: "sandbox", capabilities: ["crm"], settings, secrets,
  limits: { concurrency: 8, perMinute: 3000, callTimeoutMs: 10_000 },
  serializeBy: () => null,
  cannot: ["tell the sales channel of a shipment: the shop does when it gets the order's status", "change a message that was sent: a correction is another message"],
  commands: { notify_shipment: byExternalId, send_invoice: byExternalId },
  feeds, webhook: null,
  check: async (session) => {
    const found = asResult(readAnswer(await call(session, "GET", "Messages?offset=0&limit=1"), page, system), "messages");
    return found.ok ? ok({ detail: "It answers and messages are readable" }) : found;
  },
  send, lookup, verify: verifyUnsupported(system), toCanonical,
});
