import { expect, test } from "vitest";
import { eventsOf } from "./order-events";
import type { ChangedOrder } from "./ports";

const changed = (over: Partial<ChangedOrder> = {}): ChangedOrder => ({
  subjectId: "US01|order|SO-1", key: "SO-1", told: [],
  order: { number: "SO-1", entity: "US01", customer: "C-1", customerName: null, channel: null, currency: "USD", placedAt: null, stage: null, stageSince: null, tracks: {}, facets: [], amounts: {}, complete: false, whyNotPosted: null, updatedAt: "2026-03-02T14:00:01.000Z", identifiers: [] },
  milestones: [{ name: "placed", slot: "", occurredAt: "2026-03-02T13:00:00.000Z", document: null }, { name: "shipped", slot: "SH-1", occurredAt: "2026-03-02T14:00:00.000Z", document: "SH-1" }],
  ...over,
});

test("an order is told as it stands, with each milestone once and under the same id for ever", () => {
  const first = eventsOf(changed());
  expect(first.events.map(({ id, topic }) => [id, topic])).toEqual([
    ["US01/SO-1/placed/2026-03-02T13:00:00.000Z", "order.reached.placed"], ["US01/SO-1/shipped/SH-1/2026-03-02T14:00:00.000Z", "order.reached.shipped"], ["US01/SO-1/2026-03-02T14:00:01.000Z", "order.changed"]]);
  expect(eventsOf(changed())).toEqual(first);
  expect(eventsOf(changed({ told: first.milestones })).events.map(({ topic }) => topic)).toEqual(["order.changed"]);
});

test("each is a CloudEvent whose source says that it is ours", () => {
  const [reached] = eventsOf(changed()).events;
  expect(JSON.parse(reached?.body ?? "")).toEqual({
    specversion: "1.0", id: reached?.id, source: "ledgerline/US01", type: "com.ledgerline.order.reached.v1", time: "2026-03-02T13:00:00.000Z", subject: "order/SO-1", datacontenttype: "application/json",
    data: { order: "SO-1", entity: "US01", milestone: "placed", slot: "", occurredAt: "2026-03-02T13:00:00.000Z", document: null },
  });
});
