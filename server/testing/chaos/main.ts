import { parseArgs } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { cuttingProxy } from "@/server/testing/systems/cutting-proxy";
import { leftOpen, oracle, unfinished, wrong, type Verdict } from "@/server/testing/survival/aftermath";
import { surround, type Surroundings } from "@/server/testing/survival/landscape";
import { raise } from "./cast";
import { faults, landscapeOf, type Fault, type Stage } from "./faults";
import { startDatabase } from "./postgres";
import { report, type Struck } from "./report";

/**
 * Traffic with faults while processes are killed, the database falls over and answers are eaten; then everything is left alone until
 * the ledgers are equal to the oracle's, or the time is up. Exit code 0: to the cent, and nothing left over. Nothing outside of
 * loopback is touched, and every process ends with this one.
 */
const { values } = parseArgs({
  options: { orders: { type: "string", default: "200" }, faults: { type: "string" }, seed: { type: "string", default: "1" }, workers: { type: "string", default: "2" }, json: { type: "boolean", default: false } },
});
const whole = (name: string, text: string): number => { if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`--${name} takes a whole number above zero, not ${text}.`); return Number(text); };
const orders = whole("orders", values.orders), workers = whole("workers", values.workers), wanted = whole("faults", values.faults ?? String(Math.max(faults.length, Math.ceil(orders / 25))));
const portBase = 23_000 + (process.pid % 200) * 20, between = { leastMs: 1_000, mostMs: 3_000 }, usualMs = 7_000;
const settleWithinMs = 300_000 + orders * 200;

/** Mulberry32 from the seed: which faults come, in which order, on whom. When exactly is up to the machine. */
function diceOf(seed: string): { below(count: number): number } {
  let state = [...seed].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5);
  return {
    below(count) {
      state = (state + 0x6d2b79f5) | 0;
      const mixed = Math.imul(state ^ (state >>> 15), state | 1), again = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
      return ((again ^ (again >>> 14)) >>> 0) % count;
    },
  };
}

const say = (text: string): void => { process.stderr.write(`[chaos +${(performance.now() / 1000).toFixed(0)}s] ${text}\n`); };

/** Every fault that can be done here once, then by weight. */
function next(stage: Stage, possible: readonly Fault[], turn: number): Fault {
  const first = possible[turn];
  if (first) return first;
  let at = stage.dice.below(possible.reduce((sum, { weight }) => sum + weight, 0));
  return possible.find(({ weight }) => (at -= weight) < 0) ?? faults[0]!;
}

async function hurt(stage: Stage, struck: Struck): Promise<void> {
  const possible = faults.filter((fault) => (fault.impossible?.(stage) ?? null) === null);
  for (const fault of faults) if (!possible.includes(fault)) struck.skip(fault.name, fault.impossible?.(stage) ?? "");
  for (let turn = 0; struck.count() < wanted; turn += 1) {
    await pause(between.leastMs + stage.dice.below(between.mostMs - between.leastMs));
    const fault = next(stage, possible, turn);
    if (await fault.strike(stage)) struck.add(fault.name);
    say(`${struck.count()} of ${wanted}: ${fault.name}`);
  }
}

/** Asked again and again, as systems may still be coming back. The oracle reads every ledger, which takes a core from those who work: it is asked once nothing is unfinished. */
async function settled(surroundings: Surroundings, url: string): Promise<{ verdict: Verdict; left: string[] }> {
  for (const until = Date.now() + settleWithinMs; ; await pause(5_000)) {
    const left = await unfinished(url), late = Date.now() > until;
    if (left.length > 0 && !late) { say(`${left.length} unfinished`); continue; }
    const verdict = await oracle(surroundings);
    if (late || wrong(verdict).length === 0) return { verdict, left };
    say(`${wrong(verdict).length} differences`);
  }
}

/** The connector calls another address from now on. */
async function leadThrough(surroundings: Surroundings, system: string, url: string): Promise<void> {
  const { clientSecret } = landscapeOf(surroundings).find(({ name }) => name === system)?.credentials ?? {};
  const set = await surroundings.run("server/cli/main.ts", ["connector", "set", system, "--settings", JSON.stringify({ url }), "--secret", "clientSecret=CHAOS_SECRET"], "", { CHAOS_SECRET: clientSecret });
  if (set.code !== 0) throw new Error(set.stderr);
}

const leavings: (() => Promise<unknown>)[] = [];
async function run(): Promise<boolean> {
  const database = await startDatabase();
  leavings.push(() => database.leave());
  const surroundings = await surround({ databaseUrl: database.url, portBase, speed: 6000, demo: true, revive: true });
  leavings.push(() => surroundings.stop());
  const erp = await cuttingProxy(`http://127.0.0.1:${portBase + 6}`);
  leavings.push(() => erp.close());
  await leadThrough(surroundings, "erp", erp.url);
  const dice = diceOf(values.seed), cast = raise(surroundings, workers, (below) => dice.below(below));
  leavings.push(() => cast.stop());
  await pause(5_000);
  const struck: Struck = report();
  const perMinute = Math.max(20, Math.ceil((orders * 60_000) / (wanted * usualMs)));
  const traffic = surroundings.run("server/landscape/generate.ts", ["--orders", String(orders), "--seed", values.seed, "--faults", "--every-story", "--patient", "--rate", String(perMinute)]);
  await hurt({ cast, database, surroundings, erp, dice }, struck);
  const told = await traffic;
  if (told.code !== 0) throw new Error(`The traffic ended early: ${told.stderr}`);
  say("left alone; waiting until the ledgers agree");
  const { verdict, left } = await settled(surroundings, database.url);
  const books = await surroundings.run("server/cli/main.ts", ["conservation"]);
  const exceptions = await leftOpen(surroundings, "exceptions"), holds = await leftOpen(surroundings, "holds");
  return struck.conclude({ verdict, left, books: { proved: books.stdout.trim().split("\n").at(-1) ?? "", drifts: books.code !== 0 }, exceptions, holds }, values.json);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => { void leave().then(() => { process.exit(1); }); });
async function leave(): Promise<void> { for (const one of leavings.splice(0).reverse()) await one().catch((error: unknown) => { say(String(error)); }); }
try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await leave();
}
process.exit();
