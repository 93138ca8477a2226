import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bench, command, conformsWhenCalled, conformsWhenSending, conformsWhenTranslating, integrationsOf, lease, testNow, type Seen, type Setup, type Vendor } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { conformsWhenAsked } from "../contract/testing/conforms-when-asked";
import { medusa } from ".";
import messages from "./fixtures/messages.json";

const setup: Setup = { connector: medusa, settings: { tellsGoods: true, tellsCustomers: true, payments: { pp_system_default: "card" } }, secrets: { apiKey: "sk_very-secret-1", webhookSecret: "whs_very-secret-2" }, codes: {} };
const order = messages.order.data.order, number = `${order.display_id}-${order.id.slice(-6)}`, [payment] = order.payment_collections[0]?.payments ?? [];
const [hose] = order.items.filter(({ variant_sku }) => variant_sku === "HOSE-50");
if (!hose || !payment) throw new Error("the fixture has no hose or no payment");

const isWrite = ({ method, path }: Seen): string | null => (method !== "POST" ? null : path.includes("/shipments") ? "ship" : path.includes("/fulfillments") ? "fulfil" : path.endsWith("/cancel") ? "cancel" : "note");
const vendor = (there: object): Vendor => (seen) => {
  const known = (there as { fulfillments: { id: string }[] }).fulfillments;
  switch (isWrite(seen)) {
    case null: return { body: { orders: [there], count: 1 } };
    case "fulfil": return { body: { order: { id: order.id, fulfillments: [...known, { id: "ful_new" }] } } };
    default: return { body: { order: { id: order.id } } };
  }
};
const acknowledge = (state: "accepted" | "cancelled" = "accepted", version = 1) => command("acknowledge_order", { kind: "order", key: number }, { order: number, version, state, lines: [{ line: hose.id, quantity: "3", promised: "2026-12-01" }] });
const status = (shipped: string, version = 2) => command("update_order_status", { kind: "order", key: number }, { order: number, status: "part_shipped", version, lines: [{ line: hose.id, shipped }], tracking: ["1Z", "PW2"] });

conforms(setup);
conformsWhenSending("Medusa", {
  setup, command: acknowledge(), accepts: vendor(order), acted: till(), acts: (seen) => isWrite(seen) === "note",
  refusal: { status: 400, body: { type: "invalid_data", message: "No" }, code: "CTR-01" },
});
/** A Medusa whose payment keeps what it was told. */
function till({ captures = [] }: { captures?: object[] } = {}): Vendor {
  const own = { ...payment, canceled_at: null as string | null, captures: [...captures], refunds: [] as object[] }, raw = (value: number) => ({ value: String(value), precision: 20 });
  let metadata: object = {};
  return ({ method, path, body }) => {
    const sent = method === "POST" ? JSON.parse(body) as { amount: number; note?: string; metadata?: object } : { amount: 0 };
    if (path.endsWith("/capture")) own.captures.push({ id: `capt_${own.captures.length + 1}`, created_at: testNow, raw_amount: raw(sent.amount) });
    else if (path.endsWith("/refund")) own.refunds.push({ id: `ref_${own.refunds.length + 1}`, created_at: testNow, raw_amount: raw(sent.amount), note: sent.note });
    else if (method === "POST") metadata = { ...metadata, ...sent.metadata };
    if (method === "POST") return { body: path.includes("/payments/") ? { payment: { id: own.id } } : { order: { id: order.id } } };
    return { body: { orders: [{ ...order, metadata, payment_collections: [{ payments: [own] }] }], count: 1 } };
  };
}
const capture = (reference: string, amount: string) => command("capture_payment", { kind: "billing_unit", key: reference }, { reference, order: number, unit: reference, authorisation: payment.id, amount, currency: "USD", invoice: "INV-1" });
const refund = (receipt: string, amount: string) => command("refund_payment", { kind: "receipt", key: receipt }, { reference: `refund|${receipt}`, receipt, capture: receipt, amount, currency: "USD", reason: "return" });
const moves = ({ path }: Seen): boolean => path.endsWith("/capture") || path.endsWith("/refund");
const refusesMoney = { status: 400, body: { type: "invalid_data", message: "No" } };
/** One that has forgotten all when it was read after money moved, so that each test begins anew. */
function forgetful(captures: object[] = []): Vendor {
  let own = till({ captures }), hasMoved = false;
  return (seen) => {
    const answer = own(seen);
    if (seen.method === "GET" && hasMoved) { own = till({ captures }); hasMoved = false; }
    hasMoved ||= moves(seen);
    return answer;
  };
}
const once = [{ id: "capt_1", created_at: testNow, raw_amount: { value: "50", precision: 20 } }];
conformsWhenSending("Medusa, capturing", { setup, command: capture("u1", "50.00"), accepts: forgetful(), acted: till(), acts: moves, refusal: { ...refusesMoney, code: "PAY-03" } });
conformsWhenSending("Medusa, giving back", { setup, command: refund(`${number}-capt_1`, "20.00"), accepts: forgetful(once), acted: till({ captures: once }), acts: moves, refusal: { ...refusesMoney, code: "REF-01" } });

