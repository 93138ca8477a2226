import { describe, expect, test } from "vitest";
import { ledgerDrifts } from "../../testing/world/books";
import { at, cancels, customer, event, order, ships, type OrderBuilder } from "../../testing/world/builders";
import { describeWorld, netPosted, summaryOf, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const so = () => order("SO-1").line("1", "A", 10, "12.50");
const left = (shipment: string, short: string, quantity: number) => ships(shipment, short, [{ order: "SO-1", line: "1", item: "A", quantity }]);
type Change = Parameters<OrderBuilder["change"]>[1];
const discounted: Change = (data) => { data.headerDiscount = "60.00"; };
const held = (world: World) => world.holds().map(({ rule, amount }) => [rule, amount]);
const differences = (world: World) => [...world.store.subjects.values()].flatMap(({ plan }) => plan?.balances ?? []).filter(({ term }) => term.startsWith("diff_") && term !== "diff_tax_redetermined").map(({ term, amount }) => [term, amount]);

/** An order, what ships of it before and after a change, with every state sound. */
function changed(ordered: OrderBuilder, change: Change, { before = 0, after = 0 }: { before?: number; after?: number }): World {
  const world = createWorld({ planners });
  const tell = (...told: Parameters<World["tell"]>) => { world.tell(...told); soundState(world); };
  tell(ordered);
  if (before > 0) tell(left("SH-1", "2026-03-02 14:00", before));
  tell(ordered.change(before > 0 ? "2026-03-03 10:00" : "2026-03-02 10:00", change));
  if (after > 0) tell(left("SH-2", "2026-03-03 14:00", after));
  world.advance("2026-03-03 18:00");
  soundState(world);
  return world;
}

describe("what makes the invoice smaller or larger after release waits for a person (2.8)", () => {
  test.each<[string, OrderBuilder, Change, string]>([
    ["the header discount", so().discount("10.00"), discounted, "70.20"],
    ["a line's discount", order("SO-1").line("1", "A", 10, "12.50", { discount: "10.00" }), (data) => { data.lines[0]!.discount = "60.00"; }, "70.20"],
    ["a charge that is taken away", so().charge("freight", "15.00"), (data) => { data.charges = []; }, "135.00"],
    ["one charge for another", so().charge("freight", "15.00"), (data) => { data.charges = [{ charge: "handling", amount: "15.00", taxCategory: "goods" }]; }, "151.20"],
  ])("%s", (_, ordered, change, total) => {
    const world = changed(ordered, change, { after: 10 });
    expect(held(world), describeWorld(world)).toEqual([["CHANGED_AFTER_RELEASE", total]]);
    expect(totals(world)).toEqual([]);
  });
  test("a version that changes none of it holds nothing", () => {
    const world = changed(so().discount("10.00"), (data) => { data.requestedShip = "2026-03-02"; }, { after: 10 });
    expect([held(world), totals(world)]).toEqual([[], ["124.20"]]);
  });
});

describe("a discount that changes after the invoice is a price adjustment (2.8)", () => {
  test.each<[string, OrderBuilder, Change, string, string]>([
    ["header discount raised: a credit", so().discount("10.00"), (data) => { data.headerDiscount = "40.00"; }, "32.40", "30.00"],
    ["line discount raised: a credit", so(), (data) => { data.lines[0]!.discount = "25.00"; }, "27.00", "25.00"],
    ["header discount lowered: a debit", so().discount("10.00"), (data) => { data.headerDiscount = "0"; }, "10.80", "-10.00"],
  ])("%s", (_, ordered, change, credit, difference) => {
    const world = changed(ordered, change, { before: 10 });
    expect([held(world), differences(world)]).toEqual([[["CREDIT_APPROVAL", credit]], [["diff_price_change", difference]]]);
    expect(world.decide({ rule: "CREDIT_APPROVAL" })).toBe(1);
    soundState(world);
    expect([held(world), differences(world), ledgerDrifts(world)]).toEqual([[], [], []]);
  });
  test.each([false, true])("nine of ten are billed: the last is billed at its own net and no invoice is negative (exempt: %s)", (exempt) => {
    const world = createWorld({ planners });
    if (exempt) world.tell(customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] }));
    world.tell(so(), left("SH-1", "2026-03-02 14:00", 9), so().change("2026-03-03 10:00", discounted), left("SH-2", "2026-03-03 14:00", 1));
    world.advance("2026-03-04 10:00");
    soundState(world);
    expect(held(world), describeWorld(world)).toEqual(expect.arrayContaining([["CHANGED_AFTER_RELEASE", exempt ? "6.50" : "7.02"], ["CREDIT_APPROVAL", exempt ? "54.00" : "58.32"]]));
    for (const rule of ["CHANGED_AFTER_RELEASE", "CREDIT_APPROVAL"] as const) world.decide({ rule });
    soundState(world);
    expect([held(world), totals(world), netPosted(world).lines["SO-1/1"]?.net, ledgerDrifts(world)]).toEqual([[], exempt ? ["112.50", "6.50"] : ["121.50", "7.02"], "65.00", []]);
  });
  test("cents of a discount that is shared anew are rounding still", () => {
    const ordered = order("SO-1").line("1", "A", 3, "10.00").line("2", "B", 3, "10.00").discount("0.03");
    const world = changed(ordered, (data) => { data.headerDiscount = "0.04"; }, { before: 3 });
    expect(held(world)).toEqual([]);
  });
});

