import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Person } from "@/server/api/services";
import type { RouteChange } from "@/server/domain/route-change";
import type { Role } from "@/server/domain/rights";
import { entityRoutes } from "@/server/read/routes";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { createMaintenance } from "../maintenance";
import { policyInForce } from "../policies";
import { createQuery } from "../query";
import { setUpEntity } from "../set-up";
import { decideRoute, proposeRoute } from "./routes";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });

beforeEach(async () => {
  await pool.query("truncate entity, policy_version, route_change, connector, subject, wake, audit_entry, app_user, role_grant cascade");
  await setUpEntity(pool)({ code: "US01", name: "Hartline", currency: "USD", zone: "America/Chicago", opens: 480, closes: 1020, holidays: [] }, "cli");
  await pool.query("insert into connector (id, type, name, entity, settings) values ('bc', 'erp', 'BC', 'US01', '{}'), ('wms', 'wms', 'WMS', 'US01', '{}'), ('far', 'erp', 'Far', 'CA01', '{}')");
  await pool.query("insert into app_user (id, email, name) values ('ada', 'ada@x.example', 'Ada'), ('bob', 'bob@x.example', 'Bob')");
});

const person = (id: string, role: Role, entity = "US01"): Person => ({ id, name: id, email: `${id}@x.example`, teams: [], leads: [], grants: [{ role, entity, holdCodes: [], approveUpTo: null, currency: null }] });
const ada = person("ada", "admin"), bob = person("bob", "finance");
const serves = (type: string): readonly string[] => ({ erp: ["finance"], wms: ["warehouse"] })[type] ?? [];
const toBc: RouteChange = { document: "*", capability: "finance", connector: "bc", mode: "act", managedFrom: "2026-12-01" };
const propose = (who = ada, change = toBc, entity = "US01") => proposeRoute(pool, serves)(who, entity, change, "go live");
const decide = (id: string, who = bob, verdict: "confirm" | "reject" | "withdraw" = "confirm") => decideRoute(pool, serves)(who, id, verdict, "agreed");
async function proposed(): Promise<string> { const made = await propose(); if (!made.ok) throw new Error(made.error.message); return made.value.id; }
const rows = async <T>(sql: string): Promise<T[]> => (await pool.query(sql)).rows as T[];
const finance = async () => (await policyInForce(pool, "US01")).routes.find(({ capability }) => capability === "finance");
const table = async () => (await entityRoutes(createQuery(pool), ["US01"]))[0];

describe("a route", () => {
  test("changes only when a second person has confirmed it, as a version with both names", async () => {
    const id = await proposed();
    expect(await finance()).toMatchObject({ connector: "erp", mode: "observe" });
    expect((await table())?.routes.find(({ capability }) => capability === "finance")).toMatchObject({ connector: "erp", connectorState: "absent", mode: "observe", confirmedBy: null, proposal: { id, connector: "bc", mode: "act", managedFrom: "2026-12-01T06:00:00.000Z", proposedBy: "Ada", reason: "go live", openOrders: 0 } });
    expect(await decide(id)).toEqual({ ok: true, value: { version: 2 } });
    expect(await finance()).toEqual({ ...toBc, managedFrom: "2026-12-01T06:00:00.000Z" });
    expect(await rows("select version, author, confirmed_by from policy_version order by version")).toEqual([{ version: 1, author: "setup", confirmed_by: null }, { version: 2, author: "ada", confirmed_by: "bob" }]);
    expect(await table()).toMatchObject({ policyVersion: 2 });
    expect((await table())?.routes.find(({ capability }) => capability === "finance")).toMatchObject({ connector: "bc", connectorState: "active", mode: "act", proposedBy: "Ada", confirmedBy: "Bob", proposal: null });
    expect(await rows("select actor, action, reason from audit_entry where about_kind = 'route' order by id")).toEqual([{ actor: "ada", action: "route.propose", reason: "go live" }, { actor: "bob", action: "route.confirm", reason: "agreed" }]);
  });
  test("is confirmed once, also at the same time, and never by its author", async () => {
    const id = await proposed();
    expect(await decide(id, ada)).toMatchObject({ ok: false, error: { code: "FORBIDDEN", message: "Whoever proposed it may not decide it: a second person must" } });
    const results = await Promise.all([decide(id), decide(id)]);
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(await rows("select count(*)::int as n from policy_version")).toEqual([{ n: 2 }]);
  });
  test.each([["reject", bob, "rejected"], ["withdraw", ada, "withdrawn"]] as const)("stays as it is after %s, and can be proposed again", async (verdict, who, state) => {
    expect(await decide(await proposed(), who, verdict)).toEqual({ ok: true, value: { version: null } });
    expect(await finance()).toMatchObject({ connector: "erp", mode: "observe" });
    expect(await rows("select state from route_change")).toEqual([{ state }]);
    expect((await propose()).ok).toBe(true);
  });
  test("of two that are confirmed after each other keeps both", async () => {
    const first = await proposed(), second = await propose(ada, { ...toBc, capability: "warehouse", connector: "wms", mode: "propose" });
    if (!second.ok) throw new Error(second.error.message);
    await Promise.all([decide(first), decide(second.value.id)]);
    expect((await policyInForce(pool, "US01")).routes.filter(({ mode }) => mode !== "observe").map(({ capability, mode }) => [capability, mode])).toEqual([["warehouse", "propose"], ["finance", "act"]]);
    expect((await policyInForce(pool, "US01")).version).toBe(3);
  });
  test("for one document stands beside that of all", async () => {
    const made = await propose(ada, { ...toBc, document: "receipt" });
    expect((await table())?.routes.filter(({ capability }) => capability === "finance").map(({ document, connector, proposal }) => [document, connector, proposal !== null])).toEqual([["*", "erp", false], ["receipt", "bc", true]]);
    if (made.ok) await decide(made.value.id);
    expect((await table())?.routes.filter(({ capability }) => capability === "finance").map(({ document, connector, mode }) => [document, connector, mode])).toEqual([["*", "erp", "observe"], ["receipt", "bc", "act"]]);
  });
});

