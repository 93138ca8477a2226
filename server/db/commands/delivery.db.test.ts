import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CanonicalEvent } from "@/server/domain/facts";
import type { Planner } from "@/server/domain/plan";
import { sendOnce } from "@/server/pipeline/deliver";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting } from "@/server/pipeline/plan";
import type { ClaimedCommand, ConnectorRuntime, Settlement } from "@/server/pipeline/ports";
import { ample, anotherProcess, createEngine, type Engine } from "@/server/testing/memory/engine";
import { runToRest } from "@/server/testing/memory/ports";
import { acknowledging, invoicing, planner } from "@/server/testing/memory/small-planner";
import { order } from "@/server/testing/world/builders";
import { inTransaction, sayAs } from "../desk/transaction";

let engine: Engine;
beforeEach(async () => { engine = await createEngine(); });
afterEach(async () => { await engine.close(); });

const claim = (worker: string, limit = 10, leaseMs = 30_000, connector = "shop", lane: "operations" | "finance" = "operations") => engine.ports.commands.claim({ worker, connector, lane, limit, leaseMs, budget: ample(lane) });
const runtimeOf = async (id: string): Promise<ConnectorRuntime> => (await engine.landscape.find(id)) as ConnectorRuntime;
const send = async (command: ClaimedCommand) => sendOnce(engine.ports, await runtimeOf(command.connector), command, new AbortController().signal);
/** Orders with one command each, wanted and not sent. */
async function wanted(count: number, planner = acknowledging): Promise<void> {
  await engine.say(...Array.from({ length: count }, (_, index) => order(`SO-${index}`).line("1", "A", 1, "1.00")));
  while ((await normalizeWaiting(engine.ports, 100)) + (await engine.ports.broadcasts.passOn(500)) + (await planWaiting(engine.ports, { order: planner }, 100)) > 0);
}
const states = () => engine.rows<{ state: string; count: number }>("select state, count(*)::int as count from command group by 1 order by 1");
const expireAll = () => engine.pool.query("update command set lease_until = now() - interval '1 second' where state = 'sending'");
const dueNow = () => engine.pool.query("update command set due_at = now() - interval '1 hour', last_sent_at = now() - interval '1 hour'");

describe("the claim", () => {
  it("gives a command to one worker only, marked before any byte leaves", async () => {
    await wanted(60);
    const other = anotherProcess(engine);
    const taken = (await Promise.all(Array.from({ length: 8 }, (_, index) => (index % 2 ? other.ports : engine.ports).commands.claim({ worker: `w${index}`, connector: "shop", lane: "operations", limit: 10, leaseMs: 30_000, budget: ample("operations", 1000) })))).flat();
    expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length);
    expect(await engine.value("select count(*)::int from command where state = 'sending' and attempts = 1 and lease_until > now() and first_sent_at is not null and lease_owner is not null")).toBe(taken.length);
    await other.pool.end();
  });

  it("counts live leases of all workers, and keeps room for postings", async () => {
    await wanted(20);
    expect(await claim("w1", 100)).toHaveLength(6);
    expect(await claim("w2", 100)).toHaveLength(0);
    await expireAll();
    expect(await claim("w2", 100)).toHaveLength(6);
  });

  it("takes nothing for a paused connector or a paused kind", async () => {
    await wanted(3);
    await engine.pool.query("update connector set paused_kinds = '{acknowledge_order}' where id = 'shop'");
    expect(await claim("w")).toEqual([]);
    await engine.pool.query("update connector set paused_kinds = '{}', state = 'paused' where id = 'shop'");
    expect(await claim("w")).toEqual([]);
    expect(await engine.ports.commands.lanesWithWork()).toEqual([]);
  });

  it("lets one at a time go for each serial key, whoever claims", async () => {
    await wanted(12);
    await engine.pool.query("update command set serial_key = case when natural_key like '%SO-1%' then 'one' else 'two' end");
    const taken = (await Promise.all([claim("w1"), claim("w2"), claim("w3"), claim("w4")])).flat();
    expect(taken.length).toBeGreaterThanOrEqual(1);
    expect(await engine.value("select max(count)::int from (select count(*) from command where state = 'sending' group by serial_key) c")).toBe(1);
    expect(await claim("w5")).toHaveLength(2 - taken.length);
  });
});

