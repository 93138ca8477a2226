import type { Address } from "./contracts/shared";
import type { DecimalString } from "./decimal";
import type { Day, Instant } from "./instant";
import type { Currency } from "./money";

/**
 * What each command asks, in canonical words; connectors translate. `reference` is always the command's natural key's short
 * form that the target must repeat, so that the document can be found again. Quantities in base units.
 */
export interface TaxLine { line: string; item: string | null; taxCategory: string; quantity: DecimalString; net: DecimalString }
export interface TaxQuestion { reference: string; basis: string; customer: string; shipTo: Address; currency: Currency; taxDate: Day; exempt: boolean; lines: TaxLine[] }
/** A cash discount: paid until that day, the amount less settles. `base` is the goods, without charges and tax. */
export interface EarlyPayment { until: Day; percent: DecimalString; base: DecimalString; amount: DecimalString }
/** When a debit is due: by the terms of its invoice from its own date; on that date where nobody knows them. */
export interface DebitTerms { terms: string | null; dueDate: Day }
export interface CommandPayloads {
  acknowledge_order: { order: string; version: number; state: "accepted" | "cancelled"; lines: { line: string; quantity: DecimalString; promised: Day | null }[]; /** Requests to cancel that this answers: what of them the lines still have was refused. */ cancels?: string[] };
  estimate_tax: TaxQuestion;
  request_allocation: { order: string; line: string; revision: number; item: string; quantity: DecimalString; warehouse: string | null; neededOn: Day | null };
  authorise_payment: { order: string; amount: DecimalString; currency: Currency };
  void_authorisation: { order: string; authorisation: string };
  release_to_warehouse: { reference: string; order: string; request: string; warehouse: string | null; customer: string; shipTo: Address; carrier: string | null; shipOn: Day | null; purchaseOrder: string | null; lines: { line: string; item: string; quantity: DecimalString; substitutionAllowed: boolean; component: string | null }[] };
  recall_release: { order: string; request: string; lines: { line: string; quantity: DecimalString }[] };
  update_order_status: { order: string; status: "accepted" | "released" | "part_shipped" | "shipped" | "invoiced" | "cancelled"; version: number; lines: { line: string; shipped: DecimalString }[]; tracking: string[] };
  notify_shipment: { shipment: string; audience: "customer" | "channel"; order: string; customer: string; customerName: string; revision: number; carrier: string | null; tracking: string | null; shippedAt: Instant; shipTo: Address; lines: { orderLine: string; item: string; quantity: DecimalString }[] };
  determine_tax: TaxQuestion;
  commit_tax: { document: string; revision: number; invoice: string; total: DecimalString };
  void_tax: { document: string; revision: number };
  /** Tax of a posted credit, taken off what its invoice has committed. */
  return_tax: { reference: string; original: string; invoice: string; credit: string; customer: string; shipTo: Address; currency: Currency; taxDate: Day; lines: (TaxLine & { tax: DecimalString })[]; total: DecimalString };
  post_invoice: {
    reference: string; unit: string; revision: number; customer: string; billTo: string; payer: string; orders: string[]; purchaseOrder: string | null; shipment: string;
    currency: Currency; terms: string; accountingDate: Day; dueDate: Day; /** Where the terms have a cash discount. */ earlyPayment?: EarlyPayment; revenueDate: Day; shipTo: Address;
    lines: { key: string; order: string; line: string; item: string; description: string; quantity: DecimalString; price: DecimalString; priceUnit: DecimalString; net: DecimalString; tax: DecimalString; taxCategory: string }[];
    charges: { charge: string; order: string; amount: DecimalString; tax: DecimalString; taxCategory: string }[];
    net: DecimalString; chargesTotal: DecimalString; tax: DecimalString; total: DecimalString;
  };
  void_invoice: { invoice: string; reference: string };
  send_invoice: { invoice: string; customer: string; channel: string; total: DecimalString; currency: Currency };
  capture_payment: { reference: string; order: string; unit: string; authorisation: string; amount: DecimalString; currency: Currency; invoice: string };
  post_credit: {
    reference: string; class: "correction" | "return" | "price_adjustment" | "allowance" | "tax_only"; cause: string; customer: string; billTo: string; payer: string;
    order: string; invoice: string; currency: Currency; accountingDate: Day; taxDate: Day;
    lines: { key: string; line: string; item: string; description: string; quantity: DecimalString; net: DecimalString; tax: DecimalString; taxCategory: string }[];
    charges: { charge: string; amount: DecimalString; tax: DecimalString; taxCategory: string }[];
    net: DecimalString; chargesTotal: DecimalString; tax: DecimalString; total: DecimalString;
  };
  /**
   * What is owed beyond an invoice that left (a supplementary invoice, decision 22): in amounts that raise the receivable, an open item
   * of its own. One line of several may lower it; the whole never does.
   */
  post_debit: CommandPayloads["post_credit"] & DebitTerms;
  /** A posted credit, by the ledger's own number, set against the invoice or debit that it settles. */
  apply_credit: { reference: string; credit: string; invoice: string; amount: DecimalString; currency: Currency };
  post_receipt: { reference: string; receipt: string; payer: string; means: string; amount: DecimalString; currency: Currency; accountingDate: Day };
  apply_receipt: { reference: string; receipt: string; receiptNumber: string; invoice: string; amount: DecimalString; writeOff: DecimalString; currency: Currency };
  reverse_application: { reference: string; receipt: string; invoice: string; amount: DecimalString };
  /** The whole of a posted receipt, by the ledger's own number; only once nothing of it is applied. */
  reverse_receipt: { reference: string; receipt: string; receiptNumber: string; amount: DecimalString; currency: Currency; accountingDate: Day };
  /** Money given back, booked against the open credit or receipt that it settles (`number`: the ledger's own). */
  post_refund: { reference: string; source: "credit" | "receipt"; number: string; means: "bank" | "card"; amount: DecimalString; currency: Currency; accountingDate: Day };
  /** The whole of a booked refund, by the ledger's own number: the provider says by now that it failed, or was another amount. */
  reverse_refund: { reference: string; refundNumber: string; source: "credit" | "receipt"; number: string; amount: DecimalString; currency: Currency; accountingDate: Day };
  /** `capture`: the card money that it goes back on; null where it goes back to a bank account. */
  refund_payment: { reference: string; receipt: string; capture: string | null; amount: DecimalString; currency: Currency; reason: string };
  /**
   * What a channel may sell of an item out of a warehouse, whole: never a difference. `reserved`: what the channel had promised when this was
   * reckoned, where it tells; what it promised since comes off. `corrects`: its own count, where that is one that nobody can explain.
   */
  update_stock: { item: string; warehouse: string; version: number; available: DecimalString; reserved?: DecimalString; corrects?: DecimalString };
}

