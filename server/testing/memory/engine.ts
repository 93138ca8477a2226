import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { createStores, type Stores } from "@/server/db/stores";
import type { Lane } from "@/server/domain/commands";
import { budgetOf, defaultRules, type Budget } from "@/server/domain/resilience";
import type { Planner } from "@/server/domain/plan";
import type { Policy } from "@/server/domain/policy";
import type { SubjectKind } from "@/server/domain/subject";
import type { Ports } from "@/server/pipeline/ports";
import { processTimers } from "@/server/pipeline/timers";
import { createTestDatabase } from "../test-database";
import type { Tellable, Told } from "../world/builders";
import { testPolicy } from "../world/defaults";
import { createLandscape, messageOf, type Landscape } from "./landscape";

export type TestPlanners = Partial<Record<SubjectKind, Planner>>;

/** The real stores on a database of their own, with simulated targets; the clock is real. */
export interface Engine {
  pool: pg.Pool; ports: Ports; stores: Stores; landscape: Landscape; url: string;
  rows<T = Record<string, unknown>>(sql: string, values?: unknown[]): Promise<T[]>;
  /** The first column of the first row. */
  value<T = unknown>(sql: string, values?: unknown[]): Promise<T>;
  say(...things: (Told | Tellable)[]): Promise<void>;
  close(): Promise<void>;
}

/** What a lane may take where nothing but calls at once is short. */
export const ample = (lane: Lane, concurrency = 8): Budget => budgetOf(lane, { ...defaultRules, concurrency, perMinute: 1_000_000 });

const connectors = ["shop", "wms", "carrier", "erp", "tax", "pay", "crm", "bank"];

export async function createEngine(options: { policy?: Policy; serialKeyOf?: Parameters<typeof createStores>[0]["serialKeyOf"]; concurrency?: number } = {}): Promise<Engine> {
  const database = await createTestDatabase();
  const pool = createPool(database.url, { max: 12, of: "pipeline" });
  const concurrency = options.concurrency ?? 8;
  await pool.query("insert into connector (id, type, name, entity, settings, concurrency) select id, id, id, 'US01', '{}', $2 from unnest($1::text[]) as c(id)", [connectors, concurrency]);
  await pool.query("insert into policy_version (entity, version, valid_from, data, author) values ('US01', 1, '2020-01-01', $1, 'setup')", [JSON.stringify(options.policy ?? testPolicy)]);
  const clock = { now: () => new Date().toISOString() };
  const landscape = createLandscape({ clock, concurrency });
  const stores = createStores({ pool, ...(options.serialKeyOf ? { serialKeyOf: options.serialKeyOf } : {}) });
  let ids = 0, said = 0;
  const ports: Ports = { clock, timers: processTimers, identifiers: { next: () => `id-${++ids}` }, random: { fraction: () => 0 }, connectors: landscape, ...stores };
  const rows = async <T>(sql: string, values: unknown[] = []): Promise<T[]> => (await pool.query(sql, values)).rows as T[];
  return {
    pool, ports, stores, landscape, url: database.url, rows,
    value: async <T>(sql: string, values: unknown[] = []) => Object.values((await rows<Record<string, unknown>>(sql, values))[0] ?? {})[0] as T,
    say: async (...things) => { await stores.inbox.store(things.map((thing) => messageOf(thing, `m${++said}`))); },
    close: async () => { await pool.end(); await database.drop(); },
  };
}

/** Stores of another process on the same database, with its own connections. */
export function anotherProcess(engine: Engine): { ports: Ports; stores: Stores; pool: pg.Pool } {
  const pool = createPool(engine.url, { max: 6, of: "pipeline" });
  const stores = createStores({ pool });
  return { pool, stores, ports: { ...engine.ports, ...stores } };
}
