import { z } from "zod";
import { dec, sum, text } from "@/server/domain/decimal";
import { roundMoney } from "@/server/domain/money";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { LookupAnswer, OutboundCommand, Outcome, VerifyAnswer } from "../../contract/connector";
import { act, afterActing, Ended, refuse, rowsBy, search, system } from "../client";
import type { TrytonSession } from "../config";
import { partyOf } from "../masters";
import { changedAt, document, documentFields, invoice, invoiceFields, toDate, type TrytonDocument, type TrytonInvoice } from "../wire";
import { chargeNote, linesOf } from "./lines";
import { accountsOf, journalOf, termOf } from "./masters";
import { postTogether } from "./posting";

type Sent = CommandPayloads["post_invoice" | "post_credit" | "post_debit"];
const sentOf = (command: OutboundCommand): Sent => command.payload as unknown as Sent;
export const isDocument = (kind: string): boolean => kind === "post_invoice" || kind === "post_credit" || kind === "post_debit";
const signOf = (command: OutboundCommand): 1 | -1 => (command.kind === "post_credit" ? -1 : 1);
export const refusalCode = (kind: string): string => ({ post_credit: "CRD-01", post_debit: "CRD-01", apply_credit: "CRD-01", post_receipt: "PAY-01", apply_receipt: "PAY-01", reverse_application: "PAY-01", reverse_receipt: "PAY-03", post_refund: "REF-01", reverse_refund: "REF-01" })[kind] ?? "INV-01";

const sold = (session: TrytonSession): readonly unknown[] => [["type", "=", "out"], ["company", "=", session.settings.company]];
/** Whole documents, with their lines and their move in the general ledger. */
const documentsBy = (session: TrytonSession, field: "id" | "number" | "reference", value: string | number): Promise<TrytonDocument[]> => rowsBy(session, "account.invoice", field, [value], documentFields, document, sold(session));
const invoicesBy = (session: TrytonSession, domain: readonly unknown[]): Promise<TrytonInvoice[]> =>
  search(session, "account.invoice", [...sold(session), ...domain], invoiceFields, invoice);
/** The document of a number. Each fiscal year has sequences of its own, and they may begin anew: of two with one number nobody knows which is meant. @throws Ended */
export async function invoiceNumbered(session: TrytonSession, number: string, code: string): Promise<TrytonInvoice | null> {
  const [found, other] = await invoicesBy(session, [["number", "=", number]]);
  return other ? refuse(code, `${system} has several documents ${number}: give each sequence a prefix of its own, and do this one by hand`) : (found ?? null);
}
const isPosted = ({ state }: TrytonInvoice): boolean => state === "posted" || state === "paid";

/** Rows that repeat our reference and are, or were, in the ledger. Drafts are in no ledger; cancelled ones stand no more. */
async function standing(session: TrytonSession, command: OutboundCommand): Promise<TrytonDocument[]> {
  return (await documentsBy(session, "reference", sentOf(command).reference)).filter(isPosted);
}

/** Tryton reads its own writes, so an empty answer is proof. */
export async function lookupDocument(session: TrytonSession, command: OutboundCommand): Promise<LookupAnswer> {
  const found = await standing(session, command), [first] = found;
  if (!first) return { kind: "absent" };
  if (found.length > 1) return { kind: "several", references: found.map(({ number, id }) => number ?? String(id)) };
  return { kind: "found", reference: first.number ?? String(first.id), result: documentResult(command, first) };
}

/**
 * A draft with our reference, then its posting, which gives it its number, then what the general ledger says. A draft is in no
 * ledger, so drafts that an earlier try left are taken away first: what is posted is always what is asked now.
 */
export async function postDocument(session: TrytonSession, command: OutboundCommand): Promise<Outcome> {
  const sent = sentOf(command), code = refusalCode(command.kind);
  // one after the other: Tryton is one process, and each call beside another costs it a connection to its database of its own
  const party = await partyOf(session, command, sent.billTo), { lines, taxes } = await linesOf(session, command, sent, signOf(command));
  const terms = "terms" in sent && sent.terms !== null ? await termOf(session, command, sent.terms) : null, { receivableAccount } = await accountsOf(session, ["receivableAccount"]);
  const journal = await journalOf(session, session.settings.revenueJournal);
  if (command.attempt > 1) await removeDrafts(session, sent.reference, code);
  const [id] = await act(session, "model.account.invoice.create", [[{
    type: "out", company: session.settings.company, journal, party: party.id, invoice_address: party.address, account: receivableAccount, reference: sent.reference, description: sent.reference === command.naturalKey ? null : command.naturalKey,
    payment_term: terms, payment_term_date: terms === null ? toDate("dueDate" in sent ? sent.dueDate : sent.accountingDate) : null, invoice_date: toDate(sent.accountingDate), lines: [["create", lines]], taxes: [["create", taxes]],
  }]], z.tuple([z.number()]), code);
  try {
    await post(session, id, code);
  } catch (error) {
    // a proven refusal: what it refused is taken away again, so that nobody posts it by hand later; that this fails changes nothing
    if (error instanceof Ended && error.outcome.kind === "rejected") await act(session, "model.account.invoice.delete", [[id]], z.unknown(), code).catch(() => undefined);
    throw error;
  }
  const [made] = await afterActing(documentsBy(session, "id", id));
  // a button in the wrong state answers nothing
  if (!made || !isPosted(made)) return { kind: "unknown", failure: { code: "TEC-04", message: `${system} answered the posting, but the document is ${made?.state ?? "not to be seen"}` } };
  return { kind: "confirmed", reference: made.number ?? String(id), result: documentResult(command, made) };
}

