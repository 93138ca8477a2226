import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bench, command, conformsWhenCalled, conformsWhenReadAgain, conformsWhenSending, conformsWhenTranslating, integrationsOf, lease, testNow, type Seen, type Setup, type Vendor } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { conformsWhenAsked } from "../contract/testing/conforms-when-asked";
import { vendure } from ".";
import messages from "./fixtures/messages.json";

const setup: Setup = { connector: vendure, settings: { payments: { "net-30": "terms", prepaid: "advance" } }, secrets: { apiKey: "vnk_very-secret-1", webhookSecret: "whs_very-secret-2" }, codes: {} };
const order = messages.order.data.order, [hose] = order.lines as [(typeof order.lines)[number]], [payment] = order.payments as [(typeof order.payments)[number]];
const asked = (seen: Seen): string => /^(?:query|mutation) (\w+)/.exec((JSON.parse(seen.body) as { query: string }).query)?.[1] ?? "";
const vendor = (there: object, notes: string[] = []): Vendor => (seen) => {
  switch (asked(seen)) {
    case "Orders": return { body: { data: { orders: { items: [there] } } } };
    case "Notes": return { body: { data: { order: { history: { items: notes.map((note) => ({ data: { note } })) } } } } };
    case "Note": return { body: { data: { addNoteToOrder: { id: order.id } } } };
    case "Fulfil": return { body: { data: { addFulfillmentToOrder: { id: "7" } } } };
    case "Move": return { body: { data: { transitionFulfillmentToState: { id: "7" } } } };
    case "Cancel": return { body: { data: { cancelOrder: { id: order.id } } } };
    default: return { body: { data: {} } };
  }
};
const acknowledge = (state: "accepted" | "cancelled" = "accepted") => command("acknowledge_order", { kind: "order", key: order.code }, { order: order.code, version: 1, state, lines: [] });
const status = (shipped: string) => command("update_order_status", { kind: "order", key: order.code }, { order: order.code, status: "part_shipped", version: 2, lines: [{ line: hose.id, shipped }], tracking: ["1Z", "PW2"] });

conforms(setup);
conformsWhenSending("Vendure", {
  setup, command: acknowledge(), accepts: vendor(order), acted: vendor(order, [`Acknowledged: accepted (version 1) [${acknowledge().naturalKey}]`]), acts: (seen) => asked(seen) === "Note",
  refusal: { status: 200, body: { data: { addNoteToOrder: { __typename: "OrderStateTransitionError", errorCode: "ORDER_STATE_TRANSITION_ERROR", message: "No" } } }, code: "CTR-01" },
});
conformsWhenCalled("Vendure", {
  setup, id: "A:5:abc", body: JSON.stringify({ id: "A:5:abc", type: "order.snapshot", data: {} }),
  sign: (body, at) => { const t = Math.floor(at / 1000); return { "ledgerline-signature": `t=${t},v1=${createHmac("sha256", setup.secrets["webhookSecret"] ?? "").update(`${t}.${body}`).digest("hex")}` }; },
});
const withOrder = (more: object) => ({ ...messages.order, data: { order: { ...order, ...more } } });
conformsWhenTranslating("Vendure", {
  setup,
  messages: {
    order: messages.order, basket: withOrder({ orderPlacedAt: null }), "on account": withOrder({ payments: [{ ...payment, method: "net-30" }] }), "in advance": withOrder({ payments: [{ ...payment, method: "prepaid" }] }), declined: withOrder({ payments: [{ ...payment, state: "Declined", refunds: [] }] }),
    stock: { type: "stock.snapshot", data: { stock: { sku: "A", location: "Main", onHand: 4, allocated: 1, at: testNow } } }, customer: { type: "customer.snapshot", data: { named: { kind: "customer", code: "ap@harbor.example", name: "Harbor Supply", email: "ap@harbor.example", active: true, at: testNow } } }, "another kind": { type: "product.updated", data: {} },
  },
  expected: { order: ["order.captured", "payment.authorised", "receipt.recorded", "refund.settled"], basket: [], "on account": ["order.captured"], "in advance": ["order.captured", "receipt.recorded", "refund.settled"], declined: ["order.captured", "payment.authorised"], stock: ["stock.positioned"], customer: ["code.described"], "another kind": [] },
});

