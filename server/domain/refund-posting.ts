import { localDay } from "./calendar";
import type { Decimal } from "./decimal";
import type { Gate } from "./gate";
import type { Instant } from "./instant";
import { moneyText, type Currency } from "./money";
import type { CommandPayloads } from "./payloads";
import type { PlanInput, Publication } from "./plan";
import type { RefundOfOurs } from "./publications";
import { referenceOf } from "./reference";
import { asked, hasLeft, viewsOf } from "./standing";

/** Refunds that this subject asked the provider for, as the provider's own word of them is known by. */
export const refundsOfOurs = (input: Pick<PlanInput, "commands">): RefundOfOurs[] => viewsOf(input.commands, "refund_payment").filter(hasLeft).map(({ reference, payload }) => ({ refund: reference, amount: String(payload["amount"]) }));

/** Tells the money that they are of, so that it takes none of them for the provider's own. */
export const tellOfRefunds = (input: Pick<PlanInput, "commands" | "subject">): Publication[] => viewsOf(input.commands, "refund_payment").filter(hasLeft).flatMap((view) =>
  [...new Set([asked(view, "receipt"), asked(view, "capture")])].flatMap((key): Publication[] => (key === null ? [] : [{
    topic: "refund.ours", key: view.naturalKey, to: { entity: input.subject.entity, kind: "receipt", key }, data: { refund: view.reference, amount: String(view.payload["amount"]) } satisfies RefundOfOurs,
  }])));

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
