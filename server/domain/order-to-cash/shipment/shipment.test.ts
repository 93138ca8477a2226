import { describe, expect, test } from "vitest";
import { canonicalJson, changesOf } from "../../commands";
import type { OrderServed, ShipmentSlices } from "../../publications";
import { codes, Rehearsal } from "../billing-unit/rehearsal";
import { shipmentPlanner } from ".";

type Row = { order: string; line: string; item: string; quantity: string; lot?: string };
const shipment = (now = "2026-03-02T14:00:00.000Z") => new Rehearsal(shipmentPlanner, { entity: "US01", kind: "shipment", key: "SH-1" }, now);
const ships = (rehearsal: Rehearsal, rows: Row[], version = 1, more: { reversed?: boolean } = {}) =>
  rehearsal.say("shipment.confirmed", { shipment: "SH-1", version, warehouse: "W1", shippedAt: "2026-03-02T14:00:00.000Z", carrier: "UPS", tracking: "1Z", ...more, lines: rows.map((row, index) => ({ shipmentLine: String(index + 1), order: row.order, orderLine: row.line, item: row.item, quantity: row.quantity, ...(row.lot ? { lot: row.lot } : {}) })) }, "wms");
const map = (rehearsal: Rehearsal, code: string, canonical: string, master: Record<string, unknown> = {}) => rehearsal.know("map", `item/wms/${code}`, { kind: "item", system: "wms", code, canonical, version: 1 }).know("item", canonical, { item: canonical, version: 1, state: "active", baseUnit: "EA", ...master });
const serve = (rehearsal: Rehearsal, order: string) => rehearsal.hear("order.served", `US01:order:${order}`, { order, customer: "C-1", customerName: "Customer 1", channel: "web", purchaseOrder: null, shipTo: { country: "US" }, notify: ["customer", "channel"], sourceConnector: "shop" } satisfies OrderServed, order);
const slices = (rehearsal: Rehearsal, order = "O-1") => rehearsal.look().publications.find((row) => row.to?.key === order)?.data as ShipmentSlices;
const goods: Row[] = [{ order: "O-1", line: "1", item: "W-A", quantity: "10" }];

describe("slices", () => {
  test("each order gets its own lines in our words; a correction that takes an order off tells it so", () => {
    const rehearsal = map(map(shipment(), "W-A", "A"), "W-B", "B");
    ships(rehearsal, [...goods, { order: "O-2", line: "7", item: "W-B", quantity: "3" }]);
    expect([slices(rehearsal).lines, slices(rehearsal, "O-2").lines]).toMatchObject([[{ item: "A", quantity: "10", orderLine: "1" }], [{ item: "B", quantity: "3" }]]);
    ships(rehearsal, goods, 2);
    expect(slices(rehearsal, "O-2")).toMatchObject({ version: 2, lines: [], orders: ["O-1"] });
    ships(rehearsal, goods, 3, { reversed: true });
    expect(slices(rehearsal)).toMatchObject({ reversed: true, lines: [] });
  });

  test("an item without mapping is MAP-02, its line and notice wait; the mapping releases them", () => {
    const rehearsal = serve(ships(shipment(), goods), "O-1");
    expect(rehearsal.run().exceptions).toMatchObject([{ code: "MAP-02", fingerprint: { connector: "wms", item: "W-A" } }]);
    expect([slices(rehearsal).lines, rehearsal.commands]).toEqual([[], []]);
    map(rehearsal, "W-A", "A");
    expect([codes(rehearsal.run().exceptions), rehearsal.commands.length]).toEqual([[], 2]);
  });

  test("a hold and an exception on what moves no money name no currency", () => {
    const rehearsal = serve(map(ships(shipment(), goods), "W-A", "A", { lotRequired: true }), "O-1");
    rehearsal.say("hold.placed", { decision: "D-1", blocks: ["notify_shipment"], reason: "wait", author: "ann" }, "person:ann");
    const plan = rehearsal.run();
    expect(plan.holds).toMatchObject([{ rule: "MANUAL", amount: "0", currency: null }]);
    expect(plan.exceptions).toMatchObject([{ code: "SHP-02", amount: "0", currency: null }]);
    rehearsal.decide("MANUAL");
    expect(codes(rehearsal.run().holds)).toEqual([]);
  });

  test("the item behind a mapping is asked for once the mapping is known", () => {
    const rehearsal = map(ships(shipment(), goods), "W-A", "A");
    const keys = (reference?: typeof rehearsal.reference) => shipmentPlanner.dependencies({ subject: { ...rehearsal.subject, id: rehearsal.id }, facts: rehearsal.facts, policy: rehearsal.policy, ...(reference ? { reference } : {}) }).map(({ topic, key }) => `${topic}|${key}`);
    expect(keys()).toEqual(["map|item/wms/W-A", "item|W-A"]);
    expect(keys(rehearsal.reference)).toContain("item|A");
  });

  test("SHP-02 names what the item demands and the warehouse left out", () => {
    const rehearsal = map(ships(shipment(), goods), "W-A", "A", { lotRequired: true, weightRequired: true });
    expect(codes(rehearsal.look().exceptions)).toEqual(["SHP-02"]);
    expect(slices(rehearsal).lines[0]?.missing).toEqual(["lot", "weight"]);
  });
});

