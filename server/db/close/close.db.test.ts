import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Person } from "@/server/api/services";
import type { RoleGrant } from "@/server/domain/rights";
import { closeStepRows, closeView, lateSince, reopeningsAsked, signOffs } from "@/server/read/close";
import { blockingRows } from "@/server/read/close-blocking";
import { entityPeriods, liveSignOffs } from "@/server/read/close-periods";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { createPool } from "../pool";
import { createQuery } from "../query";
import { setUpEntity } from "../set-up";
import { createCloseDesk } from "./acts";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });
beforeEach(async () => {
  await pool.query("truncate entity, policy_version, command, fact, subject, movement, milestone, slice, hold, exception_item, reference_row, reconciliation_run, close_sign_off, close_step, census_document, audit_entry, app_user cascade");
  for (const code of ["US01", "US02"]) await setUpEntity(pool)({ code, name: code, currency: "USD", zone: "America/Chicago", opens: 480, closes: 1020, holidays: [] }, "cli");
  await pool.query("insert into app_user (id, email, name) values ('fay', 'fay@x.example', 'Fay'), ('ben', 'ben@x.example', 'Ben')");
  await calendar(1, "2026-03-01T00:00:00Z", "open");
  await calendar(2, "2026-04-01T18:00:00Z", "soft_closed");
  await calendar(3, "2026-04-03T18:00:00Z", "closed");
});

const person = (id: string, more: Partial<RoleGrant> = {}): Person => ({ id, name: id, email: `${id}@x.example`, teams: [], leads: [], grants: [{ role: "finance", entity: "US01", holdCodes: [], approveUpTo: null, currency: null, ...more }] });
const fay = person("fay"), ben = person("ben"), other = person("fay", { entity: "US02" });
const calendar = (version: number, at: string, march: string) => pool.query("insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, recorded_at, data) values ('US01:master_record:periods/US01', 'erp', 'US01', 'periods', $1, 'register', 'periods.described', 'x', $2, $2, $3)",
  [version, at, JSON.stringify({ calendar: "US01", version, periods: [{ name: "2026-03", from: "2026-03-01", to: "2026-03-31", state: march }, { name: "2026-04", from: "2026-04-01", to: "2026-04-30", state: "open" }, { name: "9998-12", from: "9989-01-01", to: "9989-12-31", state: "open" }] })]);

