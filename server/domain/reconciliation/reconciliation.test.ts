import { describe, expect, test } from "vitest";
import type { RoleGrant } from "../rights";
import { groupDigest, groupKeyOf, tolerancesOf, type BookDocument } from "./documents";
import { approve, checkTolerance, refuse, settle, type Standing } from "./settling";
import { nothingSaid, reconcile, stages, type SaidBefore } from "./stages";
import { equalSubsets, subsetOf } from "./subsets";
import { dec } from "../decimal";

const document = (side: "a" | "b", label: string, amount: string, more: Partial<BookDocument> = {}): BookDocument => ({ side, key: label, label, identifiers: {}, party: "C-1", currency: "USD", day: "2026-03-02", amount, tax: null, subject: null, ...more });
const of = (reference: string) => ({ identifiers: { reference } });
const found = (documents: BookDocument[], { amount = "0", days = 3, said = nothingSaid }: { amount?: string; days?: number; said?: SaidBefore } = {}) =>
  reconcile(documents, { tolerances: tolerancesOf({ amount, days }), said }).map(({ rule, result, a, b, because }) => [[...a, ...b].map(({ label }) => label).join("+"), rule, result, because.join("; ")]);

describe("documents with one reference", () => {
  test.each([
    ["agree", "100.00", "100", {}, "matched", "same reference; same amount"],
    ["lie within the tolerance", "100.00", "99.99", { amount: "0.01" }, "matched", "same reference; amounts within the tolerance of 0.01"],
    ["differ by a cent more", "100.00", "99.98", { amount: "0.01" }, "amount_differs", "same reference; amount differs by 0.02 USD"],
  ] as const)("%s", (_, a, b, tolerance, result, why) => { expect(found([document("a", "A", a, of("R")), document("b", "B", b, of("R"))], tolerance)).toEqual([["A+B", "reference", result, why]]); });

  test("differ in tax alone; a side that does not say its tax differs in nothing", () => {
    expect(found([document("a", "A", "108", { ...of("R"), tax: "8" }), document("b", "B", "108", { ...of("R"), tax: "7.99" })])).toEqual([["A+B", "reference", "tax_differs", "same reference; tax differs by 0.01 USD"]]);
    expect(found([document("a", "A", "108", { ...of("R"), tax: "8" }), document("b", "B", "108", of("R"))])[0]?.[2]).toBe("matched");
  });
  test("of two, the one that agrees is taken; the other says whose reference it carries", () => {
    expect(found([document("a", "A", "100", of("R")), document("b", "B-1", "90", of("R")), document("b", "B-2", "100", { ...of("R"), day: "2026-03-09" })])).toEqual([["A+B-2", "reference", "matched", "same reference; same amount; 7 days apart"], ["B-1", "none", "missing_in_a", "B-2 on the same side has the same reference"]]);
  });
  test("that came in parts are one", () => { expect(found([document("a", "A", "100", of("R")), document("b", "B-1", "60", of("R")), document("b", "B-2", "40", of("R"))])).toEqual([["A+B-1+B-2", "reference", "matched", "same reference; 1 on side A and 2 on side B make one; same amount"]]); });
  test("in another currency are never one", () => {
    expect(found([document("a", "A", "100", of("R")), document("b", "B", "100", { ...of("R"), currency: "EUR" })])).toEqual([["B", "none", "missing_in_a", "A has the same reference in USD"], ["A", "none", "missing_in_b", "B has the same reference in EUR"]]);
  });
});

describe("documents without one", () => {
  test("are suggested by party, amount and day, and say what fits just as well", () => {
    expect(found([document("a", "A", "100"), document("b", "B-1", "100", { day: "2026-03-03" }), document("b", "B-2", "100", { day: "2026-03-04" })])).toEqual([["A+B-1", "one_to_one", "matched", "same party; 1 day apart; B-2 fits just as well; same amount"], ["B-2", "none", "missing_in_a", "nothing on the other side is like it"]]);
    expect(found([document("a", "A", "100"), document("b", "B", "99.5")], { amount: "1" })[0]).toEqual(["A+B", "one_to_one", "matched", "same party; the same day; amounts within the tolerance of 1"]);
  });
  test("lie too far apart by a day more than is allowed", () => { expect(found([document("a", "A", "100"), document("b", "B", "100", { day: "2026-03-06" })], { days: 3 }).map(([name]) => name)).toEqual(["A", "B"]); });
  test("of another party only by the whole amount", () => { expect(found([document("a", "A", "100"), document("b", "B", "100", { party: "C-2" })])).toEqual([["A+B", "same_amount", "matched", "the same day; party C-1 on side A, C-2 on side B; same amount"]]); });
  test("that a person refused are not suggested again; others of them may be", () => {
    const a = document("a", "A", "100"), near = document("b", "B-1", "100"), far = document("b", "B-2", "100", { day: "2026-03-04" });
    expect(found([a, near, far], { said: { groups: new Map(), declined: new Set([groupKeyOf({ a: [a], b: [near] })]) } }).map(([name]) => name)).toEqual(["A+B-2", "B-1"]);
  });
  test("are credits with credits: a sum never crosses zero", () => { expect(found([document("a", "A", "40"), document("b", "B-1", "100"), document("b", "B-2", "-60")]).map(([, rule]) => rule)).toEqual(["none", "none", "none"]); });
});

