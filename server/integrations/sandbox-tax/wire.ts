import { z } from "zod";
import type { Failure } from "@/server/domain/result";
import type { HttpResponse } from "../contract/connector";
import { readJson, sentence } from "../contract/outcome";

/** Levypoint's answers (API.md): amounts are JSON numbers of at most 2 decimals, rates are fractions. */
const number = z.number().min(-1e13).max(1e13);
const detail = z.looseObject({ jurisdiction: z.string().min(1), rate: z.number().min(0).max(10), tax: number, rateValidFrom: z.iso.date().nullish() });
export const transaction = z.looseObject({
  code: z.string().nullish(), status: z.string().nullish(), version: z.number().int().min(0).default(0), date: z.string(), taxDate: z.string().nullish(), currencyCode: z.string(), totalTax: number,
  lines: z.array(z.looseObject({ number: z.string(), tax: number, details: z.array(detail).default([]) })),
});
export type TaxTransaction = z.infer<typeof transaction>;

const errorBody = z.looseObject({ error: z.looseObject({ code: z.string(), message: z.string(), target: z.string().nullish() }) });
/** A committed or voided record that says something else is a disagreement of records; all else could not be determined. */
export function refusalOf(response: HttpResponse): Failure {
  const read = readJson(response.text, errorBody);
  if (!read.ok) return { code: "TAX-01", message: `Levypoint refused it (${response.status}) without saying why` };
  const { code, message, target } = read.value.error;
  return { code: code === "DocumentCommitted" || code === "DocumentVoided" ? "TAX-02" : "TAX-01", message: sentence(`${code}: ${message}`), ...(target ? { at: target } : {}) };
}
export const taxCodes = z.looseObject({ value: z.array(z.looseObject({ taxCode: z.string() })) });
