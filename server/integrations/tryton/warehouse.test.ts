import { describe, expect, test } from "vitest";
import { bench, command, conformsWhenSending, conformsWhenTranslating, integrationsOf, lease, testNow, type Seen, type Setup, type Vendor } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { conformsWhenAsked } from "../contract/testing/conforms-when-asked";
import { tryton } from ".";
import recorded from "./fixtures/stock.json";
import { beginningWith, readRequestRef, readReservationRef, requestRef, reservationRef } from "./warehouse/references";
import { givenOf, progressed, progressOf, type Request } from "./warehouse/requests";

/** Answers as Tryton 6.0 gave them; the tests against Tryton itself are in warehouse.systems.test.ts. */
const setup: Setup = {
  connector: tryton, secrets: { password: "pw-very-secret-1" }, settings: { login: "ledgerline", company: 1, uses: "warehouse" },
  codes: { "customer|D1": "C1001", "warehouse|COL": "WH", "item|BRK": "BRK-1P-15", "base_unit|BRK": "u" },
};
const order = { kind: "order", key: "N-1" } as const;
const payload = {
  reference: "N-1-R1", order: "N-1", request: "N-1-R1", warehouse: "COL", customer: "D1", shipTo: { name: "Gate 4", line1: "7 Mill Road", city: "Dayton", postalCode: "45403", country: "US" }, carrier: null, shipOn: null, purchaseOrder: null,
  lines: [{ line: "l1", item: "BRK", quantity: "10", substitutionAllowed: false, component: null }],
};
const release = (more: object = {}) => command("release_to_warehouse", order, { ...payload, ...more });
const methodOf = (seen: Seen): string => (JSON.parse(seen.body) as { method: string }).method;
const acts = (seen: Seen): boolean => methodOf(seen) === "model.stock.shipment.out.create";
const reads: Readonly<Record<string, unknown>> = { ...recorded.reads, "stock.shipment.out": recorded.reads["stock.shipment.out"].map((row) => ({ ...row, state: "assigned" })), "stock.shipment.internal": [] };
const accepts: Vendor = (seen) => {
  const method = methodOf(seen);
  if (method === "common.db.login") return { body: { id: 1, result: [2, "5e55104e5e55104e"] } };
  if (method.endsWith(".create")) return { body: { id: 1, result: [1] } };
  return { body: { id: 1, result: method.endsWith(".search_read") ? (reads[method.slice("model.".length, -".search_read".length)] ?? []) : true } };
};

conforms(setup, { signsIn: (seen) => (methodOf(seen) === "common.db.login" ? accepts(seen) : null), idle: ["feed customers", "feed items", "feed variants", "feed credit", "feed documents", "feed periods", "census documents"] });
conformsWhenSending("Tryton's warehouse", {
  setup, command: release(), accepts, acts,
  refusal: { status: 200, body: { id: 1, error: ["UserError", ["The value for field \"Delivery Address\" in \"Customer Shipment\" is not valid according to its domain.", "", null]] }, code: "REL-01" },
  unmapped: { command: release({ lines: [{ ...payload.lines[0], item: "nothing" }] }), code: "MAP-02" },
});
conformsWhenTranslating("Tryton's warehouse", { setup, messages: recorded.messages, expected: { request: ["fulfilment.progressed", "shipment.confirmed"], return: ["return.received"], stock: ["stock.positioned"] } });