describe("notices", () => {
  const told = () => { const rehearsal = serve(map(ships(shipment(), goods), "W-A", "A"), "O-1"); rehearsal.run(); return rehearsal; };

  test("customer and channel are told at once", () => {
    const rehearsal = told();
    expect(rehearsal.commands.map((row) => `${row.kind}|${row.slot}|${row.sequence}|${row.state}`)).toEqual(["notify_shipment|O-1/channel|1|confirmed", "notify_shipment|O-1/customer|1|confirmed"]);
    expect(rehearsal.look().milestones.map(({ name }) => name)).toEqual(["shipped", "customer_told"]);
  });

  test("a correction is told under the next revision, a repeat is not", () => {
    const rehearsal = told();
    ships(rehearsal, goods, 2);
    rehearsal.run();
    expect(rehearsal.row("notify_shipment", "O-1/customer")?.sequence).toBe(1);
    ships(rehearsal, [{ ...goods[0]!, quantity: "8" }], 3);
    rehearsal.run();
    expect(rehearsal.row("notify_shipment", "O-1/customer")).toMatchObject({ sequence: 2, payload: { revision: 2, lines: [{ quantity: "8" }] } });
    const plan = rehearsal.look();
    expect(changesOf(rehearsal.id, plan.wanted, rehearsal.commands, new Set())).toEqual([]);
    expect(canonicalJson(rehearsal.look([...rehearsal.facts].reverse()))).toBe(canonicalJson(plan));
  });
});

describe("what does not fit", () => {
  test("an order that is not known is a wait for 30 minutes and SEQ-01 then", () => {
    const rehearsal = map(ships(shipment(), goods), "W-A", "A");
    expect([rehearsal.look().waits.length, rehearsal.look().nextReviewAt]).toEqual([1, "2026-03-02T14:30:00.000Z"]);
    rehearsal.now = "2026-03-02T14:30:00.000Z";
    expect(codes(rehearsal.look().exceptions)).toEqual(["SEQ-01"]);
    expect(codes(serve(rehearsal, "O-1").look().exceptions)).toEqual([]);
  });

  test("refused goods are SHP-04 and count in Q4; delivered ones close it", () => {
    const rehearsal = serve(map(ships(shipment(), goods), "W-A", "A"), "O-1");
    expect(rehearsal.look().slices.filter(({ stage }) => stage === "deliver")).toMatchObject([{ line: "O-1/1", quantity: "10", holder: "carrier" }]);
    rehearsal.say("shipment.delivered", { shipment: "SH-1", version: 1, state: "refused", at: "2026-03-03T10:00:00.000Z" }, "carrier");
    expect([codes(rehearsal.look().exceptions), rehearsal.look().balances]).toMatchObject([["SHP-04"], [{ term: "refused", line: "O-1/1", quantity: "10" }]]);
    rehearsal.say("shipment.delivered", { shipment: "SH-1", version: 2, state: "delivered", at: "2026-03-04T10:00:00.000Z" }, "carrier");
    expect([codes(rehearsal.look().exceptions), rehearsal.look().balances]).toMatchObject([[], [{ term: "delivered" }]]);
  });
});
