import { describe, expect, test } from "vitest";
import { cancels, event, at, item, order, ships } from "../../testing/world/builders";
import { describeWorld, netPosted, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { booked, scenario, soundState } from "./harness";

const so = () => order("SO-1").line("1", "A", 10, "10.00");
const left = (quantity: number, hour = 14, shipment = "SH-1") => ships(shipment, `2026-03-02 ${hour}:00`, [{ order: "SO-1", line: "1", item: "A", quantity }]);
const said = (world: World) => world.exceptions().map(({ code, message }) => [code, message]);
function sound(...told: Parameters<World["tell"]>): World {
  const world = createWorld({ planners });
  for (const thing of told) { world.tell(thing); soundState(world); }
  return world;
}

describe("a cancel that cannot be meant takes nothing away, and says so (ORD-02)", () => {
  scenario("of a line that the order does not have; its other lines are cancelled", {
    script: (play) => { play.tell(so(), cancels("SO-1", "CX-1", "2026-03-02 10:00", { 1: 4, 99: 3 }), left(6)); },
    end: (world) => {
      expect(netPosted(world).lines).toEqual({ "SO-1/1": { quantity: "6", net: "60.00" } });
      expect(world.exceptions()).toMatchObject([{ code: "ORD-02", subject: "US01:order:SO-1", message: expect.stringContaining("CX-1: 3 of line 99): the order has no such line. Ask the customer") as string }]);
    },
  });
  scenario("until a version has that line", {
    script: (play) => {
      play.tell(so(), cancels("SO-1", "CX-1", "2026-03-02 10:00", { 2: 3 }));
      play.tell(so().change("2026-03-02 11:00", (data) => { data.lines.push({ line: "2", item: "B", quantity: "5", unit: "EA", price: "2.00" }); }));
    },
    end: (world) => { expect([troubles(world), booked(world, "US01:order:SO-1", "cancelled").quantity]).toEqual([[], "3"]); },
  });
  scenario("of half of a thing that is sold by count: all of it is billed and nothing is left over", {
    script: (play) => { play.tell(so(), left(6), cancels("SO-1", "CX-1", "2026-03-02 15:00", { 1: "0.5" })); play.until("2026-03-02 16:00"); play.tell(left(4, 17, "SH-2")); },
    end: (world) => {
      expect([netPosted(world).lines, troubles(world)]).toEqual([{ "SO-1/1": { quantity: "10", net: "100.00" } }, ["ORD-02"]]);
      expect(world.exceptions()).toMatchObject([{ amount: "5.00", message: expect.stringContaining("0.5 EA of line 1): it is sold in whole units") as string }]);
    },
  });
  test("of half a kit", () => {
    const kit = order("SO-1").line("1", "KIT", 4, "100.00", { components: [{ item: "KA", per: "1", shareOfPrice: "40.00" }, { item: "KB", per: "2", shareOfPrice: "30.00" }] });
    const world = sound(kit, cancels("SO-1", "CX-1", "2026-03-02 10:00", { 1: "0.5" }));
    expect(troubles(world), describeWorld(world)).toEqual(["ORD-02"]);
  });
  test("of a pack that the item does not have: it is not taken for the line's own unit", () => {
    const world = sound(so(), event("order.cancel_requested", at("2026-03-02 10:00"), { number: "SO-1", cancellation: "CX-1", lines: [{ line: "1", quantity: "1", unit: "PALLET" }] }));
    expect([said(world), booked(world, "US01:order:SO-1", "cancelled").quantity], describeWorld(world)).toEqual([[["ORD-02", expect.stringContaining("1 PALLET of line 1): the item has no such unit")]], "0"]);
  });
  test("half a case of whole pieces, and half a metre, are cancelled", () => {
    const cases = event("order.cancel_requested", at("2026-03-02 10:00"), { number: "SO-1", cancellation: "CX-1", lines: [{ line: "1", quantity: "0.5", unit: "CASE" }] });
    const world = sound(item("A", { units: [{ unit: "CASE", numerator: 12, denominator: 1 }] }), so(), cases);
    expect([troubles(world), booked(world, "US01:order:SO-1", "cancelled").quantity], describeWorld(world)).toEqual([[], "6"]);
    const metres = sound(item("A", { baseUnit: "MTR" }), order("SO-1").line("1", "A", 10, "10.00", { unit: "MTR" }), cancels("SO-1", "CX-1", "2026-03-02 10:00", { 1: "0.5" }));
    expect([troubles(metres), booked(metres, "US01:order:SO-1", "cancelled").quantity], describeWorld(metres)).toEqual([[], "0.5"]);
  });
});

describe("an order of half a thing that is sold by count", () => {
  test("waits for the order desk, and goes on once the quantity is whole or all of it is cancelled", () => {
    const half = order("SO-1").line("1", "A", "0.5", "10.00");
    const world = sound(half);
    expect([said(world), world.commands("release_to_warehouse")], describeWorld(world)).toEqual([[["ORD-02", "Line 1: 0.5 is no whole number of EA"]], []]);
    world.tell(half.change("2026-03-02 10:00", (data) => { data.lines[0]!.quantity = "1"; }));
    soundState(world);
    expect([troubles(world), world.commands("release_to_warehouse").length]).toEqual([[], 1]);
    expect(troubles(sound(half, cancels("SO-1", "CX-1", "2026-03-02 10:00", { 1: "0.5" })))).toEqual([]);
  });
});
