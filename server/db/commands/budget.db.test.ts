import { afterEach, beforeEach, expect, it } from "vitest";
import { addMs } from "@/server/domain/instant";
import { budgetOf, defaultRules } from "@/server/domain/resilience";
import { sendOnce } from "@/server/pipeline/deliver";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting } from "@/server/pipeline/plan";
import { ample, anotherProcess, createEngine, type Engine } from "@/server/testing/memory/engine";
import { acknowledging } from "@/server/testing/memory/small-planner";
import { order } from "@/server/testing/world/builders";

let engine: Engine, workers: ReturnType<typeof anotherProcess>[];
beforeEach(async () => { engine = await createEngine(); workers = Array.from({ length: 4 }, () => anotherProcess(engine)); });
afterEach(async () => { await Promise.all(workers.map(({ pool }) => pool.end())); await engine.close(); });

async function wanted(count: number): Promise<void> {
  await engine.say(...Array.from({ length: count }, (_, index) => order(`SO-${index}`).line("1", "A", 1, "1.00")));
  while ((await normalizeWaiting(engine.ports, 200)) + (await engine.ports.broadcasts.passOn(500)) + (await planWaiting(engine.ports, { order: acknowledging }, 200)) > 0);
}

it("calls at once are never more than the connector takes, with four workers that claim in the same moment, again and again", async () => {
  await wanted(120);
  for (let round = 0; round < 8; round++) {
    await Promise.all(workers.flatMap(({ ports }, no) => [1, 2].map((turn) => ports.commands.claim({ worker: `w${no}.${turn}`, connector: "shop", lane: "operations", limit: 2, leaseMs: 30_000, budget: ample("operations") }))));
    expect(await engine.value("select count(*)::int from command where state = 'sending'")).toBe(6);
    await engine.pool.query("update command set state = 'confirmed', lease_until = null where state = 'sending'");
  }
});

it("a breaker that one worker's calls opened stands for all others and for one that starts anew; so does the time that a target named", async () => {
  await wanted(30);
  const [one, two] = workers as [(typeof workers)[number], (typeof workers)[number]], claim = ({ ports }: { ports: Engine["ports"] }, worker: string) => ports.commands.claim({ worker, connector: "shop", lane: "operations", limit: 6, leaseMs: 30_000, budget: ample("operations") });
  const runtime = (await engine.landscape.find("shop"))!, now = () => new Date().toISOString();
  engine.landscape.faults.push({ connector: "shop", does: "down", times: 6 });
  await one.ports.commands.settle(await Promise.all((await claim(one, "w1")).map((command) => sendOnce(one.ports, runtime, command, new AbortController().signal))));
  const fresh = anotherProcess(engine);
  workers.push(fresh);
  expect([await claim(two, "w2"), await claim(fresh, "w3")]).toEqual([[], []]);
  expect(await engine.rows("select code from exception_item where state = 'open'")).toEqual([{ code: "TEC-01" }]);
  await engine.pool.query("update breaker set probe_at = now()");
  const [probe, ...others] = await claim(fresh, "w3");
  expect([probe?.isProbe, others, await claim(two, "w2")]).toEqual([true, [], []]);
  const limited = await sendOnce(fresh.ports, runtime, probe!, new AbortController().signal);
  await fresh.ports.commands.settle([{ ...limited, to: "wanted", outcome: "retryable", httpStatus: 429, failure: { code: "TEC-01", message: "later" }, reference: null, result: null, dueAt: now(), callAgainAt: addMs(now(), 1_500), verifyDueAt: null, events: [] }]);
  expect(await engine.rows("select state from breaker")).toEqual([{ state: "closed" }]);
  expect([await claim(one, "w1"), await claim(two, "w2"), await claim(fresh, "w3")]).toEqual([[], [], []]);
  // what is left to postings comes first: a quarter of two seconds
  await new Promise((resolve) => setTimeout(resolve, 2_300));
  expect((await claim(two, "w2")).length).toBe(6);
});

it("calls of a minute are never more than the connector takes, with four workers that claim as often as they can", async () => {
  await wanted(120);
  const budget = budgetOf("operations", { ...defaultRules, concurrency: 1000, perMinute: 600 }), began = performance.now();
  const claims = async ({ ports }: (typeof workers)[number], no: number): Promise<number> => {
    let taken = 0;
    while (performance.now() - began < 2_500) taken += (await ports.commands.claim({ worker: `w${no}`, connector: "shop", lane: "operations", limit: 50, leaseMs: 30_000, budget })).length;
    return taken;
  };
  const taken = (await Promise.all(workers.map(claims))).reduce((sum, count) => sum + count, 0), seconds = (performance.now() - began) / 1000;
  // three quarters of twenty that were kept, and ten a second since
  expect(taken).toBeLessThanOrEqual(15 + Math.ceil(10 * seconds));
  expect(taken).toBeGreaterThanOrEqual(15 + Math.floor(10 * 2.4) - 1);
});
