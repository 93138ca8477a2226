import { describe, expect, test } from "vitest";
import { bench, command, conformsWhenReadAgain, conformsWhenSending, conformsWhenTranslating, lease, type Seen, type Setup, type Vendor } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { conformsWhenAsked } from "../contract/testing/conforms-when-asked";
import { sandboxWms } from ".";
import messages from "./fixtures/messages.json";

const setup: Setup = {
  connector: sandboxWms, settings: { username: "tower-user", defaultSite: "W01", defaultCarrier: "PWGR" }, secrets: { password: "wms-very-secret-1" },
  codes: { "item|1000-001": "SR00001", "base_unit|1000-001": "EA", "warehouse|COL": "W01" },
};
const order = { kind: "order", key: "N-1" } as const;
const line = { line: "1", item: "1000-001", quantity: "10", substitutionAllowed: false, component: null };
const releasePayload = { reference: "N-1-R1", order: "N-1", request: "N-1-R1", warehouse: "COL", customer: "D10001", shipTo: { country: "US", state: "OH" }, carrier: null, shipOn: "2026-11-23", purchaseOrder: null, lines: [line] };
const release = (more: object = {}) => command("release_to_warehouse", order, { ...releasePayload, ...more });
const picked = { pickRequestId: "PR1", clientRef: "rel|US01|N-1-R1|s1", version: 1, status: "NEW", site: "W01", salesOrderNo: "N-1", changedTime: 1_763_888_400_000, lines: [{ lineRef: "1", sku: "SR00001", qtyRequested: 10, qtyPicked: 0, qtyPacked: 0, qtyShipped: 0, qtyOver: 0, qtyShort: 0, qtyRecalled: 0, qtyInProcess: 10 }] };
const reserved = (clientRef: string, more: object = {}, status = "FULL") => ({ allocationId: `AL-${clientRef}`, clientRef, version: 1, status, site: "W01", salesOrderNo: "N-1", changedTime: 1_763_888_400_000, lines: [{ lineRef: "1", sku: "SR00001", uom: "EA", qtyRequested: 10, qtyAllocated: 10, qtyBackordered: 0, qtyReleased: 0, expectedDate: null, ...more }] });
const acts = (seen: Seen): boolean => seen.method === "POST" && seen.path.startsWith("/rest/pickrequests");
const wms = (held: readonly unknown[] = []): Vendor => (seen) => {
  if (seen.method === "DELETE") return { body: {} };
  if (seen.method === "POST" && seen.path === "/rest/allocations") return { status: 201, body: reserved((JSON.parse(seen.body) as { clientRef: string }).clientRef) };
  if (seen.method === "POST") return { status: 201, body: picked };
  return { body: seen.path.startsWith("/rest/allocations") ? { allocations: held } : { pickRequests: [{ ...picked, lines: [{ ...picked.lines[0], qtyInProcess: 2, qtyShipped: 2 }] }] } };
};

conforms(setup);
conformsWhenSending("StackRight WMS", {
  setup, command: release(), accepts: wms(), acts, refusal: { status: 422, body: { status: "ERROR", errorCode: "WMS-SITE", errorText: "Site closed" }, code: "REL-01" },
  unmapped: { command: release({ lines: [{ ...line, item: "9999" }] }), code: "MAP-02" },
});

describe("reservations", () => {
  const sent = async (vendor: Vendor, use: ReturnType<typeof command>) => {
    const stub = await bench(setup, vendor);
    const { outcome } = await stub.integrations.send(use, lease());
    await stub.close();
    return { outcome, seen: stub.seen.filter(({ method }) => method !== "GET") };
  };
  const allocation = (revision: number, quantity: string) => command("request_allocation", order, { order: "N-1", line: "1", revision, item: "1000-001", quantity, warehouse: "COL", neededOn: null }, { sequence: revision });
  test("a first asking is one call", async () => {
    const { outcome, seen } = await sent(wms(), allocation(1, "10"));
    expect(outcome).toMatchObject({ kind: "confirmed", result: { allocated: "10", backordered: "0" } });
    expect(seen.map(({ method, body }) => [method, (JSON.parse(body) as { clientRef: string }).clientRef])).toEqual([["POST", "alloc|US01|N-1|1|r1|0"]]);
  });
  test("a later one lets the earlier go, asks for what is left and answers for the whole line", async () => {
    const { outcome, seen } = await sent(wms([reserved("alloc|US01|N-1|1|r1|0")]), allocation(2, "14"));
    expect(seen.map(({ method }) => method)).toEqual(["DELETE", "POST"]);
    expect(JSON.parse(seen[1]?.body ?? "{}")).toMatchObject({ clientRef: "alloc|US01|N-1|1|r2|4", lines: [{ qty: 10 }] });
    expect(outcome).toMatchObject({ result: { allocated: "14" } });
  });
  test("one line is released from its reservation", async () => {
    const { seen } = await sent(wms([reserved("alloc|US01|N-1|1|r1|0")]), release());
    expect(JSON.parse(seen.find(acts)?.body ?? "{}")).toMatchObject({ allocationId: "AL-alloc|US01|N-1|1|r1|0", requiredShipDate: "20261123" });
  });
  test("for several lines they are let go, and a back order is queued again as newer news", async () => {
    const { seen } = await sent(wms([reserved("alloc|US01|N-1|1|r1|0", { qtyAllocated: 10, qtyBackordered: 3 })]), release({ lines: [line, { ...line, line: "2" }] }));
    expect(seen.map(({ method, path }) => `${method} ${path.split("?")[0] ?? ""}`)).toEqual(["DELETE /rest/allocations/AL-alloc%7CUS01%7CN-1%7C1%7Cr1%7C0", "POST /rest/pickrequests", "POST /rest/allocations"]);
    expect(JSON.parse(seen[2]?.body ?? "{}")).toMatchObject({ clientRef: "alloc|US01|N-1|1|r1|10", lines: [{ qty: 3, uom: "EA" }] });
  });
  test("a recall that is refused takes nothing back", async () => {
    const refusing: Vendor = (seen) => (seen.path.endsWith("/recall") ? { body: { result: "REFUSED", recalled: [], reason: "ALREADY_PICKED" } } : wms()(seen));
    const { outcome } = await sent(refusing, command("recall_release", order, { order: "N-1", request: "N-1-R1", lines: [{ line: "1", quantity: "4" }] }));
    expect(outcome).toMatchObject({ kind: "confirmed", result: { accepted: [], refused: [{ line: "1", quantity: "4" }] } });
  });
});

