import { expect, test } from "vitest";
import { order } from "../../testing/world/builders";
import { createWorld } from "../../testing/world/world";
import { planners } from "../planners";

test("one word of a person tries a refused command again, though the tower had sent it twice by itself", () => {
  const world = createWorld({ planners });
  world.fault({ kind: "estimate_tax", does: "vanish" });
  world.fault({ kind: "estimate_tax", does: "refuse" });
  world.tell(order("SO-1").line("1", "A", 2, "10.00"));
  world.advance("2026-03-02 09:30");
  const [refused] = world.commands("estimate_tax");
  expect(refused).toMatchObject({ state: "rejected", attempts: 2 });
  world.decideCommand(refused!.naturalKey, "retry");
  expect(world.commands("estimate_tax")).toMatchObject([{ state: "confirmed", attempts: 3 }]);
});
