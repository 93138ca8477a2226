import { afterEach, beforeEach, expect, test } from "vitest";
import { createBulkDesk } from "@/server/db/bulk/acts";
import { createBulkRunner } from "@/server/db/bulk/run";
import { planners } from "@/server/domain/planners";
import { reconcile } from "@/server/pipeline/reconcile";
import { anotherProcess, createEngine, type Engine } from "@/server/testing/memory/engine";
import { at, credit, customer, event, item, order, periods, ships } from "@/server/testing/world/builders";
import { createWorker, type Worker } from "./run-worker";

let engine: Engine, worker: Worker | null = null;
const others: ReturnType<typeof anotherProcess>[] = [];
beforeEach(async () => {
  engine = await createEngine();
  await engine.pool.query("insert into entity (code, name, currency, zone) values ('US01', 'Test', 'USD', 'UTC')");
  await engine.say(customer("C-1"), item("A"), credit("C-1", 1, "2026-01-01 00:00", "9000000.00", "0.00"), periods(1, "2026-01-01 00:00"));
});
afterEach(async () => { await worker?.stop(); worker = null; await Promise.all(others.splice(0).map(({ pool }) => pool.end())); await engine.close(); });

/** A worker whom nobody ever tells that there is work: no signal in the process, no notification between processes. */
function deaf(leaseMs = 1_000): Worker {
  const process = anotherProcess(engine), runner = createBulkRunner(process.pool);
  others.push(process);
  return (worker = createWorker(process.ports, { worker: "deaf", planners, signals: { send: () => undefined, on: () => () => undefined }, leaseMs, attendBulk: runner, onError: () => undefined }));
}
const isQuiet = "not exists (select 1 from command where state in ('wanted', 'sending', 'unknown')) and not exists (select 1 from wake where due_at <= now()) and not exists (select 1 from inbound_message where state = 'received')";
async function until(what: string, sql: string, limitMs = 60_000): Promise<void> {
  for (const end = performance.now() + limitMs; !(await engine.value<boolean>(`select ${sql}`)); ) {
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const sold = (number: string) => [order(number).line("1", "A", 10, "12.50"), ships(`SH-${number}`, "2026-03-02 14:00", [{ order: number, line: "1", item: "A", quantity: 10 }])];
const readBack = (count: number) => `(select count(*) from command where kind = 'post_invoice' and verified_at is not null) = ${count}`;

test("what nobody announced is read, planned, sent, looked up and read back all the same, once", { timeout: 120_000 }, async () => {
  engine.landscape.faults.push({ does: "lose", connector: "erp", kind: "post_invoice" }, { does: "vanish", connector: "tax", kind: "determine_tax" });
  await engine.say(...sold("SO-1"), ...sold("SO-2"), ...sold("SO-3"));
  deaf();
  await until("three invoices are read back", readBack(3));
  expect(engine.landscape.erp.documents).toHaveLength(3);
});

test("what is stuck in progress as its worker died is found by its lease, looked up, and not sent twice", { timeout: 120_000 }, async () => {
  await engine.say(...sold("SO-1"));
  const first = deaf();
  await until("the invoice is read back", readBack(1));
  await first.stop();
  // Its worker died after the ERP had it and before anything was kept of the answer.
  await engine.pool.query("update command set state = 'sending', lease_owner = 'dead', lease_until = now() - interval '1 second', confirmed_at = null, verified_at = null, reference = null where kind = 'post_invoice'");
  await engine.pool.query("delete from wake");
  expect((await reconcile(engine.ports)).expired).toBe(1);
  deaf();
  await until("it is known again", readBack(1));
  expect([engine.landscape.erp.documents.length, await engine.value("select count(*)::int from attempt where outcome = 'unknown'")]).toEqual([1, 1]);
});

test("what was wanted and never sent goes out, and is told of while no worker takes it", { timeout: 120_000 }, async () => {
  await engine.say(...sold("SO-1"));
  const first = deaf();
  await until("the invoice is read back", readBack(1));
  await until("nothing is under way", isQuiet);
  await first.stop();
  await engine.pool.query("update command set state = 'wanted', due_at = now() - interval '5 minutes', confirmed_at = null, verified_at = null, reference = null, first_sent_at = null, last_sent_at = null, attempts = 0 where kind = 'send_invoice' or kind = 'notify_shipment'");
  await engine.pool.query("delete from wake");
  const waiting = await engine.value<number>("select count(*)::int from command where state = 'wanted'");
  expect([waiting > 0, (await reconcile(engine.ports)).stale.unsent]).toEqual([true, waiting]);
  deaf();
  await until("it was sent", "not exists (select 1 from command where state in ('wanted', 'sending', 'unknown'))");
  expect((await reconcile(engine.ports)).stale.unsent).toBe(0);
});

test("two documents under one reference are found when the ledger tells of the second, though nobody was woken for it", { timeout: 120_000 }, async () => {
  await engine.say(...sold("SO-1"));
  deaf();
  await until("the invoice is read back", readBack(1));
  const key = await engine.value<string>("select key from subject where kind = 'billing_unit'"), own = engine.landscape.erp.documents[0]?.number ?? "";
  const posted = (number: string) => ({ ...event("ledger.document_read", at("2026-03-03 09:00"), { kind: "invoice", number, version: 1, state: "posted", currency: "USD", total: "135.00", accountingDate: "2026-03-02" }, "erp"), subject: { entity: "US01", kind: "billing_unit" as const, key } });
  await engine.say(posted(own), posted("HAND-7"));
  await until("it is an exception", "exists (select 1 from exception_item where code = 'INV-05' and state = 'open')");
});

test("a bulk action goes on from its rows, and what it sends is read back", { timeout: 120_000 }, async () => {
  engine.landscape.faults.push({ does: "refuse", connector: "erp", kind: "post_invoice", times: 3 });
  await engine.say(...sold("SO-1"), ...sold("SO-2"), ...sold("SO-3"));
  deaf();
  await until("three are refused", "(select count(*) from exception_item where state = 'open') = 3");
  const desk = createBulkDesk(engine.pool), asked = await desk.ask(null, "retry", { of: "causes", tab: "open", filter: {} }, null);
  if (!asked.ok) throw new Error(asked.error.message);
  expect(await desk.start(null, asked.value.id, "nobody was told")).toEqual({ ok: true, value: { state: "running" } });
  await until("it is over", "exists (select 1 from bulk_action where state in ('done', 'stopped'))");
  expect(await engine.rows("select state, count(*)::int from bulk_action_item group by 1")).toEqual([{ state: "verified", count: 3 }]);
  expect(engine.landscape.erp.documents).toHaveLength(3);
});

test("work that fell due while nothing ran is taken in batches, each once, by two workers", { timeout: 120_000 }, async () => {
  await engine.say(...Array.from({ length: 300 }, (_, no) => order(`SO-${no}`).line("1", "A", 1, "1.00")));
  const first = deaf();
  await until("all are planned", "(select count(*) from subject where kind = 'order' and plan_no > 0) = 300 and not exists (select 1 from wake where due_at <= now())");
  await first.stop();
  await engine.pool.query("delete from wake");
  // Every deadline of the night at once, some of them by several rows.
  await engine.pool.query("insert into wake (subject_id, due_at) select id, now() - interval '8 hours' + n * interval '1 second' from subject, generate_series(1, 3) n where kind = 'order'");
  // Which transaction took which row: orders are planned again besides, as they hear of each other's plans.
  await engine.pool.query("create table taken as select subject_id, txid_current() as by from wake where false");
  await engine.pool.query("create function note_taken() returns trigger language plpgsql as $$ begin insert into taken values (old.subject_id, txid_current()); return old; end $$");
  await engine.pool.query("create trigger note_taken before delete on wake for each row when (old.due_at < now() - interval '1 hour') execute function note_taken()");
  const batches: number[] = [], process = anotherProcess(engine), { plans: store } = process.ports;
  others.push(process);
  const counting = { ...process.ports, plans: { planWaiting: async (...given: Parameters<typeof store.planWaiting>) => { const planned = await store.planWaiting(...given); batches.push(planned); return planned; } } };
  const second = createWorker(counting, { worker: "second", planners, planBatch: 50, signals: { send: () => undefined, on: () => () => undefined }, leaseMs: 1_000, onError: () => undefined });
  deaf();
  await until("none is due any more", "not exists (select 1 from wake where due_at <= now())");
  await second.stop();
  // Three rows are one plan: all rows of an order went with one transaction, and each once.
  expect(await engine.rows("select count(*)::int as rows, count(distinct subject_id)::int as orders, count(distinct (subject_id, by))::int as plans from taken")).toEqual([{ rows: 900, orders: 300, plans: 300 }]);
  expect(Math.max(...batches)).toBeLessThanOrEqual(50);
});
