import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createQuery } from "@/server/db/query";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { causeBuckets } from "./exception-buckets";
import { exceptionGroups, exceptionTotals } from "./exceptions";
import { causesReach } from "./bulk";

let database: TestDatabase;
let pool: pg.Pool;
const all = { tab: "open", sort: "money" } as const;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 2, of: "screens" });
  // the database may go while a connection of the ended pool is still closing
  pool.on("error", () => undefined);
  for (const key of ["SO-1", "SO-2", "SO-3"]) await pool.query("insert into subject (id, entity, kind, key) values ($1, 'US01', 'order', $1)", [key]);
  const group = (fingerprint: string, code: string, kind: string, key: object, team: string, assignee: string | null = null, entity = "US01") => pool.query(
    "insert into exception_group (fingerprint, entity, code, kind, title, key, team, assignee, first_seen_at, opened_at, last_seen_at) values ($1, $2, $3, $4, 't', $5, $6, $7, now(), now(), now())", [fingerprint, entity, code, kind, key, team, assignee]);
  const item = (fingerprint: string, subject: string | null, amount: number, currency: string | null, state = "open") => pool.query(
    "insert into exception_item (subject_id, entity, code, kind, fingerprint, stops, amount, currency, message, state, first_seen_at) values ($1, 'US01', 'c', 'k', $2, '{}', $3, $4, 'm', $5, now())", [subject, fingerprint, amount, currency, state]);
  await group("bx-a", "MAP-03", "mapping", { connector: "shop", item: "A", unit: "BX" }, "master_data");
  await group("bx-b", "MAP-03", "mapping", { connector: "shop", item: "B", unit: "BX" }, "master_data", "u-ada");
  await group("erp", "CON-01", "technical", { connector: "erp" }, "integration");
  await group("other", "MAP-03", "mapping", { connector: "shop", item: "A", unit: "CS" }, "master_data", null, "CA01");
  await item("bx-a", "SO-1", 100, "USD"); await item("bx-a", "SO-2", 40, "CAD"); await item("bx-a", "SO-3", 7, "USD", "resolved");
  await item("bx-b", "SO-3", 500, "USD"); await item("erp", null, 0, null); await item("other", "SO-1", 9000, "USD");
});
afterAll(async () => { await pool.end(); await database.drop(); });

it("causes are put together by code, connector, item and owner, most money first; what has none says so", async () => {
  const query = createQuery(pool);
  const of = async (by: "code" | "connector" | "item" | "owner") => (await causeBuckets(query, ["US01"], all, by)).map(({ value, causes, documents }) => [value, causes, documents]);
  expect(await of("code")).toEqual([["MAP-03", 2, 3], ["CON-01", 1, 0]]);
  expect(await of("connector")).toEqual([["shop", 2, 3], ["erp", 1, 0]]);
  expect(await of("item")).toEqual([["B", 1, 1], ["A", 1, 2], ["-", 1, 0]]);
  expect(await of("owner")).toEqual([["u-ada", 1, 1], ["master_data", 1, 2], ["integration", 1, 0]]);
});

it("a bucket opens just the causes that it counts, with their sums, and what an act on them would reach", async () => {
  const query = createQuery(pool);
  const [bucket] = await causeBuckets(query, ["US01"], all, "connector");
  expect(bucket?.money.map(({ currency, amount }) => [currency, Number(amount)])).toEqual([["USD", 600], ["CAD", 40]]);
  const { items: groups } = await exceptionGroups(query, ["US01"], { ...all, connector: "shop", limit: 100 });
  expect(groups.map(({ fingerprint, documents }) => [fingerprint, documents])).toEqual([["bx-b", 1], ["bx-a", 2]]);
  expect((await exceptionTotals(query, ["US01"], { item: "-" })).tabs.open).toBe(1);
  expect((await causesReach(query, ["US01"], groups.map(({ fingerprint }) => fingerprint))).reduce((sum, { items }) => sum + items.length, 0)).toBe(bucket?.documents);
});

it("what is promised today goes by the day of the legal entity", async () => {
  await pool.query("insert into entity (code, name, currency, zone) values ('US01', 'East', 'USD', 'Pacific/Kiritimati')");
  const today = "date_trunc('day', now() at time zone 'Pacific/Kiritimati')", promised = async (after: string) => {
    await pool.query(`update subject set stage_due_at = (${today} + interval '${after}') at time zone 'Pacific/Kiritimati' where key = 'SO-1'`);
    const query = createQuery(pool), { items } = await exceptionGroups(query, ["US01"], { ...all, limit: 9 });
    return [items.find(({ fingerprint }) => fingerprint === "bx-a")?.promisedToday, (await causeBuckets(query, ["US01"], all, "item")).find(({ value }) => value === "A")?.promisedToday];
  };
  expect([await promised("-1 minute"), await promised("0"), await promised("1439 minutes"), await promised("1 day")]).toEqual([[0, 0], [1, 1], [1, 1], [0, 0]]);
});
