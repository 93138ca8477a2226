import { afterEach, beforeEach, expect, it } from "vitest";
import { budgetOf } from "@/server/domain/resilience";
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

it("calls of a minute are never more than the connector takes, with four workers that claim as often as they can", async () => {
  await wanted(120);
  const budget = budgetOf("operations", { concurrency: 1000, perMinute: 600 }), began = performance.now();
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
