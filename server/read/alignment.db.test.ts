import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDesk } from "@/server/db/desk";
import { createPool } from "@/server/db/pool";
import { createQuery } from "@/server/db/query";
import { ok } from "@/server/domain/result";
import type { Person } from "@/server/api/services";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { alignments, codesToPair } from "./alignment";
import type { Query } from "./query";

let database: TestDatabase, pool: pg.Pool, query: Query;
const ops: Person = { id: "ops", name: "Ops", email: "ops@example.test", teams: [], leads: [], grants: [{ role: "ops", entity: "US01", holdCodes: [], approveUpTo: null, currency: null }] };

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 4, of: "screens" });
  pool.on("error", () => undefined);
  query = createQuery(pool);
  await pool.query("insert into connector (id, type, name, entity, settings) values ('shop', 'sandbox-shop', 'Shop', 'US01', '{}')");
  const row = (topic: string, key: string, data: object) => pool.query("insert into reference_row (entity, topic, key, publisher, version, data) values ('US01', $1, $2, $1 || $2, 1, $3)", [topic, key, data]);
  await row("customer", "D1", { name: "Harbor Supply Inc." });
  await row("customer", "D2", { name: "Blue Ridge Fasteners" });
  await row("customer", "D3", { name: "Closed Company", state: "blocked" });
  await row("item", "V-1", { description: "Hex bolt M10", baseUnit: "EA" });
  await row("map", "customer/shop/C-1", { kind: "customer", system: "shop", code: "C-1", canonical: "D1" });
  await row("map", "unit/shop/each", { kind: "unit", system: "shop", code: "each", canonical: "EA" });
  const told = (kind: string, code: string, name: string, more: object = {}) => row("code", `${kind}/shop/${code}`, { kind, system: "shop", code, name, state: "active", ...more });
  await told("customer", "C-1", "Harbor");
  await told("customer", "C-2", "Blue Ridge Fasteners LLC");
  await told("customer", "C-3", "Closed Company");
  await told("customer", "C-4", "Gone Company", { state: "ended" });
  await told("item", "N-1", "Hex bolt M10", { unit: "each" });
  await pool.query("insert into dependency (subject_id, entity, topic, key) values ('US01:order:1', 'US01', 'map', 'customer/shop/C-3')");
});
afterAll(async () => { await pool.end(); await database.drop(); });

it("counts what each system told of, what of it is mapped, and what is active and open", async () => {
  expect(await alignments(query, ["US01"])).toEqual([{ entity: "US01", kind: "customer", system: "shop", told: 4, mapped: 1, open: 2 }, { entity: "US01", kind: "item", system: "shop", told: 1, mapped: 0, open: 1 }]);
  expect(await alignments(query, ["CA01"])).toEqual([]);
});

it("suggests records that are in use, by their names and in our units; what documents wait for comes first", async () => {
  const codes = await codesToPair(query, null, {});
  expect(codes.map(({ code, waiting, pair }) => [code, waiting, pair?.own, pair?.confidence])).toEqual([["C-3", 1, undefined, undefined], ["C-2", 0, "D2", "certain"], ["N-1", 0, "V-1", "certain"]]);
  expect((await codesToPair(query, ["US01"], { kind: "item", system: "shop" })).map(({ code }) => code)).toEqual(["N-1"]);
  expect(await codesToPair(query, ["CA01"], {})).toEqual([]);
});

it("accepted pairs are mappings of that person, all or none of them", async () => {
  const desk = createDesk(pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
  const pair = { kind: "customer", system: "shop", code: "C-2", canonical: "D2" }, facts = async () => (await pool.query("select subject_id as subject, source from fact order by 1")).rows;
  expect(await desk.acceptPairs({ ...ops, grants: [] }, "US01", [pair], "Same company")).toMatchObject({ error: { code: "FORBIDDEN" } });
  expect(await desk.acceptPairs(ops, "US01", [pair], " ")).toMatchObject({ error: { code: "REASON" } });
  expect(await desk.acceptPairs(ops, "US01", [pair, { ...pair, code: "C-1" }], "Same company")).toMatchObject({ error: { code: "CONFLICT", message: "shop C-1 means D1 by now. Look again before you accept." } });
  expect(await desk.acceptPairs(ops, "US01", [pair, { ...pair, code: "C-3", canonical: "D9" }], "Same company")).toMatchObject({ error: { code: "UNKNOWN" } });
  expect(await facts()).toEqual([]);
  expect(await desk.acceptPairs(ops, "US01", [pair, { ...pair, code: "C-3", canonical: "D3" }], "Same company")).toEqual(ok({ waiting: 1 }));
  expect(await facts()).toEqual(["C-2", "C-3"].map((code) => ({ subject: `US01:master_record:map/customer/shop/${code}`, source: "person:ops" })));
  expect((await pool.query("select action, reason, detail->>'suggested' as suggested from audit_entry")).rows).toEqual([1, 2].map(() => ({ action: "mapping.write", reason: "Same company", suggested: "accepted" })));
});
