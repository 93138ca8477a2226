import { inject } from "vitest";
import { alone } from "../../../scripts/lib/holders.mjs";
import { at } from "../../../scripts/lib/place.mjs";
import { openTryton, type TrytonDatabase } from "./tryton-copy";
import { trytonPerson } from "./tryton-person";

export type { TrytonDatabase } from "./tryton-copy";

let made = 0;

/** A company with its chart, customers and items, and an empty ledger: for one test file alone. */
export async function createTrytonDatabase(): Promise<TrytonDatabase> {
  made += 1;
  const database = await openTryton(inject("tryton"), `systems_${process.pid}_${made}_${Date.now().toString(36)}`);
  // The first sign-in loads the modules. Two databases that one Tryton loads at once spoil each other's fields for as long as it runs.
  await alone(at(".tower/tryton-load.lock"), () => trytonPerson(database.url, "ledgerline", database.passwords.connector));
  return database;
}
