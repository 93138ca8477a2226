import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dec, sumOf } from "../decimal";
import type { RoleGrant } from "../rights";
import { accrualEntry } from "./accrual";
import { blockersOf, figuresDigest, moneyOf, type CloseFigures } from "./readiness";
import { askReopening, check, closeStepNames, confirm, evidenceOf, sign, withdraw, type SignState } from "./signing";
import type { UnbilledShipment } from "./unbilled";

const row = (order: string, currency: string, total: string, accrued = total): UnbilledShipment => ({ order, shipment: `SH-${order}`, currency, goods: total, charges: "0", total, accrued, shippedOn: "2026-03-31", titleOn: null });
const clean: CloseFigures = {
  asOf: { day: "2026-03-31", known: "2026-04-03T18:00:00.000Z" }, unexplained: { pieces: "0", money: [], drifts: 0, covered: 5, alive: 5 }, held: [], exceptions: [], unposted: [], gaps: { missing: 0, totals: 0, unanswered: 0, money: [] }, unbilled: [],
  reconciliation: [{ process: "documents", run: "r1", to: "2026-03-31", items: 0, money: [] }, { process: "receipts", run: "r2", to: "2026-04-02", items: 0, money: [] }],
};
const grant = (role: RoleGrant["role"], entity = "US01"): RoleGrant => ({ role, entity, holdCodes: [], approveUpTo: null, currency: null });
const fay = { id: "fay", grants: [grant("finance")] }, ben = { id: "ben", grants: [grant("finance")] }, ops = { id: "ops", grants: [grant("ops"), grant("admin"), grant("finance", "US02")] };
const code = (result: { ok: boolean; error?: { code: string } }): string => (result.ok ? "ok" : (result.error?.code ?? ""));

describe("the accrual entry", () => {
  test("S22: 4,000.00 to revenue on 31 March, taken back on 1 April; the 7,500.00 on their way are in neither", () => {
    expect(accrualEntry([row("b", "USD", "4000.00"), row("c", "USD", "7500.00", "0.00")], "2026-03-31", { entity: "US01", period: "2026-03" }).map(({ day, account, debit, credit }) => [day, account, debit, credit])).toEqual([
      ["2026-03-31", "Unbilled receivables", "4000.00", "0.00"], ["2026-03-31", "Revenue, shipped not invoiced", "0.00", "4000.00"],
      ["2026-04-01", "Revenue, shipped not invoiced", "4000.00", "0.00"], ["2026-04-01", "Unbilled receivables", "0.00", "4000.00"],
    ]);
  });
  test("debits are credits on each day in each currency, both days sum to nothing, and no amount is below zero", () => {
    fc.assert(fc.property(fc.array(fc.record({ currency: fc.constantFrom("USD", "EUR", "JPY"), cents: fc.integer({ min: -100_000, max: 1_000_000 }) })), (given) => {
      const rows = given.map(({ currency, cents }, index) => row(String(index), currency, currency === "JPY" ? String(cents) : dec(cents).div(100).toFixed()));
      const entry = accrualEntry(rows, "2026-02-28", { entity: "US01", period: "2026-02" });
      for (const lines of Map.groupBy(entry, ({ currency, day }) => `${currency} ${day}`).values()) expect(sumOf(lines, ({ debit }) => dec(debit)).minus(sumOf(lines, ({ credit }) => dec(credit))).isZero()).toBe(true);
      for (const lines of Map.groupBy(entry, ({ currency, account }) => `${currency} ${account}`).values()) expect(sumOf(lines, ({ debit, credit }) => dec(debit).minus(credit)).isZero()).toBe(true);
      expect(entry.every(({ debit, credit }) => dec(debit).gte(0) && dec(credit).gte(0))).toBe(true);
    }));
  });
});

