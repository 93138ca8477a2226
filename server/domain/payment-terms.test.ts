import { describe, expect, test } from "vitest";
import { defaultPolicy } from "./default-policy";
import { checkTermsChange, knowsTerms, termsOf, withTerms, type TermsChange } from "./payment-terms";

const now = "2026-03-10T12:00:00.000Z";
const change: TermsChange = { code: "net30", name: "2/10 net 30", days: 30, endOfMonth: false, advance: false, discount: { days: 10, percent: "2" }, from: null };

describe("the next version of the rules", () => {
  test("has changed terms for orders placed from then on; those before keep what they had", () => {
    const next = withTerms(defaultPolicy, change, now);
    expect(next.version).toBe(defaultPolicy.version + 1);
    expect(termsOf(next, "net30", "2026-03-10T11:59:59.999Z")).toEqual({ days: 30, endOfMonth: false, advance: false });
    expect(termsOf(next, "net30", now)).toMatchObject({ name: "2/10 net 30", discount: { days: 10, percent: "2" } });
    expect(next.terms["net60"]).toBe(defaultPolicy.terms["net60"]);
  });
  test("never reaches back, and waits for a later date", () => {
    expect(withTerms(defaultPolicy, { ...change, from: "2026-01-01T00:00:00.000Z" }, now).terms["net30"]?.from).toBe(now);
    const later = withTerms(defaultPolicy, { ...change, days: 20, from: "2026-04-01T00:00:00.000Z" }, now);
    expect([termsOf(later, "net30", now)?.days, termsOf(later, "net30", "2026-04-01T00:00:00.000Z")?.days]).toEqual([30, 20]);
  });
  test("changed twice is known for each time", () => {
    const twice = withTerms(withTerms(defaultPolicy, { ...change, days: 20 }, now), { ...change, days: 15 }, "2026-03-20T00:00:00.000Z");
    expect(["2026-03-01T00:00:00.000Z", "2026-03-15T00:00:00.000Z", "2026-03-25T00:00:00.000Z"].map((at) => termsOf(twice, "net30", at)?.days)).toEqual([30, 20, 15]);
  });
  test("has a new code for every order that waits for it", () => {
    expect(termsOf(withTerms(defaultPolicy, { ...change, code: "N45", days: 45 }, now), "N45", "2026-01-01T00:00:00.000Z")?.days).toBe(45);
  });
});

test.each(["N45", "constructor", "toString"])("%s is not known to the rules", (code) => { expect([knowsTerms(defaultPolicy, code), termsOf(defaultPolicy, code, now)]).toEqual([false, null]); });

test.each<[string, Partial<TermsChange>]>([
  ["a code with blanks", { code: "net 30" }], ["no code", { code: "" }], ["no name", { name: " " }], ["half days", { days: 1.5 }], ["days below nothing", { days: -1 }], ["days beyond a year", { days: 366 }], ["no number of days", { days: Number.NaN }],
  ["advance with days", { advance: true }], ["a discount after the net day", { discount: { days: 31, percent: "2" } }], ["a discount of nothing", { discount: { days: 10, percent: "0" } }], ["one of all", { discount: { days: 10, percent: "100" } }], ["one that is no number", { discount: { days: 10, percent: "two" } }],
])("terms with %s are refused", (_, over) => { expect(checkTermsChange({ ...change, ...over })).toMatchObject({ ok: false, error: { code: "TERMS" } }); });
test.each<Partial<TermsChange>>([{}, { endOfMonth: true, discount: null }, { days: 0, advance: true, discount: null }, { discount: { days: 0, percent: "2.5" } }])("terms %o are taken", (over) => { expect(checkTermsChange({ ...change, ...over }).ok).toBe(true); });
