import { z } from "zod";
import { decimalString } from "../decimal";
import { day, instant } from "../instant";
import { code, currency, mark, nonNegative, taxByJurisdiction, version } from "./shared";

/** Answer of the tax service for one basis. `basis` is the digest of what was asked, so a stale answer is seen. */
export const taxDetermined = z.object({
  kind: z.enum(["estimate", "final"]),
  document: code,
  basis: code,
  taxDate: day,
  currency,
  lines: z.array(z.object({ line: code, tax: decimalString })),
  jurisdictions: z.array(taxByJurisdiction),
  total: decimalString,
});
export type TaxDetermined = z.infer<typeof taxDetermined>;

export const taxRecordChanged = z.object({ document: code, state: z.enum(["uncommitted", "committed", "voided"]), total: decimalString, version });

/** A sales document in the ledger, as read back. Absent amounts are absent, never zero. */
export const ledgerDocument = z.object({
  kind: z.enum(["invoice", "credit", "debit"]),
  number: code,
  /** Our natural key, which the ERP repeats as its external reference. */
  reference: mark.optional(),
  order: code.optional(),
  /** What people wrote on it, where it is not ours: a document without our reference is told from it. */
  text: z.string().trim().min(1).max(500).optional(),
  version,
  state: z.enum(["draft", "posted", "voided"]),
  customer: code.optional(),
  currency,
  net: decimalString.optional(),
  charges: decimalString.optional(),
  tax: decimalString.optional(),
  total: decimalString.optional(),
  accountingDate: day,
  dueDate: day.optional(),
  lines: z.array(z.object({ line: code, quantity: decimalString, net: decimalString, tax: decimalString.optional() })).default([]),
});
export type LedgerDocument = z.infer<typeof ledgerDocument>;

export const invoiceDelivered = z.object({ invoice: code, channel: code, state: z.enum(["sent", "bounced", "refused"]), at: instant, reason: z.string().max(300).optional() });

export const paymentAuthorised = z.object({
  order: code, authorisation: code, version,
  state: z.enum(["authorised", "expired", "voided", "failed"]), amount: nonNegative, currency, at: instant, expires: instant.optional(),
});
export type PaymentAuthorised = z.infer<typeof paymentAuthorised>;

/**
 * Money that came in: by bank, card or check. It belongs to a payer, not to an order. What a bank books as a negative line is
 * something else: a payment that bounced is its receipt once more with `reversed`, money given back is `refund.settled`.
 */
export const receiptRecorded = z.object({
  receipt: code, version, payer: code, means: z.enum(["bank", "card", "check", "cash"]),
  amount: nonNegative, currency, receivedOn: day, reversed: z.boolean().default(false),
  /** What the payer says it is for; `document` is an invoice, credit or order number as they wrote it. */
  remittance: z.array(z.object({ document: mark, amount: nonNegative })).default([]),
  order: code.optional(),
  authorisation: code.optional(),
});
export type ReceiptRecorded = z.infer<typeof receiptRecorded>;

export const refundSettled = z.object({ refund: code, receipt: code, version, state: z.enum(["pending", "settled", "failed"]), amount: nonNegative, currency, at: instant });
