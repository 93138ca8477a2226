import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool } from "./pool";
import { createTestDatabase } from "@/server/testing/test-database";
import { databaseNow, measureClock } from "./clock";
import type pg from "pg";

let pool: pg.Pool, drop: () => Promise<void>;
beforeAll(async () => { const database = await createTestDatabase(); drop = database.drop; pool = createPool(database.url, { max: 2, of: "screens" }); });
afterAll(async () => { await measureClock(pool); await pool.end(); await drop(); });

const minutes = 60_000;
test.each([10 * minutes, -10 * minutes])("a process whose clock is %i ms wrong has the database's time", async (wrong) => {
  const own = (): number => Date.now() + wrong;
  await measureClock(pool, own);
  expect(Math.abs(new Date(databaseNow(own)).getTime() - Date.now())).toBeLessThan(1_000);
});

test("a difference as kept clocks have it is left alone", async () => {
  const own = (): number => Date.now() + 200;
  expect(await measureClock(pool, own)).toBe(0);
});
