import { samePayload } from "../../commands";
import type { ReceiptRecorded } from "../../contracts/billing";
import type { CustomerMaster } from "../../contracts/masters";
import { dec, max, positive, sumOf, zero, type Decimal } from "../../decimal";
import { allOf, latestOf, type Known } from "../../facts";
import { moneyText } from "../../money";
import { overlaid, overlaysOn, refundLeftPath, withOverlays } from "../../overlay";
import { referenceId, type PlanInput, type Planner, type Reference, type ReferenceKey } from "../../plan";
import type { OpenItem, OrderInvoices } from "../../publications";
import { bookingOf } from "../../refund-posting";
import { bookable, refundStanding, type RefundStanding } from "../../refund-word";
import { viewsOf } from "../../standing";
import { codebook, mapKey } from "../order/codes";
import { refundsByProvider } from "./provider-refunds";
import { bookedOf, correctionOf, takenBackOf, type Correction } from "./ledger";

/**
 * Money that came in, with people's edits laid over what the bank or provider said. Payer, amount, currency and means are the
 * ledger's while it has the receipt otherwise: books follow what stands there until it is corrected.
 */
export interface Receipt {
  number: string;
  source: string;
  data: ReceiptRecorded;
  amount: Decimal;
  /** As the source says it now; nothing once it was reversed. */
  told: Decimal;
  /** What the ledger has is to be taken back and posted anew. */
  correction: Correction | null;
  /** The source says by now that it is for something else: what the ledger has beyond that is taken back. */
  moved: boolean;
  /** Nothing of it is to be applied: the ledger's posting is on its way back. */
  comingBack: boolean;
  recordedAt: string;
  /** When we heard its newest word. */
  toldAt: string;
  occurredAt: string;
  /** Payer in our words, and whose credit it eases. */
  payer: string;
  creditAccount: string;
  /** A person said what it is for: what is left then is on account by that decision (S17). */
  assigned: boolean;
  onAccount: boolean;
  refunds: RefundWish[];
  /** Of what the provider gave back by itself, so much is approved to leave the ledger too. */
  leaves: Decimal;
}

/** A person's wish to give money back, as a fact; the amount may not exceed what is unapplied (invariant 5). */
export interface RefundWish { id: string; amount: Decimal; original: boolean; author: string; reason: string }

const openItemKey = (key: string): ReferenceKey => ({ topic: "open_item", key });
const invoicesKey = (order: string): ReferenceKey => ({ topic: "order.invoices", key: order });

const orderInvoices = (reference: Reference, order: string): OrderInvoices | undefined => reference.get(referenceId(invoicesKey(order)))?.data as OrderInvoices | undefined;

/** Numbers of an order's posted invoices, in order of posting. */
const invoicesOf = (reference: Reference, order: string): readonly string[] => orderInvoices(reference, order)?.invoices ?? [];

/** What an order may still invoice and no earlier receipt is a deposit for; null while nobody can say. */
export function roomFor(reference: Reference, order: string, receipt: Pick<Receipt, "number" | "occurredAt">): Decimal | null {
  const told = orderInvoices(reference, order);
  if (told?.toCome === undefined) return null;
  const earlier = (told.deposits ?? []).filter((row) => row.receivedAt < receipt.occurredAt || (row.receivedAt === receipt.occurredAt && row.receipt < receipt.number));
  return positive(dec(told.toCome).minus(sumOf(earlier, ({ amount }) => dec(amount))));
}

const recorded = (input: Pick<PlanInput, "facts">): (Known<ReceiptRecorded> & { raw: ReceiptRecorded }) | null => {
  const found = latestOf(input.facts, "receipt.recorded")[0];
  return found ? { ...found, raw: found.data, data: withOverlays(input.facts, found.document, found.data) } : null;
};

/** What the remittance names, and the order that the receipt is for: each may be an order. */
const ordersNamed = ({ remittance, order }: ReceiptRecorded): string[] => [...new Set([...remittance.map(({ document }) => document), ...(order ? [order] : [])])];

/** Numbers that may be of an invoice or debit that it is for, or was applied to. */
const numbersNamed = ({ commands, reference }: Pick<PlanInput, "commands" | "reference">, data: ReceiptRecorded): string[] =>
  [...data.remittance.map(({ document }) => document), ...ordersNamed(data).flatMap((order) => invoicesOf(reference, order)), ...viewsOf(commands, "apply_receipt").map(({ slot }) => slot)];

/** Open items that it is for or was applied to. */
export const itemsNamed = (input: PlanInput, data: ReceiptRecorded): OpenItem[] => [...new Set(numbersNamed(input, data))].flatMap((number) => openItem(input.reference, number) ?? []);

/** Open items by every name that the remittance uses, all invoices of the orders that it names or is for, and the payer. */
export const receiptDependencies: Planner["dependencies"] = ({ subject, facts, policy, commands = [], reference = new Map() }) => {
  const known = recorded({ facts });
  if (!known) return [];
  const orders = ordersNamed(known.data);
  const invoices = new Set(numbersNamed({ commands, reference }, known.data).flatMap((number) => [number, ...(openItem(reference, number)?.debits ?? [])]));
  const payer = codebook(reference, known.source, policy).canonical("customer", known.data.payer);
  const payers = new Set([payer.ok ? payer.value : known.data.payer, ...[bookedOf({ commands }), ...takenBackOf({ commands })].flatMap((row) => row?.payer ?? [])]);
  return [
    ...[...invoices].map(openItemKey), ...orders.map(invoicesKey), { topic: "periods", key: subject.entity }, mapKey("customer", known.source, known.data.payer),
    ...[...payers].map((key): ReferenceKey => ({ topic: "customer", key })),
  ];
};