test("what was settled stands while its figures are what was shown, and what was explained alone gives way to its counterpart", () => {
  const a = document("a", "A", "100"), b = document("b", "B", "250"), group = groupKeyOf({ a: [a], b: [b] }), digest = groupDigest({ a: [a], b: [b] });
  const said: SaidBefore = { declined: new Set(), groups: new Map(["a A", "b B"].map((place) => [place, { group, digest, words: "settled by Fay" }])) };
  expect(found([a, b], { said })).toEqual([["A+B", "settled_before", "amount_differs", "settled by Fay"]]);
  expect(found([a, { ...b, amount: "251" }], { said }).map(([name]) => name)).toEqual(["A", "B"]);
  const alone: SaidBefore = { declined: new Set(), groups: new Map([["a A", { group: "a A", digest: groupDigest({ a: [a], b: [] }), words: "settled by Fay" }]]) };
  expect(found([a], { said: alone })).toEqual([["A", "settled_before", "missing_in_b", "settled by Fay"]]);
  const named = { ...a, ...of("R") };
  expect(found([named, document("b", "B", "100", of("R"))], { said: alone })[0]?.[1]).toBe("reference");
  expect(stages[0]?.blockOf(a, alone)).toBeNull();
});

describe("sums", () => {
  const sums = (...amounts: string[]) => amounts.map((amount) => dec(amount));
  test("fewest parts first, exact, and whether another does as well", () => {
    expect(subsetOf(sums("10", "20", "30", "60"), dec("60"), { parts: 3, steps: 1000 })).toEqual({ indices: [0, 1, 2], unique: true });
    expect(subsetOf(sums("10", "20", "20", "40"), dec("30"), { parts: 3, steps: 1000 })).toEqual({ indices: [0, 1], unique: false });
    expect(subsetOf(sums("10", "20.01"), dec("30"), { parts: 3, steps: 1000 })).toBeNull();
    expect(equalSubsets(sums("10", "25"), sums("20", "15"), { parts: 3, steps: 1000 })).toEqual({ a: [0, 1], b: [0, 1] });
  });
  test("end within their steps, at the same place each time", () => {
    const many = Array.from({ length: 60 }, (_, index) => dec(index * 2 + 2));
    expect([subsetOf(many, dec("9999"), { parts: 5, steps: 1000 }), subsetOf(many, dec("9999"), { parts: 5, steps: 1000 })]).toEqual([null, null]);
  });
});

describe("persons", () => {
  const person = (id: string, grant: Partial<RoleGrant> = {}) => ({ id, grants: [{ role: "finance" as const, entity: "US01", holdCodes: ["ADJUSTMENT_APPROVAL"], approveUpTo: "100", currency: "USD", ...grant }] });
  const open: Standing = { entity: "US01", rule: "none", result: "missing_in_b", state: "open", atStake: "1.01", currency: "USD", preparedBy: null }, prepared: Standing = { ...open, state: "proposed", preparedBy: "fay" };
  const code = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? "ok" : result.error?.code);
  test("settle with a reason that fits; above what the rules write off a second one is asked", () => {
    expect(settle(person("fay"), open, "write_off", "gone", "1.00")).toEqual({ ok: true, value: { state: "proposed" } });
    expect(settle(person("fay"), { ...open, atStake: "1" }, "write_off", "gone", "1.00")).toEqual({ ok: true, value: { state: "settled" } });
    expect([settle(person("fay"), open, "write_off", " x ", "1"), settle(person("fay"), open, "same_transaction", "gone", "1"), settle(person("fay", { role: "ops" }), open, "write_off", "gone", "1"), settle(person("fay"), prepared, "write_off", "gone", "1")].map(code)).toEqual(["REASON", "REASON", "FORBIDDEN", "CONFLICT"]);
  });
  test("approve within their limit what another prepared", () => {
    expect([approve(person("ben"), prepared), approve(person("fay"), prepared), approve(person("ben", { approveUpTo: "1" }), prepared), approve(person("ben", { entity: "US02" }), prepared), approve(person("ben"), open)].map(code)).toEqual(["ok", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "CONFLICT"]);
  });
  test("refuse what was prepared or suggested, never what carries one reference", () => {
    const pair: Standing = { ...open, rule: "one_to_one", result: "matched" };
    expect([refuse(person("ben"), prepared, "not so"), refuse(person("ben"), pair, "not so"), refuse(person("ben"), { ...pair, rule: "reference", result: "amount_differs" }, "not so"), refuse(person("ben"), open, "not so"), refuse(person("ben"), pair, "")].map(code)).toEqual(["ok", "ok", "CONFLICT", "CONFLICT", "REASON"]);
  });
  test("set a tolerance up to what the rules write off", () => {
    expect([["1.00", 5], ["1.01", 5], ["-0.01", 5], ["", 5], ["0", 32], ["0", 1.5]].map(([amount, days]) => code(checkTolerance({ amount: String(amount), days: Number(days) }, "1.00")))).toEqual(["ok", "TOLERANCE", "TOLERANCE", "TOLERANCE", "TOLERANCE", "TOLERANCE"]);
  });
});
