import { mkdirSync, rmSync } from "node:fs";
import { migrate, productEnv, withConnection } from "../lib/database.mjs";
import { claim } from "../lib/holders.mjs";
import { usePostgres } from "../lib/pg.mjs";
import { inState } from "../lib/place.mjs";
import { buildWeb, prepareTree } from "../lib/prepare.mjs";
import { foreground, typescript } from "../lib/runtime.mjs";
import { secrets } from "../lib/state.mjs";
import { Refusal } from "../lib/voice.mjs";

const PORT = 24392;
const DATABASE = "ledgerline_bench";

/** Benchmarks on a server and an empty database of their own, with the settings of the real one; DATABASE_URL is left alone. @param {string[]} args */
export async function bench(args) {
  const own = claim(inState("bench.lock"));
  if ("holder" in own) throw new Refusal(`A benchmark is already running here (process ${own.holder}): two at once would measure each other.`);
  await prepareTree();
  const dataDir = inState("pg-bench");
  const server = await usePostgres({ dataDir, password: secrets().databasePassword, port: PORT });
  try {
    await withConnection(server.url("postgres"), async (ask) => {
      await ask(`drop database if exists ${DATABASE} with (force)`);
      await ask(`create database ${DATABASE}`);
    });
    await migrate(server.url(DATABASE), dataDir);
    rmSync(inState("bench"), { recursive: true, force: true });
    mkdirSync(inState("bench"), { recursive: true });
    const env = { ...productEnv({ url: server.url(DATABASE), web: "http://127.0.0.1:3000", demo: false }), TOWER_STATE_DIR: inState("bench") };
    await buildWeb(env);
    return await foreground([...typescript("bench/main.ts"), ...args], { env });
  } finally {
    await server.leave();
    own.release();
  }
}
