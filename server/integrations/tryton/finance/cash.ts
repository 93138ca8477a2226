import { z } from "zod";
import { dec, sum, text } from "@/server/domain/decimal";
import { dayOf } from "@/server/domain/instant";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { LookupAnswer, OutboundCommand, Outcome } from "../../contract/connector";
import { act, afterActing, Ended, refuse, search, system } from "../client";
import type { TrytonSession } from "../config";
import { partyOf } from "../masters";
import { identified, move, moveLine, moveLineFields, toDate, toDecimal, type Move, type MoveLine, type TrytonInvoice } from "../wire";
import { invoicesBy, refusalCode } from "./documents";
import { accountsOf, journalOf } from "./masters";

/**
 * Money in Tryton's ledger. Every command is one posted move whose description is our reference: a receipt, an application (it takes
 * from the receipt's or credit's side of the receivable account and gives to the invoice's), a refund, a reversal. Tryton
 * reconciles only what sums to nothing, so what belongs together is reconciled when it does.
 */
interface Side { account: number; party?: number; debit?: string; credit?: string; invoice_payment?: number; description?: string }
const payloadOf = <K extends keyof CommandPayloads>(command: OutboundCommand): CommandPayloads[K] => command.payload as unknown as CommandPayloads[K];
const referenceOf = (command: OutboundCommand): string => payloadOf<"post_receipt">(command).reference;
const balance = (rows: readonly MoveLine[]) => sum(rows.map((row) => dec(row.debit).minus(row.credit)));
const own = (session: TrytonSession): readonly unknown[] => [["company", "=", session.settings.company]];

const movesBy = (session: TrytonSession, domain: readonly unknown[]): Promise<Move[]> => search(session, "account.move", [...own(session), ...domain], ["number", "state", "description"], move);
const linesBy = (session: TrytonSession, domain: readonly unknown[]): Promise<MoveLine[]> => search(session, "account.move.line", [["move.company", "=", session.settings.company], ["move.state", "=", "posted"], ...domain], moveLineFields, moveLine);
/** Moves of a kind of command of ours may be found by their reference only. @throws Ended */
const ours = (session: TrytonSession, command: OutboundCommand): Promise<Move[]> => movesBy(session, [["description", "=", referenceOf(command)]]);

async function periodOf(session: TrytonSession, day: string, code: string): Promise<number> {
  const [found] = await search(session, "account.period", [...own(session), ["type", "=", "standard"], ["state", "=", "open"], ["start_date", "<=", toDate(day)], ["end_date", ">=", toDate(day)]], ["name"], identified);
  return found?.id ?? refuse(code, `${system} has no open period for ${day}`);
}

/** Writes the move of a command once: what stands there posted is it, and drafts that an earlier try left go. @throws Ended */
async function book(session: TrytonSession, command: OutboundCommand, day: string, sides: readonly Side[], origin: number | null): Promise<Move> {
  const code = refusalCode(command.kind);
  const before = command.attempt > 1 ? await ours(session, command) : [];
  const [posted, second] = before.filter(({ state }) => state === "posted");
  if (second) return refuse("INV-05", `${system} has ${before.map(({ number }) => number).join(", ")} for one command`);
  if (posted) return posted;
  if (before.length > 0) await act(session, "model.account.move.delete", [before.map(({ id }) => id)], z.unknown(), code);
  const journal = await journalOf(session, session.settings.cashJournal), period = await periodOf(session, day, code);
  const lines = sides.map(({ debit, credit, ...side }) => ({ ...side, debit: toDecimal(debit ?? "0"), credit: toDecimal(credit ?? "0") }));
  const [id] = await act(session, "model.account.move.create", [[{ company: session.settings.company, journal, period, date: toDate(day), description: referenceOf(command), ...(origin === null ? {} : { origin: `account.move,${origin}` }), lines: [["create", lines]] }]], z.tuple([z.number()]), code);
  await act(session, "model.account.move.post", [[id]], z.null(), code);
  const [made] = await afterActing(movesBy(session, [["id", "=", id]]));
  if (made?.state !== "posted") throw new Ended({ kind: "unknown", failure: { code: "TEC-04", message: `${system} answered the posting, but move ${id} is ${made?.state ?? "not to be seen"}` } });
  return made;
}

