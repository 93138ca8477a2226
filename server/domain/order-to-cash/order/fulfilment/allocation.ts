import type { WantedCommand } from "../../../commands";
import type { Decimal } from "../../../decimal";
import { addMs, minutes, type Instant } from "../../../instant";
import type { CommandPayloads } from "../../../payloads";
import { instantOn } from "../../../calendar";
import type { OrderView } from "../view";
import type { OpenGoods } from "./open";
import type { Wave } from "./wave";

/**
 * One asking for each (line, revision), absolute for the line: a new revision where more, less or another item is needed, or some time after
 * something could not be had (policy `backorderAskMinutes`).
 */
export function allocate(view: OrderView, goods: OpenGoods, dueSince: Instant, wave: Wave): void {
  const commands = goods.asks;
  const last = commands.reduce<(typeof commands)[number] | null>((newest, command) => (newest === null || command.sequence > newest.sequence ? command : newest), null);
  const need = goods.moved.need;
  const open = goods.unallocated.gt(0);
  const revision = Math.max(last?.sequence ?? 0, goods.reservation?.revision ?? 0);
  const want = (sequence: number) => wave.wanted.push(allocationCommand(view, goods, sequence, need, dueSince));
  if (last && last.state !== "confirmed" && last.sequence === revision) { if (open || last.state === "sending" || last.state === "unknown") want(last.sequence); return; }
  if (revision === 0) { if (open) want(1); return; }
  const asked = last ? (last.payload as CommandPayloads["request_allocation"]) : null;
  const changed = asked !== null && (!need.eq(asked.quantity) || asked.item !== goods.moved.goods.item);
  if ((changed && open) || (changed && goods.surplus.gt(0))) { want(revision + 1); return; }
  if (!open || !goods.reservation) return;
  const again = [addMs(lastAnswer(goods), minutes(view.policy.backorderAskMinutes)), ...(goods.reservation.availableOn ? [instantOn(view.policy.calendar, goods.reservation.availableOn, 0)] : [])].sort().at(-1) ?? view.now;
  if (again <= view.now) want(revision + 1);
  else wave.reviewAt.push(again);
}

const lastAnswer = (goods: OpenGoods): Instant => [goods.reservation?.at ?? "", goods.short?.at ?? ""].sort().at(-1) ?? "";

function allocationCommand(view: OrderView, goods: OpenGoods, revision: number, quantity: Decimal, dueSince: Instant): WantedCommand {
  const payload: CommandPayloads["request_allocation"] = {
    order: view.key, line: goods.moved.key, revision, item: goods.moved.goods.item, quantity: quantity.toFixed(), warehouse: goods.line.warehouse,
    neededOn: goods.line.source.requestedShip ?? view.order.requestedShip ?? null,
  };
  return { kind: "request_allocation", slot: goods.moved.key, sequence: revision, payload: { ...payload }, blockedBy: [], amount: null, dueSince };
}
