import { backoffMs, planBackoff } from "@/server/domain/backoff";
import { changesOf } from "@/server/domain/commands";
import { addMs } from "@/server/domain/instant";
import { referenceId, type Planner, type Reference, type ReferenceKey } from "@/server/domain/plan";
import { parseSubjectId, type SubjectKind } from "@/server/domain/subject";
import type { PlanFailure, PlanJob, PlannedSubject, Ports } from "./ports";

export type Planners = Partial<Record<SubjectKind, Planner>>;
type ReadReference = (keys: readonly ReferenceKey[]) => Promise<Reference>;

/** A mapping names the master record, and the record may name another: asked again at most this often. */
const rounds = 3;

/** Fourth stage: what all facts of a subject say must be true elsewhere, against what stands. Returns how many were planned. */
export const planWaiting = (ports: Pick<Ports, "plans" | "clock" | "random">, planners: Planners, limit: number): Promise<number> =>
  ports.plans.planWaiting(limit, (job, readReference) => decide(ports, planners, job, readReference));

/**
 * Plans one subject. A planner that throws is a failure with an exception and a longer wait each time, never a loop and
 * never silence; other subjects are not touched by it.
 */
async function decide(ports: Pick<Ports, "clock" | "random">, planners: Planners, job: PlanJob, readReference: ReadReference): Promise<PlannedSubject | PlanFailure> {
  const now = ports.clock.now();
  const planner = planners[job.subject.kind as SubjectKind];
  if (!planner) return failure(ports, job, now, new Error(`nothing plans a ${job.subject.kind}`));
  try {
    const subject = { ...parseSubjectId(job.subject.id), id: job.subject.id };
    const { keys, reference } = await referenceFor(planner, { subject, facts: job.facts, commands: job.commands, policy: job.policy }, readReference);
    const plan = planner.plan({ subject, facts: job.facts, commands: job.commands, reference, policy: job.policy, now, connectorsDown: job.connectorsDown });
    return { plan, changes: changesOf(job.subject.id, plan.wanted, job.commands, new Set(plan.reopened)), dependencies: keys, now };
  } catch (error) {
    return failure(ports, job, now, error as Error);
  }
}

async function referenceFor(planner: Planner, input: Parameters<Planner["dependencies"]>[0], readReference: ReadReference): Promise<{ keys: ReferenceKey[]; reference: Reference }> {
  const known = new Map<string, ReferenceKey>();
  let reference: Reference = new Map();
  for (let round = 0; round < rounds; round++) {
    const fresh = planner.dependencies({ ...input, reference }).filter((key) => !known.has(referenceId(key)));
    if (fresh.length === 0) break;
    for (const key of fresh) known.set(referenceId(key), key);
    reference = new Map([...reference, ...(await readReference(fresh))]);
  }
  return { keys: [...known.values()], reference };
}

const failure = (ports: Pick<Ports, "random">, job: PlanJob, now: string, error: Error): PlanFailure => ({
  failure: { code: "TEC-05", message: `Planning fails: ${error.message.slice(0, 300)}` }, now,
  retryAt: addMs(now, 500 + backoffMs(job.failures + 1, ports.random.fraction(), planBackoff)),
});
