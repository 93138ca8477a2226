import { addServiceLevel } from "../../calendar";
import { refundable } from "../../captured";
import { digestOf } from "../../decisions";
import { dec, min, positive, sumOf, zero, type Decimal } from "../../decimal";
import type { Gate } from "../../gate";
import { moneyText } from "../../money";
import { postingDate } from "../../period";
import type { ExceptionFinding, PlanInput } from "../../plan";
import { referenceOf } from "../../reference";
import { bookRefund } from "../../refund-posting";
import { howItDiffers, refundStanding } from "../../refund-word";
import { hasLeft, viewsOf } from "../../standing";
import { goneBack, isCharge, type OwnCapture } from "./capture";
import { reversalDate } from "./correction";
import { postedNumber, rounds } from "./ledger";
import { appliedElsewhere, type Matching, type Target } from "./matching";
import { refundsByProvider } from "./provider-refunds";
import { ownRefunds, refundsInLedger, spentOnRefunds, type Receipt } from "./receipt";

export function postReceipt(input: PlanInput, receipt: Receipt, gate: Gate): void {
  const { data } = receipt;
  const whole = dec(data.amount);
  const { round: sequence, posting } = rounds(input), left = posting !== undefined && hasLeft(posting);
  if ((data.reversed && !left) || whole.lte(0)) return;
  const money = (value: Decimal) => moneyText(value, data.currency);
  const content = { customer: receipt.payer, shipToCountry: null, shipToState: null, currency: data.currency, unitPrices: [] };
  const date = left ? { day: data.receivedOn, blockedBy: [] } : postingDate(gate, input.reference, { slot: "", kind: "post_receipt", day: data.receivedOn, entity: input.subject.entity, amount: money(whole), currency: data.currency, content, what: "The receipt" });
  const command = { kind: "post_receipt", slot: "", sequence } as const;
  gate.ask({
    ...command, blockedBy: date.blockedBy, amount: { amount: money(whole), currency: data.currency }, dueSince: sequence === 1 ? receipt.recordedAt : receipt.toldAt,
    payload: { reference: referenceOf(input.subject.id, command), receipt: receipt.number, payer: receipt.payer, means: data.means, amount: money(whole), currency: data.currency, accountingDate: date.day },
  });
}

/**
 * One application a part: each carries what is wanted beyond what the ledger has, and none starts while one is under way, nor before
 * the ledger has the money free: what it has elsewhere is reversed first.
 */
export function applyTargets(input: PlanInput, receipt: Receipt, matching: Matching, gate: Gate): void {
  // A reversal that left takes the whole receipt, and what waits for a word about its correction stays as it is.
  const number = rounds(input).leaving || (receipt.correction && !receipt.comingBack) ? null : postedNumber(input);
  const elsewhere = appliedElsewhere(input, new Set(matching.targets.map((target) => target.invoice)));
  let free = positive(receipt.amount.minus(sumOf(matching.targets, ({ applied, flying }) => applied.plus(flying))).minus(sumOf(elsewhere, ([, amount]) => amount)));
  for (const target of matching.targets) free = free.minus(applyOne(input, receipt, target, number, free, gate));
  const waits = receipt.correction !== null && !receipt.comingBack;
  if (receipt.data.reversed || receipt.comingBack || (!waits && (receipt.assigned || receipt.moved))) for (const [invoice, amount] of elsewhere) takeBack(input, receipt, invoice, amount, gate);
}

