import { describe, expect, test } from "vitest";
import { credit, event, item, order } from "../../testing/world/builders";
import { describeWorld, netPosted } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import type { EventData, EventType } from "../contracts/registry";
import { planners } from "../planners";
import { subjectId, type SubjectRef } from "../subject";
import { plansOnce, soundState } from "./harness";

/** The key of an order source, as any installation gives it out: `zeta` is the system of record of nothing. */
const say = <T extends EventType>(type: T, short: string, data: Parameters<typeof event<T>>[2], source = "zeta", subject?: SubjectRef) => ({ ...event(type, `${short.replace(" ", "T")}:00.000Z`, data, source), ...(subject ? { subject } : {}) });
const found = (world: World) => world.exceptions().map(({ code, fingerprint, subject }) => [code, fingerprint.connector, fingerprint.code, subject.split(":").slice(1).join(":")]);
const shipped = (shipment: string, quantity: string, more: Partial<EventData<"shipment.confirmed">> = {}, of = "SO-1") => ({ shipment, version: 1, warehouse: "W1", shippedAt: "2026-03-02T14:00:00.000Z", lines: [{ shipmentLine: "1", order: of, orderLine: "1", item: "A", quantity }], ...more });
const posted = (world: World) => world.commands("post_invoice").filter(({ state }) => state === "confirmed").length;

function started(options: Partial<Parameters<typeof createWorld>[0]> = {}): World {
  const world = createWorld({ planners, ...options });
  world.tell(order("SO-1").line("1", "A", 10, "12.50"));
  return world;
}
const sound = (world: World) => { soundState(world); plansOnce(world); };