test("of two products with one code nobody knows which is meant: neither is reserved, and it says what to do", async () => {
  const twice = recorded.reads["product.product"].flatMap((row) => [row, { ...row, id: row.id + 1000 }]);
  const stub = await bench(setup, (seen) => (methodOf(seen) === "model.product.product.search_read" ? { body: { id: 1, result: twice } } : accepts(seen)));
  const { outcome } = await stub.integrations.send(release(), lease());
  await stub.close();
  expect([outcome, stub.seen.filter(acts)]).toMatchObject([{ kind: "rejected", failure: { code: "MAP-02", message: expect.stringContaining("2 active products with the code BRK-1P-15") as string } }, []]);
});
test("a button in the wrong state answers nothing: a shipment that is still a draft proves nothing", async () => {
  const draft = recorded.reads["stock.shipment.out"].map((row) => ({ ...row, state: "draft" }));
  const stub = await bench(setup, (seen) => (methodOf(seen) === "model.stock.shipment.out.search_read" ? { body: { id: 1, result: draft } } : accepts(seen)));
  const { outcome } = await stub.integrations.send(release(), lease());
  await stub.close();
  expect(outcome).toMatchObject({ kind: "unknown", failure: { code: "TEC-04" } });
});
test("goods that others hold in this moment are asked for again", async () => {
  const stub = await bench(setup, (seen) => (methodOf(seen).endsWith("assign_try") ? { body: { id: 1, error: ["could not obtain lock on row in relation \"stock_move\"\n", ""] } } : accepts(seen)));
  const { outcome } = await stub.integrations.send(release(), lease());
  await stub.close();
  expect(outcome).toMatchObject({ kind: "retryable", failure: { code: "TEC-01" } });
});
test("a shipment whose goods nobody has assigned is not found, though its reservations are gone; the next try assigns it", async () => {
  const waiting = recorded.reads["stock.shipment.out"].map((row) => ({ ...row, state: "waiting" }));
  const stub = await bench(setup, (seen) => (methodOf(seen) === "model.stock.shipment.out.search_read" ? { body: { id: 1, result: waiting } } : accepts(seen)));
  const { answer } = await stub.integrations.lookup(release(), lease()), { outcome } = await stub.integrations.send(command("release_to_warehouse", order, payload, { attempt: 2 }), lease());
  await stub.close();
  expect([answer.kind, outcome.kind, stub.seen.map(methodOf).filter((method) => method.endsWith("assign_try") || method.endsWith("out.create"))]).toEqual(["absent", "confirmed", ["model.stock.shipment.out.assign_try"]]);
});
test("what a release leaves of a reservation is made anew before the reservation goes, and kept before the request is served; one that an earlier try made is gone on with", async () => {
  const at = { create_date: recorded.reads["stock.shipment.internal"][0]?.create_date, write_date: null }, [move] = recorded.reads["stock.move"];
  const internal = (id: number, before: string, state: string) => ({ ...at, id, number: String(id), reference: `alloc|US01|N-1|l1|r1|${before}`, state, from_location: 3, to_location: 2 });
  const acted = async (attempt: number, rows: readonly object[], moves: readonly object[], shipments: readonly object[]) => {
    const there: Readonly<Record<string, unknown>> = { "stock.shipment.internal": rows, "stock.move": moves, "stock.shipment.out": shipments };
    const stub = await bench(setup, (seen) => { const rowsThere = there[methodOf(seen).slice("model.".length, -".search_read".length)]; return rowsThere === undefined ? accepts(seen) : { body: { id: 1, result: rowsThere } }; });
    await stub.integrations.send(command("release_to_warehouse", order, payload, { attempt }), lease());
    await stub.close();
    return stub.seen.map(methodOf).filter((method) => /shipment\.\w+\.(create|cancel|wait|assign_try)$/.test(method)).map((method) => method.replace("model.stock.shipment.", ""));
  };
  const reserving = (id: number, of: number, quantity: number, state: string) => ({ ...move, id, internal_quantity: quantity, state, shipment: `stock.shipment.internal,${of}`, origin: null });
  expect(await acted(1, [internal(1, "0", "assigned")], [reserving(4, 1, 15, "assigned")], [])).toEqual(["out.create", "out.wait", "internal.create", "internal.cancel", "internal.wait", "internal.assign_try", "out.assign_try"]);
  // not all of it was kept: the request comes first
  expect(await acted(1, [internal(1, "0", "waiting")], [reserving(4, 1, 15, "draft")], [])).toEqual(["out.create", "out.wait", "internal.create", "internal.cancel", "out.assign_try", "internal.wait", "internal.assign_try"]);
  const [shipment] = recorded.reads["stock.shipment.out"], waiting = { ...shipment, state: "waiting" };
  expect(await acted(2, [internal(1, "0", "assigned"), internal(2, "10", "draft")], [reserving(4, 1, 15, "assigned"), reserving(9, 2, 5, "draft")], [waiting])).toEqual(["internal.cancel", "internal.wait", "internal.assign_try", "out.assign_try"]);
  expect(await acted(2, [internal(2, "10", "draft")], [reserving(9, 2, 5, "draft")], [{ ...shipment, state: "assigned" }])).toEqual(["internal.wait", "internal.assign_try"]);
});
test("the address that the party has is taken, another is written beside it", async () => {
  const addresses = async (shipTo: object) => {
    const stub = await bench(setup, accepts);
    await stub.integrations.send(release({ shipTo }), lease());
    await stub.close();
    const created = stub.seen.filter((seen) => methodOf(seen) === "model.party.address.create"), [shipment] = stub.seen.filter(acts);
    return { created: created.length, used: (JSON.parse(shipment?.body ?? "{}") as { params: [[{ delivery_address: number }]] }).params[0][0].delivery_address };
  };
  expect(await addresses({ line1: "7 MILL road ", city: "Dayton", postalCode: "45403", country: "US" })).toEqual({ created: 0, used: 5 });
  expect(await addresses({ country: "US", state: "OH" })).toEqual({ created: 0, used: 2 });
  expect(await addresses({ line1: "8 Mill Road", city: "Dayton", postalCode: "45403", country: "US" })).toEqual({ created: 1, used: 1 });
});