/** What of the free money it asks for. */
function applyOne(input: PlanInput, receipt: Receipt, target: Target, receiptNumber: string | null, free: Decimal, gate: Gate): Decimal {
  const { currency } = receipt.data;
  const views = viewsOf(input.commands, "apply_receipt", target.invoice).filter(hasLeft);
  for (const view of views) gate.ask({ kind: "apply_receipt", slot: view.slot, sequence: view.sequence, payload: view.payload, amount: { amount: String(view.payload["amount"]), currency }, dueSince: view.createdAt });
  if (target.flying.gt(0)) return zero;
  if (receiptNumber === null) {
    if (!rounds(input).leaving) takeBack(input, receipt, target.invoice, min(target.applied.minus(target.wanted), receipt.leaves), gate);
    return zero;
  }
  const rest = target.wanted.minus(target.applied), more = min(rest, free), letGo = more.eq(rest) ? positive(target.writeOff.minus(target.writtenOff)) : zero;
  if (rest.isNegative()) { takeBack(input, receipt, target.invoice, rest.neg(), gate); return zero; }
  if (more.isZero()) return zero;
  const sequence = views.length + 1;
  gate.ask({
    kind: "apply_receipt", slot: target.invoice, sequence, amount: { amount: moneyText(more, currency), currency }, dueSince: receipt.recordedAt,
    payload: { reference: referenceOf(input.subject.id, { kind: "apply_receipt", slot: target.invoice, sequence }), receipt: receipt.number, receiptNumber, invoice: target.invoice, amount: moneyText(more, currency), writeOff: moneyText(letGo, currency), currency },
  });
  return more;
}

/** The receipt was reversed or is posted anew, or its source or a person says that it is for something else. */
function takeBack(input: PlanInput, receipt: Receipt, invoice: string, amount: Decimal, gate: Gate): void {
  const views = viewsOf(input.commands, "reverse_application", invoice);
  const left = views.filter(hasLeft);
  const { currency } = receipt.data;
  if (left.some((view) => view.state !== "confirmed") || amount.lte(0)) return;
  const sequence = left.length + 1;
  gate.ask({
    kind: "reverse_application", slot: invoice, sequence, amount: { amount: moneyText(amount, currency), currency }, dueSince: input.now,
    payload: { reference: referenceOf(input.subject.id, { kind: "reverse_application", slot: invoice, sequence }), receipt: receipt.number, invoice, amount: moneyText(amount, currency) },
  });
}

/**
 * The bank took the money back, or says that it was another sum or payer: so does the ledger, once nothing of the receipt is applied there any more. Money that was
 * given back before leaves less than the whole, which is for a person (PAY-03).
 */
export function reverseReceipt(input: PlanInput, receipt: Receipt, gate: Gate): void {
  const { data } = receipt, receiptNumber = postedNumber(input);
  const { round: sequence, leaving: left } = rounds(input);
  const applied = sumOf(appliedElsewhere(input, new Set()), ([, amount]) => amount), going = viewsOf(input.commands, "reverse_application").some((view) => hasLeft(view) && view.state !== "confirmed");
  if (!left && (!(data.reversed || receipt.comingBack) || receiptNumber === null || applied.gt(0) || going || (data.reversed ? spentOnRefunds(input) : refundsInLedger(input, data.currency)).gt(0))) return;
  const amount = moneyText(dec(data.amount), data.currency), command = { kind: "reverse_receipt", slot: "", sequence } as const;
  const date = left ? { day: data.receivedOn, blockedBy: [] } : reversalDate(input, receipt, gate);
  gate.ask({
    ...command, blockedBy: date.blockedBy, amount: { amount, currency: data.currency }, dueSince: receipt.toldAt,
    payload: { reference: referenceOf(input.subject.id, command), receipt: receipt.number, receiptNumber: receiptNumber ?? "", amount, currency: data.currency, accountingDate: date.day },
  });
}

/**
 * Money back on a person's wish, never above what is unapplied. By the original means, up to 500 and the first one of the
 * receipt, whoever gave it back, goes by itself; all else waits in REFUND_APPROVAL (code 21), and whoever wished it may not approve it.
 */
