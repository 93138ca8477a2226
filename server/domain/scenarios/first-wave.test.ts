import { describe, expect, test } from "vitest";
import { order } from "../../testing/world/builders";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";

const released = (world: World) => world.commands("release_to_warehouse").map(({ payload }) => (payload["lines"] as { line: string }[]).map(({ line }) => line));
/** What was kept back arrives. */
const answered = (world: World): void => { world.delivery.answerHeld(); world.settle(); };

describe("the first wave of an order", () => {
  /** Line 2 is reserved a moment after line 1. */
  const apart = () => {
    const world = createWorld({ planners });
    world.fault({ kind: "request_allocation", fits: ({ slot }) => slot === "2", does: "hold" });
    world.tell(order("SO-1").line("1", "A", 2, "10.00").line("2", "B", 3, "10.00"));
    return world;
  };
  test("is one request, though the answers to its lines come apart", () => {
    const world = apart();
    expect(released(world)).toEqual([]);
    answered(world);
    expect(released(world)).toEqual([["1", "2"]]);
  });
  test("waits a minute and no longer for an answer that does not come", () => {
    const world = apart();
    world.advance("2026-03-02 10:30");
    expect(released(world)).toEqual([["1"]]);
    answered(world);
    expect(released(world)).toEqual([["1"], ["2"]]);
  });
});
