import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ConnectorTypes } from "@/server/api/connectors";
import { ok } from "@/server/domain/result";
import { grant as anyGrant, person } from "@/server/testing/memory/people";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { createDesk } from ".";
import { createPool } from "../pool";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });

const order = "US01:order:SO-1";
beforeEach(async () => {
  await pool.query("truncate subject, wake, fact, hold, hold_decision, canonical_event, command, attempt, exception_item, exception_group, audit_entry, fix_attempt, note, connector, connector_settings_version, dependency, app_user, role_grant, team cascade");
  await pool.query("insert into subject (id, entity, kind, key) values ($1, 'US01', 'order', 'SO-1')", [order]);
  await pool.query("insert into connector (id, type, name, entity, settings) values ('erp', 'sandbox-erp', 'ERP', 'US01', '{}'), ('erp2', 'sandbox-erp', 'Other ERP', 'US01', '{}')");
});

const grant = (over: Parameters<typeof anyGrant>[0]) => anyGrant({ holdCodes: ["AMOUNT_LIMIT"], approveUpTo: "50000", ...over });
const finance = person("f1", grant({}));
const ops = person("o1", grant({ role: "ops", holdCodes: [], approveUpTo: null }));
/** As the shipped types are, with one that takes orders to a warehouse. */
const types: ConnectorTypes = { check: () => ok(true), can: (type, kind) => (type === "sandbox-wms") === (kind === "release_to_warehouse"), serialKey: (type, kind) => (kind === "post_invoice" ? `${type}/numbers` : null), destination: (_type, settings) => ({ url: (settings as { url?: string }).url }) };
const desk = () => createDesk(pool, Buffer.alloc(32, 7), types);
const rows = async <T>(sql: string): Promise<T[]> => (await pool.query(sql)).rows as T[];

async function hold(over: { amount?: string; preparedBy?: string; state?: string; rule?: string; evidence?: object } = {}): Promise<string> {
  const { rows: [row] } = await pool.query<{ id: string }>(
    "insert into hold (subject_id, entity, rule, slot, state, amount, currency, message, released_by, evidence, digest, prepared_by, owner, blocks) values ($1, 'US01', $5, '', $2, $3, 'USD', 'm', 'r', $6, 'digest-1', $4, 'billing', '{post_invoice}') returning id::text",
    [order, over.state ?? "active", over.amount ?? "48309.81", over.preparedBy ?? null, over.rule ?? "AMOUNT_LIMIT", JSON.stringify(over.evidence ?? {})]);
  return row?.id ?? "";
}
const approve = (holdId: string, digest = "digest-1") => ({ holdId, digest, verdict: "approve" as const, reason: "agreed" });

