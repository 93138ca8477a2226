import { addServiceLevel } from "../../calendar";
import type { CommandView } from "../../commands";
import { dec, max, min, positive, sumOf, zero, type Decimal } from "../../decimal";
import { digestOf } from "../../decisions";
import type { Gate } from "../../gate";
import { moneyText } from "../../money";
import type { CommandPayloads } from "../../payloads";
import type { PlanInput } from "../../plan";
import type { BillingTerms } from "../../publications";
import { referenceOf } from "../../reference";
import { answered, asked, hasLeft, viewsOf } from "../../standing";
import type { InvoicePayload } from "./invoice";
import type { Receivable } from "./receivable";
import type { PostedInvoice } from "./standing-invoice";
import type { Unit } from "./unit";

interface Taken { view: CommandView; order: string; authorisation: string; amount: Decimal }
interface Part { authorisation: string; amount: Decimal }
/** Two orders of one checkout may name the same authorisation: the newest sequence asked for on each, and what is being asked for on it now. */
interface Shared { sequences: Map<string, number>; asking: Map<string, Decimal> }

/** Card money that was taken for the invoice, or may have been: the outcome of one under way is not known yet. */
export const takenOf = (input: Pick<PlanInput, "commands">): Taken[] =>
  viewsOf(input.commands, "capture_payment").filter(hasLeft).map((view) => ({ view, order: String(view.payload["order"]), authorisation: view.slot, amount: dec(answered(view, "amount") ?? asked(view, "amount") ?? "0") }));

/** Asks for the card money of each order in the invoice, never more in all than is open of it and no known receipt is to settle. Tells of which orders more is wanted, or may be: some is under way, or a receipt is still to settle the rest. */
export function captureCards(input: PlanInput, unit: Unit, billed: InvoicePayload, posted: PostedInvoice, { receipts, invoiceOpen }: Receivable, gate: Gate): ReadonlySet<string> {
  const taken = takenOf(input), capturing = new Set<string>(), shared: Shared = { sequences: new Map(), asking: new Map() };
  const awaited = otherMoney(posted, receipts).plus(sumOf(unit.terms, ({ data }) => depositOf(data, posted, receipts))), lost = lostOf(posted, receipts);
  let room = invoiceOpen.minus(cardMoney(posted, taken, receipts)).minus(awaited).minus(lost);
  for (const { data: terms } of unit.terms) {
    if (terms.paymentMethod !== "card") continue;
    const own = taken.filter(({ order }) => order === terms.order);
    for (const { view } of own) gate.ask({ kind: "capture_payment", slot: view.slot, sequence: view.sequence, payload: view.payload, amount: { amount: String(view.payload["amount"]), currency: unit.currency }, dueSince: posted.postedAt });
    const due = min(shareOf(billed, terms.order).minus(sumOf(own, ({ amount }) => amount)).minus(depositOf(terms, posted, receipts)).minus(paidFor(terms.order, posted, receipts)), room);
    const wanted = due.gt(0) && capture(input, unit, posted, terms, due, shared, gate);
    if (wanted) room = room.minus(due);
    if (wanted || awaited.gt(0) || own.some(({ view }) => view.state !== "confirmed")) capturing.add(terms.order);
  }
  return capturing;
}

/** Card money that is to settle the invoice and did not yet: taken, or told of in a receipt. What was taken past us settles nothing of our captures. */
function cardMoney({ number }: PostedInvoice, taken: readonly Taken[], receipts: Receivable["receipts"]): Decimal {
  const card = receipts.filter(({ data }) => data.invoice === number && data.means === "card"), ours = card.filter(({ data }) => !data.charge), pastUs = card.filter(({ data }) => data.charge);
  return max(sumOf(taken, ({ amount }) => amount).minus(sumOf(ours, ({ data }) => dec(data.applied))), sumOf(ours, pendingOf)).plus(sumOf(pastUs, pendingOf));
}

/** What was taken past us and its provider took back: as of a capture that bounced, that is asked of the customer, not of a card once more. */
const lostOf = ({ number }: PostedInvoice, receipts: Receivable["receipts"]): Decimal => sumOf(receipts.filter(({ data }) => data.invoice === number), ({ data }) => dec(data.charge?.lost ?? "0"));

/** The same of receipts that are not of a card. */
const otherMoney = ({ number }: PostedInvoice, receipts: Receivable["receipts"]): Decimal => sumOf(receipts.filter(({ data }) => data.invoice === number && data.means !== "card"), pendingOf);

const pendingOf = ({ data }: Receivable["receipts"][number]): Decimal => positive(dec(data.wanted).minus(data.applied));

/** What was paid for the order in advance and is to settle its invoices; of a receipt that has answered for this one already, what is left. */
const depositOf = ({ deposits = [] }: BillingTerms, { number }: PostedInvoice, receipts: Receivable["receipts"]): Decimal =>
  sumOf(deposits, ({ receipt, amount }) => positive(dec(amount).minus(sumOf(receipts.filter(({ data }) => data.receipt === receipt && data.invoice === number), ({ data }) => dec(data.wanted)))));

/** Of what receipts settle of an invoice of several orders, what was sent for this one: it lightens that order's card, not another's. Card money that was captured is known by its capture. */
const paidFor = (order: string, { number }: PostedInvoice, receipts: Receivable["receipts"]): Decimal =>
  sumOf(receipts.filter(({ data }) => data.invoice === number && (data.means !== "card" || data.charge)).flatMap(({ data }) => (data.forOrders ?? []).filter((row) => row.order === order)), ({ amount }) => dec(amount));

