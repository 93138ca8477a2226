import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fail } from "@/server/domain/result";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { createPool } from "../pool";
import { inTransaction } from "./transaction";

let database: TestDatabase, pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); await pool.query("create table thing (id int primary key, touched int not null)"); });
beforeEach(async () => { await pool.query("truncate thing"); await pool.query("insert into thing values (1, 0), (2, 0)"); });
afterAll(async () => { await pool.end(); await database.drop(); });

const touched = async () => (await pool.query<{ touched: number }>("select touched from thing order by id")).rows.map((row) => row.touched);
const touch = (client: pg.PoolClient, id: number) => client.query("update thing set touched = touched + 1 where id = $1", [id]);

test("two acts that cross each other's locks are both done, once each", async () => {
  let met = 0, meet: () => void = () => undefined;
  const both = new Promise<void>((resolve) => { meet = resolve; });
  const act = (first: number, second: number) => inTransaction(pool, async (client) => {
    await touch(client, first);
    met += 1;
    if (met === 2) meet();
    await both;
    await touch(client, second);
  });
  await Promise.all([act(1, 2), act(2, 1)]);
  expect(await touched()).toEqual([2, 2]);
  expect(met).toBeGreaterThan(2); // one of them ran again
});

test("a refused act and one that breaks leave nothing behind", async () => {
  expect(await inTransaction(pool, async (client) => { await touch(client, 1); return fail("CONFLICT", "no"); })).toEqual(fail("CONFLICT", "no"));
  await expect(inTransaction(pool, async (client) => { await touch(client, 1); throw new Error("broken"); })).rejects.toThrow("broken");
  expect(await touched()).toEqual([0, 0]);
});
