import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { contracts } from "@/server/domain/contracts/registry";
import type { CanonicalEvent } from "@/server/domain/facts";
import { cuttingProxy, type CuttingProxy } from "@/server/testing/systems/cutting-proxy";
import { checkout, deskOf } from "@/server/testing/systems/medusa/desk";
import { startMedusa, type MedusaServer } from "@/server/testing/systems/medusa/server";
import { WebhookDoor, type StoredMessage } from "@/server/testing/systems/webhook-door";
import { medusa } from ".";
import { command, integrationsOf, lease, type Setup } from "../contract/testing/conformance";

const webhookSecret = "whs_systems-test";
const door = new WebhookDoor();
const setup: Setup = { connector: medusa, settings: { tellsGoods: true, payments: { pp_system_default: "card" } }, secrets: { apiKey: "not-yet", webhookSecret }, codes: {} };
let shop: MedusaServer, proxy: CuttingProxy;
beforeAll(async () => {
  const tower = await door.start(setup);
  shop = await startMedusa({ tower: { url: tower, connector: "shop", secret: webhookSecret } });
  setup.secrets["apiKey"] = shop.apiKey;
  proxy = await cuttingProxy(shop.url);
}, 400_000);
afterAll(async () => { await proxy?.close(); await shop?.stop(); door.close(); });

