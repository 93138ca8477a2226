import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createQuery } from "@/server/db/query";
import { createDesk } from "@/server/db/desk";
import { planners } from "@/server/domain/planners";
import { fail, ok } from "@/server/domain/result";
import { createIntegrations, type Integrations } from "@/server/integrations/runtime";
import { vendure } from "@/server/integrations/vendure";
import { stockRows, type StockRow } from "@/server/read/stock";
import { createEngine, type Engine } from "../memory/engine";
import { grant, person } from "../memory/people";
import { runToRest } from "../memory/ports";
import { at, event, item } from "../world/builders";
import { testPolicy } from "../world/defaults";
import { checkout, deskOf } from "./vendure/desk";
import { startVendure, type VendureServer } from "./vendure/server";

const location = "Default Stock Location", sku = "GAUGE-100";
const acting = { ...testPolicy, routes: [...testPolicy.routes, { document: "*", capability: "stock", connector: "shop", mode: "act", managedFrom: "2000-01-01T00:00:00.000Z" } as const] };
const codes: Readonly<Record<string, string>> = { "item|PG-100": sku, "warehouse|COL": location };
let shop: VendureServer, engine: Engine, channel: Integrations;

/** The whole path of the tower on its own database; the shop is a real Vendure, the warehouse speaks by itself. */
beforeAll(async () => {
  [shop, engine] = await Promise.all([startVendure(), createEngine({ policy: acting })]);
  const settings = { url: shop.url, allowPrivateNetwork: true, payments: { "net-30": "terms" } };
  channel = createIntegrations({
    loadConnectors: () => Promise.resolve([{ id: "shop", type: "vendure", name: "Vendure", entity: "US01", settings, secrets: { apiKey: shop.apiKey, webhookSecret: "whs_unused-here" }, state: "active" as const, concurrency: null, perMinute: null }]),
    resolveCode: (_entity, _system, kind, canonical) => (kind === "unit" ? ok("each") : codes[`${kind}|${canonical}`] === undefined ? fail("MAP-02", `${canonical} has no mapping`) : ok(codes[`${kind}|${canonical}`] ?? "")),
    renewCodes: () => Promise.resolve(), baseUnit: () => ok("EA"), clock: engine.ports.clock,
  }, { types: new Map([["vendure", vendure]]) });
  const { landscape } = engine, isReal = (message: { sourceMessageId: string }): boolean => message.sourceMessageId.startsWith("stock:");
  engine.ports.connectors = {
    ...landscape, find: (id) => (id === "shop" ? channel.find(id) : landscape.find(id)), translate: (message) => (isReal(message) ? channel : landscape).translate(message),
    send: (command, signal) => (command.connector === "shop" ? channel : landscape).send(command, signal), lookup: (command, signal) => (command.connector === "shop" ? channel : landscape).lookup(command, signal),
  };
}, 240_000);
afterAll(async () => { await shop?.stop(); await engine?.close(); channel?.close(); });

const rest = async (...told: Parameters<Engine["say"]>): Promise<void> => { if (told.length > 0) await engine.say(...told); await runToRest(engine.ports, planners); };
/** What the poll of Vendure's stock tells, through the front door. */
async function polled(): Promise<void> {
  const { reading } = await channel.readFeed("shop", "stock", null, AbortSignal.timeout(20_000));
  if (!reading.ok) throw new Error(JSON.stringify(reading.error));
  await engine.stores.inbox.store(reading.value.messages.map(({ sourceMessageId, body, contentType }) => ({ connector: "shop", sourceMessageId, digest: createHash("sha256").update(body).digest("hex"), contentType, headers: {}, body, correlationId: sourceMessageId })));
  await rest();
}
let words = 0;
const shelf = (onHand: number, allocated = 0) => { const moment = new Date().toISOString(); return event("stock.positioned", moment, { item: "PG-100", warehouse: "COL", version: ++words, onHand: String(onHand), allocated: String(allocated), at: moment }, "wms"); };
const position = async (): Promise<StockRow | undefined> => (await stockRows(createQuery(engine.pool), null, { find: "PG-100", limit: 5 })).items[0];
/** Vendure's database tells times to the second: what comes later is to be later there. */
const aSecond = () => new Promise((done) => setTimeout(done, 1100));
/** The minute in which two systems may be heard of one after the other has passed. */
const later = async () => { await engine.pool.query("update fact set recorded_at = recorded_at - interval '2 minutes' where type = 'stock.positioned'"); await engine.pool.query("insert into wake (subject_id) select id from subject where kind = 'stock_position'"); await rest(); };

