import type { Instant } from "../../instant";
import type { Milestone } from "../../plan";
import type { MilestoneName } from "../../stages";
import type { Gates } from "./gates/approve";
import type { OrderMoney } from "./books/money";
import type { OrderView } from "./view";

/** What the order has reached, when, and which document proves it (2.2). Each fact is told once for each document. */
export function milestonesOf(view: OrderView, money: OrderMoney, gates: Gates): Milestone[] {
  const reached: Milestone[] = [];
  const reach = (name: MilestoneName, occurredAt: Instant | null | undefined, document: string | null, slot = "") => { if (occurredAt) reached.push({ name, occurredAt, document, slot }); };
  const { record, order } = view;
  const version = `${view.key}#${order.version}`;
  const command = (kind: "acknowledge_order" | "release_to_warehouse" | "request_allocation") => record.commands.get(kind) ?? [];
  reach("placed", order.placed, view.key);
  reach("received", record.receivedAt, view.key);
  const { header, stopped } = gates.validation;
  // Where no line may go on, nothing was accepted yet: the order stands in intake.
  const stands = header || (stopped.size > 0 && view.lines.every(({ line }) => line.removed || stopped.has(line.id)));
  const { needed, complete, askedAt } = view.estimate, accepted = !stands && (!needed || complete || askedAt !== null);
  if (accepted) reach("accepted", askedAt ?? record.currentRecordedAt, version);
  if (accepted && gates.validated) reach("validated", gates.validatedAt, version);
  if (view.credit?.verdict === "granted") reach("credit_cleared", view.credit.decidedAt, view.parties.creditAccount);
  for (const acknowledged of command("acknowledge_order")) if (acknowledged.state === "confirmed") reach("acknowledged", acknowledged.confirmedAt, `${view.key}#${acknowledged.sequence}`);
  for (const row of view.lines) for (const goods of row.goods) if (goods.reservation?.allocated.gt(0)) reach("allocated", goods.reservation.at, goods.moved.key, goods.moved.key);
  for (const request of view.requests) {
    if (request.state !== "live") continue;
    reach("released", request.acceptedAt, request.id, request.id);
    if (request.stage === "picked" || request.stage === "packed") reach(request.stage, request.shortAt, request.id, request.id);
  }
  for (const { data } of record.shipments) {
    if (data.reversed) continue;
    reach("shipped", data.shippedAt, data.shipment, data.shipment);
    if (data.delivery?.state === "delivered") reach("delivered", data.delivery.at, data.shipment, data.shipment);
  }
  for (const { state, unit } of money.units) {
    if (!state) continue;
    reach("billing_due", state.dueSince, unit, unit);
    if (!state.invoice) continue;
    reach("invoice_posted", state.invoice.postedAt, state.invoice.number, unit);
    reach("invoice_sent", state.sentAt, state.invoice.number, unit);
    reach("settled", state.settledAt, state.invoice.number, unit);
  }
  return reached;
}
