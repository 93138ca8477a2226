import { afterAll, beforeAll, expect, it } from "vitest";
import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { createQuery } from "@/server/db/query";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { hasMoved } from "@/server/domain/decisions";
import { decisionStands, holdDetail, holdPage, holdReasons, undecided } from "./holds";
import { shellCounts } from "./shell";
import { moneyHeldNow } from "./tower-money";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 2, of: "screens" });
  // the database may go while a connection of the ended pool is still closing
  pool.on("error", () => undefined);
  const hold = (subject: string, rule: string, amount: number, minutes: number) => pool.query(
    "insert into hold (subject_id, entity, rule, slot, amount, currency, message, released_by, evidence, digest, owner, blocks, opened_at) values ($1, 'US01', $2, '', $3, 'USD', 'm', 'r', '{}', 'd', 'billing', '{post_invoice}', now() - $4 * interval '1 minute')", [subject, rule, amount, minutes]);
  for (const key of ["SO-1", "SO-2", "SO-3"]) await pool.query("insert into subject (id, entity, kind, key) values ($1, 'US01', 'order', $2)", [key, key]);
  await hold("SO-1", "AMOUNT_LIMIT", 100, 5);
  await hold("SO-1", "PRICE_VARIANCE", 100, 3);
  await hold("SO-2", "AMOUNT_LIMIT", 40, 4);
  await hold("SO-3", "AMOUNT_LIMIT", 7, 4);
  const stop = (subject: string, stops: string) => pool.query("insert into exception_item (subject_id, entity, code, kind, fingerprint, stops, message, first_seen_at) values ($1, 'US01', 'MAP-02', 'mapping', 'f', $2, 'm', now())", [subject, stops]);
  await stop("SO-2", "{post_invoice}");
  await stop("SO-3", "{}");
});
afterAll(async () => { await pool.end(); await database.drop(); });

it("figure, strip, rail and list count the same holds; what an exception stops besides stands apart with a list of its own", async () => {
  const query = createQuery(pool);
  // an acknowledgement that was refused keeps nothing back, and hides no hold
  await pool.query("insert into exception_item (subject_id, entity, code, kind, fingerprint, stops, keeps_nothing, message, first_seen_at) values ('SO-1', 'US01', 'ACK-01', 'contract', 'told', '{acknowledge_order|SO-1||1}', true, 'm', now())");
  const [figure, reasons, rail, list, stopped] = await Promise.all([moneyHeldNow(query, null), holdReasons(query, null), shellCounts(query, null), holdPage(query, null, { sort: "money", limit: 100 }), holdPage(query, null, { sort: "money", stopped: true, limit: 100 })]);
  expect(figure).toMatchObject({ count: 3, money: [{ currency: "USD", amount: "107" }] });
  expect(reasons.filter((row) => !row.stopped).map(({ rule, count, amount }) => [rule, count, Number(amount)])).toEqual([["AMOUNT_LIMIT", 2, 107], ["PRICE_VARIANCE", 1, 0]]);
  expect(reasons.filter((row) => row.stopped).map(({ rule, count, amount }) => [rule, count, Number(amount)])).toEqual([["AMOUNT_LIMIT", 1, 40]]);
  expect(rail.held).toBe(3);
  expect(list.items.map(({ subjectId }) => subjectId).sort()).toEqual(["SO-1", "SO-1", "SO-3"]);
  expect(stopped.items.map(({ subjectId }) => subjectId)).toEqual(["SO-2"]);
  await pool.query("delete from exception_item where fingerprint = 'told'");
});

it("what waits for a person is told by code and order; what was decided or closed waits no more", async () => {
  await pool.query("insert into subject (id, entity, kind, key) values ('U-1', 'US01', 'billing_unit', 'SH-1/C-1/USD/N30/p1')");
  await pool.query("insert into subject_identifier (subject_id, kind, value, normal) values ('U-1', 'order', 'SO-7', 'SO7'), ('U-1', 'invoice', 'INV-1', 'INV1')");
  for (const [rule, state] of [["OVER_SHIPMENT", "active"], ["TAX_VARIANCE", "approved"]]) await pool.query("insert into hold (subject_id, entity, rule, slot, amount, message, released_by, evidence, digest, owner, blocks, state) values ('U-1', 'US01', $1, '', 1, 'm', 'r', '{}', 'd', 'billing', '{}', $2)", [rule, state]);
  const waits = await undecided(createQuery(pool));
  expect(waits.filter(({ code }) => code !== "AMOUNT_LIMIT" && code !== "PRICE_VARIANCE")).toEqual([{ code: "MAP-02", orders: ["SO-2"] }, { code: "MAP-02", orders: ["SO-3"] }, { code: "OVER_SHIPMENT", orders: ["SO-7"] }]);
});

