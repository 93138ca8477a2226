import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { openDatabase, productEnv, withConnection } from "../lib/database.mjs";
import { announceLeaving, claimAfter } from "../lib/holders.mjs";
import { inState, shown, stateDir } from "../lib/place.mjs";
import { mustBecomeFree, mustBeFree, portFrom } from "../lib/ports.mjs";
import { buildWeb, prepareTree, towers } from "../lib/prepare.mjs";
import { company } from "../lib/processes.mjs";
import { endSteps, onStop, step, tool, typescript } from "../lib/runtime.mjs";
import { demoAccounts, forgetRun, lastAddress, simulatedSystems, writeRunFile } from "../lib/state.mjs";
import { Refusal, say } from "../lib/voice.mjs";

const HEALTH_POLL_MS = 40;
const HEALTH_LIMIT_MS = 30_000;
const DATABASE_POLL_MS = 2000;
/** Where `server/landscape` puts its systems, in this order from this port on. */
const SYSTEMS = ["shop", "wms", "carrier", "tax", "payments", "crm", "erp"];
const SYSTEMS_PORT = 4101;
/** Simulated systems whose launcher was killed end by themselves within this time. */
/** Plans live for a batch: with room for one, most are gone before they are collected. */
const WORKER_MEMORY = ["--max-semi-space-size=64"];
const ORPHANS_LIMIT_MS = 6000;
/** A tower whose npm was ended notices that within this time. */
const NOTICE_MS = 500;
/** One that is stopping is waited for: as long as the slowest of its processes may take, and its database a little longer. */
const LEAVING_LIMIT_MS = 20_000;
const WORKERS_LIMIT = 16;
const SEEDED = "seeded";
/** So that there is something to see and to do: an order of every story and a few more, one a second, when the master data has come in; what needs a person is left to a person. */
const FIRST_ORDERS_AFTER_MS = 10_000;
const FIRST_ORDERS = ["--orders", "30", "--every-story", "--attended", "--rate", "60", "--seed", "first"];

/**
 * What stands around a tower that is tried out.
 * @typedef {object} World
 * @property {string} name of its systems together, as people read it
 * @property {string} program starts them and says when they are ready
 * @property {string[]} simulated those that `server/landscape` plays
 * @property {number} limitMs until they are ready
 * @property {Record<string, string>} env of all processes
 * @property {"once" | "always"} laid when its data is laid: keys and addresses of real systems may be others at each start
 * @property {string[]} orders arguments of the generator for the first orders; empty: a person places them
 * @property {(web: string) => string[]} lines for the banner
 */

/** @type {World} */
const demoWorld = {
  name: "simulated systems", program: "server/landscape/main.ts", simulated: SYSTEMS, limitMs: 60_000, env: {}, laid: "once", orders: FIRST_ORDERS,
  lines: () => ["  Simulated systems:", ...simulatedSystems().map(({ name, url }) => `    ${name.padEnd(8)} ${url}`)],
};

/** Thrown where a start is given up because somebody asked to stop. */
class Interrupted extends Error {}

/** @param {string[]} args */
function options(args) {
  const known = ["--demo", "--logs"];
  const unknown = args.find((arg) => !known.includes(arg));
  if (unknown) throw new Refusal(`npm start knows no "${unknown}": it takes -- --demo (demo data beside DATABASE_URL) and -- --logs (logs on the terminal).`);
  const workers = Number(process.env.TOWER_WORKERS || "1");
  if (!Number.isInteger(workers) || workers < 1 || workers > WORKERS_LIMIT) throw new Refusal(`TOWER_WORKERS=${process.env.TOWER_WORKERS} is not a number of processes: give 1 to ${WORKERS_LIMIT}.`);
  const demo = !process.env.DATABASE_URL || args.includes("--demo");
  /** @type {"files" | "terminal"} a real installation hands its logs to whoever runs it */
  const logs = demo && !args.includes("--logs") ? "files" : "terminal";
  return { demo, workers, logs, port: portFrom("PORT", 3000) };
}

/** @param {string} web @returns {Promise<{ status: number, body: string } | null>} */
async function health(web) {
  try {
    const response = await fetch(`${web}/api/health`, { signal: AbortSignal.timeout(2000) });
    return { status: response.status, body: await response.text() };
  } catch {
    return null;
  }
}

/** Whether the demo's data must be laid, again if its accounts or the addresses of its systems are others now. @param {string} url @param {boolean} freshAccounts @param {string} systemsAt */
const mustSeed = (url, freshAccounts, systemsAt) =>
  withConnection(url, async (ask) => {
    const [row] = await ask("select value from installation where key = $1", [SEEDED]);
    return freshAccounts || row?.value.systemsAt !== systemsAt;
  });

