import type pg from "pg";
import { seal } from "@/server/config/sealing";
import { teams } from "@/server/domain/exceptions";
import type { Policy } from "@/server/domain/policy";
import type { Executor } from "./statement";

const name = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1).replaceAll("_", " ");

/** What every installation begins with: teams, and service levels with the default targets. Writing twice changes nothing. */
export async function seedBasics(pool: Executor): Promise<void> {
  for (const team of teams) await pool.query("insert into team (id, name) values ($1, $2) on conflict (id) do nothing", [team, name(team)]);
}

export async function seedEntity(pool: Executor, entity: { code: string; name: string; currency: string; zone: string }): Promise<void> {
  await pool.query("insert into entity (code, name, currency, zone) values ($1, $2, $3, $4) on conflict (code) do update set name = excluded.name, zone = excluded.zone", [entity.code, entity.name, entity.currency, entity.zone]);
}

/** A first version of an entity's rules; a later one is never replaced. */
export async function seedPolicy(pool: Executor, policy: Policy, validFrom: string): Promise<void> {
  await pool.query("insert into policy_version (entity, version, valid_from, data, author) values ($1, $2, $3, $4, 'setup') on conflict (entity, version) do nothing", [policy.entity, policy.version, validFrom, JSON.stringify(policy)]);
}

export interface SeedConnector { id: string; type: string; name: string; entity: string; settings: Record<string, unknown>; secrets: Record<string, string>; concurrency?: number; perMinute?: number }

/** Adds a connector, or gives an existing one these settings and secrets: addresses of the simulated systems change with their ports. */
export async function seedConnector(pool: pg.Pool, key: Buffer, connector: SeedConnector): Promise<void> {
  await pool.query(
    `insert into connector (id, type, name, entity, settings, secrets, concurrency, per_minute) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (id) do update set type = excluded.type, name = excluded.name, settings = excluded.settings, secrets = excluded.secrets, settings_version = connector.settings_version + 1, updated_at = now()`,
    [connector.id, connector.type, connector.name, connector.entity, JSON.stringify(connector.settings), Buffer.from(seal(key, connector.id, JSON.stringify(connector.secrets))), connector.concurrency ?? 8, connector.perMinute ?? 6000]);
}

export async function seedServiceLevels(pool: Executor, entity: string): Promise<void> {
  const levels = [["posting", "Invoice posted after billing is due", "posting_latency", 120, "wall"], ["order-age", "Order complete after it was placed", "order_age", 3 * 24 * 60, "wall"], ["release", "Released after approval", "release", 15, "wall"], ["post", "Posting answered by finance", "post", 5, "wall"]] as const;
  for (const [id, title, measure, minutes, clock] of levels)
    await pool.query("insert into service_level (id, entity, name, measure, target_minutes, clock, updated_by) values ($1, $2, $3, $4, $5, $6, 'setup') on conflict (id) do nothing", [`${entity}-${id}`, entity, title, measure, minutes, clock]);
}
