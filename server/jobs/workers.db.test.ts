import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planners } from "@/server/domain/planners";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting } from "@/server/pipeline/plan";
import type { Ports } from "@/server/pipeline/ports";
import { anotherProcess, createEngine, type Engine, type TestPlanners } from "@/server/testing/memory/engine";
import { messageOf } from "@/server/testing/memory/landscape";
import { runToRest } from "@/server/testing/memory/ports";
import { gossiping, invoicing, planner } from "@/server/testing/memory/small-planner";
import { credit, customer, item, order, periods, ships } from "@/server/testing/world/builders";
import { createWorker, type Worker } from "./run-worker";

let engine: Engine;
const others: ReturnType<typeof anotherProcess>[] = [];
const errors: string[] = [];
beforeEach(async () => { engine = await createEngine({ concurrency: 16 }); errors.length = 0; });
afterEach(async () => { await Promise.all(others.splice(0).map(({ pool }) => pool.end())); await engine.close(); });

let started = 0;
/** A worker with connections of its own, as another process has. */
function start(use: TestPlanners, change: (ports: Ports) => Ports = (ports) => ports, leaseMs = 2_000): Worker {
  const process = anotherProcess(engine);
  others.push(process);
  return createWorker(change(process.ports), { worker: `worker-${++started}`, planners: use, signals: process.stores.signals, leaseMs, onError: (loop, error) => { errors.push(`${loop}: ${(error as Error).message}`); } });
}
async function until(condition: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms; ${errors.slice(0, 3).join("; ")}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const idle = async (): Promise<boolean> => engine.value<boolean>(`select not exists (select 1 from inbound_message where state = 'received') 
  and not exists (select 1 from outbox) and not exists (select 1 from wake where due_at <= now())`);

describe("several workers", () => {
  it("come to rest over 200 subjects that all speak to each other, without a deadlock", { timeout: 120_000 }, async () => {
    const size = 200, ring = gossiping(size);
    const workers = Array.from({ length: 4 }, () => start({ order: ring }));
    for (let version = 1; version <= 3; version++) {
      const numbers = Array.from({ length: size }, (_, index) => (index * 37 + version * 11) % size);
      for (let from = 0; from < size; from += 25) await engine.stores.inbox.store(numbers.slice(from, from + 25).map((no) => messageOf(order(`SO-${no}`).line("1", "A", 1, "1.00").with({ version }), `v${version}-${no}`)));
      for (const worker of workers) worker.wakeAll();
    }
    await until(idle, 100_000);
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(errors).toEqual([]);
    expect(await engine.rows("select count(*)::int as subjects, sum(m.quantity)::int as ordered from subject s join (select subject_id, sum(quantity) as quantity from movement group by 1) m on m.subject_id = s.id")).toEqual([{ subjects: size, ordered: size * 3 }]);
    expect(await engine.value("select count(*)::int from slice where valid_to is null and quantity = 3")).toBe(size);
    expect(await engine.value("select count(*)::int from exception_item where state = 'open'")).toBe(0);
  });

  it("that are told to stop give back the look-ups and read-backs that have no answer yet: nobody counts a death, and the next may ask at once", { timeout: 60_000 }, async () => {
    await engine.say(periods(1, "2026-01-01 00:00"), item("A"), customer("C-1"), credit("C-1", 1, "2026-01-01 00:00", "1000000.00", "0.00"));
    await engine.say(...["SO-1", "SO-2"].flatMap((number, at) => [order(number).line("1", "A", 10 + at, "12.50"), ships(`SH-${number}`, "2026-03-02 14:00", [{ order: number, line: "1", item: "A", quantity: 10 + at }])]));
    await runToRest(engine.ports, planners);
    const invoices = () => engine.rows("select state, deaths, lease_owner is not null as leased, verified_at is not null as verified from command where kind = 'post_invoice' order by id");
    const done = { state: "confirmed", deaths: 0, leased: false, verified: true };
    expect(await invoices()).toEqual([done, done]);
    await engine.pool.query("update command set verified_at = null, verify_due_at = now() - interval '1 second' where kind = 'post_invoice'");
    await engine.pool.query("update command set state = 'unknown', due_at = now() - interval '1 second', verify_due_at = null where id = (select max(id) from command where kind = 'post_invoice')");
    const silent = () => new Promise<never>(() => undefined);
    const worker = start(planners, (ports) => ({ ...ports, connectors: { ...ports.connectors, lookup: silent, verify: silent } }), 600_000);
    await until(async () => (await engine.value<number>("select count(*)::int from command where kind = 'post_invoice' and lease_owner is not null")) === 2);
    await worker.stop(0);
    expect(await invoices()).toEqual([{ ...done, verified: false }, { ...done, state: "unknown", verified: false }]);
    await runToRest(engine.ports, planners);
    expect(await invoices()).toEqual([done, done]);
  });

  it("that die in the middle leave nothing doubled and nothing lost", { timeout: 180_000 }, async () => {
    const orders = 30;
    await engine.say(periods(1, "2026-01-01 00:00"), item("A"), ...Array.from({ length: 5 }, (_, no) => [customer(`C-${no}`), credit(`C-${no}`, 1, "2026-01-01 00:00", "1000000.00", "0.00")]).flat());
    const told = Array.from({ length: orders }, (_, no) => [
      order(`SO-${no}`).customer(`C-${no % 5}`).line("1", "A", 10, "12.50"), ships(`SH-${no}`, "2026-03-02 14:00", [{ order: `SO-${no}`, line: "1", item: "A", quantity: 10 }]),
    ]).flat();
    engine.landscape.latencyMs = 100;
    for (let death = 0; death < 5; death++) {
      // What a killed process had under way never settles: its promises are dropped.
      let isDead = false;
      const worker = start(planners, (ports) => ({ ...ports, commands: { ...ports.commands, settle: (rows) => (isDead ? new Promise(() => undefined) : ports.commands.settle(rows)) } }));
      await engine.stores.inbox.store(told.slice(death * 12, death * 12 + 12).map((thing, index) => messageOf(thing, `d${death}-${index}`)));
      worker.wakeAll();
      // Death finds calls under way, however slow the machine is.
      await until(async () => (await engine.value<number>("select count(*)::int from command where state = 'sending'")) > 0, 30_000);
      isDead = true;
      void worker.stop(0);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    engine.landscape.latencyMs = 5;
    const survivor = start(planners);
    await until(async () => (await idle()) && (await engine.value("select count(*)::int from command where kind = 'commit_tax' and state = 'confirmed'")) === orders
      && (await engine.value("select count(*)::int from command where state in ('wanted', 'sending', 'unknown')")) === 0, 150_000);
    await survivor.stop();
    expect(engine.landscape.erp.documents).toHaveLength(orders);
    expect(new Set(engine.landscape.erp.documents.map(({ reference }) => reference)).size).toBe(orders);
    expect(await engine.rows("select state, count(*)::int as count from command where kind = 'post_invoice' group by 1")).toEqual([{ state: "confirmed", count: orders }]);
    expect(await engine.value("select count(*)::int from attempt where outcome = 'unknown'")).toBeGreaterThan(0);
  });
});

it("a connector that does not answer and has thousands waiting delays no posting elsewhere", { timeout: 120_000 }, async () => {
  const wish = (kind: "acknowledge_order" | "post_invoice", payload: Record<string, unknown>, now: string) => ({ kind, slot: "", sequence: 1, payload, blockedBy: [], amount: null, dueSince: now });
  const both = planner((input) => (input.facts.length === 0 ? {} : { wanted: [wish("acknowledge_order", { order: input.subject.key, version: 1 }, input.now), ...(invoicing.plan(input).wanted)] }));
  await engine.stores.inbox.store(Array.from({ length: 100 }, (_, no) => messageOf(order(`SO-${no}`).line("1", "A", 1, "1.00"), `both-${no}`)));
  while ((await normalizeWaiting(engine.ports, 100)) + (await planWaiting(engine.ports, { order: both }, 100)) > 0);
  await engine.pool.query(`insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id)
    select natural_key || '#' || n, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id from command cross join generate_series(1, 50) n where kind = 'acknowledge_order'`);
  engine.landscape.faults.push({ connector: "shop", does: "hang", times: 100_000 });
  const begun = performance.now(), workers = [start({ order: both }), start({ order: both })];
  await until(async () => (await engine.value<number>("select count(*)::int from command where kind = 'post_invoice' and state = 'confirmed'")) === 100, 60_000);
  expect(performance.now() - begun).toBeLessThan(30_000);
  expect(await engine.rows("select count(*)::int as done from command where kind = 'acknowledge_order' and state = 'confirmed'")).toEqual([{ done: 0 }]);
  await Promise.all(workers.map((worker) => worker.stop(0)));
});

describe("a worker that is told to stop", () => {
  it("settles what ends in time, leaves the rest to its lease, and is gone within 5 s", async () => {
    await engine.say(periods(1, "2026-01-01 00:00"), customer("C-1"), item("A"), credit("C-1", 1, "2026-01-01 00:00", "1000000.00", "0.00"));
    engine.landscape.faults.push({ connector: "tax", does: "hang" });
    const worker = start(planners);
    await engine.say(order("SO-1").line("1", "A", 1, "1.00"));
    worker.wakeAll();
    await until(async () => (await engine.value("select count(*)::int from command where kind = 'estimate_tax' and state = 'sending'")) === 1);
    const begun = performance.now();
    await worker.stop(500);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(await engine.rows("select state from command where kind = 'estimate_tax'")).toEqual([{ state: "unknown" }]);
  });
});
