import { z } from "zod";
import { dec, sum, text } from "@/server/domain/decimal";
import { dayOf } from "@/server/domain/instant";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { LookupAnswer, OutboundCommand, Outcome } from "../../contract/connector";
import { act, afterActing, Ended, refuse, search, system } from "../client";
import type { TrytonSession } from "../config";
import { partyOf } from "../masters";
import { identified, move, moveLine, moveLineFields, toDate, toDecimal, type Move, type MoveLine, type TrytonInvoice } from "../wire";
import { invoiceNumbered, refusalCode } from "./documents";
import { accountsOf, journalOf } from "./masters";
import { postTogether } from "./posting";

/**
 * Money in Tryton's ledger. Every command is one posted move whose description is our reference: a receipt, an application (it takes
 * from the receipt's or credit's side of the receivable account and gives to the invoice's), a refund, a reversal. Tryton
 * reconciles only what sums to nothing, so what belongs together is reconciled when it does, and opened again before any of it is taken back.
 */
interface Side { account: number; party?: number; debit?: string; credit?: string; invoice_payment?: number; description?: string }
const payloadOf = <K extends keyof CommandPayloads>(command: OutboundCommand): CommandPayloads[K] => command.payload as unknown as CommandPayloads[K];
const referenceOf = (command: OutboundCommand): string => payloadOf<"post_receipt">(command).reference;
const balance = (rows: readonly MoveLine[]) => sum(rows.map((row) => dec(row.debit).minus(row.credit)));
const own = (session: TrytonSession): readonly unknown[] => [["company", "=", session.settings.company]];

const movesBy = (session: TrytonSession, domain: readonly unknown[]): Promise<Move[]> => search(session, "account.move", [...own(session), ...domain], ["number", "state", "description", "origin"], move);
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
  await postTogether(session, { model: "account.move", id, code });
  const [made] = await afterActing(movesBy(session, [["id", "=", id]]));
  if (made?.state !== "posted") throw new Ended({ kind: "unknown", failure: { code: "TEC-04", message: `${system} answered the posting, but move ${id} is ${made?.state ?? "not to be seen"}` } });
  return made;
}

interface Receipt { id: number; line: MoveLine }
async function receiptOf(session: TrytonSession, number: string, code: string): Promise<Receipt> {
  const { receivableAccount } = await accountsOf(session, ["receivableAccount"]);
  const [found] = await movesBy(session, [["number", "=", number], ["journal.code", "=", session.settings.cashJournal], ["state", "=", "posted"]]);
  const line = found && (await linesBy(session, [["move", "=", found.id], ["account", "=", receivableAccount]])).find((row) => dec(row.credit).gt(0));
  return found && line ? { id: found.id, line } : refuse(code, `${system} has no payment ${number}`);
}
async function invoiceOf(session: TrytonSession, number: string, code: string): Promise<TrytonInvoice> {
  return (await invoiceNumbered(session, number, code)) ?? refuse(code, `${system} has no document ${number}`);
}

/** What stands on the receivable account for a document. */
const linesOfDocument = (session: TrytonSession, document: TrytonInvoice): Promise<MoveLine[]> =>
  linesBy(session, [["account", "=", document.account], ["OR", ["move", "=", document.move], ["invoice_payments", "=", document.id]]]);
/** The same of a receipt: its own line, what was taken from it and what came back. The invoice's side of those is the invoice's. */
async function linesOfReceipt(session: TrytonSession, receipt: Receipt): Promise<MoveLine[]> {
  const rows = await linesBy(session, [["account", "=", receipt.line.account], ["party", "=", receipt.line.party], ["OR", ["id", "=", receipt.line.id], ["move.origin", "=", `account.move,${receipt.id}`]]]);
  return rows.filter((row) => row.id === receipt.line.id || row.invoice_payment == null);
}
const open = (rows: readonly MoveLine[]): MoveLine[] => rows.filter(({ reconciliation }) => reconciliation === null);

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

