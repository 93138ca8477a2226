import type { Instant } from "@/server/domain/instant";
import { referenceId, type Reference, type ReferenceKey, type ReferenceRow } from "@/server/domain/plan";
import type { Policy } from "@/server/domain/policy";
import type { SubjectId } from "@/server/domain/subject";
import type { Broadcasts, Clock, PlanFailure, PlanJob, PlannedSubject, PlanStore } from "@/server/pipeline/ports";
import { connectorsDown } from "./health";
import { closeException, factsOf, openException, wake, type Rows, type SubjectRow, type Wake } from "./rows";
import type { Patience } from "./patience";
import type { Step } from "./steps";
import { writePlan, type SerialKeyOf } from "./written";

interface Locked { row: SubjectRow; planNo: number; taken: Instant[]; job: PlanJob }
type Decide = Parameters<PlanStore["planWaiting"]>[1];

export interface MemoryPlanParts { rows: Rows; clock: Clock; step: Step; policy: Policy; worker: string; serialKeyOf: SerialKeyOf; patience: Patience }

/** A worker that is gone plans nothing any more: what it locked is as it was. */
export function release(rows: Rows, worker: string): void {
  for (const row of rows.subjects.values()) if (row.lockedBy === worker) row.lockedBy = null;
}

/**
 * Plans without a database, with the guards of `server/db/plan`: whoever is locked is passed over, everything is read after the
 * lock, and a plan is written only over the one that it followed. Wakes are forgotten with the commit, those that came in between stay.
 */
export function createMemoryPlans({ rows, clock, step, policy, worker, serialKeyOf, patience }: MemoryPlanParts): PlanStore {
  const lock = (limit: number): Locked[] => {
    const now = clock.now(), chosen = new Set<SubjectRow>(), passed: Wake[] = [];
    for (let next = rows.wakes.first; next && next.at <= now && chosen.size < limit; next = rows.wakes.first) {
      rows.wakes.pop();
      const { row, at } = next;
      if (!row.wakes.includes(at)) continue;
      passed.push(next);
      if (row.lockedBy === null) chosen.add(row);
    }
    // Its commit says which of them were answered.
    for (const one of passed) rows.wakes.push(one);
    const down = connectorsDown(rows);
    return [...chosen].map((row) => {
      row.lockedBy = worker;
      const { id, entity, kind, key, failures } = row, facts = factsOf(row), commands = [...row.commands.values()].map((command) => ({ ...command }));
      return { row, planNo: row.planNo, taken: [...row.wakes], job: { subject: { id, entity, kind, key }, facts, commands, failures, policy, connectorsDown: down } };
    });
  };
  const unlock = (locked: readonly Locked[]): void => { for (const { row } of locked) if (row.lockedBy === worker) row.lockedBy = null; };

  const reader = createReferenceReader(rows, step);
  const commit = (locked: readonly Locked[], answers: readonly (PlannedSubject | PlanFailure)[]): void => {
    if (locked.some(({ row, planNo }) => row.planNo !== planNo)) throw new Error("a subject changed under its lock");
    unlock(locked);
    for (const [place, { row, taken }] of locked.entries()) {
      for (const at of taken) { const index = row.wakes.indexOf(at); if (index >= 0) row.wakes.splice(index, 1); }
      const answer = answers[place];
      if (!answer) continue;
      row.planNo += 1;
      if ("failure" in answer) { row.failures += 1; wake(rows, row.id, answer.retryAt); openException(rows, answer.failure.code, row.id); continue; }
      if (row.failures > 0) { row.failures = 0; closeException(rows, "TEC-05", row.id); }
      writePlan({ rows, row, policy, serialKeyOf, patience, now: clock.now() }, answer);
    }
  };

  const planWaiting = async (limit: number, decide: Decide): Promise<number> => {
    const locked = await step("plan.lock", () => lock(limit), unlock);
    if (locked.length === 0) return 0;
    try {
      const answers = await Promise.all(locked.map(({ row, job }) => decide(job, reader(row.id))));
      await step("plan.commit", () => { commit(locked, answers); });
    } catch (error) {
      unlock(locked);
      throw error;
    }
    return locked.length;
  };
  return { planWaiting };
}

interface Asked { subject: SubjectId; keys: readonly ReferenceKey[]; answer: (found: Reference) => void; fail: (error: unknown) => void }

/** What a subject will look at is committed before it is read, so that whoever publishes between the two wakes it. */
function createReferenceReader(rows: Rows, step: Step): (subject: SubjectId) => (keys: readonly ReferenceKey[]) => Promise<Reference> {
  let asked: Asked[] = [];
  const flush = async (): Promise<void> => {
    const batch = asked;
    asked = [];
    try {
      await step("plan.depend", () => {
        for (const { subject, keys } of batch) for (const key of keys) {
          const name = referenceId(key), readers = rows.dependents.get(name);
          if (readers) readers.add(subject); else rows.dependents.set(name, new Set([subject]));
        }
      });
      const found = await step("plan.look", () => batch.map(({ keys }) => new Map(keys.flatMap((key): [string, ReferenceRow][] => { const row = rows.references.get(referenceId(key)); return row ? [[referenceId(key), row]] : []; }))));
      for (const [place, { answer }] of batch.entries()) answer(found[place] ?? new Map<string, ReferenceRow>());
    } catch (error) { for (const { fail } of batch) fail(error); }
  };
  return (subject) => (keys) => new Promise<Reference>((answer, fail) => {
    if (keys.length === 0) { answer(new Map<string, ReferenceRow>()); return; }
    if (asked.length === 0) queueMicrotask(() => { void flush(); });
    asked.push({ subject, keys, answer, fail });
  });
}

export const createMemoryBroadcasts = (rows: Rows, clock: Clock, step: Step): Broadcasts => ({
  passOn: (limit) => step("broadcasts.pass_on", () => {
    const chosen = rows.outbox.splice(0, limit);
    for (const id of new Set(chosen.flatMap(({ publisher, reference }) => [...(rows.dependents.get(reference) ?? [])].filter((reader) => reader !== publisher)))) wake(rows, id, clock.now());
    return chosen.length;
  }),
});
