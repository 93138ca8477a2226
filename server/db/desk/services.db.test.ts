import { afterEach, beforeEach, expect, test } from "vitest";
import { localDay } from "@/server/domain/calendar";
import { planners } from "@/server/domain/planners";
import { ok } from "@/server/domain/result";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { grant, person } from "@/server/testing/memory/people";
import { runToRest } from "@/server/testing/memory/ports";
import { testPolicy } from "@/server/testing/world/defaults";
import { credit, customer, item, order, periods } from "@/server/testing/world/builders";
import { createDesk } from ".";

let engine: Engine;
beforeEach(async () => { engine = await createEngine(); await rest(customer("C-1"), item("SVC"), item("A"), credit("C-1", 1, "2026-01-01 00:00", "9000000.00", "0.00"), periods(1, "2026-01-01 00:00")); });
afterEach(async () => { await engine.close(); });

const ops = person("olga", grant({ role: "ops" })), today = (): string => localDay(testPolicy.calendar, new Date().toISOString());
async function rest(...told: Parameters<Engine["say"]>) { if (told.length > 0) await engine.say(...told); await runToRest(engine.ports, planners); }
const desk = () => createDesk(engine.pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
const confirm = (quantity: string, { line = "1", on = today(), who = ops, reason = "The fitter called" } = {}) => desk().confirmService(who, { order: "US01:order:SO-1", line, quantity, on }, reason);
const refusal = async (answer: ReturnType<typeof confirm>) => { const result = await answer; return result.ok ? "done" : result.error.code; };
const posted = () => engine.rows<{ amount: string }>("select amount::text as amount from command where kind = 'post_invoice' and state = 'confirmed' order by id");
const acts = () => engine.rows("select actor, reason, detail->>'quantity' as quantity, detail->>'shipment' as shipment from audit_entry where action = 'service.confirm' order by id");

test("ops says in two parts that a service was done: each is a fact with its audit row, and is billed", async () => {
  await rest(order("SO-1").line("1", "SVC", 3, "50", { method: "service" }));
  expect(await confirm("1")).toEqual(ok({ shipment: "SO-1-SVC-1" }));
  expect(await refusal(confirm("2")), "its books do not have the first yet").toBe("CONFLICT");
  await rest();
  expect([await refusal(confirm("3")), await refusal(confirm("2"))]).toEqual(["INPUT", "done"]);
  await rest();
  expect(await posted()).toEqual([{ amount: "54.000000" }, { amount: "108.000000" }]);
  expect(await acts()).toEqual([{ actor: "olga", reason: "The fitter called", quantity: "1", shipment: "SO-1-SVC-1" }, { actor: "olga", reason: "The fitter called", quantity: "2", shipment: "SO-1-SVC-2" }]);
  expect(await engine.rows("select source, type from canonical_event where subject_id like '%SVC-1'")).toEqual([{ source: "person:olga", type: "shipment.confirmed" }]);
  expect(await engine.rows("select code from exception_item where state = 'open' union all select rule from hold where state = 'active'")).toEqual([]);
  expect(await refusal(confirm("1"))).toBe("STATE");
});

test("goods, a stranger, finance, a day to come, no reason, and a line that is held: refused, and nothing is written", async () => {
  await rest(order("SO-1").line("1", "SVC", 3, "50", { method: "service" }).line("2", "A", 1, "10"));
  const refused = [confirm("1", { line: "2" }), confirm("1", { line: "9" }), confirm("1", { who: person("fay", grant({ role: "finance" })) }), confirm("1", { who: person("una", grant({ role: "ops", entity: "CA01" })) }), confirm("1", { on: "2099-01-01" }), confirm("1", { reason: " " })];
  const codes: string[] = [];
  for (const answer of refused) codes.push(await refusal(answer));
  expect(codes).toEqual(["STATE", "NOT_FOUND", "FORBIDDEN", "FORBIDDEN", "INPUT", "REASON"]);
  expect(await acts()).toEqual([]);
  await desk().placeHold(ops, { subject: "US01:order:SO-1", blocks: ["release_to_warehouse"], reason: "Wait" });
  await rest();
  expect(await refusal(confirm("1"))).toBe("STATE");
});

test("of two persons at once one confirms and the other looks again", async () => {
  await rest(order("SO-1").line("1", "SVC", 1, "50", { method: "service" }));
  expect((await Promise.all([refusal(confirm("1")), refusal(confirm("1", { who: person("otto", grant({ role: "ops" })) }))])).sort()).toEqual(["CONFLICT", "done"]);
  await rest();
  expect(await posted()).toHaveLength(1);
});
