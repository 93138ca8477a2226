import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createQuery } from "@/server/db/query";
import { moneyHeld } from "@/server/domain/figures/amounts";
import { ageingMatrix, ordersInFlight, pastServiceLevel, type FlowList, type OrderRow } from "@/server/domain/figures/orders";
import { hours } from "@/server/domain/instant";
import type { Stage } from "@/server/domain/stages";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { flowOf, flowRows, postingByEntity } from "./flow";
import { orderPage } from "./order-list";
import type { Query } from "./query";
import { ageMatrix, flightFigures } from "./tower";
import { latencyView } from "./tower-latency";
import { moneyHeldNow, shippedNotInvoiced } from "./tower-money";

/**
 * The worked example of domain.md 2.6 as rows: what the screens ask of the database is what the figures' functions say, and
 * the numbers are those of the reference. Its Wednesday 17:00 is the moment of the test.
 */
let database: TestDatabase, pool: pg.Pool, query: Query;
const all = { entities: null, channel: null };
const start = Date.now(), days = { Mon: 9, Tue: 10, Wed: 11 };
const t = (short: string): string => { const [day = "Mon", clock = ""] = short.split(" "); return new Date(start + Date.parse(`2026-03-${String(days[day as keyof typeof days]).padStart(2, "0")}T${clock}:00Z`) - Date.parse("2026-03-11T17:00:00Z")).toISOString(); };
const week = { from: t("Mon 00:00"), to: new Date(start + hours(24)).toISOString() };

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 2, of: "screens" });
  // the database may go while a connection of the ended pool is still closing
  pool.on("error", () => undefined);
  query = createQuery(pool);
  const order = async (key: string, placed: string, ordered: string, stage: Stage | null, since: string | null, open: string, unbilled: string) => {
    await pool.query("insert into subject (id, entity, kind, key, number, channel, currency, stage, stage_since, placed_at, amounts, open_value, complete) values ($1, 'US01', 'order', $2, $2, 'web', 'USD', $3, $4, $5, $6, $7, $8)",
      [`US01:order:${key}`, key, stage, since && t(since), t(placed), JSON.stringify({ ordered, unbilled }), open, stage === null]);
    await pool.query("insert into subject_identifier (subject_id, kind, value, normal) values ($1, 'order', $2, $2)", [`US01:order:${key}`, key]);
  };
  await order("W1", "Mon 09:00", "100.00", null, null, "0", "0");
  await order("W2", "Mon 10:00", "200.00", null, null, "0", "0");
  await order("W3", "Mon 11:00", "300.00", null, null, "0", "0");
  await order("W4", "Tue 09:00", "400.00", "post", "Wed 12:00", "0", "400.00");
  await order("W5", "Wed 08:00", "500.00", "approve", "Wed 08:00", "500.00", "0");
  const reached = (subject: string, name: string, at: string) => pool.query("insert into milestone (subject_id, name, occurred_at, recorded_at) values ($1, $2, $3, $3)", [subject, name, t(at)]);
  const unit = async (key: string, due: string, posted: string | null, sent: string | null) => {
    const id = `US01:billing_unit:${key}`;
    await pool.query("insert into subject (id, entity, kind, key, number, channel, currency, complete) values ($1, 'US01', 'billing_unit', $2, $2, 'web', 'USD', false)", [id, key]);
    await pool.query("insert into subject_identifier (subject_id, kind, value, normal) values ($1, 'order', $2, $2)", [id, key]);
    await reached(id, "billing_due", due);
    await reached(`US01:order:${key}`, "shipped", due);
    if (posted) for (const subject of [id, `US01:order:${key}`]) await reached(subject, "invoice_posted", posted);
    if (sent) await reached(id, "invoice_sent", sent);
  };
  await unit("W1", "Mon 14:00", "Mon 14:01", "Mon 14:02");
  await unit("W2", "Tue 10:00", "Tue 15:02", "Tue 15:10");
  await unit("W3", "Wed 09:00", "Wed 11:30", "Wed 11:31");
  await unit("W4", "Wed 12:00", null, null);
  const slice = (subject: string, stage: Stage, bucket: string | null, holder: string, from: string, to: string | null, amount = "0", tax = "0", due: string | null = null) => pool.query(
    "insert into slice (subject_id, entity, key, line, stage, bucket, quantity, amount, charges, tax, currency, holder, since, valid_from, valid_to, due_at) values ($1, 'US01', '1', '1', $2, $3, 1, $4, 0, $5, 'USD', $6, $7, $7, $8, $9)", [subject, stage, bucket, amount, tax, holder, t(from), to && t(to), due && t(due)]);
  await slice("US01:billing_unit:W1", "post", "in_flight", "target:erp", "Mon 14:00", "Mon 14:01");
  await slice("US01:billing_unit:W2", "bill_control", "held", "billing", "Tue 10:00", "Tue 15:00");
  await slice("US01:billing_unit:W2", "post", "in_flight", "tower", "Tue 15:00", "Tue 15:02");
  await slice("US01:billing_unit:W3", "post", "in_flight", "target:erp", "Wed 09:00", "Wed 09:01");
  await slice("US01:billing_unit:W3", "bill_control", "exception", "billing", "Wed 09:01", "Wed 11:29");
  await slice("US01:billing_unit:W3", "post", "in_flight", "tower", "Wed 11:29", "Wed 11:30");
  await slice("US01:billing_unit:W4", "post", "in_flight", "target:erp", "Wed 12:00", null);
  await slice("US01:order:W4", "post", "in_flight", "target:erp", "Wed 12:00", null, "400.00", "32.00", "Wed 12:05");
  await slice("US01:order:W5", "approve", "unallocated", "credit", "Wed 08:00", null, "500.00", "40.00", "Wed 12:00");
  await pool.query("insert into connector (id, type, name, entity, settings) values ('erp', 'sandbox-erp', 'ERP', 'US01', '{}')");
  await pool.query("insert into breaker (connector, state) values ('erp', 'open')");
  const hold = (id: string, rule: string, state: string, amount: string, at: string) => pool.query("insert into hold (subject_id, entity, rule, slot, state, amount, currency, message, released_by, evidence, digest, owner, opened_at, closed_at) values ($1, 'US01', $2, '', $3, $4, 'USD', 'm', 'r', '{}', 'd', 'billing', $5, $6)", [id, rule, state, amount, t(at), state === "approved" ? t("Tue 15:00") : null]);
  await hold("US01:billing_unit:W2", "AMOUNT_LIMIT", "approved", "216.00", "Tue 10:00");
  await hold("US01:order:W5", "CREDIT_LIMIT", "active", "540.00", "Wed 08:00");
  await pool.query("insert into canonical_event (id, type, source, entity, subject_id, correlation_id, occurred_at, recorded_at, data) values ('d', 'hold.decided', 'person:fay', 'US01', 'US01:billing_unit:W2', 'c', $1, $1, '{\"rule\":\"AMOUNT_LIMIT\",\"verdict\":\"approve\"}')", [t("Tue 15:00")]);
  await pool.query("insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id, verified_at) values ('k', 'US01:billing_unit:W3', 'US01', 'post_invoice', '', 1, 'finance', 'erp', 'finance', 'confirmed', '{}', 'd', now(), 'c', $1)", [t("Wed 11:30")]);
  await pool.query("insert into fix_attempt (id, fingerprint, verb, author, reason, natural_keys, subject_ids, created_at) values ('0193a0d2-0000-7000-8000-000000000001', 'f', 'restart', 'olga', 'mended', '{k}', '{US01:billing_unit:W3}', $1)", [t("Wed 11:29")]);
});
afterAll(async () => { await pool.end(); await database.drop(); });

