/** What must change before work goes on (domain reference 3). A code means the same on every screen, key and report. */
export const exceptionKinds = ["technical", "contract", "mapping", "business", "drift", "sla"] as const;
export type ExceptionKind = (typeof exceptionKinds)[number];

/** Queues with members, a calendar and a lead. */
export const teams = ["integration", "billing", "master_data", "order_desk", "purchasing", "warehouse", "logistics", "tax", "finance", "cash", "credit", "returns_desk", "payables", "pricing", "compliance", "controller"] as const;
export type Team = (typeof teams)[number];

/** Whose queues are about money: an act there wants a reason, and nothing sleeps there for long. */
export const financeTeams: readonly Team[] = ["finance", "billing", "cash", "tax", "payables", "credit", "controller"];

interface ExceptionRule {
  name: string;
  kind: ExceptionKind;
  owner: Team;
  /** Minutes of the owner team's business time; a day is 1,440 here and read as one business day. Null: the target of what is late. */
  slaMinutes: number | null;
  action: string;
}

export const exceptionCatalogue = {
  "TEC-01": { name: "System not reachable", kind: "technical", owner: "integration", slaMinutes: 60, action: "test connection; nothing per order, work goes on by itself" },
  "TEC-02": { name: "Credentials or rights refused", kind: "technical", owner: "integration", slaMinutes: 60, action: "rotate secret, test, resume; never loop" },
  "TEC-03": { name: "Retries used up", kind: "technical", owner: "integration", slaMinutes: 240, action: "read attempts, retry when healthy" },
  "TEC-04": { name: "Outcome unknown", kind: "technical", owner: "billing", slaMinutes: 120, action: "search the target by the shown reference; record it, or confirm absence and send" },
  "TEC-05": { name: "Set aside after repeated crashes", kind: "technical", owner: "integration", slaMinutes: 240, action: "open the message, mend, restart" },
  "CTR-01": { name: "Message breaks its contract", kind: "contract", owner: "integration", slaMinutes: 240, action: "show the fault at its place; ask the sender; corrected message or edit and restart" },
  "CTR-02": { name: "Same id, other content", kind: "contract", owner: "integration", slaMinutes: 240, action: "show the difference; keep the first, or take as a correction" },
  "CTR-03": { name: "Sender or partner not recognised", kind: "contract", owner: "integration", slaMinutes: 240, action: "attach to a partner, or reject" },
  "ACK-01": { name: "Acknowledgement overdue or negative", kind: "contract", owner: "integration", slaMinutes: 120, action: "send again, or mend the named segment" },
  "MAP-01": { name: "Customer or address without mapping", kind: "mapping", owner: "master_data", slaMinutes: 240, action: "map once, release all that wait" },
  "MAP-02": { name: "Item without mapping", kind: "mapping", owner: "master_data", slaMinutes: 240, action: "map, or create in the system that lacks it" },
  "MAP-03": { name: "Unit or pack without conversion", kind: "mapping", owner: "master_data", slaMinutes: 240, action: "enter the fraction; check the item's other units" },
  "MAP-04": { name: "Code without mapping", kind: "mapping", owner: "master_data", slaMinutes: 240, action: "map" },
  "SEQ-01": { name: "Event for a document not seen", kind: "drift", owner: "integration", slaMinutes: 120, action: "fetch the parent by id; else ask the source" },
  "CMP-01": { name: "Source has it, we do not", kind: "drift", owner: "integration", slaMinutes: 60, action: "fetch by id; widen the window" },
  "CMP-02": { name: "Source is silent", kind: "sla", owner: "integration", slaMinutes: 60, action: "test; call the partner" },
  "SLA-01": { name: "Milestone late or at risk", kind: "sla", owner: "order_desk", slaMinutes: null, action: "open the slice; push the holder; tell the customer" },
  "ORD-01": { name: "Item cannot be sold as ordered", kind: "business", owner: "order_desk", slaMinutes: 120, action: "substitute, cancel line, ask customer" },
  "ORD-02": { name: "Quantity not allowed", kind: "business", owner: "order_desk", slaMinutes: 120, action: "change quantity with the customer" },
  "ORD-03": { name: "Address or ship instruction unusable", kind: "business", owner: "order_desk", slaMinutes: 120, action: "correct, validate again" },
  "ORD-04": { name: "Change or cancel came too late", kind: "business", owner: "order_desk", slaMinutes: 60, action: "ask the warehouse to stop; else offer a return" },
  "STK-01": { name: "Cannot be filled by the promise date", kind: "business", owner: "purchasing", slaMinutes: 240, action: "other warehouse, substitute, split, new date to customer" },
  "STK-02": { name: "Channel counts other stock than the warehouse", kind: "drift", owner: "order_desk", slaMinutes: 240, action: "write the warehouse's count back; it ends when the channel says the same" },
  "REL-01": { name: "Warehouse or supplier refused the release", kind: "business", owner: "order_desk", slaMinutes: 60, action: "correct, or reroute to another site" },
  "SHP-01": { name: "Shipped short", kind: "business", owner: "order_desk", slaMinutes: 240, action: "back order (default), cancel rest, other site. Closes when the rest is disposed of" },
  "SHP-02": { name: "Item, lot, serial or weight wrong or missing", kind: "business", owner: "warehouse", slaMinutes: 120, action: "complete the shipment data; billing of that line waits" },
  "SHP-03": { name: "Shipment corrected after invoice", kind: "drift", owner: "billing", slaMinutes: 1440, action: "correction credit, or rebill" },
  "SHP-04": { name: "Delivery failed, lost, damaged, or proof missing", kind: "business", owner: "logistics", slaMinutes: 1440, action: "trace, carrier claim, replacement or credit" },
  "TAX-01": { name: "Tax not determined", kind: "business", owner: "tax", slaMinutes: 240, action: "correct the data; determine again" },
  "TAX-02": { name: "Tax records disagree", kind: "drift", owner: "tax", slaMinutes: 2880, action: "commit, void or adjust; name the difference" },
  "INV-01": { name: "Target refused a posting", kind: "business", owner: "billing", slaMinutes: 120, action: "mend the master data, restart" },
  "INV-02": { name: "Shipped, not invoiced", kind: "sla", owner: "billing", slaMinutes: 240, action: "open the planner's sentence; restart" },
  "INV-03": { name: "Invoiced, not shipped", kind: "drift", owner: "billing", slaMinutes: 1440, action: "link the shipment, accept as advance billing, or credit" },
  "INV-04": { name: "Posted document differs", kind: "drift", owner: "finance", slaMinutes: 1440, action: "accept with reason, or correct in the ERP and read back" },
  "INV-05": { name: "Posted twice, or not by us", kind: "drift", owner: "finance", slaMinutes: 240, action: "adopt one, reverse the other" },
  "INV-06": { name: "Invoice did not reach the customer", kind: "business", owner: "billing", slaMinutes: 1440, action: "correct the channel, send again; due date from the customer's terms" },
  "PAY-01": { name: "Money that fits no open item", kind: "business", owner: "cash", slaMinutes: 1440, action: "apply, place on account, or refund" },
  "PAY-02": { name: "Paid short", kind: "business", owner: "cash", slaMinutes: 2880, action: "reason code (3.4), then credit, rebill or write off" },
  "PAY-03": { name: "Payment failed, reversed or disputed", kind: "business", owner: "credit", slaMinutes: 1440, action: "receivable is open again; stop further releases if policy says; evidence to the provider" },
  "PAY-04": { name: "Settlement does not agree", kind: "drift", owner: "cash", slaMinutes: 2880, action: "match the missing part; fee to its account" },
  "RET-01": { name: "Received differs from authorised", kind: "business", owner: "returns_desk", slaMinutes: 1440, action: "accept, part-accept, refuse, send back" },
  "RET-02": { name: "Authorised, not received", kind: "sla", owner: "returns_desk", slaMinutes: 43200, action: "remind; close; bill the replacement" },
  "CRD-01": { name: "Credit not possible as asked", kind: "business", owner: "billing", slaMinutes: 1440, action: "reduce, wait for the invoice, or use an allowance" },
  "CRD-02": { name: "Received, not credited", kind: "sla", owner: "billing", slaMinutes: 2880, action: "set the disposition; release the credit" },
  "REF-01": { name: "Refund failed or stuck", kind: "business", owner: "cash", slaMinutes: 1440, action: "other means (REFUND_APPROVAL), or leave as credit" },
  "PUR-01": { name: "Supplier did not accept as ordered", kind: "business", owner: "purchasing", slaMinutes: 1440, action: "accept the change (with the sales promise it moves), or re-source" },
  "PUR-02": { name: "Receipt late", kind: "sla", owner: "purchasing", slaMinutes: 1440, action: "expedite; new promise to customers" },
  "RCV-01": { name: "Receipt differs", kind: "business", owner: "purchasing", slaMinutes: 1440, action: "accept, refuse, return to supplier, debit memo" },
  "SIN-01": { name: "Supplier invoice fits no purchase order", kind: "business", owner: "payables", slaMinutes: 2880, action: "attach, or route as expense" },
  "SIN-02": { name: "Received, not invoiced", kind: "sla", owner: "payables", slaMinutes: 7200, action: "ask for the invoice; keep or release the accrual" },
  "DRS-01": { name: "Drop-ship pair incomplete", kind: "drift", owner: "billing", slaMinutes: 1440, action: "complete the missing side before the period closes" },
} as const satisfies Record<string, ExceptionRule>;
export type ExceptionCode = keyof typeof exceptionCatalogue;

