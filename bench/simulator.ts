import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { Bench } from "./bench";
import type { Measured } from "./figures";

const root = path.resolve(import.meta.dirname, "..");

/** Other seeds in each run: `npm run simulate` as a person starts it, by its own clock, so that the start of its processes does not count. */
export async function measureSimulator({ options: { seeds } }: Bench, no: number): Promise<Measured> {
  const child = spawn(process.execPath, [...process.execArgv, "server/testing/simulation/main.ts", "--seeds", String(seeds), "--seed", String(1 + (no - 1) * seeds)], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit") as Promise<[number | null]>]);
  if (code !== 0) throw new Error(`the simulator ended with ${code ?? "a signal"}: ${said.slice(-300)}`);
  const perSecond = /\(([\d.]+) seeds a second\)/.exec(said)?.[1];
  return { simulatorRunsPerSecond: perSecond === undefined ? null : Number(perSecond) };
}
