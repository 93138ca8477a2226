import { addServiceLevel } from "../../calendar";
import { allowanceOn, isAllowance } from "../../allowance";
import { dec, min, positive, sumOf, text, zero, type Decimal } from "../../decimal";
import { digestOf } from "../../decisions";
import { documentOf, kindOf } from "../../debit";
import { withOwnTax } from "../../debit-tax";
import type { Gate } from "../../gate";
import { minorUnit, moneyText, roundMoney } from "../../money";
import { postingDate } from "../../period";
import type { PlanInput } from "../../plan";
import { referenceOf } from "../../reference";
import { creditNames, givenOn, nextSlot, type ChargePart, type CreditChange, type CreditClass, type CreditPart, type Given } from "./credit-change";
import { originalTax, ownCredits, taxHasMoved, type CreditPayload, type OwnCredit } from "./credited";
import { dueDay, type InvoicePayload } from "./invoice";
import type { InvoiceStanding } from "./standing-invoice";
import { recordAfter, taxedAs, taxMoved } from "./tax-moved";
import { chargeKey, type TermLine, type Unit } from "./unit";
import { comesTo, leftOf, withinLeft } from "./within-invoice";

/** A credit or debit that should exist because the terms moved after the invoice left (2.8, last column); of a debit `payload` and `total` have a credit's sign. */
export interface Proposal { class: CreditClass; order: string; slot: string; payload: CreditPayload; total: Decimal; waits: "tax" | "approval" | "period" | "posting" | "refused" }

/**
 * What the invoice says and the terms no longer do. Fewer goods: a correction credit, which takes the charges too once none
 * of the order's goods are left here and the order bills them elsewhere or not at all, or where an allowance goes with the
 * goods; another price, discount or charge: a price adjustment credit, or where in all it rose a debit (decision 22); another
 * jurisdiction, or another tax category of a charge, and nothing else: tax only. All always wait in CREDIT_APPROVAL.
 * Nothing is proposed while the invoice or an earlier credit is in flight (S11c); more goods are the next part's.
 */
export function proposeCredits(input: PlanInput, unit: Unit, standing: InvoiceStanding, gate: Gate): Proposal[] {
  const { billed, posted } = standing;
  if (!billed || !posted) return [];
  const credits = ownCredits(input);
  for (const { view } of credits) gate.ask({ kind: view.kind, slot: view.slot, sequence: view.sequence, payload: view.payload, amount: { amount: String(view.payload["total"]), currency: unit.currency }, dueSince: view.createdAt });
  if (credits.some(({ posted: done }) => !done)) return [];
  const proposals: Proposal[] = [];
  const given = givenOn(input, posted.number, credits);
  for (const terms of unit.terms) {
    const order = terms.data.order;
    const now = new Map(terms.data.lines.map((term) => [term.key, term]));
    const foreign = terms.data.currency !== unit.currency;
    const taken = billed.lines.filter((line) => line.order === order).map((line) => lineChanges(unit, line, now.get(line.key), given, foreign));
    const inAll = (of: (part: CreditPart) => Decimal) => sumOf(taken, ({ correction, price_adjustment }) => (correction ? of(correction) : zero).plus(price_adjustment ? of(price_adjustment) : zero));
    const charges = foreign ? [] : chargeChanges(unit, billed, { order, terms: terms.data.charges, credits, given, stranded: strandedNet(terms.data.lines, given, unit.currency), corrected: inAll(({ net }) => net), taxedAs: taxedAs(input, credits) });
    const emptied = terms.data.lines.length > 0 && terms.data.lines.every((term) => dec(term.quantity).isZero());
    // What is left of an allowance is taken back with the goods, so that no credit is above what they were billed at; and with it the charges that it made cheaper.
    const withGoods = taken.some(({ correction }) => correction), withAllowance = withGoods && charges.some(({ charge }) => isTakenOff(billed, charge, order));
    const isTaxed = [...billed.lines, ...billed.charges].some(({ tax }) => !dec(tax).isZero()), isOff = ({ charge }: ChargePart) => isTaxed && (isTakenOff(billed, charge, order) || terms.data.charges.some((row) => row.charge === charge && isAllowance(row)));
    let left = leftOf(billed, order, given);
    for (const kind of ["correction", "price_adjustment"] as const) {
      const parts = taken.flatMap((change) => change[kind] ?? []);
      const ownCharges = withinLeft(left, isOff, parts, charges.filter(({ charge, amount }) => (kind === "correction") === (isTakenOff(billed, charge, order) ? withGoods : (emptied || withAllowance) && dec(amount).gt(0))), unit.currency);
      left = left.minus(positive(comesTo(parts, ownCharges)));
      // A sample alone is corrected with what is: no document says 0.00.
      if (parts.some(({ line }) => now.get(line.key)?.free !== true) || ownCharges.length > 0) proposals.push(propose(input, unit, standing, gate, { kind, order, parts, charges: ownCharges, credits, since: terms.recordedAt, ...(kind === "price_adjustment" && parts.length === 0 ? { why: "A charge changed after the invoice" } : {}) }));
    }
  }
  if (proposals.some(({ waits }) => waits !== "refused")) return proposals;
  const moved = taxMoved(input, unit, standing, given, gate);
  return moved ? [...proposals, propose(input, unit, standing, gate, { ...moved, credits })] : proposals;
}