describe("the pieces of a kit go by one name in every document", () => {
  const piece = (key: string, more: object = {}) => ({ ...picked.lines[0], lineRef: key, ...more });
  const kit = ["A", "B"].map((component) => ({ ...line, line: `1/${component}`, component }));
  const asked: Seen[] = [];
  const floor = (held: readonly unknown[]): Vendor => (seen) => {
    asked.push(seen);
    if (seen.method === "DELETE") return { body: {} };
    if (seen.method === "POST" && seen.path === "/rest/pickrequests") return { status: 201, body: { ...picked, lines: (JSON.parse(seen.body) as { lines: { lineRef: string }[] }).lines.map(({ lineRef }) => piece(lineRef)) } };
    if (seen.path.endsWith("/recall")) return { body: { result: "ACCEPTED", recalled: (JSON.parse(seen.body) as { lines: unknown[] }).lines, reason: null } };
    if (seen.method === "POST") return { status: 201, body: reserved((JSON.parse(seen.body) as { clientRef: string }).clientRef) };
    return { body: seen.path.startsWith("/rest/allocations") ? { allocations: held } : { pickRequests: [{ ...picked, lines: [piece("1/A", { qtyShipped: 3, qtyInProcess: 2 }), piece("1/B", { qtyInProcess: 7 })] }] } };
  };
  const send = async (use: ReturnType<typeof command>, held: readonly unknown[] = []) => {
    asked.length = 0;
    const stub = await bench(setup, floor(held));
    const { outcome } = await stub.integrations.send(use, lease());
    await stub.close();
    return outcome;
  };
  test("their release uses up their reservations, and the answer is about the lines that were asked", async () => {
    const held = ["1/A", "1/B"].map((key) => ({ ...reserved(`alloc|US01|N-1|${key}|r1|0`), lines: [{ ...reserved("").lines[0], lineRef: key }] }));
    const outcome = await send(release({ lines: kit }), held);
    expect(asked.filter(({ method }) => method === "DELETE")).toHaveLength(2);
    expect(outcome).toMatchObject({ kind: "confirmed", events: [{ type: "fulfilment.progressed", data: { lines: [{ line: "1/A" }, { line: "1/B" }] } }] });
  });
  test("a later reservation counts what a request has of that component alone", async () => {
    await send(command("request_allocation", order, { order: "N-1", line: "1/A", revision: 2, item: "1000-001", quantity: "14", warehouse: "COL", neededOn: null }, { sequence: 2 }));
    expect(JSON.parse(asked.find(({ method, path }) => method === "POST" && path === "/rest/allocations")?.body ?? "{}")).toMatchObject({ clientRef: "alloc|US01|N-1|1/A|r2|5", lines: [{ lineRef: "1/A", qty: 9 }] });
  });
  test("what is recalled comes back under the name that it was released by", async () => {
    const outcome = await send(command("recall_release", order, { order: "N-1", request: "N-1-R1", lines: [{ line: "1/B", quantity: "4" }] }));
    expect(JSON.parse(asked.find(({ path }) => path.endsWith("/recall"))?.body ?? "{}")).toMatchObject({ lines: [{ lineRef: "1/B", qty: 4 }] });
    expect(outcome).toMatchObject({ kind: "confirmed", result: { accepted: [{ line: "1/B", quantity: "4" }], refused: [] } });
  });
});

