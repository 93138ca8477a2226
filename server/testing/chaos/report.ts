import { wrong, type Verdict } from "@/server/testing/survival/aftermath";

export interface Aftermath { verdict: Verdict; left: string[]; books: { proved: string; drifts: boolean }; exceptions: string[]; holds: string[] }
export interface Struck {
  add(name: string): void;
  skip(name: string, why: string): void;
  count(): number;
  /** Prints what was done to it and what it came to; true where it survived. */
  conclude(after: Aftermath, json: boolean): boolean;
}

/** What the stories themselves leave to people: money paid above the invoice, goods shipped above the order. */
const leftToPeople = { exceptions: ["PAY-01"], holds: ["OVER_SHIPMENT"] };
const beyond = (found: readonly string[], known: readonly string[]): string[] => found.filter((code) => !known.includes(code));
const listed = (counts: Record<string, number>): string => Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(", ");

export function report(): Struck {
  const counts: Record<string, number> = {}, skipped: Record<string, string> = {};
  const sum = (): number => Object.values(counts).reduce((total, count) => total + count, 0);
  return {
    add: (name) => { counts[name] = (counts[name] ?? 0) + 1; },
    skip: (name, why) => { skipped[name] = why; },
    count: sum,
    conclude({ verdict, left, books, exceptions, holds }, json) {
      const unexpected = [...beyond(exceptions, leftToPeople.exceptions), ...beyond(holds, leftToPeople.holds)];
      const survived = wrong(verdict).length === 0 && left.length === 0 && !books.drifts && unexpected.length === 0;
      if (json) process.stdout.write(`${JSON.stringify({ survived, faults: counts, skipped, orders: verdict.orders, met: verdict.faults, documents: verdict.documents, differences: wrong(verdict), unfinished: left, books: books.proved, exceptions, holds }, null, 1)}\n`);
      else process.stdout.write([
        ...Object.entries(counts).map(([name, count]) => `${String(count).padStart(5)}  ${name}`),
        ...Object.entries(skipped).map(([name, why]) => `    -  ${name}: skipped, ${why}`),
        `${sum()} faults at processes over ${verdict.orders} orders; besides, since their systems were last started: ${listed(verdict.faults)}`,
        `ledgers: ${listed(verdict.documents)}`, `books: ${books.proved}`, `left to people: ${[...exceptions, ...holds].join(", ") || "nothing"}`,
        ...wrong(verdict).slice(0, 50).map((row) => `DIFFERS ${row.orderNumber ?? "whole ledger"} ${row.scenario ?? ""} ${row.what} ${row.where ?? ""}: expected ${row.expected}, actual ${row.actual}`),
        ...left.slice(0, 50).map((what) => `UNFINISHED ${what}`), ...unexpected.map((code) => `OPEN ${code}, which no story leaves`),
        survived ? "Survived: every ledger is equal to the oracle's to the cent, and nothing is left over." : "NOT survived.", "",
      ].join("\n"));
      return survived;
    },
  };
}
