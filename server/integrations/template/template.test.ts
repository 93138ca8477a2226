import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bench, command, conformsWhenCalled, conformsWhenSending, conformsWhenTranslating, lease, type Setup, type Vendor } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { template } from ".";
import messages from "./fixtures/messages.json";

const setup: Setup = { connector: template, settings: {}, secrets: { apiKey: "key_very-secret-1", webhookSecret: "whs_very-secret-2" }, codes: {} };
const { order } = messages.order.data;
const acknowledge = command("acknowledge_order", { kind: "order", key: order.number }, { order: order.number, version: 2, state: "accepted", lines: [] });
const vendor = (there: object = order): Vendor => ({ method }) => ({ body: method === "GET" ? there : {} });

conforms(setup);
conformsWhenSending("Template", {
  setup, command: acknowledge, accepts: vendor(), acted: vendor({ ...order, acknowledged: { reference: acknowledge.naturalKey } }), acts: ({ method }) => method === "PUT", readsNoAnswer: true,
  refusal: { status: 422, body: { message: "No" }, code: "CTR-01" },
});
conformsWhenCalled("Template", {
  setup, id: "evt_1", body: JSON.stringify(messages.order),
  sign: (body, at) => { const t = Math.floor(at / 1000); return { "x-signature": `t=${t},v1=${createHmac("sha256", setup.secrets["webhookSecret"] ?? "").update(`${t}.${body}`).digest("hex")}` }; },
});
conformsWhenTranslating("Template", { setup, messages: { ...messages, "another kind": { type: "item.updated", data: {} } }, expected: { order: ["order.captured"], "another kind": [] } });

describe("what was told", () => {
  test("is found by our reference and not told again", async () => {
    const stub = await bench(setup, vendor({ ...order, acknowledged: { reference: acknowledge.naturalKey } }));
    expect((await stub.integrations.lookup(acknowledge, lease())).answer).toMatchObject({ kind: "found" });
    expect((await stub.integrations.send(acknowledge, lease())).outcome).toMatchObject({ kind: "confirmed" });
    expect(stub.seen.filter(({ method }) => method === "PUT")).toEqual([]);
    await stub.close();
  });
});

test("pages are read to their end, and the next window begins a little before the newest", async () => {
  const stub = await bench(setup, ({ path }) => ({ body: path.includes("next=2") ? { orders: [{ ...order, number: "A-1002", updated_at: "2026-11-23T10:00:00Z" }] } : { orders: [order], next: "2" } }));
  const first = (await stub.integrations.readFeed("under-test", "orders", null, lease())).reading;
  const second = (await stub.integrations.readFeed("under-test", "orders", first.ok ? first.value.cursor : null, lease())).reading;
  await stub.close();
  expect([first, second]).toMatchObject([{ value: { more: true, messages: [{ sourceMessageId: "order:A-1001:2" }] } }, { value: { more: false, messages: [{ sourceMessageId: "order:A-1002:2" }], cursor: { from: "2026-11-23T09:55:00.000Z" } } }]);
});
