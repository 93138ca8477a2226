import type pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ok } from "@/server/domain/result";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { createCodeBook } from "./codes";

let engine: Engine;
beforeEach(async () => { engine = await createEngine(); });
afterEach(async () => { await engine.close(); });

const know = (topic: string, key: string, data: unknown) => engine.pool.query("insert into reference_row (entity, topic, key, publisher, version, data) values ('US01', $1, $2, $2, 1, $3)", [topic, key, JSON.stringify(data)]);

test("a code that was mapped a moment ago is known after a renewal, however lately the book was read", async () => {
  const codes = createCodeBook(engine.pool);
  await codes.refresh();
  await know("map", "unit/wms/PC", { kind: "unit", system: "wms", code: "PC", canonical: "EA" });
  await know("item", "A", { baseUnit: "EA" });
  await codes.refresh();
  expect(codes.resolveCode("US01", "wms", "unit", "EA")).toMatchObject({ ok: false, error: { code: "MAP-03:unit/EA" } });
  await codes.renew();
  expect([codes.resolveCode("US01", "wms", "unit", "EA"), codes.baseUnit("US01", "A")]).toEqual([ok("PC"), ok("EA")]);
});

test("a renewal that comes while the book is being read does not take that reading for its own", async () => {
  let hold: Promise<unknown> = Promise.resolve(), release = (): void => undefined;
  const slow = { query: async (sql: string, values: unknown[]) => { const rows = await engine.rows(sql, values); await hold; return { rows }; } } as unknown as pg.Pool;
  const codes = createCodeBook(slow);
  hold = new Promise<void>((resolve) => { release = resolve; });
  const begun = codes.refresh();
  await engine.pool.query("select pg_sleep(0.2)");
  await know("item", "A", { baseUnit: "EA" });
  const renewed = codes.renew();
  release();
  await Promise.all([begun, renewed]);
  expect(codes.baseUnit("US01", "A")).toEqual(ok("EA"));
});

test("of two codes that mean one thing the other stands when one is taken away or comes to mean something else", async () => {
  const codes = createCodeBook(engine.pool), means = async (code: string, canonical?: string) => {
    await engine.pool.query("insert into reference_row (entity, topic, key, publisher, version, data) values ('US01', 'map', $1, $1, 1, $2) on conflict (entity, topic, key, publisher) do update set data = excluded.data, updated_at = now()",
      [`carrier/wms/${code}`, JSON.stringify({ kind: "carrier", system: "wms", code, ...(canonical === undefined ? {} : { canonical }) })]);
    await codes.renew();
  };
  const now = () => ["UPS", "DHL"].map((carrier) => { const found = codes.resolveCode("US01", "wms", "carrier", carrier); return found.ok ? found.value : null; });
  await means("U1", "UPS");
  await means("U2", "UPS");
  expect([now(), codes.otherCodes("US01", "wms", "carrier", "UPS"), codes.otherCodes("US01", "wms", "carrier", "DHL")]).toEqual([["U1", null], ["U2"], []]);
  await means("U1");
  expect(now()).toEqual(["U2", null]);
  await means("U1", "UPS");
  await means("U1", "DHL");
  expect(now()).toEqual(["U2", "U1"]);
  await means("U2");
  expect(now()).toEqual([null, "U1"]);
});
