import { z } from "zod";
import { decimalString } from "../decimal";
import { day, instant } from "../instant";
import { mappedKinds } from "../mapped-kinds";
import { unitConversion } from "../quantity";
import { code, currency, nonNegative, price, quantity, version } from "./shared";

/** Customer as its system of record (the ERP) has it. `version` orders two readings of the same record. */
export const customerMaster = z.object({
  customer: code, version, name: z.string().max(200), state: z.enum(["active", "blocked"]),
  creditAccount: code.optional(), terms: code.optional(), currency: currency.optional(), purchaseOrderRequired: z.boolean().default(false),
  email: z.string().max(200).optional(),
  /** Invoice total above which one approval is needed, where this customer has its own (else P15). */
  approvalLimit: nonNegative.optional(),
  taxExempt: z.boolean().default(false),
  certificates: z.array(z.object({ jurisdiction: code, validFrom: day, validTo: day.optional() })).default([]),
  acceptsSubstitutes: z.boolean().optional(),
  /** False while the account is to be reviewed: new, long without an order, or its bank, address or owner changed. Absent: nobody says. */
  creditReviewed: z.boolean().optional(),
});
export type CustomerMaster = z.infer<typeof customerMaster>;

export const itemMaster = z.object({
  item: code, version, description: z.string().max(300).default(""), state: z.enum(["active", "discontinued", "blocked"]),
  baseUnit: code, units: z.array(unitConversion).default([]), taxCategory: code.default("goods"),
  /** Channels that may sell it; absent: all. */
  channels: z.array(code).optional(),
  notIntoStates: z.array(code).default([]),
  lotRequired: z.boolean().default(false), serialRequired: z.boolean().default(false), weightRequired: z.boolean().default(false),
  packMultiple: quantity.optional(), minimumQuantity: quantity.optional(), absurdAbove: nonNegative.optional(),
});
export type ItemMaster = z.infer<typeof itemMaster>;

export const priceAgreement = z.object({
  agreement: code, version, customer: code, item: code, price, unit: code, priceUnit: decimalString.default("1"),
  currency, validFrom: day, validTo: day.optional(),
});
export type PriceAgreement = z.infer<typeof priceAgreement>;

/** A credit account's position in the ERP at `asOf`. */
export const creditPosition = z.object({
  account: code, version, currency, limit: nonNegative, openReceivables: decimalString,
  unappliedReceipts: decimalString.default("0"), openCredits: decimalString.default("0"), overdue: decimalString.default("0"), oldestDue: day.optional(), asOf: instant,
});
export type CreditPosition = z.infer<typeof creditPosition>;

export const fiscalPeriods = z.object({
  calendar: code, version,
  periods: z.array(z.object({ name: code, from: day, to: day, state: z.enum(["open", "soft_closed", "closed"]) })),
});
export type FiscalPeriods = z.infer<typeof fiscalPeriods>;

/** One row of the cross-reference; `canonical` absent takes the mapping away. */
export const crossReference = z.object({
  kind: z.enum(mappedKinds),
  system: code, code, canonical: code.optional(), version,
});
export type CrossReference = z.infer<typeof crossReference>;

/**
 * What a system has behind one of its own codes, in its words: for matching with our records, never a record itself.
 * `reference`: our code, where that system keeps it. `unit`: in which it counts an item.
 */
export const codeDescribed = z.object({
  kind: z.enum(mappedKinds), system: code, code, version, name: z.string().trim().max(300).default(""), state: z.enum(["active", "ended"]).default("active"),
  reference: code.optional(), email: z.string().max(200).optional(), unit: code.optional(),
});

/** A person's word on a pack that the item's own record does not state: one `unit` holds numerator / denominator base units. */
export const unitStated = z.object({ item: code, version, ...unitConversion.shape });

/** Of what one system says of one position: so many of its words are looked at, as another's count may still stand at one of these. */
export const stockWordsKept = 20;
export const stockPosition = z.object({ item: code, warehouse: code, version, onHand: decimalString, allocated: decimalString, at: instant });
