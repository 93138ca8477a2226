import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BulkSelection } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import { planners } from "@/server/domain/planners";
import type { BulkVerb } from "@/server/domain/bulk";
import { bulkAction, bulkItems } from "@/server/read/bulk-actions";
import { anotherProcess, createEngine, type Engine } from "@/server/testing/memory/engine";
import { grant, person } from "@/server/testing/memory/people";
import { runToRest } from "@/server/testing/memory/ports";
import { credit, customer, item, order, periods, ships } from "@/server/testing/world/builders";
import { createPool } from "../pool";
import { createQuery } from "../query";
import { createBulkDesk } from "./acts";
import { createBulkRunner } from "./run";

let engine: Engine;
beforeEach(async () => {
  engine = await createEngine();
  await engine.pool.query("insert into entity (code, name, currency, zone) values ('US01', 'Test', 'USD', 'UTC')");
  for (const who of ["olga", "fay"]) {
    await engine.pool.query("insert into app_user (id, email, name, password_hash, active) values ($1, $1 || '@example.test', $1, 'h', true)", [who]);
    await engine.pool.query("insert into role_grant (user_id, role, entity, hold_codes) values ($1, 'ops', 'US01', '{}')", [who]);
  }
  await rest(customer("C-1"), item("A"), credit("C-1", 1, "2026-01-01 00:00", "90000000.00", "0.00"), periods(1, "2026-01-01 00:00"));
});
afterEach(async () => { await engine.close(); });

