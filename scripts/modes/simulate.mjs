import { prepareTree } from "../lib/prepare.mjs";
import { foreground, typescript } from "../lib/runtime.mjs";

/** The engine under faults, in memory and on a clock of its own; the same seed gives the same run. @param {string[]} args */
export async function simulate(args) {
  await prepareTree();
  return await foreground([...typescript("server/testing/simulation/main.ts"), ...args]);
}
