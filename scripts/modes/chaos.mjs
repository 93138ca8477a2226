import { claim } from "../lib/holders.mjs";
import { inState } from "../lib/place.mjs";
import { prepareTree } from "../lib/prepare.mjs";
import { foreground, typescript } from "../lib/runtime.mjs";
import { Refusal } from "../lib/voice.mjs";

/** Real processes under faults, on a server and simulated systems of their own; DATABASE_URL is left alone. @param {string[]} args */
export async function chaos(args) {
  const own = claim(inState("chaos.lock"));
  if ("holder" in own) throw new Refusal(`Chaos is already at work here (process ${own.holder}).`);
  try {
    await prepareTree();
    return await foreground([...typescript("server/testing/chaos/main.ts"), ...args]);
  } finally {
    own.release();
  }
}
