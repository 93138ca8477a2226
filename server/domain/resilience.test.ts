import fc from "fast-check";
import { expect, it } from "vitest";
import { budgetOf, callsNow, defaultRules, keptCalls, lanes, spentAfter } from "./resilience";

it("lets every lane come to its turn, however few calls a connector takes, and leaves the rest of those that are kept to postings", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100_000 }), (concurrency, perMinute) => {
    for (const lane of lanes) {
      const budget = budgetOf(lane, { ...defaultRules, concurrency, perMinute });
      expect(budget.atOnce).toBeGreaterThanOrEqual(1);
      expect(callsNow(budget, 0, 1e9)).toBeGreaterThanOrEqual(1);
    }
    const finance = budgetOf("finance", { ...defaultRules, concurrency, perMinute }), bulk = budgetOf("bulk", { ...defaultRules, concurrency, perMinute });
    expect(callsNow(finance, 0, 1e9)).toBe(Math.floor(keptCalls(perMinute) + 1e-6));
    const flooded = spentAfter(bulk, 0, 1e9, callsNow(bulk, 0, 1e9));
    expect(callsNow(bulk, flooded, 1e9)).toBe(0);
    expect(callsNow(finance, flooded, 1e9)).toBeGreaterThanOrEqual(Math.floor(keptCalls(perMinute) * 0.75 - 1));
  }));
});

it("never gives more than the rate and what was kept, however claims fall", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 6_000 }), fc.array(fc.tuple(fc.constantFrom(...lanes), fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 1, max: 50 })), { maxLength: 60 }), (perMinute, claims) => {
    let spent = 0, now = 1e9, given = 0;
    for (const [lane, later, wanted] of claims) {
      now += later;
      const budget = budgetOf(lane, { ...defaultRules, concurrency: 8, perMinute }), calls = Math.min(wanted, callsNow(budget, spent, now));
      spent = spentAfter(budget, spent, now, calls);
      given += calls;
    }
    expect(given).toBeLessThanOrEqual(keptCalls(perMinute) + ((now - 1e9) * perMinute) / 60_000 + 0.001);
  }));
});