/** @param {string} url @param {string} systemsAt */
const markSeeded = (url, systemsAt) =>
  withConnection(url, (ask) => ask("insert into installation (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value", [SEEDED, JSON.stringify({ at: new Date().toISOString(), systemsAt })]));

/** Rejects when the embedded server has ended by itself. @param {{ alive: () => boolean }} database */
const goneAway = (database) =>
  new Promise((_, reject) => {
    setInterval(() => database.alive() || reject(new Refusal(`The database in ${shown(inState("pg"))} has ended by itself: ${shown(inState("pg.log"))} says why.`)), DATABASE_POLL_MS).unref();
  });

/** What a new installation still lacks, one sentence each. @param {string} url */
const nextSteps = (url) =>
  withConnection(url, async (ask) => {
    const [row] = await ask("select exists (select 1 from entity) as entity, exists (select 1 from app_user) as person");
    return [
      ...(row.entity ? [] : ['Nothing is set up yet: npm run -s tower -- setup --entity US01 --name "Your company" --currency USD --zone America/Chicago makes the first legal entity.']),
      ...(row.person ? [] : ["Nobody can sign in yet: npm run -s tower -- user create --email you@company.example --name \"You\" --role admin makes the first administrator."]),
    ];
  });

/** @param {string} web @param {World | null} world @param {string | null} unwell @param {string[]} next */
function banner(web, world, unwell, next) {
  const lines = ["", `  Ledgerline is up at ${web}${unwell ? `, but not well: ${unwell}` : ""}`, ""];
  if (world) {
    for (const { email, password, role } of demoAccounts().accounts) lines.push(`    ${role.padEnd(8)} ${email.padEnd(26)} ${password}`);
    lines.push("", ...world.lines(web), "");
  } else if (next.length > 0) {
    lines.push(...next.map((sentence) => `  ${sentence}`), "");
  }
  lines.push(`  Ctrl-C stops everything and keeps the data${process.env.DATABASE_URL ? "" : ` (in ${shown(stateDir)})`}.${world ? ` Logs: ${shown(inState("logs"))}` : ""}`, "");
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** The right to be the one tower of this state folder. npm ends at once when it is told to, its tower seconds later: that is waited for. */
async function takeTurn() {
  const lock = inState("start.lock");
  const nothingBegun = onStop(() => process.exit(1));
  const turn = await claimAfter(lock, { noticeMs: NOTICE_MS, patienceMs: LEAVING_LIMIT_MS, waiting: () => say("the tower that ran here is stopping ...") });
  nothingBegun();
  if ("release" in turn) return { leaving: () => announceLeaving(lock), release: turn.release };
  if (turn.leaving) throw new Refusal(`The Ledgerline that ran here (process ${turn.holder}) is still stopping after ${LEAVING_LIMIT_MS / 1000} s: wait until it has ended, or end that process, and start again.`);
  throw new Refusal(`Ledgerline is already running here (process ${turn.holder}${lastAddress() ? `, ${lastAddress()}` : ""}): stop that one first.`);
}

/** Runs the tower until it is told to stop. @param {string[]} args */
export function start(args) {
  const { demo, ...how } = options(args);
  return run(how, demo ? demoWorld : null);
}

/** The same amid another world, with the options of a demo. @param {string[]} args @param {World} world */
export function startIn(world, args) {
  const { demo: _, ...how } = options([...args, "--demo"]);
  return run(how, world);
}

/** @param {{ workers: number, logs: "files" | "terminal", port: number }} how @param {World | null} world */
async function run({ workers, logs, port }, world) {
  const demo = world !== null;
  const web = `http://127.0.0.1:${port}`;
  const own = await takeTurn();
  await mustBeFree(port, "PORT");
  if (world) await mustBecomeFree(portFrom("LANDSCAPE_PORT_BASE", SYSTEMS_PORT), SYSTEMS.map((name) => (world.simulated.includes(name) ? `the simulated ${name}` : null)), "LANDSCAPE_PORT_BASE", ORPHANS_LIMIT_MS);
  forgetRun();

  let asked = 0;
  let wake = () => undefined;
  const stopAsked = new Promise((resolve) => (wake = () => void resolve(undefined)));
  /** @type {ReturnType<typeof company> | undefined} */
  let parts;
  /** @type {Awaited<ReturnType<typeof openDatabase>> | undefined} */
  let database;
  onStop(() => {
    asked += 1;
    own.leaving();
    if (asked === 2) parts?.kill(); // asked twice: no more patience
    endSteps();
    wake();
  });
  /** @template T @param {Promise<T>} work */
  const unlessStopped = async (work) => {
    const result = await work.catch((error) => {
      throw asked > 0 ? new Interrupted() : error;
    });
    if (asked > 0) throw new Interrupted();
    return result;
  };

  const up = async () => {
    await unlessStopped(prepareTree());
    towers.enter();
    database = await unlessStopped(openDatabase());
    const env = { ...productEnv({ url: database.url, web, demo }), TOWER_WEBHOOK_BASE: process.env.TOWER_WEBHOOK_BASE || `${web}/api/webhooks`, ...world?.env };
    // beside the laying of the demo's data, which needs no web
    const built = unlessStopped(buildWeb(env));
    built.catch(() => undefined);
    parts = company({ env: { ...env, PORT: String(port) }, logs });
    const { broken, start: launch } = parts;

    let webUp = false;
    let systemsUp = () => undefined;
    const systemsReady = new Promise((resolve) => (systemsUp = () => void resolve(undefined)));
    /** @param {World} of */
    const startSystems = (of) =>
      launch({
        name: of.name,
        args: typescript(of.program),
        onMessage: (message) => {
          if (message?.type === "says") say(message.text);
          if (message?.type === "system_dead") say(`the simulated system ${message.name} ended (${message.signal ?? `exit ${message.code}`}).`);
          if (message?.type !== "ready") return;
          systemsUp();
          if (webUp) writeRunFile({ web, demo });
        },
      });

    let systemsStarted = false;
    if (world) {
      const systemsAt = process.env.LANDSCAPE_PORT_BASE || "usual";
      const { fresh } = demoAccounts();
      if ((await unlessStopped(mustSeed(database.url, fresh, systemsAt))) || world.laid === "always") {
        say(`starting the ${world.name} and laying the demo's data ...`);
        startSystems(world);
        systemsStarted = true;
        const late = pause(world.limitMs, undefined, { ref: false }).then(() => Promise.reject(new Refusal(`The ${world.name} did not come up in ${world.limitMs / 1000} s: see ${shown(inState("logs"))}.`)));
        await unlessStopped(Promise.race([systemsReady, broken, stopAsked, late]));
        if ((await unlessStopped(step(typescript("prisma/seed.ts"), env))) !== 0) throw new Refusal("The demo's data could not be laid: the reason is above.");
        await unlessStopped(markSeeded(database.url, systemsAt));
      }
    }
    await unlessStopped(Promise.race([built, broken]));
    launch({ name: "web", args: [tool.next, "start", "-H", "127.0.0.1", "-p", String(port)] });
    for (let number = 1; number <= workers; number += 1) launch({ name: number === 1 ? "worker" : `worker ${number}`, args: [...WORKER_MEMORY, ...typescript("server/jobs/worker.ts")] });

    let answer = null;
    for (const limit = Date.now() + HEALTH_LIMIT_MS; answer?.status !== 200 && Date.now() < limit; ) {
      await unlessStopped(Promise.race([pause(HEALTH_POLL_MS), broken, stopAsked]));
      answer = await health(web);
    }
    if (!answer) throw new Refusal(`The web did not answer at ${web} in ${HEALTH_LIMIT_MS / 1000} s: see ${shown(inState("logs"))}.`);
    webUp = true;
    parts.isUp("web");
    writeRunFile({ web, demo });
    if (world && !systemsStarted) startSystems(world);
    banner(web, world, answer.status === 200 ? null : `health says ${answer.status} ${answer.body.slice(0, 300)}`, demo ? [] : await nextSteps(database.url));
    const gone = Promise.race([stopAsked, broken, goneAway(database)]);
    // a first start that broke off after the data was laid has told none yet
    if (world?.orders.length && !existsSync(inState("landscape/script.jsonl")) && process.env.TOWER_DEMO_ORDERS !== "0") {
      await Promise.race([pause(FIRST_ORDERS_AFTER_MS), gone]);
      if (asked === 0) void step([...typescript("server/landscape/generate.ts"), ...world.orders], env);
    }
    await gone;
  };

  try {
    await up();
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    own.leaving();
    endSteps();
    if (asked > 0) process.stderr.write("\n");
    await parts?.stop();
    await database?.leave();
    towers.leave();
    own.release();
    if (asked > 0) say(`stopped${existsSync(inState("pg")) ? "; the data is kept" : ""}.`);
  }
  return 0;
}
