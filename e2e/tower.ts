import { readFileSync } from "node:fs";
import path from "node:path";

export type Role = "viewer" | "ops" | "finance" | "admin";
export interface Account { email: string; password: string; role: Role }
interface RunFile { web: string; demoAccounts: Account[]; systems: { name: string; url: string }[] }
interface Landscape { systems: { name: string; url: string; webhookSecret?: string; credentials: { apiKey?: string; clientId?: string; clientSecret?: string } }[] }

export const root = path.resolve(import.meta.dirname, "..");
/** Where the tower under test keeps its state; set by playwright.config.ts unless the caller chose another. */
export const stateDir = path.resolve(root, process.env["TOWER_STATE_DIR"] ?? ".tower/e2e");
/** Relative ones are meant from the root: the tower and its tools are started there. */
export const toolEnv = { ...process.env, TOWER_STATE_DIR: stateDir };

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
