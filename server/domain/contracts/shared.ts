import { z } from "zod";
import { decimalString } from "../decimal";
import { isCurrency } from "../money";

/** Parts that several data contracts use. Unknown fields are dropped here; the bytes as they came are kept by `receive`. */
/** A number or word that is only shown, compared and repeated: no key is made of it. */
export const mark = z.string().trim().min(1).max(80);
/** What keys are made of. `|` parts natural keys: with it one document's facts would be read as another's. */
export const code = mark.regex(/^[^|]*$/, "may not hold |, which parts the keys that are made of it");
/** Id of a line within its document: keys of lines and of their components are parted by `/` and `#`. */
export const lineId = mark.regex(/^[^|/#]*$/, "may not hold |, / or #, which part the keys that are made of it");
/** Code of a charge: what an order has several of is told apart by `#`. */
export const chargeWord = mark.regex(/^[^|#]*$/, "may not hold | or #, which part the keys that are made of it");
export const currency = z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code").refine(isCurrency, "must be the ISO 4217 code of a currency");
const bounded = (digits: number, what: string) => z.string().regex(new RegExp(`^\\d{1,${digits}}(\\.\\d{1,6})?$`), `must be ${what}, not negative, in plain notation with at most ${digits} digits before the point and 6 after`);
/**
 * Bounds of what may enter, so that no product or sum of it overflows a column (`numeric(38, 6)`): a quantity times a price over
 * the smallest price unit, for as many lines as an order may have, has 31 digits before the point.
 */
export const nonNegative = bounded(15, "an amount");
export const price = bounded(12, "a price");
export const quantity = bounded(9, "a quantity");
export const positiveQuantity = quantity.refine((value) => Number(value) > 0, "must be above zero");

/** A count, or a time up to the microsecond; above it the next whole number could not be told apart. */
export const version = z.number().int().min(1).max(4_000_000_000_000_000, "must be at most 4000000000000000");

/** Rows of which no two have one key: the second one is at fault, at its key. */
export const distinct = <T extends z.ZodType>(rows: z.ZodArray<T>, name: keyof z.infer<T> & string) =>
  rows.superRefine((list, context) => {
    const seen = new Set<unknown>();
    list.forEach((row, place) => {
      const key = (row as Record<string, unknown>)[name];
      if (seen.has(key)) context.addIssue({ code: "custom", path: [place, name], message: `is ${String(key)} a second time` });
      seen.add(key);
    });
  });

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
