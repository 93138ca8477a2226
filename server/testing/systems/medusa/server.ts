import { createHash } from "node:crypto";
import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { withConnection } from "../../../../scripts/lib/database.mjs";
import { alone, identityOf } from "../../../../scripts/lib/holders.mjs";
import { usePostgres } from "../../../../scripts/lib/pg.mjs";
import { inState } from "../../../../scripts/lib/place.mjs";
import { freeNear } from "../../../../scripts/lib/ports.mjs";
import { secrets } from "../../../../scripts/lib/state.mjs";
import { seed, type Shop } from "./seed";

const HTTP_PORT = 24397, POSTGRES_PORT = 24393, START_LIMIT_MS = 180_000;
// what a crash loses here is lost with the run anyway
const FAST = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
const FILES = ["package.json", "package-lock.json"];
/** Ours, read by Medusa at each start. */
const OWN = ["medusa-config.js", "card-provider.js"];
const MODULE = path.join(import.meta.dirname, "../../../integrations/medusa/ledgerline-medusa");
const login = { email: "clerk@shop.example", password: "only-on-loopback" };

export type Ask = (method: "GET" | "POST", path: string, body?: object) => Promise<any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- foreign JSON, asserted on in tests
export interface MedusaServer extends Shop {
  url: string;
  /** As a clerk, at paths such as `/admin/orders`, or as a buyer at `/store/…`; fails on an error. */
  ask: Ask;
  /** Without a chance to put anything in order; what it knows stays in its database. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Stops it and drops its database. */
  stop(): Promise<void>;
}
export interface Boot { /** The tower that is told. */ tower?: { url: string; connector: string; secret: string } }

/** Installs Medusa apart from the product, once for each lock file, in the state folder, with the module that this project ships as a customer adds it. */
async function installed(): Promise<string> {
  const folder = inState("medusa"), mark = path.join(folder, "installed");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await alone(inState("medusa.lock"), async () => {
    const digest = createHash("sha256").update(FILES.map((name) => readFileSync(path.join(import.meta.dirname, name), "utf8")).join("")).digest("hex");
    if (!existsSync(mark) || readFileSync(mark, "utf8") !== digest) {
      for (const name of FILES) copyFileSync(path.join(import.meta.dirname, name), path.join(folder, name));
      const { status, stderr } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder, encoding: "utf8" });
      if (status !== 0) throw new Error(`Medusa could not be installed: ${stderr.slice(-2000)}`);
      writeFileSync(mark, digest);
    }
    for (const name of OWN) copyFileSync(path.join(import.meta.dirname, name), path.join(folder, name));
    cpSync(MODULE, path.join(folder, "node_modules/ledgerline-medusa"), { recursive: true });
  });
  return folder;
}

const quiet = { MEDUSA_DISABLE_TELEMETRY: "true", NODE_ENV: "production", LOG_LEVEL: "warn" } as const;
interface Running { end(how: "ask" | "kill"): Promise<void> }
async function run(install: string, port: number, database: string, tower: Boot["tower"]): Promise<Running> {
  const pushing = tower ? { ...tower, pollMs: 100, firstRetryMs: 200, longestRetryMs: 1000, timeoutMs: 2000 } : {};
  const child = fork(path.join(import.meta.dirname, "boot.mjs"), [JSON.stringify({ install, port })], { stdio: ["ignore", "pipe", "pipe", "ipc"], env: { ...process.env, ...quiet, DATABASE_URL: database, LEDGERLINE: JSON.stringify(pushing) } });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => { log = `${log}${chunk.toString()}`.slice(-4000); });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => { child.kill("SIGKILL"); reject(new Error(`Medusa did not start: ${log}`)); }, START_LIMIT_MS);
    child.once("exit", (code) => { clearTimeout(timer); reject(new Error(`Medusa ended with ${code}: ${log}`)); });
    child.once("message", () => { clearTimeout(timer); resolve(); });
  });
  return { end: async (how) => { if (child.exitCode === null && child.signalCode === null) { const gone = once(child, "exit"); if (how === "kill") child.kill("SIGKILL"); else child.disconnect(); await gone; } } };
}

function command(install: string, database: string, args: readonly string[]): void {
  const { status, stderr, stdout } = spawnSync(process.execPath, ["node_modules/@medusajs/cli/cli.js", ...args], { cwd: install, encoding: "utf8", env: { ...process.env, ...quiet, DATABASE_URL: database } });
  if (status !== 0) throw new Error(`medusa ${args[0] ?? ""} failed: ${(stderr || stdout).slice(-2000)}`);
}

