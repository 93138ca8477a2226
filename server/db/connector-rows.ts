import type pg from "pg";
import { unseal } from "@/server/config/sealing";
import type { ConnectorRow } from "@/server/integrations/installation";

/** Connectors as configured, secrets opened in memory only. A box that does not open gives no secrets; the connector says so. */
export async function loadConnectorRows(pool: pg.Pool, key: Buffer): Promise<ConnectorRow[]> {
  const { rows } = await pool.query<{ id: string; type: string; name: string; entity: string; settings: unknown; secrets: Buffer | null; state: "active" | "paused"; concurrency: number; per_minute: number; rules: unknown }>(
    "select id, type, name, entity, settings, secrets, state, concurrency, per_minute, rules from connector order by id");
  return rows.map((row) => ({ id: row.id, type: row.type, name: row.name, entity: row.entity, settings: row.settings, secrets: open(key, row.id, row.secrets), state: row.state, concurrency: row.concurrency, perMinute: row.per_minute, rules: row.rules }));
}

function open(key: Buffer, id: string, box: Buffer | null): unknown {
  if (!box) return {};
  try { return JSON.parse(unseal(key, id, box)); } catch { return {}; }
}
