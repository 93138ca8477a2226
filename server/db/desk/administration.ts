import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { ConnectorTypes } from "@/server/api/connectors";
import type { Desk } from "@/server/api/desk";
import { seal, unseal } from "@/server/config/sealing";
import { samePayload } from "@/server/domain/commands";
import { mayDo } from "@/server/domain/rights";
import { fail, ok, type Result } from "@/server/domain/result";
import { audit, inTransaction, nudge } from "./transaction";

interface ConnectorRow { type: string; entity: string; state: string; settings: unknown; settings_version: number; secrets: Buffer | null }

async function lockConnector(client: pg.PoolClient, id: string): Promise<ConnectorRow | null> {
  const { rows } = await client.query<ConnectorRow>("select type, entity, state, settings, settings_version, secrets from connector where id = $1 for update", [id]);
  return rows[0] ?? null;
}

/** Input is still taken while a connector is paused; only sending stops. In-flight calls end known. */
export const pauseConnector = (pool: pg.Pool): Desk["pauseConnector"] => (person, id, paused, reason) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const row = await lockConnector(client, id);
    if (!row) return fail("NOT_FOUND", `No connector ${id}`);
    const allowed = mayDo(person.grants, "connector.manage", row.entity);
    if (!allowed.ok) return allowed;
    if ((row.state === "paused") === paused) return fail("CONFLICT", paused ? "It is paused already" : "It is not paused");
    await client.query("update connector set state = $2, paused_reason = $3, paused_by = $4, updated_at = now() where id = $1", [id, paused ? "paused" : "active", paused ? reason : null, paused ? person.id : null]);
    // A person's word that it may be called ends what the tower keeps back by itself: the breaker, and a pause that the target asked for.
    const ended = paused ? null : await endWait(client, id);
    if (!paused) await client.query("update breaker set state = 'closed', failures = 0, calls = 0, failed = 0, window_from = null, opened_at = null, probes = 0, probe_at = null, reason = null where connector = $1", [id]);
    await audit(client, { actor: person.id, action: paused ? "connector.pause" : "connector.resume", aboutKind: "connector", aboutId: id, reason, detail: ended === null ? {} : { waitEnded: ended } });
    await nudge(client);
    return ok(true);
  });

/** Answers until when it would have waited; null: it did not. */
async function endWait(client: pg.PoolClient, id: string): Promise<string | null> {
  const { rows: [wait] } = await client.query<{ until: Date }>("select spent_until as until from connector_budget where connector = $1 and spent_until > now() for update", [id]);
  if (wait) await client.query("update connector_budget set spent_until = now() where connector = $1", [id]);
  return wait?.until.toISOString() ?? null;
}

/** One kind of command stays unsent while all others go on; what waits of it keeps its place. */
export const pauseKind = (pool: pg.Pool): Desk["pauseKind"] => (person, id, kind, paused, reason) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const row = await lockConnector(client, id);
    if (!row) return fail("NOT_FOUND", `No connector ${id}`);
    const allowed = mayDo(person.grants, "connector.manage", row.entity);
    if (!allowed.ok) return allowed;
    const { rowCount } = await client.query("update connector set paused_kinds = case when $3 then array_append(paused_kinds, $2::text) else array_remove(paused_kinds, $2::text) end, updated_at = now() where id = $1 and ($2::text = any(paused_kinds)) <> $3", [id, kind, paused]);
    if (rowCount !== 1) return fail("CONFLICT", paused ? "This kind is paused already" : "This kind is not paused");
    await audit(client, { actor: person.id, action: paused ? "connector.pause_kind" : "connector.resume_kind", aboutKind: "connector", aboutId: id, reason, detail: { kind } });
    await nudge(client);
    return ok(true);
  });

export const addConnector = (pool: pg.Pool, key: Buffer, types: ConnectorTypes): Desk["addConnector"] => (person, connector, reason) =>
  inTransaction<Result<{ id: string }>>(pool, async (client) => {
    const { id, type, name, entity } = connector;
    const allowed = mayDo(person.grants, "connector.manage", entity);
    if (!allowed.ok) return allowed;
    const home = await client.query("select 1 from entity where code = $1", [entity]);
    if (!home.rowCount) return fail("NOT_FOUND", `There is no entity ${entity}`);
    const secrets = Object.fromEntries(Object.entries(connector.secrets).filter(([, value]) => value !== ""));
    const checked = types.check(type, connector.settings, secrets);
    if (!checked.ok) return checked;
    const { rowCount } = await client.query(
      `insert into connector (id, type, name, entity, settings, secrets, state, paused_reason, paused_by) values ($1, $2, $3, $4, $5, $6, 'paused', 'it was just added', $7) on conflict (id) do nothing`,
      [id, type, name, entity, JSON.stringify(connector.settings), Buffer.from(seal(key, id, JSON.stringify(secrets))), person.id]);
    if (rowCount !== 1) return fail("CONFLICT", `There is a connector ${id} already`);
    await client.query("insert into connector_settings_version (connector, version, settings, author) values ($1, 1, $2, $3)", [id, JSON.stringify(connector.settings), person.id]);
    await audit(client, { actor: person.id, action: "connector.add", aboutKind: "connector", aboutId: id, reason, detail: { type, name, entity, secretsSet: Object.keys(secrets) } });
    await nudge(client);
    return ok({ id });
  });

