import { dec, min, positive, type Decimal } from "@/server/domain/decimal";
import { moneyText, roundMoney } from "@/server/domain/money";
import { said, type Said } from "../contract/events";
import { at, currencyOf, numberOf, sorted } from "./shared";
import type { MedusaSettings } from "./config";
import type { Payment, Snapshot } from "./wire";

export const paymentsOf = (order: Pick<Snapshot, "payment_collections">): Payment[] => sorted(order.payment_collections.flatMap(({ payments }) => payments));
/** What the provider calls the payment, else Medusa. */
export const authorisationOf = ({ id, data }: Payment): string => (typeof data?.id === "string" && data.id !== "" ? data.id : id);
/** Of a capture, by its order, so that whoever gives it back finds it. */
export const receiptOf = (order: Pick<Snapshot, "display_id" | "id">, { id }: { id: string }): string => `${numberOf(order)}-${id}`;
export const meaningOf = (settings: MedusaSettings, provider: string) => settings.payments[provider] ?? "card";

/**
 * Authorisation, each capture as money of its own, and what was given back. `payment_status` and `captured_at` are not read: they
 * say "refunded" of a part of it. Medusa counts with parts of a cent, which no provider moves: amounts are rounded once.
 */
export function paid(order: Snapshot, payer: string, settings: MedusaSettings): Said[] {
  const currency = currencyOf(order);
  return paymentsOf(order).flatMap((payment): Said[] => {
    const meaning = meaningOf(settings, payment.provider_id), authorisation = authorisationOf(payment), begun = at(payment.created_at);
    if (meaning === "terms") return [];
    const state = payment.canceled_at != null ? { state: "voided" as const, version: 2 } : { state: "authorised" as const, version: 1 };
    const means = meaning === "card" ? { means: "card" as const, authorisation } : { means: "bank" as const };
    return [
      ...(meaning === "card" ? [said({ type: "payment.authorised", at: begun, data: { order: numberOf(order), authorisation, ...state, amount: moneyText(dec(payment.raw_amount.value), currency), currency, at: begun } })] : []),
      ...sorted(payment.captures).map((capture) => said({ type: "receipt.recorded", at: at(capture.created_at), data: { receipt: receiptOf(order, capture), version: 1, payer, ...means, amount: moneyText(dec(capture.raw_amount.value), currency), currency, receivedOn: at(capture.created_at).slice(0, 10), order: numberOf(order) } })),
      ...refunded(order, payment, currency),
    ];
  });
}

/** What stands at a refund that the tower asked for: which one it is, and of which capture, as Medusa knows the payment only. */
export const refundNote = (reference: string, receipt: string): string => `${reference} of ${receipt}`;

/** Medusa gives back of a payment, we of a receipt: of the capture that our note names, else of the oldest first, in parts where one does not hold it all. */
function refunded(order: Snapshot, { captures, refunds }: Payment, currency: string): Said[] {
  const left = sorted(captures).map((capture) => ({ id: receiptOf(order, capture), amount: roundMoney(dec(capture.raw_amount.value), currency) }));
  return sorted(refunds).flatMap(({ id, created_at, raw_amount, note }) => {
    const parts: { receipt: string; amount: Decimal }[] = [], isNamed = (capture: { id: string }): boolean => note?.endsWith(refundNote("", capture.id)) === true;
    let open = roundMoney(dec(raw_amount.value), currency);
    for (const capture of [...left.filter(isNamed), ...left.filter((one) => !isNamed(one))]) {
      const part = min(open, capture.amount);
      if (!part.gt(0)) continue;
      parts.push({ receipt: capture.id, amount: part });
      capture.amount = capture.amount.minus(part);
      open = positive(open.minus(part));
    }
    return parts.map(({ receipt, amount }, index) => said({ type: "refund.settled", at: at(created_at), data: { refund: index === 0 ? id : `${id}-${index + 1}`, receipt, version: 1, state: "settled", amount: moneyText(amount, currency), currency, at: at(created_at) } }));
  });
}
