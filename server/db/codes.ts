import type pg from "pg";
import { missingCode } from "@/server/domain/awaited-codes";
import { fail, ok, type Result } from "@/server/domain/result";
import { logger } from "@/server/observability/logger";

interface MapRow { entity: string; key: string; data: { kind: string; system: string; code: string; canonical?: string }; updated_at: Date }
interface ItemRow { entity: string; key: string; data: { baseUnit: string }; updated_at: Date }

/** Of one system and kind: what each code means, and which code is used for each of our words. */
interface Book { meanings: Map<string, string>; codes: Map<string, string> }

/** A new mapping is known to every process after this long at most. */
const refreshMs = 2000;
const missing: Record<string, string> = { customer: "MAP-01", item: "MAP-02", unit: "MAP-03" };

export interface CodeBook {
  resolveCode(entity: string, system: string, kind: string, canonical: string): Result<string>;
  /** Further codes of the same word, which are not used as long as the first is there. */
  otherCodes(entity: string, system: string, kind: string, canonical: string): string[];
  baseUnit(entity: string, item: string): Result<string>;
  /** Reads what changed since the last time; callers await it before a batch of calls. */
  refresh(): Promise<void>;
  /** The same, however lately that was. */
  renew(): Promise<void>;
}

/**
 * The cross-reference from our words to those of each system, kept in memory and read on by time of change: connectors
 * translate thousands of lines a second. Where several codes mean one thing, the first in order of the code is used.
 */
export function createCodeBook(pool: pg.Pool, now: () => number = () => performance.now()): CodeBook {
  const books = new Map<string, Book>();
  const units = new Map<string, string>();
  let seen = new Date(0);
  let fresh = -Infinity;
  let running: Promise<void> | null = null;
  const bookOf = (entity: string, system: string, kind: string): Book => {
    const key = `${entity}|${system}|${kind}`;
    let found = books.get(key);
    if (!found) books.set(key, (found = { meanings: new Map(), codes: new Map() }));
    return found;
  };
  const put = ({ entity, data: { system, kind, code, canonical } }: MapRow): void => {
    const { meanings, codes } = bookOf(entity, system, kind), before = meanings.get(code);
    if (before === canonical) return;
    if (canonical === undefined) meanings.delete(code);
    else meanings.set(code, canonical);
    if (before !== undefined && codes.get(before) === code) {
      const [next] = [...meanings].flatMap(([other, meaning]) => (meaning === before ? [other] : [])).sort();
      if (next === undefined) codes.delete(before);
      else codes.set(before, next);
    }
    if (canonical === undefined) return;
    const present = codes.get(canonical);
    if (present === undefined || code < present) codes.set(canonical, code);
  };
  async function read(): Promise<void> {
    // A little overlap: timestamps are not the order of commit.
    const from = new Date(seen.getTime() - 10_000);
    const { rows } = await pool.query<MapRow & { topic: string }>("select entity, topic, key, data, updated_at from reference_row where topic in ('map', 'item') and updated_at >= $1 order by updated_at", [from]);
    for (const row of rows) {
      if (row.topic === "map") put(row);
      else units.set(`${row.entity}|${row.key}`, (row as unknown as ItemRow).data.baseUnit);
      if (row.updated_at > seen) seen = row.updated_at;
    }
    fresh = now();
  }
  const refresh = (): Promise<void> => {
    if (now() - fresh < refreshMs) return Promise.resolve();
    running ??= read().catch((error: unknown) => { logger.warn({ error }, "the cross-reference was not refreshed"); }).finally(() => { running = null; });
    return running;
  };
  return {
    refresh,
    async renew() {
      // One that began before the question may have missed the answer.
      await running;
      fresh = -Infinity;
      await refresh();
    },
    resolveCode(entity, system, kind, canonical) {
      const code = books.get(`${entity}|${system}|${kind}`)?.codes.get(canonical);
      return code === undefined ? fail(missingCode(missing[kind] ?? "MAP-04", kind, canonical), `${system} has no code for ${kind} ${canonical}`) : ok(code);
    },
    otherCodes(entity, system, kind, canonical) {
      const book = books.get(`${entity}|${system}|${kind}`), first = book?.codes.get(canonical);
      return [...(book?.meanings ?? [])].flatMap(([code, meaning]) => (meaning === canonical && code !== first ? [code] : [])).sort();
    },
    baseUnit(entity, item) {
      const unit = units.get(`${entity}|${item}`);
      return unit === undefined ? fail("MAP-02", `Item ${item} is not known`) : ok(unit);
    },
  };
}
