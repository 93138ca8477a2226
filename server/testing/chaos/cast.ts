import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { killOutright, type Surroundings } from "@/server/testing/survival/landscape";
import type { CrashPoint } from "./crash-points";

const workerProgram = "server/testing/chaos/worker.ts", doorsProgram = "server/testing/survival/doors.ts";
const gone = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** The tower's own processes in a run: workers and the web's doors. One that ends, for whatever reason, is started again, as a supervisor does. */
export interface Cast {
  killWorker(): Promise<void>;
  killDoors(): Promise<void>;
  /** Workers and doors at one moment. */
  killAll(): Promise<void>;
  /** A worker's successor dies at this point, the nth time it comes there; false where it did not come there within `withinMs`. */
  crashAt(point: CrashPoint, nth: number, withinMs: number): Promise<boolean>;
  /** A worker's successor has a clock that is `ms` ahead, for `forMs`. */
  shiftClock(ms: number, forMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** @param pick which of the workers is meant: an index below their number */
export function raise(surroundings: Surroundings, workers: number, pick: (below: number) => number): Cast {
  let ending = false;
  const launchWorker = (...args: string[]): ChildProcess => surroundings.launch(workerProgram, args);
  const running = Array.from({ length: workers }, () => launchWorker());
  let doors = surroundings.launch(doorsProgram, [String(surroundings.doorsPort)]);
  /** Those that a fault is at work with: whoever struck them starts the successor. */
  const held = new Set<ChildProcess>();
  const watch = setInterval(() => {
    if (ending) return;
    for (const [at, child] of running.entries()) if (gone(child) && !held.has(child)) running[at] = launchWorker();
    if (gone(doors) && !held.has(doors)) doors = surroundings.launch(doorsProgram, [String(surroundings.doorsPort)]);
  }, 200);

  /** Puts another in a worker's place until `work` is done, then a usual one. */
  const inPlaceOfOne = async <T>(args: string[], work: (child: ChildProcess) => Promise<T>): Promise<T> => {
    const at = pick(running.length), before = running[at];
    if (before) { held.add(before); await killOutright(before); held.delete(before); }
    const child = launchWorker(...args);
    held.add(child);
    running[at] = child;
    try { return await work(child); } finally {
      if (!gone(child)) await killOutright(child);
      held.delete(child);
    }
  };

  return {
    async killWorker() { const child = running[pick(running.length)]; if (child) await killOutright(child); },
    killDoors: () => killOutright(doors),
    async killAll() { await Promise.all([...running, doors].map(killOutright)); },
    crashAt: (point, nth, withinMs) => inPlaceOfOne(["--crash", point, "--nth", String(nth)], async (child) => {
      for (const until = Date.now() + withinMs; !gone(child) && Date.now() < until; ) await pause(50);
      return gone(child);
    }),
    shiftClock: (ms, forMs) => inPlaceOfOne([`--clock=${ms}`], () => pause(forMs)),
    async stop() {
      ending = true;
      clearInterval(watch);
      await Promise.all([...running, doors].map(killOutright));
    },
  };
}
