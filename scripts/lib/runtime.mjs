import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { at, root } from "./place.mjs";
import { Refusal } from "./voice.mjs";

const windows = process.platform === "win32";

/**
 * The Node that runs everything after installation: the one of the lock file where its package exists for this machine,
 * else the caller's own if new enough.
 */
export function nodeBinary() {
  const shipped = at("node_modules", `node-${windows ? "win" : process.platform}-${process.arch}`, "bin", windows ? "node.exe" : "node");
  if (existsSync(shipped)) return shipped;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  throw new Refusal(`No Node 24 package exists for ${process.platform} ${process.arch} and this is Node ${process.versions.node}: install Node 24 or later and run the command again.`);
}

/**
 * The caller's environment without what npm adds to it (an outer npm's configuration and NODE_ENV must not leak in), with
 * the binaries of this repo first in PATH.
 * @param {Record<string, string>} [extra]
 */
export function childEnv(extra = {}) {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE_ENV$)/i.test(name)));
  return {
    ...inherited,
    PATH: [path.dirname(nodeBinary()), at("node_modules/.bin"), process.env.PATH ?? ""].join(path.delimiter),
    NEXT_TELEMETRY_DISABLED: "1",
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    PRISMA_SCHEMA_ENGINE_BINARY: at("scripts/schema-engine.mjs"),
    ...extra,
  };
}

/** Entry files of the tools, so that no shell and no PATH look-up stands between us and them. */
export const tool = {
  next: at("node_modules/next/dist/bin/next"),
  prisma: at("node_modules/prisma/build/index.js"),
  tsc: at("node_modules/typescript/bin/tsc"),
  eslint: at("node_modules/eslint/bin/eslint.js"),
  knip: at("node_modules/knip/bin/knip.js"),
  vitest: at("node_modules/vitest/vitest.mjs"),
  playwright: at("node_modules/@playwright/test/cli.js"),
};

/** Node arguments that run a TypeScript file of the repo. @param {string} file */
export const typescript = (file) => ["--import", pathToFileURL(at("scripts/lib/typescript.mjs")).href, at(file)];

/** @type {Set<import("node:child_process").ChildProcess>} */
const steps = new Set();

/** Ends the step of preparation that is running, if any; it then answers as failed. */
export const endSteps = () => steps.forEach((child) => child.kill("SIGTERM"));

/**
 * @param {string} command @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} options all output goes to standard error unless they say otherwise
 * @returns {Promise<number>} exit code
 */
const toItsEnd = (command, args, options) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", 2, 2], ...options });
    steps.add(child);
    /** @type {Buffer[]} */
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => output.push(chunk));
    const over = (/** @type {number} */ code) => {
      steps.delete(child);
      if (code !== 0) process.stderr.write(Buffer.concat(output));
      resolve(code);
    };
    child.once("error", () => over(127));
    child.once("close", (code) => over(code ?? 1));
  });

/**
 * Runs npm itself under the Node that runs us, as `node_modules` may not exist yet.
 * @param {string[]} args
 */
export function npm(args) {
  const file = process.env.npm_execpath;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$)/i.test(name)));
  return file?.endsWith("js") ? toItsEnd(process.execPath, [file, ...args], { env }) : toItsEnd("npm", args, { env, shell: windows });
}

/** Runs a step of preparation, silent when all goes well. @param {string[]} args @param {Record<string, string>} [env] */
export const step = (args, env) => toItsEnd(nodeBinary(), args, { env: childEnv(env), stdio: ["ignore", "pipe", "pipe"] });

/**
 * Runs a command in the foreground with the caller's terminal, hands signals on, and answers its exit code (128 + n for a
 * signal). The caller goes on living until the command has ended, so that it can clean up after it.
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, stdio?: import("node:child_process").StdioOptions, onOutput?: (chunk: Buffer) => void }} [options]
 * @returns {Promise<number>}
 */
export function foreground(args, { env, stdio = "inherit", onOutput } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(nodeBinary(), args, { cwd: root, env: childEnv(env), stdio });
    if (onOutput) for (const stream of [child.stdout, child.stderr]) stream?.on("data", onOutput);
    const stopListening = onStop((signal) => {
      // a terminal's Ctrl-C has already reached the command, which is in our process group
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      stopListening();
      resolve(code ?? 128 + (signal === "SIGINT" ? 2 : signal === "SIGKILL" ? 9 : 15));
    });
  });
}

/**
 * Calls `stop` when this process is asked to end: by a signal, or because the npm that ran it is gone (npm's shell dies of
 * SIGTERM without passing it on). Answers a function that ends the watch.
 * @param {(signal: NodeJS.Signals) => void} stop
 */
export function onStop(stop) {
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, stop);
  const parent = process.ppid;
  const underNpm = process.env.npm_lifecycle_event !== undefined;
  const watch = setInterval(() => underNpm && process.ppid !== parent && (clearInterval(watch), stop("SIGTERM")), 250);
  watch.unref();
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, stop);
  };
}