describe("what GraphQL says with 200", () => {
  const answered = async (body: unknown, status = 200) => {
    const stub = await bench(setup, (seen) => (asked(seen) === "Note" ? { status, body } : vendor(order)(seen)));
    const { outcome } = await stub.integrations.send(acknowledge(), lease());
    await stub.close();
    return outcome;
  };
  const error = (code: string) => ({ errors: [{ message: "No", extensions: { code } }], data: null });
  test.each([
    ["FORBIDDEN pauses the connector", error("FORBIDDEN"), 200, { kind: "retryable", authentication: true, failure: { code: "TEC-02" } }],
    ["a query that it does not understand is refused", error("GRAPHQL_VALIDATION_FAILED"), 400, { kind: "rejected", failure: { code: "CTR-01", message: "No" } }],
    ["of an error inside nobody knows whether it acted", error("INTERNAL_SERVER_ERROR"), 200, { kind: "unknown" }],
  ])("%s", async (_, body, code, expected) => { expect(await answered(body, code)).toMatchObject(expected); });
});

describe("writing back", () => {
  const written = async (use: ReturnType<typeof command>, there: object = order, notes: string[] = []) => {
    const stub = await bench(setup, vendor(there, notes));
    const { outcome } = await stub.integrations.send(use, lease());
    await stub.close();
    return { kind: outcome.kind, acts: stub.seen.filter((seen) => seen.body.includes('"mutation')).map(asked), bodies: stub.seen.map(({ body }) => JSON.parse(body) as { variables: { input?: { lines?: unknown; handler?: unknown } } }) };
  };
  test("fulfils what is missing and no more, and names only the parcels that are new", async () => {
    const ours = { ...order, fulfillments: order.fulfillments.map((row) => ({ ...row, method: "Ledgerline" })) };
    const { acts, bodies } = await written(status("3"), ours);
    expect(acts).toEqual(["Fulfil", "Move", "Note"]);
    expect(bodies.find(({ variables }) => variables.input?.handler)?.variables.input).toMatchObject({ lines: [{ orderLineId: hose.id, quantity: 1 }], handler: { arguments: [{ name: "method", value: "Ledgerline" }, { name: "trackingCode", value: "PW2" }] } });
    expect((await written(status("2"), ours)).acts).toEqual(["Note"]);
  });
  test("sends off what was made before its answer was lost, and makes no second", async () => {
    expect((await written(status("2"), { ...order, fulfillments: order.fulfillments.map((row) => ({ ...row, method: "Ledgerline", state: "Pending" })) })).acts).toEqual(["Move", "Note"]);
  });
  test("does nothing once its note stands there", async () => {
    const use = status("3");
    expect(await written(use, order, [`Status: part shipped (version 2) [${use.naturalKey}]`])).toMatchObject({ kind: "confirmed", acts: [] });
  });
  test("cancels an order of which nothing left, and never one of which something did", async () => {
    expect((await written(acknowledge("cancelled"), { ...order, fulfillments: [] })).acts).toEqual(["Cancel", "Note"]);
    expect((await written(acknowledge("cancelled"))).acts).toEqual(["Note"]);
  });
  test("half a unit is no number that Vendure counts", async () => {
    expect(await written(status("2.5"))).toMatchObject({ kind: "rejected", acts: [] });
  });
});

