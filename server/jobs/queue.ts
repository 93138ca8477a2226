import { PgBoss, type Db } from "pg-boss";
import { jobNames, jobs, type JobName, type JobPayload } from "./catalog";
import type { Handlers } from "./handlers";

export interface JobLog { done(name: JobName, count: number): void; failed(name: string, error: unknown): void }
export interface Queue {
  /** Refuses a payload that is not the job's. */
  send<N extends JobName>(name: N, payload: JobPayload<N>): Promise<string | null>;
  stop(): Promise<void>;
}

/**
 * Takes part in the queue as a worker: makes the queues and schedules of the catalogue and works on them. Several workers
 * share them; a schedule fires once. `db` runs SQL over connections that the process has already.
 */
export async function startQueue(db: Db, handlers: Handlers, log: JobLog): Promise<Queue> {
  const boss = new PgBoss({ db, schema: "queue" });
  boss.on("error", (error) => { log.failed("queue", error); });
  await boss.start();
  for (const name of jobNames) {
    // Of a scheduled job at most one waits; bulk acts are never dropped.
    const { schedule, timeoutSeconds, retry } = jobs[name];
    await boss.createQueue(name, { policy: schedule === null ? "standard" : "short", expireInSeconds: timeoutSeconds, retryLimit: retry.limit, retryDelay: retry.delaySeconds });
    if (schedule !== null) await boss.schedule(name, schedule, {});
    await boss.work(name, { pollingIntervalSeconds: 10 }, async ([given]) => { if (given) await run(name, given.data, handlers, log); });
  }
  return {
    send: async (name, payload) => boss.send(name, jobs[name].payload.parse(payload) as object),
    stop: () => boss.stop({ graceful: false, close: false }),
  };
}

async function run<N extends JobName>(name: N, data: unknown, handlers: Handlers, log: JobLog): Promise<void> {
  try {
    log.done(name, await handlers[name](jobs[name].payload.parse(data ?? {}) as JobPayload<N>));
  } catch (error) {
    log.failed(name, error);
    throw error;
  }
}