describe("what blocks", () => {
  test("nothing, where every figure is nothing: what is shipped and not invoiced is accrued, it blocks nobody", () => { expect(blockersOf({ ...clean, unbilled: [{ currency: "USD", control: "11500.00", accrual: "4000.00", shipments: 2, orders: 2 }] })).toEqual([]); });
  test("most money first whatever it is of, a cent too, and currencies apart", () => {
    const blocked = blockersOf({
      ...clean, unexplained: { ...clean.unexplained, drifts: 1, money: [{ currency: "USD", amount: "0.01" }] }, gaps: { missing: 2, totals: 0, unanswered: 1, money: [{ currency: "EUR", amount: "70" }] },
      held: [{ name: "PERIOD_CLOSED", count: 1, currency: "USD", amount: "4000.00" }, { name: "PERIOD_CLOSED", count: 1, currency: "EUR", amount: "12.00" }], exceptions: [{ name: "INV-01", count: 3, currency: "USD", amount: "300.00" }], unposted: [{ name: "post_invoice", count: 1, currency: "USD", amount: "9000.00" }],
      reconciliation: [{ process: "documents", run: "r1", to: "2026-03-30", items: 2, money: [{ currency: "USD", amount: "5.00" }] }, { process: "receipts", run: null, to: null, items: 0, money: [] }],
    });
    expect(blocked.map(({ says, count, money }) => [says, count, money.map(({ amount, currency }) => `${amount} ${currency}`).join(" ")])).toEqual([
      ["Not in the ledger yet: 1 invoice", 1, "9000.00 USD"], ["Held, Period closed: 2 postings", 2, "4000.00 USD 12.00 EUR"], ["INV-01 Target refused a posting: 3 documents stopped", 3, "300.00 USD"], ["2 documents that a source has are not here", 2, "70 EUR"],
      ["Sales documents: 2 items of the newest statement not settled", 2, "5.00 USD"], ["1 equation of the books does not close", 1, "0.01 USD"],
      ["Sales documents: the newest statement ends on 2026-03-30", 1, ""], ["Receipts: no statement was taken", 1, ""], ["1 source does not say what exists", 1, ""],
    ]);
  });
  test("documents that were not proved block: silence is no proof", () => { expect(blockersOf({ ...clean, unexplained: { ...clean.unexplained, alive: 6 } })).toMatchObject([{ name: "unexplained", count: 1 }]); });
  test("sums are by currency, the largest first", () => { expect(moneyOf([{ name: "a", count: 1, currency: "USD", amount: "1" }, { name: "b", count: 1, currency: "EUR", amount: "3" }, { name: "c", count: 1, currency: "USD", amount: "1.5" }, { name: "d", count: 1, currency: null, amount: "9" }])).toEqual([{ currency: "EUR", amount: "3" }, { currency: "USD", amount: "2.5" }]); });
  test("a digest is of the figures and of each shipment, not of when they were read", () => {
    const rows = [row("a", "USD", "1.00"), row("b", "USD", "2.00")], digest = figuresDigest(clean, rows);
    expect(figuresDigest({ ...clean, asOf: { ...clean.asOf, known: "2026-04-04T00:00:00.000Z" } }, [...rows].reverse())).toBe(digest);
    expect(figuresDigest({ ...clean, unexplained: { ...clean.unexplained, covered: 9, alive: 9 } }, rows)).toBe(digest);
    expect([figuresDigest({ ...clean, asOf: { ...clean.asOf, day: "2026-03-30" } }, rows), figuresDigest({ ...clean, unexplained: { ...clean.unexplained, alive: 9 } }, rows), figuresDigest(clean, [row("a", "USD", "2.00"), row("b", "USD", "1.00")]), figuresDigest({ ...clean, held: [{ name: "MANUAL", count: 1, currency: null, amount: "0" }] }, rows)].includes(digest)).toBe(false);
  });
});

describe("signing", () => {
  const period = { entity: "US01", to: "2026-03-31", today: "2026-04-03", live: null as SignState | null, blockers: 0 };
  test("by finance of the entity alone, when the period is over, once", () => {
    expect([sign(fay, period, ""), sign(ops, period, ""), sign(fay, { ...period, today: "2026-03-31" }, ""), sign(fay, { ...period, live: "signed" }, ""), sign(fay, { ...period, live: "proposed" }, "")].map(code)).toEqual(["ok", "FORBIDDEN", "STATE", "CONFLICT", "CONFLICT"]);
  });
  test("with blockers a reason is needed, and a second person who is not the first", () => {
    expect([sign(fay, { ...period, blockers: 2 }, " x "), sign(fay, { ...period, blockers: 2 }, "the bank answers on Monday")]).toMatchObject([{ ok: false, error: { code: "REASON" } }, { ok: true, value: { state: "proposed" } }]);
    expect(sign(fay, period, "")).toEqual({ ok: true, value: { state: "signed" } });
    const proposed = { entity: "US01", state: "proposed" as const, preparedBy: "fay" };
    expect([confirm(fay, proposed), confirm(ben, proposed), confirm(ops, proposed), confirm(ben, { ...proposed, state: "signed" }), confirm(ben, { ...proposed, state: "withdrawn" })].map(code)).toEqual(["FORBIDDEN", "ok", "FORBIDDEN", "CONFLICT", "CONFLICT"]);
    expect([withdraw(fay, proposed, "wrong month"), withdraw(ben, { ...proposed, state: "signed" }, ""), withdraw(ops, proposed, "wrong month"), withdraw(fay, { ...proposed, state: "withdrawn" }, "again")].map(code)).toEqual(["ok", "REASON", "FORBIDDEN", "CONFLICT"]);
  });
  test("steps stand by the figures; only a person knows whether the accrual is booked", () => {
    const say = (figures: CloseFigures) => closeStepNames.map((step) => evidenceOf(step, figures));
    expect(say(clean)).toEqual([true, true, true, true, true]);
    expect(say({ ...clean, held: [{ name: "PERIOD_CLOSED", count: 1, currency: "USD", amount: "1" }], unbilled: [{ currency: "USD", control: "1", accrual: "1", shipments: 1, orders: 1 }], reconciliation: [] })).toEqual([true, false, false, true, null]);
    expect(say({ ...clean, gaps: { ...clean.gaps, totals: 1 }, reconciliation: [{ process: "documents", run: null, to: null, items: 0, money: [] }] })).toEqual([false, true, true, false, true]);
  });
  test("a closed period may be asked to be reopened, with a reason; an open one need not", () => {
    const closed = { entity: "US01", state: "soft_closed" as const };
    expect([askReopening(fay, closed, "freight of three lorries"), askReopening(fay, closed, " "), askReopening(ops, closed, "freight"), askReopening(fay, { ...closed, state: "open" }, "freight")].map(code)).toEqual(["ok", "REASON", "FORBIDDEN", "STATE"]);
  });
  test("a tick has a name and a note, and is not given twice", () => {
    const step = { entity: "US01", done: false, wanted: true };
    expect([check(fay, step, "JE-4711"), check(fay, step, ""), check(ops, step, "JE-4711"), check(fay, { ...step, done: true }, "JE-4711"), check(fay, { ...step, done: true, wanted: false }, "booked twice"), check(fay, { ...step, wanted: false }, "never")].map(code)).toEqual(["ok", "REASON", "FORBIDDEN", "CONFLICT", "ok", "CONFLICT"]);
  });
});