describe("money on the tower's command", () => {
  const moved = async (vendor: Vendor, ...uses: ReturnType<typeof command>[]) => {
    const stub = await bench(setup, vendor), outcomes = [];
    for (const use of uses) outcomes.push((await stub.integrations.send(use, lease())).outcome);
    const looked = (await stub.integrations.lookup(uses[0] as ReturnType<typeof command>, lease())).answer;
    await stub.close();
    return { outcomes, looked, amounts: stub.seen.filter(moves).map(({ body }) => (JSON.parse(body) as { amount: number }).amount) };
  };
  test("two captures of one amount are two, and neither is made again by a second try", async () => {
    const [first, second] = [capture("u1", "50.00"), capture("u2", "50.00")];
    const { outcomes, amounts } = await moved(till(), first, second, { ...first, attempt: 2 }, { ...second, attempt: 2 });
    expect(outcomes.map((outcome) => (outcome.kind === "confirmed" ? outcome.result["amount"] : outcome))).toEqual(["50.00", "50.00", "50.00", "50.00"]);
    expect(amounts).toEqual([50, 50]);
  });
  test("the first of two captures of one amount is found as itself after the second one, too", async () => {
    const own = till(), [first, second] = [capture("u1", "50.00"), capture("u2", "50.00")];
    const { looked, outcomes } = await moved(own, first, second);
    expect([looked, outcomes[1]]).toMatchObject([{ kind: "found", result: { capture: `${number}-capt_1` } }, { kind: "confirmed", result: { capture: `${number}-capt_2` } }]);
  });
  test("a capture whose answer was lost is found, one that never came is absent and made by the next try", async () => {
    const use = capture("u1", "50.00"), own = till(), lost = { at: 0 };
    const cut: Vendor = (seen) => { const answer = moves(seen) && lost.at++ > 0 ? own(seen) : moves(seen) ? { cut: true } : own(seen); return answer; };
    const { outcomes, looked, amounts } = await moved(cut, use, { ...use, attempt: 2 });
    expect(outcomes.map(({ kind }) => kind)).toEqual(["unknown", "confirmed"]);
    expect(looked).toMatchObject({ kind: "found", result: { amount: "50.00" } });
    expect(amounts).toEqual([50, 50]);
    const kept = till(), after = await moved((seen) => { const answer = kept(seen); return moves(seen) ? { cut: true } : answer; }, use, { ...use, attempt: 2 });
    expect([after.outcomes.map(({ kind }) => kind), after.amounts]).toEqual([["unknown", "confirmed"], [50]]);
  });
  test("the last of a payment is captured to the part of a cent; more than is left and money of nobody are refused", async () => {
    expect((await moved(till(), capture("u1", "240.27"))).amounts).toEqual([240.26544]);
    expect((await moved(till({ captures: once }), capture("u1", "240.00"))).outcomes).toMatchObject([{ kind: "rejected", failure: { code: "PAY-03" } }]);
    expect((await moved(till(), refund(`${number}-capt_9`, "1.00"))).outcomes).toMatchObject([{ kind: "rejected", failure: { code: "REF-01" } }]);
  });
  test("a refund is known by its note; an authorisation is given back with its order", async () => {
    const use = refund(`${number}-capt_1`, "20.00"), twice = [...once, { ...once[0], id: "capt_2" }];
    expect(await moved(till({ captures: twice }), use, { ...use, attempt: 2 })).toMatchObject({ outcomes: [{ kind: "confirmed", result: { refund: "ref_1", amount: "20.00", state: "settled" } }, { kind: "confirmed" }], amounts: [20] });
    const release = command("void_authorisation", { kind: "order", key: number }, { order: number, authorisation: payment.id });
    expect((await moved(till(), release)).outcomes).toMatchObject([{ kind: "retryable", retryAfterMs: 30_000 }]);
    expect((await moved(vendor(order), release)).outcomes).toMatchObject([{ kind: "confirmed", result: { state: "voided" } }]);
  });
});
conformsWhenCalled("Medusa", {
  setup, id: "order_1:abc", body: JSON.stringify({ id: "order_1:abc", type: "order.snapshot", data: {} }),
  sign: (body, at) => { const t = Math.floor(at / 1000); return { "ledgerline-signature": `t=${t},v1=${createHmac("sha256", setup.secrets["webhookSecret"] ?? "").update(`${t}.${body}`).digest("hex")}` }; },
});
const withOrder = (more: object) => ({ ...messages.order, data: { order: { ...order, ...more } } });
const customer = { id: "cus_1", email: "Ada@Acme.example", company_name: null, first_name: "Ada", last_name: "Byron", updated_at: testNow };
conformsWhenTranslating("Medusa", {
  setup,
  messages: {
    order: messages.order, draft: withOrder({ status: "draft" }), cancelled: withOrder({ canceled_at: testNow, fulfillments: [], returns: [], payment_collections: [] }), "another kind": { type: "region.updated", data: {} },
    customer: { type: "customer.snapshot", data: { customer } }, product: { type: "product.snapshot", data: { product: { id: "prod_1", title: "Hose", status: "draft", updated_at: testNow, variants: [{ id: "variant_1", sku: "HOSE", title: "50 ft", updated_at: testNow }, { id: "variant_2", sku: null, title: "none", updated_at: testNow }] } } },
  },
  expected: {
    order: ["order.captured", "payment.authorised", "receipt.recorded", "refund.settled", "shipment.confirmed", "return.authorised", "return.received"], draft: [], cancelled: ["order.captured", "order.cancel_requested"], "another kind": [],
    customer: ["code.described", "customer.described"], product: ["code.described"],
  },
});

