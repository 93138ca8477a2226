import { z } from "zod";
import { dec, min, sum, type Decimal } from "@/server/domain/decimal";
import { moneyText, roundMoney } from "@/server/domain/money";
import type { LookupAnswer, OutboundCommand, Outcome } from "../contract/connector";
import { beforeSending } from "../contract/outcome";
import { orderOf, system } from "./client";
import type { MedusaSession } from "./config";
import { authorisationOf, paymentsOf, receiptOf, refundNote } from "./payments";
import { currencyOf, sorted } from "./shared";
import type { MedusaOrder, Payment } from "./wire";
import { write } from "./write";

/**
 * Money of an order, moved by Medusa's own payment provider. A refund bears our reference in its note, and the capture that is given back. A capture bears
 * nothing of ours, so what was captured before it is noted in the order first: by that a second try knows whether the first one did it.
 */
const kinds = ["capture_payment", "void_authorisation", "refund_payment"];
export const isMoney = ({ kind }: OutboundCommand): boolean => kinds.includes(kind);

const intents = z.record(z.string(), z.object({ before: z.string() })).catch({});
const intentField = "ledgerline_captures";
const halfCent = "0.005";

/** The order of a receipt of ours, which its name begins with. */
export const orderOfReceipt = (receipt: string): string => receipt.split("-").slice(0, 2).join("-");
const orderNamed = ({ payload }: OutboundCommand): string => { const { order, capture } = payload as { order?: string; capture?: string | null }; return order ?? orderOfReceipt(capture ?? ""); };
const refused = (command: OutboundCommand, message: string): Outcome => ({ kind: "rejected", failure: { code: refusalOf(command), message } });
const refusalOf = ({ kind }: OutboundCommand): string => (kind === "refund_payment" ? "REF-01" : "PAY-03");
const referenceOf = ({ payload }: OutboundCommand): string => String(payload["reference"]);
const noteOf = (command: OutboundCommand): string => refundNote(referenceOf(command), String(command.payload["capture"]));
const amountOf = ({ payload }: OutboundCommand): Decimal => dec((payload as { amount?: string }).amount ?? "0");
const capturedOf = ({ captures }: Payment): Decimal => sum(captures.map(({ raw_amount }) => dec(raw_amount.value)));
/** Without the captures of which so much was captured before, the oldest first. */
const capturedAfter = ({ captures }: Payment, before: string): Payment["captures"] => {
  const inOrder = sorted(captures);
  return inOrder.filter((_, index) => sum(inOrder.slice(0, index).map(({ raw_amount }) => dec(raw_amount.value))).plus(halfCent).gte(before));
};
const paymentOf = (order: MedusaOrder, { payload }: OutboundCommand): Payment | undefined =>
  paymentsOf(order).find((payment) => (typeof payload["authorisation"] === "string" ? authorisationOf(payment) === payload["authorisation"] : payment.captures.some((capture) => receiptOf(order, capture) === payload["capture"])));

/** What stands in Medusa already of what the command asks. */
function done(order: MedusaOrder, payment: Payment, command: OutboundCommand): Extract<Outcome, { kind: "confirmed" }> | null {
  const currency = currencyOf(order);
  if (command.kind === "void_authorisation") return payment.canceled_at == null ? null : { kind: "confirmed", reference: authorisationOf(payment), result: { state: "voided" } };
  if (command.kind === "refund_payment") {
    const row = payment.refunds.find(({ note }) => note === noteOf(command));
    return row ? { kind: "confirmed", reference: row.id, result: { refund: row.id, amount: moneyText(roundMoney(dec(row.raw_amount.value), currency), currency), state: "settled" } } : null;
  }
  const intent = intents.parse(order.metadata?.[intentField] ?? {})[referenceOf(command)], amount = amountOf(command);
  const made = intent && capturedOf(payment).minus(intent.before).plus(halfCent).gte(amount) ? capturedAfter(payment, intent.before).find(({ raw_amount }) => dec(raw_amount.value).minus(amount).abs().lte(halfCent)) : undefined;
  return made ? { kind: "confirmed", reference: receiptOf(order, made), result: { capture: receiptOf(order, made), amount: moneyText(roundMoney(dec(made.raw_amount.value), currency), currency) } } : null;
}

export async function moveMoney(session: MedusaSession, command: OutboundCommand): Promise<Outcome> {
  if (command.kind === "refund_payment" && command.payload["capture"] === null) return refused(command, `${system} gives back what it took only: this goes back by bank, and is recorded as done by hand`);
  const found = await orderOf(session, orderNamed(command));
  if (found.kind === "failed") return beforeSending(found);
  const payment = found.kind === "read" ? paymentOf(found.value, command) : undefined;
  if (found.kind === "absent" || !payment) return refused(command, `${system} has no payment ${String(command.payload["authorisation"] ?? command.payload["capture"])} of order ${orderNamed(command)}`);
  const before = done(found.value, payment, command);
  if (before) return before;
  const failed = await change(session, found.value, payment, command);
  if (failed) return failed;
  const after = await lookupMoney(session, command);
  return after.kind === "found" ? { ...after, kind: "confirmed" } : { kind: "unknown", failure: { code: "TEC-04", message: `${system} answered ${command.kind}, but the payment does not show it` } };
}

/** Null: it was done. */
async function change(session: MedusaSession, order: MedusaOrder, payment: Payment, command: OutboundCommand): Promise<Outcome | null> {
  if (command.kind === "void_authorisation") return { kind: "retryable", retryAfterMs: 30_000, failure: { code: "TEC-01", message: `${system} gives an authorisation back with its order only, which is not cancelled there` } };
  const amount = amountOf(command), captured = capturedOf(payment), left = dec(payment.raw_amount.value).minus(captured);
  if (command.kind === "refund_payment") return (await write(session, `payments/${payment.id}/refund`, { amount: amount.toNumber(), note: noteOf(command) }, refusalOf(command))).failed;
  if (amount.minus(halfCent).gt(left)) return refused(command, `${amount.toString()} was asked of an authorisation of which ${left.toDecimalPlaces(2).toString()} is left`);
  const known = intents.parse(order.metadata?.[intentField] ?? {});
  const noted = known[referenceOf(command)] ? null : (await write(session, `orders/${order.id}`, { metadata: { [intentField]: { ...known, [referenceOf(command)]: { before: captured.toFixed() } } } }, refusalOf(command))).failed;
  return noted ?? (await write(session, `payments/${payment.id}/capture`, { amount: min(amount, left).toNumber() }, refusalOf(command))).failed;
}

export async function lookupMoney(session: MedusaSession, command: OutboundCommand): Promise<LookupAnswer> {
  const found = await orderOf(session, orderNamed(command));
  if (found.kind !== "read") return found;
  const payment = paymentOf(found.value, command), outcome = payment ? done(found.value, payment, command) : null;
  return outcome ? { kind: "found", reference: outcome.reference, result: outcome.result } : { kind: "absent" };
}
