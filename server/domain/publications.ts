import type { LedgerDocument } from "./contracts/billing";
import type { Address, FulfilmentMethod } from "./contracts/shared";
import type { DecimalString } from "./decimal";
import type { Day, Instant } from "./instant";
import type { Currency } from "./money";
import type { CommandPayloads, EarlyPayment } from "./payloads";
import type { PaymentTerms } from "./payment-terms";
import type { SubjectKind } from "./subject";

/**
 * What subjects tell each other. A publication is stored with its publisher's plan as a register fact of the
 * reader (`published.<topic>`, source = publisher's subject id, document = key), so nobody locks two subjects and order
 * of arrival does not matter. All quantities are base units.
 */

/** order -> shipment, key = order. Its absence 30 minutes after the goods issue is SEQ-01 (P19). */
export interface OrderServed {
  /** What the order's goods on this shipment stand for, at ordered prices. */
  worth?: DecimalString; currency?: Currency;
  order: string; customer: string; customerName: string; channel: string; purchaseOrder: string | null;
  shipTo: Address; notify: ("customer" | "channel")[]; sourceConnector: string;
  /** Units for which a return without the customer's having had them is authorised, by order line: refused, or credited without goods. */
  returned?: Record<string, DecimalString>;
}

/** shipment -> order, key = shipment: everything that left (net of corrections) of this order's lines. */
export interface ShipmentSlices {
  shipment: string; version: number; shippedAt: Instant; warehouse: string; carrier: string | null; tracking: string | null; reversed: boolean;
  delivery: { state: "in_transit" | "delivered" | "refused" | "failed" | "lost"; at: Instant } | null;
  /** Orders with goods on the same shipment, by the newest word. */
  orders: string[];
  /** The carrier's date of delivery; absent where it gave none. */
  expectedDelivery?: Day;
  freightCost: DecimalString | null;
  lines: {
    shipmentLine: string; orderLine: string; request: string | null; item: string; component: string | null; substitute: boolean;
    quantity: DecimalString; weight: DecimalString | null; lot: string | null; serials: string[];
    /** Confirmed as a service that was done: it is of a service line or of none. */
    service?: true;
    /** What the item demands and the warehouse did not say (SHP-02): billing of the line waits. Absent: nothing. */
    missing?: ("lot" | "serial" | "weight")[];
  }[];
}

/** order -> credit_account, key = order. Values include estimated charges and tax, in order currency. */
export interface CreditRequest {
  order: string; placed: Instant; currency: Currency;
  /** `undecided` asks; `granted` acts on an answer; `closed` frees the reservation. */
  state: "undecided" | "granted" | "shipped" | "closed";
  /** What a release would add to the exposure. */
  openValue: DecimalString;
  releasedNotShipped: DecimalString; shippedNotInvoiced: DecimalString;
  /** Open value counts in the exposure of others only within the horizon (P22). */
  dueToShip: Day | null;
}

/** credit_account -> order, key = order. */
export interface CreditAnswer {
  order: string; verdict: "granted" | "refused" | "pending"; decidedAt: Instant | null; expires: Instant | null;
  limit: DecimalString | null; exposure: DecimalString | null; over: DecimalString; currency: Currency | null;
  parts: { openReceivables: DecimalString; shippedNotInvoiced: DecimalString; releasedNotShipped: DecimalString; approvedDue: DecimalString; unappliedReceipts: DecimalString; openCredits: DecimalString } | null;
  overdue: { amount: DecimalString; oldestDue: Day } | null;
  /** Our own receipts and credits that the ERP does not know yet and that would lift the hold. */
  unposted: { kind: "receipt" | "credit"; document: string; amount: DecimalString; at: Instant }[];
}

/** order -> bill_to_account, key = order. */
export interface PurchaseOrderRegistered {
  order: string; placed: Instant; channel: string; purpose: string; purchaseOrder: string | null; billTo: string; shipTo: string;
  /** Sorted item and quantity in canonical words. */
  content: string; cancelled: boolean; blanket: string | null;
}
/** bill_to_account -> order, key = order. */
export interface DuplicateAnswer { order: string; duplicateOf: string | null; reason: "purchase_order" | "content" | null }

/** A charge or discount as the order apportions it to a billing unit. `charge` is its name within the order (`chargeName`). */
export interface BilledCharge {
  charge: string; order: string; amount: DecimalString; taxCategory: string;
  /** Billed at actual cost, and the cost is not known: `amount` is the estimate (FREIGHT_PENDING). */
  pending?: boolean;
  /** Of an allowance that goes with what the customer keeps: what returned goods took back of it, which `amount` holds. Absent: it goes with what its invoice billed. */
  back?: DecimalString;
}

