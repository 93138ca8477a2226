import { openDatabase, productEnv } from "../lib/database.mjs";
import { prepareTree } from "../lib/prepare.mjs";
import { foreground, tool, typescript } from "../lib/runtime.mjs";
import { lastAddress } from "../lib/state.mjs";

/** The command line of the product, on the database of this installation. @param {string[]} args */
export async function tower(args) {
  await prepareTree();
  const database = await openDatabase();
  try {
    const demo = process.env.TOWER_DEMO ? process.env.TOWER_DEMO === "1" : database.embedded;
    return await foreground([...typescript("server/cli/main.ts"), ...args], { env: productEnv({ url: database.url, web: lastAddress() ?? "http://127.0.0.1:3000", demo }) });
  } finally {
    await database.leave();
  }
}

/** Prisma's own command line, on the database of this installation as it is. @param {string[]} args */
export async function prisma(args) {
  await prepareTree();
  const database = await openDatabase({ migrated: false });
  try {
    return await foreground([tool.prisma, ...args], { env: { DATABASE_URL: database.url } });
  } finally {
    await database.leave();
  }
}
