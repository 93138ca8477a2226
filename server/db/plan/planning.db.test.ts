import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allOf, latestOf, publishedOf } from "@/server/domain/facts";
import { verdictOn } from "@/server/domain/decisions";
import type { HoldFinding, Plan } from "@/server/domain/plan";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting, type Planners } from "@/server/pipeline/plan";
import { ample, createEngine, type Engine } from "@/server/testing/memory/engine";
import { acknowledging, planner } from "@/server/testing/memory/small-planner";
import { emptyPlan } from "@/server/domain/order-to-cash/order/unseen";
import { customer, order } from "@/server/testing/world/builders";
import { testPolicy } from "@/server/testing/world/defaults";
import { inTransaction, sayAs } from "../desk/transaction";

let engine: Engine;
beforeEach(async () => { engine = await createEngine(); });
afterEach(async () => { await engine.close(); });

const captured = (number: string, version = 1) => order(number).line("1", "A", version, "1.00").with({ version });
const fold = async () => { while ((await normalizeWaiting(engine.ports, 100)) + (await engine.ports.broadcasts.passOn(100)) > 0); };
const plan = (planners: Planners) => planWaiting(engine.ports, planners, 50);
const settle = async (planners: Planners) => { do { await fold(); } while ((await plan(planners)) > 0); };
const versionOf = (input: Parameters<typeof latestOf>[0]) => latestOf(input, "order.captured").at(-1)?.version ?? 0;
const planAgain = () => engine.pool.query("insert into wake (subject_id) select id from subject");
const waiting = "exists (select 1 from wake w where w.subject_id = subject.id and w.due_at <= now())";

