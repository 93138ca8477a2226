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
  test("an order that was not released yet is counted by the new pack", () => {
    const world = createWorld({ planners });
    world.tell(cases(24, 1, "2026-01-01 00:00"), credit("C-1", 1, "2026-03-01 08:00", "10.00", "0.00"), so());
    expect([released(world), world.holds().map(({ rule }) => rule)]).toEqual([[], ["CREDIT_LIMIT"]]);
    world.tell(cases(12, 2, "2026-03-02 15:00"), credit("C-1", 2, "2026-03-02 16:00", "10000.00", "0.00"));
    soundState(world);
    expect(released(world), describeWorld(world)).toEqual(["60"]);
  });
});
