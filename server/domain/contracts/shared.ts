import { z } from "zod";
import { decimalString } from "../decimal";

/** Parts that several data contracts use. Unknown fields are dropped here; the bytes as they came are kept by `receive`. */
export const code = z.string().trim().min(1).max(80);
export const currency = z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code");
export const nonNegative = decimalString.refine((value) => !value.startsWith("-"), "must not be negative");
export const positiveQuantity = nonNegative.refine((value) => Number(value) > 0, "must be above zero");

export const address = z.object({
  name: z.string().max(200).optional(),
  line1: z.string().max(200).optional(),
  line2: z.string().max(200).optional(),
  city: z.string().max(120).optional(),
  postalCode: z.string().max(20).optional(),
  state: z.string().max(60).optional(),
  country: z.string().regex(/^[A-Z]{2}$/, "must be an ISO 3166 alpha-2 code"),
});
export type Address = z.infer<typeof address>;

/** A party, item, unit or other code in the words of the system that sent it; the cross-reference makes it canonical. */
export const fulfilmentMethods = [
  "stock", "will_call", "drop_ship", "special_order", "transfer", "consignment_fill", "consignment_use", "service", "bill_only",
] as const;
export type FulfilmentMethod = (typeof fulfilmentMethods)[number];

export const taxByJurisdiction = z.object({
  jurisdiction: code,
  rate: decimalString,
  amount: decimalString,
  /** First day of the rate: a change between estimate and final explains a difference (P18). */
  rateValidFrom: z.iso.date().optional(),
});
