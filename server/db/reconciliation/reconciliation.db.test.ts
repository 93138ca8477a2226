import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StatementAsked } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import { dec, sum } from "@/server/domain/decimal";
import type { RoleGrant } from "@/server/domain/rights";
import { statementItems, statementOf, type ItemFilter } from "@/server/read/reconciliation";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { createPool } from "../pool";
import { createQuery } from "../query";
import { setUpEntity } from "../set-up";
import { createReconciliationDesk } from "./acts";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 4, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });
beforeEach(async () => {
  await pool.query("truncate entity, policy_version, command, fact, subject, reference_row, reconciliation_run, audit_entry, app_user cascade");
  for (const code of ["US01", "US02"]) await setUpEntity(pool)({ code, name: code, currency: "USD", zone: "America/Chicago", opens: 480, closes: 1020, holidays: [] }, "cli");
  await pool.query("insert into app_user (id, email, name) values ('fay', 'fay@x.example', 'Fay'), ('ben', 'ben@x.example', 'Ben'), ('low', 'low@x.example', 'Low')");
});

const person = (id: string, more: Partial<RoleGrant> = {}): Person => ({ id, name: id, email: `${id}@x.example`, teams: [], leads: [], grants: [{ role: "finance", entity: "US01", holdCodes: ["ADJUSTMENT_APPROVAL"], approveUpTo: "1000", currency: "USD", ...more }] });
const fay = person("fay"), ben = person("ben"), low = person("low", { approveUpTo: "10" }), viewer = person("fay", { role: "viewer", holdCodes: [], approveUpTo: null });

interface Figures { total?: string; tax?: string; customer?: string; currency?: string; day?: string; entity?: string }
const posted = (number: string, { total = "108.00", tax = "8.00", customer = "C-1", currency = "USD", day = "2026-03-02", entity = "US01", kind = "post_invoice", verified = true }: Figures & { kind?: string; verified?: boolean } = {}) =>
  pool.query(`insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id, reference, verified_at)
    values ($1, $2, $3, $4, '', 1, 'finance', 'erp', 'finance', 'confirmed', $5, 'x', now(), 'c', $6, case when $7 then now() end)`, [`${kind}|${entity}:billing_unit:${number}||1`, `${entity}:billing_unit:${number}`, entity, kind, JSON.stringify({ reference: `${kind}|${entity}:billing_unit:${number}||1`, billTo: customer, currency, accountingDate: day, total, tax }), number, verified]);
const readBack = (number: string, { total = "108.00", tax = "8.00", customer = "C-1", currency = "USD", day = "2026-03-02", entity = "US01", state = "posted", kind = "invoice", reference = `post_${kind}|${entity}:billing_unit:${number}||1`, version = 1 }: Figures & { state?: string; kind?: string; reference?: string | null; version?: number } = {}) =>
  pool.query(`insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, data) values ($1, 'erp', $2, 'ledger_invoice', $4, 'register', 'ledger.document_read', 'x', now(), $3)`,
    [reference === null ? `${entity}:master_record:unclaimed/${number}` : `${entity}:billing_unit:${number}`, number, JSON.stringify({ kind, number, ...(reference === null ? {} : { reference }), version, state, customer, currency, total, tax, accountingDate: day }), version]);

const desk = () => createReconciliationDesk(pool);
const march: StatementAsked = { entity: "US01", process: "documents", from: "2026-03-01", to: "2026-03-31", tolerance: { amount: "0", days: 5 } };
async function taken(asked: Partial<StatementAsked> = {}) { const made = await desk().take(fay, { ...march, ...asked }, "month end"); if (!made.ok) throw new Error(made.error.message); return made.value; }
const items = async (run: string, show: ItemFilter = "all") => (await statementItems(createQuery(pool), ["US01"], { run, show, limit: 1000 })).items;
const told = async (run: string, show?: ItemFilter) => (await items(run, show)).map(({ rule, result, state, difference, documents }) => [documents.map(({ label }) => label).join("+"), rule, result, state, difference]).sort();
async function only(run: string, show: ItemFilter = "open") { const [item] = await items(run, show); if (!item) throw new Error("nothing is shown"); return { run, no: item.no, digest: item.digest, item }; }
const code = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? "ok" : result.error?.code);
const audits = async () => (await pool.query("select actor, action, reason from audit_entry where about_kind = 'reconciliation' order by id")).rows;