const id = (order: string) => `US01:order:${order}`;
const moved = (order: string, term: string, document: string, amount: string, day: string, at: string) => pool.query("insert into movement (subject_id, entity, line, term, document, quantity, amount, currency, effective_on, recorded_at) values ($1, 'US01', '1', $2, $3, 0, $4, 'USD', $5, $6)", [id(order), term, document, amount, day, at]);
const reached = (order: string, name: string, slot: string, document: string | null, occurred: string, at: string) => pool.query("insert into milestone (subject_id, name, slot, document, occurred_at, recorded_at) values ($1, $2, $3, $4, $5, $6)", [id(order), name, slot, document, occurred, at]);
async function ordered(order: string, title = "origin", facets: string[] = []): Promise<void> {
  await pool.query("insert into subject (id, entity, kind, key, number, customer_name, complete, facets) values ($1, 'US01', 'order', $2, $2, 'Harris', true, $3)", [id(order), order, facets]);
  await pool.query("insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, data) values ($1, 'shop', $2, 'order', 1, 'register', 'order.captured', 'x', now(), $3)", [id(order), order, JSON.stringify({ titleTransfer: title })]);
}
async function shipped(order: string, amount: string, left: string, told: string): Promise<void> {
  await moved(order, "shipped", `SH-${order}`, amount, left.slice(0, 10), told);
  await reached(order, "shipped", `SH-${order}`, `SH-${order}`, left, told);
}
async function invoiced(order: string, amount: string, day: string, told: string, document = `INV-${order}`): Promise<void> {
  await moved(order, "invoiced", document, amount, day, told);
  await reached(order, "invoice_posted", `SH-${order}/C-1/USD/net30/p1`, document, told, told);
}
/** Left and on no invoice: its slice stands open, as the order's plan says. */
async function waiting(order: string, amount: string, title = "destination"): Promise<void> {
  await ordered(order, title); await shipped(order, amount, "2026-03-30T19:00:00Z", "2026-03-30T19:01:00Z");
  await pool.query("insert into slice (subject_id, entity, key, line, stage, bucket, quantity, amount, charges, tax, currency, holder, since) values ($1, 'US01', '1', '1', 'bill_wait', 'waiting', 1, $2, 0, 0, 'USD', 'carrier', now())", [id(order), amount]);
}
/** S22: (a) told and invoiced before the soft close, (b) told after it and invoiced in April, (c) delivered in April. */
async function s22(): Promise<void> {
  await ordered("A"); await shipped("A", "4000.00", "2026-03-31T21:30:00Z", "2026-04-01T09:00:00Z"); await invoiced("A", "4000.00", "2026-03-31", "2026-04-01T09:01:00Z");
  await ordered("B"); await shipped("B", "4000.00", "2026-03-31T21:30:00Z", "2026-04-02T10:00:00Z"); await invoiced("B", "4000.00", "2026-04-01", "2026-04-02T11:00:00Z");
  await ordered("C", "destination"); await shipped("C", "7500.00", "2026-03-30T19:00:00Z", "2026-03-30T19:01:00Z"); await reached("C", "delivered", "SH-C", "SH-C", "2026-04-02T15:00:00Z", "2026-04-02T15:01:00Z"); await invoiced("C", "7500.00", "2026-04-02", "2026-04-02T15:02:00Z");
}
const query = () => createQuery(pool), desk = () => createCloseDesk(pool), now = "2026-04-10T08:00:00.000Z";
const view = (known = now, day = "2026-03-31", entity = "US01") => closeView(query(), { entity, zone: "America/Chicago", asOf: { day, known }, isNow: known === now });
const totals = async (...given: Parameters<typeof view>) => (await view(...given)).figures.unbilled.map(({ control, accrual }) => [control, accrual]);
const statements = () => pool.query("insert into reconciliation_run (id, entity, process, from_day, to_day, known_at, tolerance_amount, tolerance_days, author, reason, totals, excluded) select 'r-' || p, 'US01', p, '2026-03-01', '2026-03-31', now(), 0, 5, 'fay', 'close', '[]', '[]' from unnest(array['documents', 'receipts']) p");
const code = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? "ok" : result.error?.code);
const march = async () => ({ entity: "US01", period: "2026-03", digest: (await view()).digest });
const audits = async () => (await pool.query("select actor, action, reason from audit_entry where about_kind = 'close' order by id")).rows;

describe("S22 cut-off from the rows of the books", () => {
  test("as of 31 March: 11,500.00 and 4,000.00 known now, 7,500.00 and 0.00 known at soft close; nothing is left on 2 April", async () => {
    await s22();
    expect([await totals(), await totals("2026-04-01T18:00:00.000Z"), await totals(now, "2026-04-02")]).toEqual([[["11500.00", "4000.00"]], [["7500.00", "0.00"]], []]);
    expect((await view()).unbilled.rows.map(({ order, total, accrued, shippedOn, titleOn }) => [order, total, accrued, shippedOn, titleOn])).toEqual([[id("C"), "7500.00", "0.00", "2026-03-30", null], [id("B"), "4000.00", "4000.00", "2026-03-31", "2026-03-31"]]);
  });
  test("goods that leave in the evening of the last day are of that day; what is only watched, and another entity's, is not counted", async () => {
    await ordered("E"); await shipped("E", "10.00", "2026-04-01T03:30:00Z", "2026-04-01T03:31:00Z");
    await ordered("W", "origin", ["managed_elsewhere"]); await shipped("W", "99.00", "2026-03-20T12:00:00Z", "2026-03-20T12:01:00Z");
    expect([await totals(), await totals(now, "2026-03-30"), await totals(now, "2026-03-31", "US02")]).toEqual([[["10.00", "10.00"]], [], []]);
  });
  test("an invoice that was dated into the next period while this one ran leaves its goods here", async () => {
    await ordered("F"); await shipped("F", "10.00", "2026-03-30T12:00:00Z", "2026-03-30T12:01:00Z"); await invoiced("F", "10.00", "2026-04-01", "2026-03-30T13:00:00Z");
    expect([await totals(), await totals(now, "2026-04-01")]).toEqual([[["10.00", "10.00"]], []]);
  });
  test("freight of a unit that is on no invoice counts with its goods", async () => {
    await ordered("G"); await shipped("G", "10.00", "2026-03-30T12:00:00Z", "2026-03-30T12:01:00Z");
    await pool.query("insert into slice (subject_id, entity, key, line, stage, bucket, quantity, amount, charges, tax, currency, holder, since, document) values ($1, 'US01', 'f', 'charge:freight', 'bill_control', 'exception', 0, 0, 2.50, 0, 'USD', 'billing', now(), 'SH-G/C-1/USD/net30/p1')", [id("G")]);
    expect((await view()).unbilled.rows).toMatchObject([{ goods: "10.00", charges: "2.50", total: "12.50" }]);
  });
});

