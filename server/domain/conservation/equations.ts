import type { MovementTerm, OpenBucket } from "../movements";
import type { SubjectKind } from "../subject";
import type { SliceRow } from "./rows";

/** Goods, charges and tax are bridged apart (M2). */
export type Part = "goods" | "charges" | "tax";

/** Where the value of a term comes from: documents (movements), what is left to do (slices), or a check of the others. */
export interface TermRule {
  name: string;
  side: "left" | "right";
  /** −1 where the statement subtracts it. */
  sign?: 1 | -1;
  movements?: readonly MovementTerm[];
  slices?: (slice: SliceRow) => boolean;
  /** Which figure of a slice: goods at ordered prices, charges or tax. Quantity equations take the quantity. */
  money?: Part;
}

/**
 * One equation of domain.md 5, as data: engine, screens and tests read this list. `by` says for what it is proved:
 * each line of a subject, each whole subject, or each document number over all subjects.
 */
export interface Equation {
  id: string;
  name: string;
  statement: string;
  kinds: readonly SubjectKind[];
  by: "line" | "subject" | "document";
  measure: "quantity" | "amount";
  part?: Part;
  terms: readonly TermRule[];
  /** Only rows on lines of this name. */
  lines?: RegExp;
  /** Evaluated only where one of these terms has rows: an equation of posted documents says nothing before the posting. */
  onlyWith?: readonly MovementTerm[];
}

const bucket = (...names: OpenBucket[]) => (slice: SliceRow): boolean => slice.bucket !== null && names.includes(slice.bucket);
const left = (name: string, ...movements: MovementTerm[]): TermRule => ({ name, side: "left", movements });
const right = (name: string, ...movements: MovementTerm[]): TermRule => ({ name, side: "right", movements });
const waitingTo = (name: string, slices: TermRule["slices"], money?: Part): TermRule => ({ name, side: "right", ...(slices ? { slices } : {}), ...(money ? { money } : {}) });

const openBuckets = (money?: Part): TermRule[] => [waitingTo("U not allocated", bucket("unallocated"), money), waitingTo("A allocated", bucket("allocated"), money), waitingTo("R released", bucket("released"), money)];
const unbilledBuckets = (money?: Part): TermRule[] => [waitingTo("W waiting", bucket("waiting"), money), waitingTo("H held", bucket("held"), money), waitingTo("E exception", bucket("exception"), money), waitingTo("F in flight", bucket("in_flight"), money)];
/** Money that stands open on an invoice or credit: its slices in the collecting stages. */
const openMoney: TermRule = waitingTo("open", (slice) => slice.stage === "collect" || slice.stage === "apply", "goods");

const bridge = (part: Part, value: MovementTerm, billed: MovementTerm, cancelled: MovementTerm, differences: MovementTerm[]): Equation => ({
  id: `M2 ${part}`, name: `Order bridge, ${part}`, statement: "OrderValue + Over + Ahead + Diff = Billed + Unbilled + Free + Open + Cancelled",
  kinds: ["order"], by: "subject", measure: "amount", part,
  terms: [
    left("OrderValue", value), left("Over", "over_value"), left("Ahead", "ahead_value"), ...differences.map((term) => left(`Diff ${term.slice("diff_".length)}`, term)), left("Diff rounding", "diff_rounding"),
    right("Billed", billed), ...unbilledBuckets(part), right("Free", "free_value"), ...openBuckets(part), right("Cancelled", cancelled),
  ],
});

/** M3 figure by figure: a document under another customer or day is missing under the wanted one, and too much under its own. */
const posting = (figure: "total" | "net" | "charges" | "tax" | "customer" | "date"): Equation => ({
  id: figure === "total" ? "M3" : `M3 ${figure}`, name: `Posting, ${figure === "date" ? "accounting date" : figure}`, statement: "wanted = posted + accepted difference", kinds: ["billing_unit", "return"], by: "line", measure: "amount",
  lines: new RegExp(`(^|/)${figure}(:|$)`), terms: [left("wanted", "wanted_total"), right("posted", "posted_total"), right("accepted difference", "accepted_difference")],
});

