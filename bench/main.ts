import { mkdirSync } from "node:fs";
import { composition } from "@/server/composition";
import { untilQuiet, type Bench } from "./bench";
import { measureBurst } from "./burst";
import { measureChains, measureSlowChains, warmUp } from "./chains";
import { measureEvents } from "./events";
import { mediansOf, tableOf, type Measured } from "./figures";
import { measureFlood } from "./flood";
import { measureBusyCustomer, measureLargeOrder } from "./large";
import { measureLatency } from "./latency";
import { measureMemory } from "./memory";
import { optionsFrom, type Options, type Part } from "./options";
import { measurePlainCalls } from "./plain-calls";
import { preparePlans, type Plans } from "./plans";
import { measureQueueChains } from "./queue-chains";
import { measureReconciliation } from "./reconciliation";
import { startStub, startWorkerProcess } from "./processes";
import { layGround } from "./setting";
import { measureSimulator } from "./simulator";
import { measureRecovery, measureWorkers } from "./workers";

/** `npm run bench`: what the tower does in a second, beside its limits on the same machine. Figures: docs/performance.md. */
const say = (line: string): void => { process.stderr.write(`bench: ${line}\n`); };
/** What a chain asks of other systems where the chains themselves were not run. */
const usualCalls = 7;

async function measure(bench: Bench, plans: Plans | null, no: number): Promise<Measured> {
  const { options } = bench;
  const figures: Measured = {};
  const part = async (name: Part, run: () => Promise<Measured> | Measured): Promise<void> => {
    if (!options.only.includes(name)) return;
    const began = performance.now();
    Object.assign(figures, await run());
    say(`run ${no} of ${options.runs}: ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  };
  if (plans) await part("plan", () => plans.measure(options.quick));
  await part("chains", () => measureChains(bench, no));
  await part("plain", () => measurePlainCalls(bench, figures.callsPerChain ?? usualCalls));
  await part("queue", () => measureQueueChains(bench));
  await part("slow", () => measureSlowChains(bench));
  await part("latency", () => measureLatency(bench, figures.chainsPerSecond ?? 100));
  await part("events", () => measureEvents(bench));
  await part("workers", () => measureWorkers(bench));
  await part("recovery", () => measureRecovery(bench));
  await part("flood", () => measureFlood(bench));
  await part("large", () => measureLargeOrder(bench));
  await part("busy", () => measureBusyCustomer(bench));
  await part("simulator", () => measureSimulator(bench, no));
  return figures;
}

async function bench(options: Options): Promise<void> {
  if (options.profile !== null) mkdirSync(options.profile, { recursive: true });
  const plans = options.only.includes("plan") ? await preparePlans() : null;
  const tower = await composition();
  const stub = await startStub();
  const worker = await startWorkerProcess(say);
  try {
    const key = await layGround(tower, stub);
    const own: Bench = { options, tower, stub, worker, key, say, serial: { next: 0 } };
    await worker.start();
    await untilQuiet(tower.pool, 120_000);
    await worker.stop();
    await warmUp(own);
    const runs: Measured[] = [];
    for (let no = 1; no <= options.runs; no += 1) runs.push(await measure(own, plans, no));
    // last and once: memory only grows, and every run before it is part of a worker's life
    if (options.only.includes("memory")) runs.push(await measureMemory(own));
    if (options.only.includes("burst")) runs.push(await measureBurst(own));
    if (options.only.includes("reconcile")) runs.push(await measureReconciliation(own));
    const figures = mediansOf(runs);
    process.stdout.write(`${options.json ? JSON.stringify(figures, null, 2) : tableOf(figures, runs)}\n`);
  } finally {
    await plans?.end();
    await worker.end();
    await stub.end();
    await tower.close();
  }
}

const [first, role, size] = process.argv.slice(2);
if (first === "--as" && role === "stub") await (await import("./stub-server")).serveStub();
else if (first === "--as" && role === "worker") await (await import("./worker-process")).work();
else if (first === "--as" && role === "plan") (await import("./plan-cost")).plan(Number(size));
else {
  try {
    await bench(optionsFrom(process.argv.slice(2)));
  } catch (error) {
    say((error as Error).message);
    process.exitCode = 1;
  }
}