it("holds by hand and of single lines hold no money that the order's own hold holds; lines alone hold each their own", async () => {
  const hold = (subject: string, rule: string, slot: string, amount: number, minutes: number) => pool.query(
    "insert into hold (subject_id, entity, rule, slot, amount, currency, message, released_by, evidence, digest, owner, blocks, opened_at) values ($1, 'CA01', $2, $3, $4, 'CAD', 'm', 'r', '{}', 'd', 'billing', '{post_invoice}', now() - $5 * interval '1 minute')", [subject, rule, slot, amount, minutes]);
  for (const key of ["CO-1", "CO-2"]) await pool.query("insert into subject (id, entity, kind, key) values ($1, 'CA01', 'order', $1)", [key]);
  await hold("CO-1", "DUPLICATE_DOCUMENT", "order", 48, 5);
  await hold("CO-1", "MANUAL", "D-1", 48, 4);
  await hold("CO-1", "MANUAL", "D-2", 48, 3);
  await hold("CO-1", "PRICE_VARIANCE", "1", 12, 6);
  await hold("CO-2", "PRICE_VARIANCE", "1", 5, 5);
  await hold("CO-2", "PRICE_VARIANCE", "2", 5, 5);
  const reasons = await holdReasons(createQuery(pool), ["CA01"]);
  expect(reasons.map(({ rule, count, amount }) => [rule, count, Number(amount)])).toEqual([["DUPLICATE_DOCUMENT", 1, 48], ["PRICE_VARIANCE", 3, 10], ["MANUAL", 2, 0]]);
});

it("an approval that fell, as the amount moved since, is not counted as one that was given", async () => {
  await pool.query("insert into subject (id, entity, kind, key) values ('SO-9', 'US02', 'order', 'SO-9')");
  const { rows: [made] } = await pool.query<{ id: string }>("insert into hold (subject_id, entity, rule, slot, amount, currency, message, released_by, evidence, digest, owner, blocks) values ('SO-9', 'US02', 'AMOUNT_LIMIT', '', 120000, 'USD', 'm', 'r', '{\"personsNeeded\": 2}', 'd', 'billing', '{post_invoice}') returning id::text");
  await pool.query("insert into hold_decision (id, hold_id, verdict, reason, author, digest, amount) values ('d1', $1, 'approve', 'fine', 'ann', 'd', 120000)", [made?.id]);
  const query = createQuery(pool), shown = async () => {
    const [page, detail] = await Promise.all([holdPage(query, ["US02"], { sort: "money", limit: 9 }), holdDetail(query, ["US02"], made?.id ?? "")]);
    return [page.items.flatMap(({ approvals }) => approvals.map(({ author }) => author)), detail?.approvals.length, detail?.decisions.map(({ stands }) => stands)];
  };
  expect(await shown()).toEqual([["ann"], 1, [true]]);
  await pool.query("update hold set amount = 150000 where id = $1", [made?.id]);
  expect(await shown()).toEqual([[], 0, [false]]);
});

it("what stands is told by the rule that the planner has", async () => {
  const amounts = ["0", "4.99", "5", "5.01", "100", "105", "105.01", "500", "505", "505.01", "1000", "1010", "1010.2", "-500", "-505.2"];
  const rows = await createQuery(pool).rows<{ decided: string; now: string; stands: boolean }>(
    `select d.amount::text as decided, h.amount::text as now, ${decisionStands} as stands from (select a::numeric as amount, 'x' as digest from unnest($1::text[]) a) d cross join (select a::numeric as amount, 'x' as digest, 'AMOUNT_LIMIT' as rule from unnest($1::text[]) a) h`, [amounts]);
  expect(rows).toHaveLength(amounts.length ** 2);
  for (const { decided, now, stands } of rows) expect(stands, `${decided} then ${now}`).toBe(!hasMoved(decided, now));
});