describe("deciding a hold", () => {
  test("leaves a fact bound to what was shown, a decision and an audit row in one commit", async () => {
    const result = await desk().decideHold(finance, approve(await hold()));
    expect(result.ok).toBe(true);
    expect(await rows("select type, source, subject_id, data->>'digest' as digest, data->>'total' as total, data->>'author' as author  from canonical_event")).toEqual([
      { type: "hold.decided", source: "person:f1", subject_id: order, digest: "digest-1", total: "48309.810000", author: "f1" }]);
    expect(await rows("select actor, action, reason from audit_entry")).toEqual([{ actor: "f1", action: "hold.approve", reason: "agreed" }]);
  });
  test.each([
    ["of another digest", {}, finance, "digest-2", "CONFLICT"], ["that is gone", { state: "released" }, finance, "digest-1", "CONFLICT"], ["above the limit", { amount: "50000.01" }, finance, "digest-1", "FORBIDDEN"],
    ["that the person prepared", { preparedBy: "f1" }, finance, "digest-1", "FORBIDDEN"], ["without the code", {}, ops, "digest-1", "FORBIDDEN"], ["as administrator", {}, person("a1", grant({ role: "admin" })), "digest-1", "FORBIDDEN"],
    ["of another entity", {}, person("f2", grant({ entity: "US02" })), "digest-1", "FORBIDDEN"],
  ])("a hold %s is not decided and nothing is written", async (_, over, who, digest, code) => {
    const result = await desk().decideHold(who, approve(await hold(over), digest));
    expect(result).toMatchObject({ ok: false, error: { code } });
    expect(await rows("select 1 from canonical_event union all select 1 from audit_entry union all select 1 from hold_decision")).toEqual([]);
  });
  test("is of the amount that was shown: one that a plan has moved since is looked at again", async () => {
    const id = await hold({ amount: "10000" });
    await pool.query("update hold set amount = 49000");
    expect(await desk().decideHold(finance, { ...approve(id), amount: "10000.000000" })).toMatchObject({ ok: false, error: { code: "CONFLICT", message: "What is held has changed since it was shown. Look again before you decide." } });
    expect(await rows("select 1 from canonical_event union all select 1 from audit_entry union all select 1 from hold_decision")).toEqual([]);
    expect(await desk().decideHold(finance, { ...approve(id), amount: "49000.00" })).toMatchObject({ ok: true });
    const byHand = await hold({ rule: "MANUAL", amount: "10", preparedBy: "o1" });
    await pool.query("update hold set amount = 12 where rule = 'MANUAL'");
    expect(await desk().decideHold(ops, { ...approve(byHand), amount: "10" }), "lifted by who placed it, whatever the money").toMatchObject({ ok: true });
  });
  test("the same person does not count twice, also not at the same time", async () => {
    const id = await hold();
    const results = await Promise.all([desk().decideHold(finance, approve(id)), desk().decideHold(finance, approve(id))]);
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(await rows("select count(*)::int as n from hold_decision")).toEqual([{ n: 1 }]);
  });
});

describe("a hold that is decided is decided", () => {
  const [olga, fay] = (["ops", "finance"] as const).map((role) => person(role, grant({ role, holdCodes: ["OVER_SHIPMENT", "AMOUNT_LIMIT"] }))) as [ReturnType<typeof person>, ReturnType<typeof person>];
  beforeEach(async () => { await pool.query("insert into app_user (id, email, name) values ('ops', 'olga@example.test', 'Olga'), ('finance', 'fay@example.test', 'Fay')"); });
  test("the second, contradictory decision is told who decided what, also at the same time", async () => {
    const id = await hold({ rule: "OVER_SHIPMENT", amount: "10", evidence: { over: "4" } });
    const results = await Promise.all([desk().decideHold(olga, { ...approve(id), consequence: "bill" }), desk().decideHold(fay, { ...approve(id), consequence: "absorb" })]);
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    const [said] = await rows<{ author: string; consequence: string }>("select author, consequence from hold_decision");
    expect(results.find((result) => !result.ok)).toMatchObject({ error: { code: "CONFLICT", message: `${said?.author === "ops" ? "Olga" : "Fay"} approved this already (${said?.consequence ?? ""})` } });
    expect(await rows("select count(*)::int as n from canonical_event")).toEqual([{ n: 1 }]);
    expect(await rows("select state, closed_at from hold")).toEqual([{ state: "approved", closed_at: null }]);
    // as a plan leaves it that had read the facts before
    await pool.query("update hold set state = 'active'");
    expect(await desk().decideHold(said?.author === "ops" ? fay : olga, { ...approve(id), consequence: "take_back" })).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  });
  test("a rejection is not approved over, nor an approval rejected", async () => {
    for (const [first, second, word] of [["approve", "reject", "approved"], ["reject", "approve", "rejected"]] as const) {
      await pool.query("delete from hold_decision");
      await pool.query("update hold set closed_at = now()");
      const id = await hold({ rule: "AMOUNT_LIMIT", amount: "10" });
      const with_ = (verdict: "approve" | "reject") => ({ ...approve(id), verdict, ...(verdict === "reject" ? { consequence: "return_to_source" } : {}) });
      expect(await desk().decideHold(olga, with_(first))).toMatchObject({ ok: true });
      const answer = await desk().decideHold(fay, with_(second));
      expect(answer).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
      expect(answer.ok ? "" : answer.error.message).toContain(`Olga ${word} this already`);
    }
  });
  test("of two persons the second says the same or rejects; after the amount moved both say it anew", async () => {
    const id = await hold({ rule: "OVER_SHIPMENT", amount: "10", evidence: { over: "4", personsNeeded: 2 } });
    expect(await desk().decideHold(olga, { ...approve(id), consequence: "bill" })).toMatchObject({ ok: true });
    expect(await rows("select state from hold")).toEqual([{ state: "active" }]);
    expect(await desk().decideHold(fay, { ...approve(id), consequence: "absorb" })).toMatchObject({ ok: false, error: { code: "CONFLICT", message: "Olga approved this already (bill): both must say the same, or one rejects it" } });
    expect(await desk().decideHold(olga, { ...approve(id), consequence: "bill" })).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    await pool.query("update hold set amount = 30");
    expect(await desk().decideHold(olga, { ...approve(id), consequence: "absorb" })).toMatchObject({ ok: true });
    expect(await desk().decideHold(fay, { ...approve(id), consequence: "absorb" })).toMatchObject({ ok: true });
    expect(await rows("select state from hold")).toEqual([{ state: "approved" }]);
  });
});

