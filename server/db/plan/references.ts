import type pg from "pg";
import { referenceId, type Reference, type ReferenceKey, type ReferenceRow } from "@/server/domain/plan";
import { changedBy, json, rowsOf, statement, type Executor } from "../statement";
import type { LockedSubject } from "./load";
import { keptRows } from "./sections";

const declare = statement("reference_declare", `
  insert into dependency (subject_id, entity, topic, key) select subject, entity, topic, key from json_to_recordset($1) as x(subject text, entity text, topic text, key text)
  order by subject, topic, key on conflict do nothing`);
const read = statement("reference_read", `
  select distinct on (r.entity, r.topic, r.key) r.entity, r.topic, r.key, r.version, r.data from json_to_recordset($1) as x(entity text, topic text, key text)
  join reference_row r on r.entity = x.entity and r.topic = x.topic and r.key = x.key order by r.entity, r.topic, r.key, r.data = 'null', r.updated_at desc, r.version desc`);

/** Reference rows of one entity as they are now, for whoever shows or checks and plans nothing: no dependency is kept. */
export async function readReferences(client: Executor, entity: string, keys: readonly ReferenceKey[]): Promise<Reference> {
  const rows = keys.length === 0 ? [] : await rowsOf<ReferenceRow & { entity: string }>(client, read, [json(keys.map(({ topic, key }) => ({ entity, topic, key })))]);
  return new Map(rows.map(({ entity: _entity, ...row }) => [referenceId(row), row]));
}

interface Asked { subject: LockedSubject; keys: readonly ReferenceKey[]; answer: (found: Reference) => void; fail: (error: unknown) => void }

/**
 * Answers what the plans of one batch ask for with one statement for all of them. What a subject will look at is committed
 * before it is read (see `broadcasts.ts`), over another connection than the batch's own.
 */
export function createReferenceReader(pool: pg.Pool, client: Executor): (subject: LockedSubject) => (keys: readonly ReferenceKey[]) => Promise<Reference> {
  let asked: Asked[] = [];
  const flush = async (): Promise<void> => {
    const batch = asked;
    asked = [];
    try {
      const wanted = batch.flatMap(({ subject, keys }) => {
        const declared = keptRows(subject.digests, "dependencies");
        return keys.map(({ topic, key }) => ({ subject: subject.id, entity: subject.entity, topic, key, isDeclared: declared.has(referenceId({ topic, key })) }));
      });
      const undeclared = wanted.filter(({ isDeclared }) => !isDeclared);
      if (undeclared.length > 0) await changedBy(pool, declare, [json(undeclared)]);
      const distinct = [...new Map(wanted.map(({ entity, topic, key }) => [`${entity}|${topic}|${key}`, { entity, topic, key }])).values()];
      const rows = new Map<string, ReferenceRow>();
      for (const { entity, ...row } of await rowsOf<ReferenceRow & { entity: string }>(client, read, [json(distinct)])) rows.set(`${entity}|${referenceId(row)}`, row);
      for (const { subject: { entity }, keys, answer } of batch) {
        const found = new Map<string, ReferenceRow>();
        for (const key of keys) { const row = rows.get(`${entity}|${referenceId(key)}`); if (row) found.set(referenceId(key), row); }
        answer(found);
      }
    } catch (error) { for (const { fail } of batch) fail(error); }
  };
  return (subject) => (keys) => new Promise<Reference>((answer, fail) => {
    if (keys.length === 0) { answer(new Map()); return; }
    if (asked.length === 0) setImmediate(() => { void flush(); });
    asked.push({ subject, keys, answer, fail });
  });
}
