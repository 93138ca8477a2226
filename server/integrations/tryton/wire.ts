import { z } from "zod";
import { dec, text } from "@/server/domain/decimal";
import type { Failure } from "@/server/domain/result";
import { sentence } from "../contract/outcome";

/** Tryton's JSON: a value that JSON has no type for is an object that names its class. */
const two = (value: number): string => String(value).padStart(2, "0");
export const decimal = z.strictObject({ __class__: z.literal("Decimal"), decimal: z.string().regex(/^-?\d{1,15}(\.\d{1,12})?$/) }).transform((value) => value.decimal);
export const date = z.strictObject({ __class__: z.literal("date"), year: z.number().int(), month: z.number().int(), day: z.number().int() }).transform((value) => `${value.year}-${two(value.month)}-${two(value.day)}`);
export const datetime = z.strictObject({ __class__: z.literal("datetime"), year: z.number().int(), month: z.number().int(), day: z.number().int(), hour: z.number().int(), minute: z.number().int(), second: z.number().int(), microsecond: z.number().int() })
  .transform((value) => new Date(Date.UTC(value.year, value.month - 1, value.day, value.hour, value.minute, value.second, Math.floor(value.microsecond / 1000))).toISOString());

/** Quantities are floating-point numbers there: six places are what they are worth. */
export const quantity = z.number().min(0).max(1e9).transform((value) => text(dec(value.toFixed(6))));

export const toDecimal = (value: string): object => ({ __class__: "Decimal", decimal: value });
export function toDate(iso: string): object {
  const [year, month, day] = iso.split("-").map(Number);
  return { __class__: "date", year, month, day };
}
export function toDatetime(iso: string): object {
  const at = new Date(iso);
  return { __class__: "datetime", year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate(), hour: at.getUTCHours(), minute: at.getUTCMinutes(), second: at.getUTCSeconds(), microsecond: at.getUTCMilliseconds() * 1000 };
}

const row = { id: z.number().int() };
/** A row that was never written has no write date yet. */
const stamped = { ...row, create_date: datetime, write_date: datetime.nullable() };
export const changedAt = (of: { create_date: string; write_date: string | null }): string => of.write_date ?? of.create_date;
export const identified = z.looseObject(row);

export const period = z.looseObject({ ...stamped, name: z.string(), start_date: date, end_date: date, state: z.enum(["open", "close", "locked"]) });
export const invoice = z.looseObject({
  ...stamped, number: z.string().nullable(), state: z.enum(["draft", "validated", "posted", "paid", "cancelled"]), reference: z.string().nullable(), description: z.string().nullish(), comment: z.string().nullish(), party: z.number(), "party.": z.looseObject({ code: z.string().nullable() }), account: z.number(), move: z.number().nullable(),
  invoice_date: date.nullable(), accounting_date: date.nullable(), "currency.": z.looseObject({ code: z.string() }), total_amount: decimal, tax_amount: decimal, untaxed_amount: decimal, amount_to_pay: decimal,
});
export type TrytonInvoice = z.infer<typeof invoice>;
export const invoiceFields = ["number", "state", "reference", "description", "comment", "party", "party.code", "account", "move", "invoice_date", "accounting_date", "currency.code", "total_amount", "tax_amount", "untaxed_amount", "amount_to_pay", "create_date", "write_date"];
const invoiceLine = z.looseObject({ ...row, type: z.string(), note: z.string().nullable(), quantity: z.number().nullable(), amount: decimal.nullable() });
const invoiceTax = z.looseObject({ ...row, description: z.string(), amount: decimal, account: z.number() });
const ledgerLine = z.looseObject({ ...row, account: z.number(), debit: decimal, credit: decimal, maturity_date: date.nullable() });
export const moveLine = z.looseObject({ ...row, move: z.number(), account: z.number(), party: z.number().nullable(), debit: decimal, credit: decimal, maturity_date: date.nullable(), reconciliation: z.number().nullable(), invoice_payment: z.number().nullish(), description: z.string().nullish() });
export type MoveLine = z.infer<typeof moveLine>;
export const moveLineFields = ["move", "account", "party", "debit", "credit", "maturity_date", "reconciliation", "invoice_payment", "description"];
/** A document with its lines and what the general ledger says of it, read in one question. */
export const document = invoice.extend({ "lines.": z.array(invoiceLine), "taxes.": z.array(invoiceTax), "move.": z.looseObject({ "lines.": z.array(ledgerLine) }).nullish() });
export type TrytonDocument = z.infer<typeof document>;
export const documentFields = [...invoiceFields, ...["type", "note", "quantity", "amount"].map((field) => `lines.${field}`), ...["description", "amount", "account"].map((field) => `taxes.${field}`), ...["account", "debit", "credit", "maturity_date"].map((field) => `move.lines.${field}`)];
export const move = z.looseObject({ ...row, number: z.string(), state: z.enum(["draft", "posted"]), description: z.string().nullable(), origin: z.string().nullish() });
export type Move = z.infer<typeof move>;

const errorShape = z.tuple([z.string(), z.union([z.string(), z.null(), z.array(z.unknown())])]).rest(z.unknown());
export const envelope = z.looseObject({ id: z.number().nullish(), result: z.unknown().optional(), error: errorShape.optional() }).refine((value) => Object.hasOwn(value, "result") || Object.hasOwn(value, "error"), "neither result nor error");
export type RpcError = z.infer<typeof errorShape>;

/** What an error of Tryton means. Whatever it is, its transaction was rolled back (trytond, protocols/dispatcher.py): nothing was done. */
export type Meaning = { kind: "retryable" | "rights" | "rejected"; failure: Failure } | { kind: "warning"; name: string; failure: Failure };
/** Of its database, as psycopg says them: locks, and a database that restarts or has no connection left. */
const passing = /could not obtain lock|deadlock detected|could not serialize|server closed the connection|terminating connection|(connection|cursor) already closed|connection pool exhausted|could not connect to server|connection to server .* failed|the database system is|too many clients|remaining connection slots/i;
export function meaningOf(error: RpcError, code: string): Meaning {
  const [type, detail] = error, parts = Array.isArray(detail) ? detail.map(String) : [];
  const said = (text: string | undefined): string => sentence(`Tryton: ${text ?? type}`);
  if (type === "ConcurrencyException" || passing.test(type)) return { kind: "retryable", failure: { code: "TEC-01", message: said(type === "ConcurrencyException" ? "somebody else changed it meanwhile" : type) } };
  if (type === "LoginException" || (type === "UserError" && /^You are not allowed to access /.test(parts[0] ?? ""))) return { kind: "rights", failure: { code: "TEC-02", message: said(parts[0]) } };
  if (type === "UserWarning") return { kind: "warning", name: parts[0] ?? "", failure: { code, message: said(parts[1]) } };
  if (type === "UserError") return { kind: "rejected", failure: { code, message: said(parts[0]) } };
  return { kind: "rejected", failure: { code: "TEC-05", message: said(`failed inside: ${type}`) } };
}
