import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RemedyChoice, RemedyView } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import { planners } from "@/server/domain/planners";
import { prove } from "@/server/domain/conservation/evaluate";
import { readBooks } from "@/server/read/conservation";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { grant, person } from "@/server/testing/memory/people";
import { runToRest } from "@/server/testing/memory/ports";
import { at, credit, customer, event, item, order, pays, periods, ships } from "@/server/testing/world/builders";
import { ok } from "@/server/domain/result";
import { createQuery } from "../query";
import { createDesk } from ".";

let engine: Engine;
beforeEach(async () => { engine = await createEngine(); await rest(customer("C-1"), item("A"), credit("C-1", 1, "2026-01-01 00:00", "9000000.00", "0.00"), periods(1, "2026-01-01 00:00")); });
afterEach(async () => { await engine.close(); });

const finance = person("fay", grant({ holdCodes: ["ADJUSTMENT_APPROVAL"], approveUpTo: "500" })), ops = person("olga", grant({ role: "ops" })), foreign = person("una", grant({ entity: "US02" }));
const desk = () => createDesk(engine.pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
async function rest(...told: Parameters<Engine["say"]>) { if (told.length > 0) await engine.say(...told); await runToRest(engine.ports, planners); }
const open = (code: string) => engine.rows<{ id: string; message: string }>("select id::text, message from exception_item where code = $1 and state = 'open'", [code]);

async function shown(code: string, verb: string, who: Person = finance): Promise<{ id: string; remedy: RemedyView }> {
  const [trouble] = await open(code);
  if (!trouble) throw new Error(`no ${code}; there are ${JSON.stringify(await engine.rows("select code, message from exception_item where state = 'open'"))}`);
  const answer = await desk().remedies(who, trouble.id);
  const remedy = answer.ok ? answer.value.find((one) => one.verb === verb) : undefined;
  if (!remedy) throw new Error(`no ${verb} in ${JSON.stringify(answer)}`);
  return { id: trouble.id, remedy };
}
const choose = ({ verb, target, digest }: RemedyView, given: RemedyChoice["given"] = {}): RemedyChoice => ({ verb, target, digest, given });
async function decide(code: string, verb: string, given: RemedyChoice["given"] = {}, who: Person = finance) {
  const { id, remedy } = await shown(code, verb, who);
  const answer = await desk().remedy(who, id, choose(remedy, given), "checked");
  await rest();
  return answer.ok ? "done" : answer.error.code;
}
const invoiced = async () => { await rest(order("SO-1").line("1", "A", 10, "12.50")); await rest(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }])); };
const unit = async () => (await engine.value<string>("select id from subject where kind = 'billing_unit'"));
const m3 = async () => prove(await readBooks(createQuery(engine.pool), { entities: null, subjects: [await unit()] })).filter(({ equation }) => equation === "M3").map(({ residual }) => residual);

describe("INV-04: an accepted difference", () => {
  const differs = async () => {
    await invoiced();
    const [invoice] = engine.landscape.erp.documents;
    if (!invoice) throw new Error("no invoice");
    Object.assign(invoice, { total: "130.00", net: "120.00" });
    await engine.pool.query("update command set verify_due_at = now() - interval '1 second', verified_at = null where kind = 'post_invoice'");
    await rest();
  };
  test("is a fact by finance within the own limit, with reason and audit row; the books close and the exception ends by it", async () => {
    await differs();
    expect(await m3()).toEqual(["5"]);
    expect((await shown("INV-04", "accept_difference", ops)).remedy.missing).toMatch(/finance/);
    expect(await decide("INV-04", "accept_difference", {}, ops)).toBe("FORBIDDEN");
    expect(await decide("INV-04", "accept_difference", {}, person("low", grant({ holdCodes: ["ADJUSTMENT_APPROVAL"], approveUpTo: "4.99" })))).toBe("FORBIDDEN");
    expect(await decide("INV-04", "accept_difference")).toBe("done");
    expect([await open("INV-04"), await m3(), await engine.value("select sentence from subject where kind = 'billing_unit'")]).toEqual([[], ["0"], null]);
    expect(await engine.rows("select state, resolution, resolved_by from exception_item where code = 'INV-04'")).toEqual([{ state: "resolved", resolution: "accepted_difference", resolved_by: null }]);
    expect(await engine.rows("select actor, action, reason, detail->>'amount' as amount, detail->>'digest' is not null as bound from audit_entry")).toEqual([{ actor: "fay", action: "exception.accept_difference", reason: "checked", amount: "5.00", bound: true }]);
    expect(await engine.rows("select type, source from canonical_event where type = 'field.overlaid'")).toEqual([{ type: "field.overlaid", source: "person:fay" }]);
  });
  test("what has changed since it was shown is not decided; nor is what is another's, nor without a reason", async () => {
    await differs();
    const { id, remedy } = await shown("INV-04", "accept_difference");
    expect(await desk().remedies(foreign, id)).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await desk().remedy(foreign, id, choose(remedy), "x")).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await desk().remedy(finance, id, choose(remedy), " ")).toMatchObject({ ok: false, error: { code: "REASON" } });
    expect(await desk().remedy(finance, id, { ...choose(remedy), digest: "other" }, "x")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await desk().remedy(finance, "999999", choose(remedy), "x")).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    expect(await engine.rows("select 1 from audit_entry union all select 1 from canonical_event where type = 'field.overlaid'")).toEqual([]);
  });
});

