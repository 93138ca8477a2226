import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool } from "@/server/db/pool";
import { createQuery } from "@/server/db/query";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { underWay, underWayWords } from "./under-way";

let database: TestDatabase, pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 2, of: "screens" }); pool.on("error", () => undefined); });
afterAll(async () => { await pool.end(); await database.drop(); });

test("what is not done yet is told in one sentence, and what is done, late or decided is no part of it", async () => {
  expect(underWayWords(await underWay(createQuery(pool)))).toBeNull();
  await pool.query("insert into subject (id, entity, kind, key, created_at) values ('US01:order:OLD', 'US01', 'order', 'OLD', now() - interval '1 hour'), ('US01:order:NEW', 'US01', 'order', 'NEW', now()), ('US01:shipment:S', 'US01', 'shipment', 'S', now())");
  await pool.query("insert into wake (subject_id, due_at) values ('US01:order:OLD', now()), ('US01:order:OLD', now()), ('US01:order:NEW', now() + interval '1 hour')");
  await pool.query("insert into inbound_message (connector, source_message_id, digest, content_type, headers, body, correlation_id, state) select 'shop', s, 'd', 'application/json', '{}', '', 'c', s from unnest(array['received', 'normalized', 'failed']) s");
  await pool.query(`insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id, verified_at) select s || v, 'US01:order:OLD', 'US01', 'post_invoice', s || v, 1, 'finance', 'erp', 'finance', s, '{}', 'd', now(), 'c', case when v then now() end
    from unnest(array['wanted', 'unknown', 'rejected', 'withdrawn', 'confirmed']) s cross join unnest(array[true, false]) v where v = false or s = 'confirmed'`);
  expect(underWayWords(await underWay(createQuery(pool)))).toBe("Work is still under way: 1 message to be read, 1 document to be planned, 2 calls to be made or looked up, 1 answer to be read back, 1 order of the last two minutes. What differs may be only that; ask again in a minute.");
});