describe("writing back", () => {
  const written = async (use: ReturnType<typeof command>, there: object = order, answer: Vendor = vendor(there)) => {
    const stub = await bench(setup, answer);
    const { outcome } = await stub.integrations.send(use, lease());
    await stub.close();
    const writes = stub.seen.filter((seen) => isWrite(seen) !== null);
    return { outcome, acts: writes.map(isWrite), bodies: writes.map(({ body }) => JSON.parse(body) as Record<string, unknown>), paths: stub.seen.map(({ path }) => decodeURIComponent(path)), keys: stub.seen.map(({ headers }) => headers.authorization) };
  };
  const parcel = (more: object) => [{ id: "ful_1", created_at: testNow, shipped_at: testNow, canceled_at: null, items: [], labels: [{ tracking_number: "1Z" }], metadata: { ledgerline: { key: "k", items: [{ id: hose.id, quantity: 2 }], sent: true } }, ...more }];

  test("finds an order by the end of its id, with the secret key as user name", async () => {
    const { paths, keys } = await written(acknowledge());
    expect(paths[0]).toContain(`/admin/orders?id[$like]=%${order.id.slice(-6)}&`);
    expect(keys[0]).toBe(`Basic ${Buffer.from("sk_very-secret-1:").toString("base64")}`);
  });
  test("fulfils what is missing and no more, names only the parcels that are new, and notes it last", async () => {
    const { acts, bodies } = await written(status("3"), { ...order, fulfillments: parcel({}) });
    expect(acts).toEqual(["fulfil", "ship", "note"]);
    expect(bodies[0]).toMatchObject({ items: [{ id: hose.id, quantity: 1 }], no_notification: false });
    expect(bodies[1]).toMatchObject({ items: [{ id: hose.id, quantity: 1 }], labels: [{ tracking_number: "PW2" }] });
    expect(bodies[2]).toMatchObject({ metadata: { ledgerline_status: { version: 2, state: "part_shipped" } } });
    expect((await written(status("2"), { ...order, fulfillments: parcel({}) })).acts).toEqual(["note"]);
  });
  test("sends off what was made before its answer was lost, and makes no second", async () => {
    const { acts, bodies } = await written(status("2"), { ...order, fulfillments: parcel({ shipped_at: null, labels: [] }) });
    expect(acts).toEqual(["ship", "note"]);
    expect(bodies[0]).toMatchObject({ items: [{ id: hose.id, quantity: 2 }], labels: [{ tracking_number: "1Z" }, { tracking_number: "PW2" }] });
  });
  test("what needs no shipping is fulfilled by itself and not sent off", async () => {
    const { acts, bodies } = await written(status("3"), { ...order, items: [{ ...hose, requires_shipping: false }] });
    expect([acts, bodies[0]?.["items"]]).toEqual([["fulfil", "note"], [{ id: hose.id, quantity: 1 }]]);
  });
  test("does nothing once its note or a later one stands there, or the order is cancelled", async () => {
    const use = status("3");
    for (const there of [{ metadata: { ledgerline_status: { key: use.naturalKey, version: 2 } } }, { metadata: { ledgerline_status: { key: "another", version: 3 } } }, { status: "canceled" }])
      expect(await written(use, { ...order, ...there })).toMatchObject({ outcome: { kind: "confirmed" }, acts: [] });
  });
  test("cancels an order of which nothing left and nothing was paid, and no other", async () => {
    const open = { ...order, fulfillments: [], payment_collections: [{ payments: [{ ...payment, captures: [], refunds: [] }] }] };
    expect((await written(acknowledge("cancelled"), open)).acts).toEqual(["cancel"]);
    expect((await written(acknowledge("cancelled"), { ...open, payment_collections: order.payment_collections })).acts).toEqual(["note"]);
    expect((await written(acknowledge("cancelled"), { ...open, fulfillments: order.fulfillments })).acts).toEqual(["note"]);
  });
  test("a conflict with another request is proof that nothing was done, and comes back", async () => {
    const { outcome } = await written(acknowledge(), order, (seen) => (isWrite(seen) === null ? vendor(order)(seen) : { status: 409, body: { code: "invalid_state_error", message: "conflict" } }));
    expect(outcome).toMatchObject({ kind: "retryable" });
  });
});