async function orderRows(): Promise<OrderRow[]> {
  const rows = await query.rows<{ key: string; placed: string; stage: Stage | null; since: string | null; value: string; complete: boolean }>("select key, placed_at as placed, stage, stage_since as since, (open_value + (amounts->>'unbilled')::numeric)::text as value, complete from subject where kind = 'order' order by key");
  return rows.map((row) => ({ order: row.key, placed: row.placed, blanket: false, scheduledFor: null, completeAt: row.complete ? row.placed : null, cancelledAt: null, cancelledBeforeRelease: false, stage: row.stage, stageSince: row.since, stageDue: null, value: row.value, currency: "USD", touches: [] }));
}
const minutes = (value: number | null): number => Math.round((value ?? -1) * 10) / 10;

describe("the worked example W1 to W5, asked of the database", () => {
  test("orders in flight 2, both past their service level", async () => {
    const now = new Date().toISOString(), figures = await flightFigures(query, all), expected = ordersInFlight(await orderRows(), now);
    expect([figures.count, figures.scheduled, Number(figures.money[0]?.amount)]).toEqual([2, 0, 900]);
    expect(expected).toMatchObject({ count: figures.count, orders: [{ order: "W4" }, { order: "W5" }] });
    const clocks = await query.rows<{ order: string; stage: Stage; dueAt: string | null }>(`select subject_id as order, stage, due_at as "dueAt" from slice where valid_to is null and subject_id like '%:order:%'`);
    expect([figures.late, pastServiceLevel(clocks, now).length]).toEqual([2, 2]);
  });
  test("ageing matrix: W5 approves for 4–24 h, W4 posts for 4–24 h", async () => {
    const { aged } = await ageMatrix(query, all, "USD"), expected = ageingMatrix(await orderRows(), new Date().toISOString());
    const counts = [["approve", [0, 0, 1, 0, 0, 0]], ["post", [0, 0, 1, 0, 0, 0]]];
    expect(aged.map((row) => [row.stage, row.cells.map(({ count }) => count)])).toEqual(counts);
    expect(expected.aged.map((row) => [row.stage, row.cells.map(({ count }) => count)])).toEqual(counts);
    expect(aged.map((row) => Number(row.cells[2]?.amount))).toEqual(expected.aged.map((row) => Number(row.cells[2]?.value)));
  });
  test("posting latency gross p50 150, p95 302; net p50 2, p95 2; open 1, oldest 300 min", async () => {
    const { figure, limitMinutes } = await latencyView(query, all, new Date(start).toISOString(), hours(72));
    expect([limitMinutes, figure.gross, figure.net]).toEqual([240, { count: 3, p50: 150, p95: 302 }, { count: 3, p50: 2, p95: 2 }]);
    expect([figure.open.count, minutes(figure.open.oldestMinutes), figure.open.pastLimit, figure.open.orders]).toEqual([1, 300, 1, 1]);
  });
  test("invoice cycle time 2, 151, 310 min, median 151; touchless 1 of 3, without policy approvals 2 of 3; the one fix is read back", async () => {
    const rows = await flowRows(query, null, week), { cycle, touchless, fixes } = flowOf(rows, week);
    expect(cycle).toEqual({ dueToSent: { count: 3, p50: 151, p95: 310 }, placedToSent: { count: 3, p50: 1750, p95: 2911 }, byPosting: 0, orders: 3 });
    expect(touchless).toEqual({ complete: 3, touchless: 1, withoutPolicyApprovals: 2, rate: 1 / 3, rateWithoutPolicyApprovals: 2 / 3 });
    expect(fixes).toEqual({ tried: 1, verified: 1, rate: 1 });
    expect(flowOf(await flowRows(query, ["CA01"], week), week).touchless.complete).toBe(0);
    expect(await postingByEntity(query, null, rows, week)).toMatchObject([{ entity: "US01", posted: { count: 3, p50: 150, p95: 302 }, orders: 3, open: { orders: 1 } }]);
  });
  test("each list has the orders that its figure counts: touchless W1, but for approvals also W2, touched W2 and W3; the invoices that left bill W1 to W3", async () => {
    const listed = async (list: FlowList, window = week) => (await orderPage(query, null, { stage: "all", limit: 10, flow: { list, window } })).items.map(({ number }) => number).sort();
    expect(await Promise.all((["complete", "touchless", "approved", "touched", "sent", "posted"] as const).map((list) => listed(list)))).toEqual([["W1", "W2", "W3"], ["W1"], ["W1", "W2"], ["W2", "W3"], ["W1", "W2", "W3"], ["W1", "W2", "W3"]]);
    const tuesday = { from: t("Tue 00:00"), to: t("Wed 00:00") };
    expect([await listed("complete", tuesday), await listed("sent", tuesday), await listed("touchless", tuesday)]).toEqual([["W2"], ["W2"], []]);
    expect((await orderPage(query, ["CA01"], { stage: "all", limit: 10, flow: { list: "complete", window: week } })).items).toEqual([]);
  });
  test("money held 540.00", async () => {
    expect(await moneyHeldNow(query, null)).toEqual({ count: 1, money: [{ currency: "USD", amount: "540" }], largest: { rule: "CREDIT_LIMIT", count: 1 } });
    const things = await query.rows<{ subject: string; what: string; amount: string; currency: string; holds: { rule: string; since: string }[]; stoppedByException: boolean }>(
      `select subject_id as subject, slot as what, max(amount)::text as amount, max(currency) as currency, json_agg(json_build_object('rule', rule, 'since', opened_at)) as holds, false as "stoppedByException" from hold where state = 'active' group by 1, 2`);
    expect(moneyHeld(things).map(({ held, byReason }) => [Number(held), byReason.map(({ rule, count }) => [rule, count])])).toEqual([[540, [["CREDIT_LIMIT", 1]]]]);
  });
  test("shipped not invoiced 400.00, all in exception", async () => {
    expect(await shippedNotInvoiced(query, all)).toEqual([{ currency: "USD", total: "400", wait: "0", held: "0", exception: "400", inFlight: "0", orders: 1 }]);
  });
});