/** Difference of one billed line, split into goods that did not ship and a price that moved for those that did. Terms in another currency say nothing of a price. */
function lineChanges(unit: Unit, line: CreditPart["line"], term: TermLine | undefined, given: Given, foreign: boolean): Partial<Record<CreditClass, CreditPart>> {
  const round = (value: Decimal) => roundMoney(value, unit.currency);
  const own = given.own.get(line.key) ?? [], returned = given.returned.get(line.key) ?? [];
  const before = { quantity: sumOf(own, (row) => dec(row.quantity)), net: sumOf(own, (row) => dec(row.net)), tax: sumOf(own, (row) => dec(row.tax)) };
  const quantity = dec(line.quantity).minus(before.quantity), net = dec(line.net).minus(before.net);
  const wanted = min(dec(term?.quantity ?? 0), quantity);
  const back = { quantity: sumOf(returned, (row) => dec(row.quantity)), net: sumOf(returned, (row) => dec(row.net)), tax: sumOf(returned, (row) => dec(row.tax)) };
  // Invariant 4: what came back was credited already and is not credited again; the last units take what is left to the cent.
  const left = { quantity: positive(quantity.minus(back.quantity)), net: net.minus(back.net), tax: dec(line.tax).minus(before.tax).minus(back.tax) };
  const fewer = min(quantity.minus(wanted), left.quantity), last = fewer.eq(left.quantity);
  // What came back and waits for its credit is credited by that: these units, and then the last cent, are not taken before it.
  if (fewer.gt(0) && fewer.gt(left.quantity.minus(term?.promised ?? "0"))) return {};
  const samePrice = !term || (!foreign && dec(term.price).eq(dec(line.price)) && dec(term.priceUnit).eq(dec(line.priceUnit)));
  // Once its tax moved to another jurisdiction, what is left of it goes with what is left of the goods.
  const origin = taxHasMoved(given.credits) ? { billed: { net: moneyText(left.net, unit.currency), tax: moneyText(left.tax, unit.currency) }, before: { net: zero, tax: zero } } : { billed: line, before };
  const short = fewer.isZero() ? zero : last ? left.net : min(left.net, samePrice ? net.minus(dec(term?.net ?? 0)) : round(net.times(fewer).div(quantity)));
  const result: Partial<Record<CreditClass, CreditPart>> = {};
  if (fewer.gt(0)) result.correction = { line, quantity: fewer, net: short, tax: last ? left.tax : min(left.tax, originalTax(origin.billed, origin.before, short, round)) };
  if (!term || foreign || (last && fewer.gt(0))) return result;
  const tooMuch = dec(term.quantity).gt(quantity);
  // Terms that hold more than was billed were written before the freeze was known: only a price can be read from them.
  const shouldBe = tooMuch ? (samePrice ? net : round(dec(term.net).times(quantity).div(dec(term.quantity)))) : dec(term.net);
  const billedNow = net.minus(short);
  if (samePrice && billedNow.eq(shouldBe) && !term.returned) return result;
  if (term.returned && !back.quantity.eq(term.returned.quantity)) return result;
  // Of what came back whole nothing stays, whatever cents its units have in the walk of the line.
  const backNow = back.quantity.eq(wanted) ? shouldBe : term.returned ? dec(term.returned.net) : back.quantity.isZero() || wanted.isZero() ? zero : round(shouldBe.times(back.quantity).div(wanted));
  // Only what is still billed is adjusted: units that came back were credited for what they were billed at.
  const room = positive(billedNow.minus(back.net)), moved = billedNow.minus(back.net).minus(shouldBe.minus(backNow));
  if (moved.isZero()) return result;
  const then = { net: origin.before.net.plus(short), tax: origin.before.tax.plus(result.correction?.tax ?? 0) };
  const part = moved.gt(0) ? min(moved, room) : moved;
  if (!part.isZero()) result.price_adjustment = { line, quantity: zero, net: part, tax: min(left.tax.minus(result.correction?.tax ?? zero), originalTax(origin.billed, then, part, round)) };
  return result;
}