describe("what follows a decision", () => {
  const desk4 = person("o4", grant({ role: "ops", holdCodes: ["OVER_SHIPMENT", "PRICE_VARIANCE", "DUPLICATE_DOCUMENT"] }));
  const decide = async (rule: string, more: { verdict?: "approve" | "reject"; consequence?: string; quantity?: string }) => desk().decideHold(desk4, { ...approve(await hold({ rule, amount: "10", evidence: { over: "4" } })), ...more });
  test.each([
    ["OVER_SHIPMENT", { consequence: "nonsense words" }], ["OVER_SHIPMENT", {}], ["OVER_SHIPMENT", { consequence: "cancel" }], ["OVER_SHIPMENT", { consequence: "bill", quantity: "4.5" }], ["OVER_SHIPMENT", { consequence: "bill", quantity: "0" }],
    ["OVER_SHIPMENT", { consequence: "absorb", quantity: "2" }], ["PRICE_VARIANCE", { consequence: "bill" }], ["PRICE_VARIANCE", { verdict: "reject" as const }], ["DUPLICATE_DOCUMENT", { verdict: "reject" as const, consequence: "reprice" }],
  ])("%s with %j is refused and nothing is written", async (rule, more) => {
    expect(await decide(rule, more)).toMatchObject({ ok: false, error: { code: "INPUT" } });
    expect(await rows("select 1 from canonical_event union all select 1 from hold_decision union all select 1 from audit_entry")).toEqual([]);
  });
  test.each([["OVER_SHIPMENT", { consequence: "take_back" }], ["OVER_SHIPMENT", { consequence: "bill", quantity: "2" }], ["PRICE_VARIANCE", {}], ["PRICE_VARIANCE", { verdict: "reject" as const, consequence: "reprice" }], ["DUPLICATE_DOCUMENT", { verdict: "reject" as const }]])("%s with %j is taken", async (rule, more) => {
    expect(await decide(rule, more)).toMatchObject({ ok: true });
    expect(await rows("select data->>'consequence' as consequence, data->>'quantity' as quantity from canonical_event")).toEqual([{ consequence: null, quantity: null, ...("consequence" in more ? { consequence: more.consequence } : {}), ...("quantity" in more ? { quantity: more.quantity } : {}) }]);
  });
});

