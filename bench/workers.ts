import { acceptAll, untilCalled, untilQuiet, type Bench } from "./bench";
import type { FigureKey, Measured } from "./figures";
import { startWorkerProcess, type WorkerProcess } from "./processes";

const limitMs = (chains: number): number => 60_000 + chains * 100;
const sizes: readonly { workers: number; key: FigureKey }[] = [{ workers: 1, key: "chainsPerSecondWorkers1" }, { workers: 2, key: "chainsPerSecondWorkers2" }, { workers: 4, key: "chainsPerSecondWorkers4" }];

/** As `chainsPerSecond`, by so many worker processes together. */
async function run({ stub, tower, ...bench }: Bench, workers: readonly WorkerProcess[], chains: number): Promise<number> {
  await acceptAll({ stub, tower, ...bench }, chains);
  await stub.forget();
  const began = performance.now();
  await Promise.all(workers.map((worker) => worker.start()));
  await untilCalled(stub, "commit_tax", chains, limitMs(chains), tower.pool);
  await untilQuiet(tower.pool, limitMs(chains));
  const seconds = (performance.now() - began) / 1000;
  await Promise.all(workers.map((worker) => worker.stop()));
  return chains / seconds;
}

export async function measureWorkers(bench: Bench): Promise<Measured> {
  const { quick, chains } = bench.options, others = await Promise.all([1, 2, 3].map(() => startWorkerProcess(bench.say))), all = [bench.worker, ...others];
  try {
    await run(bench, all, quick ? 20 : 500); // nobody looks at this one: their code is compiled after it
    const figures: Measured = {};
    for (const { workers, key } of sizes) figures[key] = await run(bench, all.slice(0, workers), chains);
    return figures;
  } finally {
    await Promise.all(others.map((worker) => worker.end()));
  }
}

/**
 * The only worker is killed in the middle of a backlog, when a quarter of it is posted, and another process is started at once, as whoever
 * watches over it does. What was under way is looked up when its lease has ended (30 s), never sent a second time before.
 */
export async function measureRecovery(bench: Bench): Promise<Measured> {
  const { stub, tower, options: { chains } } = bench;
  await acceptAll(bench, chains);
  await stub.forget();
  const first = await startWorkerProcess(bench.say);
  await first.start();
  await untilCalled(stub, "post_invoice", Math.ceil(chains / 4), limitMs(chains), tower.pool);
  await first.kill();
  const killed = performance.timeOrigin + performance.now(), next = await startWorkerProcess(bench.say);
  try {
    await next.start();
    await untilQuiet(tower.pool, limitMs(chains));
    const cleared = performance.timeOrigin + performance.now();
    const { rows: [posting] } = await tower.pool.query<{ ms: number }>(
      "select (extract(epoch from min(a.started_at)) * 1000)::float8 as ms from attempt a join command c on c.id = a.command_id where c.kind = 'post_invoice' and a.purpose = 'send' and a.outcome = 'confirmed' and a.started_at > to_timestamp($1::float8 / 1000)", [killed]);
    return { recoveryFirstPostingSeconds: posting ? (posting.ms - killed) / 1000 : null, recoveryClearedSeconds: (cleared - killed) / 1000 };
  } finally {
    await next.end();
  }
}