const shipment = { ...messages.shipment, docType: "SHIPMENT" };
conformsWhenTranslating("StackRight WMS", {
  setup,
  messages: {
    "a shipment": shipment, "a goods issue that never was": { ...shipment, document: { ...messages.shipment.document, status: "CANCELLED" } }, "a pick request": { docType: "PICKREQUEST", document: picked }, "a reservation": { docType: "ALLOCATION", document: reserved("alloc|US01|N-1|1|r1|0") },
    "a reservation of somebody else": { docType: "ALLOCATION", document: reserved("theirs") },
    "a return": { docType: "RETURN", document: { receiptId: "RR1", version: 2, rmaNo: "RMA-1", site: "W01", salesOrderNo: "N-1", receivedTime: 1_763_888_400_000, lines: [{ lineRef: "1", sku: "SR00001", qty: 2, disposition: "RESTOCK" }] } },
    "a SKU": { docType: "SKU", document: { sku: "SR00001", text: "Breaker 20A", stockUom: "EA", active: true } },
    "a stock": { docType: "STOCK", document: { site: "W01", sku: "SR00001", onHand: 500, allocated: 10, version: 12, changedTime: 1_763_888_400_000 } },
  },
  expected: { "a shipment": ["shipment.confirmed"], "a goods issue that never was": ["shipment.confirmed"], "a pick request": ["fulfilment.progressed"], "a reservation": ["stock.allocated"], "a reservation of somebody else": [], "a return": ["return.received"], "a SKU": ["code.described"], "a stock": ["stock.positioned"] },
});

conformsWhenReadAgain("StackRight WMS", { setup, feed: "skus", vendor: () => ({ body: { skus: [{ sku: "SR00001", text: "Breaker 20A", stockUom: "EA", active: true }], page: 1, pages: 1 } }) });

test("a SKU whose words change and change back tells it each time, and nothing while they stand still", async () => {
  const sku = { sku: "SR00001", text: "Breaker 20A", stockUom: "EA", active: true, weightGrams: 520 };
  let row: object = sku, cursor: unknown = null;
  const stub = await bench(setup, () => ({ body: { skus: [row], page: 1, pages: 1 } })), told: { id: string; text: string }[] = [];
  for (const now of [sku, sku, { ...sku, text: "Breaker 25A" }, { ...sku, text: "Breaker 25A" }, sku, sku, { ...sku, weightGrams: 530 }, sku]) {
    row = now;
    const { reading } = await stub.integrations.readFeed("under-test", "skus", cursor, lease());
    if (!reading.ok) throw new Error(reading.error.message);
    // what dies before its cursor is written reads the same again
    expect((await stub.integrations.readFeed("under-test", "skus", cursor, lease())).reading).toMatchObject({ ok: true, value: { messages: reading.value.messages.map(({ sourceMessageId }) => ({ sourceMessageId })) } });
    for (const { sourceMessageId, body } of reading.value.messages) told.push({ id: sourceMessageId, text: Buffer.from(body).toString() });
    cursor = JSON.parse(JSON.stringify(reading.value.cursor)) as unknown;
  }
  await stub.close();
  expect(told.map(({ id }) => told.findIndex((one) => one.id === id))).toEqual([0, 0, 2, 2, 4, 4, 6, 7]);
  // one id, one content: otherwise it would be another's message under a known id
  expect(new Set(told.map(({ id, text }) => `${id} ${text}`)).size).toBe(new Set(told.map(({ id }) => id)).size);
});

test("the feed reads each changed document once, and a repeat is the same message", async () => {
  const events = [1, 2, 3].map((seqNo) => ({ seqNo, eventType: "PICKREQUEST.PICKED", docType: "PICKREQUEST", docId: "PR1" }));
  const stub = await bench(setup, (seen) => ({ body: seen.path.startsWith("/rest/events") ? { events, lastSeq: 3, more: false } : picked }));
  const first = await stub.integrations.readFeed("under-test", "events", null, lease());
  await stub.close();
  expect(first.reading.ok && first.reading.value).toMatchObject({ cursor: 3, more: false, messages: [{ sourceMessageId: "PICKREQUEST:PR1:v1" }] });
});

const [sent, sentToo] = [messages.shipment.document, { ...messages.shipment.document, shipmentId: "SHP2" }];
conformsWhenAsked("StackRight WMS", {
  setup, census: "shipments", feed: "events", total: 2, expected: [`shipments ${sent.shipmentId}`, "shipments SHP2"],
  vendor: ({ path }) => {
    if (path.startsWith("/rest/events")) return { body: { events: [{ seqNo: 1, eventType: "SHIPMENT.CONFIRMED", docType: "SHIPMENT", docId: sent.shipmentId }], lastSeq: 1, more: false } };
    return { body: path.startsWith("/rest/shipments?") ? { shipments: [path.includes("page=2") ? sentToo : sent], page: path.includes("page=2") ? 2 : 1, pages: 2, total: 2 } : sent };
  },
});
