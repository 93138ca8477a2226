import { createHash, randomUUID } from "node:crypto";
import type { Integrations } from "@/server/integrations/runtime";
import type { Logger } from "@/server/observability/logger";
import type { InboundInput, StoredMessage } from "@/server/pipeline/ports";
import type { FeedCursors } from "./ports";

/** After a feed failed: not again before this long. */
const pauseAfterFailureMs = 5_000;
/** Pages that one feed may take in one turn. */
const pagesInOneTurn = 20;
const turnMs = 20_000;
/** A reading that does not end so soon after its turn has ended is given up: what it still brings is nobody's. */
const graceMs = 2_000;

export interface FeedPolling {
  cursors: FeedCursors;
  integrations: Pick<Integrations, "list" | "feeds" | "readFeed">;
  receive(this: void, inputs: readonly InboundInput[]): Promise<StoredMessage[]>;
  /** Credentials or rights were refused: never tried in a loop. */
  refused(this: void, connector: string, why: string): Promise<void>;
  logger: Logger;
}

/**
 * Starts every feed that is due and answers how many were started; a slow one holds up no other. Several workers share the
 * feeds by their cursors, which move on only after the messages are stored: a crash reads the page again, and repeats are dropped.
 */
export function createFeedPolling({ cursors, integrations, receive, refused, logger }: FeedPolling): (signal: AbortSignal) => Promise<number> {
  const dueAt = new Map<string, number>(), running = new Set<string>();

  const read = async (connector: string, feed: { name: string; everyMs: number }, signal: AbortSignal): Promise<void> => {
    const name = `${connector}/${feed.name}`;
    const turn = new AbortController(), gaveUp = Promise.withResolvers<never>();
    const timers = [setTimeout(() => { turn.abort(); }, turnMs), setTimeout(() => { gaveUp.reject(new Error(`it did not end within ${turnMs / 1000} seconds`)); }, turnMs + graceMs)];
    running.add(name);
    try {
      const answered = await Promise.race([readPages(connector, feed, AbortSignal.any([signal, turn.signal])), gaveUp.promise]);
      dueAt.set(name, performance.now() + (answered ? feed.everyMs : Math.max(feed.everyMs, pauseAfterFailureMs)));
    } catch (error) {
      dueAt.set(name, performance.now() + Math.max(feed.everyMs, pauseAfterFailureMs));
      logger.warn({ error, connector, feed: feed.name }, "a feed was not read");
      await cursors.failed(connector, feed.name, error instanceof Error ? error.message : "it could not be read").catch(() => undefined);
    } finally {
      // what a feed kept open between its pages ends with the turn
      turn.abort();
      for (const timer of timers) clearTimeout(timer);
      running.delete(name);
    }
  };

  /** False where the feed did not answer. */
  const readPages = async (connector: string, feed: { name: string; everyMs: number }, signal: AbortSignal): Promise<boolean> => {
    const taken = await cursors.take(connector, feed.name, feed.everyMs * 0.9);
    if (!taken) return true;
    let { cursor } = taken;
    for (let page = 0; page < pagesInOneTurn && !signal.aborted; page += 1) {
      const { reading, authentication } = await integrations.readFeed(connector, feed.name, cursor, signal);
      if (!reading.ok) {
        logger.info({ connector, feed: feed.name, code: reading.error.code, why: reading.error.message }, "a feed did not answer");
        await cursors.failed(connector, feed.name, reading.error.message);
        if (authentication) await refused(connector, reading.error.message);
        return false;
      }
      const { messages, more, cursor: next } = reading.value;
      if (messages.length > 0) await receive(messages.map((message) => ({
        connector, sourceMessageId: message.sourceMessageId, digest: createHash("sha256").update(message.body).digest("hex"), contentType: message.contentType, headers: {}, body: message.body, correlationId: randomUUID(),
      })));
      if (!(await cursors.move(connector, feed.name, cursor, next)) || !more) return true;
      cursor = next;
    }
    return true;
  };

  return async (signal) => {
    for (const { id, paused } of await integrations.list()) {
      if (paused) continue;
      for (const feed of await integrations.feeds(id)) {
        const name = `${id}/${feed.name}`;
        if (!signal.aborted && !running.has(name) && (dueAt.get(name) ?? 0) <= performance.now()) void read(id, feed, signal);
      }
    }
    // Each feed goes on by itself; the loop looks again in a second.
    return 0;
  };
}
