import { prepareTree } from "../lib/prepare.mjs";
import { foreground, onStop } from "../lib/runtime.mjs";
import { fastSuites, heavySuites, lightSuites, systemSuites } from "../lib/suites.mjs";
import { Refusal, say } from "../lib/voice.mjs";

const LANES = 2; // a type checker each: more would only take memory from each other
const suites = { ...lightSuites, ...heavySuites, ...systemSuites };

/** @typedef {import("../lib/suites.mjs").Count & { name: string, seconds: number }} Result */

/**
 * @param {string} name
 * @param {Promise<import("../lib/suites.mjs").Count>} work
 * @returns {Promise<Result>}
 */
async function result(name, work) {
  const began = Date.now();
  const count = await work.catch((error) => {
    process.stderr.write(`${error instanceof Refusal ? error.message : error.stack}\n`);
    return { passed: 0, failed: 1 };
  });
  return { name, ...count, seconds: (Date.now() - began) / 1000 };
}

/** What failed, and why, stands at the end, where whoever sees only the last lines finds it. @param {Result[]} results */
function conclude(results) {
  const sum = (/** @type {"passed" | "failed"} */ key) => results.reduce((total, each) => total + each[key], 0);
  const lines = results.map(({ name, passed, failed, seconds }) => `  ${failed > 0 ? "FAILED" : "ok    "} ${name.padEnd(11)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds.toFixed(1).padStart(7)} s`);
  const failures = results.flatMap(({ name: suite, failures: each = [] }) => each.map(({ name, why }) => `\n  FAILED ${suite}: ${name}${why && `: ${why}`}`));
  process.stdout.write(`${failures.length > 0 ? "\n" : ""}${failures.join("")}\n${lines.join("\n")}\n\n${sum("passed")} passed, ${sum("failed")} failed\n`);
  return sum("failed") > 0 || results.length === 0 ? 1 : 0;
}

/** Dependencies and generated code first; without them no suite can say anything. @returns {Promise<Result | null>} */
async function unprepared() {
  try {
    await prepareTree();
    return null;
  } catch (error) {
    process.stderr.write(`${error instanceof Refusal ? error.message : error.stack}\n`);
    return { name: "prepare", passed: 0, failed: 1, seconds: 0 };
  }
}

/**
 * Suites two at a time, each one's output in one piece.
 * @param {Record<string, import("../lib/suites.mjs").Suite>} chosen
 * @param {"all" | "failed"} shown whose output is shown
 * @returns {Promise<Result[]>}
 */
async function sideBySide(chosen, shown) {
  const waiting = Object.entries(chosen);
  const endWatch = onStop(() => waiting.splice(0));
  /** @type {Result[]} */
  const results = [];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, suite] = next;
      /** @type {Buffer[]} */
      const output = [];
      const each = await result(name, suite((command, env) => foreground(command, { env, stdio: ["ignore", "pipe", "pipe"], onOutput: (chunk) => output.push(chunk) }), []));
      results.push(each);
      say(`${name} ${each.failed > 0 ? "FAILED" : "ok"}`);
      if (shown === "all" || each.failed > 0) process.stdout.write(Buffer.concat(output));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  endWatch();
  return results;
}

const WITH_SYSTEMS = "all";

/**
 * Every suite but the one of real systems; with "all" that one too; or the named ones one after the other, whatever becomes of those before. Arguments
 * after one single suite go to its tool.
 * @param {string[]} args
 */
export async function test(args) {
  const whole = args.length === 0 || (args.length === 1 && args[0] === WITH_SYSTEMS);
  return whole ? await testWhole(args.length > 0 ? { ...heavySuites, ...systemSuites } : heavySuites) : await testNamed(args);
}

/** @param {Record<string, import("../lib/suites.mjs").Suite>} heavy those that follow the light ones, one by one */
async function testWhole(heavy) {
  return await prepared(async (inTurn) => {
    say(`${Object.keys(lightSuites).join(", ")} ...`);
    return [...(await sideBySide(lightSuites, "all")), ...(await inTurn(Object.keys(heavy), []))];
  });
}

/** @param {string[]} args */
async function testNamed(args) {
  const named = args.findIndex((arg) => !(arg in suites));
  const chosen = args.slice(0, named < 0 ? args.length : named);
  const rest = named < 0 ? [] : args.slice(named);
  if (rest.length > 0 && chosen.length !== 1) throw new Refusal(`There is no suite "${rest[0]}": choose of ${[...Object.keys(suites), WITH_SYSTEMS].join(", ")}, or name one suite and then arguments for its tool.`);
  return await prepared((inTurn) => inTurn(chosen, rest));
}

/**
 * Runs suites in a prepared tree and counts them; an interruption lets the running one end and fails the whole.
 * @param {(inTurn: (names: string[], args: string[]) => Promise<Result[]>) => Promise<Result[]>} run
 */
async function prepared(run) {
  const failure = await unprepared();
  if (failure) return conclude([failure]);
  let interrupted = false;
  onStop(() => (interrupted = true));
  const results = await run(async (names, args) => {
    /** @type {Result[]} */
    const done = [];
    for (const name of names) {
      if (interrupted) break;
      say(`${name} ...`);
      done.push(await result(name, suites[name]((command, env) => foreground(command, { env }), args)));
    }
    return done;
  });
  return conclude(results) || (interrupted ? 1 : 0);
}

/** The suites that are fast enough for every edit. @param {string[]} args */
export async function check(args) {
  if (args.length > 0) throw new Refusal('npm run check takes no arguments: "npm test -- lint" and the like run one suite.');
  const failure = await unprepared();
  return conclude(failure ? [failure] : await sideBySide(fastSuites, "failed"));
}