const isTakenOff = (billed: InvoicePayload, name: string, of: string): boolean => billed.charges.some((row) => row.charge === name && row.order === of && isAllowance(row));

function strandedNet(terms: readonly TermLine[], given: Given, currency: string): Decimal {
  return sumOf(terms, ({ key, quantity }) => {
    const rows = given.returned.get(key) ?? [], back = sumOf(rows, (row) => dec(row.quantity)), beyond = positive(back.minus(quantity));
    return beyond.isZero() ? zero : roundMoney(sumOf(rows, (row) => dec(row.net)).times(beyond).div(back), currency);
  });
}

interface ChargesNow { order: string; /** Net of what was credited for returns and by the warehouse's last word never left: no allowance is shared over it. */ stranded: Decimal; terms: Unit["charges"]; credits: readonly OwnCredit[]; given: Given; /** Net that this change takes off the order's lines. */ corrected: Decimal; taxedAs: ReadonlyMap<string, string> }

function chargeChanges(unit: Unit, billed: InvoicePayload, change: ChargesNow): ChargePart[] {
  const { order, terms, credits, taxedAs: categories, given, stranded, corrected } = change;
  const round = (value: Decimal) => roundMoney(value, unit.currency);
  const own = credits.filter(({ payload }) => payload.order === order).flatMap(({ payload }) => payload.charges);
  const left = sumOf(billed.lines.filter((line) => line.order === order), (line) => dec(line.net).minus(sumOf(given.own.get(line.key) ?? [], (row) => dec(row.net)))).minus(corrected);
  const gone = sumOf(billed.lines.filter((line) => line.order === order).flatMap(({ key }) => given.returned.get(key) ?? []), (row) => dec(row.net));
  return chargeable(unit, billed, change, own).flatMap(({ charge, rate, beyond }) => {
    const before = own.filter((row) => row.charge === charge.charge);
    const net = sumOf(before, (row) => dec(row.amount)), tax = sumOf(before, (row) => dec(row.tax));
    const told = terms.filter((row) => row.charge === charge.charge), now = sumOf(told, (row) => dec(row.amount)), withKept = told.find(({ back }) => back !== undefined);
    if (dec(charge.amount).minus(net).eq(now)) return [];
    // What came back took its part of an allowance with it: only what the customer keeps has any (decision 19).
    const back = given.allowances.filter((row) => row.order === order && row.charge === charge.charge), taken = sumOf(back, (row) => dec(row.amount));
    if (withKept && !taken.eq(withKept.back ?? zero)) return [];
    const kept = withKept ? now.minus(taken) : taken.isZero() ? now : now.minus(allowanceOn(now, gone.minus(stranded), left.minus(stranded), unit.currency));
    const moved = dec(charge.amount).minus(net).minus(taken).minus(kept);
    if (moved.isZero() || (!taken.isZero() && !now.isZero() && moved.abs().lte(minorUnit(unit.currency).times(back.length)))) return [];
    const isOn = !dec(charge.amount).isZero(), part = beyond && net.plus(moved).gt(0) ? originalTax(beyond, { net, tax }, moved, round) : (isOn && taxHasMoved(credits)) || !taken.isZero()
      ? originalTax({ net: moneyText(dec(charge.amount).minus(net).minus(taken), unit.currency), tax: moneyText(dec(charge.tax).minus(tax).minus(sumOf(back, (row) => dec(row.tax))), unit.currency) }, { net: zero, tax: zero }, moved, round)
      : originalTax(rate, { net, tax }, moved, round);
    return [{ charge: charge.charge, amount: moneyText(moved, unit.currency), tax: moneyText(part, unit.currency), taxCategory: categories.get(chargeKey(charge)) ?? charge.taxCategory }];
  });
}