const integrations = (more: Record<string, unknown> = {}, url = shop.url) => integrationsOf({ ...setup, settings: { ...setup.settings, ...more } }, url, { value: new Date().toISOString() });
async function translated(messages: readonly StoredMessage[], more: Record<string, unknown> = {}): Promise<CanonicalEvent[]> {
  const events: CanonicalEvent[] = [];
  for (const { id, body } of messages) {
    const read = await integrations(more).translate({ connector: "under-test", entity: "US01", sourceMessageId: id, correlationId: "c", receivedAt: new Date().toISOString(), contentType: "application/json", body });
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
const pushesOf = (id: string): StoredMessage[] => door.stored.filter((one) => one.id.startsWith(`${id}:`));
const pushed = async (id: string) => held(await translated(pushesOf(id)));
async function polled(feed: string, more: Record<string, unknown> = {}): Promise<StoredMessage[]> {
  const messages: StoredMessage[] = [];
  let cursor: unknown = null;
  for (;;) {
    const { reading } = await integrations({ pageSize: 3, ...more }).readFeed("under-test", feed, cursor, lease(60_000));
    if (!reading.ok) throw new Error(JSON.stringify(reading.error));
    messages.push(...reading.value.messages.map(({ sourceMessageId, body }) => ({ id: sourceMessageId, body })));
    if (!reading.value.more) return messages;
    ({ cursor } = reading.value);
  }
}
const of = (number: string) => ({ id }: StoredMessage): boolean => id.startsWith(`order:${number}:`);
const soon = (see: () => Promise<void> | void) => vi.waitFor(see, { timeout: 40_000, interval: 100 });

describe("a checkout with a coupon, shipping and tax", () => {
  test("is the shop's order before rounding, pushed and polled alike", async () => {
    const { id, number } = await checkout(shop, { "HOSE-50": 3, "PTFE-520": 7, "VALVE-12": 10 }, { coupon: "SPRING10" });
    await soon(async () => { expect(Object.keys(await pushed(id))).toHaveLength(2); });
    const facts = await pushed(id), order = facts[`order.captured:${number}`], there = await deskOf(shop).read(id);
    expect(order).toMatchObject({ number, version: 2, currency: "USD", terms: "pp_system_default", payment: { method: "card" }, parties: { billTo: shop.buyer }, shipToAddress: { name: "Harbor Supply", line2: "Dock 2", state: "IL", country: "US" } });
    const lines = Object.fromEntries(order.lines.map(({ item, quantity, price, discount }: Record<string, string>) => [item, [quantity, price, discount]]));
    expect(lines).toEqual({ "HOSE-50": ["3", "33.33", "9.999"], "PTFE-520": ["7", "0.79", "0.553"], "VALVE-12": ["10", "12.5", "12.5"] });
    expect(order.charges).toEqual([{ charge: "Ground", amount: "15", taxCategory: "freight", billing: "first_invoice" }]);
    const goods = order.lines.reduce((sum: number, line: Record<string, string>) => sum + Number(line["quantity"]) * Number(line["price"]) - Number(line["discount"]), 15);
    expect(goods + (there.tax_total as number)).toBeCloseTo(there.total as number, 6);
    // no provider moves parts of a cent
    expect(Object.values(facts)).toContainEqual(expect.objectContaining({ order: number, state: "authorised", amount: (Math.round((there.total as number) * 100) / 100).toFixed(2) }));
    expect(held(await translated((await polled("orders")).filter(of(number))))).toEqual(facts);
  });
});

describe("what happens to an order", () => {
  test("payment in parts, part fulfilment and refund are told, in any order and twice without harm", async () => {
    const desk = deskOf(shop), { id, number } = await checkout(shop, { "GAUGE-100": 3 });
    const { items: [line] } = await desk.read(id);
    await desk.capture(id, 50);
    await desk.capture(id, 10);
    const parcel = await desk.ship(id, line.id, 2, "1Z999");
    await desk.deliver(id, parcel);
    await desk.refund(id, 55);
    await soon(async () => { expect(Object.keys(await pushed(id)).filter((key) => key.startsWith("refund."))).toHaveLength(2); });
    // the last push may tell of the same refunds at a later version
    for (const feed of ["orders", "movements"]) await soon(async () => { expect(held(await translated((await polled(feed)).filter(of(number))))).toEqual(await pushed(id)); });
    const facts = await pushed(id), receipts = Object.entries(facts).filter(([key]) => key.startsWith("receipt.")).map(([, value]) => value);
    expect(receipts.map(({ amount, means, order }) => [amount, means, order])).toEqual([["50.00", "card", number], ["10.00", "card", number]]);
    // what Medusa gives back of a payment is of the oldest money first
    expect(Object.entries(facts).filter(([key]) => key.startsWith("refund.")).map(([, { receipt, amount }]) => [receipts.findIndex((one) => one.receipt === receipt), amount])).toEqual([[0, "50.00"], [1, "5.00"]]);
    expect(facts[`shipment.confirmed:${parcel}`]).toMatchObject({ warehouse: shop.location, tracking: "1Z999", lines: [{ order: number, orderLine: line.id, item: "GAUGE-100", quantity: "2" }] });
    expect(facts[`shipment.delivered:${parcel}`]).toMatchObject({ state: "delivered", tracking: "1Z999" });
    expect(facts[`order.captured:${number}`].lines).toMatchObject([{ quantity: "3", price: "23.1" }]);

    const messages = pushesOf(id);
    expect(held(await translated([...messages, ...messages].reverse()))).toEqual(facts);
  });

  test("a return comes back in parts, with reasons, what is fit and what is not; Medusa itself remembers only the last part", async () => {
    const desk = deskOf(shop), { id, number } = await checkout(shop, { "VALVE-12": 5 });
    const { items: [line] } = await desk.read(id);
    await desk.ship(id, line.id, 5, "1Z1");
    const back = await desk.returning(id, { [line.id]: 3 }, true);
    await desk.receive(back, line.id, { good: 1, dismissed: 1 });
    await soon(async () => { expect(Object.values(await pushed(id))).toContainEqual(expect.objectContaining({ receivedAt: expect.any(String) as string })); });
    const key = Object.keys(await pushed(id)).find((one) => one.startsWith("return.authorised:"))?.slice("return.authorised:".length) ?? "";
    expect(key).toMatch(new RegExp(`^${number}-R\\d+$`));
    expect(await pushed(id)).toMatchObject({
      [`return.authorised:${key}`]: { order: number, kind: "credit", refused: false, lines: [{ line: line.id, quantity: "3", reason: "Damaged: dented" }] },
      [`return.received:${key}/${shop.location}`]: { lines: [{ line: line.id, item: "VALVE-12", quantity: "1", disposition: "restock" }, { quantity: "1", disposition: "scrap" }] },
    });
    await desk.receive(back, line.id, { good: 1 });
    expect((await shop.ask("GET", `/admin/returns/${back}?fields=*items`)).return).toMatchObject({ status: "partially_received", items: [{ quantity: 3, received_quantity: 1 }] });
    await soon(async () => { expect((await pushed(id))[`return.received:${key}/${shop.location}`].lines).toMatchObject([{ quantity: "2", disposition: "restock" }, { quantity: "1", disposition: "scrap" }]); });
    const facts = await pushed(id);
    // dismissed is written off at Medusa, but no claim; its way back is no charge of the order
    expect(Object.keys(facts).filter((one) => one.startsWith("return."))).toHaveLength(2);
    expect(facts[`order.captured:${number}`]).toMatchObject({ lines: [{ quantity: "5" }], charges: [{ charge: "Ground" }] });
    expect(held(await translated((await polled("orders")).filter(of(number))))).toEqual(facts);
  });

  test("a return that is called off is refused", async () => {
    const desk = deskOf(shop), { id } = await checkout(shop, { "VALVE-12": 1 }), { items: [line] } = await desk.read(id);
    await desk.ship(id, line.id, 1, "1Z2");
    await desk.cancelReturn(await desk.returning(id, { [line.id]: 1 }));
    await desk.moveTo(id, "401 Wharf St");
    await soon(async () => { expect(Object.values(await pushed(id))).toContainEqual(expect.objectContaining({ refused: true, lines: [{ line: line.id, quantity: "1", reason: "Damaged: dented" }] })); });
  });

  test("an exchange is a return and a new line; a claim without goods is a credit without goods", async () => {
    const desk = deskOf(shop), { id, number } = await checkout(shop, { "VALVE-12": 3 }), { items: [line] } = await desk.read(id);
    await desk.ship(id, line.id, 3, "1Z3");
    await desk.exchange(id, line.id, shop.variants["HOSE-50"] ?? "");
    await soon(async () => { expect((await pushed(id))[`order.captured:${number}`]?.lines).toMatchObject([{ item: "VALVE-12", quantity: "3" }, { item: "HOSE-50", quantity: "1", price: "33.33" }]); });
    await desk.claim(id, line.id, { sentBack: false });
    await soon(async () => { expect((await pushed(id))[`return.authorised:${number}-CLAIM`]).toMatchObject({ kind: "credit_without_goods", lines: [{ line: line.id, quantity: "1" }] }); });
    await desk.claim(id, line.id, { sentBack: true, replacement: shop.variants["VALVE-12"] ?? "" });
    await soon(async () => { expect(Object.keys(await pushed(id)).filter((key) => key.startsWith("return.authorised:"))).toHaveLength(3); });
    const facts = await pushed(id);
    expect(facts[`return.authorised:${number}-CLAIM`].lines).toEqual([{ line: line.id, quantity: "1" }]);
    expect(facts[`order.captured:${number}`].lines).toHaveLength(3);
    expect(held(await translated((await polled("orders")).filter(of(number))))).toEqual(facts);
  });

  test("a line that is lowered, an address that is corrected and a cancellation each raise what they change", async () => {
    const desk = deskOf(shop), { id, number } = await checkout(shop, { "VALVE-12": 3, "HOSE-50": 1 });
    const lineOf = async (quantity: number): Promise<string> => ((await desk.read(id)).items as { id: string; quantity: number }[]).find((one) => one.quantity === quantity)?.id ?? "";
    await desk.setQuantity(id, await lineOf(3), 2);
    await desk.setQuantity(id, await lineOf(1), 0);
    await desk.moveTo(id, "402 Wharf St");
    await soon(async () => { expect((await pushed(id))[`order.captured:${number}`]).toMatchObject({ shipToAddress: { line1: "402 Wharf St" }, lines: [{ item: "VALVE-12", quantity: "2" }] }); });
    await desk.cancel(id);
    await soon(async () => { expect(await pushed(id)).toHaveProperty(`order.cancel_requested:${number}-CANCELED`); });
    expect(await pushed(id)).toMatchObject({ [`order.captured:${number}`]: { lines: [{ quantity: "2" }] } });
    expect(Object.values(await pushed(id))).toContainEqual(expect.objectContaining({ order: number, state: "voided" }));
  });

  test("a poll by updated_at alone misses a capture, the sweep and the module do not", async () => {
    const desk = deskOf(shop), { id, number } = await checkout(shop, { "PTFE-520": 40 }), { updated_at: before } = await desk.read(id);
    await new Promise((done) => setTimeout(done, 50));
    await desk.capture(id);
    expect((await desk.read(id)).updated_at).toBe(before);
    const since = new Date(Date.parse(before as string) + 20).toISOString();
    const found = async (feed: string) => (await polled(feed, { since, overlapSeconds: 0 })).filter(of(number)).length;
    expect([await found("orders"), await found("movements")]).toEqual([0, 1]);
    await soon(async () => { expect(Object.keys(await pushed(id)).filter((key) => key.startsWith("receipt."))).toHaveLength(1); });
  });
});

describe("pushes", () => {
  test("are kept while the tower is away, and come when it is back; meanwhile the poll finds it", async () => {
    door.mode = "away";
    const tries = door.tries, { id, number } = await checkout(shop, { "VALVE-12": 1 });
    await soon(() => { expect(door.tries).toBeGreaterThan(tries + 2); });
    expect(pushesOf(id)).toEqual([]);
    expect((await polled("orders")).filter(of(number))).toHaveLength(1);
    door.mode = "open";
    await soon(async () => { expect(await pushed(id)).toHaveProperty(`order.captured:${number}`); });
  });

  test("whose answer was lost come again under the same id, byte for byte", async () => {
    door.mode = "deaf";
    const repeats = door.repeats, { id, number } = await checkout(shop, { "VALVE-12": 2 });
    await soon(() => { expect(door.repeats).toBeGreaterThan(repeats); });
    door.mode = "open";
    await soon(async () => { expect(await pushed(id)).toHaveProperty(`order.captured:${number}`); });
    expect(new Set(pushesOf(id).map((one) => one.id)).size).toBe(pushesOf(id).length);
  });
});

describe("what the tower writes back", () => {
  const status = (number: string, line: string, version: number, shipped: string, tracking: string[], more: object = {}) =>
    command("update_order_status", { kind: "order", key: number }, { order: number, status: "part_shipped", version, lines: [{ line, shipped }], tracking, ...more }, { naturalKey: `update_order_status|US01:order:${number}||${version}`, sequence: version });
  const told = async (one: ReturnType<typeof status>, url = shop.url) => (await integrations({}, url).send(one, lease(60_000))).outcome;
  const found = async (one: ReturnType<typeof status>) => (await integrations().lookup(one, lease(60_000))).answer;
  const parcelsOf = async (id: string) => ((await deskOf(shop).read(id)).fulfillments as { shipped_at: string | null; labels: { tracking_number: string }[]; items: { quantity: number }[] }[]).map(({ shipped_at, labels, items }) => [shipped_at !== null, labels.map((one) => one.tracking_number).join(), items[0]?.quantity]).sort();

  test("is a fulfilment with its tracking, once, whatever is repeated, and is not read back as a shipment", async () => {
    const desk = deskOf(shop), { id, number } = await checkout(shop, { "PTFE-520": 100 }), { items: [line] } = await desk.read(id);
    const first = status(number, line.id, 1, "60", ["PW1"]), second = status(number, line.id, 2, "100", ["PW1", "PW2"]);
    expect(await found(first)).toEqual({ kind: "absent" });
    expect(await told(first)).toMatchObject({ kind: "confirmed", reference: `${number}/v1` });
    expect(await told(first)).toMatchObject({ kind: "confirmed" });
    expect(await found(first)).toMatchObject({ kind: "found", reference: `${number}/v1` });
    expect(await told(second)).toMatchObject({ kind: "confirmed" });
    expect(await told(first)).toMatchObject({ kind: "confirmed" });
    expect(await parcelsOf(id)).toEqual([[true, "PW1", 60], [true, "PW2", 40]]);
    expect((await desk.read(id)).metadata).toMatchObject({ ledgerline_status: { version: 2, state: "part_shipped", tracking: ["PW1", "PW2"] } });
    await soon(async () => { expect(await pushed(id)).toHaveProperty(`order.captured:${number}`); });
    expect(Object.keys(await pushed(id)).filter((key) => key.startsWith("shipment."))).toEqual([]);
  });

  test("acknowledged orders say so, and our own note is no news", async () => {
    const { id, number } = await checkout(shop, { "VALVE-12": 1 });
    await soon(async () => { expect(await pushed(id)).toHaveProperty(`order.captured:${number}`); });
    const before = (await polled("orders")).filter(of(number)), pushes = pushesOf(id).length;
    const acknowledge = command("acknowledge_order", { kind: "order", key: number }, { order: number, version: 2, state: "accepted", lines: [] });
    expect(await told(acknowledge)).toMatchObject({ kind: "confirmed" });
    expect((await deskOf(shop).read(id)).metadata).toMatchObject({ ledgerline_acknowledged: { version: 2, state: "accepted" } });
    expect((await polled("orders")).filter(of(number))).toEqual(before);
    await new Promise((done) => setTimeout(done, 500));
    expect(pushesOf(id)).toHaveLength(pushes);
  });

  test.each([["fulfilment", /POST \/admin\/orders\/[^/ ]+\/fulfillments\?/], ["shipment", /POST \/admin\/orders\/[^ ]+\/shipments/], ["note", /POST \/admin\/orders\/[^/ ]+ HTTP/]])
  ("an answer that is lost after the %s was made is not known, is looked up, and nothing is made twice", async (_, when) => {
    const desk = deskOf(shop), { id, number } = await checkout(shop, { "PTFE-520": 10 }), { items: [line] } = await desk.read(id), one = status(number, line.id, 1, "10", ["PW9"]);
    proxy.cut({ when, lose: "answer" });
    expect(await told(one, proxy.url)).toMatchObject({ kind: "unknown" });
    const answer = await found(one);
    if (answer.kind === "absent") expect(await told(one)).toMatchObject({ kind: "confirmed" });
    expect(await found(one)).toMatchObject({ kind: "found" });
    expect(await parcelsOf(id)).toEqual([[true, "PW9", 10]]);
  });

  test("a capture and a refund whose answers are lost are looked up, and no money moves twice; two captures of one amount are two", async () => {
    const desk = deskOf(shop), { id, number } = await checkout(shop, { "GAUGE-100": 3 }), { payment_collections: [{ payments: [payment] }] } = await desk.read(id);
    const capture = (unit: string) => command("capture_payment", { kind: "billing_unit", key: unit }, { reference: `capture|${unit}`, order: number, unit, authorisation: payment.id, amount: "20.00", currency: "USD", invoice: "INV-1" });
    for (const unit of ["u1", "u2"]) {
      const use = capture(`${number}-${unit}`);
      proxy.cut({ when: /POST \/admin\/payments\/[^/ ]+\/capture/, lose: "answer" });
      expect(await told(use, proxy.url)).toMatchObject({ kind: "unknown" });
      expect(await found(use)).toMatchObject({ kind: "found", result: { amount: "20.00" } });
      expect(await told({ ...use, attempt: 2 })).toMatchObject({ kind: "confirmed" });
    }
    expect(await desk.moneyOf(id)).toEqual({ captured: [2000, 2000], refunded: [] });
    // the second of the two is given back in part: Medusa knows the payment only
    const second = await found(capture(`${number}-u2`)), receipt = second.kind === "found" ? second.reference : "", back = command("refund_payment", { kind: "receipt", key: receipt }, { reference: `refund|${receipt}`, receipt, capture: receipt, amount: "12.34", currency: "USD", reason: "return" });
    proxy.cut({ when: /POST \/admin\/payments\/[^/ ]+\/refund/, lose: "answer" });
    expect(await told(back, proxy.url)).toMatchObject({ kind: "unknown" });
    expect(await found(back)).toMatchObject({ kind: "found", result: { amount: "12.34", state: "settled" } });
    expect(await told({ ...back, attempt: 2 })).toMatchObject({ kind: "confirmed" });
    expect(await desk.moneyOf(id)).toEqual({ captured: [2000, 2000], refunded: [1234] });
    const facts = held(await translated((await polled("movements")).filter(of(number))));
    expect(Object.values(facts).flatMap((fact) => (fact.refund === undefined ? [] : [[fact.receipt, fact.amount]]))).toEqual([[receipt, "12.34"]]);
  });

  test("a cancelled order is cancelled, and one of which money was taken only says so", async () => {
    const desk = deskOf(shop), open = await checkout(shop, { "VALVE-12": 1 }), paid = await checkout(shop, { "VALVE-12": 1 });
    await desk.capture(paid.id);
    for (const { number } of [open, paid]) expect(await told(status(number, "none", 1, "0", [], { status: "cancelled", lines: [] }))).toMatchObject({ kind: "confirmed" });
    expect((await desk.read(open.id)).status).toBe("canceled");
    expect(await desk.read(paid.id)).toMatchObject({ status: "pending", metadata: { ledgerline_status: { state: "cancelled" } } });
    expect(await found(status(open.number, "none", 1, "0", [], { status: "cancelled", lines: [] }))).toMatchObject({ kind: "found" });
  });

  test("more than was ordered, an unknown order, a wrong key: each failure of its own kind", async () => {
    const { id, number } = await checkout(shop, { "VALVE-12": 1 }), { items: [line] } = await deskOf(shop).read(id);
    expect(await told(status(number, line.id, 1, "5", []))).toMatchObject({ kind: "rejected", failure: { code: "CTR-01", message: expect.stringMatching(/^(invalid_data|not_allowed): /) as string } });
    expect(await told(status("7-NOSUCH", line.id, 1, "1", []))).toMatchObject({ kind: "rejected", failure: { code: "SEQ-01" } });
    const wrong = integrationsOf({ ...setup, secrets: { ...setup.secrets, apiKey: "sk_wrong" } }, shop.url);
    expect((await wrong.send(status(number, line.id, 1, "1", []), lease(60_000))).outcome).toMatchObject({ kind: "retryable", authentication: true, failure: { code: "TEC-02" } });
    expect((await wrong.readFeed("under-test", "orders", null, lease(60_000))).reading).toMatchObject({ ok: false, error: { code: "TEC-02" } });
    expect((await integrations().check("under-test", lease(60_000))).result).toMatchObject({ ok: true });
  });
});

describe("stock", () => {
  const say = (available: string, reserved: string) => command("update_stock", { kind: "stock_position", key: "PTFE/MAIN" }, { item: "PTFE", warehouse: "MAIN", version: 1, available, reserved });
  const stocked = (location = shop.location): Setup => ({ ...setup, codes: { "item|PTFE": "PTFE-520", "warehouse|MAIN": location, "base_unit|PTFE": "each" } });
  const write = async (own: Setup, available: string, reserved = "0", url = shop.url) => (await integrationsOf(own, url, { value: new Date().toISOString() }).send(say(available, reserved), lease(60_000))).outcome;
  const countOf = async () => (await translated((await polled("stock")).filter(({ id }) => id.startsWith("stock:PTFE-520:")))).map(({ data }) => data as unknown as { warehouse: string; version: number; onHand: string; allocated: string });

  test("is told as Medusa counts it, moves with a reservation, and is written so that as much is free as was said", async () => {
    const desk = deskOf(shop), [before] = await countOf(), there = await desk.stockOf("PTFE-520");
    expect(before).toMatchObject({ warehouse: shop.location, onHand: String(there.stocked), allocated: String(there.reserved) });
    await checkout(shop, { "PTFE-520": 8 });
    const [after] = await countOf();
    expect(after).toMatchObject({ onHand: String(there.stocked), allocated: String(there.reserved + 8) });
    expect(after?.version).toBeGreaterThan(before?.version ?? Infinity);
    // the eight were reserved since the statement was reckoned
    expect(await write(stocked(), "500", String(there.reserved))).toMatchObject({ kind: "confirmed", result: { available: "492" }, events: [{ type: "stock.positioned", data: { onHand: String(500 + there.reserved), allocated: String(there.reserved + 8) } }] });
    expect(await desk.stockOf("PTFE-520")).toEqual({ stocked: 500 + there.reserved, reserved: there.reserved + 8 });
    expect(await write(stocked(), "2.5", String(there.reserved + 8))).toMatchObject({ kind: "confirmed", result: { available: "2.5" } });
    expect(await write(stocked(), "0", String(there.reserved + 8))).toMatchObject({ kind: "confirmed", result: { available: "0" } });
  });

  test("a write whose answer is lost is repeated without harm; a place that is new is taken, one that does not exist is refused", async () => {
    const desk = deskOf(shop), { reserved } = await desk.stockOf("PTFE-520");
    proxy.cut({ when: /POST \/admin\/inventory-items/, lose: "answer" });
    expect(await write(stocked(), "700", String(reserved), proxy.url)).toMatchObject({ kind: "unknown" });
    expect(await desk.stockOf("PTFE-520")).toMatchObject({ stocked: 700 + reserved });
    expect(await write(stocked(), "700", String(reserved))).toMatchObject({ kind: "confirmed", result: { available: "700" } });
    const { stock_location: other } = await shop.ask("POST", "/admin/stock-locations", { name: "Other" }) as { stock_location: { id: string } };
    expect(await write(stocked(other.id), "12")).toMatchObject({ kind: "confirmed", result: { available: "12" } });
    expect((await countOf()).map(({ warehouse, onHand }) => [warehouse, onHand])).toEqual(expect.arrayContaining([[other.id, "12"], [shop.location, String(700 + reserved)]]));
    expect(await write(stocked("sloc_none"), "12")).toMatchObject({ kind: "rejected", failure: { code: "MAP-04" } });
    expect(await write({ ...stocked(), codes: { ...stocked().codes, "item|PTFE": "NO-SUCH" } }, "12")).toMatchObject({ kind: "rejected", failure: { code: "MAP-02" } });
  });
});

describe("customers and items", () => {
  test("are named, and told as records where Medusa is their system of record", async () => {
    const messages = [...await polled("customers"), ...await polled("products")], named = held(await translated(messages));
    expect(Object.keys(named).filter((key) => !key.startsWith("code.described:"))).toEqual([]);
    expect(named[`code.described:customer/under-test/${shop.buyer}`]).toMatchObject({ kind: "customer", name: "Harbor Supply", state: "active" });
    const facts = held(await translated(messages, { tellsCustomers: true, tellsItems: true }));
    expect(facts[`customer.described:${shop.buyer}`]).toMatchObject({ name: "Harbor Supply", state: "active" });
    expect(facts["item.described:HOSE-50"]).toMatchObject({ description: "Hose 50 ft, One", baseUnit: "each", state: "active" });
  });
});

test("what it says exists is what was held of it, payments and returns included", async () => {
  const messages: StoredMessage[] = [];
  let page: unknown = null, counted = 0;
  do {
    const read = await integrations({ pageSize: 3 }).readCensus("under-test", "orders", { from: "2020-01-01T00:00:00.000Z", to: "2100-01-01T00:00:00.000Z" }, page, lease(60_000));
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    messages.push(...read.value.messages.map(({ sourceMessageId, body }) => ({ id: sourceMessageId, body })));
    counted += read.value.rows;
    page = read.value.next;
    if (page === null) expect(read.value.total).toBe(counted);
  } while (page !== null);
  expect(messages).toHaveLength(counted);
  expect(held(await translated(messages))).toEqual(held(await translated(door.stored)));
});

// last: Medusa itself is killed
test("what was in the outbox outlives Medusa: killed while the tower is away, it tells after its restart", async () => {
  door.mode = "away";
  const tries = door.tries, { id, number } = await checkout(shop, { "VALVE-12": 5 });
  await soon(() => { expect(door.tries).toBeGreaterThan(tries); });
  await shop.kill();
  door.mode = "open";
  await shop.restart();
  await soon(async () => { expect(await pushed(id)).toHaveProperty(`order.captured:${number}`); });
}, 120_000);
