import type pg from "pg";
import type { FeedCursors } from "@/server/jobs/ports";
import { changedBy, rowsOf, statement } from "./statement";

const take = statement("feed_take", `
  insert into feed_cursor (connector, feed, cursor, updated_at) values ($1, $2, 'null', now())
  on conflict (connector, feed) do update set updated_at = now() where feed_cursor.updated_at <= now() - $3 * interval '1 millisecond' returning cursor`);
const move = statement("feed_move", "update feed_cursor set cursor = $4, updated_at = now(), last_success_at = now(), failing_since = null, last_error = null where connector = $1 and feed = $2 and cursor = $3::jsonb");

const fail = statement("feed_fail", "update feed_cursor set failing_since = coalesce(failing_since, now()), last_error = $3 where connector = $1 and feed = $2");

/** Cursors of polled feeds. No connection is held while a feed is read. */
export const createFeedCursors = (pool: pg.Pool): FeedCursors => ({
  async take(connector, feed, everyMs) {
    const [row] = await rowsOf<{ cursor: unknown }>(pool, take, [connector, feed, everyMs]);
    return row ? { cursor: row.cursor } : null;
  },
  async move(connector, feed, from, to) {
    return (await changedBy(pool, move, [connector, feed, JSON.stringify(from ?? null), JSON.stringify(to ?? null)])) > 0;
  },
  async failed(connector, feed, why) { await changedBy(pool, fail, [connector, feed, why.slice(0, 500)]); },
});
