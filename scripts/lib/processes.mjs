import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, renameSync } from "node:fs";
import { inState, root, shown } from "./place.mjs";
import { childEnv, nodeBinary } from "./runtime.mjs";
import { Refusal, say } from "./voice.mjs";

const STOP_LIMIT_MS = 10_000;
const SETTLED_MS = 30_000; // a process that lived this long had come up, whether it said so or not
const RESTART_DELAYS_MS = [0, 500, 1000, 2000, 4000, 8000]; // the last again and again: a database may be away for an hour

/**
 * @typedef {object} Part
 * @property {string} name as people read it
 * @property {string[]} args of Node
 * @property {(message: any) => void} [onMessage]
 */

/** @param {string} name */
const logOf = (name) => inState("logs", `${name.replaceAll(" ", "-")}.log`);

/** The log of this start; that of the start before is kept beside it. @param {string} name */
function openLog(name) {
  mkdirSync(inState("logs"), { recursive: true });
  const file = logOf(name);
  if (existsSync(file)) renameSync(file, file.replace(/\.log$/, ".previous.log"));
  return openSync(file, "a", 0o600);
}

/** What a process said last before it gave up, and where to read more. @param {string} name */
function lastWords(name) {
  const lines = readFileSync(logOf(name), "utf8").split("\n").filter((line) => line.trim() !== "" && !/^(\s+at |\s*[}\]]|Node\.js v)/.test(line));
  const line = lines.findLast((each) => /^\s*(\w*Error|error)\b.*:/i.test(each)) ?? lines.at(-1);
  return line ? `: ${line.trim().slice(0, 300)} (more in ${shown(logOf(name))})` : "";
}

/**
 * The processes of one running tower. One that dies after it had come up is started again, as a crash must not take the
 * others with it; one that gives up before it came up for the first time brings all down with its reason.
 * @param {{ env: Record<string, string>, logs: "files" | "terminal" }} options
 */
export function company({ env, logs }) {
  /** @type {Map<string, import("node:child_process").ChildProcess>} */
  const alive = new Map();
  /** @type {Set<string>} */
  const arrived = new Set();
  let stopping = false;
  /** @type {(reason: Refusal) => void} */
  let fail = () => undefined;
  /** Rejects when the tower cannot go on. @type {Promise<never>} */
  const broken = new Promise((_, reject) => (fail = reject));
  broken.catch(() => undefined);

  /** @param {Part} part @param {number | "inherit"} output @param {number} deaths in a row */
  function launch(part, output, deaths) {
    const { name, args, onMessage } = part;
    const born = Date.now();
    arrived.delete(name);
    // a process group of its own: a terminal's Ctrl-C reaches the launcher only, which then stops all in order
    const child = spawn(nodeBinary(), ["--import", new URL("./child.mjs", import.meta.url).href, ...args], { cwd: root, detached: true, env: childEnv(env), stdio: ["ignore", output, output, "ipc"] });
    alive.set(name, child);
    child.on("message", (/** @type {any} */ message) => {
      if (message?.type === "ready") arrived.add(name);
      onMessage?.(message);
    });
    child.once("error", () => undefined);
    child.once("close", (code, signal) => {
      alive.delete(name);
      if (stopping) return;
      const up = arrived.has(name) || Date.now() - born > SETTLED_MS;
      const inARow = up ? 0 : deaths;
      const how = signal ?? `exit ${code}`;
      const where = logs !== "files" ? "" : code ? lastWords(name) : `; its log is ${shown(logOf(name))}`;
      if (!up && deaths === 0 && code) return fail(new Refusal(`The ${name} did not come up (${how})${where}.`));
      say(`the ${name} ended (${how}) and is started again${where}`);
      setTimeout(() => stopping || launch(part, output, inARow + 1), RESTART_DELAYS_MS[inARow] ?? RESTART_DELAYS_MS.at(-1));
    });
  }

  /** @param {import("node:child_process").ChildProcess} child @param {string} name */
  const end = (child, name) =>
    new Promise((resolve) => {
      const late = setTimeout(() => {
        say(`the ${name} did not stop in ${STOP_LIMIT_MS / 1000} s and was killed.`);
        kill(child);
      }, STOP_LIMIT_MS);
      child.once("exit", () => {
        clearTimeout(late);
        resolve(undefined);
      });
      child.kill("SIGTERM");
    });

  /** @param {import("node:child_process").ChildProcess} child */
  function kill(child) {
    try {
      if (child.pid) process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  }

  return {
    broken,
    /** @param {Part} part */
    start: (part) => launch(part, logs === "files" ? openLog(part.name) : "inherit", 0),
    /** Says for a part that cannot say so itself that it has come up. @param {string} name */
    isUp: (name) => void arrived.add(name),
    stop: async () => {
      stopping = true;
      await Promise.all([...alive].map(([name, child]) => end(child, name)));
    },
    /** At once, with whatever they were doing. */
    kill: () => {
      stopping = true;
      for (const child of alive.values()) kill(child);
    },
  };
}
