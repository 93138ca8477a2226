import type { CommandView } from "../../commands";
import { dec, sumOf, type Decimal } from "../../decimal";
import { latestOf, publishedOf, type Known } from "../../facts";
import type { LedgerDocument } from "../../contracts/billing";
import type { Day, Instant } from "../../instant";
import { moneyText, splitByLargestRemainder } from "../../money";
import { acceptedAs } from "../../overlay";
import type { ExceptionFinding, PlanInput } from "../../plan";
import type { BillingTerms, FoundInvoice } from "../../publications";
import { referenceOf } from "../../reference";
import { hasLeft, viewsOf } from "../../standing";
import { claimedDocument, unclaimedRow, wordsOn } from "../../unclaimed";
import { differences } from "../../posting-figures";
import { goodsBilledBy } from "./adopted-goods";
import { dueDay, type InvoicePayload, type InvoiceResult } from "./invoice";
import { suspects } from "./suspects";
import { asBilled, type Unit } from "./unit";

/** The invoice in the ledger, with the ledger's own figures. */
export interface PostedInvoice { number: string; postedAt: Instant; /** When the ledger had it at the latest: its own time where it says one. */ bookedAt: Instant; accountingDate: Day; dueDate: Day; net: Decimal; charges: Decimal; tax: Decimal; total: Decimal; revision: number }

/** What is known of the unit's one invoice: sent, in doubt, posted, found. */
export interface InvoiceStanding {
  revision: number;
  view: CommandView | null;
  /** The first command left `wanted`: what becomes billable later opens the next part. */
  frozenAt: Instant | null;
  /** Content as it left, while the target has it or may have it. */
  billed: InvoicePayload | null;
  posted: PostedInvoice | null;
  /** No document may be sent: one is there, on its way, or in doubt. */
  closed: boolean;
  /** Not posted by us, and counted with the ledger's own figures. */
  adopted?: true;
  exceptions: ExceptionFinding[];
}

export function standingInvoice(input: PlanInput, unit: Unit): InvoiceStanding {
  const revision = 1 + viewsOf(input.commands, "void_invoice").filter((view) => view.state === "confirmed").length;
  const view = viewsOf(input.commands, "post_invoice", "").find((row) => row.sequence === revision) ?? null;
  const documents = ledgerInvoices(input);
  const standing = view && hasLeft(view) ? sent(input, unit, view, revision, documents) : found(input, unit, revision, documents);
  const frozenAt = view?.firstSentAt && view.state !== "withdrawn" ? view.firstSentAt : standing.billed ? (standing.posted?.postedAt ?? unit.head.shippedAt) : null;
  return { ...standing, revision, view, frozenAt };
}

type Part = Pick<InvoiceStanding, "billed" | "posted" | "closed" | "adopted" | "exceptions">;

/** Our own command is at the target. It is posted once it was read back and agrees, or finance accepted the difference. */
function sent(input: PlanInput, told: Unit, view: CommandView, revision: number, documents: Known<LedgerDocument>[]): Part {
  const billed = view.payload as unknown as InvoicePayload, unit = asBilled(told, billed);
  const result = view.result as InvoiceResult | null;
  if (view.state !== "confirmed" || !result) return { billed, posted: null, closed: true, exceptions: twice(input, unit, documents, view) };
  const several = twice(input, unit, documents, view), doubled = [...several, ...besideOurs(input, unit, result.number)];
  const other = documents.find(({ data }) => data.number !== result.number && isAdopted(input, unit, data));
  if (other) return { ...adopted(input, unit, other, revision, billed.reference), closed: true, exceptions: doubled };
  const wrong = invoiceDifferences(view, documents);
  const accepted = wrong.length > 0 && acceptedAs(input.facts, result.number, wrong);
  const posted = (view.verifiedAt !== null || accepted || (several.length === 0 && adoptedNumber(input, unit) === result.number)) && result.state !== "draft";
  const exceptions = wrong.length === 0 || accepted ? doubled : [...doubled, differs(unit, view, result.number, wrong, posted)];
  return { billed, closed: true, exceptions, posted: posted ? postedFrom(unit, billed, result, view.verifiedAt ?? view.confirmedAt ?? input.now, revision, result.postedAt ?? view.confirmedAt ?? input.now) : null };
}