test("INV-05: one is adopted; it ends, and M3 with it, when the ledger reversed the other", async () => {
  await invoiced();
  const posted = (number: string, version: number, state: "posted" | "voided") => ({ ...event("ledger.document_read", at("2026-03-03 09:00"), { kind: "invoice", number, version, state, currency: "USD", total: "135.00", accountingDate: "2026-03-02" }, "erp"), subject: { entity: "US01", kind: "billing_unit" as const, key: key.split(":").slice(2).join(":") } });
  const key = await unit();
  const own = engine.landscape.erp.documents[0]?.number ?? "";
  await rest(posted(own, 1, "posted"), posted("HAND-7", 1, "posted"));
  expect(await desk().resolve(finance, { fingerprint: await engine.value("select fingerprint from exception_item where code = 'INV-05'") }, "duplicate_of", "theirs")).toMatchObject({ ok: false, error: { code: "STATE" } });
  expect(await decide("INV-05", "adopt")).toBe("done");
  expect([(await open("INV-05")).map(({ message }) => message), await m3()]).toEqual([[`HAND-7 was adopted; ${own} must be reversed in the ledger.`], ["-135"]]);
  await rest(posted(own, 2, "voided"));
  expect([await open("INV-05"), await m3()]).toEqual([[], ["0"]]);
});

test("TEC-04: absence is confirmed by finance, and the posting goes out once more under its key", async () => {
  engine.landscape.support.post_invoice = { lookup: null };
  engine.landscape.faults.push({ connector: "erp", kind: "post_invoice", does: "vanish" });
  await invoiced();
  expect(await decide("TEC-04", "confirm_absent", {}, ops)).toBe("FORBIDDEN");
  expect(await decide("TEC-04", "confirm_absent")).toBe("done");
  expect([engine.landscape.erp.documents.length, await open("TEC-04"), await engine.rows("select state, attempts from command where kind = 'post_invoice'")]).toEqual([1, [], [{ state: "confirmed", attempts: 2 }]]);
});

test("PAY-01 of a card receipt under the number of a bank receipt: it is one of its own, and a person places its money", async () => {
  await invoiced();
  await rest(pays("1001", "2026-03-02 15:00", "135.00", { [engine.landscape.erp.documents[0]?.number ?? ""]: "135.00" }));
  await rest({ ...pays("1001", "2026-03-02 16:00", "20.00", {}, { means: "card" }), source: "pay" });
  expect(await engine.rows("select subject_id as subject, amount::float8 as amount from exception_item where code = 'PAY-01' order by 1")).toEqual([{ subject: "US01:receipt:1001/card", amount: 20 }]);
  expect(await decide("PAY-01", "on_account")).toBe("done");
  expect(await engine.rows("select key, facets from subject where kind = 'receipt' order by key")).toMatchObject([{ key: "1001" }, { key: "1001/card", facets: [] }]);
  expect(await engine.rows("select payload->>'receipt' as receipt, payload->>'amount' as amount, state from command where kind = 'post_receipt' order by 1")).toEqual([{ receipt: "1001", amount: "135.00", state: "confirmed" }, { receipt: "1001/card", amount: "20.00", state: "confirmed" }]);
});

