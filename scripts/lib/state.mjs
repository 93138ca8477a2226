import { randomBytes, randomInt } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inState, shown } from "./place.mjs";
import { Refusal } from "./voice.mjs";

/** @typedef {{ email: string, password: string, role: string }} DemoAccount */

/** Written whole or not at all, readable by its owner only. @param {string} file @param {unknown} value */
function writePrivate(file, value) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** @param {string} file */
function readState(file) {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Refusal(`${shown(file)} is damaged: restore it, or delete it to have it made anew.`);
  }
}

/**
 * Made once for each installation. Losing the file means: sessions end, the secrets of connectors must be entered again,
 * and the embedded database cannot be opened.
 * @returns {{ databasePassword: string, sessionSecret: string, encryptionKey: string }}
 */
export function secrets() {
  const file = inState("secrets.json");
  const known = readState(file);
  if (known) return known;
  const made = { databasePassword: randomBytes(24).toString("base64url"), sessionSecret: randomBytes(32).toString("base64url"), encryptionKey: randomBytes(32).toString("base64") };
  writePrivate(file, made);
  return made;
}

/** 80 random bits in letters and digits that are hard to mistake for each other. */
function readablePassword() {
  const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  return Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join("")).join("-");
}

const ROLES = ["ops", "finance", "admin", "viewer"];

/** The accounts of the demo, for the seed to make; `fresh` when their passwords were chosen just now. */
export function demoAccounts() {
  const file = inState("demo-accounts.json");
  const known = /** @type {DemoAccount[] | null} */ (readState(file));
  if (known) return { accounts: known, fresh: false };
  const accounts = ROLES.map((role) => ({ email: `${role}@hartline.example`, password: readablePassword(), role }));
  writePrivate(file, accounts);
  return { accounts, fresh: true };
}

/** @returns {{ name: string, url: string }[]} */
export function simulatedSystems() {
  const systems = readState(inState("landscape.json"))?.systems ?? [];
  return systems.map((/** @type {{ name: string, url: string }} */ { name, url }) => ({ name, url }));
}

const runFile = () => inState("run.json");

/** What checks and scripts need to know of the running tower. The only writer of `run.json`. @param {{ web: string, demo: boolean }} run */
export function writeRunFile({ web, demo }) {
  writePrivate(runFile(), { web, demoAccounts: demo ? demoAccounts().accounts : [], systems: demo ? simulatedSystems() : [] });
}

/** @returns {string | null} where the tower that runs, or ran last, is found */
export const lastAddress = () => readState(runFile())?.web ?? null;

/** Addresses of an earlier run must not be taken for those of this one. */
export const forgetRun = () => rmSync(runFile(), { force: true });
