import { dayOf } from "@/server/domain/instant";
import { answerEvents, subjectOfKey } from "../contract/events";
import type { OutboundCommand, Outcome } from "../contract/connector";
import { beforeSending, readJson, unconfirmed, unreadable } from "../contract/outcome";
import { findBy, post, system } from "./client";
import type { ErpSession } from "./config";
import { applicationRequests, creditRequest, invoiceRequest, isApplication, receiptRequest, refundRequest, type ErpRequest } from "./from-command";
import { applicationOf, applicationParts, appliedResult, cashOf, lookup, openAmount, reversedBy } from "./lookup";
import { documentResult } from "./results";
import { documentSaid } from "./to-canonical";
import { cashDocument, refusalOf, salesDocument, type ErpCashDocument } from "./wire";

/** 423: "another user posts; nothing was done, try again" (API.md, table of statuses). */
export const notActed = [{ status: 423, source: "Meridian API.md, errors: TableLocked, nothing was done" }] as const;
const reading = (code: string) => ({ system, notActed: notActed.map(({ status }) => status), refusal: refusalOf(code) });
const refusalCode: Readonly<Record<string, string>> = { post_credit: "CRD-01", post_debit: "CRD-01", apply_credit: "CRD-01", post_receipt: "PAY-01", apply_receipt: "PAY-01", reverse_application: "PAY-01", reverse_receipt: "PAY-03", post_refund: "REF-01", reverse_refund: "REF-01" };

/**
 * Sends one command once. Meridian posts twice what is sent twice, so any try after the first looks for the document before
 * it sends: whatever stands there already is the answer.
 */
export async function send(session: ErpSession, command: OutboundCommand): Promise<Outcome> {
  if (command.attempt > 1 && !isApplication(command.kind)) {
    const answer = await lookup(session, command);
    if (answer.kind === "failed") return beforeSending(answer);
    if (answer.kind === "several") return { kind: "rejected", failure: { code: "INV-05", message: `${system} has ${answer.references.join(", ")} for one command` } };
    if (answer.kind === "found") return { kind: "confirmed", reference: answer.reference, result: answer.result };
  }
  switch (command.kind) {
    case "post_invoice": return postDocument(session, command, invoiceRequest(command, session.settings));
    case "post_credit": case "post_debit": return postDocument(session, command, creditRequest(command, session.settings));
    case "post_receipt": return postReceipt(session, command);
    case "apply_receipt": case "apply_credit": return apply(session, command);
    case "post_refund": return giveBack(session, command);
    case "void_invoice": return cancel(session, command);
    case "reverse_application": return reverse(session, command);
    case "reverse_receipt": case "reverse_refund": return reverseCash(session, command);
    default: return { kind: "rejected", failure: { code: "INV-01", message: `${system} cannot do ${command.kind}` } };
  }
}

const saidAs: Readonly<Record<string, "credit" | "debit">> = { post_credit: "credit", post_debit: "debit" };

async function postDocument(session: ErpSession, command: OutboundCommand, request: ReturnType<typeof invoiceRequest>): Promise<Outcome> {
  if (!request.ok) return { kind: "rejected", failure: request.error };
  const answer = await post(session, request.value.path, request.value.body);
  const failed = unconfirmed(answer, reading(refusalCode[command.kind] ?? "INV-01"));
  if (failed || !answer.ok) return failed as Outcome;
  const document = readJson(answer.response.text, salesDocument);
  if (!document.ok) return unreadable(system, document.error);
  const events = answerEvents(command, session, documentSaid(document.value, saidAs[command.kind] ?? "invoice", command.entity, subjectOfKey(command.naturalKey)));
  return { kind: "confirmed", reference: document.value.No ?? document.value.Id, result: documentResult(command, document.value), events };
}

async function postReceipt(session: ErpSession, command: OutboundCommand): Promise<Outcome> {
  const request = receiptRequest(command, session.settings);
  if (!request.ok) return { kind: "rejected", failure: request.error };
  const made = await postCash(session, command, request.value);
  return "outcome" in made ? made.outcome : { kind: "confirmed", reference: made.id, result: { number: made.id, amount: made.amount } };
}

async function giveBack(session: ErpSession, command: OutboundCommand): Promise<Outcome> {
  const made = await postCash(session, command, refundRequest(command, session.settings));
  return "outcome" in made ? made.outcome : { kind: "confirmed", reference: made.id, result: { number: made.id, amount: made.amount } };
}

