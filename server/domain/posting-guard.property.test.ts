import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultPolicy } from "./default-policy";
import { dec } from "./decimal";
import { addDays } from "./instant";
import { judge, limitsOf, nothingClaimed, type Claimed, type ClaimedDay, type FixedLimits, type GuardLimits, type PostingToClaim } from "./posting-guard";

const today = "2026-11-27", none: FixedLimits = { count: null, money: {} };
const limitsFrom = (past: readonly ClaimedDay[], fixed = none) => limitsOf(past, today, defaultPolicy.calendar, fixed);
const cents = fc.integer({ min: 1, max: 100_000_00 }).map((value) => (value / 100).toFixed(2));
const money = fc.dictionary(fc.constantFrom("USD", "EUR"), cents.map((total) => ({ total, largest: total })), { maxKeys: 2 });
const past = fc.uniqueArray(fc.integer({ min: 1, max: 150 }), { maxLength: 120 }).chain((ages) => fc.tuple(...ages.map((age) => fc.record({ day: fc.constant(addDays(today, -age)), count: fc.integer({ min: 1, max: 500 }), money }))));
const postings = fc.array(fc.record({ amount: fc.option(cents), currency: fc.constantFrom("USD", "EUR", null), isCounted: fc.boolean(), isReleased: fc.boolean() }), { maxLength: 30 })
  .map((all): PostingToClaim[] => all.map((posting, at) => ({ ...posting, id: String(at) })));
const limit = (at: number) => ({ at: String(at), by: "fixed" as const, of: null });
const limits = fc.record({ count: fc.option(fc.integer({ min: 0, max: 40 }).map(limit)), total: fc.option(fc.integer({ min: 0, max: 1_000_000 }).map(limit)), document: fc.option(fc.integer({ min: 0, max: 100_000 }).map(limit)) })
  .map(({ count, total, document }): GuardLimits => ({ count, money: { USD: { total, document } } }));

/** Everything of a day one batch after the other; what stopped it, or null. */
function through(of: GuardLimits, batches: readonly PostingToClaim[][], before: Claimed = nothingClaimed) {
  let claimed = before;
  for (const batch of batches) {
    const verdict = judge(of, claimed, batch);
    if (verdict.kind !== "claimed") return { claimed, stopped: verdict };
    claimed = verdict.claimed;
  }
  return { claimed, stopped: null };
}

describe("the limits of a day", () => {
  test("are the same whatever the order of the days, and today changes nothing", () => {
    fc.assert(fc.property(past, fc.integer({ min: 1, max: 9999 }), (days, count) => {
      expect(limitsFrom([...days].reverse())).toEqual(limitsFrom(days));
      expect(limitsFrom([...days, { day: today, count, money: {} }])).toEqual(limitsFrom(days));
    }));
  });
  test("are nobody's before 20 working days with postings, then five times their median; until then those that were set", () => {
    fc.assert(fc.property(past, (days) => {
      const working = days.filter(({ day }) => { const weekday = new Date(`${day}T00:00:00Z`).getUTCDay(); return weekday !== 0 && weekday !== 6; }).sort((a, b) => b.day.localeCompare(a.day));
      const { count } = limitsFrom(days, { count: 7, money: {} });
      if (working.length < 20) { expect(count).toEqual({ at: "7", by: "fixed", of: null }); expect(limitsFrom(days).count).toBeNull(); return; }
      const last = working.slice(0, 20).map((day) => day.count).sort((a, b) => a - b);
      expect(Number(count?.at)).toBe((((last[9] ?? 0) + (last[10] ?? 0)) / 2) * 5);
    }));
  });
  test("a day like those before it passes, and no document like them is too large", () => {
    fc.assert(fc.property(cents, fc.integer({ min: 1, max: 50 }), (amount, count) => {
      const usual = Array.from({ length: 40 }, (_, age) => ({ day: addDays(today, -1 - age), count, money: { USD: { total: dec(amount).times(count).toFixed(), largest: amount } } }));
      const batch = Array.from({ length: count }, (_, at) => ({ id: String(at), amount, currency: "USD", isCounted: false, isReleased: false }));
      expect(through(limitsFrom(usual), [batch, batch, batch, batch, batch]).stopped).toBeNull();
      expect(through(limitsFrom(usual), [batch, batch, batch, batch, batch, batch.slice(0, 1)]).stopped).toMatchObject({ kind: "exceeded" });
      expect(through(limitsFrom(usual), [[{ id: "x", amount: dec(amount).times("10.01").toFixed(), currency: "USD", isCounted: false, isReleased: false }]]).stopped?.kind).toBe("too_large");
    }));
  });
});

describe("the guard", () => {
  test("never lets a day go above a limit, and never stops one that stays at or below it", () => {
    fc.assert(fc.property(limits, fc.array(postings, { maxLength: 6 }), (of, batches) => {
      const { claimed, stopped } = through(of, batches);
      if (of.count) expect(claimed.count).toBeLessThanOrEqual(Number(of.count.at));
      const total = of.money["USD"]?.total, document = of.money["USD"]?.document;
      if (total) expect(dec(claimed.money["USD"]?.total ?? 0).lte(total.at)).toBe(true);
      const inDollars = ({ currency, amount }: PostingToClaim) => currency === "USD" && amount !== null, all = batches.flat().filter(({ isCounted }) => !isCounted), dollars = all.filter(inDollars);
      const isBelow = (!of.count || all.length <= Number(of.count.at)) && (!total || dollars.reduce((sum, { amount }) => sum.plus(amount ?? 0), dec(0)).lte(total.at)) && (!document || batches.flat().filter(inDollars).every(({ amount, isReleased }) => isReleased || dec(amount ?? 0).lte(document.at)));
      expect(stopped === null).toBe(isBelow);
    }));
  });
  test("says the same of a batch in any order, and of one batch or of many", () => {
    fc.assert(fc.property(limits, postings.chain((batch) => fc.tuple(fc.constant(batch), fc.shuffledSubarray(batch, { minLength: batch.length, maxLength: batch.length }))), (of, [batch, other]) => {
      expect(judge(of, nothingClaimed, other)).toEqual(judge(of, nothingClaimed, batch));
      expect(through(of, other.map((one) => [one])).stopped === null).toBe(judge(of, nothingClaimed, batch).kind === "claimed");
    }));
  });
  test("keeps currencies apart, and counts nothing twice", () => {
    fc.assert(fc.property(postings, (batch) => {
      const euros = batch.map((posting) => ({ ...posting, currency: "EUR" }));
      expect(judge({ count: null, money: { USD: { total: limit(0), document: limit(0) } } }, nothingClaimed, euros).kind).toBe("claimed");
      expect(judge({ count: limit(0), money: {} }, nothingClaimed, batch.map((posting) => ({ ...posting, isCounted: true })))).toEqual({ kind: "claimed", claimed: nothingClaimed });
    }));
  });
});