describe("planning", () => {
  it("reads facts after the lock: what comes while a subject is planned is planned next", async () => {
    await engine.say(captured("SO-1"));
    await fold();
    const seen: number[] = [];
    let tell: (() => Promise<void>) | null = async () => { await engine.say(captured("SO-1", 2)); await normalizeWaiting(engine.ports, 10); };
    await engine.ports.plans.planWaiting(10, async (job) => {
      seen.push(versionOf(job.facts));
      await tell?.();
      // The fact is there, and nobody else plans the subject meanwhile.
      if (tell) expect(await plan({ order: acknowledging })).toBe(0);
      tell = null;
      const answer = acknowledging.plan({ subject: { ...job.subject, kind: "order", id: job.subject.id }, facts: job.facts, commands: job.commands, reference: new Map(), policy: job.policy, now: new Date().toISOString() });
      return { plan: answer, changes: [], dependencies: [], now: new Date().toISOString() };
    });
    await settle({ order: acknowledging });
    expect(seen).toEqual([1]);
    expect(await engine.rows("select payload->>'version' as version, state from command")).toEqual([{ version: "2", state: "wanted" }]);
    expect(await engine.value(`select ${waiting} from subject where kind = 'order'`)).toBe(false);
  });

  it("twice adds nothing", async () => {
    await engine.say(captured("SO-1"));
    const rich = planner((input) => ({
      holds: [holdOf("d1")], milestones: [{ name: "placed", occurredAt: "2026-03-02T09:00:00.000Z", document: null, slot: "" }],
      balances: [{ line: "1", term: "ordered", document: input.subject.key, quantity: "3", amount: "9.00", currency: "USD", effectiveOn: "2026-03-02", period: null }],
      slices: [{ key: "1", line: "1", stage: "validate", bucket: null, quantity: "3", amount: "9", charges: "0", tax: "0", currency: "USD", holder: "tower", since: "2026-03-02T00:00:00.000Z", dueAt: null, document: null }],
      exceptions: [{ code: "ORD-01", fingerprint: { item: "A" }, stops: ["1"], amount: "9.00", currency: "USD", message: "not sold", since: "2026-03-02T09:00:00.000Z" }],
      publications: [{ topic: "order.served", key: "SO-1", to: { entity: "US01", kind: "shipment", key: "SH-1" }, data: { order: "SO-1" } }],
      findings: [{ code: "FND-04", message: "terms unknown", amount: null, currency: null }], waits: [{ slot: "", until: null, message: "wait" }], records: [{ type: "gate", document: "g", group: "g", version: 1, occurredAt: "2026-03-02T09:00:00.000Z", data: { ok: true } }],
    }));
    const planners = { order: rich, shipment: planner(() => ({})) };
    await settle(planners);
    const tables = ["command", "hold", "exception_item", "exception_group", "finding", "wait", "milestone", "movement", "slice", "outbox", "reference_row", "fact"];
    const all = async () => Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await engine.rows(`select t.* from ${table} t order by t::text`)] as const)));
    const before = await all();
    await planAgain();
    await settle(planners);
    // Even where nothing is known of the last plan.
    await engine.pool.query("update subject set plan_digests = null");
    await planAgain();
    await settle(planners);
    const after = await all();
    for (const table of tables.filter((name) => !["exception_item", "exception_group", "finding", "wait"].includes(name))) expect(after[table], table).toEqual(before[table]);
    expect(after["exception_item"]).toHaveLength(1);
    expect(after["finding"]).toHaveLength(1);
    expect(await engine.value("select count(*)::int from fact where source = 'tower'")).toBe(1);
  });

  it("ends what it no longer finds, also where nothing is known of the last plan", async () => {
    await engine.say(captured("SO-1"));
    let content: Partial<Plan> = { waits: [{ slot: "", until: null, message: "wait" }], findings: [{ code: "FND-04", message: "terms unknown", amount: null, currency: null }], exceptions: [{ code: "ORD-01", fingerprint: { item: "A" }, stops: ["1"], amount: "9.00", currency: "USD", message: "not sold", since: "2026-03-02T09:00:00.000Z" }] };
    const planners = { order: planner(() => content) };
    await settle(planners);
    content = {};
    await engine.pool.query("update subject set plan_digests = null");
    await planAgain();
    await settle(planners);
    expect(await engine.value("select (select count(*) from wait)::int + (select count(*) from finding)::int + (select count(*) from exception_item where state = 'open')::int")).toBe(0);
  });

  it("has seen nothing before it was heard of: what went wrong long ago is due from the day of its import", async () => {
    await engine.say(captured("SO-1"));
    await settle({ order: planner(() => ({ exceptions: [{ code: "INV-02", fingerprint: {}, stops: [], amount: "9.00", currency: "USD", message: "not invoiced", since: "2006-03-02T09:00:00.000Z" }] })) });
    expect(await engine.rows("select first_seen_at >= now() - interval '1 minute' as lately, due_at > now() as later from exception_item")).toEqual([{ lately: true, later: true }]);
  });

  it("that throws is one exception and a longer wait each time, and ends with the next plan that does not", async () => {
    await engine.say(captured("SO-1"), captured("SO-2"));
    let isBroken = true;
    const fragile = planner((input) => { if (isBroken && input.subject.key === "SO-1") throw new Error("division by zero"); return {}; });
    await settle({ order: fragile });
    expect(await plan({ order: fragile })).toBe(0);
    expect(await engine.rows("select key, plan_failures, (select w.due_at > now() from wake w where w.subject_id = subject.id) as waits from subject order by key")).toEqual([{ key: "SO-1", plan_failures: 1, waits: true }, { key: "SO-2", plan_failures: 0, waits: null }]);
    expect(await engine.rows("select code, subject_id, message from exception_item where state = 'open'")).toEqual([{ code: "TEC-05", subject_id: "US01:order:SO-1", message: "Planning fails: division by zero" }]);
    isBroken = false;
    await engine.pool.query("update wake set due_at = now() - interval '1 second'");
    await settle({ order: fragile });
    expect(await engine.rows("select state, resolution from exception_item")).toEqual([{ state: "resolved", resolution: "closed_by_evidence" }]);
  });

  it("whose answer cannot be written does not take its neighbours with it", async () => {
    await engine.say(captured("SO-1"), captured("SO-2"), captured("SO-3"));
    const absurd = planner((input) => ({ sentence: `planned ${input.subject.key}`, balances: [{ line: "1", term: "ordered", document: "d", quantity: input.subject.key === "SO-2" ? "1e400" : "1", amount: "0", currency: "USD", effectiveOn: "2026-03-02", period: null }] }));
    await settle({ order: absurd });
    expect(await engine.rows("select key, plan_failures, sentence is not null and plan_failures = 0 as planned from subject order by key")).toEqual([
      { key: "SO-1", plan_failures: 0, planned: true }, { key: "SO-2", plan_failures: 1, planned: false }, { key: "SO-3", plan_failures: 0, planned: true },
    ]);
    expect(await engine.value("select code from exception_item where subject_id = 'US01:order:SO-2'")).toBe("TEC-05");
  });

  it("gives the commands of a billing unit the correlation of its order, so that one trace shows the whole life", async () => {
    await engine.say(captured("SO-1"));
    const telling = planner(() => ({ publications: [{ topic: "billing.terms", key: "SO-1", to: { entity: "US01", kind: "billing_unit", key: "U-1" }, data: { order: "SO-1" } }] }));
    const billing = planner(({ subject }) => ({
      wanted: [{ kind: "post_invoice", slot: "", sequence: 1, payload: {}, blockedBy: [], amount: null, dueSince: "2026-03-02T09:00:00.000Z" }],
      summary: { ...emptyPlan(subject.key).summary, identifiers: [{ kind: "billing_unit", value: subject.key }, { kind: "order", value: "SO-1" }] },
    }));
    await settle({ order: telling, billing_unit: billing });
    expect(await engine.value("select correlation_id from command")).toBe(await engine.value("select correlation_id from canonical_event where subject_id = 'US01:order:SO-1'"));
  });

  it("looks again when the plan said so, though no fact has come", async () => {
    await engine.say(captured("SO-1"));
    let plans = 0;
    const reviewed = planner((input) => { plans += 1; return { nextReviewAt: plans === 1 ? "2026-01-01T00:00:00.000Z" : null, sentence: input.now }; });
    await settle({ order: reviewed });
    expect(plans).toBe(1);
    await engine.pool.query("update wake set due_at = now() - interval '1 second'");
    await settle({ order: reviewed });
    expect(plans).toBe(2);
  });
});

