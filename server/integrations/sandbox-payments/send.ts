import type { CommandPayloads } from "@/server/domain/payloads";
import type { HttpAnswer, OutboundCommand, Outcome } from "../contract/connector";
import { answerEvents } from "../contract/events";
import { readJson, unconfirmed, unreadable } from "../contract/outcome";
import { post, system } from "./client";
import type { PaymentsSession } from "./config";
import { captureReference } from "./from-command";
import { captureResult, refundResult } from "./lookup";
import { refunded } from "./to-canonical";
import { capture, errorOf, refund, refusalOf, toMinor } from "./wire";

/** Sends one command once, under its own idempotency key. */
export async function send(session: PaymentsSession, command: OutboundCommand): Promise<Outcome> {
  switch (command.kind) {
    case "capture_payment": return take(session, command);
    case "refund_payment": return giveBack(session, command);
    case "void_authorisation": return voidAuthorisation(session, command);
    default: return { kind: "rejected", failure: { code: "PAY-03", message: `${system} cannot do ${command.kind}` } };
  }
}

/**
 * 409 `key_reused`: a try with this key and another content went before, and nobody knows here what became of it. That is a
 * matter of looking, not a refusal.
 */
function failedWith(answer: HttpAnswer, code: string): Outcome | null {
  if (answer.ok && answer.response.status === 409 && errorOf(answer.response)?.code === "key_reused") return { kind: "unknown", failure: { code: "TEC-04", message: `${system} has this key from an earlier try with other content` } };
  return unconfirmed(answer, { system, refusal: refusalOf(code) });
}

async function take(session: PaymentsSession, command: OutboundCommand): Promise<Outcome> {
  const payload = command.payload as unknown as CommandPayloads["capture_payment"];
  const answer = await post(session, `authorisations/${encodeURIComponent(payload.authorisation)}/captures`, { amount: toMinor(payload.amount, payload.currency), reference: captureReference(payload), final: false }, command.naturalKey);
  const failed = failedWith(answer, "PAY-03");
  if (failed || !answer.ok) return failed as Outcome;
  const row = readJson(answer.response.text, capture);
  if (!row.ok) return unreadable(system, row.error);
  if (row.value.status === "failed") return { kind: "rejected", failure: { code: "PAY-03", message: `${system} could not capture: ${row.value.status}` } };
  return { kind: "confirmed", reference: row.value.id, result: captureResult(row.value) };
}

async function giveBack(session: PaymentsSession, command: OutboundCommand): Promise<Outcome> {
  const payload = command.payload as unknown as CommandPayloads["refund_payment"];
  if (payload.capture === null) return { kind: "rejected", failure: { code: "REF-01", message: `${system} gives back to cards only: ${payload.amount} ${payload.currency} goes back by bank, and is recorded here as done by hand` } };
  const answer = await post(session, `captures/${encodeURIComponent(payload.capture)}/refunds`, { amount: toMinor(payload.amount, payload.currency), reference: payload.reference, reason: "requested_by_customer" }, command.naturalKey);
  const failed = failedWith(answer, "REF-01");
  if (failed || !answer.ok) return failed as Outcome;
  const row = readJson(answer.response.text, refund);
  if (!row.ok) return unreadable(system, row.error);
  if (row.value.status === "failed") return { kind: "rejected", failure: { code: "REF-01", message: `${system} could not refund` } };
  return { kind: "confirmed", reference: row.value.id, result: refundResult(row.value), events: answerEvents(command, session, refunded(row.value)) };
}

async function voidAuthorisation(session: PaymentsSession, command: OutboundCommand): Promise<Outcome> {
  const id = String(command.payload["authorisation"]);
  const answer = await post(session, `authorisations/${encodeURIComponent(id)}/void`, {}, command.naturalKey);
  return failedWith(answer, "PAY-03") ?? { kind: "confirmed", reference: id, result: { state: "voided" } };
}
