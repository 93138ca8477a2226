import type { Signals } from "@/server/db/signals";
import { Confirmations, type ConfirmOptions } from "@/server/pipeline/confirm";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting, type Planners } from "@/server/pipeline/plan";
import type { Ports } from "@/server/pipeline/ports";
import { reconcile, type ReconcileReport } from "@/server/pipeline/reconcile";
import { createSettler } from "@/server/pipeline/settler";
import { createDelivery } from "./delivery";
import { startLoop, type Loop } from "./loop";

export interface WorkerOptions {
  /** Unique for each process; names it in leases and heartbeats. */
  worker: string;
  planners: Planners;
  signals: Signals;
  /** How long a call may take; after it the outcome is unknown and is looked up. */
  leaseMs?: number;
  /** Subjects in one plan transaction: more is cheaper, fewer keeps other loops quick. */
  planBatch?: number;
  onError(this: void, loop: string, error: unknown): void;
  onReconciled?(report: ReconcileReport): void;
  /** Told every `heartbeatMs`. */
  heartbeat?(detail: { calls: number }): Promise<void>;
  /** Gives committed changes of orders their place in the feed; answers whether there may be more. */
  sealOrders?(): Promise<boolean>;
  /** Polls what feeds are due; answers how many messages came. */
  pollFeeds?(signal: AbortSignal): Promise<number>;
  /** Asks sources what exists, and looks at what is missing. */
  attendCompleteness?(signal: AbortSignal): Promise<number>;
  /** Looks at bulk actions and moves what there is room for. */
  attendBulk?(signal: AbortSignal): Promise<number>;
  /** Keeps the connections to brokers as they should be. */
  attendBrokers?(signal: AbortSignal): Promise<number>;
}
export interface Worker {
  /** There may be work of any kind: another process committed something. */
  wakeAll(): void;
  /** Stops claiming, lets calls under way end for `graceMs`, cuts the rest off (the outcome of sends is then unknown, look-ups are given back) and settles. */
  stop(graceMs?: number): Promise<void>;
}

const heartbeatMs = 5_000, reconcileMs = 10_000, feedMs = 1_000, sealMs = 500, cutOffMs = 750;
const defaults = { leaseMs: 30_000, planBatch: 256, broadcastBatch: 200, normalizeBatch: 200, confirmWindow: 16 };

/** All loops of one worker process. Several workers may run at once; each takes what the others have not locked. */
export function createWorker(ports: Ports, options: WorkerOptions): Worker {
  const { worker, planners, signals, onError } = options;
  const leaseMs = options.leaseMs ?? defaults.leaseMs;
  const settler = createSettler(ports, (error) => { onError("settle", error); });
  const delivery = createDelivery({ ports, worker, leaseMs, settler, onError });
  const stopping = new AbortController();
  const confirming: ConfirmOptions = { worker, leaseMs, settler, window: defaults.confirmWindow };
  const confirmations = new Map<string, Confirmations>();
  const loops: Record<string, Loop> = {};
  const wake = (...names: string[]): void => { for (const name of names) loops[name]?.wake(); };
  const loop = (name: string, idleMs: number, step: () => Promise<number>): void => { loops[name] = startLoop(name, step, { idleMs, onError }); };

  loop("normalize", 500, () => normalizeWaiting(ports, defaults.normalizeBatch));
  loop("broadcast", 500, spaced(() => ports.broadcasts.passOn(defaults.broadcastBatch)));
  loop("plan", 500, spaced(() => planWaiting(ports, planners, options.planBatch ?? defaults.planBatch)));
  loop("dispatch", 500, spaced(() => delivery.dispatch()));
  loop("confirm", 500, () => confirm(ports, confirmations, confirming));
  loop("reconcile", reconcileMs, async () => { options.onReconciled?.(await reconcile(ports)); return 0; });
  if (options.heartbeat) loop("heartbeat", heartbeatMs, async () => { await options.heartbeat?.({ calls: delivery.calls() }); return 0; });
  if (options.sealOrders) loop("seal", sealMs, async () => Number((await options.sealOrders?.()) ?? false));
  if (options.pollFeeds) loop("feeds", feedMs, async () => (await options.pollFeeds?.(stopping.signal)) ?? 0);
  if (options.attendCompleteness) loop("completeness", feedMs, async () => (await options.attendCompleteness?.(stopping.signal)) ?? 0);
  if (options.attendBulk) loop("bulk", feedMs, async () => (await options.attendBulk?.(stopping.signal)) ?? 0);
  if (options.attendBrokers) loop("brokers", feedMs, async () => (await options.attendBrokers?.(stopping.signal)) ?? 0);

  const listening = signals.on((signal) => {
    if (signal === "messages") wake("normalize");
    else if (signal === "broadcasts") wake("broadcast");
    else if (signal === "facts") wake("plan");
    else if (signal === "commands") wake("dispatch");
    else wake("confirm", "dispatch");
  });

  return {
    wakeAll: () => { wake("normalize", "broadcast", "plan", "dispatch", "confirm"); },
    async stop(graceMs = 3_000) {
      listening();
      stopping.abort();
      const stopped = Promise.all([...Object.values(loops).map((one) => one.stop()), delivery.stop()]);
      const calls = (): number => delivery.calls() + [...confirmations.values()].reduce((sum, one) => sum + one.calls, 0);
      await settledWithin(graceMs, calls);
      delivery.abort();
      // What is cut off answers at once, or its lease sees to it.
      await settledWithin(cutOffMs, () => delivery.calls());
      await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, cutOffMs).unref())]);
      for (const one of confirmations.values()) one.giveBack();
      await settler.flush();
    },
  };
}

/** Under load, what comes within this time is taken together: one plan for several facts, one claim for several calls. */
const spacingMs = 15;

/** A step that begins at most every `spacingMs`; the first after a rest begins at once. */
function spaced(step: () => Promise<number>): () => Promise<number> {
  let last = -Infinity;
  return async () => {
    const wait = last + spacingMs - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    last = performance.now();
    return step();
  };
}

async function settledWithin(ms: number, calls: () => number): Promise<void> {
  for (const until = performance.now() + ms; calls() > 0 && performance.now() < until; ) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Starts look-ups and read-backs of every connector that has some due. */
async function confirm(ports: Ports, confirmations: Map<string, Confirmations>, options: ConfirmOptions): Promise<number> {
  let begun = 0;
  for (const { connector, unknown, unverified } of await ports.commands.connectorsWithDoubt()) {
    let own = confirmations.get(connector);
    if (!own) confirmations.set(connector, (own = new Confirmations(ports, connector, options)));
    if (unknown) begun += await own.lookUp();
    if (unverified) begun += await own.verify();
  }
  return begun;
}