/** How an exception may end. `closed_by_evidence` is the only automatic one. */
export const resolutionCodes = ["fixed_and_verified", "fixed_at_source", "mapped", "posted_by_hand", "duplicate_of", "accepted_difference", "cancelled_by_customer", "credited", "written_off", "not_a_problem", "closed_by_evidence"] as const;
export type ResolutionCode = (typeof resolutionCodes)[number];
/** All that a person may say of one. */
export const personsWords = resolutionCodes.filter((code) => code !== "closed_by_evidence");

/** Words about the books: a fact that the planner reads makes them true, nobody's word alone. What can be decided stands with the exception itself. */
const aboutBooks: Partial<Record<ResolutionCode, "everywhere" | readonly ExceptionCode[]>> = { accepted_difference: "everywhere", written_off: "everywhere", credited: "everywhere", duplicate_of: ["INV-05", "PAY-01"] };
/** Words by which a person may end an exception at all; with `posted_by_hand` one document at a time. */
export const endingWords = ["fixed_at_source", "fixed_and_verified", "mapped", "posted_by_hand", "duplicate_of", "cancelled_by_customer", "not_a_problem"] as const satisfies readonly ResolutionCode[];
/** Words that say it is so and may stay so. Every other word is held against the next look: what still stands is open again. */
export const settlingWords: readonly ResolutionCode[] = ["not_a_problem", "duplicate_of", "cancelled_by_customer"];
/** What a person needs for this word: what settles a matter of the books is finance's to say. */
export const rightToSay = (resolution: ResolutionCode, code: ExceptionCode): "decision.finance" | "exception.resolve" =>
  settlingWords.includes(resolution) && financeTeams.includes(exceptionCatalogue[code].owner) ? "decision.finance" : "exception.resolve";
/** Why an exception cannot be ended by this word; null where it can. */
export function unprovable(resolution: ResolutionCode, code: ExceptionCode): string | null {
  const claims = aboutBooks[resolution];
  if (resolution === "closed_by_evidence") return "Only evidence closes by evidence";
  if (claims === undefined || (claims !== "everywhere" && !claims.includes(code))) return null;
  return `${resolution.replaceAll("_", " ")} is a word about the books: decide it on the document itself, or do it in the ledger. ${code} ends by itself when it is read back.`;
}

/** Told but never counted, owned or timed. */
export const findingCatalogue = {
  "FND-01": "Billed ahead of shipment",
  "FND-02": "Dates out of order",
  "FND-03": "Amounts absent",
  "FND-04": "Terms unknown",
  "FND-05": "Allocated above the line",
} as const;
export type FindingCode = keyof typeof findingCatalogue;

/** What explains the exception, never an order number: ten thousand failures of one cause are one line. */
export interface FingerprintKey { connector?: string; customer?: string; item?: string; unit?: string; code?: string; partner?: string }
export const fingerprint = (code: ExceptionCode, key: FingerprintKey): string =>
  [code, ...Object.entries(key).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`)].join("|");
