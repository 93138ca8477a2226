import { createHash, randomUUID } from "node:crypto";
import type pg from "pg";
import type { Integrations } from "@/server/integrations/runtime";
import type { Logger } from "@/server/observability/logger";
import type { InboundInput, StoredMessage } from "@/server/pipeline/ports";

/** After a feed failed: not again before this long. */
const pauseAfterFailureMs = 5_000;
/** Pages that one feed may take in one turn, so that a long backlog does not hold up the others. */
const pagesInOneTurn = 20;
const turnMs = 20_000;

export interface FeedPolling {
  pool: pg.Pool;
  integrations: Pick<Integrations, "list" | "feeds" | "readFeed">;
  receive(inputs: readonly InboundInput[]): Promise<StoredMessage[]>;
  logger: Logger;
}

/**
 * Polls every feed that is due. A cursor is locked while its feed is read, so that several workers share the feeds, and it
 * moves on only after its messages are stored: a crash reads the page again and the repeats are dropped.
 */
export function createFeedPolling({ pool, integrations, receive, logger }: FeedPolling): (signal: AbortSignal) => Promise<number> {
  const dueAt = new Map<string, number>();
  return async (signal) => {
    let taken = 0;
    for (const { id, entity, paused } of await integrations.list()) {
      if (paused) continue;
      for (const feed of await integrations.feeds(id)) {
        const name = `${id}/${feed.name}`;
        if (signal.aborted) return taken;
        if ((dueAt.get(name) ?? 0) > performance.now()) continue;
        dueAt.set(name, performance.now() + feed.everyMs);
        const read = await readOne(id, feed.name, entity, signal).catch((error: unknown) => { logger.warn({ error, connector: id, feed: feed.name }, "a feed was not read"); return null; });
        if (read === null) dueAt.set(name, performance.now() + Math.max(feed.everyMs, pauseAfterFailureMs));
        else taken += read;
      }
    }
    return taken;
  };

  async function readOne(connector: string, feed: string, _entity: string, stopping: AbortSignal): Promise<number | null> {
    const client = await pool.connect();
    try {
      // The lock is on the session, not in a transaction: no outside call inside a transaction.
      const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock(hashtext('feed'), hashtext($1)) as locked", [`${connector}/${feed}`]);
      if (!rows[0]?.locked) return 0;
      try { return await readPages(client, connector, feed, AbortSignal.any([stopping, AbortSignal.timeout(turnMs)])); }
      finally { await client.query("select pg_advisory_unlock(hashtext('feed'), hashtext($1))", [`${connector}/${feed}`]); }
    } finally { client.release(); }
  }

  async function readPages(client: pg.PoolClient, connector: string, feed: string, signal: AbortSignal): Promise<number | null> {
    const { rows } = await client.query<{ cursor: unknown }>("select cursor from feed_cursor where connector = $1 and feed = $2", [connector, feed]);
    let cursor: unknown = rows[0]?.cursor ?? null;
    let taken = 0;
    for (let page = 0; page < pagesInOneTurn && !signal.aborted; page += 1) {
      const { reading } = await integrations.readFeed(connector, feed, cursor, signal);
      if (!reading.ok) { logger.info({ connector, feed, code: reading.error.code, why: reading.error.message }, "a feed did not answer"); return taken > 0 ? taken : null; }
      const { messages, more } = reading.value;
      if (messages.length > 0) await receive(messages.map((message) => ({
        connector, sourceMessageId: message.sourceMessageId, digest: createHash("sha256").update(message.body).digest("hex"), contentType: message.contentType, headers: {}, body: message.body, correlationId: randomUUID(),
      })));
      cursor = reading.value.cursor;
      await client.query(`insert into feed_cursor (connector, feed, cursor, updated_at, last_success_at) values ($1, $2, $3, now(), now())
        on conflict (connector, feed) do update set cursor = excluded.cursor, updated_at = now(), last_success_at = now()`, [connector, feed, JSON.stringify(cursor)]);
      taken += messages.length;
      if (!more) break;
    }
    return taken;
  }
}
