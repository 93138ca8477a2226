import { samePayload } from "../../../commands";
import { dec, min, sumOf, zero, type Decimal } from "../../../decimal";
import { addDays, type Day } from "../../../instant";
import type { CommandPayloads } from "../../../payloads";
import type { Policy } from "../../../policy";
import type { OrderCaptured } from "../../../contracts/order";
import { versionAt } from "../record";
import type { Moved } from "../lines/walk";
import type { LineView, OrderView } from "../view";
import type { FulfilmentRequest } from "./requests";

/** What the customer changed after a request of ours went out. */
export type Outdated = "item" | "ship_to" | "requested_date";

/** Day on which a line may be released: its requested ship date less the lead time, never before "not before". */
export function releaseDay(policy: Policy, order: OrderCaptured, line: OrderCaptured["lines"][number]): Day | null {
  const requested = line.requestedShip ?? order.requestedShip;
  const from = requested === undefined ? null : addDays(requested, -policy.leadTimeDays);
  const notBefore = order.notBefore ?? null;
  return from === null ? notBefore : notBefore !== null && notBefore > from ? notBefore : from;
}

/**
 * Tells of each of a request's goods whether it asks for what is no longer wanted of them: another item, another address, or a later day
 * than today (2.8). What holds for the whole request is looked at once: requests of thousands of lines stay linear.
 */
export function outdatedIn(view: OrderView, request: FulfilmentRequest): (row: LineView, moved: Moved) => Outdated | null {
  const { command } = request;
  if (!command || request.state !== "live") return () => null;
  const { shipTo, lines } = command.payload as CommandPayloads["release_to_warehouse"];
  const items = Map.groupBy(lines, ({ line }) => line), moved = !samePayload(shipTo, view.order.shipToAddress);
  const then = versionAt(view.record.versions, request.releasedAt)?.data, thenLines = new Map(then?.lines.map((line) => [line.line, line]));
  return (row, { key, goods }) => {
    if (items.get(key)?.some(({ item }) => item !== goods.item)) return "item";
    if (moved) return "ship_to";
    const day = releaseDay(view.policy, view.order, row.line.source);
    if (day === null || day <= view.today) return null;
    const line = thenLines.get(row.line.id);
    return then && line && releaseDay(view.policy, then, line) !== day ? "requested_date" : null;
  };
}

export interface TooLate { request: FulfilmentRequest; row: LineView; moved: Moved; what: Outdated; quantity: Decimal }

/** What cannot be brought back any more: picked or refused by the warehouse, on its way to the old address, or gone as the old item and not on its way back. */
export function* changedTooLate(view: OrderView, recalled: ReadonlySet<string>): Generator<TooLate> {
  const requests = view.requests.map((request) => ({ request, outdated: outdatedIn(view, request) }));
  for (const row of view.lines) {
    let returned = returnedOf(view, row);
    for (const { moved } of row.goods)
      for (const { request, outdated } of requests) {
        const asked = request.lines.get(moved.key);
        const what = asked ? outdated(row, moved) : null;
        if (!asked || what === null) continue;
        const here = recalled.has(moved.key) ? zero : asked.inProcess, back = what === "item" ? min(asked.shipped, returned) : zero;
        returned = returned.minus(back);
        const gone = what === "item" ? asked.shipped.minus(back) : what === "ship_to" ? min(asked.shipped, onItsWay(view, request, moved.key, row)) : zero;
        if (here.plus(gone).gt(0)) yield { request, row, moved, what, quantity: here.plus(gone) };
      }
  }
}

/** What of a line may come back, or has. */
export const returnedOf = (view: OrderView, { line }: LineView): Decimal =>
  sumOf(view.record.returns.filter(({ state }) => state !== "refused"), (entry) => sumOf(entry.lines.filter((row) => row.line === line.id), (row) => dec(row.authorised)));

/** Units of a request that left and are not with anybody yet. */
function onItsWay(view: OrderView, request: FulfilmentRequest, key: string, row: LineView): Decimal {
  const alone = view.requests.filter((other) => other.lines.get(key)?.shipped.gt(0)).length === 1;
  const moving = view.record.shipments.filter(({ data }) => !data.reversed && (data.delivery === null || data.delivery.state === "in_transit" || data.delivery.state === "failed"));
  const mine = new Set(moving.filter(({ data }) => data.lines.some((line) => line.request === request.id || (line.request === null && alone))).map(({ data }) => data.shipment));
  return sumOf(row.walk.moved.filter((moved) => moved.key === key).flatMap(({ shipments }) => shipments.filter(({ shipment }) => mine.has(shipment))), ({ quantity }) => quantity);
}
