// Types and lint of a whole tree over one program of the compiler, where `tsc` and `eslint` work out all types once each. Says
// what those two would say, by the same configuration files; `npm test` runs them themselves.
//
// A file is looked at again when its own text, or the shape of anything that it imports however far away, has changed: the
// compiler keeps book of that. So an answer that is kept is never out of date, whatever was edited.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ESLint } from "eslint";
import ts from "typescript";
import { root } from "./lib/place.mjs";

const tree = path.resolve(root, process.argv[2] ?? ".");
const within = (/** @type {string[]} */ ...parts) => path.join(tree, ...parts);
const kept = within(".tower/reports/types-and-lint");
const book = path.join(kept, "lint.json");
/** The inner first: what both read is linted by the nearer configuration. */
const PROJECTS = ["scripts/tsconfig.json", "tsconfig.json"];
/** What decides on an answer besides sources and compiler options. */
const RULES = ["eslint.config.mjs", "package-lock.json", "scripts/types-and-lint.mjs"];
/** Configuration files; no project of the compiler knows them. */
const PLAIN = "*.{js,cjs,mjs}";

const formatting = { getCanonicalFileName: (/** @type {string} */ name) => name, getCurrentDirectory: () => tree, getNewLine: () => "\n" };

/** @param {string} project */
function open(project) {
  const config = ts.getParsedCommandLineOfConfigFile(within(project), { incremental: true, tsBuildInfoFile: path.join(kept, `${path.dirname(project)}.tsbuildinfo`) }, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (each) => {
      throw new Error(ts.formatDiagnostic(each, formatting));
    },
  });
  if (!config) throw new Error(`${project} cannot be read`);
  return ts.createIncrementalProgram({ rootNames: config.fileNames, options: config.options, configFileParsingDiagnostics: config.errors, createProgram: ts.createSemanticDiagnosticsBuilderProgram });
}

/** Checks what has to be checked again, and names it. @param {ReturnType<typeof open>} builder */
function checkedAnew(builder) {
  /** @type {string[]} */
  const files = [];
  for (let next = builder.getSemanticDiagnosticsOfNextAffectedFile(); next; next = builder.getSemanticDiagnosticsOfNextAffectedFile())
    files.push(...("fileName" in next.affected ? [next.affected] : next.affected.getSourceFiles()).map(({ fileName }) => path.normalize(fileName)));
  return files.filter((file) => file.startsWith(within(path.sep)) && !file.includes(`${path.sep}node_modules${path.sep}`));
}

/** @param {ReturnType<typeof open>} builder */
const errorsOf = (builder) => [...builder.getConfigFileParsingDiagnostics(), ...builder.getOptionsDiagnostics(), ...builder.getSyntacticDiagnostics(), ...builder.getGlobalDiagnostics(), ...builder.getSemanticDiagnostics()];

const hash = createHash("sha256").update(process.version);
for (const file of RULES.map((name) => within(name)).filter(existsSync)) hash.update(readFileSync(file));
const rules = hash.digest("hex");
/** @type {{ rules: string, failed: string[] } | null} */
let before = existsSync(book) ? JSON.parse(readFileSync(book, "utf8")) : null;
if (before?.rules !== rules) {
  before = null;
  rmSync(kept, { recursive: true, force: true });
}

const builders = PROJECTS.filter((project) => existsSync(within(project))).map(open);
const anew = builders.flatMap(checkedAnew);
const errors = builders.flatMap(errorsOf);
if (errors.length > 0) process.stdout.write(ts.formatDiagnosticsWithColorAndContext(ts.sortAndDeduplicateDiagnostics(errors), formatting));

const eslint = new ESLint({ cwd: tree, warnIgnored: false, errorOnUnmatchedPattern: false, overrideConfig: { languageOptions: { parserOptions: { projectService: false, programs: builders.map((each) => each.getProgram()) } } } });
const results = await eslint.lintFiles([PLAIN, ...new Set([...anew, ...(before?.failed ?? [])])]);
const failed = results.filter(({ errorCount, warningCount }) => errorCount + warningCount > 0);
process.stdout.write(await (await eslint.loadFormatter("stylish")).format(failed));

// in this order: whoever is stopped between the two finds the older book of the compiler and looks at more than he must
mkdirSync(kept, { recursive: true });
writeFileSync(book, JSON.stringify({ rules, failed: failed.map(({ filePath }) => filePath) }));
for (const builder of builders) builder.emit();
process.exitCode = errors.length > 0 || failed.length > 0 ? 1 : 0;
