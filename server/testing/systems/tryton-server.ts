import { createHash } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
    tryton: Omit<TrytonGround, "leave">;
  }
}

const POSTGRES_PORT = 24393, HTTP_PORT = 24394, START_LIMIT_MS = 30_000;
// what a crash loses here is lost with the run anyway
const FAST = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
/** Debian's interpreter: its packages are not on the path of any other. */
const PYTHON = "/usr/bin/python3";
const MODULES = ["sale", "sale_credit_limit"];
/** Tryton's client for browsers, where Debian's `tryton-sao` is installed. */
const BROWSER_CLIENT = "/usr/share/tryton-sao/www";
const SEED = path.join(import.meta.dirname, "tryton-seed.py");

/** The same for one installation of this tree, so that a kept template can still be signed in to. Tryton wants no character twice. */
const passwordOf = (login: string): string => [...new Set(createHash("sha256").update(`${secrets().databasePassword} ${login}`).digest("base64url"))].slice(0, 20).join("");

/** What a Tryton can be started on. */
interface TrytonGround {
  /** Of the administration of its PostgreSQL. */
  postgres: string;
  /** Database to copy. */
  template: string;
  passwords: TrytonPasswords;
  leave(): Promise<void>;
}
/** A Tryton that runs, with where it answers, without the name of a database. */
interface TrytonDaemon { url: string; stop(): Promise<void> }
export type TrytonServer = TrytonGround & Pick<TrytonDaemon, "url">;

/**
 * A PostgreSQL for Tryton alone. Its template, a schema with the seed's company (about a minute and a half to make), stays in the
 * state folder until seed, modules or year change. `lasting`: what is written outlives a crash of the machine. `say` tells what takes long.
 */
async function prepareTryton({ lasting, say }: { lasting: boolean; say: (text: string) => void }): Promise<TrytonGround> {
  const server = await usePostgres({ dataDir: inState("pg-systems"), password: secrets().databasePassword, port: POSTGRES_PORT, settings: lasting ? {} : FAST });
  const passwords = { connector: passwordOf("ledgerline"), clerk: passwordOf("clerk"), picker: passwordOf("picker") };
  try {
    const template = `tryton_${createHash("sha256").update(JSON.stringify([readFileSync(SEED, "utf8"), MODULES, new Date().getUTCFullYear(), passwords])).digest("hex").slice(0, 12)}`;
    await alone(inState("pg-systems.template.lock"), () => configured(server.url(""), null, (config) => makeTemplate({ server, template, config, passwords, say })));
    return { postgres: server.url("postgres"), template, passwords, leave: () => server.leave() };
  } catch (error) {
    await server.leave();
    throw error;
  }
}

/** A Tryton of its own on loopback over that PostgreSQL. It ends with this process. */
export async function startDaemon({ postgres }: Pick<TrytonGround, "postgres">): Promise<TrytonDaemon> {
  // one at a time: a port that is free is only taken at the end of a start
  return await alone(inState("tryton.start.lock"), async () => {
    const port = await freeNear(HTTP_PORT), url = `http://127.0.0.1:${port}`;
    return await configured(new URL("/", postgres).href, port, async (config) => {
      const log = openSync(path.join(path.dirname(config), "trytond.log"), "a", 0o600);
      // it does not outlive us, even if we are killed outright
      const daemon = spawn("setpriv", ["--pdeathsig", "TERM", "--", PYTHON, "/usr/bin/trytond", "-c", config], { stdio: ["ignore", log, log] });
      closeSync(log);
      try {
        await answering(`${url}/`, daemon);
      } catch (error) {
        await stop(daemon);
        throw error;
      }
      return { url, stop: () => stop(daemon) };
    });
  });
}

