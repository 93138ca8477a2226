import type pg from "pg";
import { addMs } from "@/server/domain/instant";
import type { SubjectId } from "@/server/domain/subject";
import type { PlanStore } from "@/server/pipeline/ports";
import { dueBy } from "../exceptions";
import type { Policies } from "../policies";
import type { Signals } from "../signals";
import { isTransient, together, transaction } from "../statement";
import { wake } from "../wakes";
import { writeCommands, type SerialKeyOf } from "./commands";
import { writeSubjectExceptions, type FailedPlan } from "./exceptions";
import { hearEachOther, type Hall, type Heard } from "./hearing";
import { writeHolds } from "./holds";
import { writeMovements } from "./ledger";
import { loadJobs, lockReaders, lockSubject, lockSubjects, type LockedSubject } from "./load";
import { writeMarks } from "./marks";
import { isFailure, outcomeOf, type Answer, type Listener, type Outcome } from "./outcome";
import { writePublications } from "./publications";
import { createReferenceReader } from "./references";
import { writeSlices } from "./slices";
import { writeFailures, writeRecords, writeSubjects } from "./subjects";
import { databaseNow } from "../clock";

type Decide = Parameters<PlanStore["planWaiting"]>[1];
interface Written { ids: SubjectId[]; commands: number; told: number; broadcast: number }

/** Everything that a batch of plans says, table by table. Causes of exceptions are shared between subjects and come last. */
async function writePlans(client: pg.PoolClient, outcomes: readonly Outcome[], serialKeyOf: SerialKeyOf, heard: Heard = new Map()): Promise<Omit<Written, "ids">> {
  const writes = outcomes.flatMap(({ write }) => write ?? []);
  const failed = outcomes.flatMap(({ job, answer }) => (isFailure(answer) ? [{ job, answer }] : []));
  // Marks and publications remember their rows in the digests that the subjects' rows carry, so these come after them.
  const [commands, published] = await together([
    writeCommands(client, writes, serialKeyOf), writePublications(client, writes, heard), writeMarks(client, writes), writeHolds(client, writes), writeMovements(client, writes), writeSlices(client, writes),
    writeRecords(client, writes), writeSubjects(client, writes),
    writeFailures(client, failed.map(({ job, answer }) => ({ id: job.subject.id, retryAt: answer.retryAt, message: answer.failure.message }))),
  ]);
  await writeSubjectExceptions(client, writes, failed.map(({ job, answer }): FailedPlan => ({
    id: job.subject.id, entity: job.subject.entity, message: answer.failure.message, now: answer.now, dueAt: dueBy("TEC-05", answer.now, job.policy.calendar),
  })));
  return { commands, ...published };
}

export interface PlanStoreParts { pool: pg.Pool; policies: Policies; signals: Signals; serialKeyOf: SerialKeyOf }

export function createPlanStore({ pool, policies, signals, serialKeyOf }: PlanStoreParts): PlanStore {
  const load = async (client: pg.PoolClient, locked: readonly LockedSubject[]): Promise<Listener[]> =>
    (await loadJobs(client, policies, locked)).map((job, place) => ({ job, locked: locked[place] as LockedSubject, kept: [] }));
  const decider = (client: pg.PoolClient, decide: Decide): Hall["decide"] => {
    const readReference = createReferenceReader(pool, client);
    return (listeners) => Promise.all(listeners.map(({ job, locked }) => decide(job, readReference(locked))));
  };

  /** Alone: a subject that cannot be written is reported and waits, whatever it was that failed. */
  const planAlone = async (id: SubjectId, decide: Decide): Promise<void> => {
    try {
      await transaction(pool, async (client) => {
        const listeners = await load(client, await lockSubject(client, id)), answers = await decider(client, decide)(listeners);
        await writePlans(client, listeners.map((listener, place) => outcomeOf(listener, answers[place] as Answer)), serialKeyOf);
      });
    } catch (error) {
      if (isTransient(error)) return;
      await transaction(pool, async (client) => {
        const [listener] = await load(client, await lockSubject(client, id));
        if (!listener) return;
        const now = databaseNow();
        const failure = { code: "TEC-05", message: `The plan cannot be written: ${(error as Error).message.slice(0, 300)}` };
        await writePlans(client, [outcomeOf(listener, { failure, now, retryAt: addMs(now, Math.min(600_000, 2_000 * 2 ** listener.locked.failures)) })], serialKeyOf);
      });
    }
  };

  const planTogether = async (limit: number, decide: Decide): Promise<Written> => {
    let ids: SubjectId[] = [];
    try {
      return await transaction(pool, async (client) => {
        const locked = await lockSubjects(client, limit);
        ids = locked.map(({ id }) => id);
        if (ids.length === 0) return { ids, commands: 0, told: 0, broadcast: 0 };
        const { outcomes, heard, misled } = await hearEachOther(await load(client, locked), { decide: decider(client, decide), fetch: async (readers) => load(client, await lockReaders(pool, client, readers)) });
        const [, written] = await together([wake(client, misled), writePlans(client, outcomes, serialKeyOf, heard)]);
        return { ids, ...written, told: written.told + misled.length };
      });
    } catch (error) {
      if (isTransient(error) || ids.length === 0) throw error;
      for (const id of ids) await planAlone(id, decide);
      return { ids, commands: ids.length, told: ids.length, broadcast: ids.length };
    }
  };

  return {
    async planWaiting(limit, decide) {
      const { ids, commands, told, broadcast } = await planTogether(limit, decide);
      if (commands > 0) signals.send("commands");
      if (told > 0) signals.send("facts");
      if (broadcast > 0) signals.send("broadcasts");
      return ids.length;
    },
  };
}