describe("what blocks", () => {
  test("held, stopped, unposted and missing of the period, by amount, each with its list; what is of April does not block March", async () => {
    await statements();
    const unit = async (key: string, shippedAt: string) => { await pool.query("insert into subject (id, entity, kind, key, number) values ($1, 'US01', 'billing_unit', $2, $2)", [`US01:billing_unit:${key}`, key]); await pool.query("insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, data) values ($1, 'o', 'o', 'billing.terms', 0, 'register', 'published.billing.terms', 'x', now(), $2)", [`US01:billing_unit:${key}`, JSON.stringify({ shippedAt, trigger: "shipment", titleTransfer: "origin" })]); };
    for (const [key, at] of [["U1", "2026-03-31T20:00:00Z"], ["U2", "2026-04-02T12:00:00Z"], ["U3", "2026-03-20T12:00:00Z"]] as const) await unit(key, at);
    const hold = (key: string, rule: string, amount: number, opened = "2026-04-02T12:00:00Z", closed: string | null = null) => pool.query("insert into hold (subject_id, entity, rule, slot, blocks, amount, currency, message, released_by, evidence, digest, owner, state, opened_at, closed_at) values ($1, 'US01', $2, '', '{post_invoice}', $3, 'USD', 'm', 'r', '{}', 'd', 'finance', $4, $5, $6)", [`US01:billing_unit:${key}`, rule, amount, closed === null ? "active" : "approved", opened, closed]);
    await hold("U1", "PERIOD_CLOSED", 4000); await hold("U2", "AMOUNT_LIMIT", 70_000); await hold("U1", "TAX_VARIANCE", 5, "2026-04-01T12:00:00Z", "2026-04-04T12:00:00Z");
    await pool.query("insert into exception_item (subject_id, entity, code, kind, fingerprint, stops, amount, currency, message, first_seen_at) values ('US01:billing_unit:U3', 'US01', 'INV-01', 'business', 'f', '{post_invoice}', 300, 'USD', 'refused', '2026-04-02T12:00:00Z'), ('US01:billing_unit:U3', 'US01', 'INV-02', 'sla', 'g', '{}', 300, 'USD', 'told', '2026-04-02T12:00:00Z')");
    await hold("U3", "AMOUNT_LIMIT", 9);
    const command = (key: string, state: string, day: string) => pool.query("insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, amount, currency, due_since, correlation_id, created_at) values ($1, $2, 'US01', 'post_invoice', '', 1, 'finance', 'erp', 'finance', $3, $4, 'x', 12.5, 'USD', '2026-04-02T12:00:00Z', 'c', '2026-04-02T12:00:00Z')", [`k${key}${state}`, `US01:billing_unit:${key}`, state, JSON.stringify({ accountingDate: day })]);
    await command("U1", "unknown", "2026-03-31"); await command("U2", "wanted", "2026-04-02"); await command("U3", "rejected", "2026-03-20");
    const { blockers, figures } = await view();
    expect(blockers.map(({ name, of, count, money }) => [name, of, count, money.map(({ amount }) => Number(amount))])).toEqual([["held", "PERIOD_CLOSED", 1, [4000]], ["exceptions", "INV-01", 1, [300]], ["unposted", "post_invoice", 1, [12.5]]]);
    const lists = { entity: "US01", zone: "America/Chicago", asOf: figures.asOf, isNow: true };
    expect((await blockingRows(query(), "held", lists, null)).map(({ of, number, day, amount }) => [of, number, day, Number(amount)])).toEqual([["PERIOD_CLOSED", "U1", "2026-03-31", 4000]]);
    // known at an earlier moment: what was held then and was let go since is held
    expect((await view("2026-04-03T18:00:00.000Z")).figures.held.map(({ name, count }) => [name, count])).toEqual([["PERIOD_CLOSED", 1], ["TAX_VARIANCE", 1]]);
    expect((await view("2026-04-01T18:00:00.000Z")).figures.held.map(({ name }) => name)).toEqual(["TAX_VARIANCE"]);
  });
  test("a period without a statement of its books, or with one that ends before it does, is not ready", async () => {
    expect((await view()).blockers.map(({ says }) => says)).toEqual(["Sales documents: no statement was taken", "Receipts: no statement was taken"]);
    await statements();
    expect((await view()).blockers).toEqual([]);
    expect((await view(now, "2026-04-02")).blockers.map(({ says }) => says)).toEqual(["Sales documents: the newest statement ends on 2026-03-31", "Receipts: the newest statement ends on 2026-03-31"]);
  });
});

