import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Person } from "@/server/api/services";
import type { Role } from "@/server/domain/rights";
import { ok } from "@/server/domain/result";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { messageOf } from "@/server/testing/memory/landscape";
import { customer } from "@/server/testing/world/builders";
import { createDesk } from ".";

let engine: Engine;
beforeAll(async () => { engine = await createEngine(); });
afterAll(async () => { await engine.close(); });

const person = (id: string, role: Role, entity = "US01"): Person => ({ id, name: id, email: `${id}@example.test`, teams: [], leads: [], grants: [{ role, entity, holdCodes: [], approveUpTo: null, currency: null }] });
const ops = person("o1", "ops"), finance = person("f1", "finance");
const desk = () => createDesk(engine.pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
let said = 0, message = "", came = "";

/** A customer record whose name is missing, refused by its contract. */
beforeEach(async () => {
  await engine.pool.query("update exception_item set state = 'resolved'");
  const whole = messageOf(customer(`C-${said += 1}`), `edit-${said}`);
  const events = JSON.parse(new TextDecoder().decode(whole.body)) as { data: Record<string, unknown> }[];
  for (const event of events) delete event.data["name"];
  came = JSON.stringify(events);
  const [stored] = await engine.stores.inbox.store([{ ...whole, digest: came, body: new TextEncoder().encode(came) }]);
  message = stored?.id ?? "";
  await normalizeWaiting(engine.ports, 10);
});
const state = async () => engine.value("select state from inbound_message where id = $1", [message]);
const edit = (who: Person, changes: { at: string; value: unknown }[], edition = 0) => desk().editMessage(who, { message, edition, changes }, "the sender left it out");
const name = [{ at: "/0/data/name", value: "Acme" }], currency = [...name, { at: "/0/data/currency", value: "EUR" }];

describe("editing a message that could not be read", () => {
  it("reads it again with the value laid over it; the bytes stay, the exception closes by evidence, and the act is on record", async () => {
    expect(await state()).toBe("failed");
    expect(await edit(ops, name)).toMatchObject({ ok: true, value: { applied: true } });
    await normalizeWaiting(engine.ports, 10);
    expect(await state()).toBe("normalized");
    expect(await engine.value("select data->>'name' from canonical_event where message_id = $1", [message])).toBe("Acme");
    expect((await engine.value<Buffer>("select body from inbound_message where id = $1", [message])).toString()).toBe(came);
    expect(await engine.value("select resolution from exception_item where message_id = $1", [message])).toBe("closed_by_evidence");
    expect(await engine.rows("select actor, action, reason from audit_entry order by id desc limit 1")).toEqual([{ actor: "o1", action: "exception.edit", reason: "the sender left it out" }]);
    expect(await edit(ops, name)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  });

  it("waits for a second person where it touches a currency; its author may not confirm it", async () => {
    const proposed = await edit(ops, currency);
    expect(proposed).toMatchObject({ ok: true, value: { applied: false } });
    const id = proposed.ok ? proposed.value.edit : "";
    await normalizeWaiting(engine.ports, 10);
    expect(await state()).toBe("failed");
    expect(await desk().decideEdit(ops, id, "approve", "it is right")).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await desk().decideEdit(person("a1", "admin"), id, "approve", "it is right")).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await edit(finance, name)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await state()).toBe("failed");
    const both = await Promise.all([desk().decideEdit(finance, id, "approve", "it is right"), desk().decideEdit(person("f2", "finance"), id, "approve", "it is right")]);
    expect(both.filter((result) => result.ok)).toHaveLength(1);
    await normalizeWaiting(engine.ports, 10);
    expect(await state()).toBe("normalized");
    expect(await engine.rows("select action from audit_entry order by id desc limit 2")).toEqual([{ action: "exception.edit_approve" }, { action: "exception.edit_proposed" }]);
  });

  it.each([["reject", finance, "refused"], ["withdraw", ops, "withdrawn"]] as const)("%s leaves the message as it was, and another edit may come", async (verdict, who, becomes) => {
    const proposed = await edit(ops, currency);
    const id = proposed.ok ? proposed.value.edit : "";
    expect(await desk().decideEdit(who, id, verdict, "not so")).toMatchObject({ ok: true, value: { applied: false } });
    expect([await engine.value("select state from message_edit where id = $1", [id]), await state()]).toEqual([becomes, "failed"]);
    expect(await edit(ops, name)).toMatchObject({ ok: true });
  });

  it.each([
    ["a viewer", person("v1", "viewer"), name, 0, "FORBIDDEN"], ["an administrator", person("a1", "admin"), name, 0, "FORBIDDEN"], ["somebody of another entity", person("o2", "ops", "CA01"), name, 0, "FORBIDDEN"],
    ["somebody who saw another edition", ops, name, 1, "CONFLICT"], ["a locked field", ops, [{ at: "/0/id", value: "x" }], 0, "LOCKED"], ["what kind of event it is", ops, [{ at: "/0/type", value: "customer.recorded" }], 0, "LOCKED"],
  ] as const)("is refused for %s, and nothing is written", async (_, who, changes, edition, code) => {
    expect(await edit(who, [...changes], edition)).toMatchObject({ ok: false, error: { code } });
    expect([await engine.value("select count(*)::int from message_edit where message_id = $1", [message]), await state()]).toEqual([0, "failed"]);
  });

  it("never makes another message of one whose id was used before", async () => {
    await engine.pool.query("update inbound_message set error_code = 'CTR-02' where id = $1", [message]);
    expect(await edit(ops, name)).toMatchObject({ ok: false, error: { code: "STATE" } });
  });
});
