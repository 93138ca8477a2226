import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createQuery } from "@/server/db/query";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { exceptionReport, exceptionsCounted } from "./exception-report";

let database: TestDatabase;
let pool: pg.Pool;
const window = { from: "2026-03-02T00:00:00.000Z", to: "2026-03-04T00:00:00.000Z" };

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 2, of: "screens" });
  // the database may go while a connection of the ended pool is still closing
  pool.on("error", () => undefined);
  for (const key of ["SO-1", "SO-2", "SO-3"]) await pool.query("insert into subject (id, entity, kind, key) values ($1, 'US01', 'order', $1)", [key]);
  for (const [fingerprint, code] of [["bx-a", "MAP-03"], ["bx-b", "MAP-03"], ["erp", "CON-01"], ["ca", "MAP-03"]])
    await pool.query("insert into exception_group (fingerprint, entity, code, kind, title, key, team, first_seen_at, opened_at, last_seen_at) values ($1, 'US01', $2, 'k', 't', '{}', 'integration', now(), now(), now())", [fingerprint, code]);
  const item = (fingerprint: string, code: string, subject: string | null, amount: number, currency: string | null, seen: string, resolved: string | null = null, entity = "US01") => pool.query(
    "insert into exception_item (subject_id, entity, code, kind, fingerprint, stops, amount, currency, message, state, first_seen_at, resolved_at) values ($1, $2, $3, 'mapping', $4, '{}', $5, $6, 'm', $7, $8, $9)", [subject, entity, code, fingerprint, amount, currency, resolved === null ? "open" : "resolved", seen, resolved]);
  await item("bx-a", "MAP-03", "SO-1", 100, "USD", "2026-03-02T00:00:00Z", "2026-03-02T00:10:00Z");
  await item("bx-b", "MAP-03", "SO-1", 60, "USD", "2026-03-02T08:00:00Z", "2026-03-02T08:30:00Z");
  await item("bx-a", "MAP-03", "SO-2", 40, "CAD", "2026-03-03T23:59:59Z");
  await item("erp", "CON-01", null, 0, null, "2026-03-03T10:00:00Z");
  await item("bx-a", "MAP-03", "SO-3", 7, "USD", "2026-03-04T00:00:00Z");
  await item("bx-a", "MAP-03", "SO-3", 7, "USD", "2026-03-01T23:59:59Z", "2026-03-02T12:00:00Z");
  await item("ca", "MAP-03", "SO-1", 9000, "USD", "2026-03-02T10:00:00Z", null, "CA01");
});
afterAll(async () => { await pool.end(); await database.drop(); });

it("what was first seen in the window counts by code: each document once, its money once, and how long the solved ones took", async () => {
  expect(await exceptionReport(createQuery(pool), ["US01"], window)).toEqual([
    { code: "MAP-03", kind: "mapping", causes: 2, documents: 2, exceptions: 3, solved: 2, money: [{ currency: "USD", amount: "100.000000" }, { currency: "CAD", amount: "40.000000" }], solve: { count: 2, p50: 10, p95: 30 } },
    { code: "CON-01", kind: "mapping", causes: 1, documents: 1, exceptions: 1, solved: 0, money: [], solve: { count: 0, p50: null, p95: null } },
  ]);
});
it("another entity's count where it may be seen, and a window of nothing is nothing", async () => {
  expect((await exceptionReport(createQuery(pool), null, window)).map(({ code, causes, documents }) => [code, causes, documents])).toEqual([["MAP-03", 3, 2], ["CON-01", 1, 1]]);
  expect(await exceptionReport(createQuery(pool), null, { from: "2025-01-01T00:00:00.000Z", to: "2025-02-01T00:00:00.000Z" })).toEqual([]);
});
it("each line opens just the exceptions that it counts, page by page", async () => {
  const query = createQuery(pool);
  for (const entities of [["US01"], null]) for (const { code, exceptions, solved } of await exceptionReport(query, entities, window)) {
    const listed = async (result: "all" | "solved" | "open") => {
      const ids: string[] = [];
      for (let cursor: string | undefined, more = true; more;) {
        const page = await exceptionsCounted(query, entities, window, { code, result, cursor, limit: 1 });
        ids.push(...page.items.map(({ id }) => id));
        cursor = page.next ?? undefined;
        more = page.next !== null;
      }
      return new Set(ids).size;
    };
    expect([await listed("all"), await listed("solved"), await listed("open")], code).toEqual([exceptions, solved, exceptions - solved]);
  }
  const { items } = await exceptionsCounted(query, ["US01"], window, { code: "MAP-03", result: "open", limit: 10 });
  expect(items).toMatchObject([{ number: "SO-2", group: "bx-a", amount: "40.000000", currency: "CAD", state: "open", resolvedAt: null }]);
});
