import type pg from "pg";
import type { BulkVerb } from "@/server/domain/bulk";
import { planAgain, readAgain, sendAgain } from "../desk/exceptions";

export interface FrozenItem { position: number; subject: string | null; message: string | null; exceptions: string[]; entity: string; fingerprint: string | null }
/** What moved, or why nothing did. */
export type Moved = { naturalKeys: string[]; copy: string | null } | { why: string };

/** Accepted, refused or excluded before: read once more as it came. */
async function replayMessage(client: pg.PoolClient, message: string): Promise<boolean> {
  const { rowCount } = await client.query("update inbound_message set state = 'received', deaths = 0, claimed_until = null, error_code = null, error_message = null, error_at = null where id = $1 and state in ('failed', 'normalized', 'excluded')", [message]);
  return rowCount === 1;
}

/** The same bytes under an identity of their own, once for each action; the first message is not touched. */
async function copyMessage(client: pg.PoolClient, action: string, message: string): Promise<string | null> {
  const { rows: [copy] } = await client.query<{ id: string }>(
    `with first as (select m.*, m.source_message_id || '#copy:' || $1 as name from inbound_message m where m.id = $2 and m.state <> 'received'),
     stored as (
       insert into inbound_message (connector, source_message_id, digest, content_type, headers, body, correlation_id, state)
       select connector, name, digest, content_type, headers, body, correlation_id, 'received' from first where not exists (select 1 from message_identity k where k.connector = first.connector and k.source_message_id = first.name) returning id, connector, source_message_id, digest),
     known as (insert into message_identity (connector, source_message_id, digest, message_id) select connector, source_message_id, digest, id from stored)
     select id::text from stored`, [action, message]);
  return copy?.id ?? null;
}

/** Of its exceptions, which stand still; locked. */
async function standing(client: pg.PoolClient, exceptions: readonly string[]): Promise<number> {
  return (await client.query("select 1 from exception_item where id = any($1::bigint[]) and state = 'open' order by id for update", [exceptions])).rowCount ?? 0;
}

/**
 * Does the verb to one document, guarded by the state that it leaves. What people do meanwhile counts: where nothing is left
 * to do, nothing is done. Its commands travel in the bulk lane, and its plan gives way to all others.
 */
export async function actOn(client: pg.PoolClient, action: { id: string; verb: BulkVerb }, { subject, message, exceptions }: FrozenItem): Promise<Moved> {
  if (exceptions.length > 0 && (await standing(client, exceptions)) === 0) return { why: "it ended by itself meanwhile" };
  if (action.verb === "duplicate") {
    const copy = message === null ? null : await copyMessage(client, action.id, message);
    return copy === null ? { why: "it is being read" } : { naturalKeys: [], copy };
  }
  if (action.verb === "replay" && message !== null) return (await replayMessage(client, message)) ? { naturalKeys: [], copy: null } : { why: "it is being read" };
  const subjects = subject === null ? [] : [subject];
  await planAgain(client, subjects, { patient: true });
  const naturalKeys = action.verb === "replay" ? [] : await sendAgain(client, subjects, { inBulk: true });
  const read = message === null ? 0 : await readAgain(client, [message]);
  if (action.verb === "retry" && naturalKeys.length + read === 0) return { why: "nothing of it is refused any more" };
  return { naturalKeys, copy: null };
}