const holdOf = (digest: string, amount = "100.00"): HoldFinding => ({
  rule: "AMOUNT_LIMIT", slot: "", blocks: ["post_invoice"], amount, currency: "USD", message: "above the limit", releasedBy: "a lead", evidence: { limit: "50" }, digest, preparedBy: null, dueAt: null,
});
const decide = (decision: string, verdict: "approve" | "reject", digest: string) => inTransaction(engine.pool, (client) => sayAs(client, engine.stores.policies, "ann", {
  id: decision, type: "hold.decided", entity: "US01", subject: "US01:order:SO-1", correlationId: decision, data: { decision, rule: "AMOUNT_LIMIT", slot: "", digest, verdict, reason: "checked", author: "ann", total: "100.00", currency: "USD" },
}));

describe("commands of a plan", () => {
  const wish = (input: Parameters<typeof acknowledging.plan>[0], blockedBy: string[] = []): Partial<Plan> =>
    ({ wanted: [{ kind: "acknowledge_order", slot: "", sequence: 1, payload: { version: versionOf(input.facts) }, blockedBy, amount: { amount: "5.00", currency: "USD" }, dueSince: input.now }] });

  it("are never made for a route that observes, whatever the planner says", async () => {
    await engine.close();
    engine = await createEngine({ policy: { ...testPolicy, routes: testPolicy.routes.map((route) => ({ ...route, mode: "observe" as const })) } });
    await engine.say(captured("SO-1"));
    await settle({ order: planner((input) => wish(input)) });
    expect(await engine.value("select count(*)::int from command")).toBe(0);
  });

  it("lose their row when held before they were sent, and are frozen once they are", async () => {
    await engine.say(captured("SO-1"));
    let held = false;
    const planners = { order: planner((input) => wish(input, held ? ["hold"] : [])) };
    await settle(planners);
    expect(await engine.rows("select state, connector, lane, amount::text from command")).toEqual([{ state: "wanted", connector: "shop", lane: "operations", amount: "5.000000" }]);
    held = true;
    await planAgain();
    await settle(planners);
    expect(await engine.value("select count(*)::int from command")).toBe(0);
    held = false;
    await planAgain();
    await settle(planners);
    await engine.ports.commands.claim({ worker: "w", connector: "shop", lane: "operations", limit: 1, leaseMs: 30_000, budget: ample("operations") });
    held = true;
    await engine.say(captured("SO-1", 2));
    await settle(planners);
    expect(await engine.rows("select state, payload->>'version' as version from command")).toEqual([{ state: "sending", version: "1" }]);
  });

  it("reopen under the same key, with their attempts counted afresh", async () => {
    await engine.say(captured("SO-1"));
    const planners = { order: planner((input) => wish(input)) };
    await settle(planners);
    await engine.pool.query("update command set state = 'rejected', attempts = 4, rejection_code = 'INV-01', rejection_message = 'no'");
    await engine.say(captured("SO-1", 2));
    await settle(planners);
    expect(await engine.rows("select state, attempts, attempts_base, rejection_code from command")).toEqual([{ state: "wanted", attempts: 4, attempts_base: 4, rejection_code: null }]);
  });
});