/**
 * order -> billing_unit, key = order: this order's whole part in the unit, cumulative. Amounts are this unit's own by the
 * cumulative rule; the order recomputes them until the unit says it is frozen.
 */
export interface BillingTerms {
  order: string; orderVersion: number; customer: string; customerName: string; billTo: string; payer: string; creditAccount: string;
  shipTo: Address; currency: Currency; terms: string; /** Null: the rules do not know the terms, and nothing is invoiced by them. */ dueDays: number | null; dueEndOfMonth: boolean; discount?: NonNullable<PaymentTerms["discount"]>; channel: string; purchaseOrder: string | null;
  shipment: string; shippedAt: Instant; trigger: "shipment" | "delivery"; deliveredAt: Instant | null; expectedDelivery: Day | null;
  titleTransfer: "origin" | "destination"; placedAt: Instant;
  paymentMethod: "terms" | "card" | "advance"; /** Card authorisations that were not ended, soonest to expire first; `left`: authorised less what other units took, or are taking, of it. */ authorisations: { reference: string; left: DecimalString; expires: Instant | null }[];
  /** One that stands in another currency and covers nothing. Absent: none. */ foreignAuthorisation?: { reference: string; currency: Currency };
  /** What was paid for the order in advance and is kept for its invoices, by receipt. Absent: nothing. */ deposits?: { receipt: string; amount: DecimalString }[];
  taxExempt: boolean; certificateCovers: boolean; approvalLimit: DecimalString | null;
  /** Terms under which the goods were released, where they differ now: CHANGED_AFTER_RELEASE. */
  changedAfterRelease: { what: ("price" | "charge" | "bill_to" | "terms")[]; before: DecimalString; after: DecimalString } | null;
  customerBlocked: boolean; purchaseOrderMissing: boolean;
  lines: {
    /** `order/line/shipment/shipmentLine`: identity of the billed line for ever. */
    key: string; order: string; line: string; shipmentLine: string; item: string; description: string; taxCategory: string; method: FulfilmentMethod;
    quantity: DecimalString; price: DecimalString; priceUnit: DecimalString; weight: DecimalString | null;
    /** Extension less line and header discount share: what is billed. */
    net: DecimalString; discount: DecimalString;
    /** Estimated tax for the same quantity, for money held and TAX_VARIANCE. */
    estimatedTax: DecimalString;
    /** The same for what is billed, where that is not what the quantity alone is worth. */
    comparableTax?: DecimalString;
    free: boolean; freeReason: string | null;
    /** Units of it that came back and were credited, and what they are worth at today's price. Absent: none, or the goods go by weight. */
    returned?: { quantity: DecimalString; net: DecimalString };
    /** Units that credits of returns take that are not in the ledger yet. Absent: none. */
    promised?: DecimalString;
  }[];
  charges: BilledCharge[];
  /** Date of the estimate and the rates it used, for P18. */
  estimate: { taxDate: Day; total: DecimalString; jurisdictions: { jurisdiction: string; rate: DecimalString }[] } | null;
  /** Invoices for the order that somebody else made in the ledger: nothing is billed beside one before a person has said what it is. */
  found?: FoundInvoice[];
  mode: "observe" | "propose" | "act";
}

export interface FoundInvoice { document: LedgerDocument; source: string; occurredAt: Instant; recordedAt: Instant }

/** Whose a person said that a credit of the ledger is, with what was wanted of it then: goods that are counted again afterwards were credited as they were. */
export interface CreditClaim { number: string; return: string; slot: string; payload: CommandPayloads["post_credit"] }
export interface FoundCredit extends FoundInvoice { claim: CreditClaim | null }

/** Parties, currency and terms of an invoice: its receivable, and what is credited of it, is theirs whatever the order says since. */
export interface BilledTo { customer: string; billTo: string; payer: string; currency: Currency; terms: string }

/** Of an allowance, what a credit for returned goods takes back: below nothing, as the allowance is. */
export interface AllowanceBack { order: string; charge: string; amount: DecimalString; tax: DecimalString }

