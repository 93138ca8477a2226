import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey, readClient } from "@/server/db/keys";
import { readHealth } from "@/server/db/health";
import { isOutage } from "@/server/db/outage";
import { createQuery } from "@/server/db/query";
import { examples } from "@/server/domain/contracts/examples";
import { receive } from "@/server/pipeline/receive";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { postEvents, type EventResult } from "./events";
import type { Doors } from "./door";

let engine: Engine, services: Doors, secret: string;
beforeAll(async () => {
  engine = await createEngine();
  services = { query: createQuery(engine.pool), receive: (inputs) => receive(engine.stores.inbox, inputs), clientOf: (bearer) => readClient(engine.pool, bearer), verifyWebhook: () => Promise.reject(new Error("not asked")), health: () => readHealth(engine.pool), isOutage };
  ({ secret } = await createKey(engine.pool, { name: "test", entity: "US01", source: "shop", scopes: ["events:*", "orders:read"], createdBy: "test", expiresAt: null }));
});
afterAll(async () => { await engine.close(); });

let events = 0;
const event = (over: Record<string, unknown> = {}): Record<string, unknown> => ({ specversion: "1.0", id: `e-${events += 1}`, source: "/test", type: "com.ledgerline.order.captured.v1", time: "2026-03-02T10:00:00Z", data: examples["order.captured"], ...over });
async function sends(...list: unknown[]): Promise<EventResult[]> {
  const answer = await postEvents(services, new Request("http://tower.test/api/v1/events", { method: "POST", headers: { authorization: `Bearer ${secret}`, "content-type": "application/cloudevents-batch+json" }, body: JSON.stringify(list) }));
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { results: EventResult[] }).results;
}

describe("text that cannot be kept", () => {
  const order = examples["order.captured"] as { lines: object[] };
  it.each<[string, Record<string, unknown>, string]>([
    ["in the id", { id: "a\u0000b" }, "/id"],
    ["in the correlation id", { correlationid: "a\ud800" }, "/correlationid"],
    ["in the source", { source: "\udc00" }, "/source"],
    ["in an attribute that we do not know", { partner: { name: "x\u0000" } }, "/partner/name"],
    ["deep in the data", { data: { ...order, lines: [{ ...order.lines[0], description: "x\u0000" }] } }, "/data/lines/0/description"],
    ["in a name", { data: { ...order, "a\u0000": 1 } }, "/data"],
  ])("%s is refused at its place, and the event beside it is taken", async (_, over, pointer) => {
    expect(await sends(event(), event(over), event())).toMatchObject([{ status: "accepted" }, { status: "refused", code: "TEXT", pointer }, { status: "accepted" }]);
  });
});