describe("an order in our words", () => {
  const told = async (more: object, settings: object = {}) => {
    const answer = await integrationsOf({ ...setup, settings: { ...setup.settings, ...settings } }, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: new TextEncoder().encode(JSON.stringify(withOrder(more))) });
    if (!answer.ok) throw new Error(answer.error.message);
    return (type: string) => answer.value.events.filter((event) => event.type === type).map(({ data }) => data as Record<string, any>); // eslint-disable-line @typescript-eslint/no-explicit-any -- read by many shapes below
  };
  test("a price that includes tax is told as the line's net amount for its quantity", async () => {
    const taxed = { ...hose, raw_unit_price: { value: "1.08" }, raw_quantity: { value: "3" }, raw_subtotal: { value: "2.99999999999" }, raw_discount_subtotal: { value: "0" }, detail: { ...hose.detail, raw_return_received_quantity: { value: "0" } } };
    expect((await told({ items: [taxed] }))("order.captured")[0]?.["lines"]).toMatchObject([{ quantity: "3", price: "3", priceUnit: "3", discount: "0" }]);
  });
  test("what came back keeps its price and discount, of which Medusa counts only what stands", async () => {
    const line = (received: string, more: object) => ({ ...hose, raw_unit_price: { value: "33.33" }, raw_quantity: { value: "5" }, raw_subtotal: { value: "166.65" }, raw_discount_subtotal: { value: "5" }, adjustments: [{ raw_amount: { value: "5" } }], ...more, detail: { ...hose.detail, raw_return_received_quantity: { value: received }, raw_return_dismissed_quantity: { value: "0" } } });
    const lines = async (one: object) => (await told({ items: [one] }))("order.captured")[0]?.["lines"] as object[];
    const before = await lines(line("0", {}));
    expect(before).toMatchObject([{ quantity: "5", price: "33.33", discount: "5" }]);
    expect(await lines(line("2", { raw_subtotal: { value: "99.99" }, raw_discount_subtotal: { value: "3" } }))).toEqual(before);
    expect(await lines(line("5", { raw_subtotal: { value: "0" }, raw_discount_subtotal: { value: "0" } }))).toEqual(before);
    const taxed = { is_tax_inclusive: true, tax_lines: [{ rate: 8 }], raw_unit_price: { value: "1.08" }, adjustments: [] };
    const gross = await lines(line("0", { ...taxed, raw_subtotal: { value: "5" }, raw_discount_subtotal: { value: "0" } }));
    expect(gross).toMatchObject([{ price: "5", priceUnit: "5", discount: "0" }]);
    for (const [back, left] of [["2", "3"], ["5", "0"]] as const) expect(await lines(line(back, { ...taxed, raw_subtotal: { value: left }, raw_discount_subtotal: { value: "0" } }))).toEqual(gross);
  });
  test("money is rounded once to what a provider can move, and its own number is the provider's", async () => {
    const events = await told({ payment_collections: [{ payments: [{ ...payment, data: { id: "pi_123" } }] }] });
    expect(events("payment.authorised")).toMatchObject([{ authorisation: "pi_123", amount: "240.27" }]);
    expect(events("receipt.recorded")).toMatchObject([{ amount: "50.00", authorisation: "pi_123" }]);
  });
  test("what was given back is of the capture that our note names, by hand of the oldest first", async () => {
    const row = (name: string, amount: string, note?: string) => ({ id: name, created_at: testNow, raw_amount: { value: amount }, note }), [first, second] = [`${number}-capt_1`, `${number}-capt_2`];
    const events = await told({ payment_collections: [{ payments: [{ ...payment, captures: [row("capt_1", "50"), row("capt_2", "80")], refunds: [row("ref_1", "30", `refund|x of ${second}`), row("ref_2", "60", "RMA"), row("ref_3", "20", `refund|y of ${second}`)] }] }] });
    expect(events("refund.settled").map(({ refund, receipt, amount }) => [refund, receipt, amount])).toEqual([["ref_1", second, "30.00"], ["ref_2", first, "50.00"], ["ref_2-2", second, "10.00"], ["ref_3", second, "20.00"]]);
  });
  test("a payment on account is no money, one in advance is the bank's", async () => {
    expect((await told({}, { payments: { pp_system_default: "terms" } }))("receipt.recorded")).toEqual([]);
    const advance = await told({}, { payments: { pp_system_default: "advance" } });
    expect([advance("payment.authorised"), advance("receipt.recorded")[0]?.["means"]]).toEqual([[], "bank"]);
  });
  test("goods are told only where the settings say that Medusa's count", async () => {
    const events = await told({}, { tellsGoods: false });
    expect(["shipment.confirmed", "return.received", "return.authorised"].map((type) => events(type).length)).toEqual([0, 0, 1]);
  });
  test("what came back of a line is shared out over its returns, the oldest first", async () => {
    const [back] = order.returns;
    const line = { ...hose, detail: { ...hose.detail, raw_return_received_quantity: { value: "3" }, raw_return_dismissed_quantity: { value: "1" } } };
    const items = (quantity: string) => [{ ...back?.items[0], raw_quantity: { value: quantity } }];
    const events = await told({ items: [line], returns: [{ ...back, items: items("2") }, { ...back, id: "return_9", display_id: 99, items: items("2") }, { ...back, id: "return_0", display_id: 98, canceled_at: testNow, items: items("2") }] });
    expect(events("return.received").map(({ return: name, lines }) => [name, (lines as Record<string, string>[]).map(({ quantity, disposition }) => [quantity, disposition])])).toEqual([[`${number}-R${back?.display_id}`, [["2", "restock"]]], [`${number}-R99`, [["1", "restock"], ["1", "scrap"]]]]);
  });
  test("the buyer's own order number comes from the field that the settings name", async () => {
    expect((await told({ metadata: { po: "PO-77" } }, { purchaseOrderField: "po" }))("order.captured")).toMatchObject([{ purchaseOrder: "PO-77" }]);
  });
  test("edits of address and e-mail and payments begun raise the version beside Medusa's own", async () => {
    expect((await told({ version: 4, edits: 2 }))("order.captured")).toMatchObject([{ version: 7 }]);
  });
});