describe("stock", () => {
  const stocked: Setup = { ...setup, codes: { "item|VALVE": "V-12", "warehouse|DC-EAST": "Main", "base_unit|VALVE": "each" } };
  const say = (more: object = {}) => command("update_stock", { kind: "stock_position", key: "VALVE/DC-EAST" }, { item: "VALVE", warehouse: "DC-EAST", version: 1, available: "48", ...more });
  /** Vendure with one variant in one place, which takes what it is told. */
  async function written(use: ReturnType<typeof say>, onHand: number, allocated: number, own: Setup = stocked, there: object = {}) {
    let now = onHand;
    const stub = await bench(own, (seen) => {
      const { query, variables } = JSON.parse(seen.body) as { query: string; variables: { input?: { stockLevels: { stockOnHand: number }[] }[] } };
      if (query.startsWith("mutation Stock")) { now = variables.input?.[0]?.stockLevels[0]?.stockOnHand ?? now; return { body: { data: { updateProductVariants: [{ id: "7" }] } } }; }
      const level = { stockOnHand: now, stockAllocated: allocated, updatedAt: testNow, stockLocation: { id: "1", name: "Main" } };
      return { body: { data: { productVariants: { items: [{ id: "7", sku: "V-12", stockLevels: [level] }] }, stockLocations: { items: [{ id: "1", name: "Main" }] }, ...there } } };
    });
    const { outcome } = await stub.integrations.send(use, lease());
    await stub.close();
    return { outcome, writes: stub.seen.filter(({ body }) => body.includes("mutation Stock")).length, now };
  }
  test("as much is free as was said: what is allocated there stays allocated, and the count is read back", async () => {
    const { outcome, now } = await written(say(), 49, 0);
    expect([outcome.kind, now, outcome.kind === "confirmed" ? outcome.events : null]).toMatchObject(["confirmed", 48, [{ type: "stock.positioned", data: { item: "V-12", warehouse: "Main", onHand: "48", allocated: "0" } }]]);
    expect((await written(say({ reserved: "3" }), 50, 3)).now).toBe(51);
  });
  test("what was promised since comes off, and what was sent since does not come on", async () => {
    expect((await written(say({ reserved: "3" }), 60, 5)).now).toBe(51);
    expect((await written(say({ reserved: "3" }), 60, 1)).now).toBe(49);
  });
  test("what is so already is left alone, and a repeat changes nothing", async () => {
    expect(await written(say({ reserved: "0" }), 48, 0)).toMatchObject({ outcome: { kind: "confirmed", events: [{}] }, writes: 0 });
  });
  test.each([
    ["an item without a code", stocked, { item: "OTHER" }, {}, "MAP-02"], ["a place without a code", stocked, { warehouse: "DC-WEST" }, {}, "MAP-04"], ["half a unit", stocked, { available: "47.5" }, {}, "MAP-03"],
    ["an item that is counted otherwise", { ...stocked, codes: { ...stocked.codes, "base_unit|VALVE": "case" } }, {}, {}, "MAP-03"], ["a variant that is gone", stocked, {}, { productVariants: { items: [] } }, "MAP-02"], ["a place that is gone", stocked, {}, { stockLocations: { items: [] } }, "MAP-04"],
  ])("%s is refused, and nothing is written", async (_, own, more, there, code) => {
    const { outcome, writes } = await written(say(more), 49, 0, own, there);
    expect([outcome.kind, outcome.kind === "rejected" ? outcome.failure.code.slice(0, 6) : null, writes]).toEqual(["rejected", code, 0]);
  });
  conformsWhenReadAgain("Vendure", { setup, feed: "stock", vendor: () => ({ body: { data: { productVariants: { totalItems: 1, items: [{ id: "7", sku: "V-12", stockLevels: [{ stockOnHand: 49, stockAllocated: 2, updatedAt: testNow, stockLocation: { id: "1", name: "Main" } }] }] } } } }) });
  test("of two counts of one second the one that was read later is the newer", async () => {
    const versionOf = async (readAt: string | undefined) => {
      const answer = await integrationsOf(setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: new TextEncoder().encode(JSON.stringify({ type: "stock.snapshot", data: { stock: { sku: "A", location: "Main", onHand: 4, allocated: 1, at: "2026-11-23T09:00:00.000Z", ...(readAt ? { readAt } : {}) } } })) });
      return answer.ok ? (answer.value.events[0]?.data as { version: number }).version : NaN;
    };
    const [untold, early, late, next] = await Promise.all([versionOf(undefined), versionOf("2026-11-23T09:00:00.300Z"), versionOf("2026-11-23T09:00:00.900Z"), versionOf("2026-11-23T10:00:00.000Z")]);
    expect([untold, early, late, next].map((version) => (version ?? 0) - (untold ?? 0))).toEqual([0, 30, 90, 999]);
  });
});

