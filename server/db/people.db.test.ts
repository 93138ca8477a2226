import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Outsider } from "@/server/auth/directory";
import { grant } from "@/server/testing/memory/people";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { createDirectory, grantTo, letGo, listUsers, readPerson, revokeFrom, showUser, writeUser } from "./people";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });
beforeEach(async () => { await pool.query("truncate app_user, role_grant, team, team_member, audit_entry, exception_group cascade"); await pool.query("insert into team (id, name) values ('credit', 'Credit'), ('billing', 'Billing')"); });

const create = (grants = [grant({ role: "ops" })], passwordHash = "h1") => writeUser(pool, { email: "Ann@example.test", name: "Ann", passwordHash, grants, teams: ["credit"] });
const given = async () => ((await showUser(pool, "ann@example.test"))?.grants ?? []).map(({ role, entity, holdCodes, approveUpTo, byGroup }) => [role, entity, holdCodes.join(","), approveUpTo, byGroup]);

describe("grants", () => {
  test("are several for one person, each with its own codes and limit; writing the person again takes none away", async () => {
    await create([grant({ holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "50000" })]);
    await grantTo(pool, "ann@example.test", grant({ holdCodes: ["CREDIT_APPROVAL"], approveUpTo: "1000" }), ["billing"], ["credit"]);
    await grantTo(pool, "ann@example.test", grant({ role: "ops", entity: "US02", approveUpTo: null }), [], []);
    await grantTo(pool, "ann@example.test", grant({ holdCodes: ["CREDIT_APPROVAL"], approveUpTo: "1000.00" }), [], []);
    const id = await create([grant({ holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "50000" })]);
    expect(await given()).toEqual([["finance", "US01", "AMOUNT_LIMIT", "50000", false], ["finance", "US01", "CREDIT_APPROVAL", "1000", false], ["ops", "US02", "", null, false]]);
    expect(await readPerson(pool, id)).toMatchObject({ teams: ["billing", "credit"], leads: ["credit"] });
    expect((await pool.query<{ action: string }>("select action from audit_entry where action = 'user.grant'")).rowCount).toBe(3);
  });
  test("are taken back one by one, and only those of this person", async () => {
    await create();
    await writeUser(pool, { email: "bob@example.test", name: "Bob", passwordHash: "h", grants: [grant({ role: "viewer" })], teams: [] });
    const [own] = (await showUser(pool, "ann@example.test"))?.grants ?? [];
    expect(await revokeFrom(pool, "bob@example.test", own?.id ?? "")).toBe(false);
    expect(await revokeFrom(pool, "ann@example.test", own?.id ?? "")).toBe(true);
    expect(await given()).toEqual([]);
    expect(await grantTo(pool, "nobody@example.test", grant(), [], [])).toBeNull();
  });
});

test("everybody is listed, each with their rights, also who has none", async () => {
  const id = await create([grant({ role: "ops" }), grant({ holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "50000" }), grant({ holdCodes: ["CREDIT_APPROVAL"], approveUpTo: "1000" })]);
  await writeUser(pool, { email: "bob@example.test", name: "Bob", passwordHash: "h", grants: [], teams: [] });
  await createDirectory(pool).signedIn(id);
  expect(await listUsers(pool)).toEqual([
    { email: "ann@example.test", name: "Ann", active: true, singleSignOn: false, lastSignInAt: expect.any(String) as string, rights: ["finance US01", "ops US01"] },
    { email: "bob@example.test", name: "Bob", active: true, singleSignOn: false, lastSignInAt: null, rights: [] },
  ]);
});

test("another password ends the sessions that began before it, and no others", async () => {
  const id = await create();
  const began = async () => (await pool.query<{ at: string }>("select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') as at")).rows[0]?.at ?? "";
  const before = await began();
  expect(await readPerson(pool, id, before)).toMatchObject({ id });
  await create();
  expect(await readPerson(pool, id, before), "the same one again").toMatchObject({ id });
  await create(undefined, "h2");
  expect(await readPerson(pool, id, before)).toBeNull();
  expect(await readPerson(pool, id, await began())).toMatchObject({ id });
  await pool.query("update app_user set password_set_at = null");
  expect(await readPerson(pool, id, new Date(0).toISOString()), "whose password was never set here").toMatchObject({ id });
});

