import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createQuery } from "@/server/db/query";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { exceptionGroups, exceptionItems, exceptionTotals } from "./exceptions";
import { holdPage, holdReasons } from "./holds";
import type { Page, Query } from "./query";
import { shellCounts } from "./shell";
import { exceptionsByKind } from "./tower";

let database: TestDatabase, pool: pg.Pool, query: Query;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 2, of: "screens" });
  // the database may go while a connection of the ended pool is still closing
  pool.on("error", () => undefined);
  query = createQuery(pool);
  await pool.query("insert into subject (id, entity, kind, key) select 'US01:order:SO-' || n, 'US01', 'order', 'SO-' || n from generate_series(1, 620) n");
  // many of one amount, and many of one moment: neither alone tells rows apart
  await pool.query(`insert into hold (subject_id, entity, rule, slot, amount, currency, message, released_by, evidence, digest, owner, blocks, opened_at)
    select 'US01:order:SO-' || n, 'US01', 'DUPLICATE_DOCUMENT', '', n % 7, 'USD', 'm', 'r', '{}', 'd', 'order_desk', '{post_invoice}', timestamptz '2026-03-02 09:00' + (n % 5) * interval '1 microsecond' from generate_series(1, 620) n`);
  await pool.query(`insert into exception_group (fingerprint, entity, code, kind, title, key, team, first_seen_at, opened_at, last_seen_at, snoozed_until)
    select 'g' || n, 'US01', 'MAP-02', 'mapping', 't', json_build_object('item', 'A' || n), 'master_data', now(), timestamptz '2026-03-02 09:00' + (n % 5) * interval '1 microsecond', now(), case when n = 7 then now() + interval '1 day' end from generate_series(1, 512) n`);
  await pool.query(`insert into exception_item (subject_id, entity, code, kind, fingerprint, stops, amount, currency, message, first_seen_at, due_at)
    select 'US01:order:SO-' || n, 'US01', 'MAP-02', 'mapping', 'g' || n, '{}'::text[], n % 7, case when n % 3 = 0 then null else 'USD' end, 'm', now(), case when n % 2 = 0 then now() end from generate_series(1, 512) n
    union all select 'US01:order:SO-' || n, 'US01', 'MAP-02', 'mapping', 'g1', '{}'::text[], n % 7, 'USD', 'm', timestamptz '2026-03-02 09:00', null::timestamptz from generate_series(2, 310) n`);
  await pool.query("update exception_item set state = 'resolved', resolved_at = now() where fingerprint = 'g1' and subject_id like '%9'");
});
afterAll(async () => { await pool.end(); await database.drop(); });

async function all<T>(page: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  for (let cursor: string | undefined; ;) {
    const { items, next } = await page(cursor);
    rows.push(...items);
    if (next === null) return rows;
    cursor = next;
  }
}
const descending = (values: readonly number[]) => values.every((value, index) => index === 0 || value <= (values[index - 1] ?? 0));

it("held postings: every one that is counted is listed, once and in order", async () => {
  const [reason] = await holdReasons(query, null);
  expect([reason?.count, (await shellCounts(query, null)).held]).toEqual([620, 620]);
  for (const sort of ["money", "age"] as const) {
    const rows = await all((cursor) => holdPage(query, null, { sort, cursor, limit: 100 }));
    expect([rows.length, new Set(rows.map(({ id }) => id)).size]).toEqual([620, 620]);
    if (sort === "money") expect(descending(rows.map(({ amount }) => Number(amount)))).toBe(true);
    else expect(rows.map(({ openedAt }) => openedAt)).toEqual(rows.map(({ openedAt }) => openedAt).sort());
  }
  expect(await all((cursor) => holdPage(query, ["CA01"], { sort: "money", cursor, limit: 100 }))).toEqual([]);
});

it("causes: every tab lists as many as it counts, in each order", async () => {
  const { tabs } = await exceptionTotals(query, null);
  expect(tabs).toMatchObject({ open: 511, snoozed: 1 });
  for (const sort of ["money", "age", "due"] as const) {
    const rows = await all((cursor) => exceptionGroups(query, null, { tab: "open", sort, cursor, limit: 100 }));
    expect([rows.length, new Set(rows.map(({ fingerprint }) => fingerprint)).size]).toEqual([511, 511]);
    if (sort === "due") expect(rows.findLastIndex(({ dueAt }) => dueAt !== null)).toBe(rows.filter(({ dueAt }) => dueAt !== null).length - 1);
    if (sort === "money") expect(descending(rows.map(({ money }) => Number(money[0]?.amount ?? -1)).filter((amount) => amount > 0))).toBe(true);
  }
});

it("documents of a cause: all of them, open ones first and most money first", async () => {
  const rows = await all((cursor) => exceptionItems(query, null, "g1", { cursor, limit: 100 }));
  expect([rows.length, new Set(rows.map(({ id }) => id)).size]).toEqual([310, 310]);
  const open = rows.filter(({ state }) => state === "open");
  expect(rows.slice(0, open.length)).toEqual(open);
  expect(descending(open.map(({ amount }) => Number(amount)))).toBe(true);
});

it("what sleeps is in no number that leads to the open list, nor in that list", async () => {
  const [totals, rail, kinds, groups] = await Promise.all([exceptionTotals(query, null), shellCounts(query, null), exceptionsByKind(query, null), all((cursor) => exceptionGroups(query, null, { tab: "open", sort: "money", cursor, limit: 200 }))]);
  const listed = groups.reduce((sum, { count }) => sum + count, 0);
  expect([totals.open, rail.exceptions, kinds.reduce((sum, { now }) => sum + now, 0)]).toEqual([listed, listed, listed]);
  expect((await exceptionGroups(query, null, { tab: "snoozed", sort: "money", limit: 100 })).items.map(({ fingerprint }) => fingerprint)).toEqual(["g7"]);
  const most = new Map<string, number>(); // several causes of one document are about the same money: it is counted once, at the largest
  for (const { id, amount } of await query.rows<{ id: string; amount: string }>("select coalesce(subject_id, id::text) as id, amount from exception_item e where state = 'open' and currency is not null and fingerprint <> 'g7'")) most.set(id, Math.max(most.get(id) ?? 0, Number(amount)));
  const money = [...most.values()].reduce((sum, amount) => sum + amount, 0);
  expect(money).toBeGreaterThan(0);
  expect([totals.money.reduce((sum, { amount }) => sum + Number(amount), 0), kinds.flatMap((kind) => kind.money).reduce((sum, { amount }) => sum + Number(amount), 0)]).toEqual([money, money]);
});
