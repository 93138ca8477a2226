import type pg from "pg";
import type { EventType } from "@/server/domain/contracts/registry";
import type { CanonicalEvent, Fact } from "@/server/domain/facts";
import type { SubjectId } from "@/server/domain/subject";
import { parseSubjectId } from "@/server/domain/subject";
import type { FactStore, Folded, WaitingInput } from "@/server/pipeline/ports";
import { dueBy, isExceptionCode, writeExceptions, type OpenException } from "../exceptions";
import type { Policies } from "../policies";
import type { Signals } from "../signals";
import { changedBy, json, rowsOf, statement, transaction } from "../statement";
import { expandBroadcasts } from "./broadcasts";
import { factDigest } from "./digest";

const waitingSubjects = statement("fold_waiting_subjects", `
  select distinct subject_id as id from (
    (select subject_id from canonical_event where applied_at is null limit $1)
    union all (select to_subject from outbox where delivered_at is null and to_subject is not null limit $1)) w`);
/** A subject is made when the first thing is said to it. Before the lock and on its own, so that nobody holds one lock and waits for another. */
const makeSubjects = statement("fold_make_subjects", `
  insert into subject (id, entity, kind, key) select id, entity, kind, key from json_to_recordset($1) as x(id text, entity text, kind text, key text) order by id on conflict do nothing`);
const lockSubjects = statement("fold_lock", "select id from subject where id = any($1) order by id limit $2 for update skip locked");
/** Several workers look at the same candidates; each locks what it can get of them. */
const candidatesPerLock = 4;
const readEvents = statement("fold_events", `
  select id, message_id::text as "messageId", type, source, entity, subject_id as subject, correlation_id as "correlationId", occurred_at as "occurredAt", recorded_at as "recordedAt", data
  from canonical_event where applied_at is null and subject_id = any($1) order by recorded_at, id limit $2`);
const readOutbox = statement("fold_outbox", `
  select id::text, publisher, topic, key, to_subject as subject, version, data, created_at as at from outbox where delivered_at is null and to_subject = any($1) order by id limit $2`);
const insertFacts = statement("fold_insert_facts", `
  with input as materialized (select * from json_to_recordset($1) as x(no int, subject text, source text, document text, grp text, version bigint, shape text, type text, digest text, "occurredAt" timestamptz, "recordedAt" timestamptz, "eventId" text, data jsonb)),
  written as (insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, recorded_at, event_id, data)
    select subject, source, document, grp, version, shape, type, digest, "occurredAt", "recordedAt", "eventId", data from input on conflict do nothing returning subject_id, source, document, grp, version)
  select i.no, w.subject_id is not null as fresh, f.digest as known from input i
  left join written w on w.subject_id = i.subject and w.source = i.source and w.document = i.document and w.grp = i.grp and w.version = i.version
  left join fact f on w.subject_id is null and f.subject_id = i.subject and f.source = i.source and f.document = i.document and f.grp = i.grp and f.version = i.version`);
const applyVerdicts = statement("fold_verdicts", `
  update command c set state = x.to_state, due_at = now(), lookups = 0, reference = coalesce(x.reference, c.reference), rejection_code = null, rejection_message = null, lease_until = null, lease_owner = null,
    attempts_base = c.attempts, confirmed_at = case when x.to_state = 'confirmed' then now() else c.confirmed_at end, verify_due_at = case when x.to_state = 'confirmed' then now() else c.verify_due_at end, updated_at = now()
  from json_to_recordset($1) as x("naturalKey" text, to_state text, reference text)
  where c.natural_key = x."naturalKey" and (c.state = 'unknown' or (c.state = 'rejected' and x.to_state = 'confirmed'))`);
const markEvents = statement("fold_mark_events", "update canonical_event set applied_at = now() where id = any($1)");
const markOutbox = statement("fold_mark_outbox", "update outbox set delivered_at = now() where id = any($1::bigint[])");
const raise = statement("fold_raise", "update subject set fact_version = fact_version + 1, updated_at = now() where id = any($1)");

interface EventRow extends Omit<CanonicalEvent, "subject"> { messageId: string | null; recordedAt: string; subject: SubjectId; type: EventType }
interface OutboxRow { id: string; publisher: string; topic: string; key: string; subject: SubjectId; version: number; data: unknown; at: string }
/** Says only that something changed. */
const wakeTopic = "~wake";

/** What waits for each locked subject, publications before events, each in the order of arrival. */
async function readWaiting(client: pg.PoolClient, locked: readonly string[], limit: number): Promise<Map<SubjectId, WaitingInput[]>> {
  const waiting = new Map<SubjectId, WaitingInput[]>();
  const add = (subject: SubjectId, input: WaitingInput): void => {
    const list = waiting.get(subject);
    if (list) list.push(input); else waiting.set(subject, [input]);
  };
  for (const row of await rowsOf<OutboxRow>(client, readOutbox, [locked, limit * 5]))
    add(row.subject, row.topic === wakeTopic ? { kind: "wake", id: row.id } : { kind: "published", id: row.id, publisher: row.publisher, topic: row.topic, key: row.key, version: row.version, at: row.at, data: row.data });
  for (const { messageId, recordedAt, subject, ...event } of await rowsOf<EventRow>(client, readEvents, [locked, limit * 5]))
    add(subject, { kind: "event", id: event.id, messageId, event: event, recordedAt });
  return waiting;
}

