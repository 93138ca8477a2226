import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { contracts } from "@/server/domain/contracts/registry";
import type { CanonicalEvent } from "@/server/domain/facts";
import { checkout, deskOf } from "@/server/testing/systems/vendure/desk";
import { startVendure, type VendureServer } from "@/server/testing/systems/vendure/server";
import { WebhookDoor, type StoredMessage } from "@/server/testing/systems/webhook-door";
import { vendure } from ".";
import { command, integrationsOf, lease, type Setup } from "../contract/testing/conformance";
import { listed } from "../contract/testing/listed";

const webhookSecret = "whs_systems-test";
const door = new WebhookDoor();
const setup: Setup = { connector: vendure, settings: { shipsFrom: "STORE", payments: { "net-30": "terms", prepaid: "advance" } }, secrets: { apiKey: "not-yet", webhookSecret }, codes: {} };
let shop: VendureServer, tower: string;
beforeAll(async () => {
  tower = await door.start(setup);
  shop = await startVendure({ tower: { url: tower, connector: "shop", secret: webhookSecret } });
  setup.secrets["apiKey"] = shop.apiKey;
}, 180_000);
afterAll(async () => { await shop?.stop(); door.close(); });

const integrations = (more: Record<string, unknown> = {}) => integrationsOf({ ...setup, settings: { ...setup.settings, ...more } }, shop.url, { value: new Date().toISOString() });
async function translated(messages: readonly StoredMessage[]): Promise<CanonicalEvent[]> {
  const events: CanonicalEvent[] = [];
  for (const { id, body } of messages) {
    const read = await integrations().translate({ connector: "under-test", entity: "US01", sourceMessageId: id, correlationId: "c", receivedAt: new Date().toISOString(), contentType: "application/json", body });
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    events.push(...read.value.events);
  }
  return events;
}
/** What the registers hold after all that was said: the highest version of each wins. */
function held(events: readonly CanonicalEvent[]): Record<string, any> { // eslint-disable-line @typescript-eslint/no-explicit-any -- foreign JSON, asserted on in tests
  const facts = new Map<string, { version: number; data: unknown }>();
  for (const { type, data } of events) {
    const contract = contracts[type], key = `${type}:${contract.document(data as never)}`, version = contract.order?.(data as never) ?? 1;
    if ((facts.get(key)?.version ?? 0) < version) facts.set(key, { version, data });
  }
  return Object.fromEntries([...facts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { data }]) => [key, data]));
}
const pushesOf = (code: string): StoredMessage[] => door.stored.filter(({ id }) => id.startsWith(`${code}:`));
const pushed = async (code: string) => held(await translated(pushesOf(code)));
async function polled(feed: string, more: Record<string, unknown> = {}): Promise<StoredMessage[]> {
  const messages: StoredMessage[] = [];
  let cursor: unknown = null;
  for (;;) {
    const { reading } = await integrations(more).readFeed("under-test", feed, cursor, lease());
    if (!reading.ok) throw new Error(JSON.stringify(reading.error));
    messages.push(...reading.value.messages.map(({ sourceMessageId, body }) => ({ id: sourceMessageId, body })));
    if (!reading.value.more) return messages;
    ({ cursor } = reading.value);
  }
}
const soon = (see: () => Promise<void> | void) => vi.waitFor(see, { timeout: 15_000, interval: 100 });
const cents = (value: string): number => Math.round(Number(value) * 100);

describe("a checkout with a coupon, shipping and tax", () => {
  test("is the shop's order to the cent, pushed and polled alike", async () => {
    const { id, code } = await checkout(shop, { "HOSE-50": 3, "PTFE-520": 7, "VALVE-12": 10 }, { coupon: "SPRING10" });
    await soon(async () => { expect(Object.keys(await pushed(code))).toHaveLength(2); });
    const facts = await pushed(code), order = facts[`order.captured:${code}`], there = await deskOf(shop).read(id);
    expect(order).toMatchObject({ currency: "USD", terms: "card", payment: { method: "card" }, parties: { billTo: shop.buyers[0] }, shipToAddress: { name: "Harbor Supply, Dock 2", country: "US" } });
    expect(order.lines.map(({ item, quantity, price, discount }: Record<string, string>) => [item, quantity, price, discount])).toEqual([["HOSE-50", "3", "33.33", "10.00"], ["PTFE-520", "7", "0.79", "0.55"], ["VALVE-12", "10", "12.50", "12.50"]]);
    const goods = order.lines.reduce((sum: number, line: Record<string, string>) => sum + Number(line["quantity"]) * cents(line["price"] ?? "") - cents(line["discount"] ?? ""), 0);
    const charges = order.charges.reduce((sum: number, { amount }: { amount: string }) => sum + cents(amount), 0);
    expect(goods + charges).toBe(there.total);
    const tax = there.taxSummary.reduce((sum: number, row: { taxTotal: number }) => sum + row.taxTotal, 0);
    expect(goods + charges + tax).toBe(there.totalWithTax);
    expect(Object.values(facts)).toContainEqual(expect.objectContaining({ order: code, state: "authorised", amount: (there.totalWithTax / 100).toFixed(2) }));
    const seen = (await polled("orders")).filter(({ id: name }) => name.includes(code));
    expect(held(await translated(seen))).toEqual(facts);
  });
});

