import fc from "fast-check";
import { expect, test } from "vitest";
import { dec, sum } from "../decimal";
import { runsOf } from "../scenarios/harness";
import { amountOf, differenceOf, groupKeyOf, tolerancesOf, type BookDocument, type Match } from "./documents";
import { nothingSaid, reconcile, Totals } from "./stages";

const days = ["2026-03-01", "2026-03-02", "2026-03-05", "2026-04-20"] as const, amounts = ["100.00", "60.00", "40.00", "100.01", "-25.00", "0.00", "33.333"] as const;
const side = (name: "a" | "b") => fc.array(fc.record({ reference: fc.constantFrom(undefined, undefined, "R-1", "R-2", "R-3"), number: fc.constantFrom(undefined, "N-1", "N-2"), party: fc.constantFrom("C-1", "C-2", null), currency: fc.constantFrom("USD", "USD", "EUR"), day: fc.constantFrom(...days), amount: fc.constantFrom(...amounts), tax: fc.constantFrom("0.00", "8.00", null) }), { maxLength: 9 })
  .map((rows) => rows.map(({ reference, number, ...row }, index): BookDocument => ({ ...row, side: name, key: `${name}${index}`, label: `${name.toUpperCase()}-${index}`, identifiers: { ...(reference ? { reference } : {}), ...(number ? { number } : {}) }, subject: null })));
const tolerance = fc.record({ amount: fc.constantFrom("0", "0.01", "1.00"), days: fc.constantFrom(0, 3, 31) });
const shuffled = <T>(rows: readonly T[], by: readonly number[]): T[] => rows.map((row, index) => ({ row, at: by[index] ?? 0 })).sort((one, other) => one.at - other.at).map(({ row }) => row);
const byName = (matches: readonly Match[]) => matches.map((match) => ({ ...match, name: groupKeyOf(match) })).sort((one, other) => (one.name < other.name ? -1 : 1));
const named = (matches: readonly Match[], ...labels: string[]): Match | undefined => matches.find(({ a, b }) => [...a, ...b].map(({ label }) => label).sort().join() === [...labels].sort().join());

test("every document stands in one match, of one currency; the parts of each side sum to the whole; each match says why; in any order the same", () => {
  fc.assert(fc.property(side("a"), side("b"), tolerance, fc.array(fc.integer(), { minLength: 18, maxLength: 18 }), (a, b, within, by) => {
    const all = [...a, ...b], matching = { tolerances: tolerancesOf(within), said: nothingSaid }, matches = reconcile(all, matching);
    expect(matches.flatMap((match) => [...match.a, ...match.b]).map(({ key }) => key).sort()).toEqual(all.map(({ key }) => key).sort());
    const totals = new Totals();
    for (const match of matches) {
      const documents = [...match.a, ...match.b], difference = differenceOf(match).abs(), isAlone = match.a.length === 0 || match.b.length === 0;
      totals.add(match);
      expect(new Set(documents.map(({ currency }) => currency)).size).toBe(1);
      expect(match.because.length).toBeGreaterThan(0);
      expect(isAlone).toBe(match.result.startsWith("missing"));
      if (!isAlone) expect(difference.gt(within.amount), JSON.stringify(match)).toBe(match.result === "amount_differs");
      if (!match.certain && !isAlone) expect(match.result === "amount_differs").toBe(false);
      if (documents.length > 2) expect(difference.isZero()).toBe(true);
    }
    for (const [name, rows] of [["amountA", a], ["amountB", b]] as const)
      for (const currency of ["USD", "EUR"]) expect(sum(totals.list().filter((row) => row.currency === currency).map((row) => dec(row[name]))).toFixed()).toBe(amountOf(rows.filter((row) => row.currency === currency)).toFixed());
    expect(byName(reconcile(shuffled(all, by), matching))).toEqual(byName(matches));
  }), { numRuns: runsOf(400) });
});

test("what was planted is found: by reference, one to one, one to many either way, many to many, and the ones that are missing", () => {
  // each kind has a customer of its own and amounts that no other sum of it comes to
  fc.assert(fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 2, max: 5 }), fc.constantFrom("a", "b"), fc.array(fc.integer(), { minLength: 40, maxLength: 40 }), (base, parts, one, by) => {
    const document = (of: "a" | "b", label: string, party: string, cents: number, reference?: string): BookDocument => ({ side: of, key: label, label, identifiers: reference ? { reference } : {}, party, currency: "USD", day: "2026-03-02", amount: dec(cents).div(100).toFixed(2), tax: null, subject: null });
    const many = one === "a" ? "b" : "a", pieces = Array.from({ length: parts }, (_, index) => base * 1000 + 7 ** index);
    const planted = [
      document("a", "A-ref", "C-1", base), document("b", "B-ref", "C-9", base), document("a", "A-same", "C-2", base + 1), document("b", "B-same", "C-2", base + 1),
      document(one, "whole", "C-3", pieces.reduce((total, piece) => total + piece, 0)), ...pieces.map((piece, index) => document(many, `part-${index}`, "C-3", piece)),
      document("a", "A-1", "C-4", 1_000_003), document("a", "A-2", "C-4", 2_000_050), document("b", "B-1", "C-4", 500_000), document("b", "B-2", "C-4", 2_500_053),
      document("a", "A-alone", "C-5", 77_777_777), document("b", "B-alone", "C-6", 88_888_888),
    ].map((row) => (row.label.endsWith("-ref") ? { ...row, identifiers: { reference: "R-1" } } : row));
    const matches = reconcile(shuffled(planted, by), { tolerances: tolerancesOf({ amount: "0", days: 3 }), said: nothingSaid }), is = (...labels: string[]) => { const match = named(matches, ...labels); return match && [match.rule, match.result, match.certain]; };
    expect(is("A-ref", "B-ref")).toEqual(["reference", "matched", true]);
    expect(is("A-same", "B-same")).toEqual(["one_to_one", "matched", false]);
    expect(is("whole", ...pieces.map((_, index) => `part-${index}`))).toEqual(["one_to_many", "matched", false]);
    expect(is("A-1", "A-2", "B-1", "B-2")).toEqual(["many_to_many", "matched", false]);
    expect([is("A-alone"), is("B-alone")]).toEqual([["none", "missing_in_b", false], ["none", "missing_in_a", false]]);
  }), { numRuns: runsOf(100) });
});