/** The ledger's invoices for this unit: those that name it, those of somebody else that its orders found, and the one that a person adopted. */
export const ledgerInvoices = (input: Pick<PlanInput, "subject" | "facts" | "reference">): Known<LedgerDocument>[] => [
  ...latestOf(input.facts, "ledger.document_read").filter(({ data }) => data.kind === "invoice"),
  ...foundByOrders(input).map(({ document: data, ...known }) => ({ ...known, document: data.number, version: data.version, data })),
  ...[claimedDocument(input)].filter((claimed) => claimed !== null),
];
export const foundByOrders = (input: Pick<PlanInput, "facts">): FoundInvoice[] => publishedOf<BillingTerms>(input.facts, "billing.terms").flatMap(({ data }) => data.found ?? []);

export const voidedThere = "voided in the ledger";
/** In what the ledger's document is not what was sent: by its answer, by the read-back, and by what was read since. */
export function invoiceDifferences(view: CommandView, documents: readonly Known<LedgerDocument>[]): string[] {
  const sentAs = view.payload as unknown as InvoicePayload, result = view.result as InvoiceResult | null;
  if (!result) return [];
  const reread = documents.find(({ data }) => data.number === result.number)?.data;
  return [...new Set([...differences(sentAs, result), ...(reread ? differences(sentAs, reread) : []), ...(reread?.state === "voided" ? [voidedThere] : [])])];
}

const postedFrom = (unit: Unit, billed: InvoicePayload, seen: Pick<InvoiceResult, "number" | "net" | "charges" | "tax" | "total" | "accountingDate"> & { dueDate: Day | null }, at: Instant, revision: number, bookedAt: Instant): PostedInvoice => ({
  number: seen.number, postedAt: at, bookedAt, accountingDate: seen.accountingDate, dueDate: seen.dueDate ?? billed.dueDate ?? dueDay(unit, seen.accountingDate),
  net: dec(seen.net), charges: dec(seen.charges), tax: dec(seen.tax), total: dec(seen.total), revision,
});

/** INV-04: the ledger's document is not what was sent. It closes the slot until somebody decides; it is never work. */
const differs = (unit: Unit, view: CommandView, number: string, wrong: string[], posted: boolean): ExceptionFinding => ({
  code: "INV-04", fingerprint: { connector: view.connector, customer: unit.head.billTo }, stops: posted ? [] : [view.naturalKey],
  amount: String(view.payload["total"]), currency: unit.currency, message: `${number} in the ledger differs: ${wrong.join(", ")}.`, since: view.confirmedAt ?? view.createdAt,
});

const adoptedNumber = (input: PlanInput, unit: Unit): string | null => wordsOn(input.facts, unit.key).adopted;
const isAdopted = (input: PlanInput, unit: Unit, data: LedgerDocument): boolean => data.state === "posted" && data.number === adoptedNumber(input, unit);

/** INV-05: more than one posted document for one unit. A person adopts one; it ends when the ledger has reversed the others. */
function twice(input: PlanInput, unit: Unit, documents: Known<LedgerDocument>[], view: CommandView | null): ExceptionFinding[] {
  const posted = documents.filter(({ data }) => data.state === "posted");
  if (posted.length < 2) return [];
  const mine = posted.find(({ data }) => isAdopted(input, unit, data)), others = posted.filter((document) => document !== mine);
  const names = (rows: Known<LedgerDocument>[]) => rows.map(({ data }) => data.number).join(", ");
  const last = (mine ? others : posted).at(-1);
  return [{
    code: "INV-05", fingerprint: { connector: posted[0]?.source ?? view?.connector ?? "ledger", customer: unit.head.billTo }, stops: mine ? [] : view ? [view.naturalKey] : ["post_invoice"],
    amount: last?.data.total ?? "0", currency: unit.currency, since: last?.occurredAt ?? input.now,
    message: mine ? `${mine.data.number} was adopted; ${names(others)} must be reversed in the ledger.` : `The ledger has ${posted.length} invoices for this: ${names(posted)}.`,
  }];
}

