import type { CommandKind } from "./commands";
import type { Team } from "./exceptions";
import type { SubjectKind } from "./subject";

/** Everything needed is known and somebody must say yes (domain reference 4). A hold never ends by age. */
interface HoldRule {
  name: string;
  level: "order" | "line" | "billing_unit" | "posting" | "credit" | "refund" | "supplier_invoice" | "any";
  /** Commands it stops. Empty: named when it is placed, or by a process that is not built yet. */
  blocks: readonly CommandKind[];
  owner: Team;
  /** Minutes of business time after which it goes one step up. Null: by the date that the hold itself names. */
  escalatesAfterMinutes: number | null;
  escalatesTo: string;
  setWhen: string;
  releasedBy: string;
  releasesItselfWhen: string;
}

export const holdCatalogue = {
  CREDIT_LIMIT: {
    name: "Credit limit", level: "order", blocks: ["release_to_warehouse"], owner: "credit",
    escalatesAfterMinutes: 240, escalatesTo: "finance",
    setWhen: "exposure + order > limit",
    releasedBy: "credit manager, to own limit",
    releasesItselfWhen: "exposure + order ≤ limit: receipt posted or applied, credit posted, limit raised, order reduced. Shows our own unposted receipts and credits",
  },
  CREDIT_OVERDUE: {
    name: "Overdue items", level: "order", blocks: ["release_to_warehouse"], owner: "credit",
    escalatesAfterMinutes: 240, escalatesTo: "finance",
    setWhen: "items more than 15 days past due above 100.00, or broken promise to pay",
    releasedBy: "credit manager",
    releasesItselfWhen: "overdue at or below the tolerance; disputed items not counted",
  },
  ACCOUNT_REVIEW: {
    name: "Account review", level: "order", blocks: ["release_to_warehouse"], owner: "credit",
    escalatesAfterMinutes: 1440, escalatesTo: "finance",
    setWhen: "first order, no order for 12 months, or bank, address or owner changed",
    releasedBy: "credit manager",
    releasesItselfWhen: "review recorded in the ERP",
  },
  CUSTOMER_BLOCKED: {
    name: "Customer blocked", level: "order", blocks: ["release_to_warehouse", "post_invoice"], owner: "credit",
    escalatesAfterMinutes: 1440, escalatesTo: "credit",
    setWhen: "ERP says blocked",
    releasedBy: "nobody here",
    releasesItselfWhen: "unblocked in the ERP",
  },
  PREPAYMENT_DUE: {
    name: "Prepayment due", level: "order", blocks: ["release_to_warehouse"], owner: "credit",
    escalatesAfterMinutes: 7200, escalatesTo: "order desk (cancel?)",
    setWhen: "terms in advance, or deposit not received",
    releasedBy: "credit manager",
    releasesItselfWhen: "cleared receipts for the order ≥ required",
  },
  PAYMENT_AUTHORISATION: {
    name: "Payment authorisation", level: "billing_unit", blocks: ["release_to_warehouse", "capture_payment"], owner: "credit",
    escalatesAfterMinutes: 1440, escalatesTo: "order desk",
    setWhen: "authorisation missing, expired, or below what is to be captured",
    releasedBy: "credit manager (ship on terms instead)",
    releasesItselfWhen: "new authorisation covers it",
  },
  DUPLICATE_DOCUMENT: {
    name: "Possible duplicate", level: "order", blocks: ["release_to_warehouse"], owner: "order_desk",
    escalatesAfterMinutes: 120, escalatesTo: "lead",
    setWhen: "P14; same supplier, number and amount",
    releasedBy: "order desk lead; payables lead",
    releasesItselfWhen: "the other one is cancelled or was a release of a blanket",
  },
  PRICE_VARIANCE: {
    name: "Price differs", level: "line", blocks: ["release_to_warehouse"], owner: "pricing",
    escalatesAfterMinutes: 240, escalatesTo: "sales lead",
    setWhen: "beyond P7 from the agreement, or below the margin floor",
    releasedBy: "pricing, to own limit",
    releasesItselfWhen: "price corrected, agreement changed with effect on the price date",
  },
  PO_NUMBER_MISSING: {
    name: "Purchase order number missing", level: "order", blocks: ["release_to_warehouse", "post_invoice"], owner: "order_desk",
    escalatesAfterMinutes: 1440, escalatesTo: "lead",
    setWhen: "customer demands a purchase order number or reference",
    releasedBy: "order desk",
    releasesItselfWhen: "number arrives",
  },
  TRADE_COMPLIANCE: {
    name: "Trade compliance", level: "order", blocks: ["release_to_warehouse", "notify_shipment"], owner: "compliance",
    escalatesAfterMinutes: 1440, escalatesTo: "finance",
    setWhen: "denied party, embargo, controlled or regulated item without licence",
    releasedBy: "compliance, two persons",
    releasesItselfWhen: "new screening clears it",
  },
  SHIP_COMPLETE: {
    name: "Ship complete", level: "order", blocks: ["release_to_warehouse"], owner: "order_desk",
    escalatesAfterMinutes: null, escalatesTo: "order desk lead",
    setWhen: "customer wants it complete and it is not",
    releasedBy: "order desk (with the customer's consent noted)",
    releasesItselfWhen: "everything is available",
  },
  CHANGED_AFTER_RELEASE: {
    name: "Changed after release", level: "billing_unit", blocks: ["post_invoice"], owner: "billing",
    escalatesAfterMinutes: 1440, escalatesTo: "finance",
    setWhen: "price, charge, bill-to or terms changed between release and invoice",
    releasedBy: "billing lead; finance above 10,000",
    releasesItselfWhen: "the change is taken back",
  },
  AMOUNT_LIMIT: {
    name: "Above limit", level: "billing_unit", blocks: ["post_invoice"], owner: "billing",
    escalatesAfterMinutes: 240, escalatesTo: "finance",
    setWhen: "P15",
    releasedBy: "billing lead; finance; two persons above 100,000",
    releasesItselfWhen: "total falls below the limit",
  },
  OVER_SHIPMENT: {
    name: "Over-shipment", level: "billing_unit", blocks: ["post_invoice"], owner: "order_desk",
    escalatesAfterMinutes: 1440, escalatesTo: "billing",
    setWhen: "shipped > ordered + tolerance",
    releasedBy: "order desk: bill, absorb (N) or take back",
    releasesItselfWhen: "customer's change raises the order; warehouse corrects",
  },
  TAX_VARIANCE: {
    name: "Tax differs", level: "billing_unit", blocks: ["post_invoice"], owner: "tax",
    escalatesAfterMinutes: 240, escalatesTo: "finance",
    setWhen: "P18",
    releasedBy: "tax, finance",
    releasesItselfWhen: "new determination agrees, or a dated change explains it",
  },
  EXEMPTION_CERTIFICATE: {
    name: "Exemption certificate", level: "billing_unit", blocks: ["post_invoice"], owner: "tax",
    escalatesAfterMinutes: 2880, escalatesTo: "finance",
    setWhen: "customer is exempt and no certificate covers jurisdiction and tax point",
    releasedBy: "tax: bill with tax, or accept with promise date",
    releasesItselfWhen: "certificate recorded that covers the date",
  },
  DELIVERY_PROOF: {
    name: "Delivery proof", level: "billing_unit", blocks: ["post_invoice"], owner: "billing",
    escalatesAfterMinutes: 4320, escalatesTo: "logistics",
    setWhen: "delivered is the trigger, carrier's date has passed, no proof. (Before that date it is a wait.)",
    releasedBy: "billing lead with other evidence",
    releasesItselfWhen: "proof arrives",
  },
  FREIGHT_PENDING: {
    name: "Freight pending", level: "billing_unit", blocks: ["post_invoice"], owner: "billing",
    escalatesAfterMinutes: 2880, escalatesTo: "billing bills the estimate on a decision",
    setWhen: "freight is billed at actual cost and cost is not known",
    releasedBy: "billing lead: use the estimate",
    releasesItselfWhen: "carrier charge arrives",
  },
  CREDIT_APPROVAL: {
    name: "Credit or debit memo", level: "credit", blocks: ["post_credit", "post_debit"], owner: "billing",
    escalatesAfterMinutes: 1440, escalatesTo: "finance",
    setWhen: "any credit without goods, without authorisation, above 1,000, or of class correction or price adjustment; any debit",
    releasedBy: "billing lead to 1,000; finance above; two persons above 25,000",
    releasesItselfWhen: "never",
  },
  REFUND_APPROVAL: {
    name: "Refund", level: "refund", blocks: ["refund_payment", "post_refund", "reverse_refund", "reverse_application"], owner: "finance",
    escalatesAfterMinutes: 1440, escalatesTo: "controller",
    setWhen: "other means than the original, above 500, more than one for a receipt, or made, corrected or failed at the provider by itself",
    releasedBy: "finance; two persons above 10,000",
    releasesItselfWhen: "never",
  },
  ADJUSTMENT_APPROVAL: {
    name: "Adjustment", level: "posting", blocks: ["apply_receipt"], owner: "billing",
    escalatesAfterMinutes: 7200, escalatesTo: "finance",
    setWhen: "above P12; a receipt is corrected after it was posted",
    releasedBy: "billing lead to 100; finance above",
    releasesItselfWhen: "receipt closes it; the correction is taken back",
  },
  MATCH_VARIANCE: {
    name: "Match variance", level: "supplier_invoice", blocks: [], owner: "payables",
    escalatesAfterMinutes: 4320, escalatesTo: "finance",
    setWhen: "price, quantity, tax or freight beyond tolerance in the three-way match",
    releasedBy: "purchasing for price, warehouse for quantity, payables lead closes",
    releasesItselfWhen: "receipt posted, purchase order changed, debit memo posted, corrected invoice",
  },
  SUPPLIER_BANK_CHANGED: {
    name: "Supplier bank changed", level: "supplier_invoice", blocks: [], owner: "finance",
    escalatesAfterMinutes: 2880, escalatesTo: "controller",
    setWhen: "bank details changed within 30 days or between approval and payment",
    releasedBy: "finance, two persons, with a call-back noted",
    releasesItselfWhen: "never",
  },
  MANUAL: {
    name: "Placed by a person", level: "any", blocks: [], owner: "order_desk",
    escalatesAfterMinutes: 7200, escalatesTo: "lead",
    setWhen: "a person asks",
    releasedBy: "who placed it, or that team's lead",
    releasesItselfWhen: "date or event named when placed",
  },
  PERIOD_CLOSED: {
    name: "Period closed", level: "posting", blocks: ["post_invoice", "post_credit", "post_debit", "post_receipt", "reverse_receipt", "post_refund", "reverse_refund"], owner: "finance",
    escalatesAfterMinutes: null, escalatesTo: "controller",
    setWhen: "it would land in a soft-closed or closed period",
    releasedBy: "finance: next open period with original date kept, ask to reopen, by hand with reference",
    releasesItselfWhen: "period reopened",
  },
} as const satisfies Record<string, HoldRule>;
/** Business holds. `MODE` besides is the hold of a route in mode propose. */
export type HoldCode = keyof typeof holdCatalogue;
export const holdCodes = Object.keys(holdCatalogue) as HoldCode[];

