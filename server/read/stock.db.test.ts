import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createQuery } from "@/server/db/query";
import { createDesk } from "@/server/db/desk";
import { planners } from "@/server/domain/planners";
import { ok } from "@/server/domain/result";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { grant, person } from "@/server/testing/memory/people";
import { runToRest } from "@/server/testing/memory/ports";
import { at, event, item } from "@/server/testing/world/builders";
import { testPolicy } from "@/server/testing/world/defaults";
import { stockFigures, stockRows, type StockRow } from "./stock";

let engine: Engine;
const acting = { ...testPolicy, routes: [...testPolicy.routes, { document: "*", capability: "stock", connector: "shop", mode: "act", managedFrom: "2000-01-01T00:00:00.000Z" } as const] };
beforeEach(async () => { engine = await createEngine({ policy: acting }); await rest(item("A"), item("B"), item("C")); });
afterEach(async () => { await engine.close(); });

const rest = async (...told: Parameters<Engine["say"]>): Promise<void> => { if (told.length > 0) await engine.say(...told); await runToRest(engine.ports, planners); };
const counts = (source: string, code: string, when: string, onHand: number, allocated = 0, warehouse = "W1") =>
  event("stock.positioned", at(when), { item: code, warehouse, version: Date.parse(at(when)), onHand: String(onHand), allocated: String(allocated), at: at(when) }, source);
