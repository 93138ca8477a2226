import type pg from "pg";
import type { CommandView } from "@/server/domain/commands";
import type { Fact } from "@/server/domain/facts";
import type { SubjectId } from "@/server/domain/subject";
import type { PlanJob } from "@/server/pipeline/ports";
import type { Policies } from "../policies";
import { rowsOf, statement } from "../statement";
import type { Digests } from "./sections";

/** Several workers look at the same wakes, of which a subject may have several; each locks what it can get, in id order. */
const wakesPerLock = 8;
const columns = `id, entity, kind, key, plan_no as "planNo", plan_failures as failures, plan_digests as digests`;
/** All wakes of a subject that can be seen are answered by this plan, reviews that were asked for by the last one too. */
const taking = `gone as (delete from wake where subject_id in (select id from locked)) select * from locked`;
const lockDue = statement("plan_lock_due", `
  with candidates as (select distinct subject_id from (select subject_id from wake where due_at <= now() order by due_at limit $1 * ${wakesPerLock}) w),
  locked as materialized (select ${columns} from subject where id in (select subject_id from candidates) order by id limit $1 for update skip locked), ${taking}`);
const lockOne = statement("plan_lock_one", `
  with locked as materialized (select ${columns} from subject where id = $1 and exists (select 1 from wake where subject_id = $1 and due_at <= now()) for update skip locked), ${taking}`);
const readFacts = statement("plan_facts", `
  select subject_id as subject, shape, type, source, document, grp as "group", version::float8 as version, occurred_at as "occurredAt", recorded_at as "recordedAt", data
  from fact where subject_id = any($1) order by subject_id, recorded_at, source, document, grp, version`);
const readCommands = statement("plan_commands", `
  select subject_id as subject, natural_key as "naturalKey", kind, slot, sequence, state, connector, payload, reference, result, created_at as "createdAt", first_sent_at as "firstSentAt",
    confirmed_at as "confirmedAt", verified_at as "verifiedAt", rejection_code as "rejectionCode", rejection_message as "rejectionMessage", updated_at as "updatedAt", attempts
  from command where subject_id = any($1)`);

/** Not answering, or stopped by a person; one that is being tried again has not answered yet. */
const readDown = statement("plan_connectors_down", "select c.id from connector c left join breaker b on b.connector = c.id where c.state = 'paused' or b.state <> 'closed'");

export interface LockedSubject { id: SubjectId; entity: string; kind: string; key: string; planNo: number; failures: number; digests: Digests | null }
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
  // Only the lateness of a billing unit asks.
  const down = locked.some(({ kind }) => kind === "billing_unit") ? await rowsOf<{ id: string }>(client, readDown, []) : [];
  const connectorsDown = new Set(down.map(({ id }) => id));
  return Promise.all(locked.map(async ({ id, entity, kind, key, failures }) => ({
    subject: { id, entity, kind, key }, facts: facts.get(id) ?? [], commands: commands.get(id) ?? [], failures, connectorsDown, policy: await policies.of(entity),
  })));
}
