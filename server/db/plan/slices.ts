import type pg from "pg";
import { dec, text } from "@/server/domain/decimal";
import type { Slice } from "@/server/domain/movements";
import { changedBy, json, rowsOf, statement, together } from "../statement";
import { grouped, idsOf, withChanged, type Write } from "./sections";

const readOpen = statement("slice_read_open", `
  select id::text, subject_id as subject, key, line, stage, bucket, quantity::text, amount::text, charges::text, tax::text, currency, holder, since, due_at as "dueAt", document, valid_from as "validFrom"
  from slice where subject_id = any($1) and valid_to is null`);
/** What stood for no time at all never stood. */
const end = statement("slice_end", `
  with ended as (select * from json_to_recordset($1) as x(id bigint, at timestamptz)),
  gone as (delete from slice s using ended x where s.id = x.id and s.valid_from >= x.at)
  update slice s set valid_to = x.at from ended x where s.id = x.id and s.valid_from < x.at`);
const begin = statement("slice_begin", `
  insert into slice (subject_id, entity, key, line, stage, bucket, quantity, amount, charges, tax, currency, holder, since, due_at, document, valid_from)
  select subject, entity, key, line, stage, bucket, quantity, amount, charges, tax, currency, holder, since, "dueAt", document, at
  from json_to_recordset($1) as x(subject text, entity text, key text, line text, stage text, bucket text, quantity numeric, amount numeric, charges numeric, tax numeric, currency text, holder text,
    since timestamptz, "dueAt" timestamptz, document text, at timestamptz)`);

type OpenSlice = Slice & { id: string; subject: string; validFrom: string };
const figure = (value: string): string => text(dec(value));
const instantText = (value: string | null): string | null => (value === null ? null : new Date(value).toISOString());
const contentOf = (slice: Slice): string => JSON.stringify([slice.line, slice.stage, slice.bucket, figure(slice.quantity), figure(slice.amount), figure(slice.charges), figure(slice.tax), slice.currency, slice.holder, instantText(slice.since), instantText(slice.dueAt), slice.document]);

/** Ends slices that are no longer so and begins those that are new; what stays the same is not touched. */
export async function writeSlices(client: pg.PoolClient, writes: readonly Write[]): Promise<void> {
  const changed = withChanged(writes, "slices");
  if (changed.length === 0) return;
  const open = grouped(await rowsOf<OpenSlice>(client, readOpen, [idsOf(changed)]));
  const ended: { id: string; at: string }[] = [], begun: unknown[] = [];
  for (const { id, entity, plan, now } of changed) {
    const wanted = new Map(plan.slices.map((slice) => [slice.key, slice]));
    if (wanted.size !== plan.slices.length) throw new Error("two slices with one key");
    for (const row of open.get(id) ?? []) {
      const same = wanted.get(row.key);
      if (same && contentOf(same) === contentOf(row)) wanted.delete(row.key); else ended.push({ id: row.id, at: now });
    }
    for (const slice of wanted.values()) begun.push({ ...slice, subject: id, entity, at: now });
  }
  // In this order: a key has one open slice.
  await together([...(ended.length > 0 ? [changedBy(client, end, [json(ended)])] : []), ...(begun.length > 0 ? [changedBy(client, begin, [json(begun)])] : [])]);
}