describe("an order in our words", () => {
  const lineOf = async (more: object) => {
    const answer = await integrationsOf(setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: new TextEncoder().encode(JSON.stringify(withOrder(more))) });
    return answer.ok ? (answer.value.events[0]?.data as { lines: Record<string, string>[] }).lines[0] : answer.error;
  };
  test("a net price that is no whole cent is the price of the line's own quantity", async () => {
    expect(await lineOf({ lines: [{ ...hose, quantity: 3, unitPrice: 3086, linePrice: 9258 - 1, proratedLinePrice: 8999 }], fulfillments: [] })).toMatchObject({ quantity: "3", price: "92.57", priceUnit: "3", discount: "2.58" });
  });
  test("what was cancelled after it had left stays ordered, with its share of the discount", async () => {
    expect(await lineOf({ lines: [{ ...hose, quantity: 1, linePrice: 3333, proratedLinePrice: 3000 }] })).toMatchObject({ quantity: "2", price: "33.33", discount: "6.66" });
  });
  test("a currency of other decimals is counted as the settings say", async () => {
    const answer = await integrationsOf({ ...setup, settings: { decimals: 0 } }, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: new TextEncoder().encode(JSON.stringify(messages.order)) });
    expect(answer).toMatchObject({ value: { events: [{ data: { lines: [{ price: "3333" }, {}, {}] } }, {}, {}, {}] } });
  });
  test("how an order is paid is said by the payment that stands, not by one that was declined before it", async () => {
    const captured = async (...payments: object[]) => {
      const answer = await integrationsOf(setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: new TextEncoder().encode(JSON.stringify(withOrder({ payments }))) });
      return answer.ok ? answer.value.events.find(({ type }) => type === "order.captured")?.data : answer;
    };
    const first = { ...payment, refunds: [] }, second = { ...first, id: "2", transactionId: null };
    expect(await captured({ ...first, state: "Declined" }, { ...second, method: "net-30", state: "Authorized" })).toMatchObject({ terms: "net-30", payment: { method: "terms" } });
    expect(await captured({ ...first, method: "net-30", state: "Error" }, second)).toMatchObject({ terms: "card", payment: { method: "card" } });
    expect(await captured({ ...first, state: "Cancelled" })).toMatchObject({ terms: "card" });
  });
});

test("what is paid in advance is the bank's money, of the order, which nobody authorised", async () => {
  const read = await integrationsOf(setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: new TextEncoder().encode(JSON.stringify(withOrder({ payments: [{ ...payment, method: "prepaid" }] }))) });
  const events = read.ok ? read.value.events : [], receipt = events.find(({ type }) => type === "receipt.recorded")?.data;
  expect(events.find(({ type }) => type === "order.captured")?.data).toMatchObject({ payment: { method: "advance" } });
  expect(receipt).toMatchObject({ means: "bank", order: order.code });
  expect(receipt).not.toHaveProperty("authorisation");
});