describe("a statement of what was posted and what was read back", () => {
  test("holds every document of the span and entity once, by its result; what is left out is counted by its rule; sums are the whole", async () => {
    await posted("INV-1"); await readBack("INV-1");
    await posted("INV-2"); await readBack("INV-2", { total: "107.00" });
    await posted("INV-3"); await readBack("INV-3", { tax: "7.00" });
    await posted("INV-4", { total: "50.00" });
    await readBack("HAND-1", { reference: null, total: "77.00" });
    await posted("CR-1", { kind: "post_credit", total: "20.00", tax: "1.00" }); await readBack("CR-1", { kind: "credit", total: "20.00", tax: "1.00" });
    await readBack("INV-9", { state: "voided", total: "5.00" });
    await posted("INV-A", { day: "2026-04-01" }); await readBack("INV-A", { day: "2026-04-01" });
    await posted("OTHER", { entity: "US02" }); await readBack("OTHER", { entity: "US02" });
    await posted("INV-F", { verified: false, total: "9.00" });
    // the newest word counts
    await readBack("INV-1", { version: 0, total: "1.00" });
    const { id, totals, excluded, open } = await taken();
    expect(await told(id)).toEqual([
      ["CR-1+CR-1", "reference", "matched", "agreed", "0.000000"], ["HAND-1", "none", "missing_in_a", "open", "-77.000000"], ["INV-1+INV-1", "reference", "matched", "agreed", "0.000000"],
      ["INV-2+INV-2", "reference", "amount_differs", "open", "1.000000"], ["INV-3+INV-3", "reference", "tax_differs", "open", "0.000000"], ["INV-4", "none", "missing_in_b", "open", "50.000000"],
    ]);
    expect(open).toBe(4);
    expect(excluded).toEqual([{ side: "a", rule: "in_flight", currency: "USD", documents: 1, amount: "9" }, { side: "b", rule: "voided", currency: "USD", documents: 1, amount: "5" }]);
    expect([sum(totals.map((row) => dec(row.amountA))).toFixed(), sum(totals.map((row) => dec(row.amountB))).toFixed()]).toEqual(["354", "380"]);
    expect((await statementOf(createQuery(pool), ["US01"], id))?.standing.map(({ result, items: count }) => [result, count])).toEqual([["amount_differs", 1], ["missing_in_a", 1], ["missing_in_b", 1], ["tax_differs", 1]]);
    expect([await statementOf(createQuery(pool), ["US02"], id), (await statementItems(createQuery(pool), ["US02"], { run: id, show: "all", limit: 10 })).items]).toEqual([null, []]);
  });

  test("leaves nothing behind where it is only rehearsed, and answers the same", async () => {
    await posted("INV-1"); await readBack("INV-1", { total: "107.00" });
    const rehearsed = await desk().rehearse(march);
    expect((await pool.query("select 1 from reconciliation_run")).rows).toEqual([]);
    expect(await audits()).toEqual([]);
    const { totals, open } = await taken();
    expect(rehearsed).toMatchObject({ ok: true, value: { totals, open } });
  });

  test("refuses what contradicts itself, whom it does not know, and who has no right", async () => {
    const asked = (more: Partial<StatementAsked>, who = fay, reason = "month end") => desk().take(who, { ...march, ...more }, reason).then(code);
    expect(await asked({ from: "2026-04-01" })).toBe("SPAN");
    expect(await Promise.all([asked({ tolerance: { amount: "1.01", days: 5 } }), asked({ tolerance: { amount: "-1", days: 5 } }), asked({ tolerance: { amount: "1", days: 32 } })])).toEqual(["TOLERANCE", "TOLERANCE", "TOLERANCE"]);
    expect([await asked({}, viewer), await asked({ entity: "US02" }), await asked({}, fay, "x")]).toEqual(["FORBIDDEN", "FORBIDDEN", "REASON"]);
    expect((await pool.query("select 1 from reconciliation_run")).rows).toEqual([]);
  });
});

