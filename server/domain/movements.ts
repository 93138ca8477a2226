import type { Currency } from "./money";
import type { DecimalString } from "./decimal";
import type { Day } from "./instant";
import type { Holder, Stage } from "./stages";

/**
 * Terms of the conservation equations (domain reference 5) that are documents: each is counted from its own source and
 * never got by subtraction. What is left to do (U A R, W H E F) is a slice, not a movement.
 */
export const movementTerms = {
  ordered: "Q1 O", over: "Q1 V", shipped: "Q1 S", cancelled: "Q1 X", substituted: "Q1 B",
  request_released: "Q3", request_over: "Q3", request_shipped: "Q3", request_short: "Q3", request_recalled: "Q3",
  delivered: "Q4", lost: "Q4", refused: "Q4",
  invoiced: "Q5 I", free: "Q5 N", ahead: "Q5 Ahead",
  returned: "Q6", credited: "Q6", credited_ahead: "Q6", not_creditable: "Q6", restocked: "Q6", scrapped: "Q6", to_supplier: "Q6", sent_back: "Q6",
  order_value: "M2 goods", order_charges: "M2 charges", order_tax: "M2 tax", billed_goods: "M2 goods", billed_charges: "M2 charges", billed_tax: "M2 tax",
  over_value: "M2", free_value: "M2", ahead_value: "M2", cancelled_goods: "M2", cancelled_charges: "M2", cancelled_tax: "M2",
  diff_price_change: "M2 Diff", diff_freight_actual: "M2 Diff", diff_tax_redetermined: "M2 Diff", diff_weight: "M2 Diff", diff_rounding: "M2 Diff",
  wanted_total: "M3", committed_tax: "M3", posted_total: "M3", accepted_difference: "M3",
  invoice_total: "M4", debit_total: "M4", cash_applied: "M4", credit_applied: "M4", written_off: "M4", discount_taken: "M4",
  received: "M5", applied: "M5", deposit: "M5", unapplied: "M5", refunded: "M5", reversed: "M5",
  credit_total: "M6", credit_applied_out: "M6", credit_refunded: "M6",
  captured: "M7", fee: "M7", paid_out: "M7",
} as const;
export type MovementTerm = keyof typeof movementTerms;

/**
 * What a term of one document amounts to now. The pipeline appends the difference between this and what it has appended
 * before for the same (line, term, document), so the table only grows and a re-plan adds nothing.
 */
export interface Balance {
  /** Order line, charge (`charge:freight`) or empty for a header term. */
  line: string;
  term: MovementTerm;
  /** The document that proves it: order version, shipment, invoice number, receipt. */
  document: string;
  quantity: DecimalString;
  amount: DecimalString;
  currency: Currency;
  /** The entity's day, as accounting dates are. */
  effectiveOn: Day;
  period: string | null;
}

/** Buckets of what is left to do, disjoint by precedence exception, held, in flight, waiting. */
export type OpenBucket = "unallocated" | "allocated" | "released" | "waiting" | "held" | "exception" | "in_flight";

/** A part of a line's quantity (or a charge, tax) that is in one stage, with exactly one holder. */
export interface Slice {
  /** Stable within the subject as long as the same thing waits: line, document. */
  key: string;
  line: string;
  stage: Stage;
  bucket: OpenBucket | null;
  quantity: DecimalString;
  amount: DecimalString;
  /** Estimated or final tax and charges of the slice, for M2 and money held. */
  charges: DecimalString;
  tax: DecimalString;
  currency: Currency;
  holder: Holder;
  /** Start of this stage for this slice. */
  since: string;
  /** When the stage is late; null where it has no target or the clock is paused. */
  dueAt: string | null;
  document: string | null;
}
