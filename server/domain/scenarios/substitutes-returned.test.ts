import { describe, expect, test } from "vitest";
import { order, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { describeWorld, netPosted, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const so = order("SO-1").line("1", "A", 10, "12.35", { substitutionAllowed: true });
const own = (quantity: number) => ({ order: "SO-1", line: "1", item: "A", quantity });
const substitute = (quantity: number) => ({ ...own(quantity), item: "A2", substitute: true });
const left = { "the substitute first": [ships("SH-1", "2026-03-02 10:00", [substitute(2)]), ships("SH-2", "2026-03-02 11:00", [own(3)])], "the substitute last": [ships("SH-1", "2026-03-02 10:00", [own(3)]), ships("SH-2", "2026-03-02 11:00", [substitute(2)])], "both together": [ships("SH-1", "2026-03-02 10:00", [own(3), substitute(2)])] };
const back = (item: string) => [returnAuthorised("RMA-1", "SO-1", "2026-03-03 10:00", { 1: 1 }), returnReceived("RMA-1", "SO-1", "2026-03-03 11:00", [{ line: "1", item, quantity: 1 }])];

describe.each(Object.entries(left))("a line of which a substitute left too, %s", (_, shipments) => {
  test.each(["A", "A2"])("%s comes back: it is credited, whatever was heard of first", (item) => {
    for (const told of [[so, ...shipments, ...back(item)], [...back(item), ...shipments, so]]) {
      const world: World = createWorld({ planners });
      for (const thing of told) { world.tell(thing); soundState(world); }
      expect([netPosted(world).lines["SO-1/1"], troubles(world)], describeWorld(world)).toEqual([{ quantity: "4", net: "49.40" }, []]);
      plansOnce(world);
    }
  });
  test("B comes back: nobody bought it", () => {
    const world = createWorld({ planners });
    world.tell(so, ...shipments, ...back("B"));
    expect([netPosted(world).lines["SO-1/1"]?.quantity, troubles(world)]).toEqual(["5", ["RET-01"]]);
  });
});