async function signedIn(url: string): Promise<Ask> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  // two that change one order at once: the workflow of one was taken back whole, and a clerk presses again
  const press = async (method: string, at: string, body: object | undefined, presses: number): Promise<Response> => {
    const answer = await fetch(`${url}${at}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (answer.status !== 409 || presses <= 1) return answer;
    await answer.text();
    await pause(250);
    return press(method, at, body, presses - 1);
  };
  const ask: Ask = async (method, at, body) => {
    const answer = await press(method, at, body, 8);
    if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
    return answer.json();
  };
  const { token } = await ask("POST", "/auth/user/emailpass", login) as { token: string };
  headers["authorization"] = `Bearer ${token}`;
  return (method, at, body) => ask(method, at, body);
}

/** A Medusa of its own on loopback over a fresh copy of the seeded shop. It ends with this process. */
export async function startMedusa({ tower }: Boot = {}): Promise<MedusaServer> {
  const postgres = await usePostgres({ dataDir: inState("pg-systems"), password: secrets().databasePassword, port: POSTGRES_PORT, settings: FAST });
  const drop = (name: string) => withConnection(postgres.url("postgres"), (one) => one(`drop database if exists "${name}" with (force)`));
  try {
    const install = await installed();
    // one at a time: a port that is free is only taken at the end of a start
    const { shop, port, name, first } = await alone(inState("medusa.start.lock"), async () => {
      const port = await freeNear(HTTP_PORT), { template, shop } = await templateOf(postgres.url, install, port), name = `medusa_run_${process.pid}_${port}`;
      await withConnection(postgres.url("postgres"), (one) => one(`create database "${name}" template "${template}"`));
      return { shop, port, name, first: await run(install, port, postgres.url(name), tower) };
    });
    const url = `http://127.0.0.1:${port}`;
    let running = first;
    return {
      ...shop, url, ask: await signedIn(url),
      kill: () => running.end("kill"),
      restart: async () => { running = await run(install, port, postgres.url(name), tower); },
      stop: async () => { await running.end("ask"); await drop(name); await postgres.leave(); },
    };
  } catch (error) {
    await postgres.leave();
    throw error;
  }
}

/** The migrated and seeded database, made once (about 20 s) for these packages, this seed and our module's migrations. */
async function templateOf(address: (database: string) => string, install: string, port: number): Promise<{ template: string; shop: Shop }> {
  const made = [...FILES.map((file) => path.join(import.meta.dirname, file)), path.join(import.meta.dirname, "seed.ts"), path.join(MODULE, "migrations/Migration20261127000000_LedgerlineOutbox.js")];
  const template = `medusa_template_${createHash("sha256").update(made.map((file) => readFileSync(file, "utf8")).join("")).digest("hex").slice(0, 12)}`, kept = path.join(install, `${template}.json`), draft = "medusa_draft";
  const isKnown = await withConnection(address("postgres"), async (ask): Promise<boolean> => {
    const names = (await ask("select datname as name from pg_database where datname like 'medusa\\_%'")).map(({ name }: { name: string }) => name);
    const left = names.filter((name: string) => (name.startsWith("medusa_run_") ? identityOf(Number(name.split("_")[2])) === null : name === draft));
    for (const name of left) await ask(`drop database "${name}" with (force)`);
    return names.includes(template) && existsSync(kept);
  });
  if (!isKnown) {
    process.stderr.write("making Medusa's database, once for these packages and this seed (about half a minute) ...\n");
    await withConnection(address("postgres"), async (ask) => { await ask(`drop database if exists "${template}" with (force)`); await ask(`create database ${draft}`); });
    command(install, address(draft), ["db:migrate", "--skip-scripts", "--skip-search", "--execute-safe-links"]);
    command(install, address(draft), ["user", "-e", login.email, "-p", login.password]);
    const running = await run(install, port, address(draft), undefined);
    try {
      writeFileSync(kept, JSON.stringify(await seed(await signedIn(`http://127.0.0.1:${port}`))), { mode: 0o600 });
    } finally {
      await running.end("ask");
    }
    await withConnection(address("postgres"), (ask) => ask(`alter database ${draft} rename to "${template}"`));
  }
  return { template, shop: JSON.parse(readFileSync(kept, "utf8")) as Shop };
}
