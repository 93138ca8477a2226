import { localDay } from "./calendar";
import type { Decimal } from "./decimal";
import type { Gate } from "./gate";
import type { Instant } from "./instant";
import { moneyText, type Currency } from "./money";
import type { CommandPayloads } from "./payloads";
import type { PlanInput } from "./plan";
import { referenceOf } from "./reference";

export interface GivenBack { slot: string; sequence?: number; source: "credit" | "receipt"; number: string; means: "bank" | "card"; amount: Decimal; currency: Currency; givenAt: Instant }

/**
 * Tells the ledger of money that was given back, so that the credit or receipt it came from is open there no longer (2.7:
 * refund_payment moves the money, this books it). One for each refund, against the document that it settles.
 */
export function postRefund(input: PlanInput, gate: Gate, { slot, sequence = 1, givenAt, ...refund }: GivenBack): void {
  if (refund.amount.lte(0)) return;
  const amount = moneyText(refund.amount, refund.currency);
  const payload: CommandPayloads["post_refund"] = { reference: referenceOf(input.subject.id, { kind: "post_refund", slot, sequence }), ...refund, amount, accountingDate: localDay(input.policy.calendar, givenAt) };
  gate.ask({ kind: "post_refund", slot, sequence, payload: { ...payload }, amount: { amount, currency: refund.currency }, dueSince: givenAt });
}
