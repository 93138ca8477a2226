import type pg from "pg";
import { canonicalJson } from "@/server/domain/commands";
import { toFact, type CanonicalEvent, type Fact } from "@/server/domain/facts";
import { contracts } from "@/server/domain/contracts/registry";
import type { Instant } from "@/server/domain/instant";
import type { Failure } from "@/server/domain/result";
import { parseSubjectId, type SubjectId } from "@/server/domain/subject";
import { commandVerdict } from "@/server/domain/verdicts";
import { keepTotals } from "../control-totals";
import { dueBy, type OpenException } from "../exceptions";
import type { Policies } from "../policies";
import { changedBy, json, rowsOf, statement } from "../statement";
import { wake } from "../wakes";
import { factDigest } from "./digest";

/** A subject is made when the first thing is said to it. */
const makeSubjects = statement("record_subjects", `
  insert into subject (id, entity, kind, key) select id, entity, kind, key from json_to_recordset($1) as x(id text, entity text, kind text, key text) order by id on conflict do nothing`);
/** An event that is known adds nothing; a new one adds its fact and wakes its subject, in one commit. `in (…) is true` is a look into a hash. */
const insert = statement("record_events", `
  with input as materialized (select * from json_to_recordset($1) as x(id text, "messageId" bigint, type text, source text, entity text, subject text, "correlationId" text, "occurredAt" timestamptz, "recordedAt" timestamptz,
    document text, grp text, version bigint, shape text, digest text, data json)),
  said as (insert into canonical_event (id, message_id, type, source, entity, subject_id, correlation_id, occurred_at, recorded_at, data)
    select id, "messageId", type, source, entity, subject, "correlationId", "occurredAt", "recordedAt", data from input order by id on conflict (id) do nothing returning id),
  kept as (insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, recorded_at, event_id, data)
    select subject, source, document, grp, version, shape, type, digest, "occurredAt", "recordedAt", id, data from input where (id in (select id from said)) is true
    order by subject, source, document, grp, version on conflict do nothing returning subject_id, event_id),
  woken as (insert into wake (subject_id) select subject_id from kept union select unnest($2::text[]))
  select id, false as "isFact" from said union all select event_id, true from kept`);
const knownEvents = statement("record_known_events", "select id, data from canonical_event where id = any($1)");
const knownFacts = statement("record_known_facts", `
  select f.subject_id as subject, f.source, f.document, f.grp as "group", f.version::float8 as version, f.digest
  from json_to_recordset($1) as x(subject text, source text, document text, grp text, version bigint)
  join fact f on f.subject_id = x.subject and f.source = x.source and f.document = x.document and f.grp = x.grp and f.version = x.version`);
/** Who drops what at the same time is passed over: one of them does it, or the next to say something. */
const forget = statement("record_forget", `
  with old as (
    select f.ctid from json_to_recordset($1) as x(subject text, source text, document text, grp text, keeps int)
    cross join lateral (select o.version as upto from fact o where o.subject_id = x.subject and o.source = x.source and o.document = x.document and o.grp = x.grp order by o.version desc offset x.keeps limit 1) o
    join fact f on f.subject_id = x.subject and f.source = x.source and f.document = x.document and f.grp = x.grp and f.version <= o.upto for update of f skip locked)
  delete from fact where ctid = any(array(select ctid from old))`);
const applyVerdicts = statement("record_verdicts", `
  update command c set state = x.to_state, due_at = now(), lookups = 0, reference = coalesce(x.reference, c.reference), rejection_code = null, rejection_message = null, lease_until = null, lease_owner = null,
    attempts_base = c.attempts, deaths = 0, confirmed_at = case when x.to_state = 'confirmed' then now() else c.confirmed_at end, verify_due_at = case when x.to_state = 'confirmed' then now() else c.verify_due_at end, updated_at = now()
  from json_to_recordset($1) as x("naturalKey" text, to_state text, reference text)
  where c.natural_key = x."naturalKey" and (c.state = 'unknown' or (c.state = 'rejected' and x.to_state = 'confirmed'))`);

/** A checked event and the subject that it is about. `messageId`: the message that it came with, if any. */
export interface TellingEvent { event: CanonicalEvent; subject: SubjectId; messageId: string | null; recordedAt: Instant }
export interface Recorded {
  /** Event ids that are known with other content: nothing of those was kept. */
  refused: { messageId: string | null; failure: Failure }[];
  /** For the caller's own `writeExceptions`, which must come last in its transaction. */
  exceptions: OpenException[];
  /** Commands in doubt that a person's word has moved. */
  moved: number;
}
interface Entry extends TellingEvent { fact: Fact; digest: string }

const identityOf = (fact: Pick<Fact, "subject" | "source" | "document" | "group" | "version">): string => [fact.subject, fact.source, fact.document, fact.group, fact.version].join("\u0000");

/** One entry for each event id and each identity of a fact; what says otherwise within the batch is told apart. */
function entriesOf(told: readonly TellingEvent[]): { entries: Entry[]; refused: Recorded["refused"]; contradicting: Entry[] } {
  const events = new Map<string, unknown>(), facts = new Map<string, string>();
  const entries: Entry[] = [], refused: Recorded["refused"] = [], contradicting: Entry[] = [];
  for (const one of told) {
    const { id, data } = one.event;
    if (events.has(id)) { if (canonicalJson(events.get(id)) !== canonicalJson(data)) refused.push(otherContent(one)); continue; }
    events.set(id, data);
    const fact = toFact({ ...one.event, subject: parseSubjectId(one.subject) }, one.recordedAt);
    if (!fact.ok) { refused.push({ messageId: one.messageId, failure: fact.error }); continue; }
    const entry = { ...one, fact: fact.value, digest: factDigest(fact.value.data) }, identity = identityOf(fact.value), same = facts.get(identity);
    if (same !== undefined && same !== entry.digest) contradicting.push(entry);
    facts.set(identity, same ?? entry.digest);
    entries.push(entry);
  }
  return { entries, refused, contradicting };
}

