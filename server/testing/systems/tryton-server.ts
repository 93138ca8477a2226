import { createHash } from "node:crypto";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { TestProject } from "vitest/node";
import { withConnection } from "../../../scripts/lib/database.mjs";
import { alone } from "../../../scripts/lib/holders.mjs";
import { usePostgres } from "../../../scripts/lib/pg.mjs";
import { inState } from "../../../scripts/lib/place.mjs";
import { freeNear } from "../../../scripts/lib/ports.mjs";
import { secrets } from "../../../scripts/lib/state.mjs";

export interface TrytonPasswords { connector: string; clerk: string; picker: string }
declare module "vitest" {
  export interface ProvidedContext {
    tryton: { url: string; postgres: string; template: string; passwords: TrytonPasswords };
  }
}

const POSTGRES_PORT = 54393, HTTP_PORT = 54394, START_LIMIT_MS = 30_000;
// what a crash loses here is lost with the run anyway
const FAST = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
/** Debian's interpreter: its packages are not on the path of any other. */
const PYTHON = "/usr/bin/python3";
const MODULES = ["sale", "sale_credit_limit"];
const SEED = path.join(import.meta.dirname, "tryton-seed.py");

/** The same for one installation of this tree, so that a kept template can still be signed in to. Tryton wants no character twice. */
const passwordOf = (login: string): string => [...new Set(createHash("sha256").update(`${secrets().databasePassword} ${login}`).digest("base64url"))].slice(0, 20).join("");

/**
 * Tryton on a PostgreSQL of its own. Its template, a schema with the seed's company (about a minute and a half to make), stays in the
 * state folder until seed, modules or year change; every test file gets a copy of it.
 */
export default async function serveTryton(project: TestProject): Promise<() => Promise<void>> {
  const server = await usePostgres({ dataDir: inState("pg-systems"), password: secrets().databasePassword, port: POSTGRES_PORT, settings: FAST });
  const folder = inState("tryton");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const passwords = { connector: passwordOf("ledgerline"), clerk: passwordOf("clerk"), picker: passwordOf("picker") };
  const port = await freeNear(HTTP_PORT), config = path.join(folder, `trytond-${port}.conf`);
  writeFileSync(config, `[database]\nuri = ${server.url("")}\n[web]\nlisten = 127.0.0.1:${port}\n[session]\ntimeout = 3600\n`, { mode: 0o600 });
  const daemon: { process?: ChildProcess } = {};
  const leave = async () => {
    await stop(daemon.process);
    rmSync(config, { force: true });
    await server.leave();
  };
  try {
    const template = `tryton_${createHash("sha256").update(JSON.stringify([readFileSync(SEED, "utf8"), MODULES, new Date().getUTCFullYear(), passwords])).digest("hex").slice(0, 12)}`;
    await alone(inState("pg-systems.template.lock"), () => makeTemplate({ server, template, config, passwords }));
    const log = openSync(path.join(folder, "trytond.log"), "a", 0o600);
    daemon.process = spawn(PYTHON, ["/usr/bin/trytond", "-c", config], { stdio: ["ignore", log, log] });
    closeSync(log);
    await answering(`http://127.0.0.1:${port}/`, daemon.process);
    project.provide("tryton", { url: `http://127.0.0.1:${port}`, postgres: server.url("postgres"), template, passwords });
  } catch (error) {
    await leave();
    throw error;
  }
  return leave;
}

interface Making { server: Awaited<ReturnType<typeof usePostgres>>; template: string; config: string; passwords: TrytonPasswords }

async function makeTemplate({ server, template, config, passwords }: Making): Promise<void> {
  const draft = "tryton_draft";
  const known = await withConnection(server.url("postgres"), async (ask) => {
    const names = (await ask("select datname as name from pg_database where datname like 'tryton\\_%' or datname like 'systems\\_%'")).map(({ name }: { name: string }) => name);
    for (const name of names.filter((each: string) => each !== template && !server.shared())) await ask(`drop database "${name}" with (force)`);
    if (!names.includes(template)) { await ask(`drop database if exists ${draft} with (force)`); await ask(`create database ${draft}`); }
    return names.includes(template);
  });
  if (known) return;
  process.stderr.write("making Tryton's database, once for this seed and year (about two minutes) ...\n");
  const password = `${config}.password`;
  writeFileSync(password, secrets().databasePassword, { mode: 0o600 });
  try {
    run(["/usr/bin/trytond-admin", "-c", config, "-d", draft, "-u", ...MODULES, "--activate-dependencies", "--email", "admin@hartline.example"], { TRYTONPASSFILE: password });
    run([SEED, config, draft], { CONNECTOR_PASSWORD: passwords.connector, CLERK_PASSWORD: passwords.clerk, PICKER_PASSWORD: passwords.picker });
  } finally {
    rmSync(password, { force: true });
  }
  await withConnection(server.url("postgres"), (ask) => ask(`alter database ${draft} rename to ${template}`));
}

function run(args: string[], env: Record<string, string>): void {
  const done = spawnSync(PYTHON, args, { env: { ...process.env, ...env }, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${path.basename(args[0] ?? "")} failed: ${(done.stderr || done.stdout).trim().split("\n").slice(-3).join(" / ")}`);
}

/** @throws where it ends or says nothing in time */
async function answering(url: string, daemon: ChildProcess): Promise<void> {
  for (const end = Date.now() + START_LIMIT_MS; Date.now() < end; await pause(50)) {
    if (daemon.exitCode !== null) throw new Error("trytond ended at once: see tryton/trytond.log in the state folder");
    if (await fetch(url).then(() => true, () => false)) return;
  }
  throw new Error("trytond does not answer: see tryton/trytond.log in the state folder");
}

async function stop(daemon: ChildProcess | undefined): Promise<void> {
  if (!daemon || daemon.exitCode !== null) return;
  const ended = new Promise((resolve) => daemon.once("exit", resolve));
  daemon.kill("SIGTERM");
  await ended;
}