describe("what is open", () => {
  const subject = (id: string, complete: boolean, placed = "2026-12-02", kind = "order") => pool.query("insert into subject (id, entity, kind, key, complete, placed_at, policy_version, plan_no) values ($1, 'US01', $3, $1, $2, $4, 1, 1)", [id, complete, kind, placed]);
  test("is counted before and planned again after a confirmation, once every process has the new rules", async () => {
    await subject("open", false); await subject("early", false, "2026-11-30"); await subject("done", true); await subject("item", true, "2026-12-02", "master_record");
    const id = await proposed();
    expect((await table())?.routes.find(({ proposal }) => proposal)?.proposal?.openOrders).toBe(1);
    await decide(id);
    // bc is the system of record of items now
    expect(await rows("select subject_id, due_at > now() + interval '1 second' as later from wake order by 1")).toEqual([{ subject_id: "early", later: true }, { subject_id: "item", later: true }, { subject_id: "open", later: true }]);
  });
  test("and was planned by the version before in that moment is found by the job", async () => {
    await subject("open", false); await subject("done", true);
    await decide(await proposed());
    await pool.query("delete from wake");
    expect(await createMaintenance(pool).followPolicies()).toBe(1);
    await pool.query("delete from wake");
    await pool.query("update subject set policy_version = 2");
    expect(await createMaintenance(pool).followPolicies()).toBe(0);
  });
});

describe("is refused, and nothing is written,", () => {
  test.each<[string, Person, Partial<RouteChange>, string, string]>([
    ["for operations", person("oz", "ops"), {}, "US01", "FORBIDDEN"], ["for finance, which only confirms", bob, {}, "US01", "FORBIDDEN"], ["for another entity's administrator", person("cy", "admin", "CA01"), {}, "US01", "FORBIDDEN"],
    ["for an entity that is not there", person("ed", "admin", "XX99"), {}, "XX99", "NOT_FOUND"], ["with a connector of another entity", ada, { connector: "far" }, "US01", "ROUTE"], ["with one that cannot do it", ada, { connector: "wms" }, "US01", "ROUTE"],
    ["without a date", ada, { managedFrom: null }, "US01", "ROUTE"], ["with no date at all", ada, { managedFrom: "soon" }, "US01", "ROUTE"],
  ])("%s", async (_, who, over, entity, code) => {
    expect(await propose(who, { ...toBc, ...over }, entity)).toMatchObject({ ok: false, error: { code } });
    expect(await rows("select 1 from route_change union all select 1 from audit_entry where about_kind = 'route'")).toEqual([]);
  });
  test("where something is proposed already", async () => { await proposed(); expect(await propose()).toMatchObject({ ok: false, error: { code: "CONFLICT" } }); });
  test("where it is so already", async () => { await decide(await proposed()); expect(await propose()).toMatchObject({ ok: false, error: { code: "CONFLICT", message: "It is so already" } }); });
  test("where the connector went away meanwhile", async () => {
    const id = await proposed();
    await pool.query("delete from connector where id = 'bc'");
    expect(await decide(id)).toMatchObject({ ok: false, error: { code: "ROUTE" } });
    expect(await rows("select state from route_change")).toEqual([{ state: "open" }]);
  });
  test("by the database too, whatever program writes", async () => {
    const write = (author: string, confirmed: string | null) => pool.query("insert into policy_version (entity, version, valid_from, data, author, confirmed_by) values ('US01', 9, now(), '{}', $1, $2)", [author, confirmed]);
    await expect(write("ada", null)).rejects.toThrow("policy_version_two_persons");
    await expect(write("ada", "ada")).rejects.toThrow("policy_version_two_persons");
  });
});
