import { existsSync, readFileSync } from "node:fs";
import { debianPackages, TRYTON } from "../lib/debian.mjs";
import { inState } from "../lib/place.mjs";
import { prepareTree } from "../lib/prepare.mjs";
import { foreground, typescript } from "../lib/runtime.mjs";
import { lastAddress } from "../lib/state.mjs";
import { Refusal } from "../lib/voice.mjs";
import { startIn } from "./start.mjs";

/** Making Tryton's database takes about two minutes the first time, installing Vendure half a one. */
const FIRST_TIME_LIMIT_MS = 480_000;
const DEEDS = ["order", "pay"];

const systems = () => JSON.parse(readFileSync(inState("real-systems.json"), "utf8"));

/** @param {string} web */
function addresses(web) {
  const { vendure, tryton } = systems();
  const { origin, pathname } = new URL(tryton.url);
  return [
    `  Tower    ${web}`,
    "             sign in as ops, with the password above",
    `  Vendure  ${vendure.url}/admin-api and /shop-api (GraphQL)`,
    `             administrator superadmin, password only-on-loopback; buyers ${vendure.buyers.join(", ")}, password ${vendure.password}`,
    `  Tryton   ${origin}/#${pathname.slice(1)}`,
    `             database ${pathname.slice(1)}, user ledgerline, password ${tryton.passwords.connector}`,
    `             to pick, pack and ship there: user picker, password ${tryton.passwords.picker}`,
    "",
    "  In another terminal, as a buyer at the shop:  npm run try:real -- order",
    "  and when its invoice is there, as the bank:   npm run try:real -- pay",
  ];
}

/** A tower amid a real shop and a real ERP, or with a word after it what a person does there. @param {string[]} args */
export async function tryReal(args) {
  const [deed = "", ...rest] = args;
  if (DEEDS.includes(deed)) return act(deed, rest);
  if (deed && !deed.startsWith("--")) throw new Refusal(`npm run try:real knows no "${deed}": it takes nothing, or one of ${DEEDS.join(", ")}.`);
  debianPackages([...TRYTON, "tryton-sao"], "Trying it with real systems");
  return startIn({ name: "real systems", program: "server/testing/systems/real/main.ts", simulated: ["tax", "payments"], limitMs: FIRST_TIME_LIMIT_MS, env: {}, laid: "always", orders: [], lines: addresses }, args);
}

/** @param {string} deed @param {string[]} args */
async function act(deed, args) {
  const web = lastAddress();
  if (!web || !existsSync(inState("real-systems.json"))) throw new Refusal("The real systems do not run here: start them with npm run try:real, in a terminal of their own.");
  await prepareTree();
  return foreground([...typescript("server/testing/systems/real/deeds.ts"), deed, ...args], { env: { TOWER_WEB: web } });
}
