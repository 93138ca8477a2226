import { expect, test } from "vitest";
import { at, event, item, order, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { netPosted, summaryOf } from "../../testing/world/readings";
import { createWorld } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const goods = (quantity: number, line = "1", item = "A") => [{ order: "SO-1", line, item, quantity }];
const sold = order("SO-1").line("1", "A", 10, "10.00").line("2", "B", 4, "2.50").discount("22.00");
const back = (quantity: number) => [returnAuthorised("RMA-1", "SO-1", "2026-03-03 10:00", { 1: quantity }), returnReceived("RMA-1", "SO-1", "2026-03-03 11:00", [{ line: "1", item: "A", quantity }])];

test.each([
  ["goods on a line that the order does not have: what it asks for the same item", [ships("SH-2", "2026-03-02 11:00", goods(2, "77"))], ["SHP-02", "16.00", "USD"]],
  ["and nothing where it has no such item", [ships("SH-2", "2026-03-02 11:00", goods(2, "77", "X"))], ["SHP-02", "0.00", "USD"]],
  ["a delivery that was lost: what left, at ordered prices", [event("shipment.delivered", at("2026-03-03 09:30"), { shipment: "SH-1", version: 1, state: "lost", at: at("2026-03-03 09:30") })], ["SHP-04", "48.00", "USD"]],
  ["more came back than is left to credit: at the net price of the line", back(9), ["CRD-01", "24.00", "USD"]],
])("money at stake: %s", (_, told, expected) => {
  const world = createWorld({ planners });
  world.tell(sold, ships("SH-1", "2026-03-02 10:00", goods(6)), ...told);
  world.advance("2026-03-04 12:00");
  soundState(world); plansOnce(world);
  expect(world.exceptions().map(({ code, amount, currency }) => [code, amount, currency])).toContainEqual(expected);
});

test("a line in a unit that nobody explained, priced by another, has no amount until it is; the rest of the order has", () => {
  const world = createWorld({ planners }), stake = () => [world.exceptions().map(({ code, amount, currency }) => [code, amount, currency]), summaryOf(world, "US01:order:SO-1")?.amounts];
  world.tell(item("A"), order("SO-1").line("1", "A", 1, "28.90", { unit: "BX", priceUnitOf: "EA" }).line("2", "B", 4, "2.50"));
  expect(stake()).toMatchObject([[["MAP-03", "0", null]], { open: "10.80" }]);
  expect(stake()[1]).not.toHaveProperty("ordered");
  soundState(world); plansOnce(world);
  world.tell(item("A", { units: [{ unit: "BX", numerator: 6, denominator: 1 }] }, 2));
  expect(stake()).toMatchObject([[], { ordered: "198.07", open: "198.07" }]);
  world.tell(ships("SH-1", "2026-03-02 11:00", [...goods(6), ...goods(4, "2", "B")]));
  soundState(world); plansOnce(world);
  expect(netPosted(world).lines["SO-1/1"]).toEqual({ quantity: "6", net: "173.40" });
});
test("priced by the very unit that nobody explained it is worth what it says", () => {
  const world = createWorld({ planners });
  world.tell(item("A"), order("SO-1").line("1", "A", 2, "28.90", { unit: "BX" }));
  expect(world.exceptions().map(({ code, amount, currency }) => [code, amount, currency])).toEqual([["MAP-03", "57.80", "USD"]]);
});
