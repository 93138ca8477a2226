import { readFileSync } from "node:fs";
import path from "node:path";

export type Role = "viewer" | "ops" | "finance" | "admin";
export interface Account { email: string; password: string; role: Role }
interface RunFile { web: string; demoAccounts: Account[]; systems: { name: string; url: string }[] }
interface Landscape { systems: { name: string; url: string; webhookSecret?: string; credentials: { apiKey?: string } }[] }

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

export interface ItemNames { canonical: string; shop: string; baseUnit: string; units: { unit: string; numerator: number }[] }
/** What every system calls the same thing. */
export const names = (): { items: ItemNames[] } => read<{ items: ItemNames[] }>("landscape-xref.json");
