import { dec } from "@/server/domain/decimal";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { LookupAnswer, OutboundCommand, Outcome } from "../contract/connector";
import { beforeSending } from "../contract/outcome";
import { isNoted, mutate, orderOf, system } from "./client";
import type { VendureSession } from "./config";
import { isMoney, lookupMoney, moveMoney } from "./money";
import { isStock, writeStock } from "./stock";
import { fulfilledOf } from "./to-canonical";
import type { VendureOrder } from "./wire";

type Acknowledgement = CommandPayloads["acknowledge_order"];
type Status = CommandPayloads["update_order_status"];
/** Last of all a note is written: that it stands there proves that the command was carried out. */
const noteOf = ({ kind, naturalKey, payload }: OutboundCommand): string => {
  const { version } = payload as unknown as Acknowledgement | Status;
  return `${kind === "acknowledge_order" ? `Acknowledged: ${(payload as unknown as Acknowledgement).state}` : `Status: ${(payload as unknown as Status).status.replaceAll("_", " ")}`} (version ${version}) [${naturalKey}]`;
};
const referenceOf = (order: VendureOrder, command: OutboundCommand): string => `${order.code}/v${String(command.payload["version"])}`;

/**
 * Brings Vendure to what the command says, after reading what it has: fulfilled quantities are raised to what has shipped,
 * never by what has shipped, so a second try finds nothing left to do.
 */
export async function send(session: VendureSession, command: OutboundCommand): Promise<Outcome> {
  if (isMoney(command)) return moveMoney(session, command);
  if (isStock(command)) return writeStock(session, command);
  const found = await orderOf(session, String(command.payload["order"]));
  if (found.kind === "failed") return beforeSending(found);
  if (found.kind === "absent") return { kind: "rejected", failure: { code: "SEQ-01", message: `${system} has no order ${String(command.payload["order"])}` } };
  const order = found.value, note = noteOf(command);
  const done = await isNoted(session, order.id, note);
  if (done.kind === "failed") return beforeSending(done);
  if (done.kind === "read" && done.value) return { kind: "confirmed", reference: referenceOf(order, command), result: {} };
  const status = command.kind === "update_order_status" ? (command.payload as unknown as Status) : null;
  const isCancelled = (status?.status ?? (command.payload as unknown as Acknowledgement).state) === "cancelled";
  const failed = (isCancelled ? await cancel(session, order) : null) ?? (status ? await fulfil(session, order, status) : null)
    ?? (await mutate(session, "mutation Note($input: AddNoteToOrderInput!) { addNoteToOrder(input: $input) { id } }", { input: { id: order.id, note, isPublic: false } }, "addNoteToOrder")).failed;
  return failed ?? { kind: "confirmed", reference: referenceOf(order, command), result: {} };
}

export async function lookup(session: VendureSession, command: OutboundCommand): Promise<LookupAnswer> {
  if (isMoney(command)) return lookupMoney(session, command);
  const found = await orderOf(session, String(command.payload["order"]));
  if (found.kind !== "read") return found;
  const noted = await isNoted(session, found.value.id, noteOf(command));
  if (noted.kind !== "read") return noted;
  return noted.value ? { kind: "found", reference: referenceOf(found.value, command), result: {} } : { kind: "absent" };
}

/** Only an order of which nothing was fulfilled: of the rest Vendure would take shipped goods back into stock. */
async function cancel(session: VendureSession, order: VendureOrder): Promise<Outcome | null> {
  if (order.state === "Cancelled" || (order.fulfillments ?? []).some(({ state }) => state !== "Cancelled")) return null;
  const input = { orderId: order.id, reason: "Cancelled by Ledgerline", cancelShipping: true };
  return (await mutate(session, "mutation Cancel($input: CancelOrderInput!) { cancelOrder(input: $input) { ... on Order { id } ... on ErrorResult { errorCode message } } }", { input }, "cancelOrder")).failed;
}

const move = "mutation Move($id: ID!) { transitionFulfillmentToState(id: $id, state: \"Shipped\") { ... on Fulfillment { id } ... on ErrorResult { errorCode message } } }";
async function fulfil(session: VendureSession, order: VendureOrder, status: Status): Promise<Outcome | null> {
  const { mark } = session.settings, there = order.fulfillments ?? [], ours = there.filter(({ method, state }) => method === mark && state !== "Cancelled");
  // One that was made before its answer was lost still waits to be sent off.
  const waiting = ours.filter(({ state }) => state === "Pending").map(({ id }) => id);
  const lines = status.lines.flatMap(({ line, shipped }) => {
    const missing = dec(shipped).minus(fulfilledOf(there, line));
    return missing.gt(0) ? [{ orderLineId: line, quantity: Number(missing.toFixed()) }] : [];
  });
  const odd = lines.find(({ quantity }) => !Number.isInteger(quantity));
  if (odd) return { kind: "rejected", failure: { code: "MAP-03", message: `${system} counts whole units; line ${odd.orderLineId} shipped ${odd.quantity}` } };
  if (lines.length > 0) {
    const told = new Set(ours.flatMap(({ trackingCode }) => (trackingCode ?? "").split(", ")));
    const trackingCode = status.tracking.filter((code) => !told.has(code)).join(", ");
    const input = { lines, handler: { code: "manual-fulfillment", arguments: [{ name: "method", value: mark }, { name: "trackingCode", value: trackingCode }] } };
    const entered = await mutate(session, "mutation Fulfil($input: FulfillOrderInput!) { addFulfillmentToOrder(input: $input) { ... on Fulfillment { id } ... on ErrorResult { errorCode message } } }", { input }, "addFulfillmentToOrder");
    if (entered.failed) return entered.failed;
    waiting.push(entered.id);
  }
  for (const id of waiting) {
    const { failed } = await mutate(session, move, { id }, "transitionFulfillmentToState");
    if (failed) return failed;
  }
  return null;
}