async function postCash(session: ErpSession, command: OutboundCommand, request: ErpRequest): Promise<{ id: string; amount: string } | { outcome: Outcome }> {
  const answer = await post(session, request.path, request.body);
  const failed = unconfirmed(answer, reading(refusalCode[command.kind] ?? "INV-01"));
  if (failed || !answer.ok) return { outcome: failed as Outcome };
  const document = readJson(answer.response.text, cashDocument);
  return document.ok ? { id: document.value.Id, amount: document.value.Amount } : { outcome: unreadable(system, document.error) };
}

/** Application, then write-off of what is left; a second try sends only the part that is missing. */
async function apply(session: ErpSession, command: OutboundCommand): Promise<Outcome> {
  const parts = command.attempt > 1 ? await applicationParts(session, command) : ({ kind: "parts", there: new Map<string, ErpCashDocument>() } as const);
  if (parts.kind === "failed") return beforeSending(parts);
  if (parts.kind === "several") return { kind: "rejected", failure: { code: "INV-05", message: `${system} has ${parts.references.join(", ")} for one command` } };
  const there = new Map<string, Pick<ErpCashDocument, "Id" | "Amount">>(parts.there);
  for (const request of applicationRequests(command, session.settings, dayOf(session.now()))) {
    if (there.has(request.set)) continue;
    const made = await postCash(session, command, request);
    if ("outcome" in made) return there.size > parts.there.size ? halfDone(made.outcome) : made.outcome;
    there.set(request.set, { Id: made.id, Amount: made.amount });
  }
  const reference = [...there.values()][0]?.Id ?? "";
  const open = await openAmount(session, String(command.payload["invoice"]));
  if (open.kind === "failed") return { kind: "unknown", failure: { code: "TEC-04", message: `applied as ${reference}, but what is left open cannot be read: ${open.failure.message}` } };
  return { kind: "confirmed", reference, result: appliedResult(there, open.amount) };
}

/** The first document stands: a look-up tells, and the next try goes on with the second. */
const halfDone = (outcome: Outcome): Outcome => (outcome.kind === "retryable" ? { kind: "unknown", failure: { code: "TEC-04", message: `half done: ${outcome.failure.message}` } } : outcome);

async function cancel(session: ErpSession, command: OutboundCommand): Promise<Outcome> {
  const { invoice, reference } = command.payload as { invoice: string; reference: string };
  const found = await findBy(session, "SalesInvoices", salesDocument, { No: invoice });
  if (found.kind === "failed") return beforeSending(found);
  const document = found.kind === "read" ? found.value.rows[0] : undefined;
  if (!document) return { kind: "rejected", failure: { code: "INV-01", message: `${system} has no invoice ${invoice}` } };
  if (document.Status === "Cancelled") return { kind: "confirmed", reference: invoice, result: { state: "voided" } };
  const answer = await post(session, `SalesInvoices('${document.Id}')/Cancel`, { PostingDate: dayOf(session.now()), ExternalDocumentNo: reference, ReasonCode: "CORRECTION" });
  return unconfirmed(answer, reading("INV-01")) ?? { kind: "confirmed", reference: invoice, result: { state: "voided" } };
}

async function reverse(session: ErpSession, command: OutboundCommand): Promise<Outcome> {
  const found = await applicationOf(session, command);
  if (found.kind === "failed") return beforeSending(found);
  const row = found.rows.find(({ Status }) => Status === "Applied");
  if (!row) return { kind: "rejected", failure: { code: "PAY-01", message: `${system} has no application of ${String(command.payload["receipt"])} to ${String(command.payload["invoice"])}` } };
  const answer = await post(session, `Applications('${row.Id}')/Reverse`, {});
  return unconfirmed(answer, reading("PAY-01")) ?? { kind: "confirmed", reference: row.Id, result: { reversed: row.Amount } };
}

/** A posted payment or refund that is taken back whole. */
async function reverseCash(session: ErpSession, command: OutboundCommand): Promise<Outcome> {
  const found = await cashOf(session, command), { set, number } = reversedBy(command), code = refusalCode[command.kind] ?? "INV-01";
  if (found.kind === "failed") return beforeSending(found);
  const { row } = found;
  if (!row) return { kind: "rejected", failure: { code, message: `${system} has no ${number} in ${set}` } };
  if (row.Status !== "Reversed") {
    const failed = unconfirmed(await post(session, `${set}('${row.Id}')/Reverse`, { PostingDate: command.payload["accountingDate"] }), reading(code));
    if (failed) return failed;
  }
  return { kind: "confirmed", reference: row.Id, result: { reversed: row.Amount } };
}