describe("what is open", () => {
  test("is settled by one person up to what the rules write off, by two above it, never by one twice, and within the right of the second", async () => {
    await posted("INV-1"); await readBack("INV-1", { total: "107.50" });
    await posted("INV-2", { total: "400.00" });
    const { id } = await taken();
    const large = await only(id), small = (await items(id)).find(({ result }) => result === "amount_differs")!;
    expect(await desk().settle(fay, { run: id, no: small.no, digest: small.digest }, "rounding", "cents of the tax engine")).toEqual({ ok: true, value: { state: "settled" } });
    expect(large.item.result).toBe("missing_in_b");
    expect([code(await desk().settle(fay, large, "write_off", " ")), code(await desk().settle(fay, large, "rounding", "no reason for this")), code(await desk().settle(viewer, large, "write_off", "too old")), code(await desk().settle(fay, { ...large, digest: "other" }, "write_off", "too old"))]).toEqual(["REASON", "REASON", "FORBIDDEN", "CONFLICT"]);
    expect(await desk().settle(fay, large, "write_off", "customer is gone")).toEqual({ ok: true, value: { state: "proposed" } });
    expect([code(await desk().approve(fay, large, "I say so")), code(await desk().approve(low, large, "agreed")), code(await desk().settle(ben, large, "write_off", "again"))]).toEqual(["FORBIDDEN", "FORBIDDEN", "CONFLICT"]);
    expect((await Promise.all([desk().approve(ben, large, "agreed"), desk().approve(ben, large, "agreed")])).map(code).sort()).toEqual(["CONFLICT", "ok"]);
    expect(await items(id, "settled")).toMatchObject([{ no: large.no, code: "write_off", preparedByName: "Fay", approvedByName: "Ben" }, { no: small.no, preparedByName: "Fay", approvedByName: null }]);
    expect(await audits()).toEqual([
      { actor: "fay", action: "reconciliation.take", reason: "month end" }, { actor: "fay", action: "reconciliation.settle", reason: "cents of the tax engine" },
      { actor: "fay", action: "reconciliation.prepare", reason: "customer is gone" }, { actor: "ben", action: "reconciliation.approve", reason: "agreed" },
    ]);
  });

  test("comes back in the next statement with its age; what was settled and is unchanged does not, and what has changed since does", async () => {
    await posted("INV-1", { total: "300.00" }); await posted("INV-2", { total: "400.00" }); await posted("INV-3", { total: "0.50" }); await posted("INV-4", { total: "0.60" });
    const first = await taken(), settle = async (label: string, why: "write_off" | "timing") => { const item = (await items(first.id)).find(({ documents }) => documents[0]?.label === label)!; return desk().settle(fay, { run: first.id, no: item.no, digest: item.digest }, why, "as agreed"); };
    await pool.query("update reconciliation_item set since = '2026-03-03T00:00:00Z'");
    expect([await settle("INV-3", "write_off"), await settle("INV-4", "timing"), await settle("INV-2", "write_off")].map(code)).toEqual(["ok", "ok", "ok"]);
    // April alone: what March left open comes along, and its counterpart of April is found
    await readBack("INV-1", { total: "300.00", day: "2026-04-02" });
    const second = await taken({ from: "2026-04-01", to: "2026-04-30" });
    expect(await told(second.id)).toEqual([["INV-1+INV-1", "reference", "matched", "agreed", "0.000000"], ["INV-2", "settled_before", "missing_in_b", "proposed", "400.000000"], ["INV-4", "none", "missing_in_b", "open", "0.600000"]]);
    expect((await items(second.id, "open")).map(({ since }) => since)).toEqual(["2026-03-03T00:00:00.000Z"]);
    expect(await told(first.id)).toEqual([["INV-1", "none", "missing_in_b", "carried", "300.000000"], ["INV-2", "none", "missing_in_b", "carried", "400.000000"], ["INV-3", "none", "missing_in_b", "settled", "0.500000"], ["INV-4", "none", "missing_in_b", "settled", "0.600000"]]);
    expect(code(await desk().settle(ben, { ...(await only(first.id, "all")), run: first.id }, "write_off", "late"))).toBe("CONFLICT");
    // March again: what one person settled stands, in their name; what another prepared waits still, and may not be approved by the same
    const third = await taken();
    expect((await told(third.id)).map(([label, rule, , state]) => [label, rule, state])).toEqual([["INV-1", "none", "open"], ["INV-2", "settled_before", "proposed"], ["INV-3", "settled_before", "settled"], ["INV-4", "none", "open"]]);
    const waiting = await only(third.id, "proposed");
    expect([code(await desk().approve(fay, waiting, "mine")), code(await desk().approve(ben, waiting, "agreed"))]).toEqual(["FORBIDDEN", "ok"]);
    await readBack("INV-3", { total: "0.40" });
    expect((await told((await taken()).id)).filter(([label]) => String(label).includes("INV-3"))).toEqual([["INV-3+INV-3", "reference", "amount_differs", "open", "0.100000"]]);
  });

  test("that is only suggested is one by a person's word; refused, it comes apart, is not suggested again, and the sums stay", async () => {
    await posted("INV-1", { total: "60.00", tax: "8.00" }); await posted("INV-2", { total: "40.00", tax: "0.00" }); await readBack("SUM-1", { reference: null, total: "100.00", day: "2026-03-04" });
    const { id } = await taken(), both = await only(id, "suggested");
    expect(both.item).toMatchObject({ rule: "one_to_many", result: "matched", because: ["same party", "2 on side A sum to one on side B", "within 2 days apart", "same amount"] });
    expect(code(await desk().refuse(viewer, both, "they are not one"))).toBe("FORBIDDEN");
    expect(await desk().refuse(fay, both, "they are not one")).toEqual({ ok: true, value: true });
    expect(await told(id, "open")).toEqual([["INV-1", "none", "missing_in_b", "open", "60.000000"], ["INV-2", "none", "missing_in_b", "open", "40.000000"], ["SUM-1", "none", "missing_in_a", "open", "-100.000000"]]);
    expect(code(await desk().refuse(fay, both, "once more"))).toBe("CONFLICT");
    const again = await taken();
    expect((await told(again.id)).map(([label]) => label)).toEqual(["INV-1", "INV-2", "SUM-1"]);
    await pool.query("update fact set data = jsonb_set(data::jsonb, '{total}', '\"60.00\"') where document = 'SUM-1'");
    const other = await taken(), pair = await only(other.id, "suggested");
    expect(await desk().settle(fay, pair, "same_transaction", "seen in the mail")).toEqual({ ok: true, value: { state: "settled" } });
    expect((await told((await taken()).id))).toEqual([["INV-1+SUM-1", "settled_before", "matched", "settled", "0.000000"], ["INV-2", "none", "missing_in_b", "open", "40.000000"]]);
  });
});

