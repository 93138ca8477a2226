import { addServiceLevel, localDay } from "../calendar";
import { creditsAndDebits, documentOf, kindOf, type CreditPayload, type StandingCredit } from "../debit";
import { withOwnTax } from "../debit-tax";
import { dec, min, positive, sumOf, text, zero, type Decimal } from "../decimal";
import { digestOf } from "../decisions";
import type { Gate } from "../gate";
import type { Day, Instant } from "../instant";
import { moneyText, roundMoney } from "../money";
import type { DebitTerms } from "../payloads";
import { postingDate } from "../period";
import type { PlanInput } from "../plan";
import type { FoundCredit, ReturnBasis } from "../publications";
import { dueDate } from "../receivable";
import { referenceOf } from "../reference";
import { asked } from "../standing";
import { suspectCredits } from "./adopted";
import { allocate, byInvoice, totalOf, type CreditPart } from "./allocation";
import { allowancesOn, feeOf, restocking, totalOfCharges, type CreditCharge } from "./allowances";
import { itemOf } from "./open-items";
import { creditingKinds, type Return } from "./read";

/** What of the return is credited, under way, wanted, or finds no invoice. */
export interface Credits {
  standing: StandingCredit[];
  wanted: { slot: string; payload: CreditPayload; blockedBy: string[] }[];
  /** Creditable units without an invoiced line to credit them from, by line (CRD-01). */
  uncovered: { line: string; quantity: Decimal; billed: boolean; /** Credited once on goods that never left, and a person refused it on others. */ refused?: true }[];
  /** Restocking fee that came after its credits had been made without it (CRD-01). */
  feeMissed: Decimal;
  flying: boolean;
  /** Credits of the ledger of which a person is to say whether they are what is wanted: until then nothing is posted. */
  suspects: FoundCredit[];
}

/**
 * One credit for each invoice that the units came from; what left stays as it left (P6, invariant 4). Where the warehouse says after
 * the credit that less came, or the return is refused after all, a debit is proposed for it (2.7).
 */
export function planCredits(input: PlanInput, subject: Return, gate: Gate): Credits {
  const standing = creditsAndDebits(input);
  const dueSince = dueAt(subject);
  for (const { view, payload } of standing) gate.ask({ kind: view.kind, slot: view.slot, sequence: view.sequence, payload: view.payload, amount: { amount: asked(view, "total") ?? payload.total, currency: payload.currency }, dueSince });
  const flying = standing.some(({ posted }) => !posted);
  const { basis } = subject, own = ofOrder(standing, subject.order);
  if (!basis || !creditingKinds.includes(subject.kind) || flying) return { standing, wanted: [], uncovered: [], feeMissed: zero, flying, suspects: [] };
  const uncovered: Credits["uncovered"] = [];
  const parts: CreditPart[] = [], takenBack: CreditPart[] = [];
  for (const line of subject.lines) {
    const before = positive(sumOf(rowsOf(own, line.line), (row) => dec(row.quantity)).minus(line.stranded));
    const more = positive(line.creditable.minus(before)), notCome = subject.received || subject.strays.length > 0 ? positive(before.minus(line.kept)) : zero;
    if (withdrawn(subject)) takenBack.push(...takeBack(basis, own, line.line, positive(before.minus(line.creditable))));
    else if (notCome.gt(0) && subject.kind !== "credit_without_goods") takenBack.push(...takeBack(basis, own, line.line, notCome));
    if (more.isZero() || !basisKnows(subject, own, line.line)) continue;
    const grant = basis.grants?.find((row) => row.line === line.line);
    if (grant && dec(grant.asked).lt(line.creditable)) continue;
    const found = allocate(basis, line.line, grant ? min(more, positive(dec(grant.now).minus(before))) : more);
    parts.push(...found.parts);
    const short = grant ? positive(line.creditable.minus(grant.granted)) : found.left;
    if (short.gt(0)) uncovered.push({ line: line.line, quantity: short, billed: basis.billed.some((row) => row.line === line.line) });
  }
  const moved = [...byInvoice(parts.length > 0 ? parts : takenBack)], groups = (moved.length > 0 ? moved : feeKept(subject, own)).map(([invoice, group]) => ({ invoice, parts: group, allowances: allowancesOn(basis, invoice, group, payloadsOf(own)) })), fees = shareFee(subject, own, groups);
  const wanted = groups.map((group, index) => want(input, subject, gate, { basis, ...group, standing, first: index === 0 && !standing.some(({ view }) => view.slot === subject.id), fee: fees.onto[index] ?? zero, feeBeyond: fees.beyond, dueSince }));
  wanted.forEach((credit, index) => { if (credit === null) uncovered.push(...movedOnto(subject, groups[index]?.parts ?? []).map((row) => ({ ...row, billed: true, refused: true as const }))); });
  const feeMissed = groups.length > 0 ? zero : min(fees.beyond, positive(sumOf(own, ({ payload }) => dec(payload.total))));
  const elsewhere = subject.formerly.flatMap((former) => takeAllBack(former, standing)).filter(({ invoice }) => groups.every((group) => group.invoice !== invoice));
  wanted.push(...elsewhere.map((wish) => want(input, subject, gate, { ...wish, standing, first: false, feeBeyond: zero, dueSince })));
  const asks = wanted.filter((credit) => credit !== null);
  return { standing, wanted: asks, uncovered, feeMissed, flying, suspects: asks.some(({ payload }) => kindOf(payload) === "post_credit") ? suspectCredits(subject, input.policy) : [] };
}

