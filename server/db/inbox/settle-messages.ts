import type pg from "pg";
import { canonicalJson } from "@/server/domain/commands";
import type { Failure } from "@/server/domain/result";
import type { MessageResult } from "@/server/pipeline/ports";
import { writeExceptions } from "../exceptions";
import type { Policies } from "../policies";
import { changedBy, json, rowsOf, statement } from "../statement";
import { failMessages } from "./message-exceptions";

/** Known ids are left alone; those whose content differs are told. */
const insertEvents = statement("event_insert", `
  with input as materialized (select * from json_to_recordset($1) as x(id text, "messageId" bigint, type text, source text, entity text, subject text, "correlationId" text, "occurredAt" timestamptz, data jsonb)),
  written as (insert into canonical_event (id, message_id, type, source, entity, subject_id, correlation_id, occurred_at, data)
    select id, "messageId", type, source, entity, subject, "correlationId", "occurredAt", data from input order by id on conflict (id) do nothing returning id)
  select i.id, i."messageId"::text as "messageId", i.data as said, e.data as known from input i join canonical_event e on e.id = i.id where i.id not in (select id from written)`);
const markDone = statement("inbox_done", `
  update inbound_message m set state = x.state, claimed_until = null, deaths = 0, normalized_at = now(), error_code = null, error_message = x.why, error_at = null
  from json_to_recordset($1) as x(id bigint, state text, why text) where m.id = x.id`);
const openOf = statement("inbox_open_exceptions", "select id::text, fingerprint from exception_item where state = 'open' and coalesce(subject_id, '') = '' and coalesce(message_id, 0) = any($1::bigint[])");

/** Commits what became of a batch of messages. A message that was mended and replayed closes its exception by evidence. */
export async function settleMessages(client: pg.PoolClient, policies: Policies, results: readonly MessageResult[]): Promise<void> {
  const failures = new Map<string, Failure>();
  for (const result of results) if (result.verdict === "failed") failures.set(result.id, result.failure);
  const events = results.flatMap((result) => result.verdict === "normalized" ? result.events.map(({ event, subject }) => ({
    id: event.id, messageId: result.id, type: event.type, source: event.source, entity: event.entity, subject, correlationId: event.correlationId, occurredAt: event.occurredAt, data: event.data,
  })) : []);
  if (events.length > 0) {
    const distinct = [...new Map(events.map((event) => [event.id, event])).values()];
    const known = await rowsOf<{ id: string; messageId: string; said: unknown; known: unknown }>(client, insertEvents, [json(distinct)]);
    for (const row of known)
      if (canonicalJson(row.said) !== canonicalJson(row.known)) failures.set(row.messageId, { code: "CTR-02", message: `Event ${row.id} is known with other content; the first one stays` });
  }
  const done = results.filter((result) => !failures.has(result.id)).map((result) => ({ id: result.id, state: result.verdict, why: result.verdict === "excluded" ? result.why : null }));
  if (done.length > 0) await changedBy(client, markDone, [json(done)]);
  const mended = done.length > 0 ? await rowsOf<{ id: string; fingerprint: string }>(client, openOf, [done.map(({ id }) => id)]) : [];
  const opened = await failMessages(client, policies, [...failures].map(([id, failure]) => ({ id, failure })));
  await writeExceptions(client, opened, mended);
}
