import { stripVTControlCharacters } from "node:util";

/** What failed, and why, as far as the tool tells. @typedef {{ name: string, why: string }} Failure */

const LONGEST = 300;

/** What an error says on one line, without its stack: of a property its seed and path, and as much of its counterexample as fits. @param {string | undefined} message */
function shortly(message) {
  const said = stripVTControlCharacters(message ?? "").split(/\n\s+at /, 1)[0].replace(/^Error: /, "").replaceAll(/\s+/g, " ").trim();
  return said.length > LONGEST ? `${said.slice(0, LONGEST)} …` : said;
}

/** Of a JSON report of Vitest: its failed tests, then the files of which no test failed and that failed all the same, which could not be loaded. @param {any} report @returns {Failure[]} */
export const failedTests = ({ testResults }) => [
  ...testResults.flatMap((/** @type {any} */ { assertionResults }) => assertionResults).filter(failed).map((/** @type {any} */ test) => ({ name: test.fullName, why: shortly(test.failureMessages?.[0]) })),
  ...testResults.filter((/** @type {any} */ file) => failed(file) && !file.assertionResults.some(failed)).map((/** @type {any} */ file) => ({ name: file.name, why: shortly(file.message) })),
];
const failed = (/** @type {{ status: string }} */ { status }) => status === "failed";

/** Of a JSON report of Playwright, a tree of describes: each with the error of its last attempt. @param {any} suite @returns {Failure[]} */
export const failedSpecs = ({ specs = [], suites = [] }) => [
  ...specs.filter((/** @type {any} */ spec) => !spec.ok).map((/** @type {any} */ spec) => ({ name: `${spec.file}:${spec.line} ${spec.title}`, why: shortly(spec.tests?.at(-1)?.results?.at(-1)?.error?.message) })),
  ...suites.flatMap(failedSpecs),
];
