import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { CuttingProxy } from "@/server/testing/systems/cutting-proxy";
import type { Surroundings } from "@/server/testing/survival/landscape";
import type { Cast } from "./cast";
import { crashPoints } from "./crash-points";
import type { ChaosDatabase } from "./postgres";

export interface Stage { cast: Cast; database: ChaosDatabase; surroundings: Surroundings; erp: CuttingProxy; dice: Dice }
export interface Dice { below(count: number): number }
/** One way to hurt a running tower. */
export interface Fault {
  name: string;
  /** How often among all, relative to the others. */
  weight: number;
  /** Why it cannot be done here; absent where it can. */
  impossible?(stage: Stage): string | null;
  /** Strikes and lets go again; false where nothing was struck after all. */
  strike(stage: Stage): Promise<boolean>;
}

const crashWithinMs = 20_000, stallMs = 20_000, awayMs = 10_000, fullMs = 4_000, skewMs = 600_000, skewedForMs = 8_000;
const systems = ["shop", "wms", "carrier", "tax", "payments", "crm", "erp"] as const;

const struck = async (work: Promise<unknown>): Promise<boolean> => { await work; return true; };
interface Rules { faults: { rule: object }[] }
interface System { name: string; url: string; pid?: number; credentials: { clientSecret?: string } }
/** The simulated systems, as they have written themselves down. */
export const landscapeOf = ({ state }: Surroundings): System[] => (JSON.parse(readFileSync(path.join(state, "landscape.json"), "utf8")) as { systems: System[] }).systems;

/** Kills a simulated system; it comes back with its journal, and with the faults that it had. */
async function killSystem({ surroundings, dice }: Stage): Promise<boolean> {
  const name = systems[dice.below(systems.length)], read = () => landscapeOf(surroundings).find((system) => system.name === name);
  const system = read();
  if (system?.pid === undefined) return false;
  const doors = `${system.url}/_faults`;
  const rules = (await (await fetch(doors)).json()) as Rules;
  process.kill(system.pid, "SIGKILL");
  for (const until = Date.now() + 30_000; Date.now() < until; await pause(200)) {
    if (read()?.pid === system.pid) continue;
    const laid = await fetch(doors, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(rules.faults.map(({ rule }) => rule)) }).catch(() => null);
    if (laid?.ok === true) return true;
  }
  throw new Error(`${String(name)} did not come back.`);
}

/** What stands between worker and ERP does something to the next posting calls. */
async function cutAnswers({ erp }: Stage, lose: "answer" | "half"): Promise<boolean> {
  const before = erp.struck();
  erp.cut({ when: /^(POST|PUT) (?!\/oauth2)/, lose }, 3);
  await pause(5_000);
  return erp.struck() > before;
}

async function makeWay({ erp }: Stage, way: "stalled" | "away", ms: number): Promise<boolean> {
  erp.make(way);
  await pause(ms);
  erp.make("open");
  return true;
}

export const faults: readonly Fault[] = [
  { name: "a worker killed", weight: 8, strike: ({ cast }) => struck(cast.killWorker()) },
  { name: "a worker killed at a named point", weight: 16, strike: ({ cast, dice }) => cast.crashAt(crashPoints[dice.below(crashPoints.length)] ?? crashPoints[0], 1 + dice.below(4), crashWithinMs) },
  { name: "the doors of the web killed", weight: 4, strike: ({ cast }) => struck(cast.killDoors()) },
  { name: "all workers and the doors killed at once", weight: 2, strike: ({ cast }) => struck(cast.killAll()) },
  { name: "PostgreSQL killed", weight: 4, strike: ({ database }) => struck(database.kill()) },
  { name: "every connection to PostgreSQL cut", weight: 4, strike: async ({ database }) => (await database.cutConnections()) > 0 },
  { name: "the database's disk full", weight: 2, impossible: ({ database }) => (database.limited ? null : "a file system of limited size cannot be mounted here"), strike: ({ database }) => struck(database.fillDisk(fullMs)) },
  { name: "a simulated system killed", weight: 6, strike: killSystem },
  { name: "answers of the ERP lost after its commit", weight: 5, strike: (stage) => cutAnswers(stage, "answer") },
  { name: "answers of the ERP cut in their middle", weight: 3, strike: (stage) => cutAnswers(stage, "half") },
  { name: "the way to the ERP stalled", weight: 2, strike: (stage) => makeWay(stage, "stalled", stallMs) },
  { name: "the ERP out of reach", weight: 2, strike: (stage) => makeWay(stage, "away", awayMs) },
  { name: "a worker's clock ten minutes ahead", weight: 2, strike: ({ cast }) => struck(cast.shiftClock(skewMs, skewedForMs)) },
  { name: "a worker's clock ten minutes behind", weight: 2, strike: ({ cast }) => struck(cast.shiftClock(-skewMs, skewedForMs)) },
];
