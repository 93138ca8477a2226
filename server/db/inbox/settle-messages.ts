import type pg from "pg";
import type { Failure } from "@/server/domain/result";
import { keepable } from "@/server/domain/text";
import type { MessageResult } from "@/server/pipeline/ports";
import { writeExceptions } from "../exceptions";
import { recordEvents } from "../facts/record-events";
import type { Policies } from "../policies";
import { changedBy, json, rowsOf, statement } from "../statement";
import { failMessages } from "./message-exceptions";
import { databaseNow } from "../clock";

const markDone = statement("inbox_done", `
  update inbound_message m set state = x.state, claimed_until = null, deaths = 0, normalized_at = now(), error_code = null, error_message = x.why, error_at = null
  from json_to_recordset($1) as x(id bigint, state text, why text) where m.id = x.id`);
const openOf = statement("inbox_open_exceptions", "select id::text, fingerprint from exception_item where state = 'open' and coalesce(subject_id, '') = '' and coalesce(message_id, 0) = any($1::bigint[])");

/** Commits what became of a batch of messages. Answers how many commands in doubt a person's word has moved. A message that was mended and replayed closes its exception by evidence. */
export async function settleMessages(client: pg.PoolClient, policies: Policies, results: readonly MessageResult[]): Promise<{ moved: number }> {
  const failures = new Map<string, Failure>();
  for (const result of results) if (result.verdict === "failed") failures.set(result.id, result.failure);
  const recordedAt = databaseNow();
  const recorded = await recordEvents(client, policies, results.flatMap((result) => result.verdict === "normalized" ? result.events.map((told) => ({ ...told, messageId: result.id, recordedAt })) : []));
  for (const { messageId, failure } of recorded.refused) if (messageId !== null) failures.set(messageId, failure);
  const done = results.filter((result) => !failures.has(result.id)).map((result) => ({ id: result.id, state: result.verdict, why: result.verdict === "excluded" ? keepable(result.why) : null }));
  if (done.length > 0) await changedBy(client, markDone, [json(done)]);
  const mended = done.length > 0 ? await rowsOf<{ id: string; fingerprint: string }>(client, openOf, [done.map(({ id }) => id)]) : [];
  const opened = await failMessages(client, policies, [...failures].map(([id, failure]) => ({ id, failure })));
  await writeExceptions(client, [...opened, ...recorded.exceptions], mended);
  return { moved: recorded.moved };
}
