import { inject } from "vitest";
import { openTryton, type TrytonDatabase } from "./tryton-copy";

export type { TrytonDatabase } from "./tryton-copy";

let made = 0;

/** A company with its chart, customers and items, and an empty ledger: for one test file alone. */
export function createTrytonDatabase(): Promise<TrytonDatabase> {
  made += 1;
  return openTryton(inject("tryton"), `systems_${process.pid}_${made}_${Date.now().toString(36)}`);
}
