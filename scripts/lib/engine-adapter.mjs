import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { dropDatabase, query, quoted, target } from "./engine-database.mjs";

const CHAR_OID = 18;
const BPCHAR_OID = 1042;
const CHARACTER_COLUMN = 6; // as Text the engine panics on CHECK constraints

/**
 * The adapter is made for queries. For migrations it has two faults, mended here: results of type "char" are refused, so
 * that no live database can be described; and a script is cut at every ";", also inside $$ bodies and strings.
 * @param {any} adapter
 */
function mended(adapter) {
  const performIO = adapter.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (/** @type {any} */ question) => {
    /** @type {number[]} */
    let chars = [];
    adapter.performIO = async (/** @type {any} */ input) => {
      const answer = await performIO(input);
      chars = answer.fields.flatMap((/** @type {any} */ field, /** @type {number} */ index) => (field.dataTypeID === CHAR_OID ? [index] : []));
      for (const index of chars) answer.fields[index].dataTypeID = BPCHAR_OID;
      return answer;
    };
    const result = await queryRaw(question);
    for (const index of chars) {
      result.columnTypes[index] = CHARACTER_COLUMN;
      for (const row of result.rows) if (row[index] === "") row[index] = null;
    }
    return result;
  };
  adapter.executeScript = async (/** @type {string} */ script) => {
    try {
      await adapter.client.query(script);
    } catch (error) {
      adapter.onError(error);
    }
  };
  return adapter;
}

/**
 * Connections for the engine. One connection each, since the statements of a script belong to one session; and given part
 * by part, because a connection string would win over the name of the shadow database and so point at the real one.
 * @param {string} url
 */
export function adapterFactory(url) {
  const { connection, database, maintenance, schema } = target(url);
  const open = async (/** @type {string} */ name) => mended(await new PrismaPg({ ...connection, database: name, max: 1, idleTimeoutMillis: 0 }, { schema }).connect());
  /** @type {Set<() => Promise<void>>} */
  const shadows = new Set();
  return {
    factory: {
      provider: /** @type {const} */ ("postgres"),
      adapterName: "@prisma/adapter-pg",
      connect: () => open(database),
      connectToShadowDb: async () => {
        const name = `prisma_migrate_shadow_db_${randomUUID()}`;
        await query(maintenance, `create database ${quoted(name)} template template0`);
        const adapter = await open(name);
        const dispose = adapter.dispose.bind(adapter);
        const drop = async () => {
          if (!shadows.delete(drop)) return;
          await dispose();
          const shadow = new URL(maintenance);
          shadow.pathname = `/${name}`;
          await dropDatabase(shadow.href);
        };
        shadows.add(drop);
        adapter.dispose = drop;
        return adapter;
      },
    },
    /** The engine does not always dispose of its shadow databases. */
    dropShadows: async () => {
      for (const drop of shadows) await drop().catch(() => undefined);
    },
  };
}