/** Two orders placed long ago, whose own `updatedAt` stood still while they were paid and refunded; each on a page of its own. */
const moved = { id: order.id, updatedAt: order.updatedAt, payments: order.payments, fulfillments: order.fulfillments, history: { totalItems: 12, items: order.history.items.slice(-1) } };
conformsWhenAsked("Vendure", {
  setup: { ...setup, settings: { ...setup.settings, pageSize: 1 } }, census: "orders", feed: "movements", total: 2,
  expected: ["A", "B"].flatMap((code) => [`orders ${code}`, `payments ${code}-P${payment.id}`, `refunds ${code}-R${payment.refunds[0]?.id ?? ""}`]),
  vendor: (seen) => {
    const { variables } = JSON.parse(seen.body) as { variables: { options: { skip?: number; filter: { id?: { in: string[] } } } } };
    if (asked(seen) === "Heads") { const which = ["A", "B"][variables.options.skip ?? 0]; return { body: { data: { orders: { totalItems: 2, items: which === undefined ? [] : [{ ...moved, id: which }] } } } }; }
    return { body: { data: { orders: { items: (variables.options.filter.id?.in ?? []).map((id) => ({ ...order, id, code: id })) } } } };
  },
});

describe("card money", () => {
  const held = { ...payment, id: "9", state: "Authorized", transactionId: null, amount: 12_345, refunds: [] };
  const capture = (amount: string) => command("capture_payment", { kind: "billing_unit", key: "S-1" }, { reference: "capture_payment|S-1", order: order.code, unit: "S-1", authorisation: `${order.code}-P9`, amount, currency: "USD", invoice: "INV-1" });
  const refund = command("refund_payment", { kind: "return", key: "R-1" }, { reference: "refund_payment|R-1", receipt: `${order.code}-P9`, capture: `${order.code}-P9`, amount: "20.00", currency: "USD", reason: "return" });
  /** Vendure with one payment, which moves as it is told. */
  async function moved(use: ReturnType<typeof capture>, before: object, after: object) {
    let now = before;
    const stub = await bench(setup, (seen) => {
      if (asked(seen) === "Settle") { now = after; return { body: { data: { settlePayment: { id: "9" } } } }; }
      if (asked(seen) === "Refund") { now = after; return { body: { data: { refundOrder: { id: "3" } } } }; }
      return vendor({ ...order, payments: [now] })(seen);
    });
    const { outcome } = await stub.integrations.send(use, lease());
    await stub.close();
    return { outcome, mutations: stub.seen.map(asked).filter((name) => name === "Settle" || name === "Refund") };
  }
  const settled = { ...held, state: "Settled" };
  test("is settled as a whole, once", async () => {
    expect(await moved(capture("123.45"), held, settled)).toEqual({ mutations: ["Settle"], outcome: { kind: "confirmed", reference: `${order.code}-P9`, result: { capture: `${order.code}-P9`, amount: "123.45" } } });
    expect(await moved(capture("123.45"), settled, settled)).toMatchObject({ mutations: [], outcome: { kind: "confirmed" } });
  });
  test("a part of it is refused before anything is moved", async () => {
    expect(await moved(capture("100.00"), held, settled)).toMatchObject({ mutations: [], outcome: { kind: "rejected", failure: { code: "PAY-03" } } });
  });
  test("a settlement that the payment does not show is not known", async () => {
    expect(await moved(capture("123.45"), held, held)).toMatchObject({ mutations: ["Settle"], outcome: { kind: "unknown", failure: { code: "TEC-04" } } });
  });
  test("what was given back is known by its reason, also to a second try", async () => {
    const back = { ...settled, refunds: [{ id: "3", createdAt: testNow, updatedAt: testNow, state: "Pending", total: 2000, reason: "refund_payment|R-1" }] };
    const confirmed = { kind: "confirmed", reference: `${order.code}-R3`, result: { refund: `${order.code}-R3`, amount: "20.00", state: "pending" } };
    expect(await moved(refund, settled, back)).toEqual({ mutations: ["Refund"], outcome: confirmed });
    expect(await moved(refund, back, back)).toEqual({ mutations: [], outcome: confirmed });
  });
});