export function refunds(input: PlanInput, receipt: Receipt, cards: readonly OwnCapture[], gate: Gate, available: Decimal): { exceptions: ExceptionFinding[]; asked: Decimal; wished: Decimal } {
  const { currency } = receipt.data;
  const exceptions: ExceptionFinding[] = [];
  const [card = null] = cards, given = [...cards.flatMap(({ captured: { back = [] } }) => back), ...refundsByProvider(input, currency)].some(({ amount }) => dec(amount).gt(0));
  let room = available, asked = zero, onCard = card ? sumOf(isCharge(receipt, cards) ? cards : [card], ({ captured }) => refundable(captured)).minus(goneBack(input, receipt)) : null, wished = zero;
  receipt.refunds.forEach((wish, index) => {
    const slot = `refund/${wish.id}`;
    const view = viewsOf(input.commands, "refund_payment", slot)[0];
    const amount = moneyText(wish.amount, currency);
    const trouble = (message: string) => exceptions.push({ code: "REF-01", fingerprint: { connector: receipt.source, customer: receipt.payer }, stops: [slot], amount, currency, message, since: receipt.recordedAt });
    const standing = view && refundStanding(input, view);
    if (standing?.differs) trouble(howItDiffers(`The refund of ${amount} ${currency}`, standing, currency));
    if (!view || !hasLeft(view)) {
      if (wish.amount.gt(room)) { trouble(`A refund of ${amount} ${currency} is above the ${moneyText(room, currency)} that is left of this receipt.`); return; }
      if (wish.original && onCard !== null) {
        if (wish.amount.gt(onCard)) { trouble(`A refund of ${amount} ${currency} is above the ${moneyText(positive(onCard), currency)} that may still go back to the card.`); return; }
        onCard = onCard.minus(wish.amount);
      }
      room = room.minus(wish.amount);
      if (view === undefined || view.state !== "confirmed") asked = asked.plus(wish.amount);
    }
    const free = wish.original && wish.amount.lte(dec(input.policy.refundApprovalAbove)) && index === 0 && !given;
    const { key, verdict } = free || (view && hasLeft(view)) ? { key: null, verdict: null } : gate.hold({
      rule: "REFUND_APPROVAL", slot, blocks: ["refund_payment"], amount, currency, message: `Refund of ${amount} ${currency} to ${receipt.payer}: ${wish.reason}`, releasedBy: "Finance; two persons above 10,000.",
      evidence: { receipt: receipt.number, means: wish.original ? receipt.data.means : "other" }, digest: digestOf({ slot, amount, original: wish.original }), preparedBy: wish.author, dueAt: addServiceLevel(input.policy.calendar, receipt.recordedAt, 1440),
    }, wish.amount.gt(10000) ? 2 : 1);
    if (wish.original && !(view && hasLeft(view)) && verdict?.state !== "rejected") wished = wished.plus(wish.amount);
    gate.ask({
      kind: "refund_payment", slot, sequence: 1, blockedBy: key ? [key] : [], amount: { amount, currency }, dueSince: receipt.recordedAt,
      payload: { reference: referenceOf(input.subject.id, { kind: "refund_payment", slot, sequence: 1 }), receipt: receipt.number, capture: wish.original && receipt.data.means === "card" ? (card?.captured.capture ?? receipt.data.receipt) : null, amount, currency, reason: wish.reason },
    });
  });
  return { exceptions, asked, wished };
}

/** The ledger has of each what the provider took; what a person left as it is, too. */
export function bookOwnRefunds(input: PlanInput, receipt: Receipt, gate: Gate): void {
  const number = postedNumber(input), { means, currency } = receipt.data;
  for (const { standing: { view, saidAt }, amount } of number === null ? [] : ownRefunds(input))
    bookRefund(input, gate, { slot: view.slot, source: "receipt", number: number ?? "", means: means === "card" ? "card" : "bank", amount, currency, givenAt: view.confirmedAt ?? input.now, saidAt });
}

export const appliedInAll = (matching: Matching, elsewhere: readonly [string, Decimal][]): Decimal =>
  sumOf(matching.targets, (target) => target.applied).plus(sumOf(elsewhere, ([, amount]) => amount));