/** Credits and debits of one order: a return may have some of another, that it was for before. */
export const ofOrder = (standing: readonly StandingCredit[], order: string): StandingCredit[] => standing.filter(({ payload }) => payload.order === order);
const payloadsOf = (standing: readonly StandingCredit[]): CreditPayload[] => standing.map(({ payload }) => payload);
export const rowsOf = (standing: readonly StandingCredit[], line: string): CreditPayload["lines"] => standing.flatMap(({ payload }) => payload.lines).filter((row) => row.line === line);
export const linesOf = (standing: readonly StandingCredit[]): string[] => [...new Set(standing.flatMap(({ payload }) => payload.lines.map(({ line }) => line)))].sort();

/**
 * Units that this return was credited for on goods which never left by the warehouse's last word, and that would now be credited on others.
 * Whether the same goods were told of twice, or others came back, no fact says: a person does (decision 19).
 */
const movedOnto = ({ lines }: Return, parts: readonly CreditPart[]): { line: string; quantity: Decimal }[] => lines.flatMap(({ line, stranded }) => {
  const quantity = min(stranded, sumOf(parts.filter(({ billed }) => billed.line === line), (part) => part.quantity));
  return quantity.gt(0) ? [{ line, quantity }] : [];
});

/** All that stands credited on an order that the return is not for any more, with the fee that was kept of it. */
function takeAllBack(basis: ReturnBasis, all: readonly StandingCredit[]): Pick<Wish, "basis" | "invoice" | "parts" | "allowances" | "fee">[] {
  const standing = ofOrder(all, basis.order);
  const parts = linesOf(standing).flatMap((line) => takeBack(basis, standing, line, sumOf(rowsOf(standing, line), (row) => dec(row.quantity))));
  return [...byInvoice(parts)].map(([invoice, group]) => ({ basis, invoice, parts: group, allowances: allowancesOn(basis, invoice, group, payloadsOf(standing)), fee: sumOf(standing.filter(({ payload }) => payload.invoice === invoice), ({ payload }) => feeOf(payload)) }));
}

/** Whoever authorised it says by now that it is refused. */
const withdrawn = (subject: Return): boolean => subject.authorised?.data.refused === true;

/** Fee that was kept and that the warehouse does not charge any more, by the invoice whose credit bore it; no goods move with it. */
function feeKept(subject: Return, standing: readonly StandingCredit[]): [string, CreditPart[]][] {
  const bore = standing.find(({ payload }) => feeOf(payload).isNegative());
  return bore && feeLeft(subject, standing).isNegative() ? [[bore.payload.invoice, []]] : [];
}

/** What is yet to be charged; below nothing: what was kept too much. Nothing is charged where nothing stays. */
const feeLeft = (subject: Return, standing: readonly StandingCredit[]): Decimal =>
  (withdrawn(subject) || subject.lines.every((line) => line.kept.isZero()) ? zero : sumOf(subject.lines, (line) => line.fee)).plus(sumOf(standing, ({ payload }) => feeOf(payload)));