const ops = person("olga", grant({ role: "ops" })), viewer = person("vic", grant({ role: "viewer" }));
const desk = () => createDesk(engine.pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
const list = async (over: { show?: StockRow["standing"]; find?: string } = {}): Promise<StockRow[]> => (await stockRows(createQuery(engine.pool), null, { limit: 50, ...over })).items;
const sends = () => engine.landscape.sends.filter((key) => key.startsWith("update_stock"));
/** What Vendure does: of 3 ordered 2 left, and the one that was cancelled comes back on the shelf that it never left. */
const drifted = () => rest(counts("wms", "A", "2026-03-02 08:00", 50), counts("wms", "A", "2026-03-02 09:00", 48), counts("shop", "A", "2026-03-02 09:30", 49));
/** The moment in which both may be heard has passed. */
const later = async () => { await engine.pool.query("update fact set recorded_at = recorded_at - interval '5 minutes' where type = 'stock.positioned'"); await engine.pool.query("insert into wake (subject_id) select id from subject where kind = 'stock_position'"); await rest(); };

describe("a drift", () => {
  test("is on the list with both counts, its age and cause; written back by a person, it ends when the channel says the same", async () => {
    await drifted();
    expect(await engine.rows("select code from exception_item where state = 'open'")).toEqual([]);
    await later();
    const [row] = await list();
    expect(row).toMatchObject({ item: "A", warehouse: "W1", keeper: "wms", channel: "shop", standing: "drift", free: "48", channelFree: "49", difference: "1", statement: "none", fingerprint: "STK-02|connector=shop|item=A|entity=US01", cause: expect.stringContaining("a cancellation that gave back more than was kept") as string });
    expect([sends(), row?.exception !== null, await engine.rows("select code, kind, owner from exception_item i join lateral (select team as owner from exception_group g where g.fingerprint = i.fingerprint limit 1) g on true where state = 'open'")]).toEqual([[], true, [{ code: "STK-02", kind: "drift", owner: "order_desk" }]]);
    const shown = await desk().remedies(ops, row?.exception ?? ""), writeBack = shown.ok ? shown.value.find(({ verb }) => verb === "write_back") : undefined;
    if (!row?.exception || !writeBack) throw new Error(JSON.stringify(shown));
    const { verb, target, digest } = writeBack, decide = (who: typeof ops) => desk().remedy(who, row.exception ?? "", { verb, target, digest, given: {} }, "counted it ourselves");
    expect([writeBack.title, writeBack.why, await decide(viewer)]).toMatchObject(["Write 48 back to shop", null, { ok: false, error: { code: "FORBIDDEN" } }]);
    expect(await decide(ops)).toMatchObject({ ok: true });
    // Only the channel's own word ends it: the plan that asks for the statement finds the drift still there.
    await engine.pool.query("update connector set state = 'paused' where id = 'shop'");
    await rest();
    expect([(await list())[0], await engine.rows("select lane, capability, state from command where kind = 'update_stock'")]).toMatchObject([{ standing: "drift", statement: "wanted" }, [{ lane: "bulk", capability: "stock", state: "wanted" }]]);
    await engine.pool.query("update connector set state = 'active' where id = 'shop'");
    await rest();
    expect(sends()).toEqual(["update_stock|US01:stock_position:A/W1|shop|1"]);
    expect(await engine.rows("select state, resolution, resolved_by from exception_item")).toEqual([{ state: "resolved", resolution: "fixed_and_verified", resolved_by: null }]);
    expect([(await list())[0], await engine.rows("select actor, action, reason from audit_entry")]).toMatchObject([{ standing: "in_step", channelFree: "48", difference: "0", exception: null }, [{ actor: "olga", action: "exception.write_back", reason: "counted it ourselves" }]]);
  });
  test("comes before what is behind, told and in step; each is counted and found, and only in one's entities", async () => {
    await drifted();
    await rest(counts("shop", "B", "2026-03-02 08:00", 7), counts("wms", "B", "2026-03-02 08:01", 7), counts("wms", "C", "2026-03-02 08:01", 7), counts("shop", "X-9", "2026-03-02 08:01", 7));
    const query = createQuery(engine.pool);
    expect((await list()).map(({ item: code, standing }) => [code, standing])).toEqual([["A", "drift"], ["C", "other"], ["B", "in_step"]]);
    expect(await stockFigures(query, null)).toMatchObject({ drift: 1, behind: 0, told: 0, in_step: 1, other: 1, unread: 1, oldest: expect.any(String) as string });
    expect([(await list({ show: "in_step" })).length, (await list({ find: "b in w" })).map(({ item: code }) => code), (await list({ find: "%" })).length]).toEqual([1, ["B"], 0]);
    expect([(await stockRows(query, ["US02"], { limit: 9 })).items, (await stockFigures(query, ["US02"])).drift]).toEqual([[], 0]);
    const first = await stockRows(query, null, { limit: 2 }), rest2 = await stockRows(query, null, { limit: 2, cursor: first.next ?? "" });
    expect([...first.items, ...rest2.items].map(({ item: code }) => code)).toEqual(["A", "C", "B"]);
  });
});

test("a channel in its own codes is told of what the warehouse says, once a minute and only the last, beside a posting that waits for nothing", async () => {
  const map = (kind: "item" | "warehouse", code: string, canonical: string) => event("code.mapped", at("2026-03-01 08:00"), { kind, system: "shop", code, canonical, version: 1 }, "person:ann");
  await rest(map("item", "a-1", "A"), map("warehouse", "Default", "W1"), counts("shop", "a-1", "2026-03-02 08:00", 500, 0, "Default"));
  for (let step = 1; step <= 20; step++) await rest(counts("wms", "A", `2026-03-02 08:${String(step).padStart(2, "0")}`, 500 - step));
  expect(sends()).toEqual(["update_stock|US01:stock_position:A/W1|shop|1"]);
  expect(await engine.rows("select sequence, state, payload->>'available' as available, due_at > now() + interval '30 seconds' as waits from command where kind = 'update_stock' order by sequence"))
    .toEqual([{ sequence: 1, state: "confirmed", available: "499", waits: false }, { sequence: 2, state: "wanted", available: "480", waits: true }]);
  await engine.pool.query("update command set due_at = now() - interval '1 second' where kind = 'update_stock'");
  await rest();
  expect([sends().length, (await list())[0]]).toMatchObject([2, { item: "A", standing: "in_step", channelFree: "480" }]);
});
