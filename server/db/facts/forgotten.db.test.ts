import { afterEach, beforeEach, expect, test } from "vitest";
import type { CanonicalEvent } from "@/server/domain/facts";
import { planners } from "@/server/domain/planners";
import type { SubjectId } from "@/server/domain/subject";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { runToRest } from "@/server/testing/memory/ports";
import { event, item } from "@/server/testing/world/builders";
import { testPolicy } from "@/server/testing/world/defaults";
import { loadJobs, lockSubject } from "../plan/load";
import { transaction } from "../statement";
import { recordEvents } from "./record-events";

let engine: Engine;
beforeEach(async () => {
  engine = await createEngine({ policy: { ...testPolicy, routes: [...testPolicy.routes, { document: "*", capability: "stock", connector: "shop", mode: "act", managedFrom: "2000-01-01T00:00:00.000Z" }] } });
  await engine.say(item("A"));
  await runToRest(engine.ports, planners);
});
afterEach(async () => { await engine.close(); });

const subject = "US01:stock_position:A/W1" as SubjectId, begun = Date.now() - 3_600_000;
const word = (source: "wms" | "shop", version: number, onHand: number) => {
  const at = new Date(begun + version * 1000).toISOString();
  return { event: { id: `${source}-${version}`, type: "stock.positioned", source, entity: "US01", occurredAt: at, correlationId: "c", data: { item: "A", warehouse: "W1", version, onHand: String(onHand), allocated: "0", at } } as CanonicalEvent, subject, messageId: null, recordedAt: at };
};
const record = (told: ReturnType<typeof word>[]) => transaction(engine.pool, (client) => recordEvents(client, engine.stores.policies, told));
/** What a plan of the position reads. */
const read = () => transaction(engine.pool, async (client) => {
  await client.query("insert into wake (subject_id, due_at) values ($1, now() - interval '1 second')", [subject]);
  const [job] = await loadJobs(client, engine.stores.policies, await lockSubject(client, subject));
  return { facts: job?.facts ?? [], commands: job?.commands ?? [] };
});
const versions = (facts: Awaited<ReturnType<typeof read>>["facts"], source: string) => facts.filter((fact) => fact.source === source).map(({ version }) => version).sort((a, b) => a - b);
const newest = (last: number) => Array.from({ length: 20 }, (_, index) => last - 19 + index);

test("of 2,000 counts of each side a plan reads the twenty newest, in whatever order they came; what said them is all kept", async () => {
  const words = Array.from({ length: 2000 }, (_, index) => [word("wms", index + 1, 5000 - index), word("shop", index + 1, 5000 - index)]).flat();
  // late ones among them: each batch goes backwards
  for (let at = 0; at < words.length; at += 100) await record(words.slice(at, at + 100).reverse());
  const { facts } = await read();
  expect([versions(facts, "wms"), versions(facts, "shop"), facts.length]).toEqual([newest(2000), newest(2000), 40]);
  expect(await engine.value("select count(*)::int from canonical_event where subject_id = $1", [subject])).toBe(4000);
  // one that was forgotten and is told again by itself, or by another message, changes nothing
  expect(await record([word("wms", 7, 4994), { ...word("wms", 8, 1), event: { ...word("wms", 8, 1).event, id: "again" } }])).toMatchObject({ refused: [], exceptions: [] });
  expect(versions((await read()).facts, "wms")).toEqual(newest(2000));
}, 120_000);

test("several who tell of the same position at once wait for nobody, and leave the newest", async () => {
  await Promise.all([1, 2, 3, 4].map(async (writer) => { for (let n = 0; n < 25; n++) await record([word(n % 2 === 0 ? "wms" : "shop", n * 4 + writer, n), word(n % 2 === 0 ? "shop" : "wms", n * 4 + writer, n)]); }));
  await record([word("wms", 101, 1), word("shop", 101, 1)]);
  const { facts } = await read();
  expect([versions(facts, "wms"), versions(facts, "shop")]).toEqual([newest(101), newest(101)]);
}, 60_000);

test("of its statements a plan reads the last and the one before it, and the next goes on from there", async () => {
  await record([word("shop", 1, 900)]);
  for (let round = 1; round <= 12; round++) {
    await engine.say(event("stock.positioned", new Date().toISOString(), { item: "A", warehouse: "W1", version: round, onHand: String(500 + round), allocated: "0", at: new Date().toISOString() }, "wms"));
    await runToRest(engine.ports, planners);
    await engine.pool.query("update command set due_at = now() - interval '1 second', first_sent_at = first_sent_at - interval '2 minutes', created_at = created_at - interval '2 minutes' where kind = 'update_stock'");
    await runToRest(engine.ports, planners);
    expect((await read()).commands.length).toBeLessThanOrEqual(2);
  }
  const { commands } = await read();
  expect(commands.map(({ sequence, state }) => [sequence, state]).sort()).toEqual([[11, "confirmed"], [12, "confirmed"]]);
  expect(await engine.rows("select count(*)::int as count, count(*) filter (where superseded)::int as history, max(payload->>'available') as last from command where kind = 'update_stock' and state = 'confirmed'")).toEqual([{ count: 12, history: 10, last: "512" }]);
}, 60_000);
