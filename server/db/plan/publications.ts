import type pg from "pg";
import type { Publication } from "@/server/domain/plan";
import { subjectId, type SubjectId } from "@/server/domain/subject";
import { changedBy, json, rowsOf, statement, together } from "../statement";
import { soon } from "../wakes";
import { statementId, type Heard } from "./hearing";
import { digestOf, keptRows, longestKept, withChanged, type Write } from "./sections";

/** What need not be acted on at once is planned with whatever else comes to its reader within this time. */
const later = "interval '5 seconds'";
/**
 * To one subject: a fact of the reader, in the place of what was said before, and a wake unless it was planned with it. Rows are only added or are the
 * publisher's own, so the reader's lock is not needed. To nobody in particular: a reference row, passed on after this commit; `null`
 * says that there is nothing any more.
 */
const publish = statement("publication_write", `
  with input as materialized (select * from json_to_recordset($1) as x(publisher text, entity text, topic text, key text, reader text, kind text, "readerKey" text, reading text, digest text, at timestamptz, heard boolean, data json)),
  made as (insert into subject (id, entity, kind, key) select distinct on (reader) reader, entity, kind, "readerKey" from input where reader is not null order by reader on conflict do nothing),
  told as (insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, recorded_at, data)
    select reader, publisher, key, topic, 0, 'register', 'published.' || topic, digest, at, at, coalesce(data, 'null') from input where reader is not null order by reader, publisher, key, topic
    on conflict (subject_id, source, document, grp, version) do update set digest = excluded.digest, occurred_at = excluded.occurred_at, recorded_at = excluded.recorded_at, data = excluded.data
    where fact.digest <> excluded.digest returning subject_id),
  woken as (insert into wake (subject_id, due_at, patient) select reader, now() + case when bool_or(reading is null) then interval '0' when bool_or(reading = 'soon') then ${soon} else ${later} end, bool_and(reading is not null) from input where not heard and (reader in (select subject_id from told)) is true group by reader returning 1),
  known as (insert into reference_row (entity, topic, key, publisher, version, data) select entity, topic, key, publisher, 1, coalesce(data::jsonb, 'null') from input where reader is null order by entity, topic, key
    on conflict (entity, topic, key, publisher) do update set version = reference_row.version + 1, data = excluded.data, updated_at = now() where reference_row.data <> excluded.data returning entity, topic, key, publisher),
  passed as (insert into outbox (publisher, entity, topic, key) select publisher, entity, topic, key from known)
  select (select count(*) from woken)::int as told, (select count(*) from known)::int as broadcast`);

/** From readers that were told and are named no more. Rows are the publisher's own, so the reader's lock is not needed. */
const takeBack = statement("publication_take_back", `
  with told as (select * from json_to_recordset($1) as x(publisher text, topic text, key text, readers json)),
  gone as (delete from fact f using told x where f.source = x.publisher and f.grp = x.topic and f.document = x.key and f.type like 'published.%'
    and not f.subject_id in (select json_array_elements_text(x.readers)) returning f.subject_id)
  insert into wake (subject_id) select distinct subject_id from gone`);

/** What was said under one name, and to whom: each shortened to so much that two of one subject are not the same by chance. */
const nameDigits = 6;
const nameOf = ({ topic, key }: Publication): string => digestOf([topic, key], nameDigits);

interface LeftBehind { publisher: SubjectId; topic: string; key: string; readers: SubjectId[] }

/**
 * What this subject says under names of which a reader is gone, with those who are left; remembers for the next plan whom it
 * told, where these are not too many: then all that it says is looked at.
 */
function leftBehind(write: Write): LeftBehind[] {
  const said = write.plan.publications.flatMap((publication) => (publication.to ? [{ ...publication, to: publication.to, name: nameOf(publication) }] : []));
  const now = new Set(said.map(({ name, to }) => name + digestOf(to, nameDigits))), names = new Set(said.map(({ name }) => name));
  const isKnown = write.isFirst || write.before?.rows?.readers !== undefined;
  const before = [...keptRows(write.before, "readers")].filter((line) => line !== "" && !now.has(line));
  const emptied = new Set(before.map((line) => line.slice(0, nameDigits)));
  // What is not named stands as it was said, so it stays in mind.
  const kept = [...now, ...before.filter((line) => !names.has(line.slice(0, nameDigits)))];
  const rows = (write.digests.rows ??= {});
  if (kept.length > longestKept) delete rows.readers; else rows.readers = kept.join("\n");
  return [...Map.groupBy(said.filter(({ name }) => !isKnown || emptied.has(name)), ({ topic, key }) => JSON.stringify([topic, key])).values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ publisher: write.id, topic: first.topic, key: first.key, readers: same.map(({ to }) => subjectId(to)) }] : [];
  });
}

/**
 * Says what was not said before just so. What its reader has heard already wakes nobody. Answers how many readers were woken,
 * and how many statements are for whoever looks.
 */
export async function writePublications(client: pg.PoolClient, writes: readonly Write[], heard: Heard): Promise<{ told: number; broadcast: number }> {
  const rows = writes.flatMap((write) => write.said.map(({ publication: { topic, key, to, data, reading }, digest }) => {
    const reader = to ? subjectId(to) : null, before = reader ? heard.get(statementId(write.id, { topic, key }, reader)) : undefined, isHeard = before?.digest === digest;
    return {
      publisher: write.id, entity: to?.entity ?? write.entity, topic, key, reader, kind: to?.kind ?? null, readerKey: to?.key ?? null, reading: reading ?? null, digest, at: isHeard ? before?.at : write.now, heard: isHeard, data,
    };
  }));
  const left = withChanged(writes, "publications").flatMap(leftBehind);
  const [taken, said] = await together([
    left.length > 0 ? changedBy(client, takeBack, [json(left)]) : Promise.resolve(0),
    rows.length > 0 ? rowsOf<{ told: number; broadcast: number }>(client, publish, [json(rows)]) : Promise.resolve([]),
  ]);
  return { told: taken + (said[0]?.told ?? 0), broadcast: said[0]?.broadcast ?? 0 };
}
