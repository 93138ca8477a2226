import { z } from "zod";
import { dec } from "@/server/domain/decimal";
import { decimalsOf, moneyText } from "@/server/domain/money";
import type { Failure } from "@/server/domain/result";
import type { HttpResponse } from "../contract/connector";
import { readJson, sentence } from "../contract/outcome";

/** Cardwright's shapes (API.md): integers in minor units, currencies in lower case, Unix seconds. */
const minor = z.number().int().min(-1e14).max(1e14);
const seconds = z.number().int().min(0).max(8.64e12);
const currency = z.string().regex(/^[a-z]{3}$/);
const note = z.string().nullish();

export const capture = z.looseObject({ id: z.string().min(1), object: z.literal("capture"), authorisation: z.string(), amount: minor, currency, reference: note, status: z.string(), created: seconds });
export type Capture = z.infer<typeof capture>;
export const refund = z.looseObject({ id: z.string().min(1), object: z.literal("refund"), capture: z.string(), amount: minor, currency, reference: note, status: z.string(), created: seconds });
export type Refund = z.infer<typeof refund>;
export const authorisation = z.looseObject({ id: z.string().min(1), object: z.literal("authorisation"), amount: minor, currency, status: z.string(), order_reference: note, created: seconds, expires_at: seconds.nullish() });
export type Authorisation = z.infer<typeof authorisation>;

export const bankReceipt = z.looseObject({
  seq: z.number().int(), id: z.string().min(1), booked_on: z.iso.date(), amount: minor, currency, payer: z.looseObject({ name: note, debtor_reference: note }), method: z.string(), text: note,
  remittance: z.array(z.looseObject({ document: z.string(), amount: minor })).default([]), reversal_of: note,
});
export type BankReceipt = z.infer<typeof bankReceipt>;
export const bankPage = z.looseObject({ receipts: z.array(bankReceipt), last_seq: z.number().int(), more: z.boolean() });
export const list = <S extends z.ZodType>(row: S) => z.looseObject({ data: z.array(row), has_more: z.boolean().default(false) });
export const event = z.looseObject({ id: z.string().min(1), type: z.string(), created: seconds, data: z.looseObject({ object: z.looseObject({ object: z.string() }) }) });

/** Minor units as an amount in text, by the currency's own number of decimals; and back. */
export const fromMinor = (amount: number, code: string): string => { const name = code.toUpperCase(); return moneyText(dec(amount).div(dec(10).pow(decimalsOf(name))), name); };
export const toMinor = (amount: string, code: string): number => dec(amount).times(dec(10).pow(decimalsOf(code))).toNumber();
export const at = (unixSeconds: number): string => new Date(unixSeconds * 1000).toISOString();

const errorBody = z.looseObject({ error: z.looseObject({ type: z.string(), code: z.string(), message: z.string(), param: note }) });
export const errorOf = (response: HttpResponse): z.infer<typeof errorBody>["error"] | null => { const read = readJson(response.text, errorBody); return read.ok ? read.value.error : null; };
export function refusalOf(code: string): (response: HttpResponse) => Failure {
  return (response) => {
    const error = errorOf(response);
    return error ? { code, message: sentence(`${error.code}: ${error.message}`), ...(error.param ? { at: error.param } : {}) } : { code, message: `Cardwright refused it (${response.status}) without saying why` };
  };
}