/** What the warehouse charges for restocking, beyond what earlier credits kept: off these credits in their order, none below nothing. `beyond` finds no credit. */
function shareFee(subject: Return, standing: readonly StandingCredit[], groups: readonly Pick<Wish, "parts" | "allowances">[]): { onto: Decimal[]; beyond: Decimal } {
  let left = feeLeft(subject, standing);
  const onto = groups.map(({ parts, allowances }) => {
    const goods = totalOf(parts), taken = totalOfCharges(allowances), fee = min(left, positive(goods.net.plus(goods.tax).plus(taken.net).plus(taken.tax)));
    left = left.minus(fee);
    return fee;
  });
  return { onto, beyond: positive(left) };
}

/** So many of the credited units taken back, those credited last first, each line's last unit with what is left of its credit. */
function takeBack(basis: ReturnBasis, standing: readonly StandingCredit[], line: string, quantity: Decimal): CreditPart[] {
  const credited = rowsOf(standing, line);
  let left = quantity;
  return [...new Set(credited.map(({ key }) => key))].reverse().flatMap((key) => {
    const rows = credited.filter((row) => row.key === key), billed = basis.billed.find((row) => row.key === key);
    const whole = sumOf(rows, (row) => dec(row.quantity)), take = min(left, whole);
    if (!billed || take.lte(0)) return [];
    left = left.minus(take);
    const part = (amount: Decimal) => roundMoney(amount.times(whole.minus(take)).div(whole), basis.currency).minus(amount);
    return [{ billed, quantity: take.neg(), net: part(sumOf(rows, (row) => dec(row.net))), tax: part(sumOf(rows, (row) => dec(row.tax))) }];
  });
}

/** A second credit is only made on figures that hold the first. */
function basisKnows(subject: Return, standing: readonly StandingCredit[], line: string): boolean {
  const grant = subject.basis?.grants?.find((row) => row.line === line);
  const rows = rowsOf(standing, line);
  if (grant) return dec(grant.credited).gte(sumOf(rows, (row) => dec(row.quantity)));
  return rows.every((row) => dec(subject.basis?.billed.find((billed) => billed.key === row.key)?.creditedQuantity ?? 0).gte(dec(row.quantity)));
}

const dueAt = (subject: Return): Instant => subject.received?.data.receivedAt ?? subject.authorised?.data.authorisedAt ?? subject.seenAt;

interface Wish { basis: ReturnBasis; invoice: string; parts: CreditPart[]; /** Of the invoice's allowances, what goes with these goods. */ allowances: CreditCharge[]; standing: readonly StandingCredit[]; first: boolean; fee: Decimal; feeBeyond: Decimal; dueSince: Instant }

/** The first invoice's credit has the return's own number; others add theirs, so that a key never moves when one is posted before another. */
function slotOf(subject: Return, wish: Wish): string {
  const own = wish.standing.filter(({ payload }) => payload.invoice === wish.invoice);
  const base = wish.first || own.some(({ view }) => view.slot === subject.id) ? subject.id : `${subject.id}/${wish.invoice}`;
  return own.length === 0 ? base : `${base}/${own.length + 1}`;
}

function want(input: PlanInput, subject: Return, gate: Gate, wish: Wish): Credits["wanted"][number] | null {
  const slot = slotOf(subject, wish);
  const plain = payloadOf(input, subject, wish, slot);
  const draft = kindOf(plain) === "post_credit" ? plain : withOwnTax(input, gate, { slot, draft: plain, record: itemOf(input, wish.invoice)?.tax, dueSince: wish.dueSince });
  if (!draft) return null;
  const kind = kindOf(draft), what = kind === "post_debit" ? "debit" : "credit";
  const { currency } = draft, total = dec(draft.total), amount = moneyText(total.abs(), currency);
  const content = { customer: draft.billTo, shipToCountry: null, shipToState: wish.basis.taxState, currency, unitPrices: draft.lines.map((line) => ({ line: line.key, price: line.net, priceUnit: line.quantity })) };
  const date = postingDate(gate, input.reference, { slot, kind, day: draft.accountingDate, entity: input.subject.entity, amount, currency, content, what: `The ${what} for return ${subject.id}` });
  const why = reasonForApproval(input, subject, draft, wish);
  const { key, verdict } = why === null ? { key: null, verdict: null } : gate.hold({
    rule: "CREDIT_APPROVAL", slot, blocks: [kind], amount, currency, message: `${what === "debit" ? "Debit" : "Credit"} of ${amount} ${currency} for return ${subject.id}: ${why}.`, releasedBy: "A billing lead to 1,000, finance above it, two persons above 25,000.",
    evidence: { ...documentOf(draft, (from) => termsFrom(input, wish, from)) }, digest: digestOf({ content, charges: draft.charges }), dueAt: addServiceLevel(input.policy.calendar, wish.dueSince, 1440),
  }, total.abs().gt(25000) ? 2 : 1);
  if (verdict?.state === "rejected") { gate.drop(slot); return null; }
  const payload = { ...draft, accountingDate: date.day };
  const document = documentOf(payload, (from) => termsFrom(input, wish, from));
  const blockedBy = [...date.blockedBy, ...(key ? [key] : []), ...(kind === "post_credit" ? suspectCredits(subject, input.policy).map(({ document }) => `INV-05|${document.number}`) : [])];
  gate.ask({ kind, slot, sequence: 1, payload: { ...document }, blockedBy, amount: { amount, currency }, dueSince: wish.dueSince });
  return { slot, payload, blockedBy };
}