describe("holds", () => {
  it("live from open to approved, fall when what was approved changes, and release themselves", async () => {
    await engine.say(captured("SO-1"));
    let hold: HoldFinding | null = holdOf("d1");
    const planners = { order: planner((input) => ({ holds: hold && verdictOn(input.facts, hold).state !== "approved" ? [hold] : [] })) };
    const states = () => engine.rows("select state, digest, closed_by from hold order by id");
    await settle(planners);
    expect(await states()).toEqual([{ state: "active", digest: "d1", closed_by: null }]);
    await decide("x1", "approve", "d1");
    await settle(planners);
    expect(await states()).toEqual([{ state: "approved", digest: "d1", closed_by: "ann" }]);
    hold = holdOf("d2");
    await planAgain();
    await settle(planners);
    expect(await states()).toEqual([{ state: "fallen", digest: "d1", closed_by: "ann" }, { state: "active", digest: "d2", closed_by: null }]);
    hold = null;
    await planAgain();
    await settle(planners);
    expect((await states())[1]).toEqual({ state: "released", digest: "d2", closed_by: "rule" });
  });

  it("that were rejected stay rejected as long as the plan names them", async () => {
    await engine.say(captured("SO-1"));
    const planners = { order: planner(() => ({ holds: [holdOf("d1")] })) };
    await settle(planners);
    await decide("x1", "reject", "d1");
    await settle(planners);
    await planAgain();
    await settle(planners);
    expect(await engine.rows("select state, closed_at from hold")).toEqual([{ state: "rejected", closed_at: null }]);
  });
});

describe("exceptions", () => {
  it("are one line for each cause, regress within 7 days, and stay settled where a person accepted them", async () => {
    await engine.say(captured("SO-1"), captured("SO-2"));
    let isWrong = true;
    const planners = { order: planner(() => ({ exceptions: isWrong ? [1, 2].map((line) => ({ code: "MAP-02" as const, fingerprint: { item: "A" }, stops: [String(line)], amount: "4.50", currency: "USD", message: "A is not mapped", since: "2026-03-02T09:00:00.000Z" })) : [] })) };
    const group = () => engine.rows("select state, occurrences, solved, team from exception_group");
    await settle(planners);
    expect(await engine.rows("select subject_id, stops, amount::text, due_at is not null as due from exception_item order by 1")).toEqual([1, 2].map((no) => ({ subject_id: `US01:order:SO-${no}`, stops: ["1", "2"], amount: "9.000000", due: true })));
    expect(await group()).toEqual([{ state: "new", occurrences: 2, solved: 0, team: "master_data" }]);
    isWrong = false;
    await planAgain();
    await settle(planners);
    expect(await group()).toEqual([{ state: "resolved", occurrences: 2, solved: 2, team: "master_data" }]);
    isWrong = true;
    await planAgain();
    await settle(planners);
    expect(await group()).toEqual([{ state: "regressed", occurrences: 4, solved: 2, team: "master_data" }]);
    await engine.pool.query("update exception_item set state = 'resolved', resolved_at = now(), resolved_by = 'ann', resolution = 'not_a_problem' where state = 'open'");
    await engine.pool.query("update subject set plan_digests = null");
    await planAgain();
    await settle(planners);
    expect(await engine.value("select count(*)::int from exception_item where state = 'open'")).toBe(0);
  });
});

