import { describe, expect, test } from "vitest";
import { at, event, order, overlays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { testPolicy } from "../../testing/world/defaults";
import { tellInOrder, type Play } from "../../testing/world/play";
import { describeWorld, netPosted, summaryOf } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import type { Policy } from "../policy";
import { plansOnce, scenario, soundState } from "./harness";

const routes: Policy["routes"] = [...testPolicy.routes, { document: "order", capability: "warehouse", connector: "wms2", mode: "observe", managedFrom: null }];
const options = { policy: { routes } };
const numbers = ["SO-1", "SO-2"];
const sold = (play: Play) => { for (const number of numbers) play.tell(order(number).line("1", "A", 10, "10.00"), ships(`SH-${number}`, "2026-03-02 14:00", [{ order: number, line: "1", item: "A", quantity: 10 }])); play.until("2026-03-03 09:00"); };
const asked = (of: string, count: number, version = 1, short = "2026-03-03 10:00") => returnAuthorised("RMA-1", of, short, { 1: count }, { version });
const came = (of: string, version = 1, short = "2026-03-04 10:00", more: { restockingFee?: string } = {}) => returnReceived("RMA-1", of, short, [{ line: "1", item: "A", quantity: 3, ...more }], version);
const net = (world: World, ...of: string[]) => of.map((number) => netPosted(world).lines[`${number}/1`]?.quantity);
const found = (world: World, ...codes: string[]) => world.exceptions().filter(({ code }) => codes.includes(code)).map(({ code, message }) => [code, message]).sort();
const held = (world: World) => world.holds().map(({ rule, amount, message }) => [rule, amount, message]);
const others = ["RET-01", "RMA-1 was authorised for SO-1; wms received goods of SO-2."];

describe("goods of another order than the return was authorised for are not credited on it", () => {
  scenario("from a second warehouse: RET-01 says whose they are, and what came of its own order is credited", {
    options,
    script: (play) => { sold(play); play.tell(asked("SO-1", 6), came("SO-1"), { ...came("SO-2", 1, "2026-03-04 11:00"), source: "wms2" }); play.until("2026-03-06 10:00"); },
    end: (world) => { expect([net(world, ...numbers), found(world, "RET-01")], describeWorld(world)).toEqual([["7", "10"], [["RET-01", "RMA-1 was authorised for SO-1; wms2 received goods of SO-2."], ["RET-01", "Return RMA-1, line 1: 3 of 6 came back."]]]); },
  });
  scenario("nobody authorised it: it is of the order that came first", {
    options,
    script: (play) => { sold(play); play.tell({ ...came("SO-2"), source: "wms2" }, came("SO-1", 1, "2026-03-04 11:00")); play.until("2026-03-06 10:00"); },
    end: (world) => { expect([net(world, ...numbers), found(world, "RET-01")], describeWorld(world)).toEqual([["10", "10"], [["RET-01", "RMA-1 is for SO-2; wms received goods of SO-1."], ["RET-01", "Return RMA-1 came back and nobody authorised it."]]]); },
  });
  const stray = (play: Play) => { sold(play); play.tell(asked("SO-1", 3), came("SO-2")); play.until("2026-03-06 10:00"); };
  scenario("all of it: nothing is credited", { script: stray, end: (world) => { expect([net(world, ...numbers), found(world, "RET-01")], describeWorld(world)).toEqual([["10", "10"], [others]]); } });
  const close = overlays({ entity: "US01", kind: "return", key: "RMA-1" }, "D-1", "2026-03-06 11:00", "RMA-1", "closed", true);
  test("closed by a person, nobody is asked any more, until more comes", () => {
    const world = tellInOrder(stray, { planners });
    world.tell(close);
    expect([found(world, "RET-01"), summaryOf(world, "US01:order:SO-1")?.facets]).toEqual([[], []]);
    soundState(world); plansOnce(world);
    world.tell(came("SO-2", 2, "2026-03-06 12:00"));
    expect([net(world, ...numbers), found(world, "RET-01")], describeWorld(world)).toEqual([["10", "10"], [others]]);
  });
  test("the warehouse corrects its receipt: all is credited, where it should be", () => {
    const world = tellInOrder(stray, { planners });
    world.tell(came("SO-1", 2, "2026-03-06 12:00"));
    expect([net(world, ...numbers), found(world, "RET-01")], describeWorld(world)).toEqual([["7", "10"], []]);
    soundState(world); plansOnce(world);
  });
  test("the warehouse says after the credit that it was another order's: it is proposed to be taken back", () => {
    const world = tellInOrder((play) => { sold(play); play.tell(asked("SO-1", 3), came("SO-1")); play.until("2026-03-05 10:00"); }, { planners });
    world.tell(came("SO-2", 2, "2026-03-05 12:00"));
    expect([net(world, "SO-1"), found(world, "RET-01"), held(world)], describeWorld(world)).toEqual([["7"], [others], [["CREDIT_APPROVAL", "32.40", "Debit of 32.40 USD for return RMA-1: less came back than was credited."]]]);
    soundState(world); plansOnce(world);
  });
});

describe("a return whose source corrects for which order it is", () => {
  const moved = (fee = {}) => (play: Play) => { sold(play); play.tell(asked("SO-1", 3), came("SO-1", 1, "2026-03-04 10:00", fee)); play.until("2026-03-05 09:00"); play.tell(asked("SO-2", 3, 2, "2026-03-05 10:00")); play.until("2026-03-06 10:00"); };
  const approved = (fee = {}) => (play: Play) => { moved(fee)(play); play.allow({ rule: "CREDIT_APPROVAL", author: "fay" }); play.until("2026-03-06 12:00"); play.tell(came("SO-2", 2, "2026-03-06 13:00", fee)); play.until("2026-03-09 10:00"); };
  scenario("after it was credited: a debit on the former order is proposed, and the goods are asked about", {
    script: moved(), shuffles: 0,
    end: (world) => {
      expect([net(world, ...numbers), held(world)], describeWorld(world)).toEqual([["7", "10"], [["CREDIT_APPROVAL", "32.40", "Debit of 32.40 USD for return RMA-1: it is for SO-2, and was credited on SO-1."]]]);
      expect(found(world, "RET-01")).toEqual([["RET-01", "RMA-1 was authorised for SO-2; wms received goods of SO-1."]]);
    },
  });
  test("refused by finance, it stays credited there, and that order waits for nothing", () => {
    const world = tellInOrder(moved(), { planners });
    world.decide({ rule: "CREDIT_APPROVAL", verdict: "reject", author: "fay" });
    expect([net(world, ...numbers), held(world), summaryOf(world, "US01:order:SO-1")?.facets], describeWorld(world)).toEqual([["7", "10"], [], []]);
    soundState(world); plansOnce(world);
  });
  scenario("approved, and received for the other order: it is credited there alone", {
    script: approved(), end: (world) => { expect([net(world, ...numbers), netPosted(world).tax, held(world), found(world, "RET-01"), summaryOf(world, "US01:order:SO-1")?.facets], describeWorld(world)).toEqual([["10", "7"], "13.60", [], [], []]); },
  });
  scenario("a restocking fee goes with it", {
    script: approved({ restockingFee: "5.00" }), shuffles: 0, end: (world) => { expect([net(world, ...numbers), netPosted(world).charges, world.commands("post_debit").map(({ payload }) => (payload as { total: string }).total)], describeWorld(world)).toEqual([["10", "7"], { restocking: "5.00" }, ["27.40"]]); },
  });
  scenario("before it was credited: there is nothing to take back", {
    script: (play) => { sold(play); play.tell(asked("SO-1", 3), asked("SO-2", 3, 2, "2026-03-03 11:00"), came("SO-2")); play.until("2026-03-06 10:00"); }, shuffles: 0,
    end: (world) => { expect([net(world, ...numbers), held(world), found(world, "RET-01")], describeWorld(world)).toEqual([["10", "7"], [], []]); },
  });
});

describe("two order sources that number alike: of a return who is not believed is shown, and no goods are credited on the other's order (2.11)", () => {
  const zeta = <T extends object>(told: T) => ({ ...told, source: "zeta" });
  function both(): World {
    const world = createWorld({ planners });
    world.tell(zeta(order("Z-1").line("1", "A", 10, "10.00").line("2", "SVC", 1, "50.00", { method: "service" }).build()), order("SO-1").line("1", "A", 12, "10.00").line("2", "SVC", 1, "50.00", { method: "service" }));
    for (const [number, quantity] of [["Z-1", 10], ["SO-1", 12]] as const) world.tell(ships(`SH-${number}`, "2026-03-02 14:00", [{ order: number, line: "1", item: "A", quantity }]));
    return world;
  }
  const overruled = (noun: string) => [["CTR-02", `zeta says something else of ${noun} than shop, the system of record: shop counts.`]];
  const theirs = zeta(asked("Z-1", 3)), ours = asked("SO-1", 2, 1, "2026-03-03 11:00"), goods = came("Z-1");
  test.each([["shop, zeta, goods", [ours, theirs, goods], "10"], ["goods, zeta, shop", [goods, theirs, ours], "7"], ["zeta, goods, shop", [theirs, goods, ours], "7"]] as const)("returns: %s", (_, told, z) => {
    const world = both();
    for (const thing of told) { world.tell(thing); soundState(world); }
    world.advance("2026-03-06 10:00");
    expect([net(world, "Z-1", "SO-1"), found(world, "CTR-02", "RET-01")], describeWorld(world)).toEqual([[z, "12"], [...overruled("authorisation of return RMA-1"), ["RET-01", "RMA-1 was authorised for SO-1; wms received goods of Z-1."]]]);
    expect(held(world)).toEqual(z === "10" ? [] : [["CREDIT_APPROVAL", "32.40", "Debit of 32.40 USD for return RMA-1: it is for SO-1, and was credited on Z-1."]]);
    soundState(world); plansOnce(world);
  });
  test("service confirmations are documents of their own: each bills its own order", () => {
    const world = both(), done = (of: string) => event("shipment.confirmed", at("2026-03-03 13:00"), { shipment: "SV-1", version: 1, warehouse: "W1", shippedAt: at("2026-03-03 13:00"), lines: [{ shipmentLine: "1", order: of, orderLine: "2", item: "SVC", quantity: "1", service: true }] });
    world.tell(zeta(done("Z-1")));
    world.tell({ ...done("SO-1"), source: "shop" });
    expect([found(world, "CTR-02"), held(world), ["Z-1/2", "SO-1/2"].map((line) => netPosted(world).lines[line]?.quantity)], describeWorld(world)).toEqual([[], [], ["1", "1"]]);
    soundState(world); plansOnce(world);
  });
});