describe("part fulfilment, a cancellation after it, and a refund", () => {
  test("are told as they happen, in any order and twice without harm; Vendure's own stock drifts by one", async () => {
    const desk = deskOf(shop), { id, code } = await checkout(shop, { "GAUGE-100": 3 });
    const { lines: [line], payments: [payment] } = await desk.read(id), before = await desk.onHand("GAUGE-100");
    await desk.settle(payment.id);
    await desk.ship(line.id, 2, "1Z999");
    await soon(async () => { expect(await pushed(code)).toMatchObject({ [`shipment.confirmed:${code}-F1`]: { tracking: "1Z999", warehouse: "STORE", lines: [{ item: "GAUGE-100", quantity: "2" }] } }); });
    await desk.cancel(id, line.id, 1);
    await desk.refund(payment.id, 2495);
    await soon(async () => { expect(Object.values(await pushed(code))).toContainEqual(expect.objectContaining({ state: "settled", amount: "24.95", receipt: `${code}-P${payment.id}` })); });
    const facts = await pushed(code);
    expect(facts[`order.captured:${code}`].lines[0]).toMatchObject({ quantity: "2", price: "23.10" });
    expect(facts[`receipt.recorded:${code}-P${payment.id}`]).toMatchObject({ order: code, means: "card" });
    expect(Object.keys(facts).filter((key) => key.startsWith("return."))).toEqual([]);

    const messages = pushesOf(code);
    expect(held(await translated([...messages, ...messages].reverse()))).toEqual(facts);
    expect(held(await translated((await polled("movements")).filter(({ id: name }) => name.includes(code))))).toEqual(facts);

    const [stock] = (await translated((await polled("stock")).filter(({ id: name }) => name.startsWith("stock:GAUGE-100:")))).map(({ data }) => data as { onHand: string; allocated: string });
    const left = (facts[`shipment.confirmed:${code}-F1`].lines as { quantity: string }[]).reduce((sum, { quantity }) => sum + Number(quantity), 0);
    expect(stock).toMatchObject({ onHand: String(before - left + 1), allocated: "0" });
  });

  test("what is cancelled of that which left is a return", async () => {
    const desk = deskOf(shop), { id, code } = await checkout(shop, { "WRENCH-14": 2 });
    const { lines: [line], payments: [payment] } = await desk.read(id);
    await desk.settle(payment.id);
    await desk.ship(line.id, 2, "1Z1000");
    await desk.cancel(id, line.id, 1);
    await soon(async () => { expect(await pushed(code)).toMatchObject({ [`return.authorised:${code}-RET`]: { lines: [{ line: line.id, quantity: "1" }] }, [`order.captured:${code}`]: { lines: [{ quantity: "2" }] } }); });
  });

  test("a poll by updatedAt alone misses what the sweep and the plugin tell", async () => {
    const desk = deskOf(shop), { id, code } = await checkout(shop, { "ELBOW-12": 40 });
    const { payments: [payment], updatedAt } = await desk.read(id);
    await new Promise((done) => setTimeout(done, 2100));
    await desk.settle(payment.id);
    expect((await desk.read(id)).updatedAt).toBe(updatedAt);
    const since = new Date(Date.parse(updatedAt) + 1500).toISOString();
    const versions = async (feed: string) => (await polled(feed, { since, overlapSeconds: 0 })).filter(({ id: name }) => name.includes(code)).length;
    expect([await versions("orders"), await versions("movements")]).toEqual([0, 1]);
    await soon(async () => { expect(await pushed(code)).toHaveProperty(`receipt.recorded:${code}-P${payment.id}`); });

    // what exists is named by what moved, so a payment that nobody told of is missed here
    const { statements, rows, total, failure } = await listed(integrations({ pageSize: 2 }), "orders", { from: since, to: new Date(Date.now() + 60_000).toISOString() });
    const mine = statements.filter(({ document }) => document.startsWith(code));
    expect([failure, rows]).toEqual([null, total]);
    expect(mine.map(({ kind, document }) => `${kind} ${document}`)).toEqual([`orders ${code}`, `payments ${code}-P${payment.id}`]);
    for (const { at } of mine) expect(at > since).toBe(true);
    await desk.refund(payment.id, 100);
    expect((await desk.read(id)).updatedAt).toBe(updatedAt);
    expect((await listed(integrations(), "orders", { from: since, to: new Date(Date.now() + 60_000).toISOString() })).statements).toContainEqual(expect.objectContaining({ kind: "refunds", amount: "1.00", version: 3 }));
  });
});

