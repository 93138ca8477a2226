import type pg from "pg";
import { epochMs } from "@/server/domain/instant";
import type { HealthReport } from "@/server/api/services";
import { databaseNow } from "./clock";

/** A worker that has not been heard of for this long counts as gone. */
const freshMs = 15_000;

/** So long a database may take before it counts as one that does not answer: whoever asks has given up soon after. */
const patienceMs = 5000;

/** What is alive and what waits, within `patienceMs`. Never throws: a broken database is an answer, and so is one that hangs. */
export async function readHealth(pool: pg.Pool): Promise<HealthReport> {
  const started = performance.now();
  try {
    const { rows } = await within(patienceMs, pool.query<{ workers: { id: string; seenAt: string }[] | null; messages: number; unplanned: number; commands_due: number; outbox: number; oldest: number; stopped: number }>(`
      select (select json_agg(json_build_object('id', id, 'seenAt', to_char(seen_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by id) from worker_heartbeat where seen_at > now() - interval '10 minutes') as workers,
        (select count(*)::int from inbound_message where state = 'received') as messages,
        (select count(distinct subject_id)::int from wake where due_at <= now()) as unplanned,
        (select count(*)::int from command where state = 'wanted' and due_at <= now()) as commands_due,
        (select count(*)::int from outbox) as outbox,
        (select count(*)::int from posting_brake where stopped_at is not null) as stopped,
        coalesce(extract(epoch from now() - (select min(received_at) from inbound_message where state = 'received')), 0)::float as oldest`));
    const row = rows[0];
    if (!row) throw new Error("no answer");
    const workers = (row.workers ?? []).map((worker) => ({ ...worker, fresh: epochMs(databaseNow()) - epochMs(worker.seenAt) < freshMs }));
    const alive = workers.some((worker) => worker.fresh);
    return {
      status: alive ? "ok" : "failing", reason: alive ? null : "No worker has been heard of in the last 15 seconds",
      database: { ok: true, latencyMs: Math.round(performance.now() - started) }, workers, postingsStopped: row.stopped,
      backlog: { messages: row.messages, unplanned: row.unplanned, commandsDue: row.commands_due, outbox: row.outbox, oldestSeconds: Math.round(row.oldest) },
    };
  } catch {
    return { status: "failing", reason: "The database does not answer", database: { ok: false, latencyMs: null }, workers: [], postingsStopped: 0, backlog: { messages: 0, unplanned: 0, commandsDue: 0, outbox: 0, oldestSeconds: 0 } };
  }
}

/** Messages that wait to be understood, counted to `most`: its cost is bounded. */
export const countWaiting = async (pool: pg.Pool, most: number): Promise<number> =>
  (await pool.query<{ count: number }>("select count(*)::int as count from (select 1 from inbound_message where state = 'received' limit $1) w", [most])).rows[0]?.count ?? 0;

/** @throws what `answer` throws, or that it took too long */
function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>(), timer = setTimeout(() => { late.reject(new Error("no answer in time")); }, ms);
  return Promise.race([answer, late.promise]).finally(() => { clearTimeout(timer); });
}
