import { changesOf } from "@/server/domain/commands";
import type { PlanInput } from "@/server/domain/plan";
import { planners } from "@/server/domain/planners";
import { subjectId } from "@/server/domain/subject";
import { order } from "@/server/testing/world/builders";
import { createWorld } from "@/server/testing/world/world";
import { median } from "./figures";

/** An order of that many lines in the middle of its life: every line is allocated, all of it released to the warehouse. */
function releasedOrder(lines: number): PlanInput {
  const world = createWorld({ planners });
  const wanted = order("SO-1");
  for (let line = 1; line <= lines; line += 1) wanted.line(String(line), `I-${line % 100}`, 1 + (line % 7), (0.5 + (line % 90) / 100).toFixed(2));
  world.tell(wanted);
  const state = world.store.subjects.get(subjectId({ entity: "US01", kind: "order", key: "SO-1" }));
  if (!state) throw new Error("the order is not known");
  return { subject: state.ref, facts: state.facts, commands: [...state.commands.values()], reference: world.store.references, policy: world.policy, now: world.store.now };
}

/** Microseconds of one plan with what it looks up and the comparison with the commands that stand, as the worker does it: with a list of facts that nobody has looked at. */
function planOnce(of: PlanInput): number {
  const input = { ...of, facts: [...of.facts] };
  const began = performance.now();
  planners.order.dependencies(input);
  const plan = planners.order.plan(input);
  changesOf(input.subject.id, plan.wanted, input.commands, new Set(plan.reopened));
  return (performance.now() - began) * 1000;
}

/** Runs for about `ms` after as long a warm-up, at least three times. */
function microseconds(input: PlanInput, ms: number): number | null {
  const values: number[] = [];
  for (const until = performance.now() + ms; performance.now() < until;) planOnce(input);
  for (const until = performance.now() + ms; values.length < 3 || performance.now() < until;) values.push(planOnce(input));
  return median(values);
}

/** One question a run: plan for about so long. */
export interface PlanQuestion { ms: number }
export interface PlanTime { microseconds: number | null }

/** A process for each size, so that the rubbish of a large order is not collected in the time of a small one. */
export function plan(lines: number): void {
  const input = releasedOrder(lines);
  process.on("message", ({ ms }: PlanQuestion) => { process.send?.({ microseconds: microseconds(input, ms) } satisfies PlanTime); });
  process.on("disconnect", () => { process.exit(0); });
  process.send?.({ ready: true });
}