test("a cancellation after a part fulfilment sets Vendure's stock apart; it is on the screen with its cause, written back by a person, and ends when Vendure says the same", async () => {
  const map = (kind: "item" | "warehouse", code: string, canonical: string) => event("code.mapped", at("2026-03-01 08:00"), { kind, system: "shop", code, canonical, version: 1 }, "person:ann");
  const desk = deskOf(shop), before = await desk.onHand(sku);
  await rest(item("PG-100"), map("item", sku, "PG-100"), map("warehouse", location, "COL"));
  await polled();
  await rest(shelf(before));
  expect(await position()).toMatchObject({ item: "PG-100", warehouse: "COL", standing: "in_step", free: String(before), channelFree: String(before) });

  // three are ordered and reserved, two leave: neither side is behind, whoever is heard first
  const { id, code } = await checkout(shop, { [sku]: 3 }), { lines: [line], payments: [payment] } = await desk.read(id);
  await aSecond();
  await polled();
  expect(await position()).toMatchObject({ standing: "in_step", channelReserved: "3", underway: "3" });
  await rest(shelf(before, 3));
  await desk.settle(payment.id);
  await desk.ship(line.id, 2, "1Z999");
  await rest(shelf(before - 2, 1));
  await aSecond();
  await polled();
  expect(await position()).toMatchObject({ standing: "in_step", free: String(before - 3), channelFree: String(before - 3) });

  // the third is cancelled: the warehouse lets it go, and Vendure takes it back twice
  await rest(shelf(before - 2));
  await aSecond();
  await desk.cancel(id, line.id, 1);
  await polled();
  expect([await desk.onHand(sku), await position()]).toMatchObject([before - 1, { standing: "drift", free: String(before - 2), channelFree: String(before - 1), difference: "1", cause: expect.stringContaining("a cancellation that gave back more than was kept") as string }]);
  await later();
  const row = await position();
  expect([row?.fingerprint, await engine.rows("select 1 from command where kind = 'update_stock'")]).toEqual(["STK-02|connector=shop|item=PG-100|entity=US01", []]);

  const ops = person("olga", grant({ role: "ops" })), tower = createDesk(engine.pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
  const shown = await tower.remedies(ops, row?.exception ?? ""), writeBack = shown.ok ? shown.value.find(({ verb }) => verb === "write_back") : undefined;
  expect(writeBack).toMatchObject({ title: `Write ${before - 2} back to shop`, why: null });
  if (!writeBack) return;
  await aSecond();
  expect(await tower.remedy(ops, row?.exception ?? "", { verb: writeBack.verb, target: writeBack.target, digest: writeBack.digest, given: {} }, `counted after ${code}`)).toMatchObject({ ok: true });
  await rest();
  expect([await desk.onHand(sku), await position()]).toMatchObject([before - 2, { standing: "in_step", channelFree: String(before - 2), difference: "0", exception: null }]);
  expect(await engine.rows("select natural_key, state from command where kind = 'update_stock'")).toEqual([{ natural_key: "update_stock|US01:stock_position:PG-100/COL|shop|1", state: "confirmed" }]);
  expect(await engine.rows("select state, resolution from exception_item where code = 'STK-02'")).toEqual([{ state: "resolved", resolution: "fixed_and_verified" }]);
  await polled();
  expect((await engine.rows("select code from exception_item where state = 'open' and subject_id like '%stock_position%'")).length).toBe(0);
});

test("goods that come in are told, while what a buyer has in an order stays his", async () => {
  const desk = deskOf(shop), { channelFree } = await position() ?? {}, now = Number(channelFree);
  await aSecond();
  await checkout(shop, { [sku]: 4 });
  await aSecond();
  await rest(shelf(now + 100));
  await engine.pool.query("update command set due_at = now() where kind = 'update_stock' and state = 'wanted'");
  await rest();
  // four were allocated after the statement was reckoned: they come off
  expect([await desk.onHand(sku), (await position())?.channelFree]).toEqual([now + 100, String(now + 96)]);
});
