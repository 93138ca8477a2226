import { afterEach, beforeEach, expect, test } from "vitest";
import { createDesk } from "@/server/db/desk";
import { createQuery } from "@/server/db/query";
import { planners } from "@/server/domain/planners";
import { ok } from "@/server/domain/result";
import { stockRows } from "@/server/read/stock";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { grant, person } from "@/server/testing/memory/people";
import { runToRest } from "@/server/testing/memory/ports";
import { event, item } from "@/server/testing/world/builders";
import { testPolicy } from "@/server/testing/world/defaults";
import { createCaller } from "../../trpc";
import { stockRouter } from ".";

let engine: Engine;
const now = new Date().toISOString(), before = new Date(Date.now() - 600_000).toISOString();
const counted = (source: string, code: string, onHand: number, at: string) => event("stock.positioned", at, { item: code, warehouse: "W1", version: Date.parse(at), onHand: String(onHand), allocated: "0", at }, source);
const codes = ["A", "B", "C"];
/** Three items of which the shop counted two up by itself. */
beforeEach(async () => {
  engine = await createEngine({ policy: { ...testPolicy, routes: [...testPolicy.routes, { document: "*", capability: "stock", connector: "shop", mode: "act", managedFrom: "2000-01-01T00:00:00.000Z" }] } });
  await rest(...codes.map((code) => item(code)), ...codes.map((code) => counted("wms", code, 50, before)), ...codes.map((code) => counted("shop", code, code === "C" ? 50 : 57, now)));
  await engine.pool.query("update fact set recorded_at = recorded_at - interval '2 minutes' where type = 'stock.positioned'");
  await engine.pool.query("insert into wake (subject_id) select id from subject where kind = 'stock_position'");
  await rest();
});
afterEach(async () => { await engine.close(); });
const rest = async (...told: Parameters<Engine["say"]>): Promise<void> => { if (told.length > 0) await engine.say(...told); await runToRest(engine.ports, planners); };
const as = (id: string, ...grants: Parameters<typeof person>[1][]) =>
  createCaller(stockRouter)({ person: person(id, ...grants), chosenEntity: null, services: { query: createQuery(engine.pool), desk: createDesk(engine.pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) }), now: () => now } as never });
const ids = codes.map((code) => `US01:stock_position:${code}/W1`);
const drifts = async () => (await stockRows(createQuery(engine.pool), null, { limit: 10 })).items.map(({ item: code, standing, exception }) => [code, standing, exception !== null]);

test("one reason writes the warehouse's count back to all that are ticked, each as an act of its own; what has no drift is left out", async () => {
  const ops = as("olga", grant({ role: "ops" }));
  expect((await drifts()).sort()).toEqual([["A", "drift", true], ["B", "drift", true], ["C", "in_step", false]]);
  const { rows } = await ops.bulkPreview({ positions: ids });
  expect(rows.map(({ title, effect, why }) => [title, effect, why])).toEqual([["A in W1", "Write 50 back to shop", null], ["B in W1", "Write 50 back to shop", null], ["C in W1", "", "it has no drift that is open"]]);
  const chosen = rows.filter(({ why }) => why === null).map(({ key, target, digest }) => ({ item: key, target, digest }));
  expect((await ops.writeBackMany({ drifts: chosen, reason: "Counted this morning" })).map((one) => one.ok)).toEqual([true, true]);
  expect(await engine.rows("select actor, action, reason, about_id from audit_entry where action = 'exception.write_back' order by id")).toEqual(["A", "B"].map((code) => ({ actor: "olga", action: "exception.write_back", reason: "Counted this morning", about_id: `STK-02|connector=shop|item=${code}|entity=US01` })));
  await rest();
  expect(await engine.rows("select subject_id, payload->>'available' as available, payload->>'corrects' as corrects from command where kind = 'update_stock' order by 1")).toEqual(ids.slice(0, 2).map((id) => ({ subject_id: id, available: "50", corrects: "57" })));
});

test("one that has changed since it was shown is refused and keeps none of the others; whoever may only read is told so, and nothing is done", async () => {
  const ops = as("olga", grant({ role: "ops" })), viewer = as("vic", grant({ role: "viewer" }));
  const { rows } = await ops.bulkPreview({ positions: ids.slice(0, 2) }), chosen = rows.map(({ key, target, digest }) => ({ item: key, target, digest }));
  expect((await viewer.bulkPreview({ positions: ids.slice(0, 2) })).rows.every(({ why }) => why !== null)).toBe(true);
  expect((await viewer.writeBackMany({ drifts: chosen, reason: "I may not" })).map((one) => one.ok)).toEqual([false, false]);
  const later = new Date().toISOString();
  await rest(counted("shop", "A", 58, later));
  const results = await ops.writeBackMany({ drifts: chosen, reason: "Counted this morning" });
  expect(results.map((one) => [one.ok, one.message.startsWith("What is to be decided has changed")])).toEqual([[false, true], [true, false]]);
  await expect(as("eve", grant({ role: "ops", entity: "EU01" })).bulkPreview({ positions: ids })).resolves.toMatchObject({ rows: [] });
});
