#!/usr/bin/env node
// Stands in for the schema engine that Prisma would download: the same JSON-RPC over standard streams, with the engine of
// the package @prisma/schema-engine-wasm behind it. Prisma finds it by PRISMA_SCHEMA_ENGINE_BINARY.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { adapterFactory } from "./lib/engine-adapter.mjs";
import { createDatabase, dropDatabase, inPrismaWords, query, target } from "./lib/engine-database.mjs";

const KNOWN_ERROR = 4466;
const UNSET = "postgresql://unset@127.0.0.1:1/unset";

const argv = process.argv.slice(2);
if (argv.includes("--version")) {
  process.stdout.write("schema-engine-cli wasm\n");
  process.exit(0);
}
const valuesOf = (/** @type {string} */ name) => argv.flatMap((arg, index) => (arg === name ? [argv[index + 1] ?? ""] : []));
/** @type {string} */
const url = JSON.parse(valuesOf("--datasource")[0] ?? "{}").url ?? UNSET;
const datamodels = valuesOf("--datamodels").map((file) => [file, readFileSync(file, "utf8")]);

/** @param {string} level @param {object} fields */
const log = (level, fields) => process.stderr.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, fields, target: "schema_engine::logger" })}\n`);
/** @param {object} message @param {() => void} [then] */
const send = (message, then) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`, then);

/** The engine binary's own small command line. @param {string | undefined} command */
async function runCommand(command) {
  log("INFO", { message: `Starting schema engine CLI (${command})` }); // Prisma ignores the first line
  try {
    if (command === "can-connect-to-database") await query(target(url).url, "select 1");
    else if (command === "create-database") await createDatabase(url);
    else if (command === "drop-database") await dropDatabase(url);
    else throw new Error(`unsupported command ${command}`);
    process.exit(0);
  } catch (error) {
    log("ERROR", { is_panic: false, ...inPrismaWords(error, url) });
    process.exit(1);
  }
}
if (argv.includes("cli")) await runCommand(argv[argv.indexOf("cli") + 1]);

const { factory, dropShadows } = adapterFactory(url);

async function makeEngine() {
  const folder = import.meta.resolve("@prisma/schema-engine-wasm");
  const bindings = await import(new URL("schema_engine_bg.js", folder).href);
  const { instance } = await WebAssembly.instantiate(readFileSync(new URL("schema_engine_bg.wasm", folder)), { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  /** @type {any} */ (instance.exports).__wbindgen_start();
  const debug = (/** @type {string} */ message) => process.env.DEBUG?.includes("prisma") && process.stderr.write(`${message}\n`);
  // an empty list of data models makes the engine panic
  return bindings.SchemaEngine.new({ datamodels: datamodels.length > 0 ? datamodels : undefined }, debug, bindMigrationAwareSqlAdapterFactory(factory));
}

/** A Rust panic is seen as an uncaught exception outside of the call's promise; unanswered, Prisma would end with success. */
let panic = "";
let answering = 0;
Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (/** @type {string} */ message) => (panic = message) } });
process.on("uncaughtException", (error) => {
  const message = panic || error.stack || error.message;
  log("ERROR", { message });
  send({ id: answering, error: { code: KNOWN_ERROR, message, data: { is_panic: false, message } } }, () => process.exit(101));
});

/** @type {Promise<any> | undefined} */
let engine;
const theEngine = () => (engine ??= makeEngine());

/** What the WebAssembly engine does not do, or answers in another shape; all else goes straight through. @type {Record<string, (params: any) => Promise<unknown>>} */
const own = {
  createDatabase: (params) => createDatabase(params.datasource.url ?? url),
  ensureConnectionValidity: async () => {
    await query(target(url).url, "select 1");
    return {};
  },
  getDatabaseVersion: async () => (await query(target(url).url, "select version()")).rows[0].version,
  dbExecute: async (params) => {
    await query(target(params.datasourceType?.url ?? url).url, params.script);
    return null;
  },
  diff: async (params) => {
    const result = await (await theEngine()).diff({ ...params, filters: params.filters ?? { externalTables: [], externalEnums: [] } });
    if (result.stdout) send({ id: 0, method: "print", params: { content: result.stdout } });
    return { exitCode: result.exitCode };
  },
};

/** @param {any} error */
function described(error) {
  if (typeof error === "string") {
    try {
      error = JSON.parse(error);
    } catch {
      return { message: error };
    }
  }
  const code = error.error_code ?? error.code;
  if (/^P\d+$/.test(code ?? "")) return { message: error.message, error_code: code, meta: error.meta };
  return { meta: error.meta, ...inPrismaWords(error, url) };
}

/** @param {string} line */
async function answer(line) {
  const { id, method, params = {} } = JSON.parse(line);
  if (!method) return; // the reply to a "print"
  answering = id;
  try {
    const result = own[method] ? await own[method](params) : await (await theEngine())[method](params);
    send({ id, result: result ?? null });
  } catch (error) {
    send({ id, error: { code: KNOWN_ERROR, message: "An error happened. Check the data field for details.", data: { is_panic: false, ...described(error) } } });
  }
}

let tail = Promise.resolve();
// Prisma closes standard input and sends SIGTERM at once: whichever comes first, what is under way is finished
const finish = () => void tail.then(dropShadows).then(() => process.exit(0));
process.on("SIGTERM", finish);
createInterface({ input: process.stdin, crlfDelay: Infinity })
  .on("line", (line) => {
    tail = tail.then(() => answer(line));
  })
  .on("close", finish);
