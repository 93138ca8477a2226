import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Person } from "@/server/api/services";
import { ok } from "@/server/domain/result";
import { fixPage } from "@/server/read/fixes";
import { flowOf, flowRows } from "@/server/read/flow";
import { waitingFor } from "@/server/read/mapping";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { createQuery } from "../query";
import { createDesk } from ".";
import { createPool } from "../pool";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });

const who = (role: "ops" | "viewer"): Person => ({ id: "o1", name: "o1", email: "o1@example.test", teams: [], leads: [], grants: [{ role, entity: "US01", holdCodes: [], approveUpTo: null, currency: null }] });
const desk = () => createDesk(pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
const rows = async <T>(sql: string): Promise<T[]> => (await pool.query(sql)).rows as T[];
const pack = { item: "V-1", system: "shop", unit: "BX", numerator: 12, denominator: 2, baseUnit: "EA" };
const alias = (canonical: string) => ({ kind: "unit", system: "shop", code: "BX", canonical });

beforeEach(async () => {
  await pool.query("truncate subject, fact, canonical_event, exception_item, exception_group, audit_entry, reference_row, dependency, connector cascade");
  await pool.query("insert into connector (id, type, name, entity, settings) values ('shop', 'sandbox-shop', 'Shop', 'US01', '{}')");
  await pool.query("insert into subject (id, entity, kind, key, number) values ('US01:order:SO-1', 'US01', 'order', 'SO-1', 'SO-1'), ('US01:order:SO-2', 'US01', 'order', 'SO-2', 'SO-2')");
  for (const [item, unit] of [["V-1", "CS"], ["V-2", "PK"]])
    await pool.query("insert into reference_row (entity, topic, key, publisher, version, data) values ('US01', 'item', $1::text, 'p', 1, $2)", [item, JSON.stringify({ item, description: "Valve", baseUnit: "EA", units: [{ unit, numerator: 24, denominator: 1 }] })]);
  for (const [item, subject] of [["V-1", "US01:order:SO-1"], ["V-2", "US01:order:SO-2"]]) {
    await pool.query("insert into exception_group (fingerprint, entity, code, kind, title, key, team, first_seen_at, opened_at, last_seen_at) values ($1, 'US01', 'MAP-03', 'mapping', 't', $2, 'master_data', now(), now(), now())", [`f-${item}`, JSON.stringify({ connector: "shop", item, unit: "BX" })]);
    await pool.query("insert into exception_item (subject_id, entity, code, kind, fingerprint, stops, amount, currency, message, first_seen_at) values ($1, 'US01', 'MAP-03', 'mapping', $2, '{}', 100, 'USD', 'm', now())", [subject, `f-${item}`]);
  }
});

test("a unit may only mean one that a waiting item is kept in; the rest is refused and nothing is written", async () => {
  expect(await desk().mapCode(who("ops"), "US01", alias("BARREL"), "")).toMatchObject({ ok: false, error: { code: "UNKNOWN" } });
  expect(await desk().mapCode(who("ops"), "US01", { kind: "item", system: "shop", code: "X", canonical: "NOBODY" }, "")).toMatchObject({ ok: false, error: { code: "UNKNOWN" } });
  expect(await desk().mapCode(who("ops"), "US01", { ...alias("CS"), system: "nobody" }, "")).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  expect(await rows("select 1 from canonical_event union all select 1 from audit_entry")).toEqual([]);
  expect(await desk().mapCode(who("ops"), "US01", alias("CS"), "")).toMatchObject({ ok: true });
});

test("a mapping is the fix of each cause that lacks it, a stated pack of its item's alone: verified once what waited is read back from finance", async () => {
  await pool.query("truncate fix_attempt, command, subject_identifier cascade");
  expect(await desk().mapCode(who("ops"), "US01", alias("CS"), "")).toMatchObject({ ok: true });
  expect(await rows("select fingerprint, verb, author, subject_ids from fix_attempt order by 1")).toEqual([{ fingerprint: "f-V-1", verb: "map", author: "o1", subject_ids: ["US01:order:SO-1"] }, { fingerprint: "f-V-2", verb: "map", author: "o1", subject_ids: ["US01:order:SO-2"] }]);
  const window = { from: "2020-01-01T00:00:00.000Z", to: "2100-01-01T00:00:00.000Z" };
  const counted = async (): Promise<unknown[]> => {
    const { fixes } = flowOf(await flowRows(createQuery(pool), null, window), window), { items } = await fixPage(createQuery(pool), null, window, { result: "all", limit: 9 });
    return [fixes.tried, fixes.verified, items.map(({ fingerprint, total, verified }) => [fingerprint, total, verified]).sort()];
  };
  expect(await counted()).toEqual([2, 0, [["f-V-1", 1, 0], ["f-V-2", 1, 0]]]);
  await pool.query("insert into subject (id, entity, kind, key) values ('US01:billing_unit:SH-1', 'US01', 'billing_unit', 'SH-1')");
  await pool.query("insert into subject_identifier (subject_id, kind, value, normal) values ('US01:billing_unit:SH-1', 'order', 'SO-1', 'SO1')");
  await pool.query("insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id, verified_at) values ('k', 'US01:billing_unit:SH-1', 'US01', 'post_invoice', '', 1, 'finance', 'erp', 'finance', 'confirmed', '{}', 'd', now(), 'c', now())");
  expect(await counted()).toEqual([2, 1, [["f-V-1", 1, 1], ["f-V-2", 1, 0]]]);
  await pool.query("truncate fix_attempt");
  expect(await desk().stateUnit(who("ops"), "US01", pack, "")).toMatchObject({ ok: true });
  expect(await rows("select fingerprint from fix_attempt")).toEqual([{ fingerprint: "f-V-1" }]);
});

test("a code that means something already is changed only with a reason, and the record says what it meant before", async () => {
  await pool.query("insert into reference_row (entity, topic, key, publisher, version, data) values ('US01', 'map', 'unit/shop/BX', 'p', 1, '{\"kind\":\"unit\",\"system\":\"shop\",\"code\":\"BX\",\"canonical\":\"PK\"}')");
  expect(await desk().mapCode(who("ops"), "US01", alias("CS"), " ")).toMatchObject({ ok: false, error: { code: "REASON", message: "shop BX means PK now: say why it is changed" } });
  expect(await rows("select 1 from canonical_event union all select 1 from audit_entry")).toEqual([]);
  expect(await desk().mapCode(who("ops"), "US01", alias("PK"), "")).toMatchObject({ ok: true });
  expect(await desk().mapCode(who("ops"), "US01", alias("CS"), "The shop packs anew")).toMatchObject({ ok: true });
  expect(await rows("select reason, detail->>'before' as before, detail->>'canonical' as canonical from audit_entry order by id desc limit 1")).toEqual([{ reason: "The shop packs anew", before: "PK", canonical: "CS" }]);
});

test("changes that follow each other at once are told apart: the last word stands", async () => {
  for (const canonical of ["PK", "CS", "PK"]) expect(await desk().mapCode(who("ops"), "US01", alias(canonical), "again")).toMatchObject({ ok: true });
  expect(await rows("select data->>'canonical' as canonical from fact where type = 'code.mapped' order by version")).toEqual(["PK", "CS", "PK"].map((canonical) => ({ canonical })));
  expect(await rows("select 1 from exception_item where code = 'CTR-02'")).toEqual([]);
});

const mapTo = (kind: string, canonical: string) => desk().mapCode(who("ops"), "US01", { kind, system: "shop", code: "N45", canonical }, "");

test("terms may only mean what the rules know; the refusal lists it and nothing is written", async () => {
  expect(await mapTo("terms", "BOGUS45")).toEqual({ ok: false, error: expect.objectContaining({ code: "UNKNOWN", message: "US01 has no payment terms BOGUS45; known: advance, eom30, net30, net60" }) as unknown });
  expect(await mapTo("terms", "constructor")).toMatchObject({ ok: false, error: { code: "UNKNOWN" } });
  expect(await rows("select 1 from canonical_event union all select 1 from audit_entry")).toEqual([]);
  expect(await mapTo("terms", "net60")).toMatchObject({ ok: true });
});

test("a tax code may only mean a category that goods have or that is waited for", async () => {
  expect(await mapTo("tax", "bogus")).toMatchObject({ ok: false, error: { code: "UNKNOWN", message: "US01 has no tax category bogus; known: goods" } });
  await pool.query("insert into exception_group (fingerprint, entity, code, kind, title, key, team, first_seen_at, opened_at, last_seen_at) values ('f-t', 'US01', 'MAP-04', 'mapping', 't', '{\"connector\": \"tax\", \"code\": \"tax/freight\"}', 'master_data', now(), now(), now())");
  expect(await mapTo("tax", "freight")).toMatchObject({ ok: true });
  expect(await mapTo("tax", "goods")).toMatchObject({ ok: true });
});

test("a stated pack is a fact of the item in lowest terms, with its audit row", async () => {
  expect(await desk().stateUnit(who("ops"), "US01", pack, "")).toEqual(ok({ waiting: 1 }));
  expect(await rows("select type, source, subject_id, data->>'unit' as unit, (data->>'numerator')::int as numerator, (data->>'denominator')::int as denominator from canonical_event")).toEqual(
    [{ type: "unit.stated", source: "person:o1", subject_id: "US01:master_record:item/V-1", unit: "BX", numerator: 6, denominator: 1 }]);
  expect(await rows("select actor, action from audit_entry")).toEqual([{ actor: "o1", action: "unit.state" }]);
});

test.each([
  ["of an unknown item", { ...pack, item: "V-9" }, "ops", "UNKNOWN"], ["counted in another unit than shown", { ...pack, baseUnit: "KG" }, "ops", "CONFLICT"],
  ["that the record states itself", { ...pack, unit: "CS" }, "ops", "CONFLICT"], ["without the right", pack, "viewer", "FORBIDDEN"],
] as const)("a pack %s is refused", async (_, stated, role, code) => {
  expect(await desk().stateUnit(who(role), "US01", stated, "")).toMatchObject({ ok: false, error: { code } });
  expect(await rows("select 1 from canonical_event")).toEqual([]);
});

test("the preview says item by item what goes on and what stays", async () => {
  const missing = { entity: "US01", kind: "unit", system: "shop", code: "BX" } as const;
  const told = async (proposal: object) => (await waitingFor(createQuery(pool), null, missing, proposal)).map(({ item, released, documents, numbers, money }) => ({ item, released, documents, numbers, money })).sort((a, b) => (a.item ?? "").localeCompare(b.item ?? ""));
  const row = (item: string, number: string, released: boolean) => ({ item, released, documents: 1, numbers: [number], money: [{ currency: "USD", amount: "100.000000" }] });
  expect(await told({ canonical: "CS" })).toEqual([row("V-1", "SO-1", true), row("V-2", "SO-2", false)]);
  expect(await told({ packOf: "V-2" })).toEqual([row("V-1", "SO-1", false), row("V-2", "SO-2", true)]);
  expect(await waitingFor(createQuery(pool), ["US02"], missing, {})).toEqual([]);
});
