import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { alone } from "./holders.mjs";
import { usePostgres } from "./pg.mjs";
import { at, inState, shown } from "./place.mjs";
import { portFrom } from "./ports.mjs";
import { step, tool } from "./runtime.mjs";
import { secrets } from "./state.mjs";
import { Refusal, say } from "./voice.mjs";

const CONNECT_LIMIT_MS = 5000;
const UNREACHABLE = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ECONNRESET"]);
const DENIED = new Set(["28P01", "28000"]);
const ABSENT = "3D000";

/**
 * Asks the database one thing after the other over one connection.
 * @template T
 * @param {string} url
 * @param {(ask: (sql: string, values?: unknown[]) => Promise<any[]>) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withConnection(url, work) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_LIMIT_MS });
  client.on("error", () => undefined); // a connection cut later is reported by the next question
  await client.connect();
  try {
    return await work(async (sql, values) => (await client.query(sql, values)).rows);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The address without its password. @param {string} url */
function address(url) {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || 5432}${pathname}`;
}

/** @param {string} url @param {string | null} dataDir @param {any} error */
function unusable(url, dataDir, error) {
  const codes = [error.code, ...(error.errors ?? []).map((/** @type {any} */ each) => each.code)];
  if (codes.some((code) => UNREACHABLE.has(code)) || /timeout/i.test(error.message)) return new Refusal(`The database at ${address(url)} cannot be reached: start it, or correct DATABASE_URL.`);
  if (codes.some((code) => DENIED.has(code)) && dataDir) return new Refusal(`The database in ${shown(dataDir)} has another password than ${shown(inState("secrets.json"))}: restore that file, or delete both to begin again.`);
  if (codes.some((code) => DENIED.has(code))) return new Refusal(`The database at ${address(url)} refuses this user or password: correct DATABASE_URL.`);
  return new Refusal(`The database at ${address(url)} cannot be used: ${String(error.message).split("\n")[0]}`);
}

/** @returns {{ name: string, checksum: string }[]} */
function ownMigrations() {
  const folder = at("prisma/migrations");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, checksum: createHash("sha256").update(readFileSync(at("prisma/migrations", name, "migration.sql"))).digest("hex") }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A short name for the state that all migrations together lead to. */
export const migrationsDigest = () => createHash("sha256").update(JSON.stringify(ownMigrations())).digest("hex").slice(0, 12);

/** @param {string} url @param {string | null} dataDir @returns {Promise<{ name: string, checksum: string, state: "applied" | "failed" }[]>} */
async function migrationsIn(url, dataDir) {
  try {
    return await withConnection(url, async (ask) => {
      const [{ known }] = await ask("select to_regclass('_prisma_migrations') is not null as known");
      if (!known) return [];
      return ask("select migration_name as name, checksum, case when finished_at is null then 'failed' else 'applied' end as state from _prisma_migrations where rolled_back_at is null");
    });
  } catch (error) {
    // ours is made by the migration; somebody's own that is not there is most likely a name that was mistyped
    if (error.code === ABSENT && dataDir !== null) return [];
    if (error.code === ABSENT) throw new Refusal(`There is no database ${address(url)}: create it empty, or correct DATABASE_URL.`);
    throw unusable(url, dataDir, error);
  }
}

/**
 * Brings the database to the newest migration. Costs one query when it is there already.
 * @param {string} url
 * @param {string | null} dataDir of the embedded server, null for somebody's own
 */
export async function migrate(url, dataDir) {
  const present = await migrationsIn(url, dataDir);
  const failed = present.find(({ state }) => state === "failed");
  if (failed) throw new Refusal(`Migration ${failed.name} stopped half way in the database at ${address(url)}: repair it and mark it with "npm run prisma -- migrate resolve", then start again.`);
  const own = ownMigrations();
  const edited = own.find(({ name, checksum }) => present.some((each) => each.name === name && each.checksum !== checksum));
  const unknown = present.find(({ name }) => !own.some((each) => each.name === name));
  if (edited ?? unknown) {
    const what = edited ? `was made by another text of migration ${edited.name}` : `has migration ${unknown?.name}, which this version does not know`;
    if (dataDir) throw new Refusal(`The database in ${shown(dataDir)} ${what}: go back to the version that made it, or delete that folder to begin again.`);
    say(`warning: the database at ${address(url)} ${what}.`);
  }
  if (own.every(({ name }) => present.some((each) => each.name === name))) return;
  say("migrating the database ...");
  const status = await step([tool.prisma, "migrate", "deploy"], { DATABASE_URL: url });
  if (status !== 0) throw new Refusal(`The migration of the database at ${address(url)} failed: the reason is above.`);
}

/** @param {string} text */
function checked(text) {
  try {
    const url = new URL(text);
    if (/^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1) return text;
  } catch {
    // said below
  }
  throw new Refusal("DATABASE_URL is not the address of a PostgreSQL database: it looks like postgresql://user:password@host:5432/name.");
}

/**
 * The database of this installation: that of DATABASE_URL, else the embedded one.
 * @param {{ migrated: boolean }} how
 * @returns {Promise<{ url: string, embedded: boolean, alive: () => boolean, leave: () => Promise<void> }>} `alive` tells of the embedded server only
 */
export async function openDatabase({ migrated } = { migrated: true }) {
  const given = process.env.DATABASE_URL;
  if (given) {
    const url = checked(given);
    if (migrated) await migrate(url, null);
    return { url, embedded: false, alive: () => true, leave: async () => undefined };
  }
  const dataDir = inState("pg");
  // below 32768: a port above may be any connection's at any moment
  const server = await usePostgres({ dataDir, password: secrets().databasePassword, port: portFrom("TOWER_PG_PORT", 24390), ...(process.env.TOWER_PG_PORT ? { portVariable: "TOWER_PG_PORT" } : {}) });
  const url = server.url("ledgerline");
  try {
    // several commands may meet a new database at once; for those on other machines Prisma has a lock of its own
    if (migrated) await alone(`${dataDir}.migration.lock`, () => migrate(url, dataDir));
  } catch (error) {
    await server.leave();
    throw error;
  }
  return { url, embedded: true, alive: server.alive, leave: server.leave };
}

/** What a process of the product finds in its environment. @param {{ url: string, web: string, demo: boolean }} installation @returns {Record<string, string>} */
export function productEnv({ url, web, demo }) {
  const { sessionSecret, encryptionKey } = secrets();
  return {
    NODE_ENV: "production",
    DATABASE_URL: url,
    NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET || sessionSecret,
    NEXTAUTH_URL: process.env.NEXTAUTH_URL || web,
    TOWER_SECRET_KEY: process.env.TOWER_SECRET_KEY || encryptionKey,
    TOWER_DEMO: demo ? "1" : "0",
    TOWER_STATE_DIR: inState(),
    TOWER_WORKERS: process.env.TOWER_WORKERS || "1",
  };
}