/** A payment that bounced, or money that did not go back after all: its own move turned round. */
export async function reverseCash(session: TrytonSession, command: OutboundCommand): Promise<Outcome> {
  const code = refusalCode(command.kind), source = await sourceOf(session, command, code), { refundNumber } = payloadOf<"reverse_refund">(command);
  const [move] = command.kind === "reverse_refund" ? await movesBy(session, [["number", "=", refundNumber], ["journal.code", "=", session.settings.cashJournal], ["state", "=", "posted"]]) : [{ id: source.origin }];
  const rows = move ? await linesBy(session, [["move", "=", move.id]]) : refuse(code, `${system} has no refund ${refundNumber}`);
  await reopen(session, await touched(session, command), code);
  const turned = rows.map(({ id, account, party, debit, credit, invoice_payment: of }) => ({ account, ...(party === null ? {} : { party }), debit: credit, credit: debit, ...(of == null ? {} : { description: undoing(id) }) }));
  const made = await book(session, command, payloadOf<"reverse_receipt">(command).accountingDate, turned, source.origin);
  await afterActing(detach(session, made, code));
  await afterActing(settle(session, command));
  return afterActing(answered(session, command, made));
}

/** Takes what a receipt paid off an invoice back to the receipt. What is left of it is applied anew by the same move, what was written off too. */
export async function reverseApplication(session: TrytonSession, command: OutboundCommand): Promise<Outcome> {
  const code = refusalCode(command.kind), { receipt: name, amount, invoice: number } = payloadOf<"reverse_application">(command);
  const invoice = await invoiceOf(session, number, code), { receipt, attached } = await appliedReceipt(session, name, invoice, code);
  const taken = attached.reduceRight<MoveLine[]>((rows, row) => (balance(rows).neg().lt(amount) ? [row, ...rows] : rows), []), total = balance(taken).neg();
  if (command.attempt === 1 || !(await ours(session, command)).some(({ state }) => state === "posted")) {
    if (total.lt(amount)) return refuse(code, `${system} has ${text(total)} of payment ${name} on ${number}, less than is to be taken back`);
    await reopen(session, await touched(session, command), code);
  }
  const { account, party } = invoice, rest = total.minus(amount);
  const made = await book(session, command, dayOf(session.now()), [
    ...taken.map(({ id, credit }) => ({ account, party, debit: credit, description: undoing(id) })), ...(rest.gt(0) ? [{ account, party, credit: text(rest), description: staying }] : []),
    { account: receipt.line.account, party: receipt.line.party ?? 0, credit: amount },
  ], receipt.id);
  await afterActing(detach(session, made, code, invoice.id));
  await afterActing(settle(session, command));
  return afterActing(answered(session, command, made));
}

/** Description of a line that takes another back: a document's payments can only be of one side, so the other is not among them. */
const undoing = (line: number): string => `line ${line}`;
const undone = (description: string | null | undefined): number | null => { const [, line] = /^line (\d+)$/.exec(description ?? "") ?? []; return line === undefined ? null : Number(line); };
/** Of a line that pays the document once what it replaces does no more: Tryton takes no more payments than the document's amount. */
const staying = "stays applied";
const unfinished = async (session: TrytonSession, move: Move): Promise<MoveLine[]> =>
  open(await linesBy(session, [["move", "=", move.id]])).filter(({ description, invoice_payment: of }) => undone(description) !== null || (description === staying && of == null));
/** What was taken back is no payment of its document any more, and settled with the line that takes it back; what stays of it is one. */
async function detach(session: TrytonSession, made: Move, code: string, document: number | null = null): Promise<void> {
  const write = (line: number, of: number | null): Promise<unknown> => act(session, "model.account.move.line.write", [[line], { invoice_payment: of }], z.unknown(), code);
  const rows = await unfinished(session, made);
  for (const row of rows) {
    const line = undone(row.description);
    if (line === null) continue;
    await write(line, null);
    await act(session, "model.account.move.reconciliation.create", [[{ company: session.settings.company, date: toDate(dayOf(session.now())), lines: [["add", [line, row.id]]] }]], z.unknown(), code);
  }
  for (const row of rows) if (row.description === staying) await write(row.id, document);
}

/** Undoes the reconciliations of what is to change: Tryton counts nothing against an invoice that is reconciled. */
async function reopen(session: TrytonSession, sides: readonly (readonly MoveLine[])[], code: string): Promise<void> {
  const done = [...new Set(sides.flat().flatMap(({ reconciliation }) => reconciliation ?? []))];
  if (done.length > 0) await act(session, "model.account.move.reconciliation.delete", [done], z.unknown(), code);
}

