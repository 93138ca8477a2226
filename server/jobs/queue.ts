import { PgBoss, type Db } from "pg-boss";
import { jobNames, jobs, type JobName } from "./catalog";
import type { Handlers } from "./handlers";

export interface JobLog { done(name: JobName, count: number): void; failed(name: string, error: unknown): void }
export interface Queue { stop(): Promise<void> }

/**
 * Takes part in the queue as a worker: makes the queues and schedules of the catalogue and works on them. Several workers
 * share them; a schedule fires once. `db` runs SQL over connections that the process has already.
 */
export async function startQueue(db: Db, handlers: Handlers, log: JobLog): Promise<Queue> {
  const boss = new PgBoss({ db, schema: "queue" });
  boss.on("error", (error) => { log.failed("queue", error); });
  await boss.start();
  for (const name of jobNames) {
    // At most one of each waits.
    const { schedule, timeoutSeconds, retry } = jobs[name];
    await boss.createQueue(name, { policy: "short", expireInSeconds: timeoutSeconds, retryLimit: retry.limit, retryDelay: retry.delaySeconds });
    await boss.schedule(name, schedule, {});
    await boss.work(name, { pollingIntervalSeconds: 10 }, () => run(name, handlers, log));
  }
  return { stop: () => boss.stop({ graceful: false, close: false }) };
}

async function run(name: JobName, handlers: Handlers, log: JobLog): Promise<void> {
  try {
    log.done(name, await handlers[name]());
  } catch (error) {
    log.failed(name, error);
    throw error;
  }
}
