import type pg from "pg";
import type { CommandView } from "@/server/domain/commands";
import type { Fact } from "@/server/domain/facts";
import type { SubjectId, SubjectRef } from "@/server/domain/subject";
import type { PlanJob } from "@/server/pipeline/ports";
import type { Policies } from "../policies";
import { changedBy, json, rowsOf, statement, together, type Statement } from "../statement";
import type { Digests } from "./sections";

/** Wakes looked at for each subject to be locked: a subject may have several, and other workers hold some. */
const wakesPerLock = 8;
const columns = `s.id, s.entity, s.kind, s.key, s.plan_no as "planNo", s.plan_failures as failures, s.plan_digests as digests`;
/** All wakes of a subject that can be seen are answered by this plan, reviews that were asked for by the last one too. */
const taking = `gone as (delete from wake where subject_id in (select id from locked)) select * from locked`;
/** A patient wake's turn comes this much later: under load its subject is mostly planned for something else before. */
const patience = "interval '10 seconds'";
const dueWakes = (turn: string, which: string): string => `(select subject_id, ${turn} as turn from wake where due_at <= now() and ${which} order by due_at limit $1 * ${wakesPerLock})`;
/**
 * Who has waited longest comes first: under load a subject's answers gather while it waits its turn, and one plan serves them
 * all. Whoever is locked is passed over and nobody is waited for, so the order of locking cannot deadlock.
 */
const lockDue = statement("plan_lock_due", `
  with candidates as materialized (select subject_id, min(turn) as since from (${dueWakes("due_at", "not patient")} union all ${dueWakes(`due_at + ${patience}`, "patient")}) w group by subject_id order by since),
  locked as materialized (select ${columns} from candidates c join subject s on s.id = c.subject_id order by c.since limit $1 for update of s skip locked), ${taking}`);
const lockOne = statement("plan_lock_one", `
  with locked as materialized (select ${columns} from subject s where s.id = $1 and exists (select 1 from wake where subject_id = $1 and due_at <= now()) for update skip locked), ${taking}`);
/** Who knows more than this is dear to plan, and waits for the company of other news. */
export const mostFacts = 200;
/** Readers of what a batch says, those whom nobody has locked and who know little. */
const lockReadersOf = statement("plan_lock_readers", `
  with locked as materialized (select ${columns} from subject s where s.id = any($1)
    and (select count(*) from (select 1 from fact f where f.subject_id = s.id limit ${mostFacts + 1}) f) <= ${mostFacts} for update skip locked), ${taking}`);
const knownSubjects = statement("plan_known_readers", "select id from subject where id = any($1)");
const makeReaders = statement("plan_make_readers", `
  insert into subject (id, entity, kind, key) select id, entity, kind, key from json_to_recordset($1) as x(id text, entity text, kind text, key text) order by id on conflict do nothing`);
const lockForAct = statement("act_lock_subject", `select ${columns} from subject s where s.id = $1 for update`);
const readFacts = statement("plan_facts", `
  select subject_id as subject, shape, type, source, document, grp as "group", version::float8 as version, occurred_at as "occurredAt", recorded_at as "recordedAt", data
  from fact where subject_id = any($1) order by subject_id, recorded_at, source, document, grp, version`);
const readCommands = statement("plan_commands", `
  select subject_id as subject, natural_key as "naturalKey", kind, slot, sequence, state, connector, payload, reference, result, created_at as "createdAt", first_sent_at as "firstSentAt",
    confirmed_at as "confirmedAt", verified_at as "verifiedAt", rejection_code as "rejectionCode", rejection_message as "rejectionMessage", updated_at as "updatedAt", attempts
  from command where subject_id = any($1) and not superseded`);

/** Not answering, or stopped by a person; one that is being tried again has not answered yet. */
const readDown = statement("plan_connectors_down", "select c.id from connector c left join breaker b on b.connector = c.id where c.state = 'paused' or b.state <> 'closed'");

export type Reader = SubjectRef & { id: SubjectId };
export interface LockedSubject { id: SubjectId; entity: string; kind: string; key: string; planNo: number; failures: number; digests: Digests | null }
type CommandRow = Omit<CommandView, "rejection"> & { subject: SubjectId; rejectionCode: string | null; rejectionMessage: string | null; updatedAt: string };

const lockedBy = async (client: pg.PoolClient, how: Statement, which: unknown): Promise<LockedSubject[]> =>
  (await rowsOf<Omit<LockedSubject, "digests"> & { digests: string | null }>(client, how, [which])).map((row) => ({ ...row, digests: row.digests === null ? null : JSON.parse(row.digests) as Digests }));
export const lockSubjects = (client: pg.PoolClient, limit: number): Promise<LockedSubject[]> => lockedBy(client, lockDue, limit);
export const lockSubject = (client: pg.PoolClient, id: SubjectId): Promise<LockedSubject[]> => lockedBy(client, lockOne, id);
/**
 * Who does not exist yet is made in a commit of its own, over another connection: a batch waits for nobody else's new subjects
 * while it holds its own. Made and not told after all, it has nothing to plan.
 */
export async function lockReaders(pool: pg.Pool, client: pg.PoolClient, readers: readonly Reader[]): Promise<LockedSubject[]> {
  const ids = readers.map(({ id }) => id), known = new Set((await rowsOf<{ id: string }>(client, knownSubjects, [ids])).map(({ id }) => id));
  const strangers = readers.filter(({ id }) => !known.has(id));
  if (strangers.length > 0) await changedBy(pool, makeReaders, [json(strangers)]);
  return lockedBy(client, lockReadersOf, ids);
}

/** For a person's act: waits for whoever plans it. Null where there is no such subject. */
export const lockNamed = async (client: pg.PoolClient, id: string): Promise<LockedSubject | null> => (await lockedBy(client, lockForAct, id))[0] ?? null;

function viewOf({ subject: _subject, rejectionCode, rejectionMessage, updatedAt, ...row }: CommandRow): CommandView {
  return { ...row, rejection: rejectionCode === null ? null : { code: rejectionCode, message: rejectionMessage ?? "", at: updatedAt } };
}

/** Reads all facts and commands of locked subjects. After the lock, so that nothing newer can be missed. */
export async function loadJobs(client: pg.PoolClient, policies: Policies, locked: readonly LockedSubject[]): Promise<PlanJob[]> {
  const ids = locked.map(({ id }) => id);
  const facts = new Map<string, Fact[]>(ids.map((id) => [id, []])), commands = new Map<string, CommandView[]>(ids.map((id) => [id, []]));
  // Only the lateness of a billing unit asks who is down.
  const asksForDown = locked.some(({ kind }) => kind === "billing_unit");
  const [factRows, commandRows, downRows] = await together([
    rowsOf<Fact>(client, readFacts, [ids]), rowsOf<CommandRow>(client, readCommands, [ids]), asksForDown ? rowsOf<{ id: string }>(client, readDown) : Promise.resolve([]),
  ]);
  for (const fact of factRows) facts.get(fact.subject)?.push(fact);
  for (const row of commandRows) commands.get(row.subject)?.push(viewOf(row));
  const connectorsDown = new Set(downRows.map(({ id }) => id));
  return Promise.all(locked.map(async ({ id, entity, kind, key, failures }) => ({
    subject: { id, entity, kind, key }, facts: facts.get(id) ?? [], commands: commands.get(id) ?? [], failures, connectorsDown, policy: await policies.of(entity),
  })));
}
