import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bench, command, conformsWhenCalled, conformsWhenSending, conformsWhenTranslating, integrationsOf, lease, testNow, type Setup, type Vendor } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { conformsWhenAsked } from "../contract/testing/conforms-when-asked";
import { sandboxShop } from ".";
import messages from "./fixtures/messages.json";

const setup: Setup = { connector: sandboxShop, settings: { packSizes: { each: 1, case24: 24 } }, secrets: { apiKey: "ngk_very-secret-1", webhookSecret: "whs_very-secret-2" }, codes: {} };
const order = messages.order.data.order;
const first = order.lines[0] as (typeof order.lines)[number];
const found: Vendor = (seen) => {
  if (seen.method !== "GET") return { body: order };
  return { body: { data: seen.path.includes("/fulfilments") ? [] : [{ ...order, lines: [{ ...first, unit: "case24" }] }], next_cursor: null } };
};
const status = command("update_order_status", { kind: "order", key: order.number }, { order: order.number, status: "shipped", version: 2, lines: [{ line: first.id, shipped: "48" }], tracking: ["PW1"] });
const acknowledge = command("acknowledge_order", { kind: "order", key: order.number }, { order: order.number, version: 1, state: "accepted", lines: [] });

conforms(setup);
conformsWhenSending("Northgate Commerce", {
  setup, command: acknowledge, accepts: found, acts: (seen) => seen.method === "PUT", readsNoAnswer: true,
  refusal: { status: 422, body: { errors: [{ code: "refused", message: "No", field: "promise_date" }] }, code: "CTR-01" },
});

test("shipped quantities are told in the shop's own packs, before the word for it", async () => {
  const stub = await bench(setup, found);
  const { outcome } = await stub.integrations.send(status, lease());
  await stub.close();
  const writes = stub.seen.filter(({ method }) => method !== "GET");
  expect(outcome.kind).toBe("confirmed");
  expect(writes.map(({ method, path }) => `${method} ${path}`)).toEqual([`POST /api/v2/orders/${order.id}/fulfilments`, `PUT /api/v2/orders/${order.id}/progress`]);
  expect(JSON.parse(writes[0]?.body ?? "{}")).toMatchObject({ reference: order.number, version: 2, tracking_number: "PW1", lines: [{ line_id: first.id, quantity: "2", unit: "case24" }] });
});

test("what was overtaken is not an error", async () => {
  const stub = await bench(setup, (seen) => (seen.method === "PUT" ? { status: 409, body: { errors: [{ code: "conflict", message: "older" }] } } : found(seen)));
  expect((await stub.integrations.send(acknowledge, lease())).outcome).toMatchObject({ kind: "confirmed", result: { overtaken: true } });
  await stub.close();
});

