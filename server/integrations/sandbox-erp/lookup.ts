import type { LookupAnswer, OutboundCommand, VerifyAnswer } from "../contract/connector";
import type { ReadFailure } from "../contract/outcome";
import { findBy } from "./client";
import type { ErpSession } from "./config";
import { applicationRequests, externalNumber, isApplication } from "./from-command";
import { documentResult, versionOf } from "./results";
import { cashDocument, salesDocument, type ErpCashDocument, type ErpDocument } from "./wire";

const sets = { post_invoice: "SalesInvoices", post_credit: "SalesCreditMemos", post_debit: "SalesDebitMemos" } as const;
const isPosting = (kind: string): kind is keyof typeof sets => Object.hasOwn(sets, kind);

/** Documents that repeat our external number. Drafts are in no ledger; cancelled ones were ours and stand no more. */
async function standing(session: ErpSession, command: OutboundCommand, set: string): Promise<{ ok: true; documents: ErpDocument[] } | { ok: false; failed: ReadFailure }> {
  const found = await findBy(session, set, salesDocument, { ExternalDocumentNo: externalNumber(command, session.settings) });
  if (found.kind === "failed") return { ok: false, failed: found };
  return { ok: true, documents: found.kind === "read" ? found.value.rows.filter((row) => row.Status !== "Draft") : [] };
}

/** Looks for the command's document by our reference. Meridian reads its own writes, so an empty answer is proof. */
export async function lookup(session: ErpSession, command: OutboundCommand): Promise<LookupAnswer> {
  if (isPosting(command.kind)) {
    const found = await standing(session, command, sets[command.kind]);
    if (!found.ok) return found.failed;
    const [document, second] = found.documents;
    if (!document) return { kind: "absent" };
    if (second) return { kind: "several", references: found.documents.map((row) => row.No ?? row.Id) };
    return { kind: "found", reference: document.No ?? document.Id, result: documentResult(command, document) };
  }
  if (command.kind === "post_receipt") return payment(session, command, "CustomerPayments");
  if (command.kind === "post_refund") return payment(session, command, "CustomerRefunds");
  if (isApplication(command.kind)) return application(session, command);
  if (command.kind === "void_invoice") return voided(session, command);
  if (command.kind === "reverse_receipt" || command.kind === "reverse_refund") return cashReversed(session, command);
  return reversed(session, command);
}

async function payment(session: ErpSession, command: OutboundCommand, set: "CustomerPayments" | "CustomerRefunds"): Promise<LookupAnswer> {
  const found = await findBy(session, set, cashDocument, { ExternalDocumentNo: externalNumber(command, session.settings) });
  if (found.kind === "failed") return found;
  const live = found.kind === "read" ? found.value.rows.filter((row) => row.Status !== "Reversed") : [];
  const [row, second] = live;
  if (!row) return { kind: "absent" };
  return second ? { kind: "several", references: live.map(({ Id }) => Id) } : { kind: "found", reference: row.Id, result: { number: row.Id, amount: row.Amount } };
}

export type Parts = { kind: "parts"; there: Map<string, ErpCashDocument> } | Extract<LookupAnswer, { kind: "failed" | "several" }>;

/** Which of the documents of an application are there already, by set. */
export async function applicationParts(session: ErpSession, command: OutboundCommand): Promise<Parts> {
  const there = new Map<string, ErpCashDocument>();
  for (const part of applicationRequests(command, session.settings, "")) {
    const found = await findBy(session, part.set, cashDocument, { ExternalDocumentNo: externalNumber(command, session.settings) });
    if (found.kind === "failed") return found;
    const live = found.kind === "read" ? found.value.rows.filter((row) => row.Status !== "Reversed") : [];
    if (live.length > 1) return { kind: "several", references: live.map(({ Id }) => Id) };
    if (live[0]) there.set(part.set, live[0]);
  }
  return { kind: "parts", there };
}

/** Found only when every part is there; a rest is sent by the next try, which sends only what is missing. */
async function application(session: ErpSession, command: OutboundCommand): Promise<LookupAnswer> {
  const parts = await applicationParts(session, command);
  if (parts.kind !== "parts") return parts;
  const wanted = applicationRequests(command, session.settings, "");
  if (wanted.length === 0 || wanted.some(({ set }) => !parts.there.has(set))) return { kind: "absent" };
  const open = await openAmount(session, String(command.payload["invoice"]));
  if (open.kind === "failed") return open;
  return { kind: "found", reference: parts.there.get(wanted[0]?.set ?? "")?.Id ?? "", result: appliedResult(parts.there, open.amount) };
}

/** In Meridian's own figures: what its documents say, never what we asked. */
export const appliedResult = (there: ReadonlyMap<string, Pick<ErpCashDocument, "Amount">>, open: string): Record<string, unknown> => ({ applied: there.get("Applications")?.Amount ?? "0", writtenOff: there.get("WriteOffs")?.Amount ?? "0", open });

