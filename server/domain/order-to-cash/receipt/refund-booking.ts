import { addServiceLevel } from "../../calendar";
import { max, positive, sumOf, type Decimal } from "../../decimal";
import { digestOf } from "../../decisions";
import type { Gate } from "../../gate";
import { moneyText } from "../../money";
import type { ExceptionFinding, PlanInput } from "../../plan";
import { modeFor } from "../../policy";
import { bookRefund } from "../../refund-posting";
import { hasLeft, isPosted, viewsOf } from "../../standing";
import { postedNumber } from "./ledger";
import { appliedElsewhere, type Matching } from "./matching";
import { providerRefunds, refundsByProvider, slotOf, type ProviderRefund } from "./provider-refunds";
import { refundsInLedger, type Receipt } from "./receipt";

/**
 * The money is gone, and the ledger is to say so: that what it paid is open again is for finance (REFUND_APPROVAL), and so is what
 * the provider says otherwise afterwards. Answers those that the ledger has, or is to have, as they are.
 */
export function approvedRefunds(input: PlanInput, receipt: Receipt, gate: Gate): ProviderRefund[] {
  if (postedNumber(input) === null) return [];
  return refundsByProvider(input, receipt.data.currency).filter((row) => {
    const { booked, booking: { last } } = row, amount = moneyText(row.amount, row.currency), before = last.eq(row.amount) || last.isZero() ? null : moneyText(last, row.currency);
    if (booked.eq(row.amount)) return true;
    if (receipt.data.reversed && booked.isZero()) return false;
    const evidence = { receipt: receipt.number, refund: row.refund, amount, at: row.at, ...(before === null ? {} : { booked: before }) }, open = `what receipt ${receipt.number} paid is open again by so much`;
    const { verdict } = gate.hold({
      rule: "REFUND_APPROVAL", slot: slotOf(row), blocks: ["post_refund", "reverse_refund", "reverse_application"], amount: before !== null && row.amount.isZero() ? before : amount, currency: row.currency,
      message: before === null ? `Refund ${row.refund} of ${amount} ${row.currency}, which the payment provider made by itself, is booked in the ledger; ${open}.`
        : `Refund ${row.refund}, which the payment provider made by itself, was booked in the ledger with ${before} ${row.currency} and ${row.amount.isZero() ? "did not get there after all: that is taken back" : `came to ${amount}: that is taken back and booked anew; ${open}`}.`,
      releasedBy: "Finance; two persons above 10,000.", evidence, digest: digestOf(evidence), dueAt: addServiceLevel(input.policy.calendar, row.recordedAt, 1440),
    }, max(row.amount, last).gt(10000) ? 2 : 1);
    return verdict.state === "approved";
  });
}

/** What of them the ledger is still to lose. */
export const leavesBy = (approved: readonly ProviderRefund[]): Decimal => sumOf(approved, ({ amount, booking }) => positive(amount.minus(booking.amount)));

/** Each once the ledger has so much of the receipt free: what was applied beyond it is reversed first. */
export function bookRefunds(input: PlanInput, receipt: Receipt, approved: readonly ProviderRefund[], matching: Matching, gate: Gate): void {
  const number = postedNumber(input), elsewhere = appliedElsewhere(input, new Set(matching.targets.map(({ invoice }) => invoice)));
  const going = viewsOf(input.commands, "reverse_application").some((view) => hasLeft(view) && view.state !== "confirmed");
  let free = receipt.amount.minus(refundsInLedger(input, receipt.data.currency)).minus(sumOf(matching.targets, ({ applied, flying }) => applied.plus(flying))).minus(sumOf(elsewhere, ([, amount]) => amount));
  for (const row of number === null ? [] : approved) {
    if (row.booking.posting === null) {
      if (going || row.amount.gt(free)) continue;
      free = free.minus(row.amount);
    }
    bookRefund(input, gate, { slot: slotOf(row), source: "receipt", number: number ?? "", means: receipt.data.means === "card" ? "card" : "bank", amount: row.amount, currency: row.currency, givenAt: row.at, saidAt: row.recordedAt });
  }
}

/** PAY-03 until the ledger has it as it is; what is in another currency than the receipt is never booked from here. */
export const refundsUnbooked = (input: PlanInput, receipt: Receipt): ExceptionFinding[] => providerRefunds(input).refunds.flatMap((row): ExceptionFinding[] => {
  const { posting, amount: booked } = row.booking;
  if (booked.eq(row.amount) && (posting === null || isPosted(posting))) return [];
  const words = (value: Decimal) => `${moneyText(value, row.currency)} ${row.currency}`, same = row.currency === receipt.data.currency, amount = moneyText(row.amount.isZero() ? booked : row.amount, row.currency);
  const gave = `${row.source} gave ${words(row.amount)} of receipt ${receipt.number} back by refund ${row.refund}, which nobody asked for here`;
  const message = !same ? `${gave}: which is not the ${receipt.data.currency} that came.` : booked.isZero() || booked.eq(row.amount) ? `${gave}: the ledger does not have it yet, and what it was applied to is open again by so much.`
    : row.amount.isZero() ? `Refund ${row.refund} of receipt ${receipt.number} did not get there, by the word of ${row.source}, and the ledger has ${words(booked)} as given back.` : `${gave}, and the ledger has ${words(booked)} as given back.`;
  return [{ code: "PAY-03", fingerprint: { connector: row.source, customer: receipt.payer, ...(same ? {} : { code: row.currency }) }, stops: [], amount, currency: row.currency, message, since: row.recordedAt }];
});

/** What went back of money that nobody has told us of (SEQ-01, P19). */
export const refundsOfUnseen = (input: PlanInput): ExceptionFinding[] => providerRefunds(input).refunds.filter(({ at }) => modeFor(input.policy, "finance", "receipt", at) !== "observe").map((row) => ({
  code: "SEQ-01", fingerprint: { connector: row.source, code: "receipt" }, stops: [], amount: moneyText(row.amount, row.currency), currency: row.currency,
  message: `Refund ${row.refund} is of receipt ${input.subject.key}, which nobody has told us of.`, since: row.recordedAt,
}));