/** billing_unit -> each order in it, key = unit. */
export interface BillingState {
  unit: string; shipment: string; part: number; frozen: boolean; frozenAt: Instant | null;
  /** The ledger's document was not posted by us and counts with its own figures. */
  adopted?: true;
  /** Whom the invoice that left is for, as it left; absent while none has. */
  billedTo?: BilledTo;
  /** What was frozen, line by line and charge by charge, as billed. */
  lines: { key: string; line: string; quantity: DecimalString; net: DecimalString; tax: DecimalString | null }[];
  charges: (BilledCharge & { /** As billed. Absent: none. */ tax?: DecimalString })[]; chargeTax: DecimalString | null;
  bucket: "waiting" | "held" | "exception" | "in_flight" | "posted";
  holder: string; dueSince: Instant | null;
  invoice: { number: string; postedAt: Instant; accountingDate: Day; net: DecimalString; charges: DecimalString; tax: DecimalString; total: DecimalString; revision: number } | null;
  credits: { number: string | null; cause: string; class: "correction" | "return" | "price_adjustment" | "allowance" | "tax_only"; posted: boolean; lines: { key: string; line: string; quantity: DecimalString; net: DecimalString; tax: DecimalString }[]; charges?: { charge: string; amount: DecimalString; tax: DecimalString; taxCategory: string }[]; /** Allowances that goods took back with them. Absent: none. */ allowances?: AllowanceBack[]; total: DecimalString }[];
  /** Debits for the invoice, the return's too; `paid` and `open` count them. */
  debits?: { number: string; postedAt: Instant }[];
  sentAt: Instant | null; /** Of the order's own share; paid and open are the whole invoice's. */ captured: DecimalString; paid: DecimalString; open: DecimalString; dueDate: Day | null; settledAt: Instant | null;
  /** Authorisations of the order that card money was taken on, or is being taken; absent where none is. */
  capturedOn?: { authorisation: string; amount: DecimalString }[];
  /** More card money of the order is wanted for it, or may be: its outcome, or that of another receipt, is not known yet. */
  capturing?: true;
  /** Open exceptions and holds of the unit, for the order's sentence. */
  problems: string[];
}

/** billing_unit -> credit_account (addressed) and broadcast under (`open_item`, number of the invoice or debit) for receipts and returns. */
export interface OpenItem {
  unit: string; invoice: string; payer: string; billTo: string; orders: string[]; currency: Currency; total: DecimalString; open: DecimalString;
  accountingDate: Day; dueDate: Day; earlyPayment?: EarlyPayment; taxExempt: boolean; /** When the ledger had it at the latest: its own time where it says one. */ postedAt: Instant; disputed: DecimalString;
  /** What `open` already counts, by receipt, return or (its own credits) unit, so that a reader can tell its own part from that of others. */
  settledBy?: { kind: "receipt" | "credit"; by: string; wanted: DecimalString; amount: DecimalString; writtenOff: DecimalString; at: Day; means: string | null }[];
  /** Card money taken for this invoice: the original means of a refund (invariant 5). */
  captures?: { capture: string; authorisation?: string; /** Whose goods it paid; one for each order in the invoice. */ order?: string; amount: DecimalString; /** What of it goes back to the card, by who credits it. */ back?: CardMoneyBack[]; /** What of it left, or is to leave, out of its receipt. Absent: nothing. */ gone?: DecimalString; /** Given back by refunds of the receipt, or of the same card money for other invoices. Absent: nothing. */ refunded?: DecimalString; /** Taken past us: the receipt is the capture. */ charged?: true }[];
  /** Our record of its tax, that a credit's tax is taken off; absent where we asked for none. */
  tax?: TaxRecord;
  /** When what is billed beside it is due, counted from its own date. */
  terms?: { code: string; days: number; endOfMonth: boolean };
  /** Debits that were posted for this invoice, each an open item of its own, oldest first. */
  debits?: string[];
  /** This is a debit, for that invoice: what is paid for the invoice beyond what it has open is for it. */
  debitOf?: string;
}

/** Card money that a return, or the unit for its own credits, gives back: `amount` left for the provider, `wanted` is to. */
export interface CardMoneyBack { by: string; wanted: DecimalString; amount: DecimalString }

/** receipt -> billing_unit, key = receipt: what of a capture bounced, was given back by the provider itself, or goes back on a person's wish. Absent: nothing did. */
export interface CaptureReceipt { receipt: string; capture: string; gone: DecimalString; /** Given back by its refunds, or of it for other invoices. Absent: nothing. */ refunded?: DecimalString }

