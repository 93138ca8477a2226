import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ConnectorTypes } from "@/server/api/connectors";
import { defaultRules, policyOf } from "@/server/domain/resilience";
import { ok } from "@/server/domain/result";
import { grant, person } from "@/server/testing/memory/people";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { createDesk } from ".";
import { createPool } from "../pool";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });
beforeEach(async () => {
  await pool.query("truncate audit_entry, connector, connector_settings_version cascade");
  await pool.query("insert into connector (id, type, name, entity, settings) values ('erp', 'sandbox-erp', 'ERP', 'US01', '{}')");
});

const ops = person("o1", grant({ role: "ops", holdCodes: [], approveUpTo: null }));
const admin = person("a1", grant({ role: "admin", holdCodes: [] }));
const types: ConnectorTypes = { check: () => ok(true), can: () => true, serialKey: () => null, destination: (_type, settings) => ({ url: (settings as { url?: string }).url }) };
const desk = () => createDesk(pool, Buffer.alloc(32, 7), types);
const rows = async <T>(sql: string): Promise<T[]> => (await pool.query(sql)).rows as T[];

describe("connectors", () => {
  test("pausing is the administrator's, once, with its reason", async () => {
    expect(await desk().pauseConnector(ops, "erp", true, "x")).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect((await desk().pauseConnector(admin, "erp", true, "month end")).ok).toBe(true);
    expect(await desk().pauseConnector(admin, "erp", true, "again")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await rows("select state, paused_reason from connector where id = 'erp'")).toEqual([{ state: "paused", paused_reason: "month end" }]);
  });
  test("who resumes it ends the pause that the target asked for, and the record says until when that was", async () => {
    await desk().pauseConnector(admin, "erp", true, "it said to come back in an hour");
    await pool.query("update connector_budget set spent_until = now() + interval '1 hour' where connector = 'erp'");
    await desk().pauseConnector(admin, "erp", false, "they lifted the limit");
    expect(await rows("select spent_until <= now() as free from connector_budget where connector = 'erp'")).toEqual([{ free: true }]);
    expect(await rows("select action, detail from audit_entry order by id")).toEqual([{ action: "connector.pause", detail: {} }, { action: "connector.resume", detail: { waitEnded: expect.any(String) as string } }]);
  });
  test("what is changed is kept with what it was before, settings without their secrets", async () => {
    const level = { id: null, entity: "US01", name: "Two hours", measure: "posting_latency", channel: null, targetMinutes: 120, clock: "wall" as const, warnAt: "0.75", active: true, version: 0 };
    await pool.query("insert into entity (code, name, currency, zone) values ('US01', 'Test', 'USD', 'UTC') on conflict do nothing");
    const made = await desk().saveServiceLevel(admin, level);
    if (!made.ok) throw new Error(made.error.message);
    await desk().saveServiceLevel(admin, { ...level, id: made.value.id, targetMinutes: 600, version: 1 });
    await desk().saveConnectorSettings(admin, "erp", { settings: { url: "http://a" }, secrets: { key: "s3cret" }, version: 1 }, "first");
    const { id: _id, entity: _entity, ...first } = level;
    expect(await rows("select action, detail from audit_entry order by id")).toEqual([
      { action: "service_level.save", detail: { before: null, after: { ...first, version: 1 } } },
      { action: "service_level.save", detail: { before: { ...first, warnAt: "0.750", version: 1 }, after: { ...first, targetMinutes: 600, version: 2 } } },
      { action: "connector.settings", detail: { before: {}, after: { url: "http://a" }, version: 2, secretsChanged: ["key"] } },
    ]);
  });
  test("settings are guarded by the version that was shown; secrets that are left out stay, and never lie open", async () => {
    expect(await desk().saveConnectorSettings(admin, "erp", { settings: { url: "http://a" }, secrets: { key: "s3cret" }, version: 1 }, "first")).toEqual({ ok: true, value: { version: 2 } });
    expect(await desk().saveConnectorSettings(admin, "erp", { settings: { url: "http://b" }, version: 1 }, "late")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await desk().saveConnectorSettings(admin, "erp", { settings: { url: "http://a", page: 5 }, secrets: { key: "" }, version: 2 }, "second")).toEqual({ ok: true, value: { version: 3 } });
    const [row] = await rows<{ settings: unknown; secrets: Buffer }>("select settings, secrets from connector where id = 'erp'");
    expect(row?.settings).toEqual({ url: "http://a", page: 5 });
    expect(row?.secrets.toString("utf8")).not.toContain("s3cret");
  });
  test("another address wants every secret anew: none leaves for a place that its owner did not name", async () => {
    await desk().saveConnectorSettings(admin, "erp", { settings: { url: "http://a" }, secrets: { key: "s3cret", sign: "other" }, version: 1 }, "first");
    for (const secrets of [undefined, {}, { key: "" }, { key: "s3cret" }])
      expect(await desk().saveConnectorSettings(admin, "erp", { settings: { url: "http://foreign" }, ...(secrets ? { secrets } : {}), version: 2 }, "moved")).toMatchObject({ ok: false, error: { code: "SECRETS" } });
    expect(await rows("select settings from connector where id = 'erp'")).toEqual([{ settings: { url: "http://a" } }]);
    expect(await desk().saveConnectorSettings(admin, "erp", { settings: { url: "http://foreign" }, secrets: { key: "k", sign: "s" }, version: 2 }, "moved")).toEqual({ ok: true, value: { version: 3 } });
  });
});