describe("a hold placed by hand", () => {
  const placing = (over: object = {}) => ({ subject: order, blocks: ["release_to_warehouse", "post_invoice"], reason: "call the customer", ...over });
  test("is a fact with its author, and wants the right, a reason and commands that can be held", async () => {
    expect(await desk().placeHold(person("v", grant({ role: "viewer" })), placing())).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await desk().placeHold(person("o2", grant({ role: "ops", entity: "US02" })), placing())).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await desk().placeHold(ops, placing({ reason: " " }))).toMatchObject({ ok: false, error: { code: "REASON" } });
    expect(await desk().placeHold(ops, placing({ blocks: ["estimate_tax"] }))).toMatchObject({ ok: false, error: { code: "INPUT" } });
    expect(await desk().placeHold(ops, placing({ subject: "US01:order:NONE" }))).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    expect(await desk().placeHold(ops, placing({ until: "2020-01-01" }))).toMatchObject({ ok: false, error: { code: "STATE" } });
    expect(await rows("select 1 from canonical_event union all select 1 from audit_entry")).toEqual([]);
    expect(await desk().placeHold(ops, placing())).toMatchObject({ ok: true });
    expect(await rows("select type, source, subject_id, data->'blocks' as blocks, data->>'author' as author from canonical_event")).toEqual([{ type: "hold.placed", source: "person:o1", subject_id: order, blocks: ["release_to_warehouse", "post_invoice"], author: "o1" }]);
    expect(await rows("select actor, action, about_id, reason from audit_entry")).toEqual([{ actor: "o1", action: "hold.place", about_id: order, reason: "call the customer" }]);
  });
  test("is not to be had on an order that is only watched", async () => {
    await pool.query("update subject set facets = '{managed_elsewhere}' where id = $1", [order]);
    expect(await desk().placeHold(ops, placing())).toMatchObject({ ok: false, error: { code: "STATE", message: "It is only watched: nothing is done for it that could be held" } });
    expect(await rows("select 1 from canonical_event")).toEqual([]);
  });
  test("is released by who placed it or by the lead of that person's team, and by nobody else", async () => {
    await pool.query("insert into app_user (id, email, name) values ('o1', 'o1@example.test', 'o1'), ('lead', 'lead@example.test', 'lead')");
    await pool.query("insert into team (id, name, lead) values ('order_desk', 'Order desk', 'lead') on conflict (id) do update set lead = 'lead'");
    await pool.query("insert into team_member (team_id, user_id) values ('order_desk', 'o1')");
    const placed = () => hold({ rule: "MANUAL", preparedBy: "o1" });
    expect(await desk().decideHold(person("f9", grant({ holdCodes: ["MANUAL"] })), approve(await placed()))).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    const lead = { ...person("lead", grant({ role: "ops", holdCodes: [] })), leads: ["order_desk"] };
    expect(await desk().decideHold(lead, approve((await rows<{ id: string }>("select id::text from hold"))[0]?.id ?? ""))).toMatchObject({ ok: true });
    await pool.query("update hold set closed_at = now(), state = 'approved'");
    expect(await desk().decideHold(ops, approve(await placed()))).toMatchObject({ ok: true });
    await pool.query("update hold set closed_at = now(), state = 'approved'");
    expect(await desk().decideHold(ops, { ...approve(await placed()), verdict: "reject" })).toMatchObject({ ok: false, error: { code: "STATE" } });
  });
});

async function refused(state = "rejected", attempts = 1): Promise<void> {
  await pool.query(
    `insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, attempts, rejection_code, correlation_id)
     values ('post_invoice|x||1', $1, 'US01', 'post_invoice', '', 1, 'finance', 'erp', 'finance', $2, '{}', 'd', now(), $3, 'INV-01', 'c')`, [order, state, attempts]);
  await pool.query("insert into exception_group (fingerprint, entity, code, kind, title, key, team, first_seen_at, opened_at, last_seen_at) values ('INV-01|connector=erp', 'US01', 'INV-01', 'business', 't', '{}', 'billing', now(), now(), now())");
  await pool.query("insert into exception_item (subject_id, entity, code, kind, fingerprint, stops, amount, currency, message, first_seen_at) values ($1, 'US01', 'INV-01', 'business', 'INV-01|connector=erp', '{post_invoice}', 10, 'USD', 'm', now())", [order]);
}
const cause = { fingerprint: "INV-01|connector=erp" };
const command = () => rows<{ state: string; connector: string; attempts_base: number }>("select state, connector, attempts_base from command");

