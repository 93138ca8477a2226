/** Runs a step again and again, at once as long as it finds work, else when it is woken or the time is up. */
export interface Loop {
  readonly name: string;
  /** There may be work. Never lost: woken during a step, the step runs once more. */
  wake(): void;
  /** No further step; resolves when the one that runs has ended. */
  stop(): Promise<void>;
}
export interface LoopOptions {
  /** Polls this often though nobody wakes it: rows are the truth, nudges may be lost. */
  idleMs: number;
  onError(this: void, name: string, error: unknown): void;
}

const firstErrorWaitMs = 200;
const lastErrorWaitMs = 5_000;

/** `step` answers how much it did. A step that throws is tried again after a wait that doubles to 5 s. */
export function startLoop(name: string, step: () => Promise<number>, { idleMs, onError }: LoopOptions): Loop {
  let isStopped = false, isWoken = false, errors = 0;
  let rouse: (() => void) | null = null;
  const rest = (ms: number): Promise<void> => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    rouse = () => { clearTimeout(timer); resolve(); };
  });
  const run = async (): Promise<void> => {
    while (!isStopped) {
      isWoken = false;
      let done = 0;
      try {
        done = await step();
        errors = 0;
      } catch (error) {
        errors += 1;
        onError(name, error);
        if (!isStopped) await rest(Math.min(lastErrorWaitMs, firstErrorWaitMs * 2 ** (errors - 1)));
        continue;
      }
      // `isWoken` may have been set while the step ran.
      if (done === 0 && !(isWoken as boolean) && !(isStopped as boolean)) await rest(idleMs);
      rouse = null;
    }
  };
  const ended = run();
  return {
    name,
    wake() { isWoken = true; rouse?.(); },
    stop() { isStopped = true; rouse?.(); return ended; },
  };
}