/**
 * Nothing of ours is there. A document that repeats our reference is ours and is adopted with its own figures; one made
 * by somebody else closes the slot as INV-05 until a person adopts it. In *observe* whatever the ledger has is adopted. What a person adopted
 * closes the slot for good, even where the ledger has cancelled it since: only a person's next word opens it.
 */
function found(input: PlanInput, unit: Unit, revision: number, documents: Known<LedgerDocument>[]): Part {
  const nothing: Part = { billed: null, posted: null, closed: false, exceptions: [] };
  const posted = documents.filter(({ data }) => data.state === "posted");
  const reference = referenceOf(unit.id, { kind: "post_invoice", slot: "", sequence: revision });
  const chosen = posted.find(({ data }) => isAdopted(input, unit, data)) ?? (posted.length === 1 ? posted.find(({ data }) => data.reference === reference || unit.mode === "observe") : undefined);
  if (chosen) return { ...adopted(input, unit, chosen, revision, reference), closed: true, exceptions: [...twice(input, unit, documents, null), ...changedSince(input, unit)] };
  if (posted.length === 0) return { ...nothing, ...without(input, unit, documents) };
  const several = twice(input, unit, documents, null);
  const one = posted[0];
  if (several.length > 0 || !one) return { ...nothing, closed: true, exceptions: several };
  return { ...nothing, closed: true, exceptions: [{
    code: "INV-05", fingerprint: { connector: one.source, customer: unit.head.billTo }, stops: ["post_invoice"], amount: one.data.total ?? "0", currency: unit.currency,
    message: `${one.data.number} is in the ledger and was not posted by us.`, since: one.occurredAt,
  }] };
}

/** No document stands. What a person adopted is missed; what may be this invoice stops ours until a person has said whether it is. */
function without(input: PlanInput, unit: Unit, documents: Known<LedgerDocument>[]): Pick<Part, "closed" | "exceptions"> {
  const number = adoptedNumber(input, unit), { billTo } = unit.head, { currency, net, chargesTotal } = unit;
  const said = (fingerprint: string, amount: string, message: string, since: Instant): ExceptionFinding => ({ code: "INV-05", fingerprint: { connector: fingerprint, customer: billTo }, stops: ["post_invoice"], amount, currency, message, since });
  if (number !== null) {
    const gone = documents.find(({ data }) => data.number === number), other = gone ? null : unclaimedRow(input.reference, number);
    if (!gone && !other) return { closed: true, exceptions: [] };
    const [source, since] = gone ? [gone.source, gone.occurredAt] : [other?.source ?? "ledger", other?.recordedAt ?? input.now];
    return { closed: true, exceptions: gone || other?.claimedBy !== null ? [said(source, moneyText(net.plus(chargesTotal), currency), gone ? `${number} was adopted for this and is cancelled in the ledger.` : `${number} was adopted for this and is the invoice of ${other?.claimedBy ?? ""} by now.`, since)] : [] };
  }
  const found = unit.mode === "observe" ? [] : suspects(input, unit), [first] = found;
  if (!first) return { closed: false, exceptions: [] };
  return { closed: true, exceptions: [said(first.row.source, first.row.document.total ?? "0", `${found.map(({ row, pair }) => `${row.document.number} in the ledger may be this invoice (${[...pair.because, ...pair.differs].join(", ")})`).join("; ")}: a person says whether it is.`, first.row.recordedAt)] };
}