export function readReceipt(input: PlanInput): Receipt | null {
  const known = recorded(input);
  if (!known) return null;
  const { data } = known, booked = bookedOf(input);
  const found = codebook(input.reference, known.source, input.policy).canonical("customer", data.payer);
  const payer = found.ok ? found.value : data.payer;
  const earlier = allOf(input.facts, "receipt.recorded").filter((row) => row.source === known.source && row.document === known.document && row.version < known.version);
  const payerMoved = overlaid(input.facts, known.document, "payer") !== undefined || earlier.some((row) => row.data.payer !== data.payer);
  const told = dec(moneyText(dec(data.amount), data.currency));
  const correction = data.reversed ? null : correctionOf(input, { payer, amount: told, currency: data.currency, means: data.means }, payerMoved);
  const inLedger: ReceiptRecorded = booked && (correction !== null || !told.eq(booked.amount)) ? { ...data, amount: moneyText(booked.amount, booked.currency), currency: booked.currency, means: booked.means as ReceiptRecorded["means"] } : data;
  const whose = correction?.from.payer ?? payer;
  const edits = overlaysOn(input.facts, known.document);
  const says = (row: Pick<ReceiptRecorded, "remittance" | "order">) => ({ remittance: row.remittance, order: row.order });
  return {
    number: known.document, source: known.source, data: inLedger, amount: data.reversed ? zero : dec(inLedger.amount), told: data.reversed ? zero : told, correction, comingBack: false, leaves: zero,
    moved: (data.remittance.length > 0 || data.order !== undefined) && earlier.some((row) => !samePayload(says(row.data), says(known.raw))),
    recordedAt: firstSeen(input), toldAt: known.recordedAt, occurredAt: known.occurredAt,
    payer: whose, creditAccount: creditAccountOf(input, whose), assigned: edits.some(({ data: edit }) => edit.path.startsWith("remittance") || edit.path === "order"), onAccount: overlaid(input.facts, known.document, "onAccount") === true,
    refunds: edits.filter(({ data: edit }) => edit.path === "refund" && !edits.some(({ data: later }) => later.path === refundLeftPath && later.value === edit.decision)).flatMap(({ data: edit }) => wishOf(edit)),
  };
}

/** Whose credit a payer's money eases. */
export const creditAccountOf = (input: Pick<PlanInput, "reference">, payer: string): string => (input.reference.get(referenceId({ topic: "customer", key: payer }))?.data as CustomerMaster | undefined)?.creditAccount ?? payer;

const firstSeen = (input: PlanInput): string => input.facts.filter((fact) => fact.type === "receipt.recorded").map((fact) => fact.recordedAt).sort()[0] ?? input.now;

function wishOf(edit: { decision: string; value: unknown; author: string; reason: string }): RefundWish[] {
  const value = edit.value as { amount?: unknown; means?: unknown } | null;
  if (typeof value?.amount !== "string" || !/^\d+(\.\d+)?$/.test(value.amount)) return [];
  return [{ id: edit.decision, amount: dec(value.amount), original: value.means !== "other", author: edit.author, reason: edit.reason }];
}

export const openItem = (reference: Reference, key: string): OpenItem | null => (reference.get(referenceId(openItemKey(key)))?.data ?? null) as OpenItem | null;

/** Whether a payer's word is the number of an order that told us so: one with invoices, or one that is paid in advance. */
export const isOrder = (reference: Reference, document: string): boolean => reference.has(referenceId(invoicesKey(document)));

/** Whether a payer's word is the number of an order that is to be paid in another currency: no money for it (invariant 6). */
export const isInAnotherCurrency = (reference: Reference, document: string, currency: string): boolean => (orderInvoices(reference, document)?.currency ?? currency) !== currency;

/** Open items of an order in order of posting (P11). */
export const openItemsOf = (reference: Reference, order: string): OpenItem[] => invoicesOf(reference, order).flatMap((invoice) => openItem(reference, invoice) ?? []);

/** One refund out of a receipt: what of it went back, by the provider's word, and what the ledger has of it. */
export interface RefundGiven { amount: Decimal; booked: Decimal; bookedAt: string | null }

/** Refunds that a person wished and the provider took, with what it says of each by now. */
export const ownRefunds = (input: PlanInput): (RefundGiven & { standing: RefundStanding })[] =>
  viewsOf(input.commands, "refund_payment").filter(({ state }) => state === "confirmed").map((view) => {
    const standing = refundStanding(input, view), { amount: booked, bookedAt } = bookingOf(input, view.slot);
    return { standing, amount: bookable(standing), booked, bookedAt };
  });

/** All that was given back of it, by us or by the provider itself (M5), and what the ledger still has of what was not. */
export const refundsGiven = (input: PlanInput): RefundGiven[] => {
  const known = recorded(input);
  return [...ownRefunds(input), ...(known ? refundsByProvider(input, known.data.currency) : [])];
};
export const refunded = (input: PlanInput): Decimal => sumOf(refundsGiven(input), ({ amount }) => amount);

/** What of it the ledger cannot take back whole any more: it has it as given back, or is to have it without a person. */
export const refundsInLedger = (input: PlanInput, currency: string): Decimal => sumOf(ownRefunds(input), (row) => max(row.amount, row.booked)).plus(sumOf(refundsByProvider(input, currency), ({ booked }) => booked));

/** What cannot be applied: it was given back, or the ledger still says so. */
export const spentOnRefunds = (input: PlanInput): Decimal => sumOf(refundsGiven(input), ({ amount, booked }) => max(amount, booked));
