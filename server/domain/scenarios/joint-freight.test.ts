import { describe, expect, test } from "vitest";
import type { OrderCaptured } from "../contracts/order";
import { at, order, ships } from "../../testing/world/builders";
import { describeWorld, netPosted, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const atCost: OrderCaptured["charges"] = [{ charge: "freight", amount: "9.99", taxCategory: "goods", billing: "actual_cost" }];
const so = (number: string, quantity: number) => order(number).line("1", "A", quantity, "10.00").with({ charges: atCost });
const left = (when: string, version: number, rows: Record<string, number>, freightCost = "7.77") => ships("SH-1", when, Object.entries(rows).map(([number, quantity]) => ({ order: number, line: "1", item: "A", quantity })), version, { freightCost, ...(version > 1 ? { shippedAt: at("2026-03-02 14:00") } : {}) });
const play = (...told: Parameters<World["tell"]>): World => {
  const world = createWorld({ planners });
  for (const thing of told) { world.tell(thing); soundState(world); }
  for (let round = 0; round < 3; round++) for (const rule of ["CREDIT_APPROVAL", "CHANGED_AFTER_RELEASE"] as const) for (const author of ["ann", "bob"]) world.decide({ rule, author });
  soundState(world);
  plansOnce(world);
  return world;
};

describe("freight at actual cost of a joint shipment is billed in whole to the orders with goods on it", () => {
  test("an order that a correction takes out bears none: the other does", () => {
    const world = play(so("SO-1", 10), so("SO-2", 7), left("2026-03-02 14:00", 1, { "SO-1": 10, "SO-2": 7 }), left("2026-03-03 14:00", 2, { "SO-1": 10 }));
    expect(netPosted(world).charges, describeWorld(world)).toEqual({ freight: "7.77" });
  });
  test("an older version that comes late takes nothing of it back", () => {
    const world = createWorld({ planners });
    world.tell(so("SO-1", 10), so("SO-2", 7), left("2026-03-02 14:00", 2, { "SO-1": 10 }));
    world.tell({ ...left("2026-03-02 14:00", 1, { "SO-1": 10, "SO-2": 7 }), at: at("2026-03-03 14:00") });
    plansOnce(world);
    expect([netPosted(world).charges, world.holds()], describeWorld(world)).toEqual([{ freight: "7.77" }, []]);
  });
  test("a line of nothing bears none", () => {
    const world = play(so("SO-1", 10), so("SO-2", 7), left("2026-03-02 14:00", 1, { "SO-1": 10, "SO-2": 0 }));
    expect(netPosted(world).charges, describeWorld(world)).toEqual({ freight: "7.77" });
  });
});

test("a charge at actual cost that is estimated below nothing takes none of the cost", () => {
  const charge = (name: string, amount: string): OrderCaptured["charges"][number] => ({ charge: name, amount, taxCategory: "none", billing: "actual_cost" });
  const world = play(order("SO-1").line("1", "A", 10, "10.00").with({ charges: [charge("freight", "10.00"), charge("fuel", "-5.00")] }), left("2026-03-02 14:00", 1, { "SO-1": 10 }, "9.00"));
  expect(netPosted(world).charges, describeWorld(world)).toEqual({ freight: "9.00" });
});

test("charges of one code that are turned round post no document of nothing", () => {
  const first: OrderCaptured["charges"][number] = { charge: "freight", amount: "5.00", taxCategory: "goods", billing: "first_invoice" }, second = { ...first, amount: "7.00", taxCategory: "none" };
  const so1 = order("SO-1").line("1", "A", 10, "10.00").with({ charges: [first, second] });
  const world = play(so1, left("2026-03-02 14:00", 1, { "SO-1": 10 }), so1.change("2026-03-03 10:00", (data) => { data.charges = [second, first]; }));
  const documents = (["invoice", "credit", "debit"] as const).flatMap((kind) => totals(world, kind));
  expect([documents.filter((total) => total === "0.00"), troubles(world)], describeWorld(world)).toEqual([[], []]);
});
