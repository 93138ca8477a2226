import { describe, expect, test } from "vitest";
import { credit, customer, order, ships } from "../../testing/world/builders";
import { describeWorld, summaryOf } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const found = (world: World) => world.exceptions().map(({ code, fingerprint, stops }) => [code, fingerprint.customer, stops]);
const naming = (account: string) => order("SO-1").line("1", "A", 10, "12.50").with({ parties: { sellTo: "C-1", billTo: "C-1", shipTo: "C-1", creditAccount: account } });

describe("whose credit an order takes is the customer master's to say (2.11)", () => {
  test("an order that names somebody else's account passes no limit of its own: CTR-01, and the account of the master is asked", () => {
    const world = createWorld({ planners });
    world.tell(customer("C-1", { creditAccount: "C-0" }), customer("C-0"), customer("C-9"), credit("C-0", 1, "2026-03-01 09:00", "100.00", "0.00"), credit("C-9", 1, "2026-03-01 09:00", "1000000.00", "0.00"), naming("C-9"));
    expect([world.holds().map(({ rule }) => rule), found(world)], describeWorld(world)).toEqual([["CREDIT_LIMIT"], [["CTR-01", "C-1", []]]]);
    world.tell(credit("C-0", 2, "2026-03-02 10:00", "1000.00", "0.00"));
    expect([world.commands("release_to_warehouse").length, found(world)]).toEqual([1, [["CTR-01", "C-1", []]]]);
    world.tell(naming("C-0").change("2026-03-02 11:00", () => undefined));
    expect(found(world)).toEqual([]);
    soundState(world); plansOnce(world);
  });

  test("an account that nobody knows is MAP-01, and the order goes its way; once it is through, nobody is asked any more", () => {
    const world = createWorld({ planners, unknown: ["C-77"] });
    world.tell(naming("C-77"));
    expect([world.commands("release_to_warehouse").length, found(world)], describeWorld(world)).toEqual([1, [["MAP-01", "C-77", []]]]);
    world.tell(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
    expect([world.commands("post_invoice").map(({ state }) => state), found(world)]).toEqual([["confirmed"], []]);
    soundState(world); plansOnce(world);
  });
});

describe("an order that was placed after it came (2.6)", () => {
  const early = (placed: string) => order("SO-1").line("1", "A", 10, "12.50").with({ placed });
  test.each([["2999-01-01T00:00:00.000Z", "2026-03-02T09:00:00.000Z", true], ["2026-03-02T09:05:00.001Z", "2026-03-02T09:00:00.000Z", true], ["2026-03-02T09:05:00.000Z", "2026-03-02T09:05:00.000Z", false], ["2026-02-02T09:00:00.000Z", "2026-02-02T09:00:00.000Z", false]])("at %s counts from %s, flagged: %s", (placed, counts, isFlagged) => {
    const world = createWorld({ planners });
    world.tell(early(placed));
    const summary = summaryOf(world, "US01:order:SO-1");
    expect([summary?.placedAt, summary?.facets.includes("clock")]).toEqual([counts, isFlagged]);
    soundState(world); plansOnce(world);
  });
  test("its later versions count from then too", () => {
    const world = createWorld({ planners }), first = early("2999-01-01T00:00:00.000Z");
    world.tell(first, first.change("2026-03-05 09:00", (next) => { for (const row of next.lines) row.quantity = "12"; }));
    const summary = summaryOf(world, "US01:order:SO-1");
    expect([summary?.placedAt, summary?.facets.includes("clock")]).toEqual(["2026-03-02T09:00:00.000Z", true]);
  });
});
