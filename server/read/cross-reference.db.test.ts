import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPool } from "@/server/db/pool";
import { createQuery } from "@/server/db/query";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { mappingCounts, mappingOf, mappingPage, missingCodes, ownNames } from "./cross-reference";
import type { Query } from "./query";

let database: TestDatabase, pool: pg.Pool, query: Query;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 2, of: "screens" });
  // the database may go while a connection of the ended pool is still closing
  pool.on("error", () => undefined);
  query = createQuery(pool);
  const map = (entity: string, kind: string, system: string, code: string, canonical: string) => pool.query("insert into reference_row (entity, topic, key, publisher, version, data) values ($1, 'map', $2, $2 || $1, 1, $3)", [entity, `${kind}/${system}/${code}`, { kind, system, code, canonical }]);
  for (let n = 1; n <= 5; n++) await map("US01", "customer", "shop", `C-${n}`, `D${n}`);
  await map("US01", "unit", "wms", "E1", "PCS");
  await map("CA01", "customer", "shop", "C-1", "X1");
  await pool.query("insert into reference_row (entity, topic, key, publisher, version, data) values ('US01', 'customer', 'D3', 'p', 1, '{\"name\": \"Abbott 100% Electric\"}')");
  await pool.query("insert into subject (id, entity, kind, key) values ('US01:order:1', 'US01', 'order', '1'), ('US01:order:2', 'US01', 'order', '2')");
  await pool.query("insert into dependency (subject_id, entity, topic, key) values ('US01:order:1', 'US01', 'map', 'customer/shop/C-3')");
  const waits = async (fingerprint: string, code: string, key: object, items: [string, number, string][]) => {
    await pool.query("insert into exception_group (fingerprint, entity, code, kind, title, key, team, first_seen_at, opened_at, last_seen_at) values ($1, 'US01', $2, 'mapping', 't', $3, 'master_data', now(), now(), now())", [fingerprint, code, key]);
    for (const [subject, amount, currency] of items) await pool.query("insert into exception_item (subject_id, entity, code, kind, fingerprint, stops, amount, currency, message, first_seen_at) values ($1, 'US01', $2, 'mapping', $3, '{}', $4, $5, 'm', now())", [subject, code, fingerprint, amount, currency]);
  };
  await waits("u-a", "MAP-03", { connector: "shop", item: "A", unit: "BX" }, [["US01:order:1", 10, "USD"], ["US01:order:2", 4, "CAD"]]);
  await waits("u-b", "MAP-03", { connector: "shop", item: "B", unit: "BX" }, [["US01:order:2", 5, "USD"]]);
  await waits("c", "MAP-01", { connector: "shop", customer: "C-9" }, [["US01:order:1", 900, "USD"]]);
  await waits("t", "MAP-04", { connector: "tax", code: "tax/freight/air" }, [["US01:order:1", 1, "USD"]]);
  await pool.query("insert into audit_entry (actor, action, about_kind, about_id, reason, detail, hash) values ('ada', 'mapping.write', 'mapping', 'map/customer/shop/C-3', 'moved', '{\"entity\": \"US01\", \"canonical\": \"D3\", \"before\": \"D2\"}', 'h')");
});
afterAll(async () => { await pool.end(); await database.drop(); });

it("pages by key without a gap, and finds a code, our name for it, and the name of what it means as it is written", async () => {
  const first = await mappingPage(query, ["US01"], { limit: 4 }), rest = await mappingPage(query, ["US01"], { limit: 4, cursor: first.next ?? "" });
  expect([...first.items, ...rest.items].map(({ code }) => code)).toEqual(["C-1", "C-2", "C-3", "C-4", "C-5", "E1"]);
  expect(rest.next).toBeNull();
  const found = async (q: string) => (await mappingPage(query, ["US01"], { q, limit: 9 })).items.map(({ code }) => code);
  expect([await found("c-4"), await found("D2"), await found("100% el"), await found("%")]).toEqual([["C-4"], ["C-2"], ["C-3"], ["C-3"]]);
  expect(first.items[2]).toMatchObject({ code: "C-3", canonical: "D3", name: "Abbott 100% Electric", by: "ada", used: 1 });
  expect(await mappingCounts(query, ["US01"])).toEqual([{ kind: "customer", system: "shop", count: 5 }, { kind: "unit", system: "wms", count: 1 }]);
});

it("what waits for a code stands once with all its items and money, most first; a code that a target lacks says whose", async () => {
  const missing = await missingCodes(query, ["US01"]);
  expect(missing.map(({ kind, system, code, canonical, items, documents }) => [kind, system, code, canonical, items, documents])).toEqual([["customer", "shop", "C-9", null, [], 1], ["unit", "shop", "BX", null, ["A", "B"], 3], ["tax", "tax", null, "freight/air", [], 1]]);
  expect(missing[1]?.money.map(({ currency, amount }) => [currency, Number(amount)])).toEqual([["USD", 15], ["CAD", 4]]);
  expect(await missingCodes(query, ["US01"], { system: "tax" })).toHaveLength(1);
  expect(await missingCodes(query, ["CA01"])).toEqual([]);
});

it("one row with what was done to it; our own names of a kind", async () => {
  expect(await mappingOf(query, ["US01"], { entity: "US01", kind: "customer", system: "shop", code: "C-3" })).toMatchObject({ row: { canonical: "D3" }, changes: [{ actor: "ada", reason: "moved", before: "D2" }] });
  expect(await mappingOf(query, ["CA01"], { entity: "US01", kind: "customer", system: "shop", code: "C-3" })).toEqual({ row: null, changes: [] });
  expect(await ownNames(query, "US01", "unit", "pc")).toEqual([{ key: "PCS", name: "" }]);
});
