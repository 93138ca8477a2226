import { PgBoss } from "pg-boss";
import type { Bench } from "./bench";
import type { Measured } from "./figures";
import { callStub, chain } from "./plain-calls";

interface Step { subject: string; step: number }
/** As many at once as the worker's connectors may have. */
const atOnce = 64;
const queue = "bench_chain";

/**
 * The peer: the same calls as steps of a durable queue (pg-boss, on the same PostgreSQL), each claimed, called and committed
 * together with the step that follows it. Nothing is planned, looked up, read back or kept of the answers.
 */
export async function measureQueueChains({ stub, options, tower }: Bench): Promise<Measured> {
  const chains = options.quick ? 50 : 1_000;
  const db = { executeSql: (text: string, values?: unknown[]) => tower.pool.query(text, values) };
  const boss = new PgBoss({ db, schema: "bench_queue", supervise: false, schedule: false });
  boss.on("error", (error) => { throw error; });
  await boss.start();
  try {
    await boss.createQueue(queue, { policy: "standard", retryLimit: 3, expireInSeconds: 300 });
    await boss.insert(queue, Array.from({ length: chains }, (_, no) => ({ data: { subject: `queue:${no}`, step: 0 } satisfies Step })));
    let done = 0;
    const lane = async (): Promise<void> => {
      while (done < chains) {
        const [job] = await boss.fetch<Step>(queue);
        if (!job) { await new Promise((resolve) => setTimeout(resolve, 5)); continue; }
        const { subject, step } = job.data;
        await callStub(stub, subject, step);
        if (step + 1 < chain.length) await commit(tower.pool, boss, job.id, { subject, step: step + 1 });
        else { await boss.complete(queue, job.id); done += 1; }
      }
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: atOnce }, lane));
    return { queueChainsPerSecond: chains / ((performance.now() - began) / 1000) };
  } finally {
    await boss.deleteQueue(queue);
    await boss.stop({ graceful: false, close: false });
  }
}

/** What was done and what comes next stand together or not at all. */
async function commit(pool: Bench["tower"]["pool"], boss: PgBoss, id: string, next: Step): Promise<void> {
  const client = await pool.connect();
  try {
    const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };
    await client.query("begin");
    await boss.complete(queue, id, undefined, { db });
    await boss.send(queue, next, { db });
    await client.query("commit");
  } finally {
    client.release();
  }
}