const olga = person("olga", grant({ role: "ops" })), fay = person("fay", grant({ role: "ops" }));
const desk = () => createBulkDesk(engine.pool);
const all: BulkSelection = { of: "causes", tab: "open", filter: {} };
async function rest(...told: Parameters<Engine["say"]>): Promise<void> { if (told.length > 0) await engine.say(...told); await runToRest(engine.ports, planners); }
/** Orders that are shipped, whose invoices the ERP refuses. */
async function refusedInvoices(count: number, price = "12.50"): Promise<void> {
  engine.landscape.faults.push({ does: "refuse", connector: "erp", kind: "post_invoice", times: count });
  await rest(...Array.from({ length: count }, (_, at) => [order(`SO-${at}`).line("1", "A", 10, price), ships(`SH-${at}`, "2026-03-02 14:00", [{ order: `SO-${at}`, line: "1", item: "A", quantity: 10 }])]).flat());
}
async function ask(verb: BulkVerb, selection = all, who: Person | null = olga): Promise<string> {
  const asked = await desk().ask(who, verb, selection, null);
  if (!asked.ok) throw new Error(asked.error.message);
  return asked.value.id;
}
const shown = async (id: string) => { const found = await bulkAction(createQuery(engine.pool), null, id); if (!found) throw new Error("it is there"); return found; };
const items = async (id: string) => (await bulkItems(createQuery(engine.pool), null, id, { limit: 500 })).items;
const look = () => createBulkRunner(engine.pool)();
const posted = () => engine.landscape.done.filter((key) => key.startsWith("post_invoice"));
/** Every worker and every target, until nothing of the act moves nor is woken for in a moment. */
async function through(): Promise<void> {
  for (let quiet = 0; quiet < 4; ) {
    await rest();
    quiet = (await look()) === 0 ? quiet + 1 : 0;
    if (quiet > 0) await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

describe("asking", () => {
  test("freezes what matches at that moment, with what it would do, and touches nothing", async () => {
    await refusedInvoices(3);
    const before = await engine.rows("select natural_key, state, lane from command order by 1"), id = await ask("retry");
    await refusedInvoices(4);
    expect(await shown(id)).toMatchObject({ state: "asked", verb: "retry", author: "olga", counts: { waiting: 3, left_out: 0 }, touched: 3, steps: [1, 2], refused: 3, present: { postings: 0 }, secondWhy: null, money: [{ currency: "USD" }], selection: all });
    expect((await shown(id)).periods).toEqual([{ entity: "US01", period: expect.any(String) as string, open: true, documents: 3 }]);
    expect((await engine.rows("select natural_key, state, lane from command order by 1")).slice(0, before.length).every((row) => (row as { lane: string }).lane !== "bulk")).toBe(true);
    expect(await look()).toBe(0);
  });
  test("says what is left out and why: rights, a hold, a stop, a pause, an unknown outcome, another act, and what the verb cannot do", async () => {
    await refusedInvoices(2);
    const why = async (verb: BulkVerb = "retry", who: Person | null = olga) => (await shown(await ask(verb, all, who))).leftOut.map(({ why: said, count }) => `${count} ${said}`);
    expect(await why("retry", person("vic", grant({ role: "viewer" })))).toEqual(["2 Needs the role ops or finance in US01"]);
    expect(await why("duplicate")).toEqual(["2 no message of its own: only a message is taken in twice"]);
    await engine.pool.query("insert into hold (subject_id, entity, rule, slot, state, amount, currency, message, released_by, evidence, digest, owner, blocks) select subject_id, 'US01', 'AMOUNT_LIMIT', '', 'active', 1, 'USD', 'm', 'r', '{}', 'd', 'billing', '{post_invoice}' from command where state = 'rejected' order by id limit 1");
    expect(await why()).toEqual(["1 held by AMOUNT_LIMIT: that is decided first"]);
    await engine.pool.query("delete from hold where digest = 'd'");
    await engine.pool.query("insert into posting_brake (entity, stopped_at, stopped_by, reason) values ('US01', now(), 'fay', 'r') on conflict (entity) do update set stopped_at = now(), stopped_by = 'fay', reason = 'r'");
    expect(await why()).toEqual(["2 postings of US01 are stopped"]);
    await engine.pool.query("update posting_brake set stopped_at = null, stopped_by = null, reason = null");
    await engine.pool.query("update connector set state = 'paused' where id = 'erp'");
    expect(await why()).toEqual(["2 erp is paused or does not answer"]);
    await engine.pool.query("update connector set state = 'active'");
    await engine.pool.query("update command set state = 'unknown', due_at = now() + interval '1 hour' where id = (select min(id) from command where state = 'rejected')");
    expect(await why("restart")).toEqual(["1 sent, and its outcome is not known: it is looked up first"]);
    await engine.pool.query("update command set state = 'rejected' where state = 'unknown'");
    await desk().start(olga, await ask("retry"), "the period is open again");
    expect(await why()).toEqual(["2 in another bulk action that is not over"]);
  });
});

describe("a ramp", () => {
  test("sends 1, 10 and the rest, each step only when the one before was read back; exactly once, in the bulk lane, as verified fixes", async () => {
    await refusedInvoices(14);
    const id = await ask("retry");
    expect(await desk().start(olga, id, "the period is open again")).toEqual({ ok: true, value: { state: "running" } });
    const sizes: number[] = [];
    for (let looks = 0; looks < 60 && (await shown(id)).state !== "done"; looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const before = posted().length;
      await look();
      expect(await engine.value("select count(distinct step)::int from bulk_action_item where state = 'sent'")).toBeLessThanOrEqual(1);
      await rest();
      if (posted().length > before) sizes.push(posted().length - before);
    }
    expect(sizes).toEqual([1, 10, 3]);
    expect([await shown(id), new Set(posted()).size, posted().length]).toMatchObject([{ state: "done", counts: { verified: 14, failed: 0, cleared: 0 } }, 14, 14]);
    expect(await engine.rows("select distinct lane from command where kind = 'post_invoice'")).toEqual([{ lane: "bulk" }]);
    expect(await engine.value("select count(*)::int from exception_item where state = 'open'")).toBe(0);
    expect(await engine.rows("select count(*)::int as fixes, count(distinct bulk_action_id)::int as acts from fix_attempt where verb = 'retry'")).toEqual([{ fixes: 14, acts: 1 }]);
    expect(await engine.rows("select action, actor from audit_entry where action like 'bulk.%' or action = 'exception.retry' order by id")).toEqual([{ action: "bulk.start", actor: "olga" }, { action: "exception.retry", actor: "olga" }]);
  });
  test("is fixed only by the read-back: accepted and unread it waits", async () => {
    await refusedInvoices(2);
    const id = await ask("retry");
    await desk().start(olga, id, "mended");
    await look();
    await engine.pool.query("update command set state = 'confirmed', verified_at = null, verify_due_at = now() + interval '1 hour', reference = 'X-1' where state = 'wanted' and lane = 'bulk'");
    await engine.pool.query("delete from wake");
    await look();
    expect((await shown(id)).counts).toMatchObject({ sent: 1, waiting: 1, verified: 0 });
    await engine.pool.query("insert into attempt (command_id, number, purpose, connector, started_at, outcome, message) select id, 9, 'verify', connector, now(), 'differs', 'tax 9.00 instead of 10.00' from command where reference = 'X-1'");
    await look();
    expect([await shown(id), await items(id)]).toMatchObject([{ state: "stopped", stoppedWhy: "1 of 1 failed in step 1 of 2" }, [{ state: "failed", why: "Read back otherwise: tax 9.00 instead of 10.00" }, { state: "waiting" }]]);
  });
  test("stops by itself when the first fails, goes on when a person says so, and stops again above a tenth", async () => {
    await refusedInvoices(14);
    const id = await ask("retry");
    await desk().start(olga, id, "mended, I think");
    engine.landscape.faults.push({ does: "refuse", connector: "erp", kind: "post_invoice", times: 3 });
    await through();
    expect(await shown(id)).toMatchObject({ state: "stopped", stoppedWhy: "1 of 1 failed in step 1 of 3", counts: { failed: 1, waiting: 13, sent: 0 } });
    expect(await engine.rows("select actor, reason from audit_entry where action = 'bulk.stop'")).toEqual([{ actor: "tower", reason: "1 of 1 failed in step 1 of 3" }]);
    expect([await desk().goOn(person("vic", grant({ role: "viewer" })), id, "seen"), await desk().goOn(olga, id, "one customer of his own")]).toMatchObject([{ ok: false }, { ok: true }]);
    await through();
    expect(await shown(id)).toMatchObject({ state: "stopped", counts: { failed: 3, verified: 8, waiting: 3 } });
    await desk().goOn(olga, id, "these two as well");
    await through();
    expect([await shown(id), posted().length]).toMatchObject([{ state: "done", counts: { failed: 3, verified: 11 } }, 11]);
  });
  test("has at most a hundred sent and not settled, so that it is a trickle beside everything else", async () => {
    await rest(...Array.from({ length: 130 }, (_, no) => order(`SO-${no}`).line("1", "A", 1, "1.00")));
    const id = await ask("replay", { of: "orders", numbers: Array.from({ length: 130 }, (_, no) => `SO-${no}`) }, null);
    expect((await shown(id)).steps).toEqual([1, 10, 100, 19]);
    await engine.pool.query("update bulk_action set steps = '{130}'");
    await engine.pool.query("update bulk_action_item set step = 0");
    await desk().start(null, id, "a new rule");
    expect([await look(), (await shown(id)).counts.sent, await engine.value("select bool_and(patient) from wake where due_at <= now()")]).toEqual([100, 100, true]);
    await through();
    expect(await shown(id)).toMatchObject({ state: "done", counts: { cleared: 130 } });
  });
  test("aborted, nothing more is sent, and what was sent ends known", async () => {
    await refusedInvoices(5);
    const id = await ask("retry");
    await desk().start(olga, id, "mended");
    await look();
    expect(await desk().abort(olga, id, "the wrong ones")).toEqual({ ok: true, value: true });
    await through();
    expect([await shown(id), posted().length]).toMatchObject([{ state: "aborted", endedBy: "olga", counts: { verified: 1, waiting: 4, sent: 0 } }, 1]);
    expect(await desk().abort(olga, id, "again")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  });
  test("whose author lost the right leaves out what is left", async () => {
    await refusedInvoices(3);
    const id = await ask("retry");
    await desk().start(olga, id, "mended");
    await engine.pool.query("delete from role_grant where user_id = 'olga'");
    await through();
    expect([await shown(id), posted()]).toMatchObject([{ state: "done", counts: { left_out: 3 } }, []]);
  });
});

/** A worker whose connection is cut before its n-th statement. */
function dyingAt(statement: number) {
  const dying = anotherProcess(engine);
  let said = 0, cut = 0;
  dying.pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    Object.assign(client, { query: (...given: unknown[]) => { said += 1; if (said === statement) { cut += 1; (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy(); } return query(...given); } });
    client.on("error", () => undefined);
  });
  return { pool: dying.pool, wasCut: () => cut > 0 };
}

describe("workers", () => {
  test("that die at any statement have moved a document once or not at all; others go on, many at a time", async () => {
    await refusedInvoices(14);
    const id = await ask("retry");
    await desk().start(olga, id, "mended");
    let deaths = 0;
    for (let statement = 1; statement <= 40; statement += 1) {
      const dying = dyingAt(statement), other = anotherProcess(engine);
      const [, , ended] = await Promise.all([statement % 4 === 0 ? look() : 0, statement % 6 === 0 ? createBulkRunner(other.pool)() : 0, createBulkRunner(dying.pool)().then(() => "alive", () => "dead")]);
      expect(ended === "dead").toBe(dying.wasCut());
      deaths += Number(dying.wasCut());
      await Promise.all([dying.pool.end().catch(() => undefined), other.pool.end()]);
      if (statement % 3 === 0) await rest();
    }
    expect(deaths).toBeGreaterThan(4);
    await through();
    expect([await shown(id), posted().length, new Set(posted()).size]).toMatchObject([{ state: "done", counts: { verified: 14 } }, 14, 14]);
    expect(await engine.value("select count(*)::int from fix_attempt")).toBe(14);
  });
});

describe("two persons", () => {
  test("are needed above the limit of one entity; the second is never the author", async () => {
    await refusedInvoices(2);
    await engine.pool.query("update policy_version set data = data || '{\"invoiceTwoApprovalsAbove\": \"100\"}'");
    const id = await ask("retry");
    expect((await shown(id)).secondWhy).toMatch(/^2\d\d\.\d\d USD in US01 is above 100\.00$/);
    expect(await desk().start(olga, id, "mended")).toEqual({ ok: true, value: { state: "proposed" } });
    expect([await look(), posted()]).toEqual([0, []]);
    expect(await desk().confirm(olga, id, "checked")).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await desk().confirm(fay, id, "checked")).toEqual({ ok: true, value: true });
    await through();
    expect(await shown(id)).toMatchObject({ state: "done", confirmedBy: "fay" });
  });
});

describe("money that grew after the freeze", () => {
  const twoAbove = (limit: string) => engine.pool.query("update policy_version set data = data || jsonb_build_object('invoiceTwoApprovalsAbove', $1::text)", [limit]);
  const grows = (factor: number) => engine.pool.query("update exception_item set amount = amount * $1 where state = 'open'", [factor]);
  test("wants the second person when it is started, though one was enough when it was asked for", async () => {
    await refusedInvoices(2);
    await twoAbove("300");
    const id = await ask("retry");
    expect((await shown(id)).secondWhy).toBeNull();
    await grows(2);
    expect(await desk().start(olga, id, "mended")).toEqual({ ok: true, value: { state: "proposed" } });
    expect(await shown(id)).toMatchObject({ state: "proposed", secondWhy: expect.stringMatching(/is above 300\.00$/) as string });
    expect(posted()).toEqual([]);
  });
  test("is shown to the second person before it is confirmed, and needs none where it fell below", async () => {
    await refusedInvoices(2);
    await twoAbove("100");
    const [first, second] = [await ask("retry"), await ask("retry")];
    await desk().start(olga, first, "mended");
    const before = (await shown(first)).secondWhy;
    await grows(2);
    expect(await desk().confirm(fay, first, "checked")).toMatchObject({ ok: false, error: { code: "CONFLICT", message: expect.stringMatching(/^More is at stake since this was shown: /) as string } });
    expect([(await shown(first)).state, (await shown(first)).secondWhy === before]).toEqual(["proposed", false]);
    expect(await desk().confirm(fay, first, "checked again")).toEqual({ ok: true, value: true });
    await twoAbove("100000");
    expect(await desk().start(olga, second, "mended")).toEqual({ ok: true, value: { state: "running" } });
  });
});

/** What a step is judged by, beside what is true of its documents. */
const counters = (id: string) => engine.rows<{ settled: number; failed: number }>("select step_settled as settled, step_failed as failed from bulk_action where id = $1", [id]);
const trulySettled = (id: string) => engine.rows<{ settled: number; failed: number }>(
  "select (count(*) filter (where i.state not in ('waiting', 'sent') and i.counted))::int as settled, (count(*) filter (where i.state = 'failed' and i.counted))::int as failed from bulk_action a join bulk_action_item i on i.action_id = a.id and i.step = a.step where a.id = $1", [id]);

test("what a step is judged by stays right while workers look at once and die, however its documents end", async () => {
  await refusedInvoices(40);
  const id = await ask("retry");
  await engine.pool.query("update bulk_action set steps = '{40}'");
  await engine.pool.query("update bulk_action_item set step = 0");
  await desk().start(olga, id, "mended");
  engine.landscape.faults.push({ does: "refuse", connector: "erp", kind: "post_invoice", times: 3 });
  // some end by themselves before their turn, and one cannot be moved at all
  await engine.pool.query("update exception_item set state = 'resolved', resolved_at = now(), resolution = 'by itself' where id in (select min(id) from exception_item where state = 'open' union select max(id) from exception_item where state = 'open')");
  await engine.pool.query("update bulk_action_item set subject_id = null, exceptions = '{}', message_id = 999999999 where position = 20");
  for (let round = 1; round <= 12; round += 1) {
    const dying = dyingAt(5 + round * 7), workers = [anotherProcess(engine), anotherProcess(engine)];
    await Promise.all([look(), ...workers.map(({ pool }) => createBulkRunner(pool)()), createBulkRunner(dying.pool)().catch(() => 0)]);
    expect(await counters(id)).toEqual(await trulySettled(id));
    await Promise.all([dying.pool.end().catch(() => undefined), ...workers.map(({ pool }) => pool.end())]);
    await rest();
  }
  await through();
  if ((await shown(id)).state === "stopped") { await desk().goOn(olga, id, "seen"); await through(); }
  const { state, counts: { verified, failed, left_out: leftOut, waiting: later, sent } } = await shown(id);
  expect([state, verified + failed + leftOut, failed, later, sent]).toEqual(["done", 40, 3, 0, 0]);
  expect(leftOut).toBeGreaterThanOrEqual(3);
  expect([await counters(id), await trulySettled(id)]).toEqual([[{ settled: 40, failed: 3 }], [{ settled: 40, failed: 3 }]]);
});

/** A connection tells what it read up to ten seconds later: each of those that prepared the ground tells it now. */
async function countedSoFar(): Promise<void> {
  const all = await Promise.all(Array.from({ length: engine.pool.totalCount }, () => engine.pool.connect()));
  for (const one of all) { await one.query("select pg_stat_force_next_flush()"); one.release(); }
}

test("a look at an action reads none of those that wait and none of those that are over", async () => {
  const many = 10_000;
  await engine.pool.query("insert into inbound_message (connector, source_message_id, digest, content_type, headers, body, correlation_id, state) select 'shop', 'old-' || n, 'd', 'application/json', '{}', 'x', 'c', 'normalized' from generate_series(1, $1::int) n", [2 * many]);
  const id = await ask("replay", { of: "messages", state: "normalized" }, null);
  await desk().start(null, id, "a new translation");
  await engine.pool.query("update bulk_action set step = 3, step_settled = $2 where id = $1", [id, many - 111]);
  await engine.pool.query("update bulk_action_item set state = case when position <= $2 then 'cleared' else 'sent' end, acted_at = now() where action_id = $1 and position <= $2 + 100", [id, many]);
  await engine.pool.query("update inbound_message set state = 'received' where id in (select message_id from bulk_action_item where state = 'sent')");
  const client = createPool(engine.url, { max: 1, of: "pipeline" });
  const read = async (): Promise<number> => {
    await client.query("select pg_stat_force_next_flush()");
    return Number((await client.query<{ rows: string }>("select seq_tup_read + coalesce(idx_tup_fetch, 0) as rows from pg_stat_user_tables where relname = 'bulk_action_item'")).rows[0]?.rows);
  };
  await countedSoFar();
  const before = await read();
  expect(await createBulkRunner(client)()).toBe(0);
  expect((await read()) - before).toBeLessThan(1_000);
  await client.end();
});

test("the next documents are found without looking at those that are done, however many these are", async () => {
  const done = 20_000;
  await engine.pool.query("insert into inbound_message (connector, source_message_id, digest, content_type, headers, body, correlation_id, state) select 'shop', 'old-' || n, 'd', 'application/json', '{}', 'x', 'c', 'normalized' from generate_series(1, $1::int) n", [done + 200]);
  const id = await ask("replay", { of: "messages", state: "normalized" }, null);
  await desk().start(null, id, "a new translation");
  await engine.pool.query("update bulk_action_item set state = 'cleared' where action_id = $1 and position <= $2", [id, done]);
  await engine.pool.query("update bulk_action set step = 3 where id = $1", [id]);
  await engine.pool.query("analyze");
  const client = createPool(engine.url, { max: 1, of: "pipeline" });
  const read = async (): Promise<number> => {
    await client.query("select pg_stat_force_next_flush()");
    return Number((await client.query<{ rows: string }>("select seq_tup_read + coalesce(idx_tup_fetch, 0) as rows from pg_stat_user_tables where relname = 'bulk_action_item'")).rows[0]?.rows);
  };
  await countedSoFar();
  const before = await read();
  expect(await createBulkRunner(client)()).toBe(100);
  // all of them a few times for the whole look, never for each document
  expect((await read()) - before).toBeLessThan(10 * done);
  await client.end();
});

describe("the other verbs", () => {
  const failed = async () => { await engine.stores.inbox.store([{ connector: "shop", sourceMessageId: "bad", digest: "d", contentType: "application/json", headers: {}, body: new TextEncoder().encode("[{\"type\":\"nonsense\"}]"), correlationId: "c" }]); await rest(); };
  test("a replay of what was accepted adds nothing", async () => {
    await rest(order("SO-1").line("1", "A", 10, "12.50"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
    const before = [await engine.rows("select id from canonical_event order by id"), await engine.rows("select natural_key, state, attempts from command order by 1"), posted()];
    const id = await ask("replay", { of: "messages" }, null);
    expect((await shown(id)).present.postings).toBeGreaterThan(0);
    await desk().start(null, id, "a new translation");
    await through();
    expect(await shown(id)).toMatchObject({ state: "done", author: "cli", counts: { failed: 0, waiting: 0, sent: 0 } });
    expect([await engine.rows("select id from canonical_event order by id"), await engine.rows("select natural_key, state, attempts from command order by 1"), posted()]).toEqual(before);
  });
  test("a duplicate takes the message in beside the first, once", async () => {
    await failed();
    const id = await ask("duplicate");
    await desk().start(olga, id, "the first is evidence");
    await through();
    expect(await engine.rows("select source_message_id as name, state from inbound_message where connector = 'shop' and digest = 'd' order by id")).toEqual([{ name: "bad", state: "failed" }, { name: `bad#copy:${id}`, state: "failed" }]);
    expect((await items(id))[0]).toMatchObject({ state: "failed", why: expect.stringMatching(/^It could not be read/) as string });
  });
  test("a retry reads a refused message once more", async () => {
    await failed();
    const id = await ask("retry");
    await desk().start(olga, id, "the catalogue is mended");
    await through();
    expect((await items(id))[0]).toMatchObject({ state: "failed", why: expect.stringMatching(/^It could not be read/) as string });
  });
});