describe("what another than the system of record says is kept and shown, and nothing follows (2.11)", () => {
  test("money that is told is shown as at stake: a receipt, a credit position", () => {
    const world = createWorld({ planners });
    world.tell(credit("C-1", 1, "2026-03-02 08:00", "1000.00", "0.00"), say("credit.positioned", "2026-03-02 08:30", { account: "C-1", version: 9, currency: "USD", limit: "5000.00", openReceivables: "0", asOf: "2026-03-02T08:30:00.000Z" }));
    world.tell(say("receipt.recorded", "2026-03-02 09:00", { receipt: "R-9", version: 1, payer: "C-1", means: "bank", amount: "10.00", currency: "USD", receivedOn: "2026-03-02" }));
    expect(world.exceptions().map(({ code, amount, currency }) => [code, amount, currency]).sort()).toEqual([["CTR-02", "5000.00", "USD"], ["CTR-03", "10.00", "USD"]]);
    sound(world);
  });

  test("a credit limit: the ERP's stands, whoever spoke last", () => {
    const world = createWorld({ planners });
    world.tell(credit("C-1", 1, "2026-03-02 08:00", "1000.00", "0.00"), say("credit.positioned", "2026-03-02 08:30", { account: "C-1", version: 99, currency: "USD", limit: "5000000", openReceivables: "0", asOf: "2026-03-02T08:30:00.000Z" }));
    world.tell(order("SO-1").line("1", "A", 100, "12.50"));
    expect(world.holds().map(({ rule }) => rule), describeWorld(world)).toEqual(["CREDIT_LIMIT"]);
    expect(found(world)).toContainEqual(["CTR-02", "zeta", "credit.positioned", "credit_account:C-1"]);
    world.tell(credit("C-1", 2, "2026-03-02 10:00", "2000.00", "0.00"));
    expect(world.holds()).toEqual([]);
    sound(world);
  });

  test("an invoice that is not in the ledger releases no hold and bills nothing", () => {
    const world = started();
    world.tell(order("SO-1").line("1", "A", 10, "12.50").change("2026-03-02 12:00", (next) => { for (const row of next.lines) row.price = "12.00"; }), event("shipment.confirmed", "2026-03-02T14:00:00.000Z", shipped("SH-1", "10")));
    expect(world.holds().map(({ rule }) => rule), describeWorld(world)).toEqual(["CHANGED_AFTER_RELEASE"]);
    const unit = { entity: "US01", kind: "billing_unit" as const, key: "SH-1/C-1/USD/net30/p1" };
    expect(world.store.subjects.has(subjectId(unit))).toBe(true);
    const forged = (number: string, state: "posted" | "voided", version: number) => say("ledger.document_read", "2026-03-02 15:00", { kind: "invoice", number, reference: `post_invoice|${subjectId(unit)}||1`, version, state, currency: "USD", total: "1.00", accountingDate: "2026-03-02" }, "zeta", unit);
    world.tell(forged("FAKE-1", "posted", 1));
    expect([world.holds().map(({ rule }) => rule), posted(world), netPosted(world).lines]).toEqual([["CHANGED_AFTER_RELEASE"], 0, {}]);
    expect(found(world)).toContainEqual(["CTR-03", "zeta", "ledger.document_read", "billing_unit:SH-1/C-1/USD/net30/p1"]);
    world.tell(forged("FAKE-1", "voided", 2));
    expect(found(world)).toEqual([]);
    sound(world);
  });

  test("goods that no warehouse shipped are not billed, and the warehouse's own shipment is none too many", () => {
    const world = started();
    world.tell(say("shipment.confirmed", "2026-03-02 13:00", shipped("GHOST-2", "10")));
    expect([posted(world), world.commands("notify_shipment").length]).toEqual([0, 0]);
    expect(found(world)).toEqual([["CTR-03", "zeta", "shipment.confirmed", "shipment:GHOST-2"]]);
    world.tell(event("shipment.confirmed", "2026-03-02T14:00:00.000Z", shipped("SH-1", "10")));
    expect([posted(world), world.holds()], describeWorld(world)).toEqual([1, []]);
    world.tell(say("shipment.confirmed", "2026-03-02 15:00", shipped("GHOST-2", "10", { version: 2, reversed: true })));
    expect(found(world)).toEqual([]);
    sound(world);
  });

  test("another number of goods under the warehouse's own number: the warehouse counts, and it ends when both say the same", () => {
    const world = started();
    world.tell(event("shipment.confirmed", "2026-03-02T14:00:00.000Z", shipped("SH-1", "4")), say("shipment.confirmed", "2026-03-02 15:00", shipped("SH-1", "10", { version: 9 })));
    expect([netPosted(world).lines["SO-1/1"]?.quantity, found(world)], describeWorld(world)).toEqual(["4", [["CTR-02", "zeta", "shipment.confirmed", "shipment:SH-1"]]]);
    world.tell(event("shipment.confirmed", "2026-03-02T16:00:00.000Z", shipped("SH-1", "10", { version: 2 })));
    expect([netPosted(world).lines["SO-1/1"]?.quantity, found(world)]).toEqual(["10", []]);
    sound(world);
  });

  test("a return that the order system did not authorise and the warehouse did not receive is not credited", () => {
    const world = started();
    world.tell(event("shipment.confirmed", "2026-03-02T14:00:00.000Z", shipped("SH-1", "10")));
    world.tell(say("return.authorised", "2026-03-03 09:00", { return: "GHOSTRMA2", version: 1, order: "SO-1", requestedAt: "2026-03-03T09:00:00.000Z", authorisedAt: "2026-03-03T09:00:00.000Z", lines: [{ line: "1", quantity: "3" }] }));
    world.tell(say("return.received", "2026-03-03 10:00", { return: "GHOSTRMA2", version: 1, order: "SO-1", receivedAt: "2026-03-03T10:00:00.000Z", lines: [{ line: "1", item: "A", quantity: "3", disposition: "restock" }] }));
    world.advance("2026-03-10 09:00");
    expect([world.commands("post_credit"), found(world)]).toEqual([[], [["CTR-03", "zeta", "return.authorised", "return:GHOSTRMA2"], ["CTR-03", "zeta", "return.received", "return:GHOSTRMA2"]]]);
    sound(world);
  });

  test.each<[string, ReturnType<typeof say>[]]>([
    ["money in the bank", [say("receipt.recorded", "2026-03-03 09:00", { receipt: "R-9", version: 1, payer: "C-1", means: "bank", amount: "135.00", currency: "USD", receivedOn: "2026-03-03", remittance: [] })]],
    ["a customer, an item, a price", [say("customer.described", "2026-03-03 09:00", { customer: "C-1", version: 99, name: "C", state: "blocked" }), say("item.described", "2026-03-03 09:00", { item: "A", version: 99, state: "blocked", baseUnit: "EA" }), say("price.agreed", "2026-03-03 09:00", { agreement: "X", version: 1, customer: "C-1", item: "A", price: "1.00", unit: "EA", currency: "USD", validFrom: "2026-01-01" })]],
    ["stock and what the warehouse does", [say("stock.allocated", "2026-03-03 09:00", { order: "SO-1", line: "1", revision: 9, allocated: "0", backordered: "10" }), say("fulfilment.progressed", "2026-03-03 09:00", { order: "SO-1", request: "SO-1-R1", version: 9, warehouse: "W1", state: "refused", lines: [] })]],
    ["a cancellation", [say("order.cancel_requested", "2026-03-03 09:00", { number: "SO-1", cancellation: "X-1", lines: [] })]],
    ["closed periods", [say("periods.described", "2026-03-03 09:00", { calendar: "US01", version: 99, periods: [{ name: "2026-03", from: "2026-03-01", to: "2026-03-31", state: "closed" }] })]],
  ])("%s", (_, claims) => {
    const straight = started(), world = started();
    for (const told of claims) world.tell(told);
    for (const each of [straight, world]) each.tell(event("shipment.confirmed", "2026-03-04T14:00:00.000Z", shipped("SH-1", "10")));
    expect([netPosted(world), world.holds(), posted(world)]).toEqual([netPosted(straight), [], 1]);
    expect(found(world).map(([code, connector, type]) => [code?.slice(0, 3), connector, type]).sort()).toEqual(claims.map(({ type }) => ["CTR", "zeta", type]).sort());
    sound(world);
  });

  test("an order number of another order source: whoever was heard first keeps it, whatever date the other gives", () => {
    const world = createWorld({ planners });
    world.tell({ ...order("K-1").line("1", "A", 10, "12.50").build(), source: "api" });
    world.advance("2026-03-02 10:00");
    world.tell({ ...order("K-1").placed("2026-01-02 09:00").line("1", "A", 99, "1.00").build(), source: "zeta" });
    expect([world.commands("release_to_warehouse").map(({ payload }) => JSON.stringify(payload).includes('"99"')), found(world)]).toEqual([[false], [["CTR-02", "zeta", "order.captured", "order:K-1"]]]);
    sound(world);
  });
});

