import { canonicalJson, type CommandView } from "../../commands";
import { dec } from "../../decimal";
import type { Gate } from "../../gate";
import type { Instant } from "../../instant";
import type { CommandPayloads } from "../../payloads";
import type { PlanInput } from "../../plan";
import { answered, statementOf } from "../../standing";
import type { Goods } from "./goods";

export type Notice = CommandPayloads["notify_shipment"];
export const audiences = ["customer", "channel"] as const;

/** How one audience of one order stands. */
export interface NoticeState { order: string; audience: (typeof audiences)[number]; slot: string; last: CommandView | null; toldAt: Instant | null; pending: boolean }

/**
 * Customer and channel are told at once on shipment, apart from any posting. What changes after a notice went out is told
 * again under the next revision; goods that never were told and are no more are not mentioned at all.
 */
export function notices(input: PlanInput, goods: Goods, gate: Gate): NoticeState[] {
  const states: NoticeState[] = [];
  for (const order of goods.orders) {
    const served = goods.served.get(order);
    for (const audience of served?.notify ?? []) {
      const slot = `${order}/${audience}`;
      const content = contentOf(goods, order);
      const says = (view: CommandView) => canonicalJson(heard(view.payload as unknown as Notice)) === canonicalJson(content);
      const statement = statementOf(input.commands, "notify_shipment", slot, says);
      const empty = content.lines.length === 0 && (statement.last === null || !(statement.last.state === "confirmed" || statement.busy));
      const toldAt = statement.told ? (answered(statement.last, "at") ?? statement.last?.confirmedAt ?? null) : null;
      states.push({ order, audience, slot, last: statement.last, toldAt, pending: !statement.told && !empty });
      if (empty || !served) continue;
      const { carrier, tracking, shippedAt } = goods.issueFor(order).data;
      const payload: Notice = { shipment: goods.issue.document, audience, order, customer: served.customer, customerName: served.customerName, revision: statement.sequence, carrier: carrier ?? null, tracking: tracking ?? null, shippedAt, shipTo: served.shipTo, lines: content.lines };
      gate.ask({ kind: "notify_shipment", slot, sequence: statement.sequence, payload: { ...payload }, amount: null, dueSince: shippedAt, blockedBy: goods.unclear.has(order) ? [`MAP-02|${order}`] : [] });
    }
  }
  return states;
}

function contentOf(goods: Goods, order: string): Pick<Notice, "carrier" | "tracking" | "lines"> {
  const lines = goods.lines.filter((line) => line.order === order && !dec(line.quantity).isZero()).map(({ orderLine, item, quantity }) => ({ orderLine, item, quantity }));
  const { carrier, tracking } = goods.issueFor(order).data;
  return { carrier: carrier ?? null, tracking: tracking ?? null, lines };
}

/** The part of a notice that makes a new one worth sending. */
const heard = ({ carrier, tracking, lines }: Notice): Pick<Notice, "carrier" | "tracking" | "lines"> => ({ carrier, tracking, lines });
