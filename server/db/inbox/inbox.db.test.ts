import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import type { InboundInput } from "@/server/pipeline/ports";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { messageOf } from "@/server/testing/memory/landscape";
import { receive } from "@/server/pipeline/receive";
import { customer, order } from "@/server/testing/world/builders";

let engine: Engine;
beforeAll(async () => { engine = await createEngine(); });
afterAll(async () => { await engine.close(); });

const raw = (sourceMessageId: string, text: string): InboundInput =>
  ({ connector: "shop", sourceMessageId, digest: `digest of ${text}`, contentType: "application/json", headers: { a: "b" }, body: new TextEncoder().encode(text), correlationId: "trace" });

describe("the idempotent receiver", () => {
  it("stores one of many at the same time, in batches with their ids in any order", async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `same-${index}`);
    const batches = Array.from({ length: 12 }, (_, turn) => [...ids.slice(turn), ...ids.slice(0, turn)].map((id) => raw(id, id)));
    const answers = (await Promise.all(batches.map((batch) => engine.stores.inbox.store(batch)))).flat();
    expect(answers.filter(({ verdict }) => verdict === "accepted")).toHaveLength(20);
    expect(answers.filter(({ verdict }) => verdict === "repeated")).toHaveLength(220);
    expect(await engine.value("select count(*)::int from inbound_message where source_message_id like 'same-%'")).toBe(20);
    expect(await engine.value("select sum(repeats)::int from message_identity where source_message_id like 'same-%'")).toBe(220);
  });

  it("keeps the bytes as they came", async () => {
    const body = new Uint8Array([0, 255, 10, 13, 92, 39, 123]);
    const [stored] = await engine.stores.inbox.store([{ ...raw("bytes", "x"), body }]);
    const kept = await engine.value<Buffer>("select body from inbound_message where id = $1", [stored?.id]);
    expect([...kept]).toEqual([...body]);
  });

  it("tells the same id with other content, keeps both, and opens one exception however often it comes", async () => {
    const [first] = await engine.stores.inbox.store([raw("twice", "one")]);
    const [second] = await engine.stores.inbox.store([raw("twice", "two")]);
    const [third, fourth] = await engine.stores.inbox.store([raw("twice", "two"), raw("twice", "one")]);
    expect([first?.verdict, second?.verdict, third?.verdict, fourth?.verdict]).toEqual(["accepted", "conflict", "conflict", "repeated"]);
    expect(third?.id).toBe(second?.id);
    expect(await engine.rows("select state, error_code from inbound_message where source_message_id like 'twice%' order by id")).toEqual([{ state: "received", error_code: null }, { state: "failed", error_code: "CTR-02" }]);
    expect(await engine.value("select count(*)::int from exception_item where code = 'CTR-02' and state = 'open'")).toBe(1);
  });

  it("knows a repeat inside one batch", async () => {
    const answers = await engine.stores.inbox.store([raw("in-batch", "x"), raw("in-batch", "x"), raw("in-batch", "y")]);
    expect(answers.map(({ verdict }) => verdict)).toEqual(["accepted", "repeated", "conflict"]);
  });
});

describe("waiting messages", () => {
  it("are taken by one worker only", async () => {
    await engine.pool.query("update inbound_message set state = 'excluded'");
    await engine.stores.inbox.store(Array.from({ length: 60 }, (_, index) => raw(`take-${index}`, `take ${index}`)));
    const taken = (await Promise.all(Array.from({ length: 6 }, () => engine.stores.inbox.claimWaiting(20, 60_000)))).flat();
    expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length);
    expect(taken.every(({ deaths, entity }) => deaths === 0 && entity === "US01")).toBe(true);
  });

  it("come alone after somebody died over them, and are set aside at the third death", async () => {
    await engine.pool.query("update inbound_message set state = 'excluded'");
    await engine.stores.inbox.store([raw("innocent", "[]"), raw("poison", "[]")]);
    expect(await engine.stores.inbox.claimWaiting(10, 0)).toHaveLength(2);
    const alone: string[][] = [];
    for (let claim = 0; claim < 4; claim++) {
      const taken = await engine.stores.inbox.claimWaiting(10, 0);
      alone.push(taken.map(({ sourceMessageId, deaths }) => `${sourceMessageId} ${deaths}`));
      const innocent = taken.find(({ sourceMessageId }) => sourceMessageId === "innocent");
      if (innocent) await engine.stores.inbox.settle([{ id: innocent.id, verdict: "excluded", why: "nothing in it" }]);
    }
    expect(alone).toEqual([["innocent 1"], ["poison 1"], ["poison 2"], ["poison 3"]]);
    await normalizeWaiting(engine.ports, 10);
    expect(await engine.rows("select state, error_code from inbound_message where source_message_id = 'poison'")).toEqual([{ state: "failed", error_code: "TEC-05" }]);
  });

  it("over which somebody died are not kept waiting by those that come after", async () => {
    await engine.pool.query("update inbound_message set state = 'excluded'");
    await engine.stores.inbox.store([raw("early", "[]")]);
    await engine.stores.inbox.claimWaiting(10, 0);
    const taken: string[][] = [];
    for (let turn = 0; turn < 3; turn++) {
      await engine.stores.inbox.store([raw(`later-${turn}`, "[]")]);
      taken.push((await engine.stores.inbox.claimWaiting(10, 60_000)).map(({ sourceMessageId }) => sourceMessageId));
    }
    expect(taken).toEqual([["early"], ["later-0", "later-1"], ["later-2"]]);
  });

  it("that cannot be read are kept, and close their exception when they are mended and replayed", async () => {
    await engine.stores.inbox.store([raw("unreadable", JSON.stringify({ poison: true }))]);
    await normalizeWaiting(engine.ports, 10);
    expect(await engine.rows("select state, error_code, error_at from inbound_message where source_message_id = 'unreadable'")).toEqual([{ state: "failed", error_code: "CTR-01", error_at: "lines.3.quantity" }]);
    expect(await engine.rows("select g.state, g.team, i.state as item from exception_group g join exception_item i using (fingerprint) where g.code = 'CTR-01'")).toEqual([{ state: "new", team: "integration", item: "open" }]);
    await engine.pool.query("update inbound_message set state = 'received', body = '[]' where source_message_id = 'unreadable'");
    await normalizeWaiting(engine.ports, 10);
    expect(await engine.rows("select state, resolution from exception_item where code = 'CTR-01'")).toEqual([{ state: "resolved", resolution: "closed_by_evidence" }]);
    expect(await engine.value("select state from exception_group where code = 'CTR-01'")).toBe("resolved");
  });

  it("whose event id is known with other content fail, and the first event stays", async () => {
    await engine.stores.inbox.store([messageOf(customer("C-1"), "event")]);
    await normalizeWaiting(engine.ports, 10);
    await engine.pool.query("update inbound_message set state = 'received', body = $1 where source_message_id = 'event'", [Buffer.from(JSON.stringify([customer("C-2")]))]);
    await normalizeWaiting(engine.ports, 10);
    expect(await engine.rows("select state, error_code from inbound_message where source_message_id = 'event'")).toEqual([{ state: "failed", error_code: "CTR-02" }]);
    expect(await engine.value("select data->>'customer' from canonical_event")).toBe("C-1");
  });
});

