import { describe, expect, test } from "vitest";
import { cancels, order, returnAuthorised, returnReceived, ships, type OrderBuilder } from "../../testing/world/builders";
import { describeWorld, netPosted, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { dec } from "../decimal";
import { plansOnce, soundState } from "./harness";

const so = () => order("SO-1").line("1", "A", 10, "12.35").line("2", "B", 7, "3.333333").discount("5.55");
const left = (shipment: string, hour: number, first: number, second: number) => ships(shipment, `2026-03-03 ${hour}:00`, [{ order: "SO-1", line: "1", item: "A", quantity: first }, { order: "SO-1", line: "2", item: "B", quantity: second }]);
const more = (quantity: string, hour = 12): OrderBuilder => so().change(`2026-03-03 ${hour}:00`, (data) => { data.lines[1]!.quantity = quantity; });
const back = [returnAuthorised("RMA-1", "SO-1", "2026-03-03 11:00", { 1: 1 }), returnReceived("RMA-1", "SO-1", "2026-03-03 11:30", [{ line: "1", item: "A", quantity: 1 }])];

function play(...told: Parameters<World["tell"]>): World {
  const world = createWorld({ planners });
  for (const thing of told) { world.tell(thing); soundState(world); plansOnce(world); }
  return world;
}

describe("a header discount that is shared anew because more or less is ordered (P3, 2.8)", () => {
  test.each(["8", "40", "5"])("asks for nothing on what was billed: %s of line 2, and later parts close to the cent", (quantity) => {
    const world = play(so(), left("SH-1", 10, 2, 3), more(quantity));
    expect([totals(world), world.holds(), troubles(world)], describeWorld(world)).toEqual([["36.06"], [], []]);
    const rest = left("SH-2", 14, 8, Number(quantity) - 3);
    world.tell(rest);
    soundState(world);
    const straight = play(more(quantity, 9), left("SH-1", 10, 2, 3), rest);
    expect([netPosted(world).lines, troubles(world)], describeWorld(world)).toEqual([netPosted(straight).lines, []]);
  });
  test("after a return too", () => {
    expect(troubles(play(so(), left("SH-1", 10, 2, 3), ...back, more("8")))).toEqual([]);
  });
  test("nor holds it an invoice whose goods were released before", () => {
    const world = play(so(), more("40", 9), left("SH-1", 10, 2, 3));
    expect([totals(world).length, troubles(world)], describeWorld(world)).toEqual([1, []]);
  });
  test("where nothing more is to come a person decides", () => {
    const world = play(so(), left("SH-1", 10, 2, 3), more("40"), cancels("SO-1", "CX-1", "2026-03-03 13:00"));
    expect(world.holds().map(({ rule }) => rule), describeWorld(world)).toEqual(["CREDIT_APPROVAL"]);
    world.decide({ rule: "CREDIT_APPROVAL" });
    soundState(world);
    expect(troubles(world)).toEqual([]);
  });
  test("a discount that changed is a price adjustment at once", () => {
    const world = play(so(), left("SH-1", 10, 2, 3), so().change("2026-03-03 12:00", (data) => { data.headerDiscount = "15.55"; }));
    expect(world.holds().map(({ rule }) => rule), describeWorld(world)).toEqual(["CREDIT_APPROVAL"]);
  });
});

describe("a discount shared anew between two shipments, and a unit of one of them comes back whole", () => {
  const left = (shipment: number) => ships(`SH-${shipment}`, `2026-03-02 1${shipment}:00`, [{ order: "SO-1", line: "1", item: "A", quantity: 1 }]);
  const back = [returnAuthorised("RMA-1", "SO-1", "2026-03-02 15:00", { 1: 1 }), returnReceived("RMA-1", "SO-1", "2026-03-02 15:01", [{ line: "1", item: "A", quantity: 1 }])];
  const ends = (price: string, discount: string, quantity: string) => {
    const so = order("SO-1").line("1", "A", 10, price).discount(discount), more = () => so.change("2026-03-02 10:10", (next) => { const [line] = next.lines; if (line) line.quantity = quantity; });
    const orders: (() => Parameters<World["tell"]>)[] = [() => [so, more(), left(1), left(2), ...back], () => [so, left(1), more(), left(2), ...back], () => [so, left(2), more(), left(1), ...back], () => [so, left(1), more(), ...back, left(2)], () => [so, left(1), left(2), ...back, more()]];
    return orders.map((told) => {
      const world = createWorld({ planners });
      const yes = () => { for (const author of ["ann", "bob", "ann", "bob"]) world.decide({ rule: "CREDIT_APPROVAL", author }); };
      for (const thing of told()) { world.tell(thing); soundState(world); }
      yes();
      world.tell(cancels("SO-1", "CX", "2026-03-02 22:10"));
      yes();
      soundState(world);
      plansOnce(world);
      expect(troubles(world), describeWorld(world)).toEqual([]);
      return netPosted(world).lines["SO-1/1"];
    });
  };
  test("what the customer keeps is what it is worth, in whatever order it was heard", () => {
    for (const end of ends("100.00", "500.00", "20")) expect(end).toEqual({ quantity: "1", net: "75.00" });
  });
  test("to the cents that an invoice that came back whole was billed at", () => {
    for (const end of ends("12.35", "5.55", "13")) { expect(end?.quantity).toBe("1"); expect(dec(end?.net ?? "0").minus("11.92").abs().lte("0.02"), end?.net).toBe(true); }
  });
});

test("goods that left under a discount above them are not billed before the sender says what was meant", () => {
  const so = order("SO-1").line("1", "A", 2, "10.00").discount("50.00");
  const world = play(so, ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 2 }]));
  world.advance("2026-03-03 18:00");
  expect([totals(world), world.exceptions().map(({ code, message }) => [code, message])], describeWorld(world)).toEqual([[], [["CTR-01", "Order SO-1: the discount of 50.00 USD is above its goods of 20.00 USD (/headerDiscount)"]]]);
  world.tell(so.change("2026-03-04 09:00", (data) => { data.headerDiscount = "5.00"; }));
  world.decide({ rule: "CHANGED_AFTER_RELEASE" });
  soundState(world); plansOnce(world);
  expect([totals(world), troubles(world)], describeWorld(world)).toEqual([["16.20"], []]);
});