/** What is left to pay of an invoice or debit memo, by Meridian's own reckoning. */
export async function openAmount(session: ErpSession, number: string): Promise<{ kind: "open"; amount: string } | ReadFailure> {
  for (const set of [sets.post_invoice, sets.post_debit]) {
    const found = await findBy(session, set, salesDocument, { No: number });
    if (found.kind === "failed") return found;
    const amount = found.kind === "read" ? found.value.rows[0]?.RemainingAmount : undefined;
    if (amount != null) return { kind: "open", amount };
  }
  return { kind: "failed", failure: { code: "TEC-01", message: `Meridian does not show invoice ${number}` } };
}

async function voided(session: ErpSession, command: OutboundCommand): Promise<LookupAnswer> {
  const number = String(command.payload["invoice"]);
  const found = await findBy(session, "SalesInvoices", salesDocument, { No: number });
  if (found.kind === "failed") return found;
  const document = found.kind === "read" ? found.value.rows[0] : undefined;
  return document?.Status === "Cancelled" ? { kind: "found", reference: number, result: { state: "voided" } } : { kind: "absent" };
}

/** The application that `reverse_application` means, standing or reversed. */
export async function applicationOf(session: ErpSession, command: OutboundCommand): Promise<{ kind: "rows"; rows: ErpCashDocument[] } | ReadFailure> {
  const { receipt, invoice } = command.payload as { receipt: string; invoice: string };
  const payments = await findBy(session, "CustomerPayments", cashDocument, { Description: receipt });
  if (payments.kind === "failed") return payments;
  const numbers = new Set(payments.kind === "read" ? payments.value.rows.map(({ Id }) => Id) : []);
  const found = await findBy(session, "Applications", cashDocument, { InvoiceNo: invoice });
  if (found.kind === "failed") return found;
  return { kind: "rows", rows: found.kind === "read" ? found.value.rows.filter((row) => numbers.has(row.SourceNo ?? "")) : [] };
}

async function reversed(session: ErpSession, command: OutboundCommand): Promise<LookupAnswer> {
  const found = await applicationOf(session, command);
  if (found.kind === "failed") return found;
  const row = found.rows.find(({ Status }) => Status === "Reversed");
  return row && !found.rows.some(({ Status }) => Status === "Applied") ? { kind: "found", reference: row.Id, result: { reversed: row.Amount } } : { kind: "absent" };
}

/** What a reversal takes back: a payment or a refund, by the number that it was booked under. */
export const reversedBy = (command: OutboundCommand): { set: "CustomerPayments" | "CustomerRefunds"; number: string } =>
  command.kind === "reverse_refund" ? { set: "CustomerRefunds", number: String(command.payload["refundNumber"]) } : { set: "CustomerPayments", number: String(command.payload["receiptNumber"]) };

/** The payment that `reverse_receipt` means, or the refund that `reverse_refund` does, standing or reversed. */
export async function cashOf(session: ErpSession, command: OutboundCommand): Promise<{ kind: "row"; row: ErpCashDocument | undefined } | ReadFailure> {
  const { set, number } = reversedBy(command), found = await findBy(session, set, cashDocument, { No: number });
  return found.kind === "failed" ? found : { kind: "row", row: found.kind === "read" ? found.value.rows[0] : undefined };
}

async function cashReversed(session: ErpSession, command: OutboundCommand): Promise<LookupAnswer> {
  const found = await cashOf(session, command);
  if (found.kind === "failed") return found;
  return found.row?.Status === "Reversed" ? { kind: "found", reference: found.row.Id, result: { reversed: found.row.Amount } } : { kind: "absent" };
}

/** Reads a confirmed document back. Two documents under one reference are no agreement: the caller sees them as a failure. */
export async function verify(session: ErpSession, command: OutboundCommand, reference: string): Promise<VerifyAnswer> {
  if (!isPosting(command.kind)) {
    const answer = await lookup(session, command);
    if (answer.kind === "found") return { kind: "read", result: answer.result, version: 1 };
    if (answer.kind === "absent") return { kind: "missing" };
    return answer.kind === "failed" ? answer : { kind: "failed", failure: { code: "INV-05", message: `${answer.references.join(", ")} are all in the ledger for one command` } };
  }
  const found = await standing(session, command, sets[command.kind]);
  if (!found.ok) return found.failed;
  if (found.documents.length > 1) return { kind: "failed", failure: { code: "INV-05", message: `${found.documents.map((row) => row.No ?? row.Id).join(", ")} are all in the ledger for one command` } };
  const byNumber = found.documents.find((row) => row.No === reference) ?? (await numbered(session, sets[command.kind], reference));
  if (byNumber === undefined) return { kind: "missing" };
  if ("kind" in byNumber) return byNumber as ReadFailure;
  return { kind: "read", result: { ...documentResult(command, byNumber), ...(byNumber.Status === "Cancelled" ? { state: "voided" } : {}) }, version: versionOf(byNumber) };
}

/** By its number: somebody may have altered the external reference. */
async function numbered(session: ErpSession, set: string, number: string): Promise<ErpDocument | ReadFailure | undefined> {
  const found = await findBy(session, set, salesDocument, { No: number });
  return found.kind === "failed" ? found : found.kind === "read" ? found.value.rows[0] : undefined;
}
