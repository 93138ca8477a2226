import { afterEach, beforeEach, expect, test } from "vitest";
import { prove } from "@/server/domain/conservation/evaluate";
import { planners } from "@/server/domain/planners";
import { ok } from "@/server/domain/result";
import { readBooks } from "@/server/read/conservation";
import { creditsToAdopt } from "@/server/read/credits-to-adopt";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { grant, person } from "@/server/testing/memory/people";
import { runToRest } from "@/server/testing/memory/ports";
import { at, credit, customer, event, item, order, periods, returnAuthorised, returnReceived, ships, type Told } from "@/server/testing/world/builders";
import { createQuery } from "../query";
import { createDesk } from ".";

/** Two of ten units came back after the cut-over; a bookkeeper credited them in the ledger before. */
let engine: Engine;
const rest = async (...told: Parameters<Engine["say"]>) => { if (told.length > 0) await engine.say(...told); await runToRest(engine.ports, planners); };
const memo: Told = { ...event("ledger.document_read", at("2026-03-04 11:30"), { kind: "credit", number: "CN-9", order: "SO-1", version: 1, state: "posted", customer: "C-1", currency: "USD", net: "25.00", charges: "0.00", tax: "2.00", total: "27.00", accountingDate: "2026-03-04" }, "erp"), subject: { entity: "US01", kind: "order", key: "SO-1" } };
beforeEach(async () => {
  engine = await createEngine();
  await rest(customer("C-1"), item("A"), credit("C-1", 1, "2026-01-01 00:00", "9000000.00", "0.00"), periods(1, "2026-01-01 00:00"));
  await rest(order("SO-1").line("1", "A", 10, "12.50"));
  await rest(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
  await rest(returnAuthorised("RMA-1", "SO-1", "2026-03-03 09:00", { 1: 2 }), memo);
  await rest(returnReceived("RMA-1", "SO-1", "2026-03-05 09:00", [{ line: "1", item: "A", quantity: 2 }]));
});
afterEach(async () => { await engine.close(); });

const finance = person("fay", grant({})), ops = person("olga", grant({ role: "ops" }));
const desk = () => createDesk(engine.pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
const trouble = () => engine.value<string>("select id::text from exception_item where code = 'INV-05' and state = 'open' and subject_id = 'US01:return:RMA-1'");
const sent = () => engine.rows<{ kind: string; state: string }>("select kind, state from command where kind in ('post_credit', 'apply_credit') and state <> 'withdrawn' order by kind");
const open = async () => (await engine.rows<{ subject: string }>("select subject_id as subject from exception_item where code = 'INV-05' and state = 'open'")).map(({ subject }) => subject);
async function decide(verb: "adopt" | "decline", who = finance): Promise<string> {
  const id = await trouble(), answer = await desk().remedies(who, id), remedy = answer.ok ? answer.value.find((one) => one.verb === verb) : undefined;
  if (!remedy) throw new Error(JSON.stringify(answer));
  const done = await desk().remedy(who, id, { verb: remedy.verb, target: remedy.target, digest: remedy.digest, given: {} }, "it was made by hand in March");
  await rest();
  return done.ok ? "done" : done.error.code;
}

test("nothing is posted before finance has said whether it is the same; adopted it is the return's, said once and in the books, however often it is planned", async () => {
  expect([await sent(), await open()]).toEqual([[], expect.arrayContaining(["US01:return:RMA-1"])]);
  expect(await decide("adopt", ops)).toBe("FORBIDDEN");
  expect(await decide("adopt")).toBe("done");
  await engine.pool.query("insert into wake (subject_id) select id from subject");
  await rest();
  // set against its invoice by the ledger alone, which has never heard of this one
  expect([await sent(), await open()]).toEqual([[{ kind: "apply_credit", state: "rejected" }], []]);
  expect(await engine.rows("select subject_id as subject, data->>'path' as path, data#>>'{value,number}' as number, data#>>'{value,return}' as return from canonical_event where type = 'field.overlaid'")).toEqual([{ subject: "US01:order:SO-1", path: "creditOf", number: "CN-9", return: "RMA-1" }]);
  expect(prove(await readBooks(createQuery(engine.pool), { entities: null, subjects: ["US01:return:RMA-1"] })).filter(({ equation, residual }) => equation === "M3" && residual !== "0")).toEqual([]);
  expect(engine.landscape.erp.documents.map(({ number }) => number)).toEqual(["INV-1"]);
});

test("declined, ours is posted beside it, once", async () => {
  expect(await decide("decline")).toBe("done");
  expect([await sent(), await open()]).toEqual([[{ kind: "apply_credit", state: "confirmed" }, { kind: "post_credit", state: "confirmed" }], []]);
});

test("it is listed with its return, its total and why it waits for as long as nobody has said whose it is", async () => {
  const listed = () => creditsToAdopt(createQuery(engine.pool), "US01");
  expect(await listed()).toMatchObject({ total: 1, rows: [{ item: await trouble(), subject: "US01:return:RMA-1", return: "RMA-1", order: "SO-1", customer: "C-1", number: "CN-9", date: "2026-03-04", total: "27.00", currency: "USD", because: expect.stringContaining("may be that of return RMA-1") as string }] });
  expect((await creditsToAdopt(createQuery(engine.pool), "US02")).total).toBe(0);
  await decide("adopt");
  expect(await listed()).toEqual({ rows: [], total: 0 });
});