describe("publications", () => {
  const telling = (said: () => { value: string; reading?: "later" }) => planner((input) => { const { value, ...more } = said(); return { publications: [{ topic: "order.served", key: input.subject.key, to: { entity: "US01", kind: "shipment", key: "SH-1" }, data: { value }, ...more }] }; });
  const heard: unknown[] = [];
  const listening = planner((input) => { heard.push(publishedOf<{ value: string }>(input.facts, "order.served").map(({ data }) => data.value)); return {}; });
  beforeEach(() => { heard.length = 0; });

  it("take the place of what was said before, also where something is said again that was taken back", async () => {
    await engine.say(captured("SO-1"));
    let value = "a";
    const planners = { order: telling(() => ({ value })), shipment: listening };
    for (const next of ["a", "b", "a", "a"]) { value = next; await engine.pool.query("insert into wake (subject_id) values ('US01:order:SO-1')"); await settle(planners); }
    expect(heard).toEqual([["a"], ["b"], ["a"]]);
    expect(await engine.value("select count(*)::int from fact where subject_id = 'US01:shipment:SH-1'")).toBe(1);
  });

  it("leave a reader that is named no more, which is planned again; what is not named at all stands", async () => {
    await engine.say(captured("SO-1"));
    let readers = ["SH-1", "SH-2"];
    const planners = { order: planner((input) => ({ publications: readers.map((key) => ({ topic: "order.served", key: input.subject.key, to: { entity: "US01", kind: "shipment", key }, data: { value: key } })) })), shipment: listening };
    const again = async (next: string[]) => { heard.length = 0; readers = next; await engine.pool.query("insert into wake (subject_id) values ('US01:order:SO-1')"); await settle(planners); };
    const told = async () => (await engine.rows("select subject_id as subject from fact where type = 'published.order.served' order by 1")).map(({ subject }) => subject);
    await again(readers);
    await again(["SH-2"]);
    expect([heard, await told()]).toEqual([[[]], ["US01:shipment:SH-2"]]);
    await again([]);
    expect([heard, await told()]).toEqual([[], ["US01:shipment:SH-2"]]);
    await again(["SH-3"]);
    expect(await told()).toEqual(["US01:shipment:SH-3"]);
    // Also where the last plan's memory is lost.
    await engine.pool.query("update subject set plan_digests = null");
    await again(["SH-1"]);
    expect(await told()).toEqual(["US01:shipment:SH-1"]);
  });

  it("that can wait do wait for company, and are read by whatever plan comes first", async () => {
    await engine.say(captured("SO-1"));
    const planners = { order: telling(() => ({ value: "a", reading: "later" })), shipment: listening };
    await settle(planners);
    expect(heard).toEqual([]);
    expect(await engine.value("select due_at between now() and now() + interval '10 seconds' from wake where subject_id = 'US01:shipment:SH-1'")).toBe(true);
    await engine.pool.query("insert into wake (subject_id) values ('US01:shipment:SH-1')");
    await settle(planners);
    expect(heard).toEqual([["a"]]);
    expect(await engine.value("select count(*)::int from wake")).toBe(0);
  });

  it("wake whoever looks at them, also where the looking and the saying cross", async () => {
    await engine.say(captured("SO-1"), captured("SO-2"));
    const seen: unknown[] = [];
    const reading = planner((input) => { seen.push(`${input.subject.key} ${JSON.stringify(input.reference.get("customer|C-9")?.data ?? null)}`); return {}; }, () => [{ topic: "customer", key: "C-9" }]);
    const master = planner((input) => ({ publications: allOf(input.facts, "customer.described").slice(-1).map(({ data }) => ({ topic: "customer", key: data.customer, to: null, data: { name: data.name } })) }));
    await settle({ order: reading, master_record: master });
    expect(seen.sort()).toEqual(["SO-1 null", "SO-2 null"]);
    await engine.say(customer("C-9"));
    await settle({ order: reading, master_record: master });
    expect(seen.slice(2).sort()).toEqual(['SO-1 {"name":"Customer C-9"}', 'SO-2 {"name":"Customer C-9"}']);
    await planAgain();
    await settle({ order: reading, master_record: master });
    expect(await engine.rows("select version from reference_row")).toEqual([{ version: 1 }]);
  });
});
