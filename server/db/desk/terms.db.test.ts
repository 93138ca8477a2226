import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Person } from "@/server/api/services";
import { termsOf, type TermsChange } from "@/server/domain/payment-terms";
import type { Role } from "@/server/domain/rights";
import { entityTerms } from "@/server/read/terms";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { policyInForce } from "../policies";
import { writeUser } from "../people";
import { createQuery } from "../query";
import { setUpEntity } from "../set-up";
import { decideTerms, proposeTerms } from "./terms";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });

beforeEach(async () => {
  await pool.query("truncate entity, policy_version, terms_change, subject, wake, audit_entry, app_user, role_grant cascade");
  await setUpEntity(pool)({ code: "US01", name: "Hartline", currency: "USD", zone: "America/Chicago", opens: 480, closes: 1020, holidays: [] }, "cli");
  await pool.query("insert into app_user (id, email, name) values ('ada', 'ada@x.example', 'Ada'), ('bob', 'bob@x.example', 'Bob')");
});

const person = (id: string, role: Role, entity = "US01"): Person => ({ id, name: id, email: `${id}@x.example`, teams: [], leads: [], grants: [{ role, entity, holdCodes: [], approveUpTo: null, currency: null }] });
const ada = person("ada", "admin"), bob = person("bob", "finance");
const now = "2026-03-10T12:00:00.000Z";
const n45: TermsChange = { code: "N45", name: "Net 45", days: 45, endOfMonth: false, advance: false, discount: null, from: null };
const propose = (change: Partial<TermsChange> = {}, who = ada, entity = "US01") => proposeTerms(pool)(who, entity, { ...n45, ...change }, "new customer");
const decide = (id: string, who = bob, verdict: "confirm" | "reject" | "withdraw" = "confirm") => decideTerms(pool, () => now)(who, id, verdict, "agreed");
async function proposed(change: Partial<TermsChange> = {}): Promise<string> { const made = await propose(change); if (!made.ok) throw new Error(made.error.message); return made.value.id; }
const rows = async <T>(sql: string): Promise<T[]> => (await pool.query(sql)).rows as T[];
const terms = async (code: string, placed = now) => termsOf(await policyInForce(pool, "US01"), code, placed);

describe("payment terms", () => {
  test("are known when a second person has confirmed them, as a version with both names; what is open is planned again", async () => {
    await pool.query("insert into subject (id, entity, kind, key, complete) values ('open', 'US01', 'order', 'open', false), ('done', 'US01', 'order', 'done', true)");
    const id = await proposed();
    expect(await terms("N45")).toBeNull();
    expect((await entityTerms(createQuery(pool), ["US01"]))[0]).toMatchObject({ version: 1, proposals: [{ id, code: "N45", days: 45, proposedBy: "Ada", reason: "new customer" }] });
    expect(await decide(id)).toEqual({ ok: true, value: { version: 2 } });
    expect(await terms("N45")).toEqual({ name: "Net 45", days: 45, endOfMonth: false, advance: false });
    expect((await terms("net30"))?.days).toBe(30);
    expect((await entityTerms(createQuery(pool), ["US01"]))[0]).toMatchObject({ version: 2, terms: { N45: { days: 45 }, net30: { days: 30 } }, proposals: [] });
    expect(await rows("select version, author, confirmed_by from policy_version order by version")).toEqual([{ version: 1, author: "setup", confirmed_by: null }, { version: 2, author: "ada", confirmed_by: "bob" }]);
    expect(await rows("select actor, action, reason from audit_entry where about_kind = 'terms' order by id")).toEqual([{ actor: "ada", action: "terms.propose", reason: "new customer" }, { actor: "bob", action: "terms.confirm", reason: "agreed" }]);
    expect(await rows("select subject_id from wake")).toEqual([{ subject_id: "open" }]);
  });
  test("that change count for orders from a day in the entity's zone on", async () => {
    await decide(await proposed({ code: "net30", discount: { days: 10, percent: "2" }, from: "2026-04-01" }));
    expect([await terms("net30", "2026-04-01T04:59:59.999Z"), (await terms("net30", "2026-04-01T05:00:00.000Z"))?.discount]).toEqual([{ days: 30, endOfMonth: false, advance: false }, { days: 10, percent: "2" }]);
  });
  test("are confirmed once, also at the same time, and never by their author", async () => {
    const id = await proposed();
    expect(await decide(id, ada)).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect((await Promise.all([decide(id), decide(id)])).filter((result) => result.ok)).toHaveLength(1);
    expect(await rows("select count(*)::int as n from policy_version")).toEqual([{ n: 2 }]);
  });
  test("are not confirmed by an account whose password was set since they were proposed; turned down, and proposed again, they may be", async () => {
    await pool.query("insert into role_grant (user_id, role, entity) values ('bob', 'finance', 'US01')");
    const id = await proposed();
    await writeUser(pool, { email: "bob@x.example", name: "Bob", passwordHash: "another", grants: [], teams: [] });
    expect(await decide(id)).toMatchObject({ ok: false, error: { code: "FORBIDDEN", message: expect.stringContaining("Your password was set after this was proposed") as string } });
    expect(await rows("select version from policy_version")).toEqual([{ version: 1 }]);
    expect(await decide(id, bob, "reject")).toMatchObject({ ok: true });
    expect(await decide(await proposed())).toEqual({ ok: true, value: { version: 2 } });
  });
  test("of two codes that are confirmed at the same time are both kept", async () => {
    const first = await proposed(), second = await proposed({ code: "N50", days: 50 });
    await Promise.all([decide(first), decide(second)]);
    expect([(await terms("N45"))?.days, (await terms("N50"))?.days, (await policyInForce(pool, "US01")).version]).toEqual([45, 50, 3]);
  });
  test.each([["reject", bob, "rejected"], ["withdraw", ada, "withdrawn"]] as const)("stay as they are after %s, and can be proposed again", async (verdict, who, state) => {
    expect(await decide(await proposed(), who, verdict)).toEqual({ ok: true, value: { version: null } });
    expect([await terms("N45"), await rows("select state from terms_change")]).toEqual([null, [{ state }]]);
    expect((await propose()).ok).toBe(true);
  });
});

describe("is refused, and nothing is written,", () => {
  test.each<[string, Partial<TermsChange>, Person, string, string]>([
    ["for operations", {}, person("oz", "ops"), "US01", "FORBIDDEN"], ["for another entity's administrator", {}, person("cy", "admin", "CA01"), "US01", "FORBIDDEN"], ["for an entity that is not there", {}, person("ed", "admin", "XX99"), "XX99", "NOT_FOUND"],
    ["with half days", { days: 1.5 }, ada, "US01", "TERMS"], ["with a date that is none", { code: "net30", from: "soon" }, ada, "US01", "ROUTE"], ["with a date for a code that is new", { from: "2026-04-01" }, ada, "US01", "TERMS"],
  ])("%s", async (_, over, who, entity, code) => {
    expect(await propose(over, who, entity)).toMatchObject({ ok: false, error: { code } });
    expect(await rows("select 1 from terms_change union all select 1 from audit_entry where about_kind = 'terms'")).toEqual([]);
  });
  test("where something is proposed already", async () => { await proposed(); expect(await propose()).toMatchObject({ ok: false, error: { code: "CONFLICT" } }); });
});
