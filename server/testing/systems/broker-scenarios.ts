import { randomUUID } from "node:crypto";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { sealOrders } from "@/server/db/order-feed";
import { planners } from "@/server/domain/planners";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting } from "@/server/pipeline/plan";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { credit, customer, item, order, periods } from "@/server/testing/world/builders";
import { startBrokerWorker, type TestWorker } from "./broker-bench";
import type { BrokerServer } from "./broker-server";
import { until } from "./process";

/** Not ours to understand: what is measured is that each is kept once. */
const event = (id: string, data: unknown = { n: id }): string => JSON.stringify({ specversion: "1.0", id, source: "/shop", type: "com.example.told.v1", data });
const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** What must hold of every broker, against the real server. */
export function brokerScenarios(start: () => Promise<BrokerServer>): void {
  let server: BrokerServer, engine: Engine;
  const workers: TestWorker[] = [];
  const run = (...how: Parameters<typeof startBrokerWorker> extends [unknown, unknown, ...infer Rest] ? Rest : never): TestWorker => { const one = startBrokerWorker(engine, server, ...how); workers.push(one); return one; };
  const kept = (): Promise<number> => engine.value<number>("select count(*)::int from inbound_message where connector = 'broker'");
  const empty = (limitMs = 60_000): Promise<void> => until(async () => (await server.waiting()) === 0, limitMs, "the broker has nothing left");

  beforeAll(async () => { server = await start(); }, 120_000);
  afterAll(async () => { await server.stop(); });
  beforeEach(async () => {
    engine = await createEngine();
    await engine.pool.query("insert into connector (id, type, name, entity, settings) values ('broker', $1, 'Broker', 'US01', '{}')", [server.type]);
  });
  afterEach(async () => { await Promise.all(workers.splice(0).map((one) => one.stop())); await engine.close(); });

  it("10,000 messages, a tenth of them sent twice, are kept once each by two workers and acknowledged", async () => {
    run(); run();
    const all = ids("many", 10_000).map((id) => event(id));
    await server.send(all);
    await server.send(all.slice(0, 1_000));
    await until(async () => (await kept()) === 10_000, 90_000, "10,000 are kept");
    await empty();
    expect(await kept()).toBe(10_000);
    expect(await engine.value("select sum(repeats)::int from message_identity where connector = 'broker'")).toBeGreaterThanOrEqual(1_000);
  });

  it("a worker killed between its commit and the acknowledgement loses nothing and doubles nothing", async () => {
    let committed = 0;
    const victim = run((parts) => ({ ...parts, receive: async (inputs) => { await parts.receive(inputs); committed += inputs.length; return new Promise(() => undefined); } }));
    await server.send(ids("killed", 50).map((id) => event(id)));
    await until(() => Promise.resolve(committed > 0), 20_000, "something is committed");
    await until(async () => (await server.waiting()) === 50, 20_000, "none of them is acknowledged");
    workers.splice(workers.indexOf(victim), 1);
    await victim.kill();
    run();
    await empty(90_000);
    expect(await kept()).toBe(50);
    expect(await engine.value("select count(*)::int from exception_item")).toBe(0);
  });

  it("a message that cannot be kept is set aside after five deliveries, with its bytes and an exception; its neighbours pass", async () => {
    const poison = event("poison", { bad: "bytes" });
    run((parts) => ({ ...parts, receive: (inputs) => (inputs.some(({ sourceMessageId }) => sourceMessageId === "/shop|poison") ? Promise.reject(new Error("it chokes on this one")) : parts.receive(inputs)) }));
    await server.send([...ids("good", 10).map((id) => event(id)), poison, ...ids("fine", 10).map((id) => event(id))]);
    await until(async () => (await kept()) >= 20, 20_000, "the neighbours are kept");
    await until(async () => (await kept()) === 21, 60_000, "it is set aside");
    await empty();
    const [row] = await engine.rows<{ state: string; code: string; message: string; body: Buffer }>("select m.state, e.code, e.message, m.body from exception_item e join inbound_message m on m.id = e.message_id where e.state = 'open'");
    expect(row).toMatchObject({ state: "failed", code: "TEC-05" });
    expect(row?.message).toContain("Set aside");
    expect(JSON.parse(row?.body.toString() ?? "")).toEqual(JSON.parse(poison));
  });

  it("a broker that dies and comes back is connected again and hands over the rest", async () => {
    run();
    await server.send(ids("before", 200).map((id) => event(id)));
    await server.restart();
    await server.send(ids("after", 200).map((id) => event(id)));
    await until(async () => (await kept()) === 400, 90_000, "all are kept");
    await empty();
  });

  it("while the database is away the broker keeps what is beyond the prefetch, and nothing counts as delivered again", async () => {
    let isAway = true;
    run((parts) => ({ ...parts, receive: (inputs) => (isAway ? Promise.reject(Object.assign(new Error("no database"), { code: "ECONNREFUSED" })) : parts.receive(inputs)) }), { settings: { ...server.settings, prefetch: 20 } });
    await server.send(ids("patient", 500).map((id) => event(id)));
    await until(async () => (await server.held()) > 0, 20_000, "some are handed over");
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await server.held()).toBeLessThanOrEqual(20);
    expect(await server.waiting()).toBe(500);
    isAway = false;
    await until(async () => (await kept()) === 500, 60_000, "all are kept");
    await empty();
    expect(await engine.value("select count(*)::int from inbound_message where headers ? 'x-deliveries'")).toBe(0);
  });

  it("what is no event of ours is kept as it came with CTR-01; an order comes in by the front door", async () => {
    const { integrations } = run();
    const { data } = order("SO-1").line("1", "A", 1, "1.00").build();
    await server.send(["{ not json", event("strange"), JSON.stringify({ specversion: "1.0", id: "o1", source: "/shop", type: "com.ledgerline.order.captured.v1", data })]);
    await until(async () => (await kept()) === 3, 20_000, "all are kept");
    await normalizeWaiting({ inbox: engine.stores.inbox, connectors: integrations }, 10);
    expect(await engine.rows("select state, error_code as code, error_at as at, convert_from(body, 'UTF8') like '{ not%' as raw from inbound_message where connector = 'broker' order by state, raw")).toEqual([
      { state: "failed", code: "CTR-01", at: "type", raw: false }, { state: "failed", code: "CTR-01", at: null, raw: true }, { state: "normalized", code: null, at: null, raw: false }]);
    expect(await engine.rows("select type, source, data->>'number' as number from canonical_event")).toEqual([{ type: "order.captured", source: "broker", number: "SO-1" }]);
  });

  it("hostile and huge messages are kept to the byte beside what is right, and so is what an event says beyond its contract", async () => {
    const { integrations } = run();
    const { data } = order("SO-2").line("1", "A", 1, "1.00").build();
    const hostile = [Uint8Array.of(0xff, 0xfe, 0x00), "", `{"specversion":"1.0","id":"deep","source":"/s","type":"t","data":${"[".repeat(50_000)}${"]".repeat(50_000)}}`, "x".repeat(1_000_000)];
    await server.send([...hostile, JSON.stringify({ specversion: "1.0", id: "o2", source: "/shop", type: "com.ledgerline.order.captured.v1", vendorextension: "kept", data: { ...data, theirOwn: { note: "kept too" } } })]);
    await until(async () => (await kept()) === 5, 20_000, "all are kept");
    await empty();
    await normalizeWaiting({ inbox: engine.stores.inbox, connectors: integrations }, 10);
    const rows = await engine.rows<{ state: string; code: string | null; body: Buffer }>("select state, error_code as code, body from inbound_message where connector = 'broker' order by octet_length(body)");
    expect(rows.filter(({ state }) => state === "failed").map(({ code, body }) => [code, body.toString("hex")])).toEqual(hostile.map((body) => Buffer.from(body as Uint8Array)).sort((a, b) => a.length - b.length).map((body) => ["CTR-01", body.toString("hex")]));
    expect(rows.filter(({ state }) => state === "normalized").map(({ body }) => JSON.parse(body.toString()) as unknown)).toMatchObject([{ id: "o2", vendorextension: "kept", data: { number: "SO-2", theirOwn: { note: "kept too" } } }]);
  });

  it("changed orders and their milestones are told, once by id, though the worker dies after telling", async () => {
    await engine.say(periods(1, "2026-01-01 00:00"), customer("C-1"), item("A"), credit("C-1", 1, "2026-01-01 00:00", "1000000.00", "0.00"), ...["SO-1", "SO-2", "SO-3"].map((number) => order(number).line("1", "A", 1, "1.00")));
    while ((await normalizeWaiting(engine.ports, 100)) + (await engine.ports.broadcasts.passOn(100)) + (await planWaiting(engine.ports, planners, 50)) > 0);
    await sealOrders(engine.pool);
    const earlier = (await server.told()).length;
    const forgetful = run((parts) => ({ ...parts, telling: { ...parts.telling, told: () => new Promise(() => undefined) } }));
    await until(async () => (await server.told()).length > earlier, 20_000, "something is told");
    workers.splice(workers.indexOf(forgetful), 1);
    await forgetful.kill();
    run();
    await until(async () => (await engine.value("select count(*)::int from order_told")) === 3, 30_000, "the broker has confirmed");
    const told = (await server.told()).slice(earlier), once = new Map(told.map((one) => [one.id, one]));
    expect([...once.values()].filter(({ topic }) => topic === "order.changed").map(({ body }) => (JSON.parse(body) as { data: { number: string } }).data.number).sort()).toEqual(["SO-1", "SO-2", "SO-3"]);
    expect([...once.values()].filter(({ topic }) => topic.startsWith("order.reached.")).length).toBe(await engine.value("select count(*)::int from milestone m join subject s on s.id = m.subject_id where s.kind = 'order'"));
    expect([...once.values()].every(({ id, body }) => (JSON.parse(body) as { id: string }).id === id)).toBe(true);
    if (server.type === "nats") expect(told.length).toBe(once.size);
  });

  it("a wrong password pauses the connector at once, with TEC-02, and is told nowhere", async () => {
    const wrong = `wrong-${randomUUID()}`, lines: string[] = [];
    run((parts) => ({ ...parts, logger: pino({ level: "trace" }, { write: (line) => { lines.push(line); } }) }), { secrets: { password: wrong } });
    await until(async () => (await engine.value("select state from connector where id = 'broker'")) === "paused", 30_000, "it is paused");
    expect(await engine.rows("select code from exception_item where state = 'open'")).toEqual([{ code: "TEC-02" }]);
    expect(JSON.stringify(await engine.rows("select c.paused_reason, c.last_error, e.message from connector c, exception_item e"))).not.toContain(wrong);
    expect(lines.join("\n")).not.toContain(wrong);
  });
}
