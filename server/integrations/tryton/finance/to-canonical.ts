import { z } from "zod";
import { dec, text } from "@/server/domain/decimal";
import { epochMs } from "@/server/domain/instant";
import type { Translation, TranslationInput } from "../../contract/connector";
import { unclaimedSubject } from "@/server/domain/unclaimed";
import { said, subjectOfForeignKey, textOf, toEvents, type Said } from "../../contract/events";
import { readJson } from "../../contract/outcome";
import type { TrytonSettings } from "../config";

const instant = z.iso.datetime(), amount = z.string();
const customer = { code: z.string().min(1), name: z.string().nullable(), active: z.boolean(), terms: z.string().nullable(), receivable: amount, limit: amount.nullable(), currency: z.string(), changed: instant };
export const messages: ReadonlySet<string> = new Set(["customer", "credit", "document", "periods", "item"]);
/** A stored message: what a feed told, with its kind. */
const message = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.literal("customer"), ...customer }),
  z.looseObject({ kind: z.literal("credit"), ...customer }),
  z.looseObject({ kind: z.literal("item"), code: z.string().min(1), name: z.string(), active: z.boolean(), unit: z.string().min(1), changed: instant }),
  z.looseObject({ kind: z.literal("document"), number: z.string().nullable(), reference: z.string().nullable(), text: z.string().default(""), state: z.enum(["posted", "paid", "cancelled"]), customer: z.string().nullable(), currency: z.string(), total: amount, tax: amount, date: z.string(), changed: instant }),
  z.looseObject({ kind: z.literal("periods"), changed: instant, periods: z.array(z.looseObject({ name: z.string(), from: z.string(), to: z.string(), state: z.enum(["open", "close", "locked"]) })).min(1) }),
]);
type Message = z.infer<typeof message>;

export function toCanonical(input: TranslationInput<TrytonSettings>): Translation {
  const read = readJson(textOf(input.body), message);
  return read.ok ? toEvents(input, saidBy(read.value, input), "nothing in it is ours to know") : read;
}

/** Tryton's empty limit means that there is none. */
const noLimit = "999999999999.00";
const plain = (value: string): string => text(dec(value));

function saidBy(read: Message, { entity, receivedAt }: TranslationInput<TrytonSettings>): Said[] {
  const version = new Date(read.changed).getTime();
  switch (read.kind) {
    case "customer": return [
      said({ type: "customer.described", at: read.changed, data: { customer: read.code, version, name: (read.name ?? read.code).slice(0, 200), state: read.active ? "active" : "blocked", creditAccount: read.code, ...(read.terms === null ? {} : { terms: read.terms }) } }),
      position(read, 2 * epochMs(receivedAt)),
    ];
    case "item": return [said({ type: "item.described", at: read.changed, data: { item: read.code, version, description: read.name.slice(0, 300), state: read.active ? "active" : "discontinued", baseUnit: read.unit } })];
    case "credit": return [position(read, 2 * epochMs(receivedAt) + 1)];
    case "periods": return [said({ type: "periods.described", at: read.changed, data: { calendar: entity, version, periods: read.periods.map(({ name, from, to, state }) => ({ name, from, to, state: state === "open" ? "open" : "closed" })) } })];
    case "document": return documentSaid(read, entity, version);
  }
}

/**
 * The balance is net of payments and credits that are not applied yet, so neither is counted again. It moves without its party being written,
 * and a line that was committed late bears an earlier time than one that was read before: of two readings the one that came later counts.
 */
function position(read: Extract<Message, { kind: "customer" | "credit" }>, version: number): Said {
  return said({ type: "credit.positioned", at: read.changed, data: { account: read.code, version, currency: read.currency, limit: read.limit === null ? noLimit : plain(read.limit), openReceivables: plain(read.receivable), asOf: read.changed } });
}

/** A document of the subject that its reference names; an invoice of somebody else is kept until a person says whose it is. */
function documentSaid(read: Extract<Message, { kind: "document" }>, entity: string, version: number): Said[] {
  const subject = subjectOfForeignKey(read.reference), total = dec(read.total), sign = total.isNegative() ? -1 : 1;
  if (read.number === null || (subject ? subject.entity !== entity : sign < 0)) return [];
  const written = read.text.trim().slice(0, 500), reference = read.reference?.trim().slice(0, 80);
  return [said({
    type: "ledger.document_read", at: read.changed, subject: subject ?? unclaimedSubject(entity, read.number), data: {
      kind: sign < 0 ? "credit" : read.reference?.startsWith("post_debit|") ? "debit" : "invoice", number: read.number, ...(reference ? { reference } : {}), ...(subject || written === "" ? {} : { text: written }), version, state: read.state === "cancelled" ? "voided" : "posted",
      ...(read.customer === null ? {} : { customer: read.customer }), currency: read.currency, total: text(total.times(sign)), tax: text(dec(read.tax).times(sign)), accountingDate: read.date, lines: [],
    },
  })];
}