describe("pushes", () => {
  test("are kept while the tower is away, and come when it is back", async () => {
    door.mode = "away";
    const tries = door.tries, { code } = await checkout(shop, { "VALVE-34": 1 });
    await soon(() => { expect(door.tries).toBeGreaterThan(tries + 2); });
    expect(pushesOf(code)).toEqual([]);
    door.mode = "open";
    await soon(async () => { expect(await pushed(code)).toHaveProperty(`order.captured:${code}`); });
  });

  test("whose answer was lost come again under the same id, byte for byte", async () => {
    door.mode = "deaf";
    const repeats = door.repeats, { code } = await checkout(shop, { "VALVE-34": 2 });
    await soon(() => { expect(door.repeats).toBeGreaterThan(repeats); });
    door.mode = "open";
    await soon(async () => { expect(await pushed(code)).toHaveProperty(`order.captured:${code}`); });
    expect(new Set(pushesOf(code).map(({ id }) => id)).size).toBe(pushesOf(code).length);
  });

  test("outlive Vendure itself: killed while the tower is away, it tells after its restart", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "vendure-")), database = path.join(folder, "vendure.sqlite"), own = { url: tower, connector: "shop", secret: webhookSecret };
    door.mode = "away";
    const first = await startVendure({ database, tower: own });
    let again: VendureServer | null = null;
    try {
      const { code } = await checkout(first, { "VALVE-12": 5 }, { method: "net-30" });
      await first.kill();
      door.mode = "open";
      again = await startVendure({ database, tower: own });
      await soon(async () => { expect(await pushed(code)).toMatchObject({ [`order.captured:${code}`]: { payment: { method: "terms" }, terms: "net-30" } }); });
    } finally {
      door.mode = "open";
      await first.kill();
      await again?.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

test("customers and items are told with what is behind their codes", async () => {
  for (const [feed, kind] of [["customers", "customer"], ["variants", "item"]] as const) {
    const told = await translated(await polled(feed));
    expect(told.length).toBeGreaterThan(0);
    expect(told.map(({ type, data }) => [type, (data as { kind: string }).kind])).toEqual(told.map(() => ["code.described", kind]));
  }
});

describe("what the tower writes back", () => {
  test("is a fulfilment with its tracking, once, whatever is repeated, and is not read back as a shipment", async () => {
    const desk = deskOf(shop), { id, code } = await checkout(shop, { "PTFE-520": 100 });
    const { lines: [line], payments: [payment] } = await desk.read(id);
    await desk.settle(payment.id);
    const status = (version: number, shipped: string, tracking: string[]) => command("update_order_status", { kind: "order", key: code }, { order: code, status: "part_shipped", version, lines: [{ line: line.id, shipped }], tracking });
    const told = async (one: ReturnType<typeof status>) => (await integrations().send(one, lease())).outcome;
    const first = status(1, "60", ["PW1"]);
    expect((await integrations().lookup(first, lease())).answer).toEqual({ kind: "absent" });
    expect(await told(first)).toMatchObject({ kind: "confirmed", reference: `${code}/v1` });
    expect(await told(first)).toMatchObject({ kind: "confirmed" });
    expect((await integrations().lookup(first, lease())).answer).toMatchObject({ kind: "found", reference: `${code}/v1` });
    expect(await told(status(2, "100", ["PW1", "PW2"]))).toMatchObject({ kind: "confirmed" });
    expect((await desk.read(id)).fulfillments.map(({ state, method, trackingCode, lines }: any) => [state, method, trackingCode, lines[0].quantity])).toEqual([["Shipped", "Ledgerline", "PW1", 60], ["Shipped", "Ledgerline", "PW2", 40]]); // eslint-disable-line @typescript-eslint/no-explicit-any -- foreign JSON, asserted on in tests
    await soon(async () => { expect(await pushed(code)).toHaveProperty(`order.captured:${code}`); });
    expect(Object.keys(await pushed(code)).filter((key) => key.startsWith("shipment."))).toEqual([]);
  });

  test("more than was ordered, an unknown order, a wrong key: each failure of its own kind", async () => {
    const { id, code } = await checkout(shop, { "VALVE-12": 1 }), { lines: [line] } = await deskOf(shop).read(id);
    const say = async (payload: object, secrets = setup.secrets) => (await integrationsOf({ ...setup, secrets }, shop.url).send(command("update_order_status", { kind: "order", key: code }, { order: code, status: "shipped", version: 1, lines: [{ line: line.id, shipped: "5" }], tracking: [], ...payload }), lease())).outcome;
    expect(await say({})).toMatchObject({ kind: "rejected", failure: { code: "CTR-01", message: expect.stringMatching(/^[A-Z_]+_ERROR: /) as string } });
    expect(await say({ order: "NO-SUCH" })).toMatchObject({ kind: "rejected", failure: { code: "SEQ-01" } });
    expect(await say({}, { ...setup.secrets, apiKey: "wrong" })).toMatchObject({ kind: "retryable", authentication: true, failure: { code: "TEC-02" } });
    expect((await integrations().check("under-test", lease())).result).toMatchObject({ ok: true });
  });
});