describe("how a request stands", () => {
  const one = (more: Partial<Request>): Request => ({
    entity: "US01", order: "N-1", request: "N-1-R1", sequence: 1, id: 1, number: "1", state: "assigned", warehouse: "WH", effective: null, changed: testNow,
    asked: [{ line: "l1", item: "A", quantity: "6", origin: 1 }, { line: "l2", item: "A", quantity: "4", origin: 2 }], recalls: [], moves: [{ id: 1, item: "A", quantity: "6", state: "draft", line: "l1" }, { id: 2, item: "A", quantity: "4", state: "draft", line: "l2" }], ...more,
  });
  const lines = (request: Request) => progressOf(request).map(({ released, recalled, leaving, short, over }) => [released, recalled, leaving, short, over].map(String));
  const moves = (first: string, second: string, state: "assigned" | "done" | "cancelled" = "assigned"): Request["moves"] => [{ id: 1, item: "A", quantity: first, state, line: "l1" }, { id: 2, item: "A", quantity: second, state, line: "l2" }];
  test.each([
    ["all of it is to leave", {}, [["6", "0", "6", "0", "0"], ["4", "0", "4", "0", "0"]]],
    ["what lacks before it is picked may still come", { moves: moves("5", "4") }, [["6", "0", "5", "0", "0"], ["4", "0", "4", "0", "0"]]],
    ["what lacks afterwards is short, what is too much is over", { state: "packed", moves: moves("5", "7") }, [["6", "0", "5", "1", "0"], ["4", "0", "7", "0", "3"]]],
    ["what was taken back is not short", { state: "done", recalls: [{ id: 1, key: "k", lines: [{ line: "l1", quantity: "2" }] }], moves: moves("4", "4", "done") }, [["6", "2", "4", "0", "0"], ["4", "0", "4", "0", "0"]]],
    ["a recall that is not carried out yet is too much", { recalls: [{ id: 1, key: "k", lines: [{ line: "l1", quantity: "2" }] }] }, [["6", "2", "6", "0", "2"], ["4", "0", "4", "0", "0"]]],
    ["cancelled, all came back", { state: "cancelled", moves: moves("6", "4", "cancelled") }, [["6", "6", "0", "0", "0"], ["4", "4", "0", "0", "0"]]],
  ] as const)("%s", (_, more, expected) => { expect(lines(one(more as Partial<Request>))).toEqual(expected); });
  test("a line was given what left or will leave of it, in all requests that stand", () => {
    expect(String(givenOf([one({ state: "done", moves: moves("5", "4", "done") }), one({ moves: moves("1", "0") }), one({ state: "draft" }), one({ state: "cancelled" })], "l1"))).toBe("11");
  });
  test("nothing is told of one that is being made: who believed that it stands would not send it again, and nobody would assign its goods", () => {
    expect([progressed(one({ state: "draft" })), progressed(one({ state: "waiting" }))]).toEqual([null, null]);
    expect(progressed(one({ state: "waiting", recalls: [{ id: 1, key: "k", lines: [{ line: "l1", quantity: "2" }] }] }))).toMatchObject({ data: { state: "accepted", lines: [{ line: "l1", recalled: "2" }, { line: "l2" }] } });
  });
});

