import { inject } from "vitest";
import { openTryton, type TrytonDatabase } from "./tryton-copy";
import { trytonPerson } from "./tryton-person";
import { startDaemon } from "./tryton-server";

export type { TrytonDatabase } from "./tryton-copy";

let made = 0;

/**
 * A company with its chart, customers and items, and an empty ledger, with a Tryton of its own: for one test file alone. One Tryton serves several
 * databases, but while it loads one it answers the users of another with errors without a word, as its modules' classes are common to all.
 */
export async function createTrytonDatabase(): Promise<TrytonDatabase> {
  made += 1;
  const ground = inject("tryton"), { url, stop } = await startDaemon(ground);
  try {
    const database = await openTryton({ ...ground, url }, `systems_${process.pid}_${made}_${Date.now().toString(36)}`);
    // the first sign-in loads the modules: no test is to wait for that
    await trytonPerson(database.url, "ledgerline", database.passwords.connector);
    return { ...database, drop: async () => { await stop(); await database.drop(); } };
  } catch (error) {
    await stop();
    throw error;
  }
}