test("a policy is the administrator's, within what the code allows, guarded by the version that was shown, and written down with its reason", async () => {
  const limits = { concurrency: 8, perMinute: 600 }, policy = { ...defaultRules, ...limits, perMinute: 60 }, save = (who: typeof admin, given: unknown, version: number, why = "their night run") => desk().saveConnectorPolicy(who, "erp", { policy: given, version, limits }, why);
  expect(await save(ops, policy, 1)).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
  expect(await save(admin, { ...policy, perMinute: 601 }, 1)).toMatchObject({ ok: false, error: { code: "POLICY", message: "Calls a minute: at most 600" } });
  expect(await save(admin, policy, 1)).toEqual({ ok: true, value: { version: 2 } });
  expect(await save(admin, policy, 1)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  const [row] = await rows<{ concurrency: number; perMinute: number; rules: unknown }>('select concurrency, per_minute as "perMinute", rules from connector where id = \'erp\'');
  expect(policyOf(row!, limits)).toEqual(policy);
  expect(await rows("select actor, action, reason, detail->'before'->'perMinute' as before, detail->'after'->'perMinute' as after from audit_entry")).toEqual([{ actor: "a1", action: "connector.policy", reason: "their night run", before: 600, after: 60 }]);
});

describe("adding a connector", () => {
  const fresh = { id: "erp3", type: "sandbox-erp", name: "Third ERP", entity: "US01", settings: { url: "http://c" }, secrets: { key: "s3cret", other: "" } };
  beforeEach(async () => { await pool.query("insert into entity (code, name, currency, zone) values ('US01', 'US', 'USD', 'UTC') on conflict do nothing"); });
  test("starts paused, with its first version, its secrets sealed and an audit row without them", async () => {
    expect(await desk().addConnector(admin, fresh, "a third company")).toEqual({ ok: true, value: { id: "erp3" } });
    const [row] = await rows<{ secrets: Buffer }>("select state, paused_by, settings_version, settings, secrets from connector where id = 'erp3'");
    expect(row).toMatchObject({ state: "paused", paused_by: "a1", settings_version: 1, settings: { url: "http://c" } });
    expect(row?.secrets.toString("utf8")).not.toContain("s3cret");
    expect(await rows("select version, author from connector_settings_version where connector = 'erp3'")).toEqual([{ version: 1, author: "a1" }]);
    expect(await rows("select action, reason, detail->'secretsSet' as secrets, position('s3cret' in detail::text) as leaks from audit_entry")).toEqual([{ action: "connector.add", reason: "a third company", secrets: ["key"], leaks: 0 }]);
  });
  test.each([
    ["operations", ops, fresh, "FORBIDDEN"], ["an administrator of another entity", person("a2", grant({ role: "admin", entity: "CA01" })), fresh, "FORBIDDEN"], ["an id that is taken", admin, { ...fresh, id: "erp" }, "CONFLICT"],
    ["an entity that is not there", person("a3", grant({ role: "admin", entity: "*" })), { ...fresh, entity: "XX99" }, "NOT_FOUND"],
  ])("is refused for %s, and nothing is written", async (_, who, connector, code) => {
    expect(await desk().addConnector(who, connector, "why not")).toMatchObject({ ok: false, error: { code } });
    expect(await rows("select 1 from audit_entry union all select 1 from connector where id in ('erp3') or name = 'Third ERP'")).toEqual([]);
  });
  test("is refused where its own schema refuses the settings", async () => {
    const strict = createDesk(pool, Buffer.alloc(32, 7), { ...types, check: () => ({ ok: false, error: { code: "SETTINGS", message: "url: needed" } }) });
    expect(await strict.addConnector(admin, fresh, "why not")).toMatchObject({ ok: false, error: { code: "SETTINGS" } });
  });
});

test("one kind is paused and resumed once, by who may, with an audit row", async () => {
  expect(await desk().pauseKind(ops, "erp", "post_invoice", true, "r")).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
  expect((await desk().pauseKind(admin, "erp", "post_invoice", true, "month end")).ok).toBe(true);
  expect(await desk().pauseKind(admin, "erp", "post_invoice", true, "again")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  expect(await rows("select paused_kinds from connector where id = 'erp'")).toEqual([{ paused_kinds: ["post_invoice"] }]);
  expect((await desk().pauseKind(admin, "erp", "post_invoice", false, "done")).ok).toBe(true);
  expect(await rows("select action, reason from audit_entry order by id")).toEqual([{ action: "connector.pause_kind", reason: "month end" }, { action: "connector.resume_kind", reason: "done" }]);
});
