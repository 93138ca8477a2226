import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fingerprint, type ExceptionCode } from "@/server/domain/exceptions";
import { ok } from "@/server/domain/result";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting } from "@/server/pipeline/plan";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { grant, person } from "@/server/testing/memory/people";
import { planner } from "@/server/testing/memory/small-planner";
import { order } from "@/server/testing/world/builders";
import { createDesk } from ".";

let engine: Engine;
beforeEach(async () => { engine = await createEngine(); });
afterEach(async () => { await engine.close(); });

const finance = person("fay", grant()), ops = person("olga", grant({ role: "ops" }));
const desk = () => createDesk(engine.pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
const standing = (code: ExceptionCode) => ({ order: planner(() => ({ exceptions: [{ code, fingerprint: { item: "A" }, stops: ["1"], amount: "9.00", currency: "USD", message: "it stands", since: "2026-03-02T09:00:00.000Z" }] })) });
const cause = (code: ExceptionCode) => ({ fingerprint: `${fingerprint(code, { item: "A" })}|entity=US01` });
const settle = async (planners: ReturnType<typeof standing>) => { await normalizeWaiting(engine.ports, 10); while ((await planWaiting(engine.ports, planners, 10)) > 0); };
const open = () => engine.rows("select i.code, g.state from exception_item i join exception_group g using (fingerprint) where i.state = 'open'");
async function found(code: ExceptionCode) { await engine.say(order("SO-1").line("1", "A", 1, "1.00")); await settle(standing(code)); }

describe("a person's word about what stands", () => {
  test.each(["mapped", "fixed_at_source"] as const)("%s does not hide it: the next plan, which comes by itself, opens it again as regressed", async (word) => {
    await found("MAP-02");
    expect(await desk().resolve(ops, cause("MAP-02"), word, "done")).toMatchObject({ ok: true });
    expect(await open()).toEqual([]);
    await settle(standing("MAP-02"));
    expect(await open()).toEqual([{ code: "MAP-02", state: "regressed" }]);
  });
  test.each(["not_a_problem", "duplicate_of", "cancelled_by_customer"] as const)("%s settles it for as long as it stays the same", async (word) => {
    await found("MAP-02");
    expect(await desk().resolve(ops, cause("MAP-02"), word, "agreed")).toMatchObject({ ok: true });
    await engine.pool.query("update subject set plan_digests = null");
    await engine.pool.query("insert into wake (subject_id) select id from subject");
    await settle(standing("MAP-02"));
    expect(await open()).toEqual([]);
  });
  test("fixed and verified is said only where something was read back since, and even then does not hide it", async () => {
    await found("ORD-01");
    expect(await desk().resolve(ops, cause("ORD-01"), "fixed_and_verified", "looked")).toMatchObject({ ok: false, error: { code: "STATE", message: "Nothing of it was read back since it came: only that counts as fixed and verified" } });
    expect(await open()).toHaveLength(1);
    await engine.pool.query(`insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id, verified_at)
      values ('k', 'US01:order:SO-1', 'US01', 'acknowledge_order', '', 1, 'order_source', 'shop', 'operations', 'confirmed', '{}', 'd', now(), 'c', now())`);
    expect(await desk().resolve(ops, cause("ORD-01"), "fixed_and_verified", "read back")).toMatchObject({ ok: true });
    await settle(standing("ORD-01"));
    expect(await open()).toHaveLength(1);
  });
  test("what settles a difference in the books is finance's to say", async () => {
    await found("TAX-02");
    expect(await desk().resolve(ops, cause("TAX-02"), "not_a_problem", "small")).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await open()).toHaveLength(1);
    expect(await desk().resolve(finance, cause("TAX-02"), "not_a_problem", "rounding of the service")).toMatchObject({ ok: true });
  });
  test("of a message has it read again", async () => {
    await engine.stores.inbox.store([{ connector: "shop", sourceMessageId: "unreadable", digest: "d", contentType: "application/json", headers: {}, body: Buffer.from(JSON.stringify({ poison: true })), correlationId: "c" }]);
    await normalizeWaiting(engine.ports, 10);
    const [row] = await engine.rows<{ fingerprint: string }>("select fingerprint from exception_item where state = 'open'");
    expect(await desk().resolve(ops, { fingerprint: row?.fingerprint ?? "" }, "fixed_at_source", "they say so")).toMatchObject({ ok: true });
    await normalizeWaiting(engine.ports, 10);
    expect(await open()).toEqual([{ code: "CTR-01", state: "regressed" }]);
  });
  test("does not end a connector's own exception while it does not answer or is stopped", async () => {
    await engine.pool.query("insert into exception_group (fingerprint, entity, code, kind, title, key, team, first_seen_at, opened_at, last_seen_at) values ('TEC-01|erp', 'US01', 'TEC-01', 'technical', 't', '{}', 'integration', now(), now(), now())");
    await engine.pool.query("insert into exception_item (connector, entity, code, kind, fingerprint, stops, amount, message, first_seen_at) values ('erp', 'US01', 'TEC-01', 'technical', 'TEC-01|erp', '{erp}', 0, 'm', now())");
    await engine.pool.query("insert into breaker (connector, state) values ('erp', 'open')");
    expect(await desk().resolve(ops, { fingerprint: "TEC-01|erp" }, "fixed_at_source", "they say so")).toMatchObject({ ok: false, error: { code: "STATE", message: "erp does not answer or is stopped: this ends by itself once it answers" } });
    await engine.pool.query("update breaker set state = 'closed'");
    expect(await desk().resolve(ops, { fingerprint: "TEC-01|erp" }, "fixed_at_source", "they say so")).toMatchObject({ ok: true });
  });
});
