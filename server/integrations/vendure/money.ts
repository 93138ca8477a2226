import { dec } from "@/server/domain/decimal";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { LookupAnswer, OutboundCommand, Outcome } from "../contract/connector";
import { beforeSending } from "../contract/outcome";
import { mutate, orderOf, system } from "./client";
import type { VendureSession } from "./config";
import { amount, authorisationOf, receiptOf } from "./to-canonical";
import type { Payment, VendureOrder } from "./wire";

/** Money of an order, moved by Vendure's own payment handler. What became of it is read from the payment, so a second try finds what the first one did. */
const kinds = ["capture_payment", "void_authorisation", "refund_payment"];
export const isMoney = ({ kind }: OutboundCommand): boolean => kinds.includes(kind);

type Given = CommandPayloads["refund_payment"];
const refused = (command: OutboundCommand, message: string): Outcome => ({ kind: "rejected", failure: { code: command.kind === "refund_payment" ? "REF-01" : "PAY-03", message } });
/** The order in whose name a receipt of ours is. */
export const orderOfPayment = (receipt: string): string => receipt.slice(0, receipt.lastIndexOf("-P"));
const orderNamed = ({ payload }: OutboundCommand): string => { const { order, capture } = payload as { order?: string; capture?: string | null }; return order ?? orderOfPayment(capture ?? ""); };
function paymentOf(order: VendureOrder, { payload }: OutboundCommand): Payment | undefined {
  return (order.payments ?? []).find((payment) => (typeof payload["authorisation"] === "string" ? authorisationOf(order.code, payment) === payload["authorisation"] : receiptOf(order.code, payment) === payload["capture"]));
}

/** What stands in Vendure already of what the command asks. */
function done(session: VendureSession, order: VendureOrder, payment: Payment, command: OutboundCommand): Extract<Outcome, { kind: "confirmed" }> | null {
  const { settings } = session;
  if (command.kind === "refund_payment") {
    const row = payment.refunds.find(({ reason, state }) => reason === (command.payload as unknown as Given).reference && state !== "Failed");
    return row ? { kind: "confirmed", reference: `${order.code}-R${row.id}`, result: { refund: `${order.code}-R${row.id}`, amount: amount(row.total, settings), state: row.state === "Settled" ? "settled" : "pending" } } : null;
  }
  const reference = receiptOf(order.code, payment);
  if (command.kind === "capture_payment") return payment.state === "Settled" ? { kind: "confirmed", reference, result: { capture: reference, amount: amount(payment.amount, settings) } } : null;
  return payment.state === "Cancelled" ? { kind: "confirmed", reference, result: { state: "voided" } } : null;
}

export async function moveMoney(session: VendureSession, command: OutboundCommand): Promise<Outcome> {
  if (command.kind === "refund_payment" && command.payload["capture"] === null) return refused(command, `${system} gives back what it took only: this goes back by bank, and is recorded as done by hand`);
  const found = await orderOf(session, orderNamed(command));
  if (found.kind === "failed") return beforeSending(found);
  const payment = found.kind === "read" ? paymentOf(found.value, command) : undefined;
  if (found.kind === "absent" || !payment) return refused(command, `${system} has no payment ${String(command.payload["authorisation"] ?? command.payload["capture"])} of order ${orderNamed(command)}`);
  const before = done(session, found.value, payment, command);
  if (before) return before;
  const minor = dec((command.payload as { amount?: string }).amount ?? "0").times(10 ** session.settings.decimals).toNumber();
  if (command.kind === "capture_payment" && minor !== payment.amount) return refused(command, `${system} settles a payment as a whole: ${String(command.payload["amount"])} was asked of ${amount(payment.amount, session.settings)}`);
  const { failed } = await change(session, command, payment, minor);
  if (failed) return failed;
  const after = await lookupMoney(session, command);
  return after.kind === "found" ? { ...after, kind: "confirmed" } : { kind: "unknown", failure: { code: "TEC-04", message: `${system} answered ${command.kind}, but the payment does not show it` } };
}

const problem = "... on ErrorResult { errorCode message }";
function change(session: VendureSession, command: OutboundCommand, { id }: Payment, minor: number): ReturnType<typeof mutate> {
  switch (command.kind) {
    case "capture_payment": return mutate(session, `mutation Settle($id: ID!) { settlePayment(id: $id) { ... on Payment { id } ${problem} } }`, { id }, "settlePayment", "PAY-03");
    case "void_authorisation": return mutate(session, `mutation Void($id: ID!) { cancelPayment(id: $id) { ... on Payment { id } ${problem} } }`, { id }, "cancelPayment", "PAY-03");
    default: {
      const input = { lines: [], shipping: 0, adjustment: 0, amount: minor, paymentId: id, reason: (command.payload as unknown as Given).reference };
      return mutate(session, `mutation Refund($input: RefundOrderInput!) { refundOrder(input: $input) { ... on Refund { id } ${problem} } }`, { input }, "refundOrder", "REF-01");
    }
  }
}

export async function lookupMoney(session: VendureSession, command: OutboundCommand): Promise<LookupAnswer> {
  const found = await orderOf(session, orderNamed(command));
  if (found.kind !== "read") return found;
  const payment = paymentOf(found.value, command), outcome = payment ? done(session, found.value, payment, command) : null;
  return outcome ? { kind: "found", reference: outcome.reference, result: outcome.result } : { kind: "absent" };
}
