import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { postEvents } from "@/server/api/public/events";
import { publishedContracts } from "@/server/api/public/contracts";
import type { Services } from "@/server/api/services";
import type { NewEntity } from "@/server/domain/entity";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { createKey, readClient } from "./keys";
import { createPolicies } from "./policies";
import { setUpEntity } from "./set-up";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });
beforeEach(async () => { await pool.query("truncate entity, policy_version, service_level, team, connector, connector_settings_version, api_key, audit_entry cascade"); });

const us: NewEntity = { code: "US01", name: "Hartline", currency: "USD", zone: "America/Chicago", opens: 480, closes: 1020, holidays: ["2026-12-25"] };
const rows = async <T>(sql: string): Promise<T[]> => (await pool.query(sql)).rows as T[];
const counts = () => rows("select (select count(*)::int from entity) as entities, (select count(*)::int from policy_version) as policies, (select count(*)::int from service_level) as levels, (select count(*)::int from team) > 5 as teams, (select count(*)::int from audit_entry) as audit");

describe("setting an entity up", () => {
  test("gives it rules that only observe, a calendar, service levels and teams; again, it changes nothing but the name", async () => {
    expect(await setUpEntity(pool)(us, "cli")).toEqual({ ok: true, value: { created: true } });
    const policy = await createPolicies(pool).of("US01");
    expect([policy.version, policy.currency, policy.calendar.zone, policy.calendar.holidays, policy.routes.map(({ mode }) => mode)]).toEqual([1, "USD", "America/Chicago", ["2026-12-25"], Array.from({ length: 7 }, () => "observe")]);
    expect(await counts()).toEqual([{ entities: 1, policies: 1, levels: 4, teams: true, audit: 1 }]);
    expect(await setUpEntity(pool)({ ...us, name: "Hartline Supply" }, "cli")).toEqual({ ok: true, value: { created: false } });
    expect(await counts()).toEqual([{ entities: 1, policies: 1, levels: 4, teams: true, audit: 1 }]);
    expect(await rows("select name from entity")).toEqual([{ name: "Hartline Supply" }]);
  });
  test("at the same time makes it once", async () => {
    const results = await Promise.all(Array.from({ length: 4 }, () => setUpEntity(pool)(us, "cli")));
    expect(results.map((result) => result.ok && result.value.created).sort()).toEqual([false, false, false, true]);
    expect(await counts()).toEqual([{ entities: 1, policies: 1, levels: 4, teams: true, audit: 1 }]);
  });
  test.each<[Partial<NewEntity>, string]>([
    [{ currency: "EUR" }, "US01 keeps its books in USD, and a currency is never changed"], [{ zone: "Europe/Berlin" }, "US01 is set up already, with hours in America/Chicago"], [{ zone: "Chicago" }, "Chicago is no time zone: its IANA name, as America/Chicago"],
  ])("with %o is refused in one sentence", async (over, message) => {
    await setUpEntity(pool)(us, "cli");
    expect(await setUpEntity(pool)({ ...us, ...over }, "cli")).toMatchObject({ ok: false, error: { message } });
  });
  test("of an entity that an import made gives it its rules and its zone", async () => {
    await pool.query("insert into entity (code, name, currency, zone) values ('US01', 'Imported', 'USD', 'UTC')");
    expect(await setUpEntity(pool)(us, "cli")).toEqual({ ok: true, value: { created: true } });
    expect(await rows("select name, zone from entity")).toEqual([{ name: "Hartline", zone: "America/Chicago" }]);
  });
});

const key = (over: { entity?: string; source?: string } = {}) => createKey(pool, { name: "partner", entity: "US01", source: "api", scopes: ["events:*"], createdBy: "cli", expiresAt: null, ...over });

describe("a key", () => {
  test("is refused for an entity that is not there, in one sentence, and nothing is made", async () => {
    expect(await key()).toEqual({ ok: false, error: { code: "NOT_FOUND", message: "There is no entity US01: make it first, with tower setup --entity US01" } });
    expect(await rows("select 1 from api_key union all select 1 from connector")).toEqual([]);
  });
  test("brings its source with it, once", async () => {
    await setUpEntity(pool)(us, "cli");
    expect([(await key()).ok, (await key()).ok]).toEqual([true, true]);
    expect(await rows("select id, type, entity, state from connector")).toEqual([{ id: "api", type: "cloud-events", entity: "US01", state: "active" }]);
    expect(await rows("select action, about_kind from audit_entry where action = 'key.create'")).toHaveLength(2);
  });
  test.each([["erp", "sandbox-erp", "US01", "erp is a connector of another kind (sandbox-erp): events by API need a source of their own, as --source erp-api"], ["api", "cloud-events", "CA01", "Source api belongs to CA01: name another one for US01, as --source api-us01"]])(
    "is refused where %s is %s of %s", async (source, type, entity, message) => {
      await setUpEntity(pool)(us, "cli");
      await pool.query("insert into connector (id, type, name, entity, settings) values ($1, $2, $1, $3, '{}')", [source, type, entity]);
      expect(await key({ source })).toMatchObject({ ok: false, error: { message } });
    });
});

describe("the door of events", () => {
  const example = publishedContracts().find(({ name }) => name === "order.captured")?.example;
  let stored = 0;
  const services = { clientOf: (bearer: string) => readClient(pool, bearer), receive: (inputs: unknown[]) => { stored += inputs.length; return Promise.resolve(inputs.map(() => ({ verdict: "accepted" as const, id: "1" }))); } } as unknown as Services;
  const send = async (secret: string) => { const answer = await postEvents(services, new Request("http://tower/api/v1/events", { method: "POST", headers: { authorization: `Bearer ${secret}`, "content-type": "application/cloudevents+json" }, body: JSON.stringify(example) })); return { status: answer.status, body: await answer.json() as unknown }; };
  async function secretOf(): Promise<string> { const made = await key(); if (!made.ok) throw new Error(made.error.message); return made.value.secret; }
  beforeEach(async () => { stored = 0; await setUpEntity(pool)(us, "cli"); });

  test("takes what a key's source brings", async () => {
    expect(await send(await secretOf())).toEqual({ status: 202, body: { results: [{ id: "example-order.captured", status: "accepted" }] } });
    expect(stored).toBe(1);
  });
  test.each([
    ["its entity is gone", "delete from entity", "NO_ENTITY", "The key speaks for entity US01, which does not exist"], ["its source is gone", "delete from connector", "NO_SOURCE", "The key speaks for source api, and no connector has that name"],
    ["its source takes no events", "update connector set type = 'sandbox-erp'", "NO_SOURCE", "The key speaks for source api, which takes no events by API for US01"], ["its source is another entity's", "update connector set entity = 'CA01'", "NO_SOURCE", "The key speaks for source api, which takes no events by API for US01"],
  ])("refuses everything where %s, with the reason, and stores nothing", async (_, change, code, detail) => {
    const secret = await secretOf();
    await pool.query(change);
    expect(await send(secret)).toMatchObject({ status: 409, body: { code, detail } });
    expect(stored).toBe(0);
  });
});