test("our references are read as they were written, and searched for as they stand", () => {
  const reservation = { entity: "US01", order: "N_1/a", line: "1/A#2", revision: 3, before: "4.5" }, request = { entity: "US01", order: "N_1/a", request: "N_1/a-R1", sequence: 2 };
  expect(readReservationRef(reservationRef(reservation))).toEqual(reservation);
  expect(readRequestRef(requestRef(request))).toEqual(request);
  expect([readReservationRef("by hand"), readRequestRef(null), readRequestRef("alloc|US01|a|b|r1|0")]).toEqual([null, null, null]);
  expect(beginningWith("rel|US01|N_1|")).toBe("rel|US01|N\\_1|%");
});

test.each([
  ["of another entity", { ...recorded.messages.request, entity: "DE01" }], ["a return of goods that we did not release", { ...recorded.messages.return, moves: [{ item: "X", quantity: "1", place: null, from: null }] }],
])("nothing is told of %s", async (_, message) => {
  const answer = await integrationsOf(setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: new TextEncoder().encode(JSON.stringify(message)) });
  expect(answer).toMatchObject({ ok: true, value: { events: [] } });
});

const [shipped] = recorded.reads["stock.shipment.out"], [note] = recorded.reads["ir.note"];
conformsWhenAsked("Tryton's warehouse", {
  setup: { ...setup, settings: { ...setup.settings, pageSize: 1 } }, census: "shipments", feed: "shipments", total: 2, expected: ["shipments 1", "shipments 2"],
  vendor: (seen) => {
    const method = methodOf(seen);
    if (method === "model.stock.shipment.out.search_count") return { body: { id: 1, result: 2 } };
    if (method === "model.ir.note.search_read") return { body: { id: 1, result: [1, 2].map((id) => ({ ...note, id, resource: `stock.shipment.out,${id}` })) } };
    if (method === "model.stock.move.search_read") return { body: { id: 1, result: [1, 2].flatMap((id) => recorded.reads["stock.move"].map((row) => ({ ...row, id: row.id + 100 * id, shipment: `stock.shipment.out,${id}` }))) } };
    if (method !== "model.stock.shipment.out.search_read") return accepts(seen);
    const [domain] = (JSON.parse(seen.body) as { params: [unknown[][]] }).params, after = domain.find(([field, operator]) => field === "id" && operator === ">"), among = domain.find(([field, operator]) => field === "id" && operator === "in");
    return { body: { id: 1, result: [1, 2].filter((id) => (among ? (among[2] as number[]).includes(id) : id === Number(after?.[2] ?? 0) + 1)).map((id) => ({ ...shipped, id, number: String(id) })) } };
  },
});

test("a page of shipments whose moves are more than one answer holds is told with all of them", async () => {
  const count = 300, all = Array.from({ length: count }, (_, at) => at + 1), moves = all.flatMap((id) => recorded.reads["stock.move"].map((row, at) => ({ ...row, id: id * 10 + at, shipment: `stock.shipment.out,${id}` })));
  const rows: Readonly<Record<string, readonly { id: number }[]>> = { "stock.shipment.out": all.map((id) => ({ ...shipped, id, number: String(id) })), "stock.move": moves, "ir.note": all.map((id) => ({ ...note, id, resource: `stock.shipment.out,${id}` })) };
  const stub = await bench({ ...setup, settings: { ...setup.settings, pageSize: count } }, (seen) => {
    const found = rows[methodOf(seen).slice("model.".length, -".search_read".length)];
    if (!found) return accepts(seen);
    const [domain, , limit] = (JSON.parse(seen.body) as { params: [unknown[][], number, number] }).params, after = domain.findLast(([field, operator]) => field === "id" && operator === ">");
    return { body: { id: 1, result: found.filter(({ id }) => id > Number(after?.[2] ?? 0)).slice(0, limit) } };
  });
  const { reading } = await stub.integrations.readFeed("under-test", "shipments", null, lease());
  await stub.close();
  if (!reading.ok) throw new Error(reading.error.message);
  const told = reading.value.messages.map(({ body }) => (JSON.parse(new TextDecoder().decode(body)) as Request).moves.length);
  expect(told).toEqual(all.map(() => 2));
});