/** Runs `work` with a file of settings, which is read at a start only and holds a password: so it is gone afterwards. */
async function configured<T>(database: string, port: number | null, work: (config: string) => Promise<T>): Promise<T> {
  const folder = inState("tryton"), config = path.join(folder, `trytond-${process.pid}-${port ?? "admin"}.conf`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const web = port === null ? "" : `[web]\nlisten = 127.0.0.1:${port}\n${existsSync(BROWSER_CLIENT) ? `root = ${BROWSER_CLIENT}\n` : ""}`;
  writeFileSync(config, `[database]\nuri = ${database}\n${web}[session]\ntimeout = 3600\n`, { mode: 0o600 });
  try {
    return await work(config);
  } finally {
    rmSync(config, { force: true });
  }
}

/** Both at once, for whoever needs one Tryton only. */
export async function startTryton(how: { lasting: boolean; say: (text: string) => void }): Promise<TrytonServer> {
  const ground = await prepareTryton(how);
  try {
    const { url, stop } = await startDaemon(ground);
    return { ...ground, url, leave: async () => { await stop(); await ground.leave(); } };
  } catch (error) {
    await ground.leave();
    throw error;
  }
}

/** What all test files of a run stand on; each starts a Tryton of its own over a copy of the template (`tryton-database.ts`). */
export default async function serveTryton(project: TestProject): Promise<() => Promise<void>> {
  const { leave, ...tryton } = await prepareTryton({ lasting: false, say: (text) => { process.stderr.write(`${text}\n`); } });
  project.provide("tryton", tryton);
  return leave;
}

interface Making { server: Awaited<ReturnType<typeof usePostgres>>; template: string; config: string; passwords: TrytonPasswords; say: (text: string) => void }

async function makeTemplate({ server, template, config, passwords, say }: Making): Promise<void> {
  const draft = "tryton_draft";
  const known = await withConnection(server.url("postgres"), async (ask) => {
    const names = (await ask("select datname as name from pg_database where datname like 'tryton\\_%' or datname like 'systems\\_%'")).map(({ name }: { name: string }) => name);
    for (const name of names.filter((each: string) => each !== template && !server.shared())) await ask(`drop database "${name}" with (force)`);
    if (!names.includes(template)) { await ask(`drop database if exists ${draft} with (force)`); await ask(`create database ${draft}`); }
    return names.includes(template);
  });
  if (known) return;
  say("making Tryton's database, once for this seed and year (about two minutes) ...");
  const password = `${config}.password`;
  writeFileSync(password, secrets().databasePassword, { mode: 0o600 });
  try {
    await run(["/usr/bin/trytond-admin", "-c", config, "-d", draft, "-u", ...MODULES, "--activate-dependencies", "--email", "admin@hartline.example"], { TRYTONPASSFILE: password });
    await run([SEED, config, draft], { CONNECTOR_PASSWORD: passwords.connector, CLERK_PASSWORD: passwords.clerk, PICKER_PASSWORD: passwords.picker });
  } finally {
    rmSync(password, { force: true });
  }
  await withConnection(server.url("postgres"), (ask) => ask(`alter database ${draft} rename to ${template}`));
}

/** Leaves the process free for what it starts beside: the schema takes minutes. */
async function run(args: string[], env: Record<string, string>): Promise<void> {
  const child = spawn(PYTHON, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => { said = `${said}${chunk.toString()}`.slice(-4000); });
  const code = await new Promise<number | null>((resolve, reject) => { child.once("error", reject).once("close", resolve); });
  if (code !== 0) throw new Error(`${path.basename(args[0] ?? "")} failed: ${said.trim().split("\n").slice(-3).join(" / ")}`);
}

/** @throws where it ends or says nothing in time */
async function answering(url: string, daemon: ChildProcess): Promise<void> {
  for (const end = Date.now() + START_LIMIT_MS; Date.now() < end; await pause(50)) {
    if (daemon.exitCode !== null) throw new Error("trytond ended at once: see tryton/trytond.log in the state folder");
    if (await fetch(url).then(() => true, () => false)) return;
  }
  throw new Error("trytond does not answer: see tryton/trytond.log in the state folder");
}

async function stop(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = new Promise((resolve) => daemon.once("exit", resolve));
  daemon.kill("SIGTERM");
  await ended;
}
