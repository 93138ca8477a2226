import { addServiceLevel } from "../../calendar";
import { sumOf, type Decimal } from "../../decimal";
import { digestOf } from "../../decisions";
import type { Gate } from "../../gate";
import { moneyText } from "../../money";
import type { ExceptionFinding, PlanInput } from "../../plan";
import { modeFor } from "../../policy";
import { postRefund } from "../../refund-posting";
import { hasLeft, isPosted, viewsOf } from "../../standing";
import { postedNumber } from "./ledger";
import { appliedElsewhere, type Matching } from "./matching";
import { givenBackByProvider, postingOf, providerRefunds, slotOf, type ProviderRefund } from "./provider-refunds";
import type { Receipt } from "./receipt";

/** The money is gone; that the ledger says so, and that what it paid is open again, is for finance (REFUND_APPROVAL). */
export function approvedRefunds(input: PlanInput, receipt: Receipt, gate: Gate): ProviderRefund[] {
  if (postedNumber(input) === null || receipt.data.reversed) return [];
  return givenBackByProvider(input, receipt.data.currency).filter((row) => {
    const view = postingOf(input, row), amount = moneyText(row.amount, row.currency), evidence = { receipt: receipt.number, refund: row.refund, amount, at: row.at };
    if (view && hasLeft(view)) return true;
    const { verdict } = gate.hold({
      rule: "REFUND_APPROVAL", slot: slotOf(row), blocks: ["post_refund", "reverse_application"], amount, currency: row.currency, message: `Refund ${row.refund} of ${amount} ${row.currency}, which the payment provider made by itself, is booked in the ledger; what receipt ${receipt.number} paid is open again by so much.`,
      releasedBy: "Finance; two persons above 10,000.", evidence, digest: digestOf(evidence), dueAt: addServiceLevel(input.policy.calendar, row.recordedAt, 1440),
    }, row.amount.gt(10000) ? 2 : 1);
    return verdict.state === "approved";
  });
}

/** Each once the ledger has so much of the receipt free: what was applied beyond it is reversed first. */
export function bookRefunds(input: PlanInput, receipt: Receipt, approved: readonly ProviderRefund[], matching: Matching, ownRefunds: Decimal, gate: Gate): void {
  const number = postedNumber(input), elsewhere = appliedElsewhere(input, new Set(matching.targets.map(({ invoice }) => invoice)));
  const going = viewsOf(input.commands, "reverse_application").some((view) => hasLeft(view) && view.state !== "confirmed");
  let free = receipt.amount.minus(ownRefunds).minus(sumOf(matching.targets, ({ applied, flying }) => applied.plus(flying))).minus(sumOf(elsewhere, ([, amount]) => amount));
  for (const row of approved) {
    const view = postingOf(input, row);
    if (number === null || (!(view && hasLeft(view)) && (going || row.amount.gt(free)))) continue;
    free = free.minus(row.amount);
    postRefund(input, gate, { slot: slotOf(row), source: "receipt", number, means: receipt.data.means === "card" ? "card" : "bank", amount: row.amount, currency: row.currency, givenAt: row.at });
  }
}

/** PAY-03 until the ledger has it; what is in another currency than the receipt is never booked from here. */
export const refundsUnbooked = (input: PlanInput, receipt: Receipt): ExceptionFinding[] => providerRefunds(input).refunds.flatMap((row): ExceptionFinding[] => {
  const view = postingOf(input, row), amount = moneyText(row.amount, row.currency);
  if (view && isPosted(view)) return [];
  const same = row.currency === receipt.data.currency, what = same ? "the ledger does not have it yet, and what it was applied to is open again by so much" : `which is not the ${receipt.data.currency} that came`;
  return [{ code: "PAY-03", fingerprint: { connector: row.source, customer: receipt.payer, ...(same ? {} : { code: row.currency }) }, stops: [], amount, currency: row.currency, message: `${row.source} gave ${amount} ${row.currency} of receipt ${receipt.number} back by refund ${row.refund}, which nobody asked for here: ${what}.`, since: row.recordedAt }];
});

/** What went back of money that nobody has told us of (SEQ-01, P19). */
export const refundsOfUnseen = (input: PlanInput): ExceptionFinding[] => providerRefunds(input).refunds.filter(({ at }) => modeFor(input.policy, "finance", "receipt", at) !== "observe").map((row) => ({
  code: "SEQ-01", fingerprint: { connector: row.source, code: "receipt" }, stops: [], amount: moneyText(row.amount, row.currency), currency: row.currency,
  message: `Refund ${row.refund} is of receipt ${input.subject.key}, which nobody has told us of.`, since: row.recordedAt,
}));