type Foldable = Folded["facts"][number];
const identityOf = ({ fact }: Foldable): string => [fact.subject, fact.source, fact.document, fact.group, fact.version].join("\u0000");

/** Writes facts; answers those that were new and those whose identity is known with other content. */
async function writeFacts(client: pg.PoolClient, facts: readonly Foldable[]): Promise<{ fresh: Fact[]; conflicts: Foldable[] }> {
  const digests = new Map<string, string>();
  const first: { item: Foldable; digest: string }[] = [];
  const conflicts: Foldable[] = [];
  for (const item of facts) {
    const digest = factDigest(item.fact.data), known = digests.get(identityOf(item));
    if (known === undefined) { digests.set(identityOf(item), digest); first.push({ item, digest }); } else if (known !== digest) conflicts.push(item);
  }
  if (first.length === 0) return { fresh: [], conflicts };
  const rows = first.map(({ item: { fact, eventId }, digest }, no) => ({
    no, subject: fact.subject, source: fact.source, document: fact.document, grp: fact.group, version: fact.version, shape: fact.shape, type: fact.type, digest,
    occurredAt: fact.occurredAt, recordedAt: fact.recordedAt, eventId, data: fact.data,
  }));
  const written = await rowsOf<{ no: number; fresh: boolean; known: string | null }>(client, insertFacts, [json(rows)]);
  const fresh: Fact[] = [];
  for (const { no, fresh: isFresh, known } of written) {
    const row = first[no];
    if (!row) continue;
    if (isFresh) fresh.push(row.item.fact); else if (known !== row.digest) conflicts.push(row.item);
  }
  return { fresh, conflicts };
}

async function exceptionsOf(policies: Policies, subject: SubjectId, failures: Folded["failures"]): Promise<OpenException[]> {
  const { entity } = parseSubjectId(subject);
  const { calendar } = await policies.of(entity);
  const now = new Date().toISOString();
  return failures.map(({ messageId, failure }) => {
    const code = isExceptionCode(failure.code) ? failure.code : "CTR-01";
    return { subjectId: subject, messageId, connector: null, entity, code, key: {}, stops: [], amount: "0", currency: null, message: failure.message, since: now, dueAt: dueBy(code, now, calendar) };
  });
}

const conflictOf = ({ fact, messageId }: Foldable): Folded["failures"][number] => ({
  messageId, failure: { code: "CTR-02", message: `${fact.source} says ${fact.type} ${fact.document} version ${fact.version} again with other content; the first one stays` },
});

async function foldLocked(client: pg.PoolClient, policies: Policies, candidates: readonly string[], limit: number, fold: Parameters<FactStore["foldWaiting"]>[1]): Promise<{ folded: number; raised: number; verdicts: number }> {
  const locked = (await rowsOf<{ id: string }>(client, lockSubjects, [candidates, limit])).map(({ id }) => id);
  if (locked.length === 0) return { folded: 0, raised: 0, verdicts: 0 };
  const waiting = await readWaiting(client, locked, limit);
  const results = [...waiting].map(([subject, inputs]) => ({ subject, ...fold(subject, inputs) }));
  const { fresh, conflicts } = await writeFacts(client, results.flatMap(({ facts }) => facts));
  const verdicts = results.flatMap((result) => result.verdicts).map(({ naturalKey, to, reference }) => ({ naturalKey, to_state: to, reference }));
  const moved = verdicts.length > 0 ? await changedBy(client, applyVerdicts, [json(verdicts)]) : 0;
  const inputs = [...waiting.values()].flat();
  const events = inputs.filter(({ kind }) => kind === "event").map(({ id }) => id), rows = inputs.filter(({ kind }) => kind !== "event").map(({ id }) => id);
  if (events.length > 0) await changedBy(client, markEvents, [events]);
  if (rows.length > 0) await changedBy(client, markOutbox, [rows]);
  const changed = new Set<string>(fresh.map(({ subject }) => subject));
  for (const result of results) if (result.wake || result.verdicts.length > 0) changed.add(result.subject);
  if (changed.size > 0) await changedBy(client, raise, [[...changed]]);
  const failed = await Promise.all(results.map(({ subject, failures }) => exceptionsOf(policies, subject, [...failures, ...conflicts.filter(({ fact }) => fact.subject === subject).map(conflictOf)])));
  await writeExceptions(client, failed.flat(), []);
  return { folded: inputs.length, raised: changed.size, verdicts: moved };
}

export function createFactStore(pool: pg.Pool, policies: Policies, signals: Signals): FactStore {
  return {
    async foldWaiting(limit, fold) {
      const expanded = await expandBroadcasts(pool, limit);
      const candidates = (await rowsOf<{ id: SubjectId }>(pool, waitingSubjects, [limit * candidatesPerLock])).map(({ id }) => id).sort();
      if (candidates.length === 0) return expanded;
      await changedBy(pool, makeSubjects, [json(candidates.map((id) => ({ id, ...parseSubjectId(id) })))]);
      const { folded, raised, verdicts } = await transaction(pool, (client) => foldLocked(client, policies, candidates, limit, fold));
      if (raised > 0) signals.send("facts");
      if (verdicts > 0) signals.send("commands");
      return folded + expanded;
    },
  };
}
