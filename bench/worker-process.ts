import { Session, type Profiler } from "node:inspector/promises";
import { writeFile } from "node:fs/promises";
import { createBulkRunner } from "@/server/db/bulk/run";
import { planners } from "@/server/domain/planners";
import { createWorker, type Worker } from "@/server/jobs/run-worker";
import { wire } from "./wiring";

/** What the parent asks; each is answered by a message with the same `id`. */
export type Order = { id: number; do: "start" | "stop" | "memory" } | { id: number; do: "profile"; file: string } | { id: number; do: "profiled" };
export interface Reply { id: number; rssMb: number; cpuMs: number; errors: readonly string[] }

/** A worker as in production (`server/jobs/worker.ts`), told by its parent when its loops run. */
export async function work(): Promise<void> {
  const { ports, stores, pool, changes } = wire();
  await pool.query("select 1");
  const errors: string[] = [];
  const listening = new AbortController();
  const running: { worker: Worker | null } = { worker: null };
  let profiler: Session | null = null;
  let file = "";
  void (async () => { for await (const _ of changes(listening.signal, 5)) running.worker?.wakeAll(); })();

  const obey = async (order: Order): Promise<void> => {
    if (order.do === "start") running.worker ??= createWorker(ports, { worker: `bench/${process.pid}`, planners, signals: stores.signals, attendBulk: createBulkRunner(pool), onError: (loop, error) => { errors.push(`${loop}: ${(error as Error).message}`); } });
    if (order.do === "stop") { await running.worker?.stop(); running.worker = null; }
    if (order.do === "profile") {
      file = order.file;
      profiler = new Session();
      profiler.connect();
      await profiler.post("Profiler.enable");
      await profiler.post("Profiler.start");
    }
    if (order.do === "profiled" && profiler) {
      const { profile }: { profile: Profiler.Profile } = await profiler.post("Profiler.stop");
      await writeFile(file, JSON.stringify(profile));
      profiler.disconnect();
      profiler = null;
    }
    process.send?.({ id: order.id, rssMb: process.memoryUsage.rss() / 1_048_576, cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1000, errors: errors.splice(0) } satisfies Reply);
  };
  process.on("message", (order: Order) => { void obey(order); });
  process.on("disconnect", () => { process.exit(0); });
  process.send?.({ ready: true });
}
