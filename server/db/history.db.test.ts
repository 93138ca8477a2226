import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { prepareHistory } from "./history";
import { createPool } from "./pool";
import { setUpEntity } from "./set-up";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });

const target = { entity: "NW01", name: "Northwind Traders", currency: "USD", connector: "northwind" };
const standing = async () => [
  (await pool.query("select code, name, zone from entity order by code")).rows, (await pool.query("select id, type, entity, settings, encode(secrets, 'escape') as secrets, settings_version as version from connector order by id")).rows,
];
beforeEach(async () => {
  await pool.query("truncate entity, policy_version, service_level, team, connector, connector_settings_version, audit_entry cascade");
  await setUpEntity(pool)({ code: "US01", name: "Hartline Supply", currency: "USD", zone: "America/New_York", opens: 480, closes: 1020, holidays: [] }, "cli");
  await pool.query("insert into connector (id, type, name, entity, settings, secrets) values ('erp', 'sandbox-erp', 'ERP', 'US01', '{\"url\": \"http://erp\"}', 'sealed')");
});

test("history gets an entity and a source of its own, and both again without a change", async () => {
  expect(await prepareHistory(pool)(target)).toEqual({ ok: true, value: true });
  const first = await standing();
  expect(first[0]).toContainEqual({ code: "NW01", name: "Northwind Traders", zone: "UTC" });
  expect(first[1]).toContainEqual({ id: "northwind", type: "cloud-events", entity: "NW01", settings: {}, secrets: null, version: 1 });
  expect(await prepareHistory(pool)({ ...target, name: "Another name" })).toMatchObject({ ok: true });
  expect(await standing()).toEqual(first);
  expect(await prepareHistory(pool)({ ...target, connector: "northwind-2" }), "a second folder of the same company").toMatchObject({ ok: true });
});

test.each([
  [{ connector: "erp" }, "erp is a connector of another kind (sandbox-erp): history needs one of its own, as --connector erp-history"],
  [{ entity: "US01" }, "US01 has rules of its own, and history that is only watched would stand among what it manages: name an entity for it alone with --entity"],
  [{ entity: "us" }, "us is no code for an entity: two to twelve capital letters and digits, as US01"],
  [{ connector: "North Wind" }, "North Wind is no name for a source: small letters, digits and hyphens, at most 40, beginning with a letter"],
])("what stands there for something else is refused and stays: %j", async (over, message) => {
  const before = await standing();
  expect(await prepareHistory(pool)({ ...target, ...over })).toMatchObject({ ok: false, error: { message } });
  expect(await standing()).toEqual(before);
});

test("a folder goes into the books of its currency, and through a source of its entity", async () => {
  await pool.query("insert into entity (code, name, currency, zone) values ('EU01', 'Europe', 'EUR', 'UTC')");
  expect(await prepareHistory(pool)({ ...target, entity: "EU01" })).toMatchObject({ ok: false, error: { message: "EU01 keeps its books in EUR and this history is in USD: name another entity with --entity" } });
  await prepareHistory(pool)(target);
  expect(await prepareHistory(pool)({ ...target, entity: "NW02" })).toMatchObject({ ok: false, error: { message: "Source northwind belongs to NW01: name another one for NW02, as --connector northwind-nw02" } });
});
