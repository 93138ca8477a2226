import { dec, text, type Decimal } from "@/server/domain/decimal";
import type { CommandPayloads } from "@/server/domain/payloads";
import type { ShopSettings } from "./config";
import { sizeOf } from "./to-canonical";
import type { CancelRequest, ShopOrder } from "./wire";

type Body = Record<string, unknown>;

/** `changed` once something of it was taken away. */
export function acknowledgement(payload: CommandPayloads["acknowledge_order"], order: ShopOrder): Body {
  const promised = payload.lines.flatMap(({ promised: day }) => (day === null ? [] : [day])).sort().at(-1);
  const result = payload.state === "cancelled" || order.lines.some((line) => !dec(line.cancelled_quantity).isZero()) ? "changed" : "accepted";
  return { revision: payload.version, result, message: null, promise_date: promised ?? order.promise_date ?? null };
}

/**
 * How a pending cancel request is to be answered by what we acknowledge: what the acknowledged lines leave open is refused,
 * the rest accepted. Null: the acknowledgement does not tell, because a pack size is not known.
 */
export function cancelAnswer(payload: CommandPayloads["acknowledge_order"], order: ShopOrder, request: CancelRequest, settings: ShopSettings): Body | null {
  if (payload.state === "cancelled") return { result: "accepted", lines: null, message: null };
  const accepted: { line_id: string; quantity: string }[] = [];
  for (const line of order.lines) {
    const size = sizeOf(line.unit, settings);
    if (size === null) return null;
    const open = dec(line.quantity).minus(line.cancelled_quantity);
    const asked = request.lines ? request.lines.filter((row) => row.line_id === line.id).reduce<Decimal>((sum, row) => sum.plus(row.quantity), dec(0)) : open;
    const kept = dec(payload.lines.find((row) => row.line === line.id)?.quantity ?? "0").div(size);
    const given = open.minus(kept).lt(asked) ? open.minus(kept) : asked;
    if (given.gt(0)) accepted.push({ line_id: line.id, quantity: text(given.toDecimalPlaces(6)) });
  }
  return accepted.length === 0 ? { result: "refused", lines: null, message: "Too late: the goods are on their way" } : { result: "accepted", lines: accepted, message: null };
}

const stages = { accepted: "accepted", released: "in warehouse", part_shipped: "part shipped", shipped: "shipped", invoiced: "invoiced", cancelled: "cancelled" } as const;
export const progress = (payload: CommandPayloads["update_order_status"]): Body =>
  ({ version: payload.version, stage: stages[payload.status], billing: payload.status === "invoiced" ? "invoiced" : "none", cash: "none", message: null });

/**
 * All that has left so far as one fulfilment, which each later version replaces. It says nothing but what the command says,
 * so that a repeat is the same to the letter. Null: nothing left, or a pack size is not known.
 */
export function fulfilment(payload: CommandPayloads["update_order_status"], order: ShopOrder, settings: ShopSettings): Body | null {
  const lines: Body[] = [];
  for (const { line, shipped } of payload.lines) {
    if (dec(shipped).isZero()) continue;
    const there = order.lines.find((row) => row.id === line);
    const size = there === undefined ? null : sizeOf(there.unit, settings);
    if (there === undefined || size === null) return null;
    lines.push({ line_id: line, quantity: text(dec(shipped).div(size).toDecimalPlaces(6)), unit: there.unit });
  }
  if (lines.length === 0) return null;
  return { reference: payload.order, version: payload.version, shipped_at: order.placed_at, tracking_number: payload.tracking.at(-1) ?? null, carrier: null, lines };
}
