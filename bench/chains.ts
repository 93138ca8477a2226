import { acceptAll, untilCalled, untilQuiet, type Bench } from "./bench";
import { databaseCpuMs } from "./cpu";
import type { Measured } from "./figures";

/** Long enough for a machine a tenth as fast as it should be. */
const limitMs = (chains: number): number => 60_000 + chains * 100;

/**
 * Whole orders from a backlog: all are in the inbox before the worker starts, and the time runs until the last has its tax
 * committed and nothing of any of them waits. Answers chains a second and calls for each.
 */
async function run(bench: Bench, chains: number, profile?: string): Promise<{ perSecond: number; calls: number; workerMs: number; databaseMs: number | null }> {
  const { stub, worker, tower } = bench;
  await acceptAll(bench, chains);
  await stub.forget();
  if (profile) await worker.profile(profile);
  const workerBefore = (await worker.used()).cpuMs, databaseBefore = await databaseCpuMs(tower.pool);
  const began = performance.now();
  await worker.start();
  await untilCalled(stub, "commit_tax", chains, limitMs(chains), tower.pool);
  await untilQuiet(tower.pool, limitMs(chains));
  const seconds = (performance.now() - began) / 1000;
  await worker.stop();
  const workerMs = (await worker.used()).cpuMs - workerBefore, databaseAfter = await databaseCpuMs(tower.pool);
  if (profile) await worker.profiled();
  return {
    perSecond: chains / seconds, calls: (await stub.counts()).total / chains,
    workerMs: workerMs / chains, databaseMs: databaseBefore === null || databaseAfter === null ? null : (databaseAfter - databaseBefore) / chains,
  };
}

/** A short run whose figures nobody looks at, after which code is compiled and connections stand. */
export async function warmUp(bench: Bench): Promise<void> {
  await run(bench, bench.options.quick ? 20 : 1_000);
  await bench.tower.pool.query("analyze");
}

export async function measureChains(bench: Bench, no: number): Promise<Measured> {
  const { profile, chains } = bench.options;
  const { perSecond, calls, workerMs, databaseMs } = await run(bench, chains, profile === null ? undefined : `${profile}/chains-${no}.cpuprofile`);
  return { chainsPerSecond: perSecond, callsPerChain: calls, callsPerSecond: perSecond * calls, workerCpuMsPerChain: workerMs, databaseCpuMsPerChain: databaseMs };
}

export async function measureSlowChains(bench: Bench): Promise<Measured> {
  await bench.stub.slow(100, 2_000);
  try {
    return { chainsPerSecondOnePercentSlow: (await run(bench, bench.options.chains)).perSecond };
  } finally {
    await bench.stub.slow(0, 0);
  }
}
