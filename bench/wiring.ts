import { randomUUID } from "node:crypto";
import type pg from "pg";
import { env } from "@/server/config/env";
import { createChanges } from "@/server/db/changes";
import { createCodeBook } from "@/server/db/codes";
import { loadConnectorRows } from "@/server/db/connector-rows";
import { createStores, type Stores } from "@/server/db/stores";
import { createPool } from "@/server/db/pool";
import { connectorTypes } from "@/server/integrations/registry";
import { createIntegrations } from "@/server/integrations/runtime";
import type { Ports } from "@/server/pipeline/ports";
import { processTimers } from "@/server/pipeline/timers";
import { stubConnector } from "./stub-connector";

export interface Wired { ports: Ports; stores: Stores; pool: pg.Pool; changes: ReturnType<typeof createChanges>; close(): Promise<void> }

/** The worker's half of `server/composition.ts`, which knows only connectors that are shipped: the same with the stub's. */
export function wire(): Wired {
  const settings = env();
  const key = Buffer.from(settings.TOWER_SECRET_KEY, "base64");
  const pool = createPool(settings.DATABASE_URL, { max: settings.TOWER_POOL, of: "pipeline" });
  const clock = { now: () => new Date().toISOString() };
  const codes = createCodeBook(pool);
  const integrations = createIntegrations(
    { renewCodes: () => codes.renew(), loadConnectors: async () => { await codes.refresh(); return loadConnectorRows(pool, key); }, resolveCode: (entity, system, kind, canonical) => codes.resolveCode(entity, system, kind, canonical), baseUnit: (entity, item) => codes.baseUnit(entity, item), clock },
    { types: new Map([...connectorTypes, [stubConnector.type, stubConnector]]) },
  );
  const stores = createStores({ pool, serialKeyOf: (_, kind, payload) => stubConnector.serializeBy(kind, payload) });
  const ports: Ports = {
    clock, timers: processTimers, identifiers: { next: randomUUID }, random: { fraction: Math.random }, inbox: stores.inbox, broadcasts: stores.broadcasts, plans: stores.plans, commands: stores.commands, reconciliation: stores.reconciliation, connectors: integrations,
  };
  return { ports, stores, pool, changes: createChanges(settings.DATABASE_URL), close: async () => { integrations.close(); await pool.end(); } };
}