describe("the settlement", () => {
  it("of a late worker changes nothing", async () => {
    await wanted(1, invoicing);
    const [late] = await claim("late", 1, 30_000, "erp", "finance");
    const answer = await send(late as ClaimedCommand);
    await expireAll();
    await engine.ports.reconciliation.expireLeases();
    const before = await engine.rows("select * from command");
    expect(await engine.ports.commands.settle([answer])).toBe(0);
    expect(await engine.rows("select * from command")).toEqual(before);
    expect(before).toMatchObject([{ state: "unknown" }]);
  });

  it("holds for rows that were as they were left, beside those that were not", async () => {
    await wanted(4);
    const taken = await claim("w");
    const answers = await Promise.all(taken.map(send));
    await engine.pool.query("update command set lease_owner = 'somebody else' where id = $1", [taken[0]?.id]);
    expect(await engine.ports.commands.settle(answers)).toBe(3);
    expect(await states()).toEqual([{ state: "confirmed", count: 3 }, { state: "sending", count: 1 }]);
    expect(await engine.value("select count(*)::int from attempt")).toBe(3);
  });

  it("holds whatever characters are in an answer, and takes its neighbours with it", async () => {
    await wanted(2);
    const [first, second] = await Promise.all((await claim("w")).map(send));
    const odd = { ...first, reference: "R\u0000", response: { text: "a\ud800" } } as Settlement;
    expect(await engine.ports.commands.settle([odd, second as Settlement])).toBe(2);
    expect(await engine.value("select reference from command where id = $1", [odd.command.id])).toBe("R\ufffd");
  });

  it("marks subjects for planning without waiting for those that are locked", async () => {
    await wanted(2);
    const answers = await Promise.all((await claim("w")).map(send));
    const planning = await engine.pool.connect();
    await planning.query("begin");
    await planning.query("select 1 from subject where id = 'US01:order:SO-0' for update");
    expect(await engine.ports.commands.settle(answers)).toBe(2);
    await planning.query("rollback");
    planning.release();
    expect(await engine.value("select count(distinct subject_id)::int from wake")).toBe(2);
  });

  it("has what was refused planned at once, what was accepted within moments, together with what comes of it", async () => {
    await wanted(2);
    const [accepted, refused] = await Promise.all((await claim("w")).map(send)) as [Settlement, Settlement];
    await engine.ports.commands.settle([accepted, { ...refused, to: "rejected", outcome: "rejected" }]);
    const due = await engine.rows("select subject_id as subject, due_at <= now() as \"now\", due_at <= now() + interval '1 second' as \"soon\", patient from wake");
    expect(due.find(({ subject }) => subject === accepted.command.subjectId)).toMatchObject({ now: false, soon: true, patient: true });
    expect(due.find(({ subject }) => subject === refused.command.subjectId)).toMatchObject({ now: true, patient: false });
  });

  it("wakes a subject once where the answer tells it something itself, also if it has been told before", async () => {
    await wanted(1);
    const [first] = await Promise.all((await claim("w")).map(send)) as [Settlement];
    const event = { id: "a1", type: "stock.allocated", source: "wms", entity: "US01", occurredAt: first.endedAt, correlationId: "c", data: { order: "SO-0", line: "1", revision: 1, allocated: "1", backordered: "0", warehouse: "W1" } } as CanonicalEvent;
    const wakes = () => engine.rows("select subject_id as subject, due_at <= now() as \"now\", patient from wake");
    await engine.ports.commands.settle([{ ...first, events: [event] }]);
    expect([first.to, await wakes()]).toEqual(["confirmed", [{ subject: first.command.subjectId, now: true, patient: false }]]);
    // The same command once more, as if its answer had come late and the event before it.
    await engine.pool.query("update command set state = 'wanted', due_at = now() - interval '1 second'");
    await engine.pool.query("delete from wake");
    const [again] = await Promise.all((await claim("w")).map(send)) as [Settlement];
    await engine.ports.commands.settle([{ ...again, events: [event] }]);
    expect([again.to, await wakes()]).toEqual(["confirmed", [{ subject: first.command.subjectId, now: true, patient: false }]]);
    expect(await engine.value("select count(*)::int from fact where event_id = 'a1'")).toBe(1);
  });
});

