import { afterAll, beforeAll, expect, test } from "vitest";
import { medusa } from "@/server/integrations/medusa";
import { at, event, item } from "../../world/builders";
import { stockTower, type StockTower } from "../real/stock-tower";
import { checkout, deskOf } from "./desk";
import { startMedusa, type MedusaServer } from "./server";

const sku = "GAUGE-100";
let shop: MedusaServer, { engine, rest, polled, shelf, position, later, writeBack, close } = {} as StockTower;
beforeAll(async () => {
  shop = await startMedusa();
  ({ engine, rest, polled, shelf, position, later, writeBack, close } = await stockTower({ type: medusa, settings: { url: shop.url, pageSize: 3 }, apiKey: shop.apiKey, codes: { "item|PG-100": sku, "warehouse|COL": shop.location } }, { item: "PG-100", warehouse: "COL" }));
}, 400_000);
afterAll(async () => { await shop?.stop(); await close?.(); });

test("an order, its shipment in part and what is taken out of it are no drift; a count that a clerk changed is a drift with its cause, written back by a person", async () => {
  const map = (kind: "item" | "warehouse", code: string, canonical: string) => event("code.mapped", at("2026-03-01 08:00"), { kind, system: "shop", code, canonical, version: 1 }, "person:ann");
  const desk = deskOf(shop), { stocked: before } = await desk.stockOf(sku);
  await rest(item("PG-100"), map("item", sku, "PG-100"), map("warehouse", shop.location, "COL"));
  await polled();
  await rest(shelf(before));
  expect(await position()).toMatchObject({ item: "PG-100", warehouse: "COL", standing: "in_step", free: String(before), channelFree: String(before) });

  const { id } = await checkout(shop, { [sku]: 3 }), { items: [line] } = await desk.read(id);
  await polled();
  expect(await position()).toMatchObject({ standing: "in_step", channelReserved: "3", underway: "3" });
  await rest(shelf(before, 3));
  await desk.ship(id, line.id, 2, "1Z999");
  await rest(shelf(before - 2, 1));
  await polled();
  expect(await position()).toMatchObject({ standing: "in_step", free: String(before - 3), channelFree: String(before - 3) });
  await desk.setQuantity(id, line.id, 2);
  await rest(shelf(before - 2));
  await polled();
  // with the edit Medusa reserves what has left anew: that looks like an order under way, and is no drift
  expect([await desk.stockOf(sku), await position()]).toMatchObject([{ stocked: before - 2, reserved: 2 }, { standing: "in_step", free: String(before - 2), channelFree: String(before - 4), underway: "2" }]);

  await desk.count(sku, before + 5);
  await polled();
  expect(await position()).toMatchObject({ standing: "drift", difference: "5", cause: expect.stringContaining("It counted up by itself") as string });
  await later();
  const row = await position();
  expect([row?.fingerprint, await engine.rows("select 1 from command where kind = 'update_stock'")]).toEqual(["STK-02|connector=shop|item=PG-100|entity=US01", []]);
  expect(await writeBack(row, "counted again")).toBe(`Write ${before - 4} back to shop`);
  expect([await desk.stockOf(sku), await position()]).toMatchObject([{ stocked: before - 2, reserved: 2 }, { standing: "in_step", channelFree: String(before - 4), difference: "0", exception: null }]);
  expect(await engine.rows("select state, resolution from exception_item where code = 'STK-02'")).toEqual([{ state: "resolved", resolution: "fixed_and_verified" }]);
});

test("goods that come in are told, while what a buyer has in an order stays his", async () => {
  const desk = deskOf(shop), now = Number((await position())?.channelFree);
  await checkout(shop, { [sku]: 4 });
  await rest(shelf(now + 100));
  await engine.pool.query("update command set due_at = now() - interval '1 second' where kind = 'update_stock' and state = 'wanted'");
  await rest();
  // four were reserved after the statement was reckoned: they come off
  expect([await desk.stockOf(sku), (await position())?.channelFree]).toEqual([{ stocked: now + 100, reserved: 6 }, String(now + 94)]);
});