interface Rate { net: string; tax: string }
interface Chargeable { charge: Pick<InvoicePayload["charges"][number], "charge" | "order" | "amount" | "tax" | "taxCategory">; /** Whose tax its own goes by. */ rate: Rate; /** And of an allowance what is more than the invoice has of it: cents on it say little of a rate. Absent: nothing else does. */ beyond?: Rate }

/** Charges on the invoice, and allowances that came off it after it left: the tax of what the invoice has none of goes by what it still has of their category, goods or where it bears none the charges. */
function chargeable(unit: Unit, billed: InvoicePayload, { order, terms, given, taxedAs: categories }: ChargesNow, own: readonly ChargePart[]): Chargeable[] {
  const money = (amount: Decimal) => moneyText(amount, unit.currency), on = billed.charges.filter((row) => row.order === order);
  const since = new Map([...terms.filter((row) => row.order === order && isAllowance(row)), ...own].filter((row) => !on.some(({ charge }) => charge === row.charge)).map((row) => [row.charge, row.taxCategory]));
  const rateOf = (taxCategory: string, but?: string): Rate => {
    const goods = billed.lines.filter((line) => line.order === order && line.taxCategory === taxCategory).map((line) => ({ ...line, credited: given.own.get(line.key) ?? [] }));
    const alike = goods.length > 0 ? goods : on.filter((row) => row.charge !== but && (categories.get(chargeKey(row)) ?? row.taxCategory) === taxCategory).map((row) => ({ net: row.amount, tax: row.tax, credited: own.filter((each) => each.charge === row.charge).map(({ amount, tax }) => ({ net: amount, tax })) }));
    const left = (field: "net" | "tax") => money(sumOf(alike, (row) => dec(row[field]).minus(sumOf(row.credited, (credit) => dec(credit[field])))));
    return { net: left("net"), tax: left("tax") };
  };
  return [
    ...on.map((charge) => {
      const alike = isAllowance(charge) ? rateOf(categories.get(chargeKey(charge)) ?? charge.taxCategory, charge.charge) : null;
      return { charge, rate: { net: charge.amount, tax: charge.tax }, ...(alike && dec(alike.net).gt(0) ? { beyond: alike } : {}) };
    }),
    ...[...since].map(([charge, taxCategory]) => ({ charge: { charge, order, taxCategory, amount: money(zero), tax: money(zero) }, rate: rateOf(taxCategory) })),
  ];
}

