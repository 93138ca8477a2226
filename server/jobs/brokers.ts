import { setTimeout as pause } from "node:timers/promises";
import type { BrokerConnection } from "@/server/integrations/contract/broker";
import type { BrokerInfo, Integrations } from "@/server/integrations/runtime";
import type { Logger } from "@/server/observability/logger";
import { eventsOf } from "./order-events";
import type { BrokerHealth, FeedCursors, OrderTelling } from "./ports";
import { createTaking, type Taking } from "./taking";

const firstWaitMs = 250, lastWaitMs = 30_000, openMs = 20_000;
/** A connection that stood for this long was sound: the next failure is the first again. */
const soundMs = 5_000;
/** Changes of orders are looked for this often; one worker at a time does it. */
const tellMs = 500;
const ordersInOneTurn = 100;
/** How far a source was read is written down at most this often. */
const noteMs = 1_000;

export interface BrokerParts extends Taking {
  integrations: Pick<Integrations, "brokers" | "openBroker">;
  cursors: FeedCursors;
  telling: OrderTelling;
  health: BrokerHealth;
  logger: Logger;
}
export interface Brokers {
  /** Connects what is to be connected, and lets go of what was paused or has other settings now. */
  attend(signal: AbortSignal): Promise<number>;
  /** Resolves when every connection that was told to end has ended. */
  ended(): Promise<void>;
}

/** Standing connections of this process to brokers. Each worker has its own; they share one durable consumer at the broker. */
export function createBrokers(parts: BrokerParts): Brokers {
  const { integrations, cursors, telling, health, logger } = parts;
  const take = createTaking(parts);
  const running = new Map<string, { version: string; stop: AbortController; ended: Promise<void> }>();

  const read = (broker: BrokerInfo, connection: BrokerConnection, signal: AbortSignal): Promise<void> => {
    let notedAt = -Infinity;
    return connection.consume(async (messages) => {
      const verdicts = await take(broker.id, messages, signal);
      const last = messages.findLast((_, index) => verdicts[index] === "taken");
      if (last && performance.now() - notedAt > noteMs) { notedAt = performance.now(); await note(broker.id, { last: last.position }); }
      return verdicts;
    }, signal);
  };
  /** For people only: a broker keeps the place of a durable consumer itself, so a note that is lost is not missed. */
  const note = async (connector: string, cursor: unknown): Promise<void> => {
    try {
      const taken = await cursors.take(connector, "messages", noteMs);
      if (taken) await cursors.move(connector, "messages", taken.cursor, cursor);
    } catch (error) { logger.debug({ error, connector }, "how far a broker was read was not noted"); }
  };

  /** The cursor moves on after the broker has confirmed: a death in between tells the same again under the same ids. */
  const tell = async (broker: BrokerInfo, connection: BrokerConnection, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const taken = await cursors.take(broker.id, "orders told", tellMs * 0.8);
      let after = taken ? (taken.cursor as { changedAt: string } | null) : null;
      for (let more = taken !== null; more && !signal.aborted; ) {
        const changed = await telling.changedAfter(broker.id, broker.entity, after?.changedAt ?? null, ordersInOneTurn);
        const last = changed.at(-1);
        if (!last) break;
        const told = changed.map((one) => ({ subjectId: one.subjectId, ...eventsOf(one) }));
        await connection.publish(told.flatMap(({ events }) => events));
        await telling.told(broker.id, told.map(({ subjectId, milestones }) => ({ subjectId, milestones })));
        const next = { changedAt: last.order.updatedAt };
        more = (await cursors.move(broker.id, "orders told", after, next)) && changed.length === ordersInOneTurn;
        after = next;
      }
      await pause(tellMs, undefined, { signal }).catch(() => undefined);
    }
  };

  const connected = async (broker: BrokerInfo, connection: BrokerConnection, signal: AbortSignal): Promise<void> => {
    // one way that ends ends the other: they share the connection
    const either = new AbortController(), ending = AbortSignal.any([signal, either.signal]);
    const ways = [...(broker.consumes ? [read(broker, connection, ending)] : []), ...(broker.publishes ? [tell(broker, connection, ending)] : [])];
    try { await Promise.race(ways); await Promise.all(ways); } finally { either.abort(); await connection.close(); await Promise.allSettled(ways); }
  };

  const attendOne = async (broker: BrokerInfo, signal: AbortSignal): Promise<void> => {
    for (let waitMs = firstWaitMs; !signal.aborted; ) {
      const began = performance.now();
      let failure: string | null = null;
      try {
        const opened = await integrations.openBroker(broker.id, AbortSignal.any([signal, AbortSignal.timeout(openMs)]));
        if (opened.ok) { await health.seen(broker.id, null); await connected(broker, opened.value, signal); }
        else if (opened.error.code === "TEC-02") { await health.refused(broker.id, opened.error.message); return; }
        else failure = opened.error.message;
      } catch (error) { failure = (error as Error).message; }
      if (signal.aborted) return;
      if (failure !== null) {
        logger.info({ connector: broker.id, why: failure }, "a broker is not connected");
        await health.seen(broker.id, failure).catch(() => undefined);
      }
      if (performance.now() - began > soundMs) waitMs = firstWaitMs;
      await pause(waitMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
      waitMs = Math.min(lastWaitMs, waitMs * 2);
    }
  };

  return {
    async attend(signal) {
      const wanted = new Map((await integrations.brokers()).filter(({ consumes, publishes }) => consumes || publishes).map((one) => [one.id, one]));
      for (const [id, { version, stop }] of running) if (wanted.get(id)?.version !== version) stop.abort();
      for (const broker of wanted.values()) {
        if (running.has(broker.id) || signal.aborted) continue;
        const stop = new AbortController();
        const ended = attendOne(broker, AbortSignal.any([signal, stop.signal]))
          .catch((error: unknown) => { logger.warn({ error, connector: broker.id }, "a broker was let go of"); }).finally(() => { running.delete(broker.id); });
        running.set(broker.id, { version: broker.version, stop, ended });
      }
      return 0;
    },
    async ended() { await Promise.all([...running.values()].map(({ ended }) => ended)); },
  };
}
