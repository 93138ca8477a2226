import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { chromium } from "./chromium.mjs";
import { debianPackages, TRYTON } from "./debian.mjs";
import { failedSpecs, failedTests } from "./failures.mjs";
import { holderOf } from "./holders.mjs";
import { discardPostgres } from "./pg.mjs";
import { at } from "./place.mjs";
import { tool } from "./runtime.mjs";
import { Refusal } from "./voice.mjs";

/**
 * @typedef {{ passed: number, failed: number, failures?: import("./failures.mjs").Failure[] }} Count
 * @typedef {(args: string[], env?: Record<string, string>) => Promise<number>} Run runs Node on a tool and answers its exit code
 * @typedef {(run: Run, args: string[]) => Promise<Count>} Suite
 */

/** A suite that is right or wrong as a whole. @param {number} code @returns {Count} */
const asOne = (code) => (code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

/** @param {string} name */
function reportFile(name) {
  const file = at(".tower/reports", `${name}.json`);
  mkdirSync(at(".tower/reports"), { recursive: true });
  rmSync(file, { force: true });
  return file;
}

/**
 * The counts of a report. A run that failed without a failed test (no report, a broken set-up, no tests) counts as one.
 * @param {string} file @param {number} code @param {(report: any) => Count} read @returns {Count}
 */
function counted(file, code, read) {
  const count = existsSync(file) ? read(JSON.parse(readFileSync(file, "utf8"))) : { passed: 0, failed: 0 };
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/** @param {string} project @returns {Suite} */
const vitest = (project) => async (run, args) => {
  const file = reportFile(project);
  const code = await run([tool.vitest, "run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...args]);
  return counted(file, code, (report) => {
    const failures = failedTests(report);
    return { passed: report.numPassedTests, failed: failures.length, failures };
  });
};

/** Where e2e/tower.ts keeps the state of the towers that browser tests start. */
const BROWSER_STATES = [".tower/e2e", ".tower/e2e-2"];

/** Always a first start. */
async function forgetBrowserState() {
  for (const state of BROWSER_STATES) {
    const holder = holderOf(at(state, "start.lock"));
    if (holder !== null) throw new Refusal(`Browser tests are already running here (process ${holder}).`);
    await discardPostgres(at(state, "pg"));
    rmSync(at(state), { recursive: true, force: true });
  }
}

/**
 * Those that need neither a database nor a browser run two at a time, so the longest come first.
 * @type {Record<string, Suite>}
 */
export const lightSuites = {
  property: vitest("property"),
  lint: async (run, args) => asOne(await run([tool.eslint, "--max-warnings=0", "--no-warn-ignored", ...(args.length > 0 ? args : ["."])])),
  unit: vitest("unit"),
  types: async (run, args) => asOne((await run([tool.next, "typegen"])) || (await run([tool.tsc, "--noEmit", "--pretty", ...args])) || (await run([tool.tsc, "--noEmit", "--pretty", "-p", "scripts"]))),
  arch: vitest("architecture"),
  knip: async (run, args) => asOne(await run([tool.knip, ...args])),
};

/** Those that have the machine to themselves, one after the other. @type {Record<string, Suite>} */
export const heavySuites = {
  db: vitest("db"),
  browser: async (run, args) => {
    const file = reportFile("browser");
    const browser = chromium();
    await forgetBrowserState();
    // a part of the tests is sooner done in one tower than a second is up
    const towers = args.length > 0 ? 1 : BROWSER_STATES.length;
    const code = await run([tool.playwright, "test", "--reporter=list,json", ...args], { CHROMIUM: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: file, TOWER_STATE_DIR: BROWSER_STATES[0], TOWERS: String(towers) });
    return counted(file, code, ({ stats, suites }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected, failures: failedSpecs({ suites }) }));
  },
};

const BROKERS = ["nats-server", "rabbitmq-server"];

/** Against servers that nobody here wrote. Only where they are asked for: they want Debian's packages. @type {Record<string, Suite>} */
export const systemSuites = {
  systems: async (run, args) => {
    debianPackages([...TRYTON, ...BROKERS, "openssh-server"], "The suite of real systems");
    return vitest("systems")(run, args);
  },
};

/**
 * For every edit, the longest first. Types and lint say what the suites of these names say, faster: see the script.
 * @type {Record<string, Suite>}
 */
export const fastSuites = {
  "types, lint": async (run) => asOne((await run([tool.next, "typegen"])) || (await run([at("scripts/types-and-lint.mjs")]))),
  unit: lightSuites.unit,
  arch: lightSuites.arch,
  knip: lightSuites.knip,
};
