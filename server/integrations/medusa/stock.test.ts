import { describe, expect, test } from "vitest";
import { bench, command, conformsWhenReadAgain, conformsWhenSending, conformsWhenTranslating, lease, testNow, type Seen, type Setup, type Vendor } from "../contract/testing/conformance";
import { medusa } from ".";

const setup: Setup = { connector: medusa, settings: {}, secrets: { apiKey: "sk_very-secret-1", webhookSecret: "whs_very-secret-2" }, codes: { "item|VALVE": "V-12", "warehouse|DC-EAST": "sloc_1", "base_unit|VALVE": "each" } };
const say = (more: object = {}) => command("update_stock", { kind: "stock_position", key: "VALVE/DC-EAST" }, { item: "VALVE", warehouse: "DC-EAST", version: 1, available: "48", ...more });
const writes = ({ method }: Seen): boolean => method === "POST";
const level = (stocked: number, reserved: number) => ({ location_id: "sloc_1", raw_stocked_quantity: { value: String(stocked), precision: 20 }, raw_reserved_quantity: { value: String(reserved), precision: 20 }, updated_at: testNow });
const item = (...location_levels: object[]) => ({ id: "iitem_1", sku: "V-12", updated_at: testNow, location_levels });
const shows = (...inventory_items: object[]) => ({ body: { count: inventory_items.length, inventory_items } });

/** A Medusa with one item in one location, which takes what it is told. Null: the item is in no location yet. */
function shelf(stocked: number | null, reserved = 0, there: Vendor = () => ({})): { vendor: Vendor; now: () => number | null; paths: string[] } {
  let now = stocked;
  const paths: string[] = [];
  const vendor: Vendor = (seen) => {
    if (seen.path.includes("stock-locations?")) return { body: { stock_locations: [{ id: "sloc_1" }] }, ...there(seen) };
    if (!writes(seen)) return { ...shows(item(...(now === null ? [] : [level(now, reserved)]))), ...there(seen) };
    now = (JSON.parse(seen.body) as { stocked_quantity: number }).stocked_quantity;
    paths.push(seen.path);
    return { body: { inventory_item: { id: "iitem_1" } } };
  };
  return { vendor, now: () => now, paths };
}
async function written(use: ReturnType<typeof say>, { vendor, now, paths }: ReturnType<typeof shelf>, own: Setup = setup) {
  const stub = await bench(own, vendor);
  const { outcome } = await stub.integrations.send(use, lease());
  await stub.close();
  return { outcome, now: now(), paths };
}

conformsWhenSending("Medusa, its stock", { setup, command: say(), accepts: (seen) => shelf(49).vendor(seen), acts: writes, refusal: { status: 400, body: { type: "invalid_data", message: "No" }, code: "CTR-01" }, unmapped: { command: say({ item: "OTHER" }), code: "MAP-02" } });
conformsWhenReadAgain("Medusa, its stock", { setup, feed: "stock", vendor: () => shows(item(level(49, 2))) });
conformsWhenTranslating("Medusa, its stock", {
  setup, messages: { stock: { type: "stock.snapshot", data: { stock: { sku: "V-12", location: "sloc_1", stocked: "4", reserved: "1", at: testNow } } } }, expected: { stock: ["stock.positioned"] },
});

describe("stock", () => {
  test("as much is free as was said: what is reserved there stays reserved, and the count is read back", async () => {
    const { outcome, now, paths } = await written(say(), shelf(49));
    expect([outcome.kind, now, outcome.kind === "confirmed" ? outcome.events : null]).toMatchObject(["confirmed", 48, [{ type: "stock.positioned", data: { item: "V-12", warehouse: "sloc_1", onHand: "48", allocated: "0" } }]]);
    expect(paths).toEqual(["/admin/inventory-items/iitem_1/location-levels/sloc_1"]);
    expect((await written(say({ reserved: "3" }), shelf(50, 3))).now).toBe(51);
    expect((await written(say({ available: "2.5" }), shelf(50, 0.5))).now).toBe(3);
  });
  test("what was promised since comes off, and what was sent since does not come on", async () => {
    expect((await written(say({ reserved: "3" }), shelf(60, 5))).now).toBe(51);
    expect((await written(say({ reserved: "3" }), shelf(60, 1))).now).toBe(49);
  });
  test("what is so already is left alone, and a repeat changes nothing", async () => {
    expect(await written(say({ reserved: "0" }), shelf(48))).toMatchObject({ outcome: { kind: "confirmed", events: [{}] }, paths: [] });
  });
  test("an item that was in no such location yet is put there", async () => {
    expect(await written(say(), shelf(null))).toMatchObject({ outcome: { kind: "confirmed", result: { available: "48" } }, now: 48, paths: ["/admin/inventory-items/iitem_1/location-levels"] });
  });
  test.each([
    ["an item without a code", setup, { item: "OTHER" }, shelf(49), "MAP-02"], ["a place without a code", setup, { warehouse: "DC-WEST" }, shelf(49), "MAP-04"], ["an item that is counted otherwise", { ...setup, codes: { ...setup.codes, "base_unit|VALVE": "case" } }, {}, shelf(49), "MAP-03"],
    ["an item that is gone", setup, {}, shelf(49, 0, () => shows()), "MAP-02"], ["a place that is gone", setup, {}, shelf(null, 0, ({ path }) => (path.includes("stock-locations") ? { body: { stock_locations: [] } } : {})), "MAP-04"],
  ])("%s is refused, and nothing is written", async (_, own, more, there, code) => {
    const { outcome, paths } = await written(say(more), there, own);
    expect([outcome.kind, outcome.kind === "rejected" ? outcome.failure.code : null, paths]).toEqual(["rejected", code, []]);
  });
  test("only what moved since is read, item by item over the pages; what has no SKU is left out", async () => {
    const items = [item({ ...level(5, 0), updated_at: "2026-11-23T11:00:00.000Z" }, { ...level(7, 1), location_id: "sloc_2" }), { ...item(level(1, 0)), id: "iitem_2", sku: null }];
    const stub = await bench({ ...setup, settings: { pageSize: 1, overlapSeconds: 0 } }, ({ path }) => ({ body: { count: 2, inventory_items: items.slice(Number(new URL(path, "http://x").searchParams.get("offset"))).slice(0, 1) } }));
    const read = async (cursor: unknown) => { const { reading } = await stub.integrations.readFeed("under-test", "stock", cursor, lease()); if (!reading.ok) throw new Error(reading.error.message); return reading.value; };
    const first = await read({ from: "2026-11-23T11:30:00.000Z", newest: null, heard: null, began: null, page: null }), second = await read(first.cursor);
    await stub.close();
    expect([first, second].map(({ messages, more }) => [messages.map(({ sourceMessageId }) => sourceMessageId.split(":").slice(0, 3).join(":")), more])).toEqual([[["stock:V-12:sloc_2"], true], [[], false]]);
    expect(second.cursor).toMatchObject({ newest: testNow, page: null });
  });
});