/** The cause counts the credits and debits of this class and order that were taken before, so a replay gives the same key. What takes less than nothing off is a debit. */
function propose(input: PlanInput, unit: Unit, standing: InvoiceStanding, gate: Gate, change: CreditChange): Proposal {
  const slot = nextSlot(change.kind, change.order, change.credits);
  const plain = creditPayload(unit, standing, change, slot, standing.posted?.accountingDate ?? "");
  const draft = kindOf(plain) === "post_credit" || change.kind === "tax_only" ? plain : withOwnTax(input, gate, { slot, draft: plain, record: recordAfter(input, change.credits), dueSince: change.since });
  if (!draft) return { class: change.kind, order: change.order, slot, payload: plain, total: dec(plain.total), waits: "tax" };
  const kind = kindOf(draft), what = kind === "post_debit" ? "debit" : "credit";
  const amount = moneyText(dec(draft.total).abs(), unit.currency);
  const content = { customer: unit.head.billTo, shipToCountry: unit.head.shipTo.country, shipToState: unit.head.shipTo.state ?? null, currency: unit.currency, unitPrices: draft.lines.map((line) => ({ line: line.key, price: line.net, priceUnit: line.quantity })) };
  const date = postingDate(gate, input.reference, { slot, kind, day: draft.accountingDate, entity: unit.entity, amount, currency: unit.currency, content, what: `The ${what} for ${change.order}` });
  const payload = { ...draft, accountingDate: date.day }, document = documentOf(payload, (from) => ({ terms: unit.head.terms, dueDate: dueDay(unit, from) ?? from }));
  const total = dec(draft.total);
  const { key, verdict } = gate.hold({
    rule: "CREDIT_APPROVAL", slot, blocks: [kind], amount, currency: unit.currency,
    message: `${change.why ?? creditNames[change.kind].why}: ${what} of ${amount} ${unit.currency} on ${standing.posted?.number}.`,
    releasedBy: "A billing lead to 1,000, finance above it, two persons above 25,000.", evidence: { ...document, accountingDate: draft.accountingDate }, digest: digestOf({ content, charges: draft.charges }), dueAt: addServiceLevel(input.policy.calendar, change.since, 1440),
  }, total.abs().gt(25000) ? 2 : 1);
  const refused = verdict.state === "rejected";
  if (refused) gate.drop(slot);
  else gate.ask({ kind, slot, sequence: 1, payload: { ...document }, blockedBy: [...date.blockedBy, ...(key ? [key] : [])], amount: { amount, currency: unit.currency }, dueSince: change.since });
  return { class: change.kind, order: change.order, slot, payload, total, waits: refused ? "refused" : key ? "approval" : date.blockedBy.length > 0 ? "period" : "posting" };
}

function creditPayload(unit: Unit, standing: InvoiceStanding, change: CreditChange, slot: string, accountingDate: string): CreditPayload {
  const money = (value: Decimal) => moneyText(value, unit.currency);
  const net = sumOf(change.parts, (part) => part.net), chargesTotal = sumOf(change.charges, (charge) => dec(charge.amount));
  const tax = sumOf(change.parts, (part) => part.tax).plus(sumOf(change.charges, (charge) => dec(charge.tax))), total = net.plus(chargesTotal).plus(tax);
  return {
    reference: referenceOf(unit.id, { kind: kindOf({ total: money(total) }), slot, sequence: 1 }), class: change.kind, cause: slot, customer: unit.head.customer, billTo: unit.head.billTo, payer: unit.head.payer,
    order: change.order, invoice: standing.posted?.number ?? "", currency: unit.currency, accountingDate, taxDate: standing.billed?.accountingDate ?? accountingDate,
    lines: change.parts.map(({ line, quantity, net: part, tax: partTax }) => ({ key: line.key, line: line.line, item: line.item, description: line.description, quantity: text(quantity), net: money(part), tax: money(partTax), taxCategory: line.taxCategory })),
    charges: change.charges, net: money(net), chargesTotal: money(chargesTotal), tax: money(tax), total: money(total),
  };
}
