import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ok } from "@/server/domain/result";
import { keyList } from "@/server/read/keys";
import { grant, person } from "@/server/testing/memory/people";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { createDesk } from "./desk";
import { createKey, readClient, revokeKey } from "./keys";
import { createPool } from "./pool";
import { createQuery } from "./query";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });
beforeEach(async () => {
  await pool.query("truncate entity, connector, connector_settings_version, api_key, audit_entry cascade");
  await pool.query("insert into entity (code, name, currency, zone) values ('US01', 'Test', 'USD', 'UTC'), ('CA01', 'Test', 'CAD', 'UTC')");
});

const made = async (name: string, entity = "US01", expiresAt: string | null = null) => {
  const key = await createKey(pool, { name, entity, source: entity === "US01" ? "api" : "api-ca", scopes: ["events:order.*", "orders:read"], createdBy: "cli", expiresAt });
  if (!key.ok) throw new Error(key.error.message);
  return key.value;
};
const desk = () => createDesk(pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
const acts = async () => (await pool.query<{ actor: string; action: string; id: string; reason: string | null; detail: unknown }>("select actor, action, about_id as id, reason, detail from audit_entry where action <> 'key.create' order by id")).rows;

test("keys are listed with what they may and since when they are silent; those that open nothing any more come last, and no secret is told", async () => {
  const ended = await made("ended"), used = await made("used"), other = await made("other", "CA01"), old = await made("old", "US01", "2026-01-01T00:00:00.000Z");
  await readClient(pool, used.secret);
  await revokeKey(pool, { id: ended.id, actor: "cli", reason: "the partner left" });
  const rows = await keyList(createQuery(pool), null);
  expect(rows.map(({ name, state }) => [name, state])).toEqual([["other", "active"], ["used", "active"], ["old", "expired"], ["ended", "revoked"]]);
  expect(rows[1]).toMatchObject({ id: used.id, entity: "US01", source: "api", scopes: ["events:order.*", "orders:read"], createdBy: "cli", lastUsedAt: expect.any(String) as string, expiresAt: null, revokedAt: null });
  expect(JSON.stringify(rows)).not.toContain(used.secret.split(".")[1]);
  expect((await keyList(createQuery(pool), ["CA01"])).map(({ id }) => id)).toEqual([other.id]);
  expect((await keyList(createQuery(pool), null, "api")).map(({ id }) => id)).toEqual([used.id, old.id, ended.id]);
});

test("a revoked key opens nothing from the next request on, and the act has its row", async () => {
  const { id, secret } = await made("leaked");
  expect(await readClient(pool, secret)).not.toBeNull();
  expect(await revokeKey(pool, { id, actor: "cli", reason: "it was in a log" })).toEqual(ok(true));
  expect(await readClient(pool, secret)).toBeNull();
  expect(await acts()).toEqual([{ actor: "cli", action: "key.revoke", id, reason: "it was in a log", detail: { name: "leaked", entity: "US01", source: "api" } }]);
  expect(await revokeKey(pool, { id, actor: "cli", reason: "again" })).toMatchObject({ error: { code: "CONFLICT" } });
  expect(await revokeKey(pool, { id: "key_none", actor: "cli", reason: "x" })).toMatchObject({ error: { code: "NOT_FOUND" } });
  expect(await acts()).toHaveLength(1);
});

test("on the screen an administrator of the key's entity revokes it, with a reason; nobody else does", async () => {
  const { id, secret } = await made("leaked");
  for (const role of ["viewer", "ops", "finance"] as const) expect(await desk().revokeKey(person(role, grant({ role })), id, "leaked")).toMatchObject({ error: { code: "FORBIDDEN" } });
  expect(await desk().revokeKey(person("elsewhere", grant({ role: "admin", entity: "CA01" })), id, "leaked")).toMatchObject({ error: { code: "FORBIDDEN" } });
  expect(await desk().revokeKey(person("ada", grant({ role: "admin" })), id, "  ")).toMatchObject({ error: { code: "REASON" } });
  expect(await readClient(pool, secret)).not.toBeNull();
  expect(await desk().revokeKey(person("ada", grant({ role: "admin" })), id, "leaked")).toEqual(ok(true));
  expect(await acts()).toMatchObject([{ actor: "ada", action: "key.revoke", id, reason: "leaked" }]);
});
