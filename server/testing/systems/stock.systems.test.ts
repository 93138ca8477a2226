import { afterAll, beforeAll, expect, test } from "vitest";
import { vendure } from "@/server/integrations/vendure";
import { at, event, item } from "../world/builders";
import { stockTower, type StockTower } from "./real/stock-tower";
import { checkout, deskOf } from "./vendure/desk";
import { startVendure, type VendureServer } from "./vendure/server";

const location = "Default Stock Location", sku = "GAUGE-100";
let shop: VendureServer, { engine, rest, polled, shelf, position, later, writeBack, close } = {} as StockTower;
beforeAll(async () => {
  shop = await startVendure();
  ({ engine, rest, polled, shelf, position, later, writeBack, close } = await stockTower({ type: vendure, settings: { url: shop.url, payments: { "net-30": "terms" } }, apiKey: shop.apiKey, codes: { "item|PG-100": sku, "warehouse|COL": location } }, { item: "PG-100", warehouse: "COL" }));
}, 240_000);
afterAll(async () => { await shop?.stop(); await close?.(); });

/** Vendure's database tells times to the second: what comes later is to be later there. */
const aSecond = () => new Promise((done) => setTimeout(done, 1100));

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

  await aSecond();
  expect(await writeBack(row, `counted after ${code}`)).toBe(`Write ${before - 2} back to shop`);
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
  await engine.pool.query("update command set due_at = now() - interval '1 second' where kind = 'update_stock' and state = 'wanted'");
  await rest();
  // four were allocated after the statement was reckoned: they come off
  expect([await desk.onHand(sku), (await position())?.channelFree]).toEqual([now + 100, String(now + 96)]);
});
