import { expect, test } from "vitest";
import { event, order, ships } from "../../testing/world/builders";
import { describeWorld, totals } from "../../testing/world/readings";
import { createWorld } from "../../testing/world/world";
import { planners } from "../planners";
import { soundState } from "./harness";

/** SO-1 is billed, SO-2 is not even released; both came from the shop. */
test.each([["customer", "C-1", "MAP-01"], ["item", "A", "MAP-02"]] as const)("a %s that is taken out of the cross-reference stops what is still to come and leaves what was posted; mapped again, it goes on", (kind, code, missing) => {
  const world = createWorld({ planners });
  const means = (version: number, at: string, canonical?: string) => event("code.mapped", at, { kind, system: "shop", code, version, ...(canonical ? { canonical } : {}) });
  world.tell(means(1, "2026-01-01T00:00:00.000Z", code), order("SO-1").line("1", "A", 10, "12.50"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
  const before = world.commands().map(({ naturalKey, state }) => [naturalKey, state]);
  world.tell(means(2, "2026-03-04T09:00:00.000Z"), order("SO-2").line("1", "A", 4, "12.50"));
  expect(world.exceptions().map(({ code: found, subject }) => [found, subject]), describeWorld(world)).toEqual([[missing, "US01:order:SO-2"]]);
  expect(world.commands().filter(({ naturalKey }) => before.some(([known]) => known === naturalKey)).map(({ naturalKey, state }) => [naturalKey, state])).toEqual(before);
  expect(totals(world)).toEqual(["135.00"]);
  soundState(world);
  world.tell(means(3, "2026-03-05T09:00:00.000Z", code));
  expect(world.exceptions()).toEqual([]);
  expect(world.commands("release_to_warehouse")).toHaveLength(2);
  soundState(world);
});
