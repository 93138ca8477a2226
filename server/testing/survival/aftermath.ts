import { Client } from "pg";
import type { Surroundings } from "./landscape";

export interface Difference { orderNumber: string | null; scenario: string | null; what: string; where: string | null; expected: string; actual: string; awaits: string | null }
export interface Verdict { orders: number; stories: Record<string, number>; faults: Record<string, number>; documents: Record<string, number>; differences: Difference[] }

/** What every ledger holds beside what the generator's own script says that it must. */
export async function oracle(surroundings: Surroundings): Promise<Verdict> {
  return JSON.parse((await surroundings.run("server/landscape/check-oracle.ts", ["--json"])).stdout) as Verdict;
}

/** Commands by state, where they are not done; messages and subjects that nobody has taken up. */
export async function unfinished(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ what: string }>(`
      select state || ' ' || kind as what from command where state not in ('confirmed', 'withdrawn')
      union all select 'message ' || id from inbound_message where state not in ('normalized', 'excluded')
      union all select 'unplanned ' || subject_id from wake where due_at <= now()`);
    return rows.map(({ what }) => what);
  } finally {
    await client.end();
  }
}

interface Told { code: string; message: string }
/** The codes of what is open for people, each once. */
export async function leftOpen(surroundings: Surroundings, what: "exceptions" | "holds"): Promise<string[]> {
  return [...new Set((JSON.parse((await surroundings.run("server/cli/main.ts", [what, "--json"])).stdout) as Told[]).map(({ code }) => code))].sort();
}

export const wrong = (verdict: Verdict): Difference[] => verdict.differences.filter(({ awaits }) => awaits === null);
/** More stands in a ledger than should: what a second posting leaves, and waiting never mends. */
export const doubled = (verdict: Verdict): Difference[] => wrong(verdict).filter(({ expected, actual }) => Number(actual) > Number(expected));