describe("an outcome that nobody knows", () => {
  it("is found by look-up after the worker died: one document", async () => {
    await wanted(1, invoicing);
    const [command] = await claim("dying", 1, 30_000, "erp", "finance");
    await send(command as ClaimedCommand);
    await expireAll();
    await runToRest(engine.ports, { order: invoicing }, "next");
    expect(engine.landscape.erp.documents).toHaveLength(1);
    expect(await engine.rows("select state, attempts, reference, verified_at is not null as verified from command")).toEqual([{ state: "confirmed", attempts: 1, reference: "INV-1", verified: true }]);
    expect(await engine.rows("select purpose, outcome from attempt order by id")).toEqual([{ purpose: "send", outcome: "unknown" }, { purpose: "lookup", outcome: "found" }, { purpose: "verify", outcome: "agreed" }]);
  });

  it("is sent again under the same key after two empty look-ups", async () => {
    await wanted(1, invoicing);
    engine.landscape.faults.push({ connector: "erp", does: "vanish" });
    await runToRest(engine.ports, { order: invoicing });
    expect(await engine.rows("select state, lookups, attempts from command")).toEqual([{ state: "unknown", lookups: 1, attempts: 1 }]);
    await dueNow();
    await runToRest(engine.ports, { order: invoicing });
    expect(await engine.rows("select natural_key, state, attempts, reference from command")).toEqual([{ natural_key: "post_invoice|US01:order:SO-0||1", state: "confirmed", attempts: 2, reference: "INV-1" }]);
    expect(engine.landscape.erp.documents).toHaveLength(1);
  });

  it("is sent again at once where the target knows the key", async () => {
    await wanted(1, invoicing);
    engine.landscape.support.post_invoice = { idempotentForMs: 86_400_000 };
    engine.landscape.faults.push({ connector: "erp", does: "vanish" });
    await runToRest(engine.ports, { order: invoicing });
    expect(await engine.rows("select state, attempts from command")).toEqual([{ state: "confirmed", attempts: 2 }]);
  });

  describe("where the target knows the key", () => {
    /** The target took it, or may have, and its answer was lost. */
    const lose = async (does: "lose" | "vanish" = "lose") => {
      engine.landscape.support.post_invoice = { idempotentForMs: 86_400_000 };
      engine.landscape.faults.push({ connector: "erp", does });
      await wanted(1, invoicing);
      const [command] = await claim("w", 1, 30_000, "erp", "finance");
      await engine.ports.commands.settle([await send(command as ClaimedCommand)]);
    };
    const plan = (planner: Planner) => planWaiting(engine.ports, { order: planner }, 100);
    const row = () => engine.rows("select state, payload, attempts from command");

    it("is never withdrawn: what the target took stays", async () => {
      await lose();
      const before = await row();
      expect(before).toMatchObject([{ state: "unknown", attempts: 1 }]);
      await plan(planner(() => ({})));
      expect(await row()).toEqual(before);
    });

    it("is never rewritten: only the very same payload goes out again", async () => {
      await lose();
      const [before] = await row();
      await plan(planner((input) => ({ wanted: (invoicing.plan(input).wanted).map((one) => ({ ...one, payload: { ...one.payload, total: "99.00" } })) })));
      expect(await row()).toEqual([before]);
      await dueNow();
      const [again] = await claim("w", 1, 30_000, "erp", "finance");
      expect(again).toMatchObject({ inDoubt: true, payload: before?.["payload"], attempt: 2 });
    });

    it("stays in doubt when the second try certainly did nothing, for the first may have", async () => {
      await lose();
      for (const does of ["down", "deny"] as const) {
        engine.landscape.faults.push({ connector: "erp", does });
        await dueNow();
        const [again] = await claim("w", 1, 30_000, "erp", "finance");
        await engine.ports.commands.settle([await send(again as ClaimedCommand)]);
        await plan(planner(() => ({})));
        expect(await engine.rows("select state from command"), does).toEqual([{ state: "unknown" }]);
      }
    });

    it("is looked up once the key is old, however long it waited", async () => {
      await lose();
      await dueNow();
      await engine.pool.query("update command set repeat_until = now() - interval '1 second', first_sent_at = now() - interval '2 days'");
      expect(await engine.ports.commands.lanesWithWork()).toEqual([]);
      expect(await claim("w", 1, 30_000, "erp", "finance")).toEqual([]);
      await runToRest(engine.ports, { order: invoicing });
      expect(await engine.rows("select state, attempts, reference from command")).toEqual([{ state: "confirmed", attempts: 1, reference: "INV-1" }]);
    });

    it("stays in doubt when the worker of the second try died", async () => {
      await lose("vanish");
      await dueNow();
      await claim("dying", 1, 30_000, "erp", "finance");
      await expireAll();
      await engine.ports.reconciliation.expireLeases();
      await plan(planner(() => ({})));
      expect(await engine.rows("select state from command")).toEqual([{ state: "unknown" }]);
      await dueNow();
      await runToRest(engine.ports, { order: invoicing });
      expect(await engine.rows("select state, attempts from command")).toEqual([{ state: "confirmed", attempts: 3 }]);
    });
  });

  it("is settled by a person who says that there is no document", async () => {
    await wanted(1, invoicing);
    engine.landscape.support.post_invoice = { lookup: null };
    engine.landscape.faults.push({ connector: "erp", does: "vanish" });
    await runToRest(engine.ports, { order: invoicing });
    expect(await engine.rows("select state, rejection_code from command")).toEqual([{ state: "unknown", rejection_code: "TEC-04" }]);
    await inTransaction(engine.pool, (client) => sayAs(client, engine.stores.policies, "ann", {
      id: "d", type: "command.decided", entity: "US01", subject: "US01:order:SO-0", correlationId: "d", data: { decision: "d", naturalKey: "post_invoice|US01:order:SO-0||1", verdict: "confirm_absent", reason: "looked", author: "ann" },
    }));
    await runToRest(engine.ports, { order: invoicing });
    expect(await engine.rows("select state, attempts, rejection_code from command")).toEqual([{ state: "confirmed", attempts: 2, rejection_code: null }]);
  });
});