describe("signing a period", () => {
  test("freezes the figures and what they count; what comes after is late since close, with what came", async () => {
    await statements();
    await waiting("C", "7500.00");
    const signed = await desk().sign(fay, await march(), "");
    expect(signed).toMatchObject({ ok: true, value: { state: "signed" } });
    const [first] = await signOffs(query(), "US01", "2026-03");
    if (!first) throw new Error("nothing was signed");
    expect([first.state, first.preparedByName, first.figures.unbilled, first.blockers]).toEqual(["signed", "Fay", [{ currency: "USD", control: "7500.00", accrual: "0.00", shipments: 1, orders: 1 }], []]);
    expect(await lateSince(query(), first, "America/Chicago", new Date(Date.now() + 1000).toISOString())).toEqual([]);
    const after = new Date(Date.now() + 2000).toISOString(), later = new Date(Date.now() + 5000).toISOString();
    await ordered("B"); await shipped("B", "4000.00", "2026-03-31T21:30:00Z", after);
    expect(await lateSince(query(), first, "America/Chicago", later)).toMatchObject([{ order: id("B"), control: "4000.00", accrual: "4000.00", before: null, now: "4000.00", because: [{ what: "shipped", document: "SH-B", day: "2026-03-31", amount: "4000.00" }, { what: "title" }] }]);
    expect((await signOffs(query(), "US01", "2026-03"))[0]?.figures).toEqual(first.figures);
    expect(await audits()).toEqual([{ actor: "fay", action: "close.sign", reason: null }]);
    expect((await liveSignOffs(query(), ["US01"])).map(({ period, state }) => [period, state])).toEqual([["2026-03", "signed"]]);
  });
  test("what was signed cannot be changed by any program", async () => {
    await statements(); await waiting("C", "7500.00");
    await desk().sign(fay, await march(), "");
    for (const sql of ["update close_sign_off set figures = '{}'", "update close_sign_off set digest = 'x'", "update close_sign_off_row set total = 1", "delete from close_sign_off_row"]) await expect(pool.query(sql)).rejects.toThrow("what was signed of a period is not changed");
  });
  test("with something that blocks: a reason, then a second person who is not the first, bound to what was signed", async () => {
    expect(code(await desk().sign(fay, await march(), ""))).toBe("REASON");
    const made = await desk().sign(fay, await march(), "the books are compared tomorrow");
    if (!made.ok) throw new Error(made.error.message);
    const { id: signOff } = made.value, { digest } = await march();
    expect(made.value.state).toBe("proposed");
    expect([await desk().sign(ben, await march(), "me too"), await desk().confirm(fay, { id: signOff, digest }, ""), await desk().confirm(other, { id: signOff, digest }, ""), await desk().confirm(ben, { id: signOff, digest: "x" }, "")].map(code)).toEqual(["CONFLICT", "FORBIDDEN", "FORBIDDEN", "CONFLICT"]);
    expect([await desk().confirm(ben, { id: signOff, digest }, "seen"), await desk().confirm(ben, { id: signOff, digest }, "again")].map(code)).toEqual(["ok", "CONFLICT"]);
    expect([await desk().withdraw(ben, signOff, ""), await desk().withdraw(ben, signOff, "the bank was wrong"), await desk().withdraw(ben, signOff, "once more")].map(code)).toEqual(["REASON", "ok", "CONFLICT"]);
    expect((await audits()).map(({ actor, action }) => `${actor} ${action}`)).toEqual(["fay close.prepare", "ben close.confirm", "ben close.withdraw"]);
    await statements();
    expect(code(await desk().sign(ben, await march(), ""))).toBe("ok");
    expect((await signOffs(query(), "US01", "2026-03")).map(({ state }) => state)).toEqual(["signed", "withdrawn"]);
  });
  test("two who sign at once: one does; figures that moved since they were shown are not signed; nor is a period that runs", async () => {
    await statements();
    const shown = await march(), both = await Promise.all([desk().sign(fay, shown, ""), desk().sign(ben, shown, "")]);
    expect(both.map(code).sort()).toEqual(["CONFLICT", "ok"]);
    await desk().withdraw(fay, (await signOffs(query(), "US01", "2026-03"))[0]?.id ?? "", "once more");
    await waiting("C", "0.01");
    expect([await desk().sign(fay, shown, ""), await desk().sign(other, shown, ""), await desk().sign(fay, { ...shown, period: "9998-12" }, "in time"), await desk().sign(fay, { ...shown, period: "1999-01" }, "")].map(code)).toEqual(["CONFLICT", "FORBIDDEN", "STATE", "NOT_FOUND"]);
  });
});