function termsFrom(input: PlanInput, { invoice }: Wish, from: Day): DebitTerms {
  const terms = itemOf(input, invoice)?.terms;
  return { terms: terms?.code ?? null, dueDate: terms ? dueDate(from, terms) : from };
}

/** Code 20: without goods, without authorisation, or above 1,000; every debit, what moves to other goods, and where the fee leaves nothing of the credit. */
function reasonForApproval(input: PlanInput, subject: Return, draft: CreditPayload, { basis, parts, feeBeyond }: Wish): string | null {
  const total = dec(draft.total);
  if (basis.order !== subject.order) return `it is for ${subject.order}, and was credited on ${basis.order}`;
  if (draft.lines.length === 0) return "its restocking fee is not charged any more";
  if (total.isNegative()) return withdrawn(subject) ? "it was refused after it was credited" : "less came back than was credited";
  const moved = movedOnto(subject, parts);
  if (moved.length > 0) return `${moved.map(({ line, quantity }) => `${text(quantity)} of line ${line}`).join(", ")} ${moved.length === 1 ? "was" : "were"} credited before, on goods that never left by the warehouse's last word; these left`;
  if (feeBeyond.gt(0)) return `${moneyText(feeBeyond, draft.currency)} of its restocking fee is above what is credited, and not charged`;
  if (subject.kind === "credit_without_goods") return "no goods came back";
  if (withdrawn(subject)) return "its authorisation was refused";
  if (subject.authorised?.data.authorisedAt === undefined) return "nobody authorised it";
  return total.gt(dec(input.policy.creditApprovalAbove)) ? `above ${input.policy.creditApprovalAbove}` : null;
}

function payloadOf(input: PlanInput, subject: Return, wish: Wish, slot: string): CreditPayload {
  const billedTo = (wish.parts[0]?.billed ?? wish.basis.billed.find(({ invoice }) => invoice === wish.invoice))?.billedTo ?? wish.basis;
  const { currency } = billedTo;
  const money = (value: Decimal) => moneyText(value, currency);
  const { fee } = wish, { net, tax: goodsTax } = totalOf(wish.parts), taken = totalOfCharges(wish.allowances), tax = goodsTax.plus(taken.tax), chargesTotal = taken.net.minus(fee), total = net.plus(chargesTotal).plus(tax);
  const charges = [...wish.allowances, ...(fee.isZero() ? [] : [{ charge: restocking, amount: money(fee.neg()), tax: money(zero), taxCategory: "none" }])];
  return {
    reference: referenceOf(input.subject.id, { kind: kindOf({ total: money(total) }), slot, sequence: 1 }), class: "return", cause: subject.id, customer: billedTo.billTo, billTo: billedTo.billTo, payer: billedTo.payer,
    order: wish.basis.order, invoice: wish.invoice, currency, accountingDate: localDay(input.policy.calendar, dueAt(subject)), taxDate: (wish.parts[0]?.billed ?? wish.basis.billed.find(({ invoice }) => invoice === wish.invoice))?.accountingDate ?? "",
    lines: wish.parts.map((part) => ({ key: part.billed.key, line: part.billed.line, item: part.billed.item, description: "", quantity: text(part.quantity), net: money(part.net), tax: money(part.tax), taxCategory: part.billed.taxCategory })),
    charges, net: money(net), chargesTotal: money(chargesTotal), tax: money(tax), total: money(total),
  };
}
