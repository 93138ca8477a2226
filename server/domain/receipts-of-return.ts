import { canonicalJson } from "./commands";
import type { ReturnReceived } from "./contracts/returns";
import type { Fact } from "./facts";

/**
 * A return's number is the customer's, and it may come back to several warehouses: each system of record tells its own receipts of
 * it, and they add up. One that names its warehouse, or has its own number, is known by that whoever tells it.
 */
export const namesItself = ({ document, data }: Fact): boolean => document !== (data as ReturnReceived).return;

/** What came, in a system's words: all but by which name it is known there. */
const wordsOf = ({ data }: Fact): string => { const { version: _version, warehouse: _warehouse, receipt: _receipt, ...came } = data as ReturnReceived; return canonicalJson(came); };

/**
 * Systems whose receipt under the bare number of the return is one more. Who says to the moment what another says, or said before it
 * was corrected, only repeats it: one warehouse on two routes, or a copy that lags.
 */
export function tellTheirOwn(systems: readonly string[], same: readonly Fact[], told: readonly Fact[]): string[] {
  const heard = systems.map((system) => same.filter(({ source }) => source === system).sort((a, b) => a.version - b.version).map(wordsOf));
  const named = new Set(told.filter((fact) => namesItself(fact)).map(wordsOf));
  return systems.filter((_, at) => {
    const mine = heard[at] ?? [], last = mine.at(-1) ?? "";
    return !named.has(last) && !heard.some((other, place) => place !== at && other.includes(last) && (place < at || !mine.includes(other.at(-1) ?? "")));
  });
}