/** What may follow a decision, in the order in which it is offered. */
export type Consequence = "bill" | "absorb" | "take_back" | "bill_with_tax" | "accept" | "next_open_period" | "cancel" | "reprice" | "return_to_source";
const afterYes: Partial<Record<HoldCode | "MODE", readonly Consequence[]>> = { OVER_SHIPMENT: ["bill", "absorb", "take_back"], EXEMPTION_CERTIFICATE: ["bill_with_tax", "accept"], PERIOD_CLOSED: ["next_open_period"] };
/** A suspected duplicate has no other sequel (S05); what a person placed is lifted or stands. */
const afterNo: Partial<Record<HoldCode | "MODE", readonly Consequence[]>> = { DUPLICATE_DOCUMENT: ["cancel"], MANUAL: [], CUSTOMER_BLOCKED: [] };
const afterNoAt: Partial<Record<HoldRule["level"], readonly Consequence[]>> = { order: ["return_to_source", "cancel", "reprice"], line: ["return_to_source", "cancel", "reprice"], billing_unit: ["return_to_source", "reprice"] };

const isHoldCode = (rule: string): rule is HoldCode => Object.hasOwn(holdCatalogue, rule);
/** Consequences that a decision about a hold may name. Empty: an approval needs none, a rejection is not to be had. */
export function consequencesOf(rule: string, verdict: "approve" | "reject"): readonly Consequence[] {
  const code = isHoldCode(rule) ? rule : "MODE";
  if (verdict === "approve") return afterYes[code] ?? [];
  return afterNo[code] ?? (code === "MODE" ? undefined : afterNoAt[holdCatalogue[code].level]) ?? ["return_to_source"];
}
/** Whether a yes says what follows. With one possible sequel it need not be named; with none, none may be. */
export function saysWhatFollows(rule: string, verdict: "approve" | "reject", consequence: string | undefined): boolean {
  const possible: readonly string[] = consequencesOf(rule, verdict);
  return consequence === undefined ? possible.length <= 1 : possible.includes(consequence);
}

/** Commands that a person may hold by hand (MANUAL), by the kind of subject that the hold is placed on. */
export const manualBlocks: Partial<Record<SubjectKind, readonly CommandKind[]>> = {
  order: ["release_to_warehouse", "notify_shipment", "post_invoice", "send_invoice", "capture_payment"],
  shipment: ["notify_shipment"],
  billing_unit: ["post_invoice", "send_invoice", "capture_payment", "post_credit", "post_debit"],
  receipt: ["post_receipt", "apply_receipt", "refund_payment"],
  return: ["post_credit", "post_debit"],
};

/** All that a right to decide may name: business holds, and commands of a route that only proposes. */
export const decidableCodes: readonly (HoldCode | "MODE")[] = [...holdCodes, "MODE"];

/** Identity of a hold on a subject. */
export const holdKey = (rule: HoldCode | "MODE", slot: string): string => `${rule}|${slot}`;
