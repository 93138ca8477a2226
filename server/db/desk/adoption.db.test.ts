import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Person } from "@/server/api/services";
import { planners } from "@/server/domain/planners";
import { ok } from "@/server/domain/result";
import { unclaimedSubject } from "@/server/domain/unclaimed";
import { adoptionCounts, slotsToAdopt } from "@/server/read/adoption";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { grant, person } from "@/server/testing/memory/people";
import { runToRest } from "@/server/testing/memory/ports";
import { at, credit, customer, event, item, order, periods, ships, type Told } from "@/server/testing/world/builders";
import { createQuery } from "../query";
import { createDesk } from ".";

let engine: Engine;
beforeEach(async () => {
  engine = await createEngine();
  await engine.pool.query("insert into entity (code, name, currency, zone) values ('US01', 'United States', 'USD', 'UTC') on conflict do nothing");
  await rest(customer("C-1"), item("A"), credit("C-1", 1, "2026-01-01 00:00", "9000000.00", "0.00"), periods(1, "2026-01-01 00:00"));
});
afterEach(async () => { await engine.close(); });

const finance = person("fay", grant({})), ops = person("olga", grant({ role: "ops" })), foreign = person("una", grant({ entity: "US02" }));
const desk = () => createDesk(engine.pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
async function rest(...told: Parameters<Engine["say"]>) { if (told.length > 0) await engine.say(...told); await runToRest(engine.ports, planners); }
const byHand = (number: string, more: object = {}, version = 1): Told => ({
  ...event("ledger.document_read", at(`2026-03-02 1${version}:30`), { kind: "invoice", number, version, state: "posted", customer: "C-1", currency: "USD", net: "125.00", tax: "10.00", total: "135.00", accountingDate: "2026-03-02", ...more }, "erp"), subject: unclaimedSubject("US01", number),
});
const sold = (number: string, shipment: string) => [order(number).line("1", "A", 10, "12.50"), ships(shipment, "2026-03-02 14:00", [{ order: number, line: "1", item: "A", quantity: 10 }])];
const shown = () => slotsToAdopt(createQuery(engine.pool), "US01");
const counts = async () => adoptionCounts(createQuery(engine.pool), "US01", await shown());
async function decide(verdict: "adopt" | "decline", { who = finance, only, reason = "made by hand in May" }: { who?: Person; only?: string; reason?: string } = {}) {
  const choices = (await shown()).flatMap(({ subject, pair }) => (pair && (only === undefined || subject.includes(only)) ? [{ subject, number: pair.number, digest: pair.digest }] : []));
  const answer = await desk().decideAdoptions(who, "US01", choices, verdict, reason);
  await rest();
  return answer.ok ? answer.value.decided : `${answer.error.code} ${answer.error.message}`;
}
const posted = () => engine.rows("select count(*)::int as sent from command where kind = 'post_invoice' and state = 'confirmed'").then(([row]) => (row as { sent: number }).sent);
const invoices = async () => (await engine.rows<{ number: string }>("select number from subject where kind = 'billing_unit' order by number")).map(({ number }) => number);

describe("documents of the ledger that name nobody", () => {
  test("are suggested with what speaks for them; adopted by finance, many at once, nothing is posted, and each act has its row", async () => {
    await rest(byHand("H-1", { text: "order SO-1001" }), byHand("H-2", { text: "order SO-1002" }), ...sold("SO-1001", "SH-1"), ...sold("SO-1002", "SH-2"));
    expect((await shown()).map(({ orders, amount, document, pair }) => [orders, amount, document?.number, pair?.confidence])).toEqual([[["SO-1001"], "125.00", "H-1", "certain"], [["SO-1002"], "125.00", "H-2", "certain"]]);
    expect(await counts()).toMatchObject({ suggested: 2, wouldPost: 0, differs: 0, adopted: 0, unclaimed: 2 });
    expect([await decide("adopt", { who: ops }), await decide("adopt", { who: foreign }), await decide("adopt", { reason: " " })]).toEqual([expect.stringMatching(/^FORBIDDEN/), expect.stringMatching(/^FORBIDDEN/), "REASON Say why, in a few words"]);
    expect(await decide("adopt")).toBe(2);
    expect([await posted(), await invoices(), await shown(), await engine.rows("select 1 from exception_item where state = 'open'")]).toEqual([0, ["H-1", "H-2"], [], []]);
    expect(await counts()).toMatchObject({ suggested: 0, adopted: 2, unclaimed: 0 });
    expect(await engine.rows("select actor, action, reason, detail->>'document' as document from audit_entry where action like 'adoption.%' order by id")).toEqual([
      { actor: "fay", action: "adoption.adopt", reason: "made by hand in May", document: "H-1" }, { actor: "fay", action: "adoption.adopt", reason: "made by hand in May", document: "H-2" },
    ]);
  });
  test("declined, ours is posted at once; the document is another's and is suggested no more", async () => {
    await rest(byHand("H-1"), ...sold("SO-1001", "SH-1"));
    expect([await posted(), await decide("decline")]).toEqual([0, 1]);
    expect([await posted(), await shown(), (await counts()).unclaimed]).toEqual([1, [], 1]);
  });
  test("cents apart it is shown and cannot be adopted", async () => {
    await rest(byHand("H-1", { net: "124.99", text: "SO-1001" }), ...sold("SO-1001", "SH-1"));
    expect((await shown())[0]?.pair).toMatchObject({ differs: ["bills 124.99 before tax, 125.00 here"] });
    expect(await decide("adopt")).toBe("STATE H-1 cannot be adopted for SH-1/C-1/USD/net30/p1: bills 124.99 before tax, 125.00 here");
    expect([await counts(), await posted()]).toMatchObject([{ differs: 1, suggested: 0 }, 0]);
  });
  test("what changed since it was shown, is on its way, or is another's already is refused with the reason", async () => {
    await rest(byHand("H-1"), ...sold("SO-1001", "SH-1"), ...sold("SO-1002", "SH-2"));
    const [first] = await shown(), subject = first?.subject ?? "";
    const say = async (of: string, digest = first?.pair?.digest ?? "") => { const answer = await desk().decideAdoptions(finance, "US01", [{ subject: of, number: "H-1", digest }], "adopt", "checked"); return answer.ok ? "done" : `${answer.error.code} ${answer.error.message}`; };
    expect(await say(subject, "other")).toMatch(/^CONFLICT .*Look again/);
    const key = `post_invoice|${subject}||1`;
    await engine.pool.query("insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, due_at, correlation_id, lease_owner, lease_until) values ($1, $2, 'US01', 'post_invoice', '', 1, 'finance', 'erp', 'finance', 'sending', '{}', '', now(), now(), 'c', 'w', now() + interval '1 minute')", [key, subject]);
    expect(await say(subject)).toMatch(/^STATE .* is on its way to the ledger/);
    await engine.pool.query("delete from command where natural_key = $1", [key]);
    const both = await Promise.all([say(subject), say(subject.includes("SH-1") ? subject.replace("SH-1", "SH-2") : subject.replace("SH-2", "SH-1"))]);
    expect(both.filter((answer) => answer === "done")).toHaveLength(1);
    expect(both.filter((answer) => /^CONFLICT H-1 is the invoice of SH-\d/.test(answer))).toHaveLength(1);
    await expect.poll(async () => { await rest(); return invoices(); }, { timeout: 15_000 }).toEqual(["H-1", "INV-1"]);
    expect(await posted()).toBe(1);
  });
  test("cancelled after it was adopted, or planned again under other rules: the person's word stands, and nothing is posted beside it", async () => {
    await rest(byHand("H-1"), ...sold("SO-1001", "SH-1"));
    await decide("adopt");
    await engine.pool.query("insert into wake (subject_id) select id from subject");
    await rest();
    expect([await posted(), await invoices()]).toEqual([0, ["H-1"]]);
    await rest(byHand("H-1", { state: "voided" }, 2));
    expect([await posted(), (await engine.rows<{ message: string }>("select message from exception_item where state = 'open'")).map(({ message }) => message)]).toEqual([0, ["H-1 was adopted for this and is cancelled in the ledger."]]);
  });
});
