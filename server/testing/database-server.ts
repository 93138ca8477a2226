import type { TestProject } from "vitest/node";
import { migrate, migrationsDigest, withConnection } from "../../scripts/lib/database.mjs";
import { alone, identityOf } from "../../scripts/lib/holders.mjs";
import { usePostgres } from "../../scripts/lib/pg.mjs";
import { inState } from "../../scripts/lib/place.mjs";
import { secrets } from "../../scripts/lib/state.mjs";

declare module "vitest" {
  export interface ProvidedContext {
    testServer: { url: string; template: string };
  }
}

/** Fixed ports of tests lie below 32768: one above may be any connection's at any moment. */
const PORT = 24391;
// what a crash loses here is lost with the run anyway
const FAST = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
const TEMPLATE = "ledgerline_template";

/**
 * One server for all runs of the database tests in this tree, stopped by the last. Its template has the real migrations of
 * this moment; a run with other migrations gets another template beside it.
 */
export default async function serveTestDatabases(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = inState("pg-test");
  const server = await usePostgres({ dataDir, password: secrets().databasePassword, port: PORT, settings: FAST });
  const template = `${TEMPLATE}_${migrationsDigest()}`;
  try {
    await alone(`${dataDir}.template.lock`, async () => {
      const shared = server.shared();
      const known: string[] = await withConnection(server.url("postgres"), async (ask): Promise<string[]> => {
        const rows = await ask("select datname as name from pg_database where datname like 'test\\_%' or datname like $1", [`${TEMPLATE}_%`]);
        const names = rows.map(({ name }: { name: string }) => name);
        const left = names.filter((name) => (name.startsWith(TEMPLATE) ? name !== template && !shared : identityOf(Number(name.split("_")[1])) === null));
        for (const name of left) await ask(`drop database "${name}" with (force)`);
        return names;
      });
      if (known.includes(template)) return;
      // under another name until it is whole, so that a run that was cut short leaves no half template
      const draft = `${TEMPLATE}_draft`;
      await withConnection(server.url("postgres"), (ask) => ask(`drop database if exists ${draft} with (force)`));
      await migrate(server.url(draft), dataDir);
      await withConnection(server.url("postgres"), (ask) => ask(`alter database ${draft} rename to ${template}`));
    });
  } catch (error) {
    await server.leave();
    throw error;
  }
  project.provide("testServer", { url: server.url("postgres"), template });
  return () => server.leave();
}
