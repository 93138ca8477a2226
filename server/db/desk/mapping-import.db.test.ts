import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Person } from "@/server/api/services";
import { longestImport } from "@/server/domain/mapping-file";
import { ok, type Result } from "@/server/domain/result";
import { mappingCounts, mappingOf, mappingPage } from "@/server/read/cross-reference";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { createQuery } from "../query";
import { createDesk } from ".";
import { createPool } from "../pool";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });

const who = (role: "admin" | "ops" | "viewer", entity = "US01"): Person => ({ id: role, name: role, email: `${role}@example.test`, teams: [], leads: [], grants: [{ role, entity, holdCodes: [], approveUpTo: null, currency: null }] });
const desk = () => createDesk(pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
const rows = async <T>(sql: string): Promise<T[]> => (await pool.query(sql)).rows as T[];
const written = () => rows("select 1 from canonical_event union all select 1 from audit_entry");
const file = (...lines: string[]) => ["entity,kind,system,code,canonical", ...lines].join("\n");
const value = <T>(result: Result<T>): T => { if (!result.ok) throw new Error(result.error.message); return result.value; };
const check = async (text: string, person = who("admin")) => value(await desk().checkMappings(person, text));
const row = { kind: "carrier", system: "shop", code: "U1" };

beforeEach(async () => {
  await pool.query("truncate subject, fact, canonical_event, exception_item, exception_group, audit_entry, reference_row, dependency, connector cascade");
  await pool.query("insert into connector (id, type, name, entity, settings) values ('shop', 'sandbox-shop', 'Shop', 'US01', '{}'), ('shop-ca', 'sandbox-shop', 'Shop', 'CA01', '{}')");
  await pool.query("insert into reference_row (entity, topic, key, publisher, version, data) values ('US01', 'map', 'carrier/shop/U1', 'p', 1, $1), ('US01', 'map', 'carrier/shop/D1', 'p', 1, $2), ('US01', 'map', 'carrier/shop/GONE', 'p', 2, $3), ('US01', 'item', 'V-1', 'p', 1, $4)",
    [{ ...row, canonical: "UPS" }, { ...row, code: "D1", canonical: "DHL" }, { ...row, code: "GONE" }, { item: "V-1", baseUnit: "EA" }].map((data) => JSON.stringify(data)));
  await pool.query("insert into dependency (subject_id, entity, topic, key) select id, 'US01', 'map', 'carrier/shop/U1' from unnest(array['US01:order:SO-1', 'US01:order:SO-2']) id");
});

test("a file is shown line by line, as a mapping by hand would be judged, and nothing is written", async () => {
  const { lines } = await check(file("US01,carrier,shop,U1,FEDEX", "US01,carrier,shop,D1,DHL", "US01,carrier,shop,GONE,GLS", "US01,item,shop,X,V-9", "US01,item,nobody,X,V-1", "CA01,carrier,shop-ca,U1,UPS", "US01,item,shop,Y,V-1"));
  expect(lines.map((line) => [line.line, line.outcome, line.outcome === "refused" ? line.why : line.before])).toEqual([
    [2, "changed", "UPS"], [3, "same", "DHL"], [4, "added", null], [5, "refused", "There is no item V-9 in the master data of US01"], [6, "refused", "There is no system nobody in US01"], [7, "refused", "Needs the role admin in CA01"], [8, "added", null],
  ]);
  expect(await written()).toEqual([]);
});

test("the import writes all of it in one commit: a fact for each news, an audit row for each and one for the file", async () => {
  const text = file("US01,carrier,shop,U1,FEDEX", "US01,carrier,shop,D1,DHL", "US01,carrier,shop,GONE,GLS"), { digest } = await check(text);
  expect(await desk().importMappings(who("admin"), text, digest, "New carrier list")).toEqual(ok({ added: 1, changed: 1, waiting: 2 }));
  expect(await rows("select subject_id as subject, data->>'canonical' as canonical, source from fact order by 1")).toEqual([
    { subject: "US01:master_record:map/carrier/shop/GONE", canonical: "GLS", source: "person:admin" }, { subject: "US01:master_record:map/carrier/shop/U1", canonical: "FEDEX", source: "person:admin" },
  ]);
  expect(await rows("select action, reason, detail->>'before' as before, (detail->>'added')::int as added from audit_entry order by id")).toEqual([
    { action: "mapping.import", reason: "New carrier list", before: null, added: 1 }, { action: "mapping.write", reason: "New carrier list", before: "UPS", added: null }, { action: "mapping.write", reason: "New carrier list", before: null, added: null },
  ]);
});

test("nothing is half done: with a bad line, without a reason or the right, with no news, or when things have moved since, nothing is written", async () => {
  const bad = file("US01,carrier,shop,U1,FEDEX", "US01,item,shop,X,V-9"), good = file("US01,carrier,shop,U1,FEDEX"), { digest } = await check(good);
  expect(await desk().importMappings(who("admin"), bad, (await check(bad)).digest, "List")).toMatchObject({ error: { code: "FILE", message: "Line 3 cannot be taken: nothing is imported before the file has no such line" } });
  expect(await desk().importMappings(who("admin"), good, digest, " ")).toMatchObject({ error: { code: "REASON" } });
  expect(await desk().importMappings(who("ops"), good, digest, "List")).toMatchObject({ error: { code: "FORBIDDEN", message: "Needs the role admin in US01" } });
  expect(await desk().checkMappings(who("viewer"), good)).toMatchObject({ error: { code: "FORBIDDEN" } });
  expect(await desk().importMappings(who("admin"), file("US01,carrier,shop,U1,UPS"), (await check(file("US01,carrier,shop,U1,UPS"))).digest, "List")).toMatchObject({ error: { code: "STATE" } });
  await pool.query("update reference_row set data = data || '{\"canonical\": \"GLS\"}' where key = 'carrier/shop/U1'");
  expect(await desk().importMappings(who("admin"), good, digest, "List")).toMatchObject({ error: { code: "CONFLICT" } });
  expect(await written()).toEqual([]);
});

test("a file as long as one may be is checked and imported within a request's patience, and all of it is written", { timeout: 120_000 }, async () => {
  const text = file(...Array.from({ length: longestImport }, (_, index) => (index % 2 === 0 ? `US01,carrier,shop,L${index},UPS` : `US01,item,shop,I${index},V-1`))), began = performance.now();
  const { lines, digest } = await check(text);
  expect(lines.filter(({ outcome }) => outcome === "added")).toHaveLength(longestImport);
  expect(await desk().importMappings(who("admin"), text, digest, "The whole range")).toEqual(ok({ added: longestImport, changed: 0, waiting: 0 }));
  expect(performance.now() - began).toBeLessThan(60_000);
  expect(await rows("select count(*)::int as n from fact union all select count(*)::int from audit_entry")).toEqual([{ n: longestImport }, { n: longestImport + 1 }]);
});

test("a row is taken away by a version that means nothing, with its reason; it is listed no more and its history stays", async () => {
  const query = createQuery(pool), codes = async () => (await mappingPage(query, null, { limit: 10 })).items.map(({ code }) => code);
  expect([await codes(), (await mappingCounts(query, null))[0]?.count]).toEqual([["D1", "U1"], 2]);
  expect(await desk().unmapCode(who("ops"), "US01", { ...row, canonical: "UPS" }, "")).toMatchObject({ error: { code: "REASON" } });
  expect(await desk().unmapCode(who("viewer"), "US01", { ...row, canonical: "UPS" }, "Gone")).toMatchObject({ error: { code: "FORBIDDEN" } });
  expect(await desk().unmapCode(who("ops"), "US01", { ...row, canonical: "DHL" }, "Gone")).toMatchObject({ error: { code: "CONFLICT", message: "shop U1 means UPS by now. Look again before you take it away." } });
  expect(await desk().unmapCode(who("ops"), "US01", { ...row, code: "GONE", canonical: "GLS" }, "Gone")).toMatchObject({ error: { code: "CONFLICT", message: "shop GONE means nothing any more" } });
  expect(await written()).toEqual([]);
  expect(await desk().unmapCode(who("ops"), "US01", { ...row, canonical: "UPS" }, "They left us")).toEqual(ok({ waiting: 2 }));
  const [fact] = await rows<{ data: object }>("select data from fact");
  expect(fact?.data).toEqual({ ...row, version: expect.any(Number) as number });
  await pool.query("update reference_row set data = data - 'canonical' where key = 'carrier/shop/U1'");
  const { row: now, changes } = await mappingOf(query, null, { entity: "US01", ...row });
  expect([await codes(), now, changes.map(({ canonical, before, reason }) => [canonical, before, reason])]).toEqual([["D1"], null, [[null, "UPS", "They left us"]]]);
});
