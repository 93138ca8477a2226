import { existsSync, readFileSync, rmSync } from "node:fs";
import { digest, isDone, markDone } from "./content.mjs";
import { alone, users } from "./holders.mjs";
import { at } from "./place.mjs";
import { npm, step, tool } from "./runtime.mjs";
import { Refusal, say } from "./voice.mjs";

/** What is prepared belongs to the tree, whatever state folder is in use, and is prepared by one process at a time. */
const turn = at(".tower/prepare.lock");

/** The first start prepares for minutes: whoever comes meanwhile is told what he waits for. */
const told = { noticeMs: 1000, waiting: (/** @type {number} */ holder) => say(`waiting for process ${holder}, which prepares this folder ...`) };

/** Every running tower is entered here, so that nobody pulls the tree from under it. */
export const towers = users(at(".tower/towers"));

const json = (/** @type {string} */ file) => JSON.parse(readFileSync(file, "utf8"));

/** @param {string} what */
function mustNotDisturb(what) {
  if (towers.others()) throw new Refusal(`${what}, but a tower is running from this folder: stop it first.`);
}

/** True when every package of the lock is in node_modules in its version. */
function isInstalled() {
  const hidden = at("node_modules/.package-lock.json");
  if (!existsSync(hidden)) return false;
  const { packages: there } = json(hidden);
  return Object.entries(json(at("package-lock.json")).packages).every(
    ([place, entry]) => place === "" || (there[place] ? there[place].version === entry.version && existsSync(at(place)) : entry.optional === true),
  );
}

function lockMatchesPackage() {
  const own = json(at("package.json"));
  const { packages } = json(at("package-lock.json"));
  return ["dependencies", "devDependencies", "optionalDependencies"].every((kind) => {
    const [wanted, locked] = [own[kind] ?? {}, packages[""][kind] ?? {}];
    return Object.keys({ ...wanted, ...locked }).every((name) => wanted[name] === locked[name]);
  });
}

async function install() {
  if (!lockMatchesPackage()) throw new Refusal('package-lock.json does not match package.json: run "npm install" and then "node scripts/complete-lock.mjs".');
  if (isInstalled()) return;
  mustNotDisturb("The dependencies must be installed");
  say("installing dependencies (about a minute the first time) ...");
  if ((await npm(["ci", "--no-audit", "--no-fund", "--loglevel=error", "--include=dev"])) !== 0) throw new Refusal("npm could not install the dependencies: the reason is above.");
}

async function generate() {
  const client = { stamp: at("node_modules/.cache/ledgerline/client"), want: digest(["prisma/schema", "prisma.config.ts", "package-lock.json"]), output: at("generated/prisma/client.ts") };
  if (isDone(client)) return;
  say("generating the database client ...");
  if ((await step([tool.prisma, "generate"])) !== 0) throw new Refusal("Prisma could not generate its client from prisma/schema: the reason is above.");
  markDone(client);
}

/** Dependencies and generated code, as every command needs them. Some 50 ms when nothing is to be done. */
export const prepareTree = () =>
  alone(turn, async () => {
    await install();
    await generate();
  }, told);

const WEB_INPUTS = ["app", "components", "server", "prisma/schema", "public", "next.config.js", "postcss.config.mjs", "tsconfig.json", "tsconfig.build.json", "proxy.ts", "instrumentation.ts", "instrumentation-node.ts", "instrumentation-client.ts", "package-lock.json"];
const NOT_IN_THE_BUILD = /^server\/(landscape|cli|testing)$|\.test\.tsx?$|\/__fixtures__$|\.md$/;

/** A build made by hand has another id and counts as stale: nobody knows what it was made from. */
function webBuild() {
  const id = at(".next/BUILD_ID");
  return { stamp: at(".next/ledgerline"), want: `${digest(WEB_INPUTS, NOT_IN_THE_BUILD)} ${existsSync(id) ? readFileSync(id, "utf8") : ""}`, output: id };
}

/** The web application as of the present sources. @param {Record<string, string>} env of the product, which pages may read while they are built */
export const buildWeb = (env) =>
  alone(turn, async () => {
    if (isDone(webBuild())) return;
    mustNotDisturb("The web application must be built anew");
    say("building the web application (about half a minute) ...");
    rmSync(webBuild().stamp, { force: true });
    if ((await step([tool.next, "build"], env)) !== 0) throw new Refusal("The web application could not be built: the reason is above.");
    markDone(webBuild());
  }, told);