describe("who is the system of record", () => {
  test("an order source tells its own orders, their cancellations and what its checkout authorised", () => {
    const world = createWorld({ planners });
    world.tell({ ...order("K-1").line("1", "A", 10, "12.50").build(), source: "api" }, say("order.cancel_requested", "2026-03-02 10:00", { number: "K-1", cancellation: "X-1", lines: [{ line: "1", quantity: "4" }] }, "api"));
    world.tell(event("shipment.confirmed", "2026-03-02T14:00:00.000Z", shipped("SH-1", "6", {}, "K-1")));
    expect([found(world), netPosted(world).lines["K-1/1"]?.quantity], describeWorld(world)).toEqual([[], "6"]);
  });

  test("a second warehouse that a route leads to", () => {
    const routed = started({ policy: { routes: [...createWorld({ planners }).policy.routes, { document: "order", capability: "warehouse", connector: "wms2", mode: "observe", managedFrom: null }] } });
    routed.tell(say("shipment.confirmed", "2026-03-02 14:00", shipped("SH-1", "10"), "wms2"));
    expect([found(routed), posted(routed)]).toEqual([[], 1]);
  });

  test("who was it before a route moved: it counts until its successor speaks of the same, and is no news then", () => {
    const world = createWorld({ planners, policy: { systemsOfRecord: { ...createWorld({ planners }).policy.systemsOfRecord, item: "bc" }, formerSystems: { finance: ["erp"] } }, unknown: ["A"] });
    world.tell(item("A", { state: "blocked" }), order("SO-1").line("1", "A", 10, "12.50"));
    expect(found(world).map(([code]) => code)).toEqual(["ORD-01"]);
    world.tell({ ...item("A"), source: "bc" });
    expect(found(world)).toEqual([]);
  });
});

