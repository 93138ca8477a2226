import { describe, expect, test } from "vitest";
import { cancels, order, ships, type OrderBuilder } from "../../testing/world/builders";
import { describeWorld, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { soundState } from "./harness";

/** What is told, one after the other, with every equation at 0 in every state. */
function sound(...told: Parameters<World["tell"]>): World {
  const world = createWorld({ planners });
  for (const thing of told) { world.tell(thing); soundState(world); }
  return world;
}
const left = (shipment: string, hour: number, quantity: number) => ships(shipment, `2026-03-02 ${hour}:00`, [{ order: "SO-1", line: "1", item: "A", quantity }]);
const proRata = (so: OrderBuilder, amount: string, taxCategory = "goods") => so.with({ charges: [{ charge: "freight", amount, taxCategory, billing: "pro_rata" }] });

describe("a taxed charge that is billed pro rata", () => {
  test("closes part by part, its tax by the cumulative rule", () => {
    const world = sound(proRata(order("SO-1").line("1", "A", 11, "12.35"), "9.99"), left("SH-1", 10, 1), left("SH-2", 11, 1), left("SH-3", 12, 1), left("SH-4", 13, 8));
    expect([totals(world).length, troubles(world)], describeWorld(world)).toEqual([4, []]);
  });
  test("and where the rest is cancelled, or the charge falls after a part", () => {
    sound(proRata(order("SO-1").line("1", "A", 11, "12.35"), "9.99"), left("SH-1", 10, 1), left("SH-2", 11, 1), cancels("SO-1", "CX-1", "2026-03-02 12:00"));
    const so = proRata(order("SO-1").line("1", "A", 11, "12.35"), "9.99");
    sound(so, left("SH-1", 10, 1), so.change("2026-03-02 10:30", (data) => { data.charges![0]!.amount = "4.44"; }), left("SH-2", 11, 3), left("SH-3", 12, 7));
  });
});
