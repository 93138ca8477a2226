import { afterEach, beforeEach, expect, test } from "vitest";
import { ok } from "@/server/domain/result";
import { planners } from "@/server/domain/planners";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { grant, person } from "@/server/testing/memory/people";
import { runToRest } from "@/server/testing/memory/ports";
import { credit, customer, item, order, pays, periods, returnAuthorised, returnReceived, ships } from "@/server/testing/world/builders";
import { createDesk } from ".";

/** Domain reference 4.2, codes 13, 20 and 21: two different persons, none of them who prepared it. */
let engine: Engine;
beforeEach(async () => { engine = await createEngine(); await rest(customer("C-1", { name: "C" }), item("A"), credit("C-1", 1, "2026-01-01 00:00", "9000000.00", "0.00"), periods(1, "2026-01-01 00:00")); });
afterEach(async () => { await engine.close(); });

const codes = ["AMOUNT_LIMIT", "CREDIT_APPROVAL", "REFUND_APPROVAL"];
const [ann, bob, fay] = ["ann", "bob", "fay"].map((id) => person(id, grant({ holdCodes: codes }))) as [ReturnType<typeof person>, ReturnType<typeof person>, ReturnType<typeof person>];
const desk = () => createDesk(engine.pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
async function rest(...told: Parameters<Engine["say"]>) { if (told.length > 0) await engine.say(...told); await runToRest(engine.ports, planners); }
const commands = (kind: string) => engine.rows<{ state: string; amount: string }>("select state, amount::float8::text as amount from command where kind = $1 and state <> 'withdrawn'", [kind]);

async function decide(who: typeof ann, rule: string, verdict: "approve" | "reject" = "approve") {
  const [hold] = await engine.rows<{ id: string; digest: string }>("select id::text, digest from hold where rule = $1 and state = 'active'", [rule]);
  if (!hold) throw new Error(`no hold ${rule}; there are ${JSON.stringify(await engine.rows("select rule, message, state from hold"))} and ${JSON.stringify(await engine.rows("select code, message from exception_item where state = 'open'"))}`);
  const answer = await desk().decideHold(who, { holdId: hold.id, digest: hold.digest, verdict, reason: "checked", ...(verdict === "reject" ? { consequence: "return_to_source" } : {}) });
  await rest();
  return answer.ok ? "done" : answer.error.code;
}

/** One is not enough, the same one again does not count, another one is. */
async function needsTwo(rule: string, kind: string, amount: string): Promise<void> {
  expect(await engine.value("select coalesce((evidence->>'personsNeeded')::int, 1) from hold where rule = $1 and state = 'active'", [rule])).toBe(2);
  expect([await decide(ann, rule), await commands(kind)]).toEqual(["done", []]);
  expect([await decide(ann, rule), await commands(kind)]).toEqual(["CONFLICT", []]);
  expect([await decide(bob, rule), await commands(kind)]).toEqual(["done", [{ state: "confirmed", amount }]]);
}

const sold = (quantity: number) => [order("SO-1").line("1", "A", quantity, "50.00"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity }])] as const;
async function invoiced(quantity: number): Promise<void> {
  const [so, goods] = sold(quantity);
  await rest(so);
  await rest(goods);
}

test("AMOUNT_LIMIT above 100,000", async () => {
  await invoiced(2000);
  await needsTwo("AMOUNT_LIMIT", "post_invoice", "108000");
});

test("CREDIT_APPROVAL of a correction above 25,000", async () => {
  await invoiced(1000);
  expect(await decide(ann, "AMOUNT_LIMIT")).toBe("done");
  await rest(ships("SH-1", "2026-03-02 16:00", [{ order: "SO-1", line: "1", item: "A", quantity: 400 }], 2, { shippedAt: "2026-03-02T14:00:00.000Z" }));
  await needsTwo("CREDIT_APPROVAL", "post_credit", "32400");
});

test("CREDIT_APPROVAL of a return above 25,000", async () => {
  await invoiced(1000);
  expect(await decide(ann, "AMOUNT_LIMIT")).toBe("done");
  await rest(returnAuthorised("RT-1", "SO-1", "2026-03-03 09:00", { 1: 600 }));
  await rest(returnReceived("RT-1", "SO-1", "2026-03-04 09:00", [{ line: "1", item: "A", quantity: 600 }]));
  await needsTwo("CREDIT_APPROVAL", "post_credit", "32400");
});

test("REFUND_APPROVAL above 10,000, and never by who wished it", async () => {
  await rest(pays("R-1", "2026-03-02 10:00", "15000.00", {}));
  const [trouble] = await engine.rows<{ id: string }>("select id::text from exception_item where code = 'PAY-01' and state = 'open'");
  const shown = await desk().remedies(fay, trouble?.id ?? "0");
  const refund = shown.ok ? shown.value.find(({ verb }) => verb === "refund") : undefined;
  expect(await desk().remedy(fay, trouble?.id ?? "0", { verb: "refund", target: refund?.target ?? "", digest: refund?.digest ?? "", given: { amount: "12000", means: "other" } }, "paid twice")).toMatchObject({ ok: true });
  await rest();
  expect(await decide(fay, "REFUND_APPROVAL")).toBe("FORBIDDEN");
  await needsTwo("REFUND_APPROVAL", "refund_payment", "12000");
});

test("a rejection by one is enough, and nothing is made", async () => {
  await invoiced(2000);
  expect(await decide(ann, "AMOUNT_LIMIT")).toBe("done");
  expect(await decide(bob, "AMOUNT_LIMIT", "reject")).toBe("done");
  expect(await commands("post_invoice")).toEqual([]);
});