/**
 * Card money is taken per billing unit, authorisation by authorisation, and never above what is left of each (P17). What is
 * missing is the hold PAYMENT_AUTHORISATION on the capture alone: the invoice itself posts (S06). False where a person said to
 * collect it another way.
 */
function capture(input: PlanInput, unit: Unit, posted: PostedInvoice, terms: BillingTerms, due: Decimal, shared: Shared, gate: Gate): boolean {
  const { order, authorisations } = terms, money = (amount: Decimal) => moneyText(amount, unit.currency);
  const standing = leftOn(input, terms, shared), available = sumOf(standing, ({ amount }) => amount), short = due.minus(available);
  const blockedBy: string[] = [];
  if (short.gt(0)) {
    const expired = authorisations.length > 0 && authorisations.every(({ expires }) => expires !== null && expires <= input.now);
    const { key } = gate.hold({
      rule: "PAYMENT_AUTHORISATION", slot: order, blocks: ["capture_payment"], amount: money(due), currency: unit.currency,
      message: authorisations.length > 0 ? `${expired ? "The authorisation expired; left" : "Authorised and left"} ${money(available)}, to be captured ${money(due)}: ${money(short)} short.` : nothingAuthorised(terms, money(due)),
      releasedBy: "A new authorisation that covers it, or the credit manager (collect on terms instead).", evidence: { order, due: money(due), available: money(available), short: money(short), authorisation: authorisations.map(({ reference }) => reference).join(", ") || null },
      digest: digestOf({ order, unit: unit.key, due: money(due) }), dueAt: addServiceLevel(input.policy.calendar, posted.postedAt, 1440),
    });
    if (key === null) return false;
    blockedBy.push(key);
  }
  for (const { authorisation: slot, amount } of partsOf(due, unrefused(input, order, standing, due))) {
    const sequence = sequenceOn(input, order, slot, shared.sequences);
    shared.asking.set(slot, amount.plus(shared.asking.get(slot) ?? zero));
    const payload: CommandPayloads["capture_payment"] = { reference: referenceOf(unit.id, { kind: "capture_payment", slot, sequence }), order, unit: unit.key, authorisation: slot, amount: money(amount), currency: unit.currency, invoice: posted.number };
    gate.ask({ kind: "capture_payment", slot, sequence, blockedBy, dueSince: posted.postedAt, amount: { amount: money(amount), currency: unit.currency }, payload: { ...payload } });
  }
  return true;
}

const nothingAuthorised = ({ foreignAuthorisation: foreign, currency }: BillingTerms, due: string): string =>
  foreign ? `Authorisation ${foreign.reference} is in ${foreign.currency} and the invoice in ${currency}: nothing is authorised for its ${due}.` : `No authorisation for ${due}.`;

/** One that never left is asked for again as it was; a new one follows all that any order of the invoice had on the authorisation. */
function sequenceOn(input: PlanInput, order: string, slot: string, sequences: Shared["sequences"]): number {
  const known = viewsOf(input.commands, "capture_payment").filter((view) => view.slot === slot);
  const again = known.filter((view) => !hasLeft(view) && view.payload["order"] === order).at(-1)?.sequence;
  const sequence = again ?? Math.max(0, sequences.get(slot) ?? 0, ...known.map((view) => view.sequence)) + 1;
  sequences.set(slot, Math.max(sequence, sequences.get(slot) ?? 0));
  return sequence;
}

/** What each authorisation that stands now has left for the order, in the order in which they are used: less what any order of the invoice took on it here. */
function leftOn(input: PlanInput, { authorisations }: BillingTerms, { asking }: Shared): Part[] {
  const taken = takenOf(input);
  return authorisations.filter(({ expires }) => expires === null || expires > input.now)
    .map(({ reference, left }) => ({ authorisation: reference, amount: positive(dec(left).minus(sumOf(taken.filter(({ authorisation }) => authorisation === reference), ({ amount }) => amount)).minus(asking.get(reference) ?? zero)) }));
}

/** Those that the provider did not refuse to capture on, where they cover it without the others. */
function unrefused(input: PlanInput, order: string, standing: readonly Part[], due: Decimal): readonly Part[] {
  const tried = new Set(viewsOf(input.commands, "capture_payment").filter((view) => !hasLeft(view) && view.attempts > 0 && view.payload["order"] === order).map(({ slot }) => slot));
  const rest = standing.filter(({ authorisation }) => !tried.has(authorisation));
  return sumOf(rest, ({ amount }) => amount).gte(due) ? rest : standing;
}

function partsOf(due: Decimal, standing: readonly Part[]): Part[] {
  let rest = due;
  return standing.flatMap(({ authorisation, amount: left }) => {
    const amount = min(rest, left);
    rest = rest.minus(amount);
    return amount.gt(0) ? [{ authorisation, amount }] : [];
  });
}

/** What one order has in the invoice, with its charges and tax. */
const shareOf = (billed: InvoicePayload, order: string): Decimal =>
  sumOf(billed.lines.filter((line) => line.order === order), (line) => dec(line.net).plus(line.tax)).plus(sumOf(billed.charges.filter((charge) => charge.order === order), (charge) => dec(charge.amount).plus(charge.tax)));