test("an invoice is never below nothing: a rebate above its first goods goes on with the next ones", () => {
  const world = createWorld({ planners });
  world.tell(so().charge("rebate", "-100.00"), left("SH-1", "2026-03-02 14:00", 2));
  soundState(world);
  expect([troubles(world), totals(world)], describeWorld(world)).toEqual([[], ["0.00"]]);
  world.tell(left("SH-2", "2026-03-03 14:00", 8));
  soundState(world);
  expect([troubles(world), totals(world), netPosted(world).charges], describeWorld(world)).toEqual([[], ["0.00", "27.00"], { rebate: "-100.00" }]);
});

describe("a charge that comes after the last invoice opens the next part of its billing unit (Terms, 2.9 invariant 10)", () => {
  const freight = (amount: string): Change => (data) => { data.charges = amount === "0" ? [] : [{ charge: "freight", amount, taxCategory: "goods" }]; };
  test.each<[string, OrderBuilder, Change, string[], string]>([
    ["a new one", so(), freight("20.00"), ["135.00", "21.60"], "21.60"],
    ["one that rose", so().charge("freight", "15.00"), freight("20.00"), ["151.20", "5.40"], "5.40"],
  ])("%s: it waits for a person, then is an invoice of its own with its tax", (_, ordered, change, posted, amount) => {
    const world = changed(ordered, change, { before: 10 });
    expect([held(world), totals(world)], describeWorld(world)).toEqual([[["CHANGED_AFTER_RELEASE", amount]], posted.slice(0, 1)]);
    world.decide({ rule: "CHANGED_AFTER_RELEASE" });
    soundState(world);
    expect([totals(world), netPosted(world).charges, troubles(world), ledgerDrifts(world)]).toEqual([posted, { freight: "20.00" }, [], []]);
  });
  test("taken back before anybody decided: nothing is left of it", () => {
    const world = changed(so(), freight("20.00"), { before: 10 });
    world.tell(so().change("2026-03-04 10:00", (data) => { data.version = 3; }));
    soundState(world);
    expect([troubles(world), totals(world)]).toEqual([[], ["135.00"]]);
  });
  test("it waits for the next invoice while goods are open, and is a credit where it was billed once it is taken away", () => {
    const world = changed(so(), freight("20.00"), { before: 4 });
    expect([troubles(world), totals(world)]).toEqual([[], ["54.00"]]);
    world.tell(left("SH-2", "2026-03-04 10:00", 6));
    world.decide({ rule: "CHANGED_AFTER_RELEASE" });
    expect([totals(world), netPosted(world).charges]).toEqual([["54.00", "102.60"], { freight: "20.00" }]);
    world.tell(so().change("2026-03-05 10:00", (data) => { data.version = 3; }));
    expect(world.decide({ rule: "CREDIT_APPROVAL" })).toBe(1);
    soundState(world);
    expect([totals(world, "credit"), netPosted(world).charges, troubles(world)]).toEqual([["21.60"], {}, []]);
  });
});

test("goods that left beyond their request and were ordered afterwards are not cancelled: ORD-04 for all of them", () => {
  const world = createWorld({ planners });
  world.tell(so(), left("SH-1", "2026-03-02 14:00", 12), so().change("2026-03-02 15:00", (data) => { data.lines[0]!.quantity = "12"; }));
  expect([troubles(world), totals(world)]).toEqual([[], ["135.00", "27.00"]]);
  world.tell(cancels("SO-1", "CX-1", "2026-03-03 10:00", { 1: 12 }));
  soundState(world);
  expect([world.exceptions().map(({ code, amount }) => [code, amount]), world.holds(), totals(world)], describeWorld(world)).toEqual([[["ORD-04", "150.00"]], [], ["135.00", "27.00"]]);
});