describe("text that no column takes", () => {
  const bad: [string, string][] = [["U+0000", "a\u0000b"], ["half of a surrogate pair", "a\ud83d"]];
  const state = (id: string) => engine.rows("select state, error_code, error_at from inbound_message where source_message_id = $1", [id]);

  it.each(bad)("%s deep in one message is CTR-01 at its place, the bytes are kept, and the messages beside it go on", async (name, text) => {
    const broken = order(`SO-2${name}`).line("1", "A", 1, "1.00").line("2", "B", 1, "1.00", { description: text });
    await receive(engine.stores.inbox, [messageOf(order(`SO-1${name}`), `${name} 1`), messageOf(broken, `${name} 2`), messageOf(order(`SO-3${name}`), `${name} 3`)]);
    await normalizeWaiting(engine.ports, 10);
    expect(await state(`${name} 2`)).toEqual([{ state: "failed", error_code: "CTR-01", error_at: "lines.1.description" }]);
    expect([await state(`${name} 1`), await state(`${name} 3`)]).toMatchObject([[{ state: "normalized" }], [{ state: "normalized" }]]);
    const kept = await engine.value<Buffer>("select body from inbound_message where source_message_id = $1", [`${name} 2`]);
    expect(JSON.stringify(JSON.parse(kept.toString()))).toContain(JSON.stringify(text).slice(1, -1));
  });

  it("in a feed's own number or trace keeps the message all the same, and its page with it", async () => {
    const page = [raw("page-1", "[]"), { ...raw("page-\u0000-2", "[]"), correlationId: "t\ud800" }, raw("page-3", "[]")];
    expect((await receive(engine.stores.inbox, page)).map(({ verdict }) => verdict)).toEqual(["accepted", "accepted", "accepted"]);
    expect((await receive(engine.stores.inbox, page)).map(({ verdict }) => verdict)).toEqual(["repeated", "repeated", "repeated"]);
  });

  it("in what a connector says about a message does not stop it from being set aside", async () => {
    const [message] = await receive(engine.stores.inbox, [raw("complaint", "[]")]);
    await engine.stores.inbox.settle([{ id: message?.id ?? "", verdict: "failed", failure: { code: "CTR-01", message: "no contract x\u0000", at: "a.\ud800" } }]);
    expect(await state("complaint")).toEqual([{ state: "failed", error_code: "CTR-01", error_at: "a.\ufffd" }]);
  });
});

it("a message that cannot be written fails alone: its neighbours are taken in the same turn, and nobody is said to have died", async () => {
  await engine.pool.query("update inbound_message set state = 'excluded'");
  const year0 = { ...order("SO-Y2").build(), at: "0000-01-01T00:00:00.000Z" };
  await receive(engine.stores.inbox, [messageOf(order("SO-Y1"), "year 1"), messageOf(year0, "year 2"), messageOf(order("SO-Y3"), "year 3")]);
  await normalizeWaiting(engine.ports, 10);
  expect(await engine.rows("select source_message_id as id, state, error_code as code, deaths from inbound_message where source_message_id like 'year %' order by id")).toMatchObject([
    { id: "year 1", state: "normalized" }, { id: "year 2", state: "failed", code: "TEC-05" }, { id: "year 3", state: "normalized" }]);
  expect(await engine.value("select message from exception_item where code = 'TEC-05' and state = 'open' order by id desc limit 1")).toContain("cannot be written");
});
