import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { run } from "./run";
import { settingOf } from "./setting";
import { shrink, tellStory } from "./shrink";

const usage = "npm run simulate -- [--seeds N] [--seed S] [--orders M] [--trace]\n  N seeds from S on (default 1000 from 1); each with M orders (default: 1 to 12, as the seed says)\n";
const { values } = parseArgs({ options: { seeds: { type: "string", default: "1000" }, seed: { type: "string", default: "1" }, orders: { type: "string" }, trace: { type: "boolean", default: false }, of: { type: "string" }, help: { type: "boolean", default: false } } });
const number = (text: string): number => { const value = Number(text); if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${text} is no whole number above 0\n${usage}`); return value; };
const first = number(values.seed), count = number(values.seeds), orders = values.orders === undefined ? undefined : number(values.orders);
const say = (line: string): void => { process.stdout.write(`${line}\n`); };

interface Tally { failed: number[]; happened: number; orders: number }

/** Every `shares`th seed, from the `share`th on. */
async function play(share: number, shares: number): Promise<Tally> {
  const tally: Tally = { failed: [], happened: 0, orders: 0 };
  for (let seed = first + share; seed < first + count; seed += shares) {
    const setting = settingOf(seed, orders), outcome = await run(setting, { keepsTrace: values.trace });
    tally.happened += outcome.happened;
    tally.orders += setting.stories.length;
    if (values.trace) say(outcome.trace.join("\n"));
    if (outcome.violations.length === 0) continue;
    tally.failed.push(seed);
    const smallest = await shrink(setting);
    say(tellStory(smallest, await run(smallest, { keepsTrace: true })));
  }
  return tally;
}

/** The same program again, with a share of the seeds. */
const inProcess = (share: number, shares: number): Promise<Tally> => new Promise((resolve, reject) => {
  const child = fork(import.meta.filename, [...process.argv.slice(2), "--of", `${share}/${shares}`]);
  let tally: Tally | null = null;
  child.on("message", (said) => { tally = said as Tally; });
  child.on("exit", (code) => { if (tally) resolve(tally); else reject(new Error(`a process with seeds ended with ${code ?? "a signal"}`)); });
});

if (values.help) say(usage);
else if (values.of !== undefined) {
  const [share = 0, shares = 1] = values.of.split("/").map(Number);
  const tally = await play(share, shares);
  process.send?.(tally, () => { process.disconnect(); });
} else {
  const began = performance.now(), shares = Math.min(count, availableParallelism());
  const tallies = shares === 1 ? [await play(0, 1)] : await Promise.all(Array.from({ length: shares }, (_, share) => inProcess(share, shares)));
  const failed = tallies.flatMap((tally) => tally.failed).sort((a, b) => a - b), sum = (what: "happened" | "orders"): number => tallies.reduce((total, tally) => total + tally[what], 0), seconds = (performance.now() - began) / 1000;
  say(`${count} seeds, ${sum("orders")} orders, ${sum("happened")} things happened in ${seconds.toFixed(1)} s with ${shares} processes (${(count / seconds).toFixed(1)} seeds a second): ${failed.length === 0 ? "none failed" : `${failed.length} failed: ${failed.slice(0, 20).join(", ")}`}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