/** What the tax of an invoice was determined for: a credit's tax is at the same rates (P6). */
export interface TaxRecord { document: string; customer: string; shipTo: Address; taxDate: Day; exempt?: true }

/** order, broadcast under (`order.invoices`, order): its posted invoices and debits in order of posting, so that a deposit finds them all (P11); none yet where it waits for a payment in advance, or one came for it. */
export interface OrderInvoices {
  order: string; invoices: string[];
  /** What it is to be paid in. Absent: told before this was said. */
  currency?: Currency;
  /** What may still be invoiced, nothing once it is complete or cancelled: money for the order beyond it is no deposit. Absent while nobody can say. */
  toCome?: DecimalString;
  /** Receipts that want a deposit of it, in the order in which they came: what is left to a later one is `toCome` less those before it. */
  deposits?: { receipt: string; receivedAt: Instant; amount: DecimalString }[];
}

/** receipt -> billing_unit, key = receipt/invoice. `applied` is what the ERP confirmed; `wanted` what we mean to apply. */
export interface ReceiptApplication { receipt: string; invoice: string; means: "bank" | "card" | "check" | "cash"; wanted: DecimalString; applied: DecimalString; writtenOff: DecimalString; receivedOn: Day; currency: Currency; /** Card money that no capture of ours is of, and what of it came for this invoice: a credit goes back to that card. `lost`: what had settled it and its provider took back. */ charge?: { capture: string; order?: string; amount: DecimalString; lost?: DecimalString };
  /** Of an invoice of several orders: whose deposit it is, of what is wanted. Absent: it names the invoice, or there is one order. */ forOrders?: { order: string; amount: DecimalString }[] }

/** receipt -> credit_account, and each order that it names (with what is meant for that), key = receipt: money in hand that the ERP's balance does not show yet. */
export interface ReceiptInHand {
  receipt: string; received: DecimalString;
  /** Nothing once it was reversed. */
  amount: DecimalString;
  unapplied: DecimalString; currency: Currency; receivedAt: Instant; posted: boolean;
  /** When the ERP had it at the earliest; null while it has not. What it had after its position was read still lowers the exposure. */
  postedAt: Instant | null;
  /** Money that left again: given back, or all of it where the receipt was reversed. */
  left?: { amount: DecimalString; /** When the ledger knew; null where it does not yet. */ at: Instant | null }[];
  /** To an order: what of it is kept for its invoices to come, as far as these will need it. */
  deposit?: DecimalString;
  /** To an order: the authorisation that the card money was taken on. */
  authorisation?: string;
}

/** return, billing_unit or receipt -> the receipt or capture that its refund is of, key = natural key of its command: what the provider tells of it there is ours. `refund`: null until the provider has answered. */
export interface RefundOfOurs { refund: string | null; amount: DecimalString }

/** receipt -> whoever asked for the refund, key = refund: what the provider says of it by now. */
export interface RefundTold { refund: string; version: number; state: "pending" | "settled" | "failed"; amount: DecimalString; currency: Currency }

/** return or shipment -> order: whose are you? */
export interface OrderAsked { kind: SubjectKind; key: string }
/** order -> who asked, key = order. Null: nobody has told of it. */
export interface OrderOwner { order: string; owner: string | null }

/** order -> card_authorisation, key = order: that it names the number, and by whose word. */
export interface AuthorisationNamed {
  order: string; /** Null: nobody has told of the order. */ owner: string | null;
  /** Who may say so: `record` without asking whose number it is. */
  told: { source: string; record: boolean; heardAt: Instant }[];
  /** The order captures nothing on it any more. */
  idle: boolean;
  /** It is to be answered. */
  asks: boolean;
  /** What the order captured on it, or is about to; absent: nothing. */
  taken?: AuthorisationTaken[];
  /** Its command gave it back, or is about to. */
  voided?: true;
}
/** Card money that was taken on an authorisation for one billing unit. */
export interface AuthorisationTaken { unit: string; amount: DecimalString }
/** card_authorisation -> each order that asks or shares it, key = number. `owner`: the order source whose orders it is for; `idle`: no order that names it captures on it any more. */
export interface AuthorisationAnswer { authorisation: string; owner: string; idle: boolean; /** By the other orders that it is for; absent: nothing. */ taken?: AuthorisationTaken[]; /** A command of one of them gave it back: it covers nothing any more. */ voided?: true }

