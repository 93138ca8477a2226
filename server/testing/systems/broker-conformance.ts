import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { integrationsOf } from "@/server/integrations/contract/testing/conformance";
import type { BrokerConnection, BrokerMessage, OutboundEvent, Taken } from "@/server/integrations/contract/broker";
import { connectorTypes } from "@/server/integrations/registry";
import type { BrokerServer } from "./broker-server";
import { certificate, type Certificate } from "./certificate";
import { cuttingProxy } from "./cutting-proxy";
import { until } from "./process";

export type StartBroker = (secure?: Certificate) => Promise<BrokerServer>;
/** The broker gives back what nobody acknowledged within half a minute at the latest. */
const backMs = 60_000;

const event = (id: string, more: object = {}): string => JSON.stringify({ specversion: "1.0", id, source: "/shop", type: "com.example.told.v1", data: { n: id }, ...more });
const outbound = (id: string): OutboundEvent => ({ id, topic: "order.changed", body: JSON.stringify({ id }) });
const idsOf = (messages: readonly BrokerMessage[]): string[] => messages.map(({ sourceMessageId }) => sourceMessageId.replace("/shop|", ""));
const settled = <T>(work: Promise<T>): Promise<T | Error> => work.catch((error: unknown) => error as Error);

/** What a broker's connector promises as source and as sink, proved over its own connection against the real server. */
export function conformsAsBroker(start: StartBroker): void {
  let server: BrokerServer;
  const opened: BrokerConnection[] = [];
  const opening = (of: BrokerServer, over: Record<string, unknown> = {}) => {
    const connector = connectorTypes.get(of.type);
    if (!connector) throw new Error(of.type);
    return integrationsOf({ connector, settings: { ...of.settings, ...over }, secrets: of.secrets, codes: {} }, "").openBroker("under-test", AbortSignal.timeout(20_000));
  };
  const open = async (over: Record<string, unknown> = {}, of = server): Promise<BrokerConnection> => {
    const answer = await opening(of, over);
    if (!answer.ok) throw new Error(answer.error.message);
    opened.push(answer.value);
    return answer.value;
  };
  /** Reads until told to stop; every message that came stands in `seen`, in the order in which it came. */
  const reading = (connection: BrokerConnection, verdict: (message: BrokerMessage) => Taken | Promise<Taken> = () => "taken") => {
    const seen: BrokerMessage[] = [], stopping = new AbortController();
    const ended = settled(connection.consume(async (messages) => { seen.push(...messages); return Promise.all(messages.map(async (message) => verdict(message))); }, stopping.signal));
    return { seen, ended, stop: async () => { stopping.abort(); return ended; } };
  };
  const drained = (of = server) => until(async () => (await of.waiting()) === 0, backMs, "the broker has nothing left");

  beforeAll(async () => { server = await start(); }, 120_000);
  afterAll(async () => { await server.stop(); });
  afterEach(async () => { await Promise.all(opened.splice(0).map((one) => one.close().catch(() => undefined))); });

  it("acknowledges a message only once it is taken", async () => {
    let take: (verdict: Taken) => void = () => undefined;
    const taken = new Promise<Taken>((resolve) => { take = resolve; });
    const read = reading(await open(), () => taken);
    await server.send(["a1", "a2", "a3"].map((id) => event(id)));
    await until(async () => read.seen.length > 0 && (await server.held()) === 3, 20_000, "they are handed over");
    expect(await server.waiting()).toBe(3);
    take("taken");
    await drained();
    expect(await read.stop()).toBeUndefined();
    expect(idsOf(read.seen).sort()).toEqual(["a1", "a2", "a3"]);
  });

  it("brings what was not taken again, to the byte, and counts how often", async () => {
    const read = reading(await open(), ({ deliveries }) => (deliveries === 1 ? "again" : "taken"));
    await server.send([event("b1")]);
    await until(() => Promise.resolve(read.seen.length === 2), backMs, "it came again");
    await drained();
    await read.stop();
    const [first, second] = read.seen;
    expect([first?.deliveries, second?.deliveries]).toEqual([1, 2]);
    expect(second).toEqual({ ...first, deliveries: 2 });
  });

  it("knows a message that was sent twice, whatever the order of its fields, and one that comes out of order", async () => {
    const read = reading(await open());
    await server.send([event("c2"), event("c1"), JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(event("c2")) as object).reverse())), event("c2", { data: { n: "other" } })]);
    await until(() => Promise.resolve(read.seen.length === 4), 20_000, "all came");
    await read.stop();
    expect(idsOf(read.seen)).toEqual(["c2", "c1", "c2", "c2"]);
    const [one, , again, other] = read.seen;
    expect([again?.digest === one?.digest, other?.digest === one?.digest]).toEqual([true, false]);
  });

  it("hands over whatever bytes there are, unknown attributes and all", async () => {
    const bodies: readonly (string | Uint8Array)[] = ["", "{", "\u0000", Uint8Array.of(0xff, 0xfe, 0x00, 0x7b), `{"specversion":"1.0","id":"d","source":"/s","type":"t","data":${"[".repeat(50_000)}${"]".repeat(50_000)}}`, "x".repeat(900_000)];
    const read = reading(await open());
    await server.send(bodies);
    await server.send([event("d7", { vendorextension: { deep: [1] } })]);
    await until(() => Promise.resolve(read.seen.length === bodies.length + 1), 20_000, "all came");
    await drained();
    await read.stop();
    expect(read.seen.slice(0, -1).map(({ body }) => Buffer.from(body))).toEqual(bodies.map((body) => Buffer.from(body)));
    expect(JSON.parse(Buffer.from(read.seen.at(-1)?.body ?? []).toString())).toMatchObject({ id: "d7", vendorextension: { deep: [1] } });
  });

  it("says that a connection broke while messages were out, and they come again to whoever connects next", async () => {
    const way = await cuttingProxy(`tcp://127.0.0.1:${server.port}`);
    onTestFinished(() => way.close());
    const url = (server.settings["url"] as string).replace(String(server.port), new URL(way.url).port);
    let take: (verdict: Taken) => void = () => undefined;
    const taken = new Promise<Taken>((resolve) => { take = resolve; });
    const cut = reading(await open({ url }), () => taken);
    await server.send(["e1", "e2"].map((id) => event(id)));
    await until(async () => cut.seen.length > 0 && (await server.held()) === 2, 20_000, "they are handed over");
    way.make("away");
    take("taken");
    expect(await cut.ended).toBeInstanceOf(Error);
    expect(await opening(server, { url })).toMatchObject({ ok: false, error: { code: "TEC-01" } });
    way.make("open");
    const next = reading(await open({ url }));
    await drained();
    await next.stop();
    expect([...new Set(idsOf(next.seen))].sort()).toEqual(["e1", "e2"]);
    expect(next.seen.every(({ deliveries }) => deliveries > 1)).toBe(true);
  });

  it("does not say that it told what the broker did not confirm; told again, it is known by its id", async () => {
    const way = await cuttingProxy(`tcp://127.0.0.1:${server.port}`);
    onTestFinished(() => way.close());
    const url = (server.settings["url"] as string).replace(String(server.port), new URL(way.url).port);
    const before = (await server.told()).length, events = ["f1", "f2", "f3"].map(outbound);
    way.cut({ when: /"f1"/, lose: "answer" });
    expect(await settled((await open({ url })).publish(events))).toBeInstanceOf(Error);
    expect(way.struck()).toBe(1);
    await (await open({ url })).publish(events);
    const told = (await server.told()).slice(before);
    expect([...new Set(told.map(({ id }) => id))].sort()).toEqual(["f1", "f2", "f3"]);
    expect(told.filter(({ id, body }) => (JSON.parse(body) as { id: string }).id !== id)).toEqual([]);
    // JetStream drops repeats itself, RabbitMQ marks them
    expect(told.length > 3).toBe(server.type === "rabbitmq");
  });

  it("tells nothing to a broker that is gone, and says so", async () => {
    const connection = await open();
    await server.kill();
    expect(await settled(connection.publish([outbound("g1")]))).toBeInstanceOf(Error);
    await server.restart();
    expect((await server.told()).some(({ id }) => id === "g1")).toBe(false);
  });

  describe("encrypted", () => {
    let own: Certificate, strange: Certificate, secure: BrokerServer;
    beforeAll(async () => { own = certificate(); strange = certificate(); secure = await start(own); }, 120_000);
    afterAll(async () => { await secure.stop(); own.remove(); strange.remove(); });

    it("reads and tells under a certificate of the authority that its settings name", async () => {
      const connection = await open({}, secure), read = reading(connection);
      await secure.send([event("h1")]);
      await connection.publish([outbound("h2")]);
      await drained(secure);
      await read.stop();
      expect([idsOf(read.seen), (await secure.told()).map(({ id }) => id)]).toEqual([["h1"], ["h2"]]);
    });
    it.each([
      ["of an authority that nobody named", () => ({ authority: "" })],
      ["of another authority", () => ({ authority: strange.authority })],
      ["of another name", () => ({ url: (secure.settings["url"] as string).replace("localhost", "127.0.0.1") })],
    ])("refuses a certificate %s, and says why", async (_, over) => {
      const answer = await opening(secure, over());
      expect(answer).toMatchObject({ ok: false, error: { code: "TEC-01", message: expect.stringMatching(/certificate of (localhost|127\.0\.0\.1) was refused \(.+\)/) as string } });
      expect(JSON.stringify(answer)).not.toContain(secure.secrets.password);
    });
    it("does without encryption at neither end where one asks for it", async () => {
      const plain = (server.settings["url"] as string).split(":")[0] ?? "", encrypted = (secure.settings["url"] as string).split(":")[0] ?? "";
      expect(await opening(secure, { url: `${plain}://localhost:${secure.port}` })).toMatchObject({ ok: false });
      expect(await opening(server, { url: `${encrypted}://localhost:${server.port}`, authority: own.authority })).toMatchObject({ ok: false, error: { code: "TEC-01" } });
    });
  });
}
