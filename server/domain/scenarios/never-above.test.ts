import { describe, expect, test } from "vitest";
import { at, authorised, order, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { describeWorld, netPosted, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const so = () => order("SO-1").line("1", "A", 10, "12.35").line("2", "B", 7, "3.333333").discount("5.55").charge("freight", "9.99");
const counted = (version: number, first: number, second: number) => ships("SH-1", `2026-03-03 1${version}:00`, [{ order: "SO-1", line: "1", item: "A", quantity: first }, { order: "SO-1", line: "2", item: "B", quantity: second }], version, { shippedAt: at("2026-03-02 10:00") });
const sentBack = (line: string, quantity: number, hour: number) => [
  returnAuthorised(`RMA-${hour}`, "SO-1", `2026-03-04 ${hour}:00`, { [line]: quantity }), returnReceived(`RMA-${hour}`, "SO-1", `2026-03-04 ${hour}:30`, [{ line, item: line === "1" ? "A" : "B", quantity }]),
];
const approve = (world: World) => { for (const author of ["ann", "bob"]) world.decide({ rule: "CREDIT_APPROVAL", author }); };

describe("no line is credited above what was invoiced, to the cent (2.9, invariant 4)", () => {
  test.each<[string, Parameters<World["tell"]>]>([
    ["one of two came back", sentBack("1", 1, 10)],
    ["one of three came back", sentBack("2", 1, 10)],
    ["some of each came back, one after the other", [...sentBack("1", 1, 10), ...sentBack("2", 1, 11), ...sentBack("2", 1, 12)]],
  ])("%s, then the warehouse says that nothing had left", (_, returned) => {
    for (const card of [false, true]) {
      const world = createWorld({ planners });
      world.tell(card ? so().card() : so());
      if (card) world.tell(authorised("SO-1", "AU-1", "2026-03-02 09:01", "400.00"));
      for (const told of [counted(1, 2, 3), ...returned, counted(2, 0, 0)]) { world.tell(told); soundState(world); }
      approve(world);
      for (const author of ["fay", "gus"]) world.decide({ rule: "REFUND_APPROVAL", author });
      soundState(world);
      plansOnce(world);
      const net = netPosted(world);
      expect([net.lines, net.charges, net.tax, troubles(world)], describeWorld(world)).toEqual([{ "SO-1/1": { quantity: "0", net: "0.00" }, "SO-1/2": { quantity: "0", net: "0.00" } }, {}, "0.00", []]);
    }
  });
  test("a part of what is left is taken at what it is worth, as if the count had been right from the first", () => {
    const back = [...sentBack("1", 1, 10), ...sentBack("2", 2, 11)];
    const play = (...told: Parameters<World["tell"]>) => {
      const world = createWorld({ planners });
      for (const thing of told) { world.tell(thing); soundState(world); }
      approve(world);
      soundState(world);
      return world;
    };
    const world = play(so(), counted(1, 5, 6), ...back, counted(2, 4, 3)), straight = play(so(), counted(1, 4, 3), ...back);
    expect([netPosted(world).lines, troubles(world)], describeWorld(world)).toEqual([netPosted(straight).lines, []]);
  });
});
