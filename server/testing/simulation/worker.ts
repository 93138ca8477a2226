import type { Planners } from "@/server/pipeline/plan";
import { Confirmations, type ConfirmOptions } from "@/server/pipeline/confirm";
import { DeliveryLane } from "@/server/pipeline/deliver";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting } from "@/server/pipeline/plan";
import type { Ports } from "@/server/pipeline/ports";
import { reconcile } from "@/server/pipeline/reconcile";
import { createSettler } from "@/server/pipeline/settler";

export type LoopName = "normalize" | "broadcast" | "plan" | "dispatch" | "confirm" | "reconcile";
/** A worker's loops; each is woken by nudges that may be lost, and looks by itself ever more seldom. */
export interface SimulatedWorker { wake(loop: LoopName): void }
export interface WorkerParts {
  ports: Ports; name: string; planners: Planners; leaseMs: number; batch: number; pause(ms: number): { over: Promise<void>; end(): void };
  /** False: a look of this loop would find nothing, and is left out; a run has thousands of these. */
  isWorth(loop: LoopName): boolean;
}

const firstIdleMs = 100, lastIdleMs = 100_000, growth = 10, afterErrorMs = 500;

/** The stages of the real pipeline, each in a loop of its own as in `server/jobs/run-worker.ts`. */
export function startWorker({ ports, name, planners, leaseMs, batch, pause, isWorth }: WorkerParts): SimulatedWorker {
  // What could not be settled is seen to by its lease.
  const settler = createSettler(ports, () => undefined);
  const delivering = { worker: name, leaseMs, settler }, confirming: ConfirmOptions = { worker: name, leaseMs, settler, window: 16 };
  const lanes = new Map<string, DeliveryLane>(), confirmations = new Map<string, Confirmations>();
  const loops = new Map<LoopName, { isWoken: boolean; rest: { over: Promise<void>; end(): void } | null }>();

  const dispatch = async (): Promise<number> => {
    let begun = 0;
    for (const { connector, lane } of await ports.commands.lanesWithWork()) {
      const key = `${connector}/${lane}`, known = lanes.get(key) ?? new DeliveryLane(ports, connector, lane, delivering);
      lanes.set(key, known);
      begun += await known.topUp();
    }
    return begun;
  };
  const confirm = async (): Promise<number> => {
    let begun = 0;
    for (const { connector, unknown, unverified } of await ports.commands.connectorsWithDoubt()) {
      const own = confirmations.get(connector) ?? new Confirmations(ports, connector, confirming);
      confirmations.set(connector, own);
      if (unknown) begun += await own.lookUp();
      if (unverified) begun += await own.verify();
    }
    return begun;
  };
  const start = async (loop: LoopName, step: () => Promise<number>): Promise<never> => {
    const state: { isWoken: boolean; rest: { over: Promise<void>; end(): void } | null } = { isWoken: false, rest: null };
    loops.set(loop, state);
    for (let idleMs = firstIdleMs; ;) {
      state.isWoken = false;
      let did = 0, waitMs = idleMs;
      try { did = isWorth(loop) ? await step() : 0; } catch { waitMs = afterErrorMs; }
      if (did > 0) { idleMs = firstIdleMs; continue; }
      if (state.isWoken as boolean) { idleMs = firstIdleMs; continue; }
      state.rest = pause(waitMs);
      await state.rest.over;
      state.rest = null;
      idleMs = (state.isWoken as boolean) ? firstIdleMs : Math.min(lastIdleMs, idleMs * growth);
    }
  };

  void start("normalize", () => normalizeWaiting(ports, batch));
  void start("broadcast", () => ports.broadcasts.passOn(batch));
  void start("plan", () => planWaiting(ports, planners, batch));
  void start("dispatch", dispatch);
  void start("confirm", confirm);
  void start("reconcile", async () => { await reconcile(ports); return 0; });
  return { wake(loop) { const state = loops.get(loop); if (state) { state.isWoken = true; state.rest?.end(); } } };
}
