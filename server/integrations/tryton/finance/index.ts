import { search, system } from "../client";
import type { TrytonSession } from "../config";
import { companyOf } from "../masters";
import { lookedUpBy, type Role } from "../role";
import { identified } from "../wire";
import { apply, giveBack, lookupCash, postReceipt, reverseApplication, reverseCash } from "./cash";
import { censuses } from "./census";
import { invoiceNumbered, isDocument, lookupDocument, postDocument, verifyDocument, voidInvoice } from "./documents";
import { feeds } from "./feeds";
import { inOwnCurrency } from "./masters";
import { messages, toCanonical } from "./to-canonical";

const document = lookedUpBy("Reference", true), cash = lookedUpBy("Description of the move", true);

/** The general ledger: customer invoices, credits, debits and money. */
export const finance: Role = {
  name: "finance",
  commands: { post_invoice: document, post_credit: document, post_debit: document, post_receipt: cash, apply_receipt: cash, apply_credit: cash, post_refund: cash, reverse_application: cash, reverse_receipt: cash, reverse_refund: cash, void_invoice: lookedUpBy("State of the invoice", false) },
  // Documents are prepared at once and posted together. Money reads what is open before it books, so it goes one at a time.
  serializeBy: (kind) => (isDocument(kind) ? null : "posting"),
  cannot: ["post in another currency than its company's", "tell of prices"],
  feeds, censuses, messages, toCanonical,
  check: async (session) => {
    const { name } = await companyOf(session);
    await search(session, "account.move", [], ["number"], identified, { limit: 1 });
    return `the ledger of ${name}`;
  },
  send: async (session, command) => {
    if (command.attempt > 1 && isDocument(command.kind)) {
      const answer = await lookupDocument(session, command);
      if (answer.kind === "several") return { kind: "rejected", failure: { code: "INV-05", message: `${system} has ${answer.references.join(", ")} for one command` } };
      if (answer.kind === "found") return { kind: "confirmed", reference: answer.reference, result: answer.result };
    }
    await inOwnCurrency(session, command);
    switch (command.kind) {
      case "post_invoice": case "post_credit": case "post_debit": return postDocument(session, command);
      case "post_receipt": return postReceipt(session, command);
      case "apply_receipt": case "apply_credit": return apply(session, command);
      case "post_refund": return giveBack(session, command);
      case "reverse_application": return reverseApplication(session, command);
      case "reverse_receipt": case "reverse_refund": return reverseCash(session, command);
      case "void_invoice": return voidInvoice(session, command);
      default: return { kind: "rejected", failure: { code: "INV-01", message: `${system} cannot do ${command.kind}` } };
    }
  },
  lookup,
  verify: async (session, command, reference) => {
    if (isDocument(command.kind)) return verifyDocument(session, command, reference);
    const answer = await lookup(session, command);
    if (answer.kind === "found") return { kind: "read", result: answer.result, version: 1 };
    if (answer.kind === "absent") return { kind: "missing" };
    return answer.kind === "failed" ? answer : { kind: "failed", failure: { code: "INV-05", message: `${answer.references.join(", ")} are all in the ledger for one command` } };
  },
};

async function lookup(session: TrytonSession, command: Parameters<Role["lookup"]>[1]): ReturnType<Role["lookup"]> {
  if (isDocument(command.kind)) return lookupDocument(session, command);
  if (command.kind !== "void_invoice") return lookupCash(session, command);
  const number = String(command.payload["invoice"]);
  return (await invoiceNumbered(session, number, "INV-01"))?.state === "cancelled" ? { kind: "found", reference: number, result: { state: "voided" } } : { kind: "absent" };
}
