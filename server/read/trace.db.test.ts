import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createQuery } from "@/server/db/query";
import { normalIdentifier } from "@/server/domain/subject";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { orderDetail } from "./orders";
import type { Query } from "./query";
import { traceMatches, traceMessages, traceStory } from "./trace";

let database: TestDatabase, pool: pg.Pool, query: Query;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 2, of: "screens" });
  pool.on("error", () => undefined);
  query = createQuery(pool);
  await pool.query("insert into entity (code, name, currency, zone) values ('US01', 'US', 'USD', 'UTC')");
  const orders = ["SO-1", "SO-2", "ZOË_7", "50%-OFF"];
  await pool.query("insert into subject (id, entity, kind, key, number) select 'US01:order:' || n, 'US01', 'order', n, n from unnest($1::text[]) n", [orders]);
  await pool.query("insert into subject_identifier (subject_id, kind, value, normal) select 'US01:order:' || n, 'order', n, m from unnest($1::text[], $2::text[]) as x(n, m)", [orders, orders.map(normalIdentifier)]);
  await pool.query("insert into subject (id, entity, kind, key) values ('US01:order:UNPLANNED', 'US01', 'order', 'UNPLANNED')");
  await pool.query("insert into subject_identifier (subject_id, kind, value, normal) values ('US01:order:SO-2', 'order', 'WEB-9', 'WEB9')");
  await pool.query("update subject set number = 'WEB-9' where key = 'SO-2'");
  await pool.query("insert into inbound_message (id, connector, source_message_id, digest, content_type, headers, body, correlation_id) values (77, 'shop', 'm', 'd', 'application/json', '{}', '', 'trace-1')");
  await pool.query("insert into canonical_event (id, message_id, type, source, entity, subject_id, correlation_id, occurred_at, data) values ('e', 77, 'order.captured', 'shop', 'US01', 'US01:order:SO-1', 'trace-1', now(), '{}')");
});
beforeAll(async () => {
  await pool.query("insert into connector (id, type, name, entity, settings) values ('api', 'cloud-events', 'Events by API', 'US01', '{}')");
  await pool.query(`insert into inbound_message (id, connector, source_message_id, digest, content_type, headers, body, correlation_id, state, error_message) values (78, 'api', '/shop|evt-2', 'd', 'application/json', '{}', '', 'trace-2', 'normalized', null),
    (79, 'api', '/shop|evt-3', 'd', 'application/json', '{}', '', 'trace-3', 'failed', 'data.number: not valid'), (80, 'api', '/shop|evt-4', 'd', 'application/json', '{}', '', 'trace-2', 'received', null)`);
  await pool.query("insert into message_identity (connector, source_message_id, digest, message_id) select connector, source_message_id, digest, id from inbound_message");
  await pool.query("insert into canonical_event (id, message_id, type, source, entity, subject_id, correlation_id, occurred_at, data) values ('e2', 78, 'order.captured', 'api', 'US01', 'US01:order:SO-2', 'trace-2', now(), '{}')");
  await pool.query("insert into exception_item (message_id, entity, code, kind, fingerprint, stops, message, first_seen_at) values (79, 'US01', 'CTR-01', 'contract', 'CTR-01|connector=api', '{}', 'data.number: not valid', now())");
});
afterAll(async () => { await pool.end(); await database.drop(); });

const found = async (q: string): Promise<string[]> => (await traceMatches(query, null, q)).map(({ subjectId }) => subjectId.replace("US01:order:", ""));

test.each<[string, string[]]>([
  ["%", []], ["_", []], ["-", []], ["S%", ["SO-1", "SO-2"]], ["SO_1", ["SO-1"]], ["so", ["SO-1", "SO-2"]], ["zoë", ["ZOË_7"]], ["50%-off", ["50%-OFF"]], ["50", ["50%-OFF"]],
  ["UNPLANNED", ["UNPLANNED"]], ["WEB-9", ["SO-2"]], ["77", ["SO-1"]], ["trace-1", ["SO-1"]], ["99999999999999999999", []],
  ["evt-2", ["SO-2"]], ["/shop|evt-2", ["SO-2"]], ["/other|evt-2", []], ["m", ["SO-1"]], ["78", ["SO-2"]], ["evt-3", []],
])("a search for %s finds %j", async (q, expected) => { expect(await found(q)).toEqual(expected); });

test.each<[string, string[]]>([["79", ["79 failed"]], ["evt-3", ["79 failed"]], ["/shop|evt-3", ["79 failed"]], ["trace-3", ["79 failed"]], ["trace-2", ["80 received"]], ["evt-2", []], ["none", []]])("a message that told of no document is found too: %s finds %j", async (q, expected) => {
  expect((await traceMessages(query, ["US01"], q)).map(({ id, state }) => `${id} ${state}`)).toEqual(expected);
  expect(await traceMessages(query, ["DE01"], q)).toEqual([]);
});
test("it says why, and which cause holds it", async () => {
  expect(await traceMessages(query, null, "evt-3")).toMatchObject([{ sourceId: "/shop|evt-3", connector: "api", why: "data.number: not valid", cause: "CTR-01|connector=api" }]);
});

test("a carrier's scan on the way is no delivery", async () => {
  const told = (id: string, state: string) => pool.query("insert into canonical_event (id, type, source, entity, subject_id, correlation_id, occurred_at, recorded_at, data) values ($1, 'shipment.delivered', 'carrier', 'US01', 'US01:shipment:SH-1', 'c', now(), $2, $3)", [id, `2026-03-0${id.length}T10:00:00Z`, JSON.stringify({ state })]);
  await told("s", "in_transit");
  await told("ss", "delivered");
  expect((await traceStory(query, ["US01:shipment:SH-1"])).map(({ title }) => title)).toEqual(["shipment.in_transit", "shipment.delivered"]);
});

test("of two legal entities with one number each order is shown, and says where the other is", async () => {
  await pool.query("insert into entity (code, name, currency, zone) values ('US02', 'US', 'USD', 'UTC')");
  await pool.query("insert into subject (id, entity, kind, key, number, created_at) values ('US02:order:SO-1', 'US02', 'order', 'SO-1', 'SO-1', now() + interval '1 hour')");
  const shown = async (entities: string[] | null, entity?: string) => { const detail = await orderDetail(query, entities, "SO-1", entity); return detail && [detail.order.id, detail.alsoIn]; };
  expect(await shown(null)).toEqual(["US01:order:SO-1", ["US02"]]);
  expect(await shown(null, "US02")).toEqual(["US02:order:SO-1", ["US01"]]);
  expect(await shown(["US02"])).toEqual(["US02:order:SO-1", []]);
  expect(await shown(["US02"], "US01"), "not in reach").toBeNull();
  await pool.query("delete from subject where entity = 'US02'");
});

test("an order is shown by its number now, by the one it was first seen with, and before its first plan", async () => {
  for (const [number, id] of [["SO-1", "SO-1"], ["SO-2", "SO-2"], ["WEB-9", "SO-2"], ["UNPLANNED", "UNPLANNED"]] as const)
    expect((await orderDetail(query, null, number))?.order.id).toBe(`US01:order:${id}`);
  expect(await orderDetail(query, ["DE01"], "SO-1")).toBeNull();
  expect(await orderDetail(query, null, "NONE")).toBeNull();
});