const otherContent = ({ event, messageId }: TellingEvent): Recorded["refused"][number] =>
  ({ messageId, failure: { code: "CTR-02", message: `Event ${event.id} is known with other content; the first one stays` } });

const rowOf = ({ event, subject, messageId, recordedAt, fact, digest }: Entry): Record<string, unknown> => ({
  id: event.id, messageId, type: event.type, source: event.source, entity: event.entity, subject, correlationId: event.correlationId, occurredAt: event.occurredAt, recordedAt,
  document: fact.document, grp: fact.group, version: fact.version, shape: fact.shape, digest, data: event.data,
});

/**
 * Third stage: keeps events and the facts that they add, and wakes their subjects, within the caller's transaction. Needs no
 * lock: facts are only added, and a plan that did not see one is followed by another. The same event again changes nothing;
 * the same identity with other content keeps the first and opens CTR-02. What a register has beyond the versions that its
 * contract keeps is dropped by the word that exceeds them. `alsoWake`: subjects that are to be planned even if
 * they are told nothing new.
 */
export async function recordEvents(client: pg.PoolClient, policies: Policies, told: readonly TellingEvent[], alsoWake: Iterable<SubjectId> = []): Promise<Recorded> {
  if (told.length === 0) return { refused: [], exceptions: [], moved: 0 };
  const { entries, refused, contradicting } = entriesOf(told);
  const subjects = [...new Set(entries.map(({ subject }) => subject))];
  await changedBy(client, makeSubjects, [json(subjects.map((id) => ({ id, ...parseSubjectId(id) })))]);
  const written = await rowsOf<{ id: string; isFact: boolean }>(client, insert, [json(entries.map(rowOf)), [...alsoWake]]);
  const fresh = new Set(written.filter(({ isFact }) => !isFact).map(({ id }) => id)), kept = new Set(written.filter(({ isFact }) => isFact).map(({ id }) => id));
  refused.push(...(await contradictingEvents(client, entries.filter(({ event }) => !fresh.has(event.id)))));
  contradicting.push(...(await contradictingFacts(client, entries.filter((entry) => fresh.has(entry.event.id) && !kept.has(entry.event.id) && !contradicting.includes(entry)))));
  const added = entries.filter(({ event }) => kept.has(event.id));
  await forgetOld(client, added);
  await keepTotals(client, added.map(({ event }) => event));
  const moved = await decide(client, entries.filter(({ event }) => fresh.has(event.id)));
  return { refused, moved, exceptions: await Promise.all(contradicting.map((entry) => contradiction(policies, entry))) };
}

async function contradictingEvents(client: pg.PoolClient, known: readonly Entry[]): Promise<Recorded["refused"]> {
  if (known.length === 0) return [];
  const stored = new Map((await rowsOf<{ id: string; data: unknown }>(client, knownEvents, [known.map(({ event }) => event.id)])).map((row) => [row.id, canonicalJson(row.data)]));
  return known.filter(({ event }) => stored.get(event.id) !== canonicalJson(event.data)).map(otherContent);
}

async function contradictingFacts(client: pg.PoolClient, known: readonly Entry[]): Promise<Entry[]> {
  if (known.length === 0) return [];
  const stored = new Map((await rowsOf<Fact & { digest: string }>(client, knownFacts, [json(known.map(rowOf))])).map((row) => [identityOf(row), row.digest]));
  return known.filter(({ fact, digest }) => stored.get(identityOf(fact)) !== digest);
}

/** No plan looks at what is dropped here, so facts of what is said without end do not grow; the events that said it stay. */
async function forgetOld(client: pg.PoolClient, added: readonly Entry[]): Promise<void> {
  const registers = new Map(added.flatMap(({ event, fact: { subject, source, document, group } }): [string, object][] => {
    const { keeps } = contracts[event.type] as { keeps?: number };
    return keeps === undefined ? [] : [[[subject, source, document, group].join("\u0000"), { subject, source, document, grp: group, keeps }]];
  }));
  if (registers.size > 0) await changedBy(client, forget, [json([...registers.values()])]);
}

/** What people decided about commands that the planner may not touch; all other verdicts it reads as facts. */
async function decide(client: pg.PoolClient, entries: readonly Entry[]): Promise<number> {
  const verdicts = entries.flatMap(({ event, subject }) => { const verdict = commandVerdict(event); return verdict ? [{ ...verdict, subject }] : []; });
  if (verdicts.length === 0) return 0;
  await wake(client, verdicts.map(({ subject }) => subject));
  return changedBy(client, applyVerdicts, [json(verdicts.map(({ naturalKey, to, reference }) => ({ naturalKey, to_state: to, reference })))]);
}

async function contradiction(policies: Policies, { fact, messageId, subject, recordedAt }: Entry): Promise<OpenException> {
  const { entity } = parseSubjectId(subject);
  const { calendar } = await policies.of(entity);
  return {
    subjectId: subject, messageId, connector: null, entity, code: "CTR-02", key: {}, stops: [], amount: "0", currency: null, since: recordedAt, dueAt: dueBy("CTR-02", recordedAt, calendar),
    message: `${fact.source} says ${fact.type} ${fact.document} version ${fact.version} again with other content; the first one stays`,
  };
}