describe("reading", () => {
  const head = { id: order.id, display_id: order.display_id, updated_at: "2026-11-23T11:00:00.000Z", payment_collections: [{ payments: [{ updated_at: "2026-11-23T11:00:00.000Z", captures: [{ updated_at: "2026-11-23T11:59:30.000Z" }] }] }] };
  const shop = (note: object | null): Vendor => ({ path }) => {
    if (path.includes("/changes")) return { body: { order_changes: [{ actions: [{ details: { type: "email" } }] }, { actions: [{ details: { type: "metadata" } }] }] } };
    if (path.includes("return-reasons")) return { body: { return_reasons: [{ id: order.returns[0]?.items[0]?.reason_id, label: "Damaged" }] } };
    return { body: path.includes("limit=50") ? { orders: [head], count: 1 } : { orders: [{ ...order, updated_at: testNow, metadata: note }] } };
  };
  const read = async (vendor: Vendor, cursor: unknown = null) => {
    const stub = await bench(setup, vendor);
    const { reading } = await stub.integrations.readFeed("under-test", "movements", cursor, lease());
    await stub.close();
    if (!reading.ok) throw new Error(reading.error.message);
    return reading.value;
  };
  test("a capture moves an order though its updated_at stands still, and our own notes make no news of it", async () => {
    const since = { from: "2026-11-23T11:59:00.000Z", newest: null, heard: null, began: null, page: null }, first = await read(shop(null), since), second = await read(shop({ ledgerline_status: { version: 1 } }), since);
    expect(first.messages).toHaveLength(1);
    expect(second.messages).toEqual(first.messages);
    expect(JSON.parse(new TextDecoder().decode(first.messages[0]?.body))).toMatchObject({ data: { order: { edits: 1, returns: [{ items: [{ reason: { label: "Damaged" } }] }] } } });
    expect(first.cursor).toMatchObject({ newest: "2026-11-23T11:59:30.000Z", page: null });
  });
  test("a refused key and a page that is no page are told apart", async () => {
    await expect(read(() => ({ status: 401, body: { message: "Unauthorized" } }))).rejects.toThrow(/credentials/);
    await expect(read(() => ({ body: { orders: "none" } }))).rejects.toThrow(/Medusa: (count|orders)/);
  });
});

