import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { PlanQuestion, PlanTime } from "./plan-cost";
import type { StubAddresses, StubCounts } from "./stub-server";
import type { Order, Reply } from "./worker-process";

const entry = new URL("main.ts", import.meta.url);

/** As `npm start` gives it. */
const workerMemory = ["--max-semi-space-size=64"];

/** A process of our own, which ends when we do. Resolves with its first message. */
async function launch(role: "stub" | "worker" | "plan", ...more: string[]): Promise<{ child: ChildProcess; first: unknown }> {
  const child = fork(entry, ["--as", role, ...more], { execArgv: [...process.execArgv, ...(role === "worker" ? workerMemory : [])], stdio: ["ignore", 2, 2, "ipc"] });
  const gone = once(child, "exit").then(() => { throw new Error(`the ${role} process ended before it was ready`); });
  gone.catch(() => undefined);
  const [first] = await Promise.race([once(child, "message"), gone]) as [unknown];
  return { child, first };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  if (child.connected) child.disconnect(); else child.kill();
  await ended;
}

export interface Stub extends StubAddresses {
  counts(): Promise<StubCounts>;
  /** Every `every`th call takes `ms`; 0: none. */
  slow(every: number, ms: number): Promise<void>;
  forget(): Promise<void>;
  /** When each subject was first called about, in ms since 1970. */
  first(): Promise<Record<string, number>>;
  end(): Promise<void>;
}

export async function startStub(): Promise<Stub> {
  const { child, first } = await launch("stub");
  const addresses = first as StubAddresses;
  const ask = async (what: string): Promise<unknown> => (await fetch(`${addresses.control}/${what}`)).json();
  return {
    ...addresses,
    counts: async () => await ask("counts") as StubCounts,
    slow: async (every, ms) => { await ask(`slow/${every}/${ms}`); },
    forget: async () => { await ask("forget"); },
    first: async () => await ask("first") as Record<string, number>,
    end: () => end(child),
  };
}

export interface WorkerProcess {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resident memory now and CPU time so far. */
  used(): Promise<{ rssMb: number; cpuMs: number }>;
  /** Writes a CPU profile of the time between to `file`. */
  profile(file: string): Promise<void>;
  profiled(): Promise<void>;
  end(): Promise<void>;
  /** As `kill -9` does. Resolves when it is gone. */
  kill(): Promise<void>;
}

export async function startWorkerProcess(say: (line: string) => void): Promise<WorkerProcess> {
  const { child } = await launch("worker");
  const waiting = new Map<number, (reply: Reply) => void>();
  let asked = 0;
  child.on("message", (reply: Reply) => {
    // errors are told once each: a loop in trouble repeats them
    for (const line of new Set(reply.errors)) say(`worker: ${line}`);
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  type Unnumbered<T> = T extends unknown ? Omit<T, "id"> : never;
  const ask = (order: Unnumbered<Order>): Promise<Reply> => new Promise((resolve, reject) => {
    const id = (asked += 1);
    waiting.set(id, resolve);
    child.send({ ...order, id }, (error) => { if (error) reject(error); });
  });
  return {
    start: async () => { await ask({ do: "start" }); },
    stop: async () => { await ask({ do: "stop" }); },
    used: () => ask({ do: "memory" }),
    profile: async (file) => { await ask({ do: "profile", file }); },
    profiled: async () => { await ask({ do: "profiled" }); },
    end: () => end(child),
    kill: async () => { const gone = once(child, "exit"); child.kill("SIGKILL"); await gone; },
  };
}

export interface PlanProcess { microseconds(ms: number): Promise<number | null>; end(): Promise<void> }

export async function startPlanProcess(lines: number): Promise<PlanProcess> {
  const { child } = await launch("plan", String(lines));
  return {
    microseconds: async (ms) => {
      child.send({ ms } satisfies PlanQuestion);
      const [time] = await once(child, "message") as [PlanTime];
      return time.microseconds;
    },
    end: () => end(child),
  };
}
