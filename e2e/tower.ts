import { readFileSync } from "node:fs";
import path from "node:path";

export type Role = "viewer" | "ops" | "finance" | "admin";
export interface Account { email: string; password: string; role: Role }
interface RunFile { web: string; demoAccounts: Account[]; systems: { name: string; url: string }[] }
interface Landscape { systems: { name: string; url: string; webhookSecret?: string; credentials: { apiKey?: string; clientId?: string; clientSecret?: string } }[] }

export const root = path.resolve(import.meta.dirname, "..");
/**
 * The towers under test. Each has a state, a database, simulated systems and ports of its own, so what one test does in its tower no test beside it
 * sees. The variables of the environment say where the first one is; TOWERS how many there are.
 */
export const towers = Array.from({ length: Number(process.env["TOWERS"] ?? "1") }, (_, index) => {
  const [port, systems] = [Number(process.env["PORT"] ?? "3390") + index, Number(process.env["LANDSCAPE_PORT_BASE"] ?? "4301") + index * 10];
  const stateDir = path.resolve(root, `${process.env["TOWER_STATE_DIR"] ?? ".tower/e2e"}${index === 0 ? "" : `-${index + 1}`}`);
  return { web: `http://127.0.0.1:${port}`, stateDir, env: { TOWER_STATE_DIR: stateDir, PORT: String(port), LANDSCAPE_PORT_BASE: String(systems) } };
});

/** Each worker of Playwright has a tower to itself; one that takes the place of another takes its tower too. */
const own = towers[Number(process.env["TEST_PARALLEL_INDEX"] ?? "0")];
if (!own) throw new Error("there are more workers than towers: set TOWERS");
export const stateDir = own.stateDir;
export const toolEnv = { ...process.env, ...own.env };

const read = <T>(file: string): T => JSON.parse(readFileSync(path.join(stateDir, file), "utf8")) as T;

/** Address and accounts, as the running tower wrote them for checks. */
export const runFile = (): RunFile => read<RunFile>("run.json");

export function account(role: Role): Account {
  const found = runFile().demoAccounts.find((each) => each.role === role);
  if (!found) throw new Error(`run.json names no account for ${role}`);
  return found;
}

/** A simulated system with the secrets that its partner knows. */
export function system(name: string): Landscape["systems"][number] {
  const found = read<Landscape>("landscape.json").systems.find((each) => each.name === name);
  if (!found) throw new Error(`landscape.json names no system ${name}`);
  return found;
}

interface Names {
  items: { shop: string; erp: string; baseUnit: string; units: { unit: string; numerator: number }[] }[];
  customers: { erp: string; name: string; shipTos: { erp?: string; canonical: string }[] }[];
  units: { canonical: string; erp: string | null }[];
  terms: { erp: string }[];
  warehouses: { canonical: string; shop: string }[];
}
/** What every system calls the same thing. The tower speaks of things as finance does. */
export const names = (): Names => read<Names>("landscape-xref.json");
const unitName = (canonical: string | undefined): string => names().units.find((unit) => unit.canonical === canonical)?.erp ?? "PCS";

/** A pack that one of these items of the shop is kept in, or its base unit where it has none. */
export function packOf(shopItems: readonly string[]): string {
  const item = names().items.find(({ shop }) => shopItems.includes(shop));
  return unitName(item?.units.find(({ numerator }) => numerator > 1)?.unit ?? item?.baseUnit);
}