/** The payment of a receipt by our own name of it, with what of it stands on an invoice now; the newest where nothing does. */
async function appliedReceipt(session: TrytonSession, name: string, invoice: TrytonInvoice, code: string): Promise<{ receipt: Receipt; attached: MoveLine[] }> {
  const { receivableAccount } = await accountsOf(session, ["receivableAccount"]);
  const payments = await linesBy(session, [["description", "=", name], ["account", "=", receivableAccount], ["move.journal.code", "=", session.settings.cashJournal], ["move.origin", "=", null], ["credit", ">", toDecimal("0")]]);
  const paid = await linesBy(session, [["invoice_payments", "=", invoice.id], ["move.origin", "in", payments.map((line) => `account.move,${line.move}`)]]);
  const moves = new Map((await movesBy(session, [["id", "in", paid.map((row) => row.move)]])).map(({ id, origin }) => [id, origin]));
  const found = payments.map((line) => ({ receipt: { id: line.move, line }, attached: paid.filter((row) => moves.get(row.move) === `account.move,${line.move}`) }));
  return found.find(({ attached }) => attached.length > 0) ?? found.at(-1) ?? refuse(code, `${system} has no payment ${name}`);
}

interface Source { account: number; party: number; origin: number | null; payment: { invoice_payment?: number }; lines: () => Promise<MoveLine[]> }
async function sourceOf(session: TrytonSession, command: OutboundCommand, code: string): Promise<Source> {
  const { credit } = payloadOf<"apply_credit">(command), { source, number } = payloadOf<"post_refund">(command), isRefund = command.kind === "post_refund" || command.kind === "reverse_refund";
  const creditNumber = command.kind === "apply_credit" ? credit : isRefund && source === "credit" ? number : null;
  if (creditNumber !== null) {
    const note = await invoiceOf(session, creditNumber, code);
    return { account: note.account, party: note.party, origin: note.move, payment: { invoice_payment: note.id }, lines: () => linesOfDocument(session, note) };
  }
  if (command.kind === "reverse_application") {
    const { receipt: name, invoice } = payloadOf<"reverse_application">(command);
    return ofReceipt(session, (await appliedReceipt(session, name, await invoiceOf(session, invoice, code), code)).receipt);
  }
  return ofReceipt(session, await receiptOf(session, isRefund ? number : payloadOf<"apply_receipt">(command).receiptNumber, code));
}
const ofReceipt = (session: TrytonSession, receipt: Receipt): Source => ({ account: receipt.line.account, party: receipt.line.party ?? 0, origin: receipt.id, payment: {}, lines: () => linesOfReceipt(session, receipt) });

/** What a command may have brought to nothing, or opens again: its source, and for an application its invoice. */
async function touched(session: TrytonSession, command: OutboundCommand): Promise<MoveLine[][]> {
  const code = refusalCode(command.kind), source = await sourceOf(session, command, code);
  const isOfInvoice = command.kind === "apply_receipt" || command.kind === "apply_credit" || command.kind === "reverse_application";
  return [await source.lines(), ...(isOfInvoice ? [await linesOfDocument(session, await invoiceOf(session, payloadOf<"apply_receipt">(command).invoice, code))] : [])];
}
async function settle(session: TrytonSession, command: OutboundCommand): Promise<void> {
  for (const rows of await touched(session, command)) await reconcile(session, open(rows), refusalCode(command.kind));
}

/** In the ledger's own figures: what the move debits and credits, never what we asked. */
async function answered(session: TrytonSession, command: OutboundCommand, made: Move): Promise<Extract<Outcome, { kind: "confirmed" }>> {
  const rows = await linesBy(session, [["move", "=", made.id]]), accounts = await accountsOf(session, ["receivableAccount", "cashAccount", "writeOffAccount"]);
  const booked = (account: number, side: "debit" | "credit"): string => text(sum(rows.filter((row) => row.account === account).map((row) => dec(row[side]))));
  const confirmed = (result: Record<string, unknown>) => ({ kind: "confirmed" as const, reference: made.number, result });
  switch (command.kind) {
    case "post_receipt": return confirmed({ number: made.number, amount: booked(accounts.receivableAccount, "credit") });
    case "post_refund": return confirmed({ number: made.number, amount: booked(accounts.cashAccount, "credit") });
    case "reverse_application": return confirmed({ reversed: text(sum(rows.filter((row) => row.account === accounts.receivableAccount && row.description !== staying).map((row) => dec(row.credit)))) });
    case "reverse_receipt": return confirmed({ reversed: booked(accounts.receivableAccount, "debit") });
    case "reverse_refund": return confirmed({ reversed: booked(accounts.cashAccount, "debit") });
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
  const isLacking = command.kind !== "post_receipt" && ((await unfinished(session, first)).length > 0 || (await touched(session, command)).some((rows) => isDone(open(rows))));
  if (isLacking) return { kind: "absent" };
  const { reference, result } = await answered(session, command, first);
  return { kind: "found", reference, result };
}