test("PAY-01: matched to an open invoice of the same currency, and 10.00 stays on account by that decision (S17)", async () => {
  await rest(customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] }, 2));
  await invoiced();
  const own = engine.landscape.erp.documents[0]?.number ?? "";
  await rest(pays("R-1", "2026-03-02 10:00", "135.00", {}));
  expect(await decide("PAY-01", "match", { document: "NOBODY" })).toBe("UNKNOWN");
  expect(await decide("PAY-01", "match", { document: own }, ops)).toBe("FORBIDDEN");
  expect(await decide("PAY-01", "match", { document: own })).toBe("done");
  expect([await open("PAY-01"), await engine.rows("select term, sum(amount)::float8 as amount from movement where subject_id = 'US01:receipt:R-1' group by 1 having sum(amount) <> 0 order by 1")]).toEqual([[], [{ term: "applied", amount: 125 }, { term: "received", amount: 135 }, { term: "unapplied", amount: 10 }]]);
});

test("REL-01: released again by operations after the site refused", async () => {
  await rest(order("SO-1").line("1", "A", 10, "12.50"));
  const request = await engine.value<string>("select slot from command where kind = 'release_to_warehouse'");
  await rest({ ...event("fulfilment.progressed", at("2026-03-02 12:00"), { order: "SO-1", request, version: 9, warehouse: "W1", state: "refused", reason: "site closed", lines: [{ line: "1", released: "10" }] }, "wms") });
  expect(await decide("REL-01", "send_again", {}, ops)).toBe("done");
  expect([await open("REL-01"), await engine.value("select count(*)::int from command where kind = 'release_to_warehouse'")]).toEqual([[], 2]);
});

test("a hold by hand keeps the invoice back until it is released", async () => {
  await rest(order("SO-1").line("1", "A", 10, "12.50"));
  expect(await desk().placeHold(ops, { subject: "US01:order:SO-1", blocks: ["post_invoice"], reason: "price in dispute" })).toMatchObject({ ok: true });
  await rest();
  await rest(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
  expect([engine.landscape.erp.documents.length, await engine.rows("select subject_id like '%:order:%' as of_order, blocks, prepared_by from hold where rule = 'MANUAL' and state = 'active' order by 1")]).toEqual([0, [{ of_order: false, blocks: ["post_invoice"], prepared_by: "olga" }, { of_order: true, blocks: ["post_invoice"], prepared_by: "olga" }]]);
  const [hold] = await engine.rows<{ id: string; digest: string }>("select id::text, digest from hold where subject_id = 'US01:order:SO-1' and state = 'active'");
  expect(await desk().decideHold(finance, { holdId: hold?.id ?? "", digest: hold?.digest ?? "", verdict: "approve", reason: "settled" })).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
  expect(await desk().decideHold(ops, { holdId: hold?.id ?? "", digest: hold?.digest ?? "", verdict: "approve", reason: "settled" })).toMatchObject({ ok: true });
  await rest();
  expect([engine.landscape.erp.documents.length, await engine.rows("select 1 from hold where state = 'active'")]).toEqual([1, []]);
});

test("CTR-02: of two warehouses with one number operations says whose counts; it ends by that, and by itself where they agree again", async () => {
  const goods = (quantity: number) => [{ order: "SO-1", line: "1", item: "A", quantity }];
  await invoiced();
  const other = (quantity: number, version: number) => rest({ ...ships("SH-1", "2026-03-02 14:00", goods(quantity), version), source: "wms2" });
  await other(4, 1);
  expect((await open("CTR-02")).length).toBe(1);
  await other(10, 2);
  expect(await engine.rows("select state, resolution from exception_item where code = 'CTR-02'")).toEqual([{ state: "resolved", resolution: "closed_by_evidence" }]);
  await other(4, 3);
  expect(await decide("CTR-02", "take_source", {}, foreign).catch((error: unknown) => String(error))).toContain("FORBIDDEN");
  expect(await decide("CTR-02", "take_source", {}, ops)).toBe("done");
  expect([await open("CTR-02"), await engine.rows("select actor, action from audit_entry")]).toEqual([[], [{ actor: "olga", action: "exception.take_source" }]]);
});