describe("the close", () => {
  test("periods have the times at which the ledger closed them", async () => {
    const [us01, us02] = await entityPeriods(query(), ["US01", "US02"]);
    expect(us01?.periods.find(({ name }) => name === "2026-03")).toMatchObject({ state: "closed", changes: [{ state: "soft_closed", at: "2026-04-01T18:00:00.000Z" }, { state: "closed", at: "2026-04-03T18:00:00.000Z" }] });
    expect(us02?.periods).toEqual([]);
  });
  test("a closed period is asked to be reopened by name and reason; one that is open, or another entity's, is not", async () => {
    const period = { entity: "US01", period: "2026-03" };
    expect([await desk().askReopening(fay, period, "three lorries of freight"), await desk().askReopening(fay, { ...period, period: "2026-04" }, "no need"), await desk().askReopening(other, period, "not mine"), await desk().askReopening(fay, { ...period, period: "1999-01" }, "never was")].map(code)).toEqual(["ok", "STATE", "FORBIDDEN", "NOT_FOUND"]);
    expect(await reopeningsAsked(query(), "US01", "2026-03")).toMatchObject([{ person: "Fay", reason: "three lorries of freight" }]);
  });
  test("steps are ticked by name with a note, and taken away again", async () => {
    const step = { entity: "US01", period: "2026-03", step: "accruals" as const };
    expect([await desk().check(fay, { ...step, done: true }, "JE-4711"), await desk().check(ben, { ...step, done: true }, "JE-4712"), await desk().check(other, { ...step, done: false }, "no"), await desk().check(fay, { ...step, period: "1999-01", done: true }, "JE-1")].map(code)).toEqual(["ok", "CONFLICT", "FORBIDDEN", "NOT_FOUND"]);
    expect(await closeStepRows(query(), "US01", "2026-03")).toMatchObject([{ step: "accruals", done: true, person: "Fay", note: "JE-4711" }]);
    expect(code(await desk().check(ben, { ...step, done: false }, "booked twice"))).toBe("ok");
    expect((await audits()).map(({ actor, action, reason }) => `${actor} ${action} ${reason}`)).toEqual(["fay close.check JE-4711", "ben close.uncheck booked twice"]);
  });
});
