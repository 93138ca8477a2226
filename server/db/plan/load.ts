import type pg from "pg";
import type { CommandView } from "@/server/domain/commands";
import type { Fact } from "@/server/domain/facts";
import type { SubjectId } from "@/server/domain/subject";
import type { PlanJob } from "@/server/pipeline/ports";
import type { Policies } from "../policies";
import { rowsOf, statement } from "../statement";
import type { Digests } from "./sections";

/** Several workers look at the same candidates; each locks what it can get of them, in id order. */
const candidatesPerLock = 4;
const due = "(planned_version < fact_version or next_review_at <= now()) and (plan_failures = 0 or plan_due_at <= now())";
const columns = `id, entity, kind, key, fact_version as "factVersion", plan_failures as failures, plan_digests as digests`;
const lockDue = statement("plan_lock_due", `
  with candidates as (
    (select id from subject where planned_version < fact_version and (plan_failures = 0 or plan_due_at <= now()) order by updated_at limit $1 * ${candidatesPerLock})
    union (select id from subject where next_review_at <= now() and (plan_failures = 0 or plan_due_at <= now()) order by next_review_at limit $1 * ${candidatesPerLock}))
  select ${columns} from subject where id in (select id from candidates) and ${due} order by id limit $1 for update skip locked`);
const lockOne = statement("plan_lock_one", `select ${columns} from subject where id = $1 and ${due} for update skip locked`);
const readFacts = statement("plan_facts", `
  select subject_id as subject, shape, type, source, document, grp as "group", version::float8 as version, occurred_at as "occurredAt", recorded_at as "recordedAt", data
  from fact where subject_id = any($1) order by subject_id, recorded_at, source, document, grp, version`);
const readCommands = statement("plan_commands", `
  select subject_id as subject, natural_key as "naturalKey", kind, slot, sequence, state, connector, payload, reference, result, created_at as "createdAt", first_sent_at as "firstSentAt",
    confirmed_at as "confirmedAt", verified_at as "verifiedAt", rejection_code as "rejectionCode", rejection_message as "rejectionMessage", updated_at as "updatedAt", attempts
  from command where subject_id = any($1)`);

export interface LockedSubject { id: SubjectId; entity: string; kind: string; key: string; factVersion: number; failures: number; digests: Digests | null }
type CommandRow = Omit<CommandView, "rejection"> & { subject: SubjectId; rejectionCode: string | null; rejectionMessage: string | null; updatedAt: string };

export const lockSubjects = (client: pg.PoolClient, limit: number): Promise<LockedSubject[]> => rowsOf<LockedSubject>(client, lockDue, [limit]);
export const lockSubject = (client: pg.PoolClient, id: SubjectId): Promise<LockedSubject[]> => rowsOf<LockedSubject>(client, lockOne, [id]);

function viewOf({ subject: _subject, rejectionCode, rejectionMessage, updatedAt, ...row }: CommandRow): CommandView {
  return { ...row, rejection: rejectionCode === null ? null : { code: rejectionCode, message: rejectionMessage ?? "", at: updatedAt } };
}

/** Reads all facts and commands of locked subjects. After the lock, so that nothing newer can be missed. */
export async function loadJobs(client: pg.PoolClient, policies: Policies, locked: readonly LockedSubject[]): Promise<PlanJob[]> {
  const ids = locked.map(({ id }) => id);
  const facts = new Map<string, Fact[]>(ids.map((id) => [id, []])), commands = new Map<string, CommandView[]>(ids.map((id) => [id, []]));
  for (const fact of await rowsOf<Fact>(client, readFacts, [ids])) facts.get(fact.subject)?.push(fact);
  for (const row of await rowsOf<CommandRow>(client, readCommands, [ids])) commands.get(row.subject)?.push(viewOf(row));
  return Promise.all(locked.map(async ({ id, entity, kind, key, factVersion, failures }) => ({
    subject: { id, entity, kind, key }, facts: facts.get(id) ?? [], commands: commands.get(id) ?? [], factVersion, failures, policy: await policies.of(entity),
  })));
}