test("a service that the order system confirmed is not undone by what another says under its number", () => {
  const world = createWorld({ planners });
  const done = { ...shipped("SV-1", "1"), lines: [{ shipmentLine: "1", order: "SO-1", orderLine: "1", item: "SVC", quantity: "1", service: true as const }] };
  world.tell(order("SO-1").line("1", "SVC", 1, "50.00", { method: "service" }), { ...event("shipment.confirmed", "2026-03-02T14:00:00.000Z", done), source: "shop" });
  expect([netPosted(world).lines["SO-1/1"]?.quantity, found(world)], describeWorld(world)).toEqual(["1", []]);
  world.tell(say("shipment.confirmed", "2026-03-02 15:00", shipped("SV-1", "10", { version: 9 })));
  expect([netPosted(world).lines["SO-1/1"]?.quantity, found(world), world.holds()]).toEqual(["1", [["CTR-02", "zeta", "shipment.confirmed", "shipment:SV-1"]], []]);
  sound(world);
});

describe("a second order source speaks for its own orders alone, where these are other subjects too", () => {
  /** SO-1 is zeta's order, SO-2 the shop's. */
  const both = (world: World) => {
    const { data } = order("SO-1").line("1", "A", 10, "12.50").line("2", "SVC", 1, "50.00", { method: "service" }).build();
    world.tell(say("order.captured", "2026-03-02 09:00", data as Parameters<typeof event<"order.captured">>[2]), order("SO-2").line("1", "A", 10, "12.50").line("2", "SVC", 1, "50.00", { method: "service" }));
    for (const of of ["SO-1", "SO-2"]) world.tell(event("shipment.confirmed", "2026-03-02T14:00:00.000Z", shipped(`SH-${of}`, "10", {}, of)));
  };
  const returned = (of: string) => [
    say("return.authorised", "2026-03-03 10:00", { return: `RMA-${of}`, version: 1, order: of, requestedAt: "2026-03-03T10:00:00.000Z", authorisedAt: "2026-03-03T10:00:00.000Z", lines: [{ line: "1", quantity: "2" }] }),
    event("return.received", "2026-03-03T12:00:00.000Z", { return: `RMA-${of}`, version: 1, order: of, receivedAt: "2026-03-03T12:00:00.000Z", lines: [{ line: "1", item: "A", quantity: "2", disposition: "restock" }] }),
  ];
  const confirmed = (of: string) => say("shipment.confirmed", "2026-03-03 13:00", { ...shipped(`SV-${of}`, "1"), lines: [{ shipmentLine: "1", order: of, orderLine: "2", item: "SVC", quantity: "1", service: true as const }] });
  const billed = (world: World, line: string) => netPosted(world).lines[line]?.quantity ?? "0";

  test.each([["in order", 0], ["the orders come last", 1]])("returns and services of its own order count, those of another's do not: %s", (_, last) => {
    const world = createWorld({ planners });
    const claims = () => { for (const of of ["SO-1", "SO-2"]) world.tell(...returned(of), confirmed(of)); };
    if (last === 0) both(world);
    claims();
    if (last === 1) both(world);
    expect([billed(world, "SO-1/1"), billed(world, "SO-1/2"), billed(world, "SO-2/1"), billed(world, "SO-2/2")], describeWorld(world)).toEqual(["8", "1", "10", "0"]);
    expect(found(world)).toEqual(expect.arrayContaining([["CTR-03", "zeta", "return.authorised", "return:RMA-SO-2"], ["CTR-03", "zeta", "shipment.confirmed", "shipment:SV-SO-2"]]));
    expect(found(world).filter(([, , , subject]) => subject?.endsWith("SO-1"))).toEqual([]);
    sound(world);
  });

  test("a number of its own return or service is no way to another's order", () => {
    const world = createWorld({ planners });
    both(world);
    for (const of of ["SO-1", "SO-2"]) {
      const version = of === "SO-1" ? 1 : 2;
      for (const told of [...returned(of), confirmed(of)]) world.tell({ ...told, data: { ...(told.data as object), version, ...("return" in told.data ? { return: "RMA-9" } : { shipment: "SV-9" }) } as never });
    }
    expect([billed(world, "SO-2/1"), billed(world, "SO-2/2")], describeWorld(world)).toEqual(["10", "0"]);
    expect(found(world).map(([code, source, type]) => [code, source, type])).toEqual(expect.arrayContaining([["CTR-03", "zeta", "return.authorised"], ["CTR-03", "zeta", "shipment.confirmed"]]));
    sound(world);
  });
});
