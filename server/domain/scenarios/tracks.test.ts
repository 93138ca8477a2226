import { describe, expect, test } from "vitest";
import { at, order, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { describeWorld, summaryOf } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";

const left = (quantity: number, version = 1) => ships("SH-1", `2026-03-02 1${version}:00`, [{ order: "SO-1", line: "1", item: "A", quantity }], version, { shippedAt: at("2026-03-02 11:00") });
function shipped(quantity: number): World {
  const world = createWorld({ planners });
  world.tell(order("SO-1").line("1", "A", quantity, "10.00"), left(quantity));
  return world;
}
const sentBack = (world: World, quantity: number) => {
  world.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-03 10:00", { 1: quantity }));
  world.tell(returnReceived("RMA-1", "SO-1", "2026-03-03 11:00", [{ line: "1", item: "A", quantity }]));
};
const track = (world: World, name: "billing" | "cash") => summaryOf(world, "US01:order:SO-1")?.tracks[name];

describe("the tracks say what the documents say (2.1)", () => {
  test.each([[2, 1, "part_credited"], [10, 5, "part_credited"], [10, 9, "part_credited"], [10, 10, "credited"]] as const)("of %i invoiced %i came back: %s", (quantity, returned, expected) => {
    const world = shipped(quantity);
    sentBack(world, returned);
    expect(track(world, "billing"), describeWorld(world)).toBe(expected);
  });
  test("an invoice that its credit settled was not paid by anybody", () => {
    const world = shipped(10);
    sentBack(world, 10);
    expect(track(world, "cash"), describeWorld(world)).toBe("none");
  });
  test("nor is a reversed shipment's; what was paid before the rest was credited is", () => {
    const reversed = shipped(10);
    reversed.tell(left(0, 2));
    reversed.decide({ rule: "CREDIT_APPROVAL" });
    expect([track(reversed, "billing"), track(reversed, "cash")], describeWorld(reversed)).toEqual(["credited", "none"]);
    const paid = shipped(10);
    paid.tell(pays("R-1", "2026-03-02 16:00", "54.00", { "INV-1": "54.00" }));
    expect(track(paid, "cash"), describeWorld(paid)).toBe("part_paid");
    sentBack(paid, 5);
    expect(track(paid, "cash"), describeWorld(paid)).toBe("paid");
  });
});
