import { postEvents } from "@/server/api/public/events";
import { accept, freshOrders, requestOf, type Bench } from "./bench";
import type { Measured } from "./figures";

const batchSize = 500;
/** Requests under way at once: some for each connection of the pool. */
const atOnce = 16;

export async function inLanes<T>(lanes: number, tasks: readonly T[], run: (task: T) => Promise<void>): Promise<number> {
  let next = 0;
  const began = performance.now();
  await Promise.all(Array.from({ length: lanes }, async () => { while (next < tasks.length) await run(tasks[next++] as T); }));
  return (performance.now() - began) / 1000;
}

/**
 * The handler of `POST /api/v1/events` with a real key: bearer check, contract, identity, bytes stored and committed before
 * the answer. Beside it what PostgreSQL does at best: one row of the same size with one commit each, over the same pool.
 */
export async function measureEvents(bench: Bench): Promise<Measured> {
  const { options: { quick }, tower } = bench;
  const singles = freshOrders(bench, quick ? 300 : 4_000).map(({ event }) => event);
  await inLanes(atOnce, freshOrders(bench, 100), ({ event }) => accept(bench, event));
  const single = await inLanes(atOnce, singles, async (event) => {
    const response = await postEvents(tower.services, requestOf(bench.key, event));
    if (response.status !== 202) throw new Error(`the front door answered ${response.status}`);
    await response.arrayBuffer();
  });
  const count = quick ? 4 : 40;
  const orders = freshOrders(bench, count * batchSize).map(({ event }) => event);
  const batches = Array.from({ length: count }, (_, at) => orders.slice(at * batchSize, (at + 1) * batchSize));
  const batch = await inLanes(2, batches, (events) => accept(bench, events));
  // They were only to be stored: no worker takes them.
  await tower.pool.query("update inbound_message set state = 'excluded', error_message = 'benchmark' where state = 'received'");
  return { eventsPerSecondSingle: singles.length / single, eventsPerSecondBatch: orders.length / batch, plainInsertsPerSecond: await plainInserts(bench, singles.map((event) => Buffer.from(JSON.stringify(event)))) };
}

async function plainInserts({ tower: { pool } }: Bench, bodies: readonly Buffer[]): Promise<number> {
  await pool.query("create table if not exists bench_plain (id bigint generated always as identity primary key, connector text not null, source_message_id text not null, body bytea not null, received_at timestamptz not null default now())");
  try {
    const tasks = bodies.map((body, at) => ({ name: "bench_plain", text: "insert into bench_plain (connector, source_message_id, body) values ($1, $2, $3)", values: ["shop", `bench|${at}`, body] }));
    return bodies.length / (await inLanes(atOnce, tasks, async (task) => { await pool.query(task); }));
  } finally {
    await pool.query("drop table bench_plain");
  }
}
