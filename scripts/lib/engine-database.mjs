import pg from "pg";

const CONNECT_LIMIT_MS = 5000;
// the second is what the loser of two that create it at once is told
const ALREADY_THERE = new Set(["42P04", "23505"]);
const PRISMA_ONLY = ["schema", "connection_limit", "pool_timeout", "connect_timeout", "pgbouncer"];

/** What a connection string says, without the parameters that only Prisma knows. @param {string} text */
export function target(text) {
  const url = new URL(text);
  const schema = url.searchParams.get("schema") ?? undefined;
  for (const name of PRISMA_ONLY) url.searchParams.delete(name);
  const maintenance = new URL(url);
  maintenance.pathname = "/postgres";
  return {
    schema,
    url: url.href,
    maintenance: maintenance.href,
    database: decodeURIComponent(url.pathname.slice(1)),
    place: `${url.hostname}:${url.port || 5432}`,
    connection: { host: url.hostname, port: Number(url.port || 5432), user: decodeURIComponent(url.username), password: decodeURIComponent(url.password), ssl: url.searchParams.get("sslmode") === "require" },
  };
}

/** @param {string} name */
export const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

/** @param {string} connectionString @param {string} sql */
export async function query(connectionString, sql) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_LIMIT_MS });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Creates the database unless it is there. @param {string} url */
export async function createDatabase(url) {
  const { database, maintenance } = target(url);
  await query(maintenance, `create database ${quoted(database)}`).catch((error) => {
    if (!ALREADY_THERE.has(error.code)) throw error;
  });
  return { databaseName: database };
}

/** @param {string} url */
export async function dropDatabase(url) {
  const { database, maintenance } = target(url);
  await query(maintenance, `drop database if exists ${quoted(database)} with (force)`);
}

/** The error in Prisma's words where it has a code for it. @param {any} error @param {string} url */
export function inPrismaWords(error, url) {
  const { database, place } = target(url);
  if (error.code === "3D000") return { error_code: "P1003", message: `Database \`${database}\` does not exist` };
  if (["28P01", "28000"].includes(error.code)) return { error_code: "P1000", message: `Authentication failed against database server at \`${place}\`.` };
  if (["ECONNREFUSED", "ETIMEDOUT", "ENOTFOUND"].includes(error.code) || /timeout/.test(error.message)) return { error_code: "P1001", message: `Can't reach database server at \`${place}\`` };
  return { error_code: undefined, message: error.message ?? String(error) };
}
