import { describe, expect, test } from "vitest";
import { at, credit, item, order, overlays, ships } from "../../testing/world/builders";
import { ledgerDrifts } from "../../testing/world/books";
import { describeWorld, netPosted, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { packDocument, packPath } from "../order-to-cash/order/lines/packs";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const cases = (pack: number, version: number, when: string) => ({ ...item("CS", { units: [{ unit: "CASE", numerator: pack, denominator: 1 }] }, version), at: at(when) });
const so = () => order("SO-1").line("1", "CS", 5, "36.00", { unit: "CASE" });
const left = (shipment: string, quantity: number) => ships(shipment, "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "CS", quantity }]);
const released = (world: World) => world.commands("release_to_warehouse").flatMap(({ payload }) => (payload["lines"] as { quantity: string }[]).map(({ quantity }) => quantity));

describe("the item master says that a case holds 12, and it was 24", () => {
  test("an order whose goods were released keeps what it was accepted at", () => {
    for (const partly of [true, false]) {
      const world = createWorld({ planners });
      world.tell(cases(24, 1, "2026-01-01 00:00"), so());
      if (partly) world.tell(left("SH-1", 60));
      world.tell(cases(12, 2, "2026-03-02 15:00"));
      soundState(world);
      expect([world.commands("recall_release"), world.holds(), troubles(world)], describeWorld(world)).toEqual([[], [], ["ORD-02"]]);
      world.tell(left("SH-2", partly ? 60 : 120));
      soundState(world);
      plansOnce(world);
      expect([netPosted(world).lines["SO-1/1"], troubles(world), ledgerDrifts(world)]).toEqual([{ quantity: "120", net: "180.00" }, ["ORD-02"], []]);
    }
  });
  test("a word about it that is no pack is none: the order stays as it was released", () => {
    const world = createWorld({ planners });
    world.tell(cases(24, 1, "2026-01-01 00:00"), so(), overlays({ entity: "US01", kind: "order", key: "SO-1" }, "D-1", "2026-03-02 13:00", packDocument("CS", "CASE"), packPath, { use: "12" }), cases(12, 2, "2026-03-02 15:00"));
    soundState(world);
    expect([released(world), troubles(world)]).toEqual([["120"], ["ORD-02"]]);
  });
  test("a line that comes after it is counted by the new pack, and the released one as it was", () => {
    const world = createWorld({ planners });
    world.tell(cases(24, 1, "2026-01-01 00:00"), so(), cases(12, 2, "2026-03-02 15:00"));
    world.tell(so().change("2026-03-02 16:00", (data) => { data.lines.push({ line: "2", item: "CS", quantity: "2", unit: "CASE", price: "18.00" }); }));
    soundState(world);
    expect([released(world), troubles(world)], describeWorld(world)).toEqual([["120", "24"], ["ORD-02"]]);
    world.tell(overlays({ entity: "US01", kind: "order", key: "SO-1" }, "D-1", "2026-03-02 17:00", packDocument("CS", "CASE"), packPath, { use: { unit: "CASE", numerator: 24, denominator: 1 }, master: { unit: "CASE", numerator: 12, denominator: 1 } }));
    world.tell(ships("SH-1", "2026-03-03 14:00", [{ order: "SO-1", line: "1", item: "CS", quantity: 120 }, { order: "SO-1", line: "2", item: "CS", quantity: 24 }]));
    soundState(world); plansOnce(world);
    expect([netPosted(world).lines, troubles(world)], describeWorld(world)).toEqual([{ "SO-1/1": { quantity: "120", net: "180.00" }, "SO-1/2": { quantity: "24", net: "36.00" } }, []]);
  });
  test.each([
    ["the pack is gone", { units: [] }, "The item master has no CASE of CS any more; the order was released at 24 and stays so until somebody says otherwise"],
    ["its base unit is another", { baseUnit: "BOX", units: [{ unit: "CASE", numerator: 24, denominator: 1 }] }, "A CASE of CS holds 24 BOX by the item master now; the order was released at 24 EA and stays so until somebody says otherwise"],
  ])("%s from the item master: the released order stays, and a person is asked", (_, more, message) => {
    const world = createWorld({ planners });
    world.tell(cases(24, 1, "2026-01-01 00:00"), so(), { ...item("CS", more, 2), at: at("2026-03-02 15:00") });
    soundState(world);
    expect([world.commands("recall_release"), world.exceptions().map((found) => [found.code, found.message])], describeWorld(world)).toEqual([[], [["ORD-02", message]]]);
    world.tell({ ...cases(24, 3, "2026-03-02 16:00") }, left("SH-1", 120));
    soundState(world); plansOnce(world);
    expect([netPosted(world).lines["SO-1/1"], troubles(world)], describeWorld(world)).toEqual([{ quantity: "120", net: "180.00" }, []]);
  });
  test("an order that was not released yet is counted by the new pack", () => {
    const world = createWorld({ planners });
    world.tell(cases(24, 1, "2026-01-01 00:00"), credit("C-1", 1, "2026-03-01 08:00", "10.00", "0.00"), so());
    expect([released(world), world.holds().map(({ rule }) => rule)]).toEqual([[], ["CREDIT_LIMIT"]]);
    world.tell(cases(12, 2, "2026-03-02 15:00"), credit("C-1", 2, "2026-03-02 16:00", "10000.00", "0.00"));
    soundState(world);
    expect(released(world), describeWorld(world)).toEqual(["60"]);
  });
});
