import { z } from "zod";
import { ok } from "@/server/domain/result";
import { defineConnector, type CommandSupport, type LookupAnswer, type OutboundCommand, type Outcome, type VerifyAnswer } from "../contract/connector";
import { apply, giveBack, lookupCash, postReceipt, reverseReceipt } from "./cash";
import { censuses } from "./census";
import { Ended, failedRead, search, system } from "./client";
import { secrets, settings, type TrytonSecrets, type TrytonSession, type TrytonSettings } from "./config";
import { isDocument, lookupDocument, postDocument, verifyDocument, voided, voidInvoice } from "./documents";
import { feeds } from "./feeds";
import { inOwnCurrency } from "./masters";
import { toCanonical } from "./to-canonical";

/** Tryton answers 200 with its error; by then the transaction is rolled back. Only such answers are called `retryable` here. */
const notActed = [{ status: 200, source: "trytond 6.0, protocols/dispatcher.py: an error is answered after its transaction was rolled back" }] as const;
const posting = (by: string, verify: boolean): CommandSupport => ({ idempotentForMs: 0, lookup: { by, consistency: "read_your_writes", settleMs: 3000, complete: true }, verify, provenNotActed: notActed });
const document = posting("Reference", true), cash = posting("Description of the move", true);

async function send(session: TrytonSession, command: OutboundCommand): Promise<Outcome> {
  try {
    if (command.attempt > 1 && isDocument(command.kind)) {
      const answer = await lookupDocument(session, command);
      if (answer.kind === "several") return { kind: "rejected", failure: { code: "INV-05", message: `${system} has ${answer.references.join(", ")} for one command` } };
      if (answer.kind === "found") return { kind: "confirmed", reference: answer.reference, result: answer.result };
    }
    await inOwnCurrency(session, command);
    switch (command.kind) {
      case "post_invoice": case "post_credit": case "post_debit": return await postDocument(session, command);
      case "post_receipt": return await postReceipt(session, command);
      case "apply_receipt": case "apply_credit": return await apply(session, command);
      case "post_refund": return await giveBack(session, command);
      case "reverse_receipt": return await reverseReceipt(session, command);
      case "void_invoice": return await voidInvoice(session, command);
      default: return { kind: "rejected", failure: { code: "INV-01", message: `${system} cannot do ${command.kind}` } };
    }
  } catch (error) {
    if (error instanceof Ended) return error.outcome;
    throw error;
  }
}

async function lookup(session: TrytonSession, command: OutboundCommand): Promise<LookupAnswer> {
  try {
    if (isDocument(command.kind)) return await lookupDocument(session, command);
    if (command.kind !== "void_invoice") return await lookupCash(session, command);
    const number = String(command.payload["invoice"]);
    return (await voided(session, number))?.state === "cancelled" ? { kind: "found", reference: number, result: { state: "voided" } } : { kind: "absent" };
  } catch (error) {
    return failedRead(error);
  }
}

async function verify(session: TrytonSession, command: OutboundCommand, reference: string): Promise<VerifyAnswer> {
  try {
    if (isDocument(command.kind)) return await verifyDocument(session, command, reference);
    const answer = await lookup(session, command);
    if (answer.kind === "found") return { kind: "read", result: answer.result, version: 1 };
    if (answer.kind === "absent") return { kind: "missing" };
    return answer.kind === "failed" ? answer : { kind: "failed", failure: { code: "INV-05", message: `${answer.references.join(", ")} are all in the ledger for one command` } };
  } catch (error) {
    return failedRead(error);
  }
}

export const tryton = defineConnector<TrytonSettings, TrytonSecrets>({
  type: "tryton", title: "Tryton 6.0", grade: "proven", capabilities: ["finance"], settings, secrets,
  limits: { concurrency: 4, perMinute: 3000, callTimeoutMs: 20_000 },
  // One sequence numbers all moves of a year; whoever loses its lock has done nothing, but has waited.
  serializeBy: () => "posting",
  cannot: ["recognise a repeated request: every second try is preceded by a look-up", "take a payment back from an invoice to which it was applied", "post in another currency than its company's", "tell of prices or items", "ship: its warehouse is not connected"],
  commands: {
    post_invoice: document, post_credit: document, post_debit: document, post_receipt: cash, apply_receipt: cash, apply_credit: cash, post_refund: cash, reverse_receipt: cash, void_invoice: posting("State of the invoice", false),
  },
  feeds, censuses, webhook: null,
  check: async (session) => {
    try {
      const [company] = await search(session, "company.company", [["id", "=", session.settings.company]], ["rec_name"], z.looseObject({ id: z.number(), rec_name: z.string() }));
      await search(session, "account.move", [], ["number"], z.unknown(), { limit: 1 });
      return company ? ok({ detail: `The ledger of ${company.rec_name} is readable` }) : { ok: false, error: { code: "SETTINGS", message: `${system} has no company ${session.settings.company}` } };
    } catch (error) {
      return { ok: false, error: failedRead(error).failure };
    }
  },
  send, lookup, verify, toCanonical,
});
