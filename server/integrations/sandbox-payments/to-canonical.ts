import { z } from "zod";
import type { Translation, TranslationInput } from "../contract/connector";
import { said, textOf, toEvents, type Said } from "../contract/events";
import { readJson } from "../contract/outcome";
import type { PaymentsSettings } from "./config";
import { readCaptureReference } from "./from-command";
import { at, authorisation, bankReceipt, capture, event, fromMinor, refund, type Authorisation, type BankReceipt, type Capture, type Refund } from "./wire";

const polled = z.looseObject({ bank_receipt: bankReceipt.optional(), capture: capture.optional(), refund: refund.optional() });

export function toCanonical(input: TranslationInput<PaymentsSettings>): Translation {
  const body = textOf(input.body);
  const told = readJson(body, event);
  if (told.ok) return fromEvent(input, told.value);
  const read = readJson(body, polled);
  if (!read.ok) return read;
  const { bank_receipt, capture: taken, refund: back } = read.value;
  if (bank_receipt) return toEvents(input, [received(bank_receipt)]);
  if (taken) return toEvents(input, captured(taken), notOurs);
  if (back) return toEvents(input, refunded(back), "a refund without a settled state");
  return toEvents(input, [], "nothing that we keep");
}
const notOurs = "a capture that is not ours";

function fromEvent(input: TranslationInput<PaymentsSettings>, told: z.infer<typeof event>): Translation {
  const read = <S extends z.ZodType>(schema: S) => readJson(JSON.stringify(told.data.object), schema);
  if (told.type.startsWith("capture.")) { const row = read(capture); return row.ok ? toEvents(input, captured(row.value), notOurs) : row; }
  if (told.type.startsWith("refund.")) { const row = read(refund); return row.ok ? toEvents(input, refunded(row.value), "a refund without a settled state") : row; }
  if (told.type === "authorisation.voided" || told.type === "authorisation.expired") { const row = read(authorisation); return row.ok ? toEvents(input, ended(row.value, told.created), "an authorisation without an order") : row; }
  return toEvents(input, [], told.type === "authorisation.created" ? "the shop tells of authorisations" : `${told.type} is not followed yet`);
}

/** Card money in hand: the receipt is the capture. Who paid and what for is in the reference that we gave it. */
function captured(row: Capture): Said[] {
  const subject = readCaptureReference(row.reference);
  if (!subject || row.status !== "succeeded") return [];
  const amount = fromMinor(row.amount, row.currency);
  return [said({
    type: "receipt.recorded", at: at(row.created), data: {
      receipt: row.id, version: 1, payer: subject.payer, means: "card", amount, currency: row.currency.toUpperCase(), receivedOn: at(row.created).slice(0, 10),
      remittance: [{ document: subject.invoice, amount }], order: subject.order, authorisation: row.authorisation,
    },
  })];
}

const refundStates: Readonly<Record<string, { state: "pending" | "settled" | "failed"; version: number }>> = { pending: { state: "pending", version: 1 }, succeeded: { state: "settled", version: 2 }, failed: { state: "failed", version: 3 } };
export function refunded(row: Refund): Said[] {
  const state = refundStates[row.status];
  return state ? [said({ type: "refund.settled", at: at(row.created), data: { refund: row.id, receipt: row.capture, ...state, amount: fromMinor(row.amount, row.currency), currency: row.currency.toUpperCase(), at: at(row.created) } })] : [];
}

/** The end of an authorisation is the provider's to tell; its beginning is the shop's. */
function ended(row: Authorisation, created: number): Said[] {
  if (!row.order_reference || (row.status !== "voided" && row.status !== "expired")) return [];
  return [said({
    type: "payment.authorised", at: at(created), data: {
      order: row.order_reference, authorisation: row.id, version: row.status === "expired" ? 3 : 2, state: row.status, amount: fromMinor(row.amount, row.currency), currency: row.currency.toUpperCase(), at: at(created),
      ...(row.expires_at == null ? {} : { expires: at(row.expires_at) }),
    },
  })];
}

/** Money at the bank, the remittance as the payer wrote it. A returned payment is the first one again, reversed. */
function received(row: BankReceipt): Said {
  const currency = row.currency.toUpperCase();
  const amount = (value: number): string => fromMinor(Math.abs(value), row.currency);
  return said({
    type: "receipt.recorded", at: `${row.booked_on}T00:00:00.000Z`, data: {
      receipt: row.reversal_of ?? row.id, version: row.reversal_of ? 2 : 1, payer: (row.payer.debtor_reference ?? row.payer.name ?? "unknown").slice(0, 80), means: row.method === "check" ? "check" : "bank",
      amount: amount(row.amount), currency, receivedOn: row.booked_on, reversed: row.reversal_of != null,
      remittance: row.remittance.length > 0 ? row.remittance.map((part) => ({ document: part.document, amount: amount(part.amount) })) : fromText(row, amount(row.amount)),
    },
  });
}

/** Where only the text tells: one thing in it that looks like a number of a document is what the whole is for; more than one is for a person. */
function fromText(row: BankReceipt, whole: string): { document: string; amount: string }[] {
  const named = [...new Set((row.text ?? "").split(/[\s,;:]+/).filter((word) => /^(?=.*\d)[A-Za-z0-9][A-Za-z0-9/_-]{3,39}$/.test(word)))];
  return named.length === 1 ? [{ document: named[0] as string, amount: whole }] : [];
}