/** Guarded by the version that was shown. Secrets that are left out stay as they are and never come out again; a changed address wants all of them anew, so that none leaves for a place that its owner did not name. */
export const saveConnectorSettings = (pool: pg.Pool, key: Buffer, types: ConnectorTypes): Desk["saveConnectorSettings"] => (person, id, change, reason) =>
  inTransaction<Result<{ version: number }>>(pool, async (client) => {
    const row = await lockConnector(client, id);
    if (!row) return fail("NOT_FOUND", `No connector ${id}`);
    const allowed = mayDo(person.grants, "connector.manage", row.entity);
    if (!allowed.ok) return allowed;
    if (row.settings_version !== change.version) return fail("CONFLICT", "Somebody changed these settings since they were shown");
    const present: Record<string, unknown> = row.secrets ? (JSON.parse(unseal(key, id, row.secrets)) as Record<string, unknown>) : {};
    const given = typeof change.secrets === "object" && change.secrets !== null ? Object.fromEntries(Object.entries(change.secrets).filter(([, value]) => value !== "" && value !== undefined)) : {};
    const was = types.destination(row.type, row.settings);
    const moved = Object.entries(types.destination(row.type, change.settings)).filter(([name, value]) => !samePayload(was[name], value)).map(([name]) => name);
    const kept = Object.keys(present).filter((name) => !(name in given));
    if (moved.length > 0 && kept.length > 0) return fail("SECRETS", `${moved.join(", ")} decides where secrets are sent: enter ${kept.join(", ")} again`);
    const secrets = { ...present, ...given };
    const checked = types.check(row.type, change.settings, secrets, row.settings);
    if (!checked.ok) return checked;
    const version = change.version + 1;
    await client.query("update connector set settings = $2, secrets = $3, settings_version = $4, updated_at = now() where id = $1 and settings_version = $5", [id, JSON.stringify(change.settings), Buffer.from(seal(key, id, JSON.stringify(secrets))), version, change.version]);
    await client.query("insert into connector_settings_version (connector, version, settings, author) values ($1, $2, $3, $4)", [id, version, JSON.stringify(change.settings), person.id]);
    await audit(client, { actor: person.id, action: "connector.settings", aboutKind: "connector", aboutId: id, reason, detail: { before: row.settings, after: change.settings, version, secretsChanged: Object.keys(given) } });
    await nudge(client);
    return ok({ version });
  });

export const saveServiceLevel = (pool: pg.Pool): Desk["saveServiceLevel"] => (person, level) =>
  inTransaction<Result<{ id: string }>>(pool, async (client) => {
    const allowed = mayDo(person.grants, "service_level.manage", level.entity);
    if (!allowed.ok) return allowed;
    if (!(await client.query("select 1 from entity where code = $1", [level.entity])).rowCount) return fail("NOT_FOUND", `There is no entity ${level.entity}`);
    const id = level.id ?? randomUUID();
    const { rows: [before] } = await client.query<Record<string, unknown>>("select name, measure, channel, target_minutes as \"targetMinutes\", clock, warn_at as \"warnAt\", active, version from service_level where id = $1 for update", [id]);
    const { rowCount } = await client.query(
      `insert into service_level (id, entity, name, measure, channel, target_minutes, clock, warn_at, active, version, updated_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)
       on conflict (id) do update set name = excluded.name, measure = excluded.measure, channel = excluded.channel, target_minutes = excluded.target_minutes, clock = excluded.clock, warn_at = excluded.warn_at,
         active = excluded.active, version = service_level.version + 1, updated_by = excluded.updated_by, updated_at = now() where service_level.version = $11 and service_level.entity = excluded.entity`,
      [id, level.entity, level.name, level.measure, level.channel, level.targetMinutes, level.clock, level.warnAt, level.active, person.id, level.version]);
    if (rowCount !== 1) return fail("CONFLICT", "Somebody changed this service level since it was shown");
    await audit(client, { actor: person.id, action: "service_level.save", aboutKind: "service_level", aboutId: id, reason: null, detail: { before: before ?? null, after: { name: level.name, measure: level.measure, channel: level.channel, targetMinutes: level.targetMinutes, clock: level.clock, warnAt: level.warnAt, active: level.active, version: before ? level.version + 1 : 1 } } });
    await nudge(client);
    return ok({ id });
  });
