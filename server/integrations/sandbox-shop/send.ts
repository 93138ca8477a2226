import type { CommandPayloads } from "@/server/domain/payloads";
import type { OutboundCommand, Outcome } from "../contract/connector";
import { answerEvents } from "../contract/events";
import { beforeSending, unconfirmed, type Reading } from "../contract/outcome";
import { stockCodes } from "../contract/stock-codes";
import { call, orderOf, read, system } from "./client";
import type { ShopSession } from "./config";
import { acknowledgement, cancelAnswer, fulfilment, progress } from "./from-command";
import { positioned } from "./to-canonical";
import { fulfilments, page, refusalOf, shopStock, type ShopOrder } from "./wire";

const reading: Reading = { system, refusal: refusalOf("CTR-01") };

/** Sends one command once. All of Northgate's write-backs may be repeated; a version that was overtaken is not an error. */
export async function send(session: ShopSession, command: OutboundCommand): Promise<Outcome> {
  if (command.kind === "update_stock") return writeStock(session, command);
  const found = await orderOf(session, String(command.payload["order"]));
  if (found.kind === "failed") return beforeSending(found);
  if (found.kind === "absent") return { kind: "rejected", failure: { code: "SEQ-01", message: `${system} has no order ${String(command.payload["order"])}` } };
  if (command.kind === "acknowledge_order") return acknowledge(session, found.value, command.payload as unknown as CommandPayloads["acknowledge_order"]);
  if (command.kind === "update_order_status") return report(session, found.value, command.payload as unknown as CommandPayloads["update_order_status"]);
  return { kind: "rejected", failure: { code: "CTR-01", message: `${system} cannot do ${command.kind}` } };
}

/** 409: Northgate knows something newer, or has been told the same otherwise. Nothing is left to say. */
async function write(session: ShopSession, method: "PUT" | "POST", path: string, body: unknown): Promise<Outcome | "written" | "overtaken"> {
  const answer = await call(session, method, path, body);
  if (answer.ok && answer.response.status === 409) return "overtaken";
  return unconfirmed(answer, reading) ?? "written";
}

/** The whole count in the base unit, by the shop's word for it; then what the shop itself has, as its poll would tell it. */
async function writeStock(session: ShopSession, command: OutboundCommand): Promise<Outcome> {
  const { available, version } = command.payload as unknown as CommandPayloads["update_stock"], codes = stockCodes(command);
  if (!codes.ok) return { kind: "rejected", failure: codes.error };
  const { item, warehouse, unit } = codes.value;
  const written = await write(session, "PUT", `items/${encodeURIComponent(item)}/stock`, { warehouse, available, unit, version });
  if (typeof written !== "string") return written;
  const found = await read(session, `stock?${new URLSearchParams({ item_number: item, warehouse }).toString()}`, page(shopStock));
  const told = found.kind === "read" ? found.value.data.flatMap((row) => { const one = positioned(row, session.settings); return one.ok ? [one.value] : []; }) : [];
  return { kind: "confirmed", reference: `${item}/${warehouse}/v${version}`, result: written === "overtaken" ? { overtaken: true } : {}, events: answerEvents(command, session, told) };
}

async function acknowledge(session: ShopSession, order: ShopOrder, payload: CommandPayloads["acknowledge_order"]): Promise<Outcome> {
  for (const request of order.cancel_requests) {
    // A request that came after what we acknowledge was not looked at yet.
    if (request.status !== "pending") continue;
    const answer = cancelAnswer(payload, order, request, session.settings);
    if (answer === null || (answer["result"] === "refused" && !payload.cancels?.includes(request.id))) continue;
    const written = await write(session, "POST", `orders/${encodeURIComponent(order.id)}/cancel_requests/${encodeURIComponent(request.id)}/answer`, answer);
    if (typeof written !== "string") return written;
  }
  const written = await write(session, "PUT", `orders/${encodeURIComponent(order.id)}/acknowledgement`, acknowledgement(payload, order));
  return typeof written === "string" ? { kind: "confirmed", reference: `${order.id}/r${payload.version}`, result: written === "overtaken" ? { overtaken: true } : {} } : written;
}

/** Goods first, so that whoever reads "shipped" finds them; an order that is cancelled as a whole answers who asked for it. */
async function report(session: ShopSession, order: ShopOrder, payload: CommandPayloads["update_order_status"]): Promise<Outcome> {
  for (const request of payload.status === "cancelled" ? order.cancel_requests : []) {
    if (request.status !== "pending") continue;
    const answered = await write(session, "POST", `orders/${encodeURIComponent(order.id)}/cancel_requests/${encodeURIComponent(request.id)}/answer`, { result: "accepted", lines: null, message: null });
    if (typeof answered !== "string") return answered;
  }
  const goods = fulfilment(payload, order, session.settings);
  if (goods !== null && !(await isKnown(session, order, payload))) {
    const written = await write(session, "POST", `orders/${encodeURIComponent(order.id)}/fulfilments`, goods);
    if (typeof written !== "string") return written;
  }
  const written = await write(session, "PUT", `orders/${encodeURIComponent(order.id)}/progress`, progress(payload));
  return typeof written === "string" ? { kind: "confirmed", reference: `${order.id}/v${payload.version}`, result: written === "overtaken" ? { overtaken: true } : {} } : written;
}

async function isKnown(session: ShopSession, order: ShopOrder, payload: CommandPayloads["update_order_status"]): Promise<boolean> {
  const told = await read(session, `orders/${encodeURIComponent(order.id)}/fulfilments`, fulfilments);
  return told.kind === "read" && told.value.data.some((row) => row.reference === payload.order && row.version >= payload.version);
}
