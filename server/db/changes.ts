import pg from "pg";
import { logger } from "@/server/observability/logger";

/** PostgreSQL channel of the payload-free signal that something was committed. */
export const changedChannel = "tower_changed";

/** At most this many signals a second go to screens; the last of a burst is never lost. */
const spacingMs = 250;
/** A screen looks again after this long though no signal came: a lost signal costs no more. */
const pollMs = 10_000;

/**
 * One LISTEN connection for the whole process, opened with the first listener and reopened when it breaks.
 * Each listener gets a moment per burst of changes; two are at least `apartMs` from each other (default: what a screen can use).
 */
export function createChanges(connectionString: string): (signal: AbortSignal, apartMs?: number) => AsyncIterable<string> {
  const listeners = new Set<() => void>();
  let connecting = false;
  const announce = (): void => { for (const wake of listeners) wake(); };
  async function connect(): Promise<void> {
    if (connecting) return;
    connecting = true;
    const client = new pg.Client({ connectionString, application_name: "ledgerline-changes" });
    client.on("error", () => undefined);
    client.on("end", () => { connecting = false; if (listeners.size > 0) setTimeout(() => void connect(), 1000).unref(); });
    client.on("notification", announce);
    try { await client.connect(); await client.query(`listen ${changedChannel}`); announce(); }
    catch (error) { logger.warn({ error }, "no change signals; screens poll"); await client.end().catch(() => undefined); }
  }
  return async function* changes(signal, apartMs = spacingMs) {
    let dirty = false;
    let wake: (() => void) | null = null;
    const listener = (): void => { dirty = true; wake?.(); };
    listeners.add(listener);
    void connect();
    const onAbort = (): void => wake?.();
    signal.addEventListener("abort", onAbort);
    try {
      while (!signal.aborted) {
        if (!dirty) await new Promise<void>((resolve) => { const timer = setTimeout(resolve, pollMs); wake = () => { clearTimeout(timer); resolve(); }; });
        wake = null;
        if (signal.aborted) return;
        dirty = false;
        yield new Date().toISOString();
        await new Promise((resolve) => setTimeout(resolve, apartMs));
      }
    } finally { listeners.delete(listener); signal.removeEventListener("abort", onAbort); }
  };
}
