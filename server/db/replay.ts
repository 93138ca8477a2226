import type pg from "pg";

export interface ReplayRequest { messages: readonly string[] | null; failed: boolean; orders: readonly string[]; connector: string | null }

/** Marks messages as received and wakes subjects; workers do the rest. Messages that were normalised add no second fact. */
export async function replay(pool: pg.Pool, request: ReplayRequest): Promise<{ messages: number; subjects: number }> {
  const messages = request.messages || request.failed
    ? await pool.query(
        `with chosen as (select id from inbound_message where ($1::bigint[] is null or id = any($1)) and (not $2 or state = 'failed') and ($3::text is null or connector = $3) and state in ('failed', 'normalized', 'excluded') order by id for update skip locked)
         update inbound_message m set state = 'received', deaths = 0, error_code = null, error_message = null, error_at = null from chosen where m.id = chosen.id`, [request.messages, request.failed, request.connector])
    : null;
  const subjects = request.orders.length > 0
    ? await pool.query("insert into wake (subject_id) select id from subject where kind = 'order' and (key = any($1) or number = any($1))", [request.orders])
    : null;
  await pool.query("select pg_notify('tower_changed', '')");
  return { messages: messages?.rowCount ?? 0, subjects: subjects?.rowCount ?? 0 };
}