describe("acting on exceptions", () => {
  test("a retry sends the refused again, plans the subject again and is followed", async () => {
    await refused();
    const result = await desk().retry(ops, cause, "mended");
    expect(result).toMatchObject({ ok: true, value: { commands: 1, subjects: 1 } });
    expect(await command()).toEqual([{ state: "wanted", connector: "erp", attempts_base: 1 }]);
    expect(await rows("select verb, natural_keys from fix_attempt")).toEqual([{ verb: "retry", natural_keys: ["post_invoice|x||1"] }]);
    expect(await rows("select subject_id from wake")).toEqual([{ subject_id: order }]);
  });
  test("an act is on what was shown: what came since is neither sent, nor ended unseen", async () => {
    await refused();
    await pool.query("insert into subject (id, entity, kind, key) values ('US01:order:SO-2', 'US01', 'order', 'SO-2')");
    await pool.query("insert into exception_item (subject_id, entity, code, kind, fingerprint, stops, message, first_seen_at) select 'US01:order:SO-2', entity, code, kind, fingerprint, stops, message, now() from exception_item");
    const one = { ...cause, shown: 1 }, refusal = { ok: false, error: { code: "CONFLICT", message: "1 was shown, and 2 are open by now. Look again before you act." } };
    for (const act of [desk().retry(ops, one, "mended"), desk().restart(ops, one, "mended"), desk().reroute(ops, one, "erp2", "ERP is down"), desk().resolve(finance, one, "not_a_problem", "seen")]) expect(await act).toMatchObject(refusal);
    expect(await rows("select distinct state from exception_item union select state from command")).toEqual([{ state: "open" }, { state: "rejected" }]);
    expect(await desk().resolve(finance, { ...cause, shown: 2 }, "not_a_problem", "seen")).toMatchObject({ ok: true, value: { resolved: 2 } });
  });
  test.each([["sending"], ["unknown"], ["confirmed"]])("a retry never touches a command that is %s", async (state) => {
    await refused("rejected");
    await pool.query("update command set state = $1, lease_until = now()", [state]);
    expect(await desk().retry(ops, cause, "mended")).toMatchObject({ ok: false, error: { code: "STATE" } });
    expect((await command())[0]?.state).toBe(state);
  });
  test("a viewer may not, and an act on what has ended says so", async () => {
    await refused();
    expect(await desk().retry(person("v", grant({ role: "viewer" })), cause, "")).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect((await desk().resolve(ops, cause, "fixed_at_source", "done")).ok).toBe(true);
    expect(await desk().retry(ops, cause, "mended")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  });
  test("rerouting needs proof that the old target did not act", async () => {
    await refused();
    await pool.query("insert into attempt (command_id, number, purpose, connector, started_at, outcome) select id, 1, 'send', 'erp', now(), 'unknown' from command");
    expect(await desk().reroute(ops, cause, "erp2", "ERP is down")).toMatchObject({ ok: false, error: { code: "STATE" } });
    await pool.query("update attempt set outcome = 'rejected'");
    expect((await desk().reroute(ops, cause, "erp2", "ERP is down")).ok).toBe(true);
    expect(await command()).toEqual([{ state: "wanted", connector: "erp2", attempts_base: 1 }]);
    expect(await rows("select serial_key from command")).toEqual([{ serial_key: "sandbox-erp/numbers" }]);
  });
  test("rerouting goes to who can do it in the same entity, and takes only what the exception stops", async () => {
    await refused();
    await pool.query("insert into connector (id, type, name, entity, settings) values ('wms', 'sandbox-wms', 'Northgate', 'US01', '{}'), ('erp9', 'sandbox-erp', 'ERP of US02', 'US02', '{}')");
    await pool.query("insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id) values ('commit_tax|x||1', $1, 'US01', 'commit_tax', '', 1, 'tax', 'erp', 'finance', 'wanted', '{}', 'd', now(), 'c')", [order]);
    expect(await desk().reroute(ops, cause, "wms", "try")).toMatchObject({ ok: false, error: { code: "STATE", message: "Northgate cannot do post invoice" } });
    expect(await desk().reroute(ops, cause, "erp9", "try")).toMatchObject({ ok: false, error: { code: "STATE", message: "ERP of US02 belongs to US02, not to US01" } });
    expect(await desk().reroute(ops, { ...cause, commands: ["other|x||1"] }, "erp2", "try")).toMatchObject({ ok: false, error: { code: "STATE" } });
    expect(await desk().reroute(ops, cause, "erp2", "ERP is down")).toMatchObject({ ok: true, value: { commands: 1 } });
    expect(await rows("select kind, connector, state from command order by kind")).toEqual([{ kind: "commit_tax", connector: "erp", state: "wanted" }, { kind: "post_invoice", connector: "erp2", state: "wanted" }]);
  });
  test("anything on finance wants a reason, and without it nothing is done", async () => {
    await refused();
    for (const act of [desk().retry(ops, cause, " "), desk().restart(ops, cause, ""), desk().reroute(ops, cause, "erp2", ""), desk().resolve(ops, cause, "fixed_at_source", "")])
      expect(await act).toMatchObject({ ok: false, error: { code: "REASON" } });
    expect([await command(), await rows("select 1 from audit_entry union all select 1 from wake")]).toEqual([[{ state: "rejected", connector: "erp", attempts_base: 0 }], []]);
    await pool.query("update command set lane = 'operations'");
    await pool.query("update exception_item set code = 'TEC-03'");
    expect(await desk().retry(ops, cause, "")).toMatchObject({ ok: true });
  });
  test("posted by hand needs the number, confirms one posting and leaves it to be read back", async () => {
    await refused();
    expect(await desk().resolve(ops, cause, "posted_by_hand", "by phone")).toMatchObject({ ok: false, error: { code: "STATE" } });
    expect((await desk().resolve(ops, cause, "posted_by_hand", "by phone", "103999")).ok).toBe(true);
    expect(await rows("select state, reference, verified_at, verify_due_at is not null as due from command")).toEqual([{ state: "confirmed", reference: "103999", verified_at: null, due: true }]);
  });
  test.each([["accepted_difference"], ["written_off"], ["credited"], ["closed_by_evidence"]] as const)("nobody's word alone makes %s true", async (resolution) => {
    await refused();
    expect(await desk().resolve(finance, cause, resolution, "small")).toMatchObject({ ok: false, error: { code: "STATE" } });
    expect(await rows("select state from exception_item")).toEqual([{ state: "open" }]);
  });
});

describe("sleeping", () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  test("of what belongs to finance lasts three days at most, whichever team it was handed to", async () => {
    await refused();
    expect(await desk().snooze(ops, cause.fingerprint, inDays(25), "later")).toMatchObject({ ok: false, error: { code: "STATE", message: "At most 3 days here" } });
    expect(await desk().assign(ops, cause.fingerprint, { team: "integration" }, "theirs")).toMatchObject({ ok: true });
    expect(await desk().snooze(ops, cause.fingerprint, inDays(25), "later")).toMatchObject({ ok: false, error: { code: "STATE", message: "At most 3 days here" } });
    expect(await desk().snooze(ops, cause.fingerprint, inDays(2), "later")).toMatchObject({ ok: true });
  });
  test("of what is technical does not get shorter in the hands of finance", async () => {
    await refused();
    await pool.query("update exception_group set code = 'TEC-03', team = 'finance'");
    expect(await desk().snooze(ops, cause.fingerprint, inDays(25), "later")).toMatchObject({ ok: true });
  });
});

describe("notes", () => {
  test("are of something that exists, in an entity of the person", async () => {
    await refused();
    const id = await hold();
    const about = [["exception", cause.fingerprint], ["subject", order], ["hold", id]] as const;
    for (const [kind, of] of about) {
      expect(await desk().note(ops, { kind, id: of }, "seen")).toEqual(ok(true));
      expect(await desk().note(person("o2", grant({ role: "ops", entity: "US02" })), { kind, id: of }, "seen")).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
      expect(await desk().note(ops, { kind, id: "XX99:order:secret" }, "seen")).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    }
    expect(await rows("select about_kind from note")).toHaveLength(3);
  });
});
