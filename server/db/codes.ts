import type pg from "pg";
import { missingCode } from "@/server/domain/awaited-codes";
import { fail, ok, type Result } from "@/server/domain/result";
import { logger } from "@/server/observability/logger";

interface MapRow { entity: string; key: string; data: { kind: string; system: string; code: string; canonical?: string }; updated_at: Date }
interface ItemRow { entity: string; key: string; data: { baseUnit: string }; updated_at: Date }

/** A new mapping is known to every process after this long at most. */
const refreshMs = 2000;
const missing: Record<string, string> = { customer: "MAP-01", item: "MAP-02", unit: "MAP-03" };

export interface CodeBook {
  resolveCode(entity: string, system: string, kind: string, canonical: string): Result<string>;
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
  const codes = new Map<string, Map<string, string>>();
  const units = new Map<string, string>();
  let seen = new Date(0);
  let fresh = -Infinity;
  let running: Promise<void> | null = null;
  const slot = (entity: string, system: string, kind: string): Map<string, string> => {
    const key = `${entity}|${system}|${kind}`;
    let found = codes.get(key);
    if (!found) codes.set(key, (found = new Map<string, string>()));
    return found;
  };
  const put = ({ entity, data }: MapRow): void => {
    const mine = slot(entity, data.system, data.kind);
    for (const [canonical, code] of mine) if (code === data.code && canonical !== data.canonical) mine.delete(canonical);
    if (data.canonical === undefined) return;
    const present = mine.get(data.canonical);
    if (present === undefined || data.code < present) mine.set(data.canonical, data.code);
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
      const code = codes.get(`${entity}|${system}|${kind}`)?.get(canonical);
      return code === undefined ? fail(missingCode(missing[kind] ?? "MAP-04", kind, canonical), `${system} has no code for ${kind} ${canonical}`) : ok(code);
    },
    baseUnit(entity, item) {
      const unit = units.get(`${entity}|${item}`);
      return unit === undefined ? fail("MAP-02", `Item ${item} is not known`) : ok(unit);
    },
  };
}
