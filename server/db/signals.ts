import type pg from "pg";
import { logger } from "@/server/observability/logger";

/** What was committed, for loops of the same process. Only nudges: every loop reads rows and polls besides. */
export type Signal = "messages" | "broadcasts" | "facts" | "commands" | "answers";

/** Told after each commit. `send` never throws and never waits. */
export interface Signals {
  send(signal: Signal): void;
  on(listener: (signal: Signal) => void): () => void;
}

/** At most this many payload-free notifications a second leave a process; the last of a burst is never lost. */
const notificationsPerSecond = 20;

/**
 * Passes signals on within the process at once, and to other processes by NOTIFY on `channel`, spaced out: a notification at
 * every commit would make all commits wait for each other.
 */
export function createSignals(pool: pg.Pool, channel: string): Signals {
  const listeners = new Set<(signal: Signal) => void>();
  const spacingMs = 1000 / notificationsPerSecond;
  let last = 0;
  let timer: NodeJS.Timeout | null = null;
  const notify = (): void => {
    timer = null;
    last = performance.now();
    pool.query(`notify ${channel}`).catch((error: unknown) => { logger.debug({ error }, "a change signal was lost; readers poll"); });
  };
  return {
    send(signal) {
      for (const listener of listeners) listener(signal);
      if (timer) return;
      const wait = last + spacingMs - performance.now();
      if (wait <= 0) notify();
      else { timer = setTimeout(notify, wait); timer.unref(); }
    },
    on(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
  };
}