/** INV-05 of what somebody made beside our invoice and names nobody: certainly for the same, so it is billed twice until the ledger has reversed it or a person says that it is another's. */
function besideOurs(input: PlanInput, unit: Unit, own: string): ExceptionFinding[] {
  return suspects(input, unit).map(({ row: { document, source, recordedAt }, pair }) => ({
    code: "INV-05", fingerprint: { connector: source, customer: unit.head.billTo }, stops: [], amount: document.total ?? "0", currency: unit.currency, since: recordedAt,
    message: `${document.number} in the ledger may be a second invoice beside ${own} (${pair.because.join(", ")}): reverse it there, or say that it is another's.`,
  }));
}

/** INV-04 of a document that the ledger changed after a person had adopted it. It counts with the ledger's own figures. */
function changedSince(input: PlanInput, unit: Unit): ExceptionFinding[] {
  const claimed = claimedDocument(input);
  if (!claimed || claimed.changed.length === 0 || acceptedAs(input.facts, claimed.data.number, claimed.changed)) return [];
  return [{ code: "INV-04", fingerprint: { connector: claimed.source, customer: unit.head.billTo }, stops: [], amount: claimed.data.total ?? "0", currency: unit.currency, message: `${claimed.data.number} was changed in the ledger after it was adopted: ${claimed.changed.join(", ")}.`, since: claimed.occurredAt }];
}

function adopted(input: PlanInput, unit: Unit, document: Known<LedgerDocument>, revision: number, reference: string): Pick<Part, "billed" | "posted" | "adopted"> {
  const { data } = document;
  const money = (value: string | undefined, otherwise: Decimal) => moneyText(value === undefined ? otherwise : dec(value), unit.currency);
  const goods = goodsBilledBy(input.facts, unit, data), known = new Map(goods.lines.map((line) => [line.key, line]));
  const net = money(data.net, sumOf(goods.lines, (line) => dec(line.net))), chargesTotal = money(data.charges, sumOf(goods.charges, (charge) => dec(charge.amount))), tax = money(data.tax, unit.estimatedTax);
  const total = money(data.total, dec(net).plus(chargesTotal).plus(tax));
  // Lines in words of its own say nothing of ours: then it is the invoice of all that was in the unit.
  const shares = (whole: string) => splitByLargestRemainder(dec(whole), goods.lines.map((line) => dec(line.net)), unit.currency).map((share) => moneyText(share, unit.currency));
  const nets = shares(net), taxes = shares(tax);
  const lines = data.lines.length > 0 && data.lines.every(({ line }) => known.has(line)) ? data.lines : goods.lines.map((line, index) => ({ line: line.key, quantity: line.quantity, net: nets[index] ?? line.net, tax: taxes[index] }));
  const { head } = unit;
  const dueDate = data.dueDate ?? dueDay(unit, data.accountingDate) ?? data.accountingDate;
  const billed: InvoicePayload = {
    reference, unit: unit.key, revision, customer: head.customer, billTo: head.billTo, payer: head.payer, orders: [...unit.orders], purchaseOrder: head.purchaseOrder, shipment: head.shipment,
    currency: unit.currency, terms: head.terms, accountingDate: data.accountingDate, dueDate, revenueDate: data.accountingDate, shipTo: head.shipTo,
    lines: lines.map((line) => {
      const term = known.get(line.line);
      return { key: line.line, order: term?.order ?? head.order, line: term?.line ?? line.line, item: term?.item ?? "", description: term?.description ?? "", quantity: line.quantity, price: term?.price ?? "0", priceUnit: term?.priceUnit ?? "1", net: line.net, tax: line.tax ?? "0", taxCategory: term?.taxCategory ?? "" };
    }),
    charges: goods.charges.map((charge) => ({ ...charge, tax: "0" })),
    net, chargesTotal, tax, total,
  };
  return { adopted: true, billed, posted: postedFrom(unit, billed, { number: data.number, net, charges: chargesTotal, tax, total, accountingDate: data.accountingDate, dueDate }, document.recordedAt, revision, document.occurredAt) };
}
