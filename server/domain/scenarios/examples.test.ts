import { expect, test } from "vitest";
import { event, type Told } from "../../testing/world/builders";
import { driftsOf } from "../../testing/world/books";
import { createWorld } from "../../testing/world/world";
import { examples } from "../contracts/examples";
import { contracts, eventTypes } from "../contracts/registry";
import { addMs } from "../instant";
import { planners } from "../planners";

/** As a newcomer tries the API: every published example that names its own subject, in the order of the list, by one sender. */
const published = (): Told[] => eventTypes.filter((type) => contracts[type].key !== null).map((type, index) => event(type, addMs("2026-03-02T10:00:00.000Z", index * 1000), examples[type] as never, "api"));

test.each([["with their own masters", []], ["by masters known before", ["customer.described", "item.described", "credit.positioned"]]])("the published examples, posted in order %s, leave the books closed in every state", (_, first) => {
  const world = createWorld({ planners, unknown: first.length === 0 ? ["C-1001", "C-1001-02", "C-1000"] : [] });
  for (const told of published()) {
    if (first.includes(told.type)) continue;
    world.tell(told);
    expect(driftsOf(world), told.type).toEqual([]);
  }
});
