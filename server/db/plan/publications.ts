import type pg from "pg";
import { factDigest } from "../facts/digest";
import { subjectId } from "@/server/domain/subject";
import { json, rowsOf, statement } from "../statement";
import { freshRows, withChanged, type Write } from "./sections";

/** What need not be acted on at once is planned with whatever else comes to its reader within this time. */
const patience = "interval '5 seconds'";
/**
 * To one subject: a fact of the reader, in the place of what was said before, and a wake. Rows are only added or are the
 * publisher's own, so the reader's lock is not needed. To nobody in particular: a reference row, passed on after this commit; `null`
 * says that there is nothing any more.
 */
const publish = statement("publication_write", `
  with input as materialized (select * from json_to_recordset($1) as x(publisher text, entity text, topic text, key text, reader text, kind text, "readerKey" text, patient boolean, digest text, at timestamptz, data json)),
  made as (insert into subject (id, entity, kind, key) select distinct on (reader) reader, entity, kind, "readerKey" from input where reader is not null order by reader on conflict do nothing),
  told as (insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, recorded_at, data)
    select reader, publisher, key, topic, 0, 'register', 'published.' || topic, digest, at, at, coalesce(data, 'null') from input where reader is not null order by reader, publisher, key, topic
    on conflict (subject_id, source, document, grp, version) do update set digest = excluded.digest, occurred_at = excluded.occurred_at, recorded_at = excluded.recorded_at, data = excluded.data
    where fact.digest <> excluded.digest returning subject_id),
  woken as (insert into wake (subject_id, due_at) select reader, now() + case when bool_and(patient) then ${patience} else interval '0' end from input where (reader in (select subject_id from told)) is true group by reader),
  known as (insert into reference_row (entity, topic, key, publisher, version, data) select entity, topic, key, publisher, 1, coalesce(data::jsonb, 'null') from input where reader is null order by entity, topic, key
    on conflict (entity, topic, key, publisher) do update set version = reference_row.version + 1, data = excluded.data, updated_at = now() where reference_row.data <> excluded.data returning entity, topic, key, publisher),
  passed as (insert into outbox (publisher, entity, topic, key) select publisher, entity, topic, key from known)
  select (select count(*) from told)::int as told, (select count(*) from known)::int as broadcast`);

/** Says what was not said before just so. Answers how many statements reached a subject, and how many are for whoever looks. */
export async function writePublications(client: pg.PoolClient, writes: readonly Write[]): Promise<{ told: number; broadcast: number }> {
  const rows = withChanged(writes, "publications").flatMap((write) =>
    freshRows(write, "publications", write.plan.publications).map(({ topic, key, to, data, patient }) => ({
      publisher: write.id, entity: to?.entity ?? write.entity, topic, key, reader: to ? subjectId(to) : null, kind: to?.kind ?? null, readerKey: to?.key ?? null, patient: patient === true, digest: factDigest(data), at: write.now, data,
    })));
  if (rows.length === 0) return { told: 0, broadcast: 0 };
  return (await rowsOf<{ told: number; broadcast: number }>(client, publish, [json(rows)]))[0] ?? { told: 0, broadcast: 0 };
}