/** Posts; that a due date lies in the past is asked of a person at the screen, and here was decided before. */
async function post(session: TrytonSession, id: number, code: string): Promise<void> {
  const once = (): Promise<void> => postTogether(session, { model: "account.invoice", id, code });
  try {
    await once();
  } catch (error) {
    if (!(error instanceof Ended) || error.warning !== `invoice_payment_term_${id}`) throw error;
    const got = await session.tokens.current(() => Promise.reject(new Error("signed in a moment ago")));
    const user = got.ok ? Number(got.token.split(":")[0]) : 0;
    await act(session, "model.res.user.warning.create", [[{ name: error.warning, user, always: false }]], z.unknown(), code);
    await once();
  }
}

async function removeDrafts(session: TrytonSession, reference: string, code: string): Promise<void> {
  const drafts = (await invoicesBy(session, [["reference", "=", reference], ["state", "=", "draft"]])).map(({ id }) => id);
  if (drafts.length > 0) await act(session, "model.account.invoice.delete", [drafts], z.unknown(), code);
}

/** By our reference, else by its number: somebody may have altered the reference in the database. */
export async function verifyDocument(session: TrytonSession, command: OutboundCommand, reference: string): Promise<VerifyAnswer> {
  const found = await standing(session, command);
  if (found.length > 1) return { kind: "failed", failure: { code: "INV-05", message: `${found.map(({ number }) => number).join(", ")} are all in the ledger for one command` } };
  const read = found.find(({ number }) => number === reference) ?? (await documentsBy(session, "number", reference))[0];
  if (!read) return { kind: "missing" };
  return { kind: "read", result: { ...documentResult(command, read), ...(read.state === "cancelled" ? { state: "voided" } : {}) }, version: new Date(changedAt(read)).getTime() };
}

/** A document in the words of `CommandResults`. Its amounts are the general ledger's: what its own move debits and credits, never what we asked. */
function documentResult(command: OutboundCommand, read: TrytonDocument): Record<string, unknown> {
  const sent = sentOf(command), sign = signOf(command), rows = read["move."]?.["lines."] ?? [], taxes = read["taxes."];
  const lines = read["lines."].filter(({ type }) => type === "line").sort((one, other) => one.id - other.id);
  const signed = (value: ReturnType<typeof dec>): string => text(roundMoney(value.times(sign), read["currency."].code)).replace(/^-0$/, "0");
  const ledger = (holds: (account: number) => boolean) => sum(rows.filter(({ account }) => holds(account)).map((row) => dec(row.debit).minus(row.credit)));
  const taxAccounts = new Set(taxes.map(({ account }) => account));
  const total = ledger((account) => account === read.account), tax = ledger((account) => taxAccounts.has(account)).neg();
  const charges = sum(lines.filter(({ note }) => note?.startsWith(chargeNote)).map(({ amount }) => dec(amount ?? "0")));
  const keys = [...new Set(lines.flatMap(({ note }) => (note === null || note.startsWith(chargeNote) ? [] : [note])))];
  const code = command.code("customer", sent.billTo);
  const due = rows.flatMap(({ account, maturity_date: day }) => (account === read.account && day !== null ? [day] : [])).sort().at(-1) ?? null;
  return {
    number: read.number ?? String(read.id), net: signed(total.minus(tax).minus(charges)), charges: signed(charges), tax: signed(tax), total: signed(total),
    customer: code.ok && code.value === read["party."].code ? sent.customer : (read["party."].code ?? ""), currency: read["currency."].code, accountingDate: read.accounting_date ?? read.invoice_date, dueDate: due, state: isPosted(read) ? "posted" : "draft",
    lines: keys.map((key) => {
      const own = lines.filter(({ note }) => note === key);
      return { key, quantity: text(dec(String(own[0]?.quantity ?? 0)).times(sign)), net: signed(sum(own.map(({ amount }) => dec(amount ?? "0")))), tax: signed(sum(taxes.filter(({ description }) => description.endsWith(` ${key}`)).map(({ amount }) => dec(amount ?? "0")))) };
    }),
  };
}

/** Takes a posted invoice back by a move of its own. */
export async function voidInvoice(session: TrytonSession, command: OutboundCommand): Promise<Outcome> {
  const number = String(command.payload["invoice"]), before = await invoiceNumbered(session, number, "INV-01");
  if (before === null) return { kind: "rejected", failure: { code: "INV-01", message: `${system} has no invoice ${number}` } };
  if (before.state !== "cancelled") await act(session, "model.account.invoice.cancel", [[before.id]], z.null(), "INV-01");
  const after = await afterActing(invoiceNumbered(session, number, "INV-01"));
  return after?.state === "cancelled" ? { kind: "confirmed", reference: number, result: { state: "voided" } } : { kind: "unknown", failure: { code: "TEC-04", message: `${system} answered, but ${number} is ${after?.state ?? "not to be seen"}` } };
}
