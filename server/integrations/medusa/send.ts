import { z } from "zod";
import { dec } from "@/server/domain/decimal";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { LookupAnswer, OutboundCommand, Outcome } from "../contract/connector";
import { beforeSending, unreadable } from "../contract/outcome";
import { orderOf, system } from "./client";
import type { MedusaSession } from "./config";
import { isMoney, lookupMoney, moveMoney } from "./money";
import { paymentsOf } from "./payments";
import { numberOf } from "./shared";
import { isStock, writeStock } from "./stock";
import type { Fulfillment, Line, MedusaOrder } from "./wire";
import { write } from "./write";

type Acknowledgement = CommandPayloads["acknowledge_order"];
type Status = CommandPayloads["update_order_status"];
const fieldOf = ({ kind }: OutboundCommand): string => (kind === "acknowledge_order" ? "ledgerline_acknowledged" : "ledgerline_status");
const referenceOf = (order: MedusaOrder, { payload }: OutboundCommand): string => `${numberOf(order)}/v${String(payload["version"])}`;
const note = z.looseObject({ key: z.string(), version: z.number() });

/** Our note of this command or of a later one, or an order that is cancelled: on that nothing can be written any more. */
function isDone(order: MedusaOrder, command: OutboundCommand): boolean {
  const noted = note.safeParse(order.metadata?.[fieldOf(command)]);
  return order.status === "canceled" || (noted.success && (noted.data.key === command.naturalKey || noted.data.version > Number(command.payload["version"])));
}

/**
 * Brings Medusa to what the command says, after reading what it has: fulfilled quantities are raised to what has shipped, never
 * by what has shipped, so a second try finds nothing left to do. The note comes last.
 */
export async function send(session: MedusaSession, command: OutboundCommand): Promise<Outcome> {
  if (isMoney(command)) return moveMoney(session, command);
  if (isStock(command)) return writeStock(session, command);
  const found = await orderOf(session, String(command.payload["order"]));
  if (found.kind === "failed") return beforeSending(found);
  if (found.kind === "absent") return { kind: "rejected", failure: { code: "SEQ-01", message: `${system} has no order ${String(command.payload["order"])}` } };
  const order = found.value, confirmed: Outcome = { kind: "confirmed", reference: referenceOf(order, command), result: {} };
  if (isDone(order, command)) return confirmed;
  const status = command.kind === "update_order_status" ? (command.payload as unknown as Status) : null, state = status?.status ?? (command.payload as unknown as Acknowledgement).state;
  if (state === "cancelled" && mayCancel(order)) return (await write(session, `orders/${order.id}/cancel`, {})).failed ?? confirmed;
  const failed = status === null ? null : await fulfil(session, order, status, command.naturalKey);
  if (failed) return failed;
  const said = { key: command.naturalKey, version: command.payload["version"], state, ...(status ? { tracking: status.tracking } : { promised: (command.payload as unknown as Acknowledgement).lines.flatMap(({ promised }) => promised ?? []).sort().at(-1) ?? null }) };
  return (await write(session, `orders/${order.id}`, { metadata: { [fieldOf(command)]: said } })).failed ?? confirmed;
}

export async function lookup(session: MedusaSession, command: OutboundCommand): Promise<LookupAnswer> {
  if (isMoney(command)) return lookupMoney(session, command);
  const found = await orderOf(session, String(command.payload["order"]));
  if (found.kind !== "read") return found;
  return isDone(found.value, command) ? { kind: "found", reference: referenceOf(found.value, command), result: {} } : { kind: "absent" };
}

/** Of what was captured Medusa would give the money back by itself; of what was fulfilled it refuses. */
const mayCancel = (order: MedusaOrder): boolean => order.fulfillments.every(({ canceled_at }) => canceled_at != null) && paymentsOf(order).every(({ captures }) => captures.length === 0);

interface Item { id: string; quantity: number }
const mark = z.looseObject({ items: z.array(z.object({ id: z.string(), quantity: z.number() })), sent: z.boolean() });
const markOf = ({ metadata }: Fulfillment) => { const read = mark.safeParse(metadata?.ledgerline); return read.success ? read.data : null; };

/** What has left and Medusa does not know of, as fulfilments with our mark; what needs no shipping is one of its own, as Medusa wants it. */
async function fulfil(session: MedusaSession, order: MedusaOrder, status: Status, key: string): Promise<Outcome | null> {
  const { fulfilFrom, tellsBuyers } = session.settings, alive = order.fulfillments.filter(({ canceled_at }) => canceled_at == null);
  // One that was made before its answer was lost still waits to be sent off.
  const waiting = alive.flatMap((row): { id: string; items: Item[] }[] => { const ours = markOf(row); return ours?.sent && row.shipped_at == null ? [{ id: row.id, items: ours.items }] : []; });
  for (const sent of [true, false]) {
    const items = order.items.filter((line) => (line.requires_shipping ?? true) === sent).flatMap((line) => missing(line, status));
    if (items.length === 0) continue;
    const made = await write(session, `orders/${order.id}/fulfillments?fields=id,fulfillments.id`, { items, ...(fulfilFrom === undefined ? {} : { location_id: fulfilFrom }), no_notification: !tellsBuyers, metadata: { ledgerline: { key, items, sent } } });
    if (made.failed) return made.failed;
    const id = made.fulfilments.find((one) => !order.fulfillments.some((known) => known.id === one));
    if (id === undefined) return unreadable(system, { code: "CTR-01", message: "the fulfilment is not in its answer" });
    if (sent) waiting.push({ id, items });
  }
  const told = new Set(alive.flatMap(({ labels }) => labels.map(({ tracking_number }) => tracking_number)));
  let labels = status.tracking.filter((code) => !told.has(code)).map((code) => ({ tracking_number: code, tracking_url: "#", label_url: "#" }));
  for (const { id, items } of waiting) {
    const { failed } = await write(session, `orders/${order.id}/fulfillments/${id}/shipments`, { items, labels, no_notification: !tellsBuyers });
    if (failed) return failed;
    labels = [];
  }
  return null;
}

/** Raised to what has shipped in all. */
function missing({ id, detail }: Line, { lines }: Status): Item[] {
  const shipped = lines.find(({ line }) => line === id)?.shipped ?? "0", quantity = dec(shipped).minus(detail.raw_fulfilled_quantity.value);
  return quantity.gt(0) ? [{ id, quantity: quantity.toNumber() }] : [];
}