describe("stock", () => {
  const stocked: Setup = { ...setup, codes: { "item|1000-001": "NG-1", "warehouse|COL": "DC-EAST", "base_unit|1000-001": "each" } };
  const say = command("update_stock", { kind: "stock_position", key: "1000-001/COL" }, { item: "1000-001", warehouse: "COL", version: 4, available: "480" });
  const row = (more: object = {}) => ({ item_number: "NG-1", warehouse: "DC-EAST", available: "480", unit: "each", version: 4, updated_at: testNow, ...more });
  test("is written whole and read back, by its own words", async () => {
    const stub = await bench(stocked, (seen) => ({ body: seen.method === "PUT" ? row() : { data: [row()], next_cursor: null } }));
    const { outcome } = await stub.integrations.send(say, lease());
    await stub.close();
    expect(stub.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(["PUT /api/v2/items/NG-1/stock", "GET /api/v2/stock?item_number=NG-1&warehouse=DC-EAST"]);
    expect(JSON.parse(stub.seen[0]?.body ?? "{}")).toEqual({ warehouse: "DC-EAST", available: "480", unit: "each", version: 4 });
    expect(outcome).toMatchObject({ kind: "confirmed", reference: "NG-1/DC-EAST/v4", events: [{ type: "stock.positioned", data: { item: "NG-1", warehouse: "DC-EAST", onHand: "480", allocated: "0" } }] });
  });
  test("one that was overtaken is told as it is there", async () => {
    const stub = await bench(stocked, (seen) => (seen.method === "PUT" ? { status: 409, body: { errors: [{ code: "conflict", message: "older" }] } } : { body: { data: [row({ version: 5, available: "20", unit: "case24" })], next_cursor: null } }));
    const { outcome } = await stub.integrations.send(say, lease());
    await stub.close();
    expect(outcome).toMatchObject({ kind: "confirmed", result: { overtaken: true }, events: [{ data: { onHand: "480" } }] });
  });
});

conformsWhenCalled("Northgate Commerce", {
  setup, id: "evt_000001", body: JSON.stringify({ id: "evt_000001", type: "order.created", created_at: testNow, data: {} }),
  sign: (body, at) => { const t = Math.floor(at / 1000); return { "x-northgate-delivery": "evt_000001", "x-northgate-signature": `t=${t},v1=${createHmac("sha256", setup.secrets["webhookSecret"] ?? "").update(`${t}.${body}`).digest("hex")}` }; },
});

const withOrder = (more: object) => ({ type: "order.updated", data: { order: { ...order, ...more } } });
const back = { id: "ret_1", order_number: order.number, status: "authorised", reason: "wrong_item", requested_at: testNow, updated_at: testNow, lines: [{ line_id: first.id, quantity: "2", unit: "case24" }], rma: "RMA-1", expires_on: "2026-12-23", wants: "credit" };
const request = { id: "x1", requested_at: testNow, reason: "twice", status: "pending", lines: [{ line_id: first.id, quantity: "1" }] };
test("a request to cancel that came too late is refused, once the acknowledgement answers it", async () => {
  const answers = async (cancels: string[]) => {
    const stub = await bench(setup, (seen) => (seen.method === "GET" ? { body: { data: [{ ...order, lines: [{ ...first, unit: "case24", cancelled_quantity: "0" }], cancel_requests: [request] }], next_cursor: null } } : { body: order }));
    const kept = String(Number(first.quantity) * 24);
    await stub.integrations.send(command("acknowledge_order", { kind: "order", key: order.number }, { order: order.number, version: 1, state: "accepted", lines: [{ line: first.id, quantity: kept, promised: null }], cancels }), lease());
    await stub.close();
    return stub.seen.filter(({ path }) => path.endsWith("/x1/answer")).map(({ body }) => (JSON.parse(body) as { result: string }).result);
  };
  expect([await answers([]), await answers(["x1"])]).toEqual([[], ["refused"]]);
});

conformsWhenTranslating("Northgate Commerce", {
  setup,
  messages: { order: messages.order, "card order": messages.cardOrder, "cancel request": withOrder({ cancel_requests: [request] }), "refused cancel": withOrder({ cancel_requests: [{ ...request, status: "refused" }] }), "return": { type: "return.updated", data: { return: back } }, "return not yet authorised": { type: "return.requested", data: { return: { ...back, status: "requested", rma: null } } }, "a customer": { type: "customer.snapshot", data: { customer: { code: "C-77", name: "Harbor Supply", status: "active", ship_tos: [{ code: "C-77-02", name: "Harbor Supply, Dock 2" }], updated_at: "2026-11-23T09:00:00.000Z" } } }, "an item": { type: "item.snapshot", data: { item: { item_number: "N-10-1", name: "Hex bolt", status: "active", price_unit: "each", updated_at: "2026-11-23T09:00:00.000Z" } } }, "a count": { type: "stock.snapshot", data: { stock: { item_number: "N-10-1", warehouse: "DC-EAST", available: "12", unit: "each", version: 3, updated_at: "2026-11-23T09:00:00.000Z" } } }, "another kind": { type: "coupon.updated", data: {} } },
  expected: { order: ["order.captured"], "card order": ["order.captured", "payment.authorised"], "cancel request": ["order.captured", "order.cancel_requested"], "refused cancel": ["order.captured"], "return": ["return.authorised"], "return not yet authorised": [], "a customer": ["code.described", "code.described"], "an item": ["code.described"], "a count": ["stock.positioned"], "another kind": [] },
});

describe("an order in our words", () => {
  const read = async (message: object) => {
    const answer = await integrationsOf(setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: new TextEncoder().encode(JSON.stringify(message)) });
    return answer.ok ? answer.value.events : answer.error;
  };
  const quantityOf = async (message: object) => { const events = await read(message); return Array.isArray(events) ? (events[0]?.data as { lines: { quantity: string }[] }).lines[0]?.quantity : events; };
  const line = { ...first, quantity: "10", cancelled_quantity: "4" };
  test("keeps what a cancel request took, which is told apart, and leaves out what was taken otherwise", async () => {
    expect(await quantityOf(withOrder({ lines: [line] }))).toBe("6");
    expect(await quantityOf(withOrder({ lines: [line], cancel_requests: [{ ...request, status: "accepted", lines: [{ line_id: first.id, quantity: "4" }] }] }))).toBe("10");
    expect(await quantityOf(withOrder({ lines: [line], cancel_requests: [{ ...request, status: "accepted", lines: null }] }))).toBe("10");
  });
  test("a return counts in base units, and an unknown pack is a mapping", async () => {
    expect(await read({ type: "return.updated", data: { return: back } })).toMatchObject([{ data: { return: "RMA-1", lines: [{ quantity: "48" }] } }]);
    expect(await read({ type: "return.updated", data: { return: { ...back, lines: [{ line_id: "1", quantity: "1", unit: "BX" }] } } })).toMatchObject({ code: "MAP-03", at: "data.return.lines.0.unit" });
  });
  test("a kit has its components, each with what it holds and what one costs alone", async () => {
    const components = [{ item_number: "NG-100002", quantity: "1", unit_price: "40.000000" }, { item_number: "NG-100003", quantity: "2", unit_price: "30.000000" }];
    expect(await read(withOrder({ lines: [{ ...first, components }] }))).toMatchObject([{ data: { lines: [{ components: [{ item: "NG-100002", per: "1", shareOfPrice: "40" }, { item: "NG-100003", per: "2", shareOfPrice: "30" }] }] } }]);
  });
  test.each([["purpose", { purpose: "loan" }], ["freight_terms", { freight_terms: "fob_mars" }], ["payment.method", { payment: { method: "crypto" } }], ["lines.0.fulfilment_method", { lines: [{ ...first, fulfilment_method: "teleport" }] }]])("a word for %s that nobody documented is refused at its place, not taken for a usual one", async (place, more) => {
    expect(await read(withOrder(more))).toMatchObject({ code: "CTR-01", at: `data.order.${place}` });
  });
  test("a message of a kind that we keep says what it is about; without it something is missing", async () => {
    expect(await read({ type: "order.created", data: {} })).toMatchObject({ code: "CTR-01", at: "data.order" });
    expect(await read({ type: "return.updated", data: {} })).toMatchObject({ code: "CTR-01", at: "data.return" });
  });
  test("an order that is not as documented keeps none beside it from being read", async () => {
    const stub = await bench(setup, () => ({ body: { data: [{ ...order, id: "ord_8", purpose: "loan" }, { ...order, id: "ord_9" }], next_cursor: null } }));
    const { reading } = await stub.integrations.readFeed("under-test", "orders", null, lease());
    await stub.close();
    expect(reading.ok && reading.value.messages.map(({ sourceMessageId }) => sourceMessageId.split(":")[1])).toEqual(["ord_8", "ord_9"]);
  });
  test("an impossible quantity is a contract failure at its place", async () => {
    for (const quantity of ["-1", "1e9", "many"]) expect(await read(withOrder({ lines: [{ ...first, quantity }] }))).toMatchObject({ code: "CTR-01", at: expect.stringContaining("lines.0.quantity") as string });
  });
});

conformsWhenAsked("Northgate Commerce", {
  setup: { ...setup, settings: { ...setup.settings, site: "US01" } }, census: "orders", feed: "orders", total: null, expected: [`orders ${order.number}`, "orders N-2", "orders excluded"],
  vendor: ({ path }) => ({ body: path.includes("cursor=") ? { data: [{ ...order, id: "ord_3", number: "N-3", site: "B" }], next_cursor: null } : { data: [order, { ...order, id: "ord_2", number: "N-2" }], next_cursor: "b2" } }),
});