describe("a connector in trouble", () => {
  it("opens its breaker at the fifth failure in a row, with one exception for all, and closes it by a probe", async () => {
    await wanted(9);
    engine.landscape.faults.push({ connector: "shop", does: "down", times: 100 });
    for (let round = 0; round < 3; round++) { await dueNow(); await runToRest(engine.ports, { order: acknowledging }); }
    expect(await engine.rows("select state, failures >= 5 as failing from breaker")).toEqual([{ state: "open", failing: true }]);
    const sends = engine.landscape.sends.length;
    await dueNow();
    await runToRest(engine.ports, { order: acknowledging });
    expect(engine.landscape.sends.length).toBe(sends);
    expect(await engine.rows("select code, subject_id, connector from exception_item where state = 'open'")).toEqual([{ code: "TEC-01", subject_id: null, connector: "shop" }]);

    await engine.pool.query("update breaker set probe_at = now() - interval '1 second'");
    expect(await claim("w", 10)).toHaveLength(1);
    expect(await claim("w", 10)).toHaveLength(0);
    await expireAll();
    engine.landscape.faults.splice(0);
    await engine.pool.query("update breaker set probe_at = now() - interval '1 second'");
    await dueNow();
    await runToRest(engine.ports, { order: acknowledging });
    await dueNow();
    await runToRest(engine.ports, { order: acknowledging });
    expect(await engine.rows("select state, failures from breaker")).toEqual([{ state: "closed", failures: 0 }]);
    expect(await engine.rows("select state, resolution from exception_item")).toEqual([{ state: "resolved", resolution: "closed_by_evidence" }]);
    expect(await engine.value("select count(*)::int from command where state = 'rejected'")).toBe(0);
  });

  it("that refuses the credentials is paused at once, with one exception; nothing was lost", async () => {
    await wanted(5);
    engine.landscape.faults.push({ connector: "shop", does: "deny", times: 100 });
    const [first] = await claim("w", 1);
    await engine.ports.commands.settle([await send(first as ClaimedCommand)]);
    expect(await claim("w")).toEqual([]);
    expect(await engine.rows("select state, paused_by, paused_reason from connector where id = 'shop'")).toEqual([{ state: "paused", paused_by: "tower", paused_reason: "the key was refused" }]);
    expect(await engine.rows("select code, connector from exception_item where state = 'open'")).toEqual([{ code: "TEC-02", connector: "shop" }]);
    expect(await states()).toEqual([{ state: "wanted", count: 5 }]);

    engine.landscape.faults.splice(0);
    await engine.pool.query("update connector set state = 'active', paused_by = null, paused_reason = null where id = 'shop'");
    await runToRest(engine.ports, { order: acknowledging });
    expect(await states()).toEqual([{ state: "confirmed", count: 5 }]);
    expect(await engine.ports.reconciliation.closeRecovered()).toBe(1);
  });
});