/**
 * What a target's confirmation carries back into `CommandView.result`. `verifiedAt` on the view says that it was read back
 * and agreed; these are the target's own figures.
 */
export interface CommandResults {
  estimate_tax: { kind: "estimate"; document: string; basis: string; taxDate: Day; lines: { line: string; tax: DecimalString }[]; jurisdictions: { jurisdiction: string; rate: DecimalString; amount: DecimalString; rateValidFrom?: Day }[]; total: DecimalString };
  determine_tax: { kind: "final"; document: string; basis: string; taxDate: Day; lines: { line: string; tax: DecimalString }[]; jurisdictions: { jurisdiction: string; rate: DecimalString; amount: DecimalString; rateValidFrom?: Day }[]; total: DecimalString };
  request_allocation: { allocated: DecimalString; backordered: DecimalString; warehouse: string | null; availableOn: Day | null; refusedReason: string | null };
  release_to_warehouse: { request: string; warehouse: string; state: "accepted" | "refused"; reason: string | null };
  recall_release: { accepted: { line: string; quantity: DecimalString }[]; refused: { line: string; quantity: DecimalString }[] };
  post_invoice: { number: string; net: DecimalString; charges: DecimalString; tax: DecimalString; total: DecimalString; customer: string; currency: Currency; accountingDate: Day; dueDate: Day | null; state: "draft" | "posted"; /** By the ledger's own clock, where it tells. */ postedAt?: Instant; lines: { key: string; quantity: DecimalString; net: DecimalString; tax: DecimalString }[] };
  post_credit: { number: string; net: DecimalString; charges: DecimalString; tax: DecimalString; total: DecimalString; customer: string; currency: Currency; accountingDate: Day; state: "draft" | "posted" };
  post_debit: CommandResults["post_credit"] & { dueDate: Day | null; /** By the ledger's own clock, where it tells. */ postedAt?: Instant };
  apply_credit: { applied: DecimalString; open: DecimalString };
  capture_payment: { capture: string; amount: DecimalString };
  commit_tax: { state: "committed"; total: DecimalString };
  void_tax: { state: "voided" };
  return_tax: { state: "committed"; total: DecimalString };
  post_receipt: { number: string; amount: DecimalString };
  apply_receipt: { applied: DecimalString; writtenOff: DecimalString; open: DecimalString };
  reverse_receipt: { reversed: DecimalString };
  post_refund: { amount: DecimalString };
  reverse_refund: { reversed: DecimalString };
  refund_payment: { refund: string; amount: DecimalString; state: "pending" | "settled" };
  send_invoice: { at: Instant };
  notify_shipment: { at: Instant };
}