export const equations: readonly Equation[] = [
  {
    id: "Q1", name: "Commitment", statement: "O + V = S + X + B + K", kinds: ["order"], by: "line", measure: "quantity",
    terms: [left("O ordered", "ordered"), left("V over-shipped", "over"), right("S shipped", "shipped"), right("X cancelled", "cancelled"), right("B substituted", "substituted"), ...openBuckets()],
  },
  {
    id: "Q3", name: "Request", statement: "released + over = shipped + short + recalled + in process", kinds: ["order"], by: "line", measure: "quantity",
    onlyWith: ["request_released", "request_over", "request_shipped", "request_short", "request_recalled"],
    terms: [left("released", "request_released"), left("over", "request_over"), right("shipped", "request_shipped"), right("short", "request_short"), right("recalled", "request_recalled"), waitingTo("in process", bucket("released")), waitingTo("in process, not wanted", (slice) => slice.stage === "fulfil" && slice.bucket === null)],
  },
  {
    id: "Q4", name: "Delivery", statement: "S = delivered + in transit + lost or damaged + refused", kinds: ["order"], by: "line", measure: "quantity",
    terms: [left("S shipped", "shipped"), right("delivered", "delivered"), waitingTo("in transit", (slice) => slice.stage === "deliver"), right("lost or damaged", "lost"), right("refused", "refused")],
  },
  {
    id: "Q5", name: "Billing", statement: "S + Ahead = I + N + W + H + E + F", kinds: ["order"], by: "line", measure: "quantity",
    terms: [left("S shipped", "shipped"), left("Ahead", "ahead"), right("I invoiced", "invoiced"), right("N free", "free"), ...unbilledBuckets()],
  },
  {
    id: "Q6", name: "Returns, credit", statement: "received + credited and not come = credited + not creditable + waiting + held + in exception + in flight", kinds: ["return"], by: "line", measure: "quantity", onlyWith: ["returned"],
    terms: [left("received", "returned"), left("credited and not come", "credited_ahead"), right("credited", "credited"), right("not creditable", "not_creditable"), ...unbilledBuckets()],
  },
  {
    id: "Q6 goods", name: "Returns, goods", statement: "received = restocked + scrapped + to supplier + sent back + not inspected", kinds: ["return"], by: "line", measure: "quantity", onlyWith: ["returned"],
    terms: [left("received", "returned"), right("restocked", "restocked"), right("scrapped", "scrapped"), right("to supplier", "to_supplier"), right("sent back", "sent_back"), waitingTo("not inspected", (slice) => slice.stage === "inspect")],
  },
  {
    id: "M1", name: "Document", statement: "total = line net + charges + tax", kinds: ["order", "billing_unit"], by: "document", measure: "amount", onlyWith: ["invoice_total"],
    terms: [left("total", "invoice_total"), right("line net", "billed_goods"), right("charges", "billed_charges"), right("tax", "billed_tax")],
  },
  bridge("goods", "order_value", "billed_goods", "cancelled_goods", ["diff_price_change", "diff_weight"]),
  bridge("charges", "order_charges", "billed_charges", "cancelled_charges", ["diff_freight_actual"]),
  bridge("tax", "order_tax", "billed_tax", "cancelled_tax", ["diff_tax_redetermined"]),
  ...(["total", "net", "charges", "tax", "customer", "date"] as const).map(posting),
  {
    id: "M3 tax record", name: "Posting, tax record", statement: "committed tax record = posted tax", kinds: ["billing_unit"], by: "line", measure: "amount", lines: /(^|\/)tax$/, onlyWith: ["committed_tax"],
    terms: [left("committed", "committed_tax"), right("posted", "posted_total")],
  },
  {
    id: "M4", name: "Receivable", statement: "total + debits = cash applied + cash discount + credits applied + written off + open", kinds: ["billing_unit"], by: "subject", measure: "amount", onlyWith: ["invoice_total"],
    terms: [left("total", "invoice_total"), left("debits", "debit_total"), right("cash and deposits applied", "cash_applied"), right("cash discount", "discount_taken"), right("credits applied", "credit_applied"), right("written off", "written_off"), openMoney],
  },
  {
    id: "M5", name: "Receipt", statement: "received = applied + deposit + unapplied + refunded + reversed", kinds: ["receipt"], by: "subject", measure: "amount", onlyWith: ["received"],
    terms: [left("received", "received"), right("applied to invoices", "applied"), right("deposit liability", "deposit"), right("unapplied", "unapplied"), right("refunded", "refunded"), right("reversed", "reversed")],
  },
  {
    id: "M6", name: "Credit", statement: "credit total = applied + refunded + open", kinds: ["return", "billing_unit"], by: "subject", measure: "amount", onlyWith: ["credit_total"],
    terms: [left("credit total", "credit_total"), right("applied", "credit_applied_out"), right("refunded", "credit_refunded"), waitingTo("open", (slice) => slice.stage === "credit_settle", "goods")],
  },
  {
    id: "M9", name: "Shipped not invoiced", statement: "shipped at ordered prices = invoiced at ordered prices + made free + Unbilled", kinds: ["order"], by: "subject", measure: "amount",
    terms: [left("shipped at ordered prices", "shipped"), right("invoiced at ordered prices", "invoiced"), right("made free", "free"), ...unbilledBuckets("goods")],
  },
];


/** Which part of M2 a money row belongs to, by its line: `charge:<code>`, `tax` or `tax:<of what>`, else goods. */
export const partOf = (line: string): Part => (line.startsWith("charge:") ? "charges" : line === "tax" || line.startsWith("tax:") ? "tax" : "goods");