describe("who leaves", () => {
  const instant = () => new Date().toISOString();
  test("is out at once, by password, session and single sign-on alike, without rights, queues or work; the name stays", async () => {
    const id = await create();
    await grantTo(pool, "ann@example.test", null, [], ["billing"]);
    await pool.query("insert into exception_group (fingerprint, entity, code, kind, title, key, team, assignee, first_seen_at, opened_at, last_seen_at) values ('bx', 'US01', 'MAP-03', 'mapping', 't', '{}', 'integration', $1, now(), now(), now())", [id]);
    const before = instant();
    expect(await letGo(pool, "Ann@example.test", "last day")).toBe(true);
    expect(await readPerson(pool, id, before)).toBeNull();
    expect(await createDirectory(pool).byEmail("ann@example.test")).toMatchObject({ active: false, passwordHash: null });
    expect(await createDirectory(pool).fromSingleSignOn({ subject: "idp|7", email: "ann@example.test", name: "Ann", grants: [grant()] })).toMatchObject({ ok: false, error: { code: "LEFT" } });
    expect(await showUser(pool, "ann@example.test")).toMatchObject({ name: "Ann", active: false, grants: [], teams: [], leads: [] });
    expect((await pool.query("select assignee from exception_group")).rows).toEqual([{ assignee: null }]);
    expect((await pool.query("select reason, detail from audit_entry where action = 'user.leave'")).rows).toEqual([{ reason: "last day", detail: { email: "ann@example.test", rights: [{ role: "ops", entity: "US01", holdCodes: expect.any(Array) as string[], approveUpTo: expect.anything() as string, currency: "USD" }], teams: ["billing", "credit"], leads: ["billing"], released: ["bx"] } }]);
    expect(await letGo(pool, "ann@example.test", "again")).toBe(false);
    expect(await letGo(pool, "nobody@example.test", "no")).toBeNull();
  });
  test("and comes back is the same person with what is given then; no session of before", async () => {
    const id = await create(), before = instant();
    await letGo(pool, "ann@example.test", "leave of a year");
    expect(await create([grant({ role: "viewer", holdCodes: [], approveUpTo: null })])).toBe(id);
    expect(await given()).toEqual([["viewer", "US01", "", null, false]]);
    expect(await readPerson(pool, id, before)).toBeNull();
    expect(await readPerson(pool, id, new Date(Date.now() + 1000).toISOString())).toMatchObject({ id });
  });
});

describe("single sign-on", () => {
  const outsider = (over: Partial<Outsider> = {}): Outsider => ({ subject: "idp|7", email: "ann@example.test", name: "Ann", grants: [grant({ role: "viewer", approveUpTo: null })], ...over });
  const enter = (over: Partial<Outsider> = {}) => createDirectory(pool).fromSingleSignOn(outsider(over));
  test("links a verified address once, keeps what an administrator gave, and follows the groups in the rest", async () => {
    const id = await create([grant({ role: "ops" }), grant({ holdCodes: ["AMOUNT_LIMIT"] })]);
    expect(await enter()).toEqual({ ok: true, value: { id, name: "Ann", email: "ann@example.test" } });
    await enter({ grants: [grant({ role: "finance", entity: "US02", approveUpTo: null })] });
    expect((await given()).map(([role, entity, , , byGroup]) => [role, entity, byGroup])).toEqual([["ops", "US01", false], ["finance", "US01", false], ["finance", "US02", true]]);
    const [group] = (await showUser(pool, "ann@example.test"))?.grants.filter(({ byGroup }) => byGroup) ?? [];
    expect(await revokeFrom(pool, "ann@example.test", group?.id ?? "")).toBe(false);
  });
  test("knows a person by the provider's name, whatever the address says later", async () => {
    const first = await enter();
    expect(await enter({ email: "ann.married@example.test" })).toEqual(first);
    expect(await enter({ subject: "idp|8" })).toMatchObject({ ok: false, error: { code: "LINKED" } });
    await pool.query("update app_user set active = false");
    expect(await enter()).toMatchObject({ ok: false, error: { code: "LEFT" } });
  });
});

test("ten failures lock an account for a time, and an unknown address costs the same statement", async () => {
  await create();
  const directory = createDirectory(pool);
  for (let count = 0; count < 10; count++) { await directory.signInFailed("ann@example.test"); await directory.signInFailed("nobody@example.test"); }
  const locked = (await directory.byEmail("ann@example.test"))?.lockedUntil;
  expect(locked).not.toBeNull();
  await directory.signInFailed("ann@example.test");
  expect(await directory.byEmail("ann@example.test")).toMatchObject({ lockedUntil: locked, failedSignIns: 10 });
});