describe("the currency never changes within a chain of documents (invariant 6)", () => {
  const euro: Change = (data) => { data.currency = "EUR"; data.lines[0]!.price = "11.00"; };
  const said = (world: World) => world.exceptions().map(({ code, fingerprint, currency }) => [code, fingerprint.code, currency]);
  test.each([["released", 0, 10, ["135.00"]], ["part invoiced", 4, 6, ["54.00", "81.00"]], ["invoiced", 10, 0, ["135.00"]]] as const)("%s: ORD-04, and the earlier currency and prices stay", (_, before, after, posted) => {
    const world = changed(so(), euro, { before, after });
    expect(said(world), describeWorld(world)).toEqual([["ORD-04", "currency", "USD"]]);
    expect([totals(world), ledgerDrifts(world)]).toEqual([posted, []]);
  });
  test("a version in the first currency again ends it and counts", () => {
    const world = changed(so(), euro, { before: 4 });
    world.tell(so().change("2026-03-04 10:00", (data) => { data.version = 3; }), left("SH-2", "2026-03-04 14:00", 6));
    soundState(world);
    expect([troubles(world), totals(world)]).toEqual([[], ["54.00", "81.00"]]);
  });
  test("an invoice that left settles it, though a warehouse says later that it had goods of an earlier version", () => {
    const world = createWorld({ planners });
    world.wms.stock("A", "0");
    world.tell(so(), so().change("2026-03-02 10:00", euro), left("SH-1", "2026-03-02 11:00", 10));
    world.tell(event("fulfilment.progressed", at("2026-03-02 09:30"), { order: "SO-1", request: "W-77", version: 1, warehouse: "W1", state: "accepted", lines: [{ line: "1", released: "10" }] }));
    soundState(world);
    expect([said(world), totals(world), world.erp.documents[0]?.currency], describeWorld(world)).toEqual([[], ["118.80"], "EUR"]);
  });
  test("before release it is simply applied", () => {
    const world = createWorld({ planners });
    world.wms.stock("A", "0");
    world.tell(so(), so().change("2026-03-02 10:00", euro));
    expect(said(world)).not.toContainEqual(["ORD-04", "currency", "USD"]);
    expect([...world.store.subjects.values()].find(({ ref }) => ref.kind === "order")?.plan?.balances.find(({ term }) => term === "order_value")?.currency).toBe("EUR");
  });
});

describe("a cancel of all that is open asks for what is open", () => {
  const everything = cancels("SO-1", "CX-1", "2026-03-02 15:00");
  test("what left the dock before is no part of it", () => {
    const world = createWorld({ planners });
    world.tell(so(), left("SH-1", "2026-03-02 14:00", 4), everything);
    soundState(world);
    expect([netPosted(world).lines, troubles(world), summaryOf(world, "US01:order:SO-1")?.facets], describeWorld(world)).toEqual([{ "SO-1/1": { quantity: "4", net: "50.00" } }, [], []]);
  });
  test("what a warehouse would not give back is", () => {
    const world = createWorld({ planners });
    world.tell(so(), left("SH-1", "2026-03-02 14:00", 4));
    world.fault({ kind: "recall_release", does: "refuse" });
    world.tell(everything);
    soundState(world);
    expect(world.exceptions().map(({ code, message }) => [code, message]), describeWorld(world)).toEqual([["ORD-04", "6 of line 1 were to be cancelled and had already left: offer a return"]]);
  });
  test("heard of after the cancel, by its own time before it: neither", () => {
    const world = createWorld({ planners });
    world.tell(so(), everything, left("SH-1", "2026-03-02 14:00", 4));
    soundState(world);
    expect(troubles(world), describeWorld(world)).not.toContain("ORD-04");
  });
});

describe("a recall that the warehouse refused stays refused until the facts change", () => {
  const recalls = (world: World) => world.commands("recall_release").map((row) => [row.naturalKey.split("|").slice(2).join("|"), row.state, row.attempts]);
  const moves: Change = (data) => { data.shipToAddress.state = "OH"; };
  const said = (world: World) => world.exceptions().map(({ code, fingerprint }) => [code, fingerprint.code]);
  test.each<[string, OrderBuilder, Parameters<World["tell"]>, string]>([
    ["the address changed", so(), [so().change("2026-03-02 11:00", moves)], "ship_to"],
    ["on one of two lines", so().line("2", "B", 7, "3.33"), [so().line("2", "B", 7, "3.33").change("2026-03-02 11:00", moves)], "ship_to"],
    ["a part was cancelled", so(), [cancels("SO-1", "CX-1", "2026-03-02 11:00", { 1: 5 })], "cancel"],
    ["an over-shipment was corrected", so(), [left("SH-1", "2026-03-02 10:00", 12), cancels("SO-1", "CX-1", "2026-03-02 10:30", { 1: 5 }), ships("SH-1", "2026-03-02 11:00", [{ order: "SO-1", line: "1", item: "A", quantity: 8 }], 2, { shippedAt: at("2026-03-02 10:00") })], "cancel"],
  ])("%s", (_, ordered, told, code) => {
    const world = createWorld({ planners });
    world.tell(ordered);
    world.fault({ kind: "recall_release", does: "refuse" });
    for (const thing of told) world.tell(thing);
    for (let round = 0; round < 3; round++) {
      expect([recalls(world), said(world).filter(([name]) => name === "ORD-04")], describeWorld(world)).toEqual([[["SO-1-R1|1", "rejected", 1]], [["ORD-04", code]]]);
      plansOnce(world);
    }
  });
  test("more is to come back: it is asked for again", () => {
    const world = createWorld({ planners });
    world.tell(so());
    world.fault({ kind: "recall_release", does: "refuse" });
    world.tell(cancels("SO-1", "CX-1", "2026-03-02 11:00", { 1: 5 }), cancels("SO-1", "CX-2", "2026-03-02 12:00", { 1: 2 }));
    soundState(world);
    expect([recalls(world), said(world)], describeWorld(world)).toEqual([[["SO-1-R1|1", "confirmed", 2]], []]);
  });
});