/** return -> order, key = return. */
export interface ReturnState {
  return: string; kind: string; state: "requested" | "authorised" | "received" | "inspected" | "credited" | "settled" | "refused";
  /** `asked`: units that it means to credit in all, those on credits that left included. */
  lines: { line: string; authorised: DecimalString; received: DecimalString; credited: DecimalString; creditedNet: DecimalString; creditedTax: DecimalString; asked?: DecimalString }[];
  /** Units of billed lines on its credits that are not in the ledger yet. Absent: none. */
  promised?: { key: string; quantity: DecimalString }[];
  creditNumber: string | null; creditTotal: DecimalString; problems: string[];
}
/** order -> return, key = order: what this return may credit, from posted invoices in the order in which they were billed. */
export interface ReturnBasis {
  order: string; currency: Currency; billTo: string; payer: string; customerName: string; creditAccount: string; taxState: string | null;
  paymentMethod: "terms" | "card" | "advance";
  billed: { unit: string; invoice: string; accountingDate: Day; taxDocument: string; line: string; key: string; item: string; quantity: DecimalString; net: DecimalString; tax: DecimalString; creditedQuantity: DecimalString; creditedNet: DecimalString; creditedTax: DecimalString; price: DecimalString; taxCategory: string;
    /** Order of billing; and of what was credited, the part for goods that came back. */
    place?: number; returnedQuantity?: DecimalString; returnedNet?: DecimalString;
    /** Units that left the warehouse, by its last word: no more of them can have come back. */
    left?: DecimalString;
    /** Whom its invoice is for, where that is not the parties and currency above. */
    billedTo?: BilledTo; }[];
  /** Items that left on each line, substitutes too: what may come back of it. Absent where nothing left. A kit may come back as its `pieces`, so many of each `per` kit. */
  bought?: { line: string; items: string[]; pieces?: { key: string; item: string; component: string; per: DecimalString }[] }[];
  /** Credits of the ledger for the order that are no document of ours, with the return that a person said each is for. Absent: none. */
  foundCredits?: FoundCredit[];
  /** What a line is worth by the cumulative rule; absent where it goes by weight. */
  values?: { line: string; price: DecimalString; priceUnit: DecimalString; ordered: DecimalString; discount: DecimalString }[];
  /** Allowances of the invoices: `of` is what they were given on of its goods, `gone` what of these came back, `back` what that took of them. Absent: none. */
  allowances?: { invoice: string; charge: string; taxCategory: string; amount: DecimalString; tax: DecimalString; of: DecimalString; gone: DecimalString; back: DecimalString; backTax: DecimalString }[];
  /** Answer to what the return asked: all that it was given, what it may credit now, and what the invoices show as credited. Absent: not answered, nothing is kept back. */
  grants?: { line: string; asked: DecimalString; granted: DecimalString; now: DecimalString; credited: DecimalString;
    /** Of what is credited, units on goods that never left after all: they do not count for the return. */ stranded?: DecimalString }[];
}
/** receipt -> receipt, key = number: what is told of other money under the same number. */
export interface ReceiptTold { told: { type: string; source: string; document: string; group: string; version: number; occurredAt: Instant; recordedAt: Instant; data: unknown }[] }
/** return -> billing_unit, key = return: its credits on the invoice. `amount` is what the ERP confirmed as applied, `wanted` what should be (absent: the same); `lines` are credited either way. */
export interface CreditApplication {
  return: string; invoice: string; credit: string; amount: DecimalString; wanted?: DecimalString; lines: { key: string; quantity: DecimalString; net: DecimalString; tax: DecimalString }[];
  /** Allowances that the goods took back with them. Absent: none. */
  allowances?: AllowanceBack[];
  /** What of them is set against debits of the unit, by debit. */
  onDebits?: { debit: string; amount: DecimalString; wanted: DecimalString }[];
  /** Debits of the return, where less came than was credited: open items of the unit. */
  debits?: DebitItem[];
  /** What of the invoice's captures goes back to the card. */
  back?: (CardMoneyBack & { capture: string })[];
}
/** A debit in the ledger: what is owed by it beside its invoice (decision 22). */
export interface DebitItem { debit: string; total: DecimalString; accountingDate: Day; dueDate: Day; postedAt: Instant }

/** stock_position -> the position that is meant, key = source: what a source counts there, in our words for item and warehouse; its words oldest first. */
export interface StockTold { source: string; item: string; warehouse: string; words: { onHand: DecimalString; allocated: DecimalString; at: Instant; heardAt: Instant }[] }
