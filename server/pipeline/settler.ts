import type { CommandStore, Settlement } from "./ports";

/** What is done is committed at 200 rows or 20 ms after the commit before, whichever is first: what comes alone at once, and nothing waits for the slowest call. */
const settleRows = 200;
const settleMs = 20;

export interface Settler {
  /** Hands over one finished call. Resolves when its commit was tried; never rejects: an uncommitted row becomes unknown by its lease. */
  add(settlement: Settlement): Promise<void>;
  /** Commits what is there now. */
  flush(): Promise<void>;
}

/** Gathers finished calls of all lanes into shared commits, one commit at a time. */
export function createSettler(store: Pick<CommandStore, "settle">, onError: (error: unknown) => void): Settler {
  const waiting: { settlement: Settlement; done: () => void }[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let committedAt = -Infinity;
  let running: Promise<void> = Promise.resolve();

  const commit = async (): Promise<void> => {
    const batch = waiting.splice(0, settleRows);
    if (batch.length === 0) return;
    try { await store.settle(batch.map(({ settlement }) => settlement)); } catch (error) { onError(error); }
    committedAt = performance.now();
    for (const { done } of batch) done();
  };
  const flush = (): Promise<void> => {
    if (timer) { clearTimeout(timer); timer = null; }
    running = running.then(async () => { while (waiting.length > 0) await commit(); });
    return running;
  };
  return {
    flush,
    add: (settlement) => new Promise<void>((done) => {
      waiting.push({ settlement, done });
      if (waiting.length >= settleRows) void flush();
      else timer ??= setTimeout(() => { timer = null; void flush(); }, Math.max(0, committedAt + settleMs - performance.now()));
    }),
  };
}