/** Two orders whose own `updated_at` stood still while money was taken; each on a page of its own. */
const ids = ["order_01AAAAAA", "order_01BBBBBB"], ofId = (id: string) => ({ ...order, id });
const payments = order.payment_collections[0]?.payments ?? [];
conformsWhenAsked("Medusa", {
  setup: { ...setup, settings: { ...setup.settings, pageSize: 1 } }, census: "orders", feed: "movements", total: 2,
  expected: ids.map((id) => `${order.display_id}-${id.slice(-6)}`).flatMap((code) => [`orders ${code}`, `returns ${code}-R${order.returns[0]?.display_id ?? ""}`, ...order.fulfillments.map(({ id }) => `shipments ${id}`), ...payments.flatMap(({ captures, refunds }) => [...captures.map(({ id }) => `payments ${code}-${id}`), ...refunds.map(({ id }) => `refunds ${id}`)])]),
  vendor: ({ path }) => {
    const query = new URL(path, "http://x").searchParams, wanted = query.getAll("id[]");
    if (path.includes("/changes")) return { body: { order_changes: [] } };
    if (path.includes("return-reasons")) return { body: { return_reasons: [] } };
    if (wanted.length > 0) return { body: { orders: wanted.map(ofId) } };
    const id = ids[Number(query.get("offset"))];
    return { body: { count: 2, orders: id === undefined ? [] : [{ id, display_id: order.display_id, updated_at: "2026-11-23T11:00:00.000Z" }] } };
  },
});