async function receiptOf(session: TrytonSession, number: string, code: string): Promise<{ id: number; line: MoveLine }> {
  const { receivableAccount } = await accountsOf(session, ["receivableAccount"]);
  const [found] = await movesBy(session, [["number", "=", number], ["journal.code", "=", session.settings.cashJournal], ["state", "=", "posted"]]);
  const line = found && (await linesBy(session, [["move", "=", found.id], ["account", "=", receivableAccount]])).find((row) => dec(row.credit).gt(0));
  return found && line ? { id: found.id, line } : refuse(code, `${system} has no payment ${number}`);
}
async function invoiceOf(session: TrytonSession, number: string, code: string): Promise<TrytonInvoice> {
  const [found] = await invoicesBy(session, [["number", "=", number]]);
  return found ?? refuse(code, `${system} has no document ${number}`);
}

/** What stands on the receivable account for a document, not reconciled. */
const openLines = (session: TrytonSession, document: TrytonInvoice): Promise<MoveLine[]> =>
  linesBy(session, [["account", "=", document.account], ["reconciliation", "=", null], ["OR", ["move", "=", document.move], ["invoice_payments", "=", document.id]]]);
/** The same of a receipt: its own line, and what was taken from it. */
async function openOfReceipt(session: TrytonSession, receipt: { id: number; line: MoveLine }): Promise<MoveLine[]> {
  const rows = await linesBy(session, [["account", "=", receipt.line.account], ["party", "=", receipt.line.party], ["reconciliation", "=", null], ["OR", ["id", "=", receipt.line.id], ["move.origin", "=", `account.move,${receipt.id}`]]]);
  return rows.filter((row) => row.id === receipt.line.id || dec(row.debit).gt(0));
}

const isDone = (rows: readonly MoveLine[]): boolean => rows.length > 1 && balance(rows).isZero();
async function reconcile(session: TrytonSession, rows: readonly MoveLine[], code: string): Promise<void> {
  if (isDone(rows)) await act(session, "model.account.move.reconciliation.create", [[{ company: session.settings.company, date: toDate(dayOf(session.now())), lines: [["add", rows.map(({ id }) => id)]] }]], z.unknown(), code);
}

export async function postReceipt(session: TrytonSession, command: OutboundCommand): Promise<Outcome> {
  const { payer, amount, accountingDate, receipt } = payloadOf<"post_receipt">(command);
  const party = await partyOf(session, command, payer), accounts = await accountsOf(session, ["receivableAccount", "cashAccount"]);
  const made = await book(session, command, accountingDate, [{ account: accounts.cashAccount, debit: amount }, { account: accounts.receivableAccount, party: party.id, credit: amount, description: receipt }], null);
  return afterActing(answered(session, command, made));
}

/** Sets a receipt or a credit against an invoice, with what is written off of it, in one move. */
export async function apply(session: TrytonSession, command: OutboundCommand): Promise<Outcome> {
  const code = refusalCode(command.kind), payload = payloadOf<"apply_receipt">(command), writeOff = dec(payload.writeOff ?? "0");
  const invoice = await invoiceOf(session, payload.invoice, code), source = await sourceOf(session, command, code);
  const accounts = await accountsOf(session, ["receivableAccount", "writeOffAccount"]);
  const sides: Side[] = [
    ...(dec(payload.amount).gt(0) ? [{ account: source.account, party: source.party, debit: payload.amount, ...source.payment }] : []),
    ...(writeOff.gt(0) ? [{ account: accounts.writeOffAccount, debit: text(writeOff) }] : []),
    { account: invoice.account, party: invoice.party, credit: text(dec(payload.amount).plus(writeOff)), invoice_payment: invoice.id },
  ];
  const made = await book(session, command, dayOf(session.now()), sides, source.origin);
  await afterActing(settle(session, command));
  return afterActing(answered(session, command, made));
}

/** Money given back: out of the bank, off the credit or receipt that it came from. */
export async function giveBack(session: TrytonSession, command: OutboundCommand): Promise<Outcome> {
  const { amount, accountingDate } = payloadOf<"post_refund">(command), source = await sourceOf(session, command, "REF-01");
  const { cashAccount } = await accountsOf(session, ["cashAccount"]);
  const made = await book(session, command, accountingDate, [{ account: source.account, party: source.party, debit: amount, ...source.payment }, { account: cashAccount, credit: amount }], source.origin);
  await afterActing(settle(session, command));
  return afterActing(answered(session, command, made));
}

