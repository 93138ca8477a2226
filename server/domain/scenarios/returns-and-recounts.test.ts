import { describe, expect, test } from "vitest";
import { at, order, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { ledgerDrifts } from "../../testing/world/books";
import { describeWorld, netPosted, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const counted = (shipment: string, version: number, quantity: number) => ships(shipment, `2026-03-03 1${version}:00`, [{ order: "SO-1", line: "1", item: "A", quantity }], version, { shippedAt: at("2026-03-02 10:00") });
const sentBack = (quantity: number) => [returnAuthorised("RMA-1", "SO-1", "2026-03-04 10:00", { "1": quantity }), returnReceived("RMA-1", "SO-1", "2026-03-04 10:30", [{ line: "1", item: "A", quantity }])];
const approve = (world: World) => { for (const author of ["ann", "bob", "ann", "bob"]) world.decide({ rule: "CREDIT_APPROVAL", author }); };

function play(...told: Parameters<World["tell"]>): World {
  const world = createWorld({ planners });
  for (const thing of told) { world.tell(thing); soundState(world); }
  approve(world);
  soundState(world);
  plansOnce(world);
  return world;
}

describe("a shipment counted anew after goods of the order came back", () => {
  const so = order("SO-1").line("1", "A", 9, "3.333333");
  test("what came back was of the other shipment where the first one never left: the same net as if it had been known from the first", () => {
    const world = play(so, counted("SH-1", 1, 2), counted("SH-2", 1, 2), ...sentBack(1), counted("SH-1", 2, 0));
    const straight = play(so, counted("SH-1", 1, 0), counted("SH-2", 1, 2), ...sentBack(1));
    expect([netPosted(world).lines, troubles(world), ledgerDrifts(world)], describeWorld(world)).toEqual([netPosted(straight).lines, [], []]);
    expect(netPosted(world).lines["SO-1/1"]?.quantity).toBe("1");
  });
  test("found after all, the units credited twice are asked back", () => {
    const world = play(so, counted("SH-1", 1, 2), counted("SH-2", 1, 2), ...sentBack(1), counted("SH-1", 2, 0));
    world.tell(counted("SH-1", 3, 2));
    approve(world);
    soundState(world);
    expect([netPosted(world).lines["SO-1/1"]?.quantity, troubles(world)], describeWorld(world)).toEqual(["3", []]);
  });
  test("nothing comes back of what did not leave: a return goes to the shipment that did, though the correction of the first waits for approval", () => {
    const world = play(so, counted("SH-1", 1, 2), counted("SH-2", 1, 2), counted("SH-1", 2, 0), ...sentBack(2));
    expect(world.commands("post_credit").filter(({ payload }) => payload["class"] === "return").map(({ payload }) => payload["invoice"])).toEqual(["INV-2"]);
    expect(netPosted(world).lines["SO-1/1"]?.quantity).toBe("0");
  });
});

test("a correction does not take the units that a return's credit is on its way for", () => {
  const world = createWorld({ planners });
  world.fault({ kind: "post_credit", does: "hold" });
  for (const told of [order("SO-1").line("1", "A", 10, "12.35"), counted("SH-1", 1, 3), ...sentBack(1), counted("SH-1", 2, 0)]) world.tell(told);
  approve(world);
  world.delivery.answerHeld();
  world.settle();
  approve(world);
  soundState(world);
  plansOnce(world);
  expect([netPosted(world).lines["SO-1/1"], troubles(world), ledgerDrifts(world)], describeWorld(world)).toEqual([{ quantity: "0", net: "0.00" }, [], []]);
});

test("a return whose authorisation and receipt are corrected to another line takes back what it credited on the first", () => {
  const world = createWorld({ planners });
  const came = (line: string, item: string, version: number) => returnReceived("RMA-1", "SO-1", `2026-03-0${3 + version} 11:00`, [{ line, item, quantity: 2 }], version);
  const told = [
    order("SO-1").line("1", "A", 10, "10.00").line("2", "B", 4, "5.00"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }, { order: "SO-1", line: "2", item: "B", quantity: 4 }]),
    returnAuthorised("RMA-1", "SO-1", "2026-03-04 10:00", { 1: 2 }), came("1", "A", 1), returnAuthorised("RMA-1", "SO-1", "2026-03-05 10:00", { 2: 2 }, { version: 2 }), came("2", "B", 2),
  ];
  for (const thing of told) world.tell(thing);
  expect(world.holds().map(({ rule, message }) => [rule, message])).toEqual([["CREDIT_APPROVAL", "Debit of 21.60 USD for return RMA-1: less came back than was credited."]]);
  approve(world);
  soundState(world);
  plansOnce(world);
  expect([netPosted(world).lines, troubles(world), ledgerDrifts(world)], describeWorld(world)).toMatchObject([{ "SO-1/1": { quantity: "10", net: "100.00" }, "SO-1/2": { quantity: "2", net: "10.00" } }, [], []]);
});
