import type pg from "pg";
import { hash } from "node:crypto";
import { canonicalJson } from "@/server/domain/commands";
import { subjectId } from "@/server/domain/subject";
import { changedBy, json, rowsOf, statement } from "../statement";
import { grouped, idsOf, withChanged, type Write } from "./sections";

const readKnown = statement("publication_known", `select publisher as subject, topic, key, to_subject as "to", version, digest from publication where publisher = any($1)`);
const publish = statement("publication_write", `
  with input as materialized (select * from json_to_recordset($1) as x(publisher text, entity text, topic text, key text, "to" text, version int, digest text, data jsonb)),
  kept as (insert into publication (publisher, topic, key, to_subject, version, digest) select publisher, topic, key, "to", version, digest from input
    on conflict (publisher, topic, key, to_subject) do update set version = excluded.version, digest = excluded.digest),
  broadcast as (insert into reference_row (entity, topic, key, publisher, version, data) select entity, topic, key, publisher, version, data from input where "to" = ''
    on conflict (entity, topic, key, publisher) do update set version = excluded.version, data = excluded.data, updated_at = now())
  insert into outbox (publisher, topic, key, to_subject, entity, version, data)
  select publisher, topic, key, nullif("to", ''), entity, version, case when "to" = '' then 'null'::jsonb else data end from input`);

interface Known { subject: string; topic: string; key: string; to: string; version: number; digest: string }
const slotOf = (row: { topic: string; key: string; to: string }): string => [row.topic, row.key, row.to].join("\u0000");

/** Says what changed since it was last said: to a reader by the outbox, to nobody in particular by the reference rows. Answers how many. */
export async function writePublications(client: pg.PoolClient, writes: readonly Write[]): Promise<number> {
  const changed = withChanged(writes, "publications");
  if (changed.length === 0) return 0;
  const known = grouped(await rowsOf<Known>(client, readKnown, [idsOf(changed)]));
  const rows: unknown[] = [];
  for (const { id, entity, plan } of changed) {
    const said = new Map((known.get(id) ?? []).map((row) => [slotOf(row), row]));
    for (const { topic, key, to, data } of plan.publications) {
      const slot = { topic, key, to: to ? subjectId(to) : "" };
      const digest = hash("sha1", canonicalJson(data), "base64url"), before = said.get(slotOf(slot));
      if (before?.digest === digest) continue;
      rows.push({ ...slot, publisher: id, entity: to?.entity ?? entity, version: (before?.version ?? 0) + 1, digest, data });
    }
  }
  if (rows.length > 0) await changedBy(client, publish, [json(rows)]);
  return rows.length;
}