test("one statement at a time is open, also where several are taken at once", async () => {
  await posted("INV-1");
  expect((await Promise.all([desk().take(fay, march, "first"), desk().take(ben, march, "second"), desk().take(fay, march, "third")])).map(code)).toEqual(["ok", "ok", "ok"]);
  expect((await pool.query("select state, count(*)::int as n from reconciliation_run group by 1 order by 1")).rows).toEqual([{ state: "open", n: 1 }, { state: "superseded", n: 2 }]);
  expect((await pool.query("select i.state, count(*)::int as n from reconciliation_item i group by 1 order by 1")).rows).toEqual([{ state: "carried", n: 2 }, { state: "open", n: 1 }]);
});

test("receipts: what the ledger has beside what the bank told", async () => {
  const book = (receipt: string, amount: string) => pool.query(`insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id, reference)
    values ($1, $1, 'US01', 'post_receipt', '', 1, 'finance', 'erp', 'finance', 'confirmed', $2, 'x', now(), 'c', $3)`, [`US01:receipt:${receipt}`, JSON.stringify({ receipt, payer: "C-1", amount, currency: "USD", accountingDate: "2026-03-02" }), `RC-${receipt}`]);
  const bank = (receipt: string, amount: string, reversed = false) => pool.query("insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, data) values ($1, 'bank', $2, 'receipt', 1, 'register', 'receipt.recorded', 'x', now(), $3)", [`US01:receipt:${receipt}`, receipt, JSON.stringify({ receipt, version: 1, payer: "C-1", means: "bank", amount, currency: "USD", receivedOn: "2026-03-02", reversed })]);
  await book("B-1", "10.00"); await bank("B-1", "10.00"); await bank("B-2", "25.00"); await bank("B-3", "5.00", true);
  const { id, excluded } = await taken({ process: "receipts" });
  expect(await told(id)).toEqual([["B-2", "none", "missing_in_a", "open", "-25.000000"], ["RC-B-1+B-1", "reference", "matched", "agreed", "0.000000"]]);
  expect(excluded).toEqual([{ side: "b", rule: "reversed", currency: "USD", documents: 1, amount: "5" }]);
});
