import type { CommandStore, Ports, Settlement } from "./ports";

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
export function createSettler({ commands, timers }: { commands: Pick<CommandStore, "settle">; timers: Ports["timers"] }, onError: (error: unknown) => void): Settler {
  const waiting: { settlement: Settlement; done: () => void }[] = [];
  /** Until it ends nothing is committed but a full batch. */
  let rest: (() => void) | null = null;
  let running: Promise<void> = Promise.resolve();

  const restFor = (ms: number): void => { rest ??= timers.after(ms, () => { rest = null; if (waiting.length > 0) void flush(); }); };
  const commit = async (): Promise<void> => {
    const batch = waiting.splice(0, settleRows);
    if (batch.length === 0) return;
    try { await commands.settle(batch.map(({ settlement }) => settlement)); } catch (error) { onError(error); }
    for (const { done } of batch) done();
    restFor(settleMs);
  };
  const flush = (): Promise<void> => {
    rest?.();
    rest = null;
    running = running.then(async () => { while (waiting.length > 0) await commit(); });
    return running;
  };
  return {
    flush,
    add: (settlement) => new Promise<void>((done) => {
      waiting.push({ settlement, done });
      if (waiting.length >= settleRows) void flush();
      else restFor(0);
    }),
  };
}
