import { order, type OrderBuilder } from "../../testing/world/builders";
import { testPolicy } from "../../testing/world/defaults";
import { describeWorld } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import type { Plan } from "../plan";

/** A world for tests of the order's own plan, and what that plan says. */
export const world = (policy: Partial<typeof testPolicy> = {}, unknown: string[] = []): World => createWorld({ planners, policy: { ...testPolicy, ...policy }, unknown });
export const planOf = (made: World, key = "SO-1"): Plan => {
  const plan = [...made.store.subjects.values()].find(({ ref }) => ref.kind === "order" && ref.key === key)?.plan;
  if (!plan) throw new Error(describeWorld(made));
  return plan;
};
export const held = (made: World) => planOf(made).holds.map(({ rule, slot, amount }) => `${rule} ${slot} ${amount}`);
export const raised = (made: World) => planOf(made).exceptions.map(({ code }) => code).sort();
export const sent = (made: World, kind: Parameters<World["commands"]>[0]) => made.commands(kind).filter(({ state }) => state === "confirmed").length;
export const plain = (): OrderBuilder => order("SO-1").line("1", "A", 10, "12.50");
