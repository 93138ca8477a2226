import type { OutboundEvent } from "@/server/integrations/contract/broker";
import { ownSource } from "@/server/integrations/contract/cloud-event";
import type { ChangedOrder, ReachedMilestone } from "./ports";

export interface ToldOrder { events: OutboundEvent[]; /** Ids of all its milestones, told now or before. */ milestones: string[] }

/**
 * What others are told of one changed order: how it stands now, and each milestone that they were not told before. The same
 * change and the same milestone have the same id for ever. A milestone whose time was put right is told again.
 */
export function eventsOf({ key, order, milestones, told }: ChangedOrder): ToldOrder {
  const idOf = ({ name, slot, occurredAt }: ReachedMilestone): string => [order.entity, key, name, ...(slot === "" ? [] : [slot]), occurredAt].join("/");
  const event = (id: string, topic: string, time: string, data: unknown): OutboundEvent => ({
    id, topic, body: JSON.stringify({ specversion: "1.0", id, source: `${ownSource}${order.entity}`, type: `com.ledgerline.${topic.split(".").slice(0, 2).join(".")}.v1`, time, subject: `order/${key}`, datacontenttype: "application/json", data }),
  });
  const known = new Set(told);
  return {
    events: [
      ...milestones.filter((one) => !known.has(idOf(one))).map((one) => event(idOf(one), `order.reached.${one.name}`, one.occurredAt, { order: order.number, entity: order.entity, milestone: one.name, slot: one.slot, occurredAt: one.occurredAt, document: one.document })),
      event([order.entity, key, order.updatedAt].join("/"), "order.changed", order.updatedAt, order),
    ],
    milestones: milestones.map(idOf),
  };
}