/** A payment that bounced: its own move turned round. */
export async function reverseReceipt(session: TrytonSession, command: OutboundCommand): Promise<Outcome> {
  const receipt = await receiptOf(session, payloadOf<"reverse_receipt">(command).receiptNumber, "PAY-03");
  const rows = await linesBy(session, [["move", "=", receipt.id]]);
  const made = await book(session, command, payloadOf<"reverse_receipt">(command).accountingDate, rows.map(({ account, party, debit, credit }) => ({ account, ...(party === null ? {} : { party }), debit: credit, credit: debit })), receipt.id);
  await afterActing(settle(session, command));
  return afterActing(answered(session, command, made));
}

interface Source { account: number; party: number; origin: number | null; payment: { invoice_payment?: number }; open: () => Promise<MoveLine[]> }
async function sourceOf(session: TrytonSession, command: OutboundCommand, code: string): Promise<Source> {
  const { credit } = payloadOf<"apply_credit">(command), { source, number } = payloadOf<"post_refund">(command), creditNumber = command.kind === "apply_credit" ? credit : command.kind === "post_refund" && source === "credit" ? number : null;
  if (creditNumber !== null) {
    const note = await invoiceOf(session, creditNumber, code);
    return { account: note.account, party: note.party, origin: note.move, payment: { invoice_payment: note.id }, open: () => openLines(session, note) };
  }
  const receipt = await receiptOf(session, command.kind === "post_refund" ? number : payloadOf<"apply_receipt">(command).receiptNumber, code);
  return { account: receipt.line.account, party: receipt.line.party ?? 0, origin: receipt.id, payment: {}, open: () => openOfReceipt(session, receipt) };
}

/** What a command may have brought to nothing: its source, and for an application its invoice. */
async function touched(session: TrytonSession, command: OutboundCommand): Promise<MoveLine[][]> {
  const code = refusalCode(command.kind), source = await sourceOf(session, command, code);
  const isApplication = command.kind === "apply_receipt" || command.kind === "apply_credit";
  return [await source.open(), ...(isApplication ? [await openLines(session, await invoiceOf(session, payloadOf<"apply_receipt">(command).invoice, code))] : [])];
}
async function settle(session: TrytonSession, command: OutboundCommand): Promise<void> {
  for (const rows of await touched(session, command)) await reconcile(session, rows, refusalCode(command.kind));
}

/** In the ledger's own figures: what the move debits and credits, never what we asked. */
async function answered(session: TrytonSession, command: OutboundCommand, made: Move): Promise<Extract<Outcome, { kind: "confirmed" }>> {
  const rows = await linesBy(session, [["move", "=", made.id]]), accounts = await accountsOf(session, ["receivableAccount", "cashAccount", "writeOffAccount"]);
  const booked = (account: number, side: "debit" | "credit"): string => text(sum(rows.filter((row) => row.account === account).map((row) => dec(row[side]))));
  const confirmed = (result: Record<string, unknown>) => ({ kind: "confirmed" as const, reference: made.number, result });
  switch (command.kind) {
    case "post_receipt": return confirmed({ number: made.number, amount: booked(accounts.receivableAccount, "credit") });
    case "post_refund": return confirmed({ number: made.number, amount: booked(accounts.cashAccount, "credit") });
    case "reverse_receipt": return confirmed({ reversed: booked(accounts.receivableAccount, "debit") });
    default: {
      const document = await invoiceOf(session, payloadOf<"apply_receipt">(command).invoice, refusalCode(command.kind));
      return confirmed({ applied: booked(accounts.receivableAccount, "debit"), ...(command.kind === "apply_receipt" ? { writtenOff: booked(accounts.writeOffAccount, "debit") } : {}), open: document.amount_to_pay });
    }
  }
}

/** Found when it is posted and what it brought to nothing is reconciled; what is missing of that the next try does. */
export async function lookupCash(session: TrytonSession, command: OutboundCommand): Promise<LookupAnswer> {
  const posted = (await ours(session, command)).filter(({ state }) => state === "posted"), [first] = posted;
  if (!first) return { kind: "absent" };
  if (posted.length > 1) return { kind: "several", references: posted.map(({ number }) => number) };
  if (command.kind !== "post_receipt" && (await touched(session, command)).some(isDone)) return { kind: "absent" };
  const { reference, result } = await answered(session, command, first);
  return { kind: "found", reference, result };
}
