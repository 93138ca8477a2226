import fc from "fast-check";
import { expect, it } from "vitest";
import { policySentences, span } from "./policy-sentences";
import { budgetOf, callsNow, checkPolicy, defaultRules, keptCalls, lanes, policyOf, spentAfter } from "./resilience";

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

const limits = { concurrency: 8, perMinute: 600 }, policy = { ...defaultRules, ...limits };
const finance = (more: object): object => ({ ...policy, lanes: { ...policy.lanes, finance: { ...policy.lanes.finance, ...more } } }), breaker = (more: object): object => ({ ...policy, breaker: { ...policy.breaker, ...more } });

it.each<[string, object, string, string]>([
  ["more at once than its code allows", { ...policy, concurrency: 9 }, "concurrency", "Calls at once: at most 8"],
  ["no call a minute", { ...policy, perMinute: 0 }, "perMinute", "Calls a minute: at least 1"],
  ["half a try", finance({ attempts: 1.5 }), "lanes.finance.attempts", "Tries is a whole number"],
  ["a thousand tries", finance({ attempts: 1_000 }), "lanes.finance.attempts", "Tries: at most 100"],
  ["a first wait beyond the longest", finance({ firstWaitSeconds: 600 }), "lanes.finance.firstWaitSeconds", "The first wait is longer than the longest"],
  ["given up before it is tried again", finance({ ageHours: 0.05 }), "lanes.finance.lastWaitSeconds", "It would be given up before the longest wait is over"],
  ["postings that yield to a flood", finance({ share: 0.1 }), "lanes.finance.share", "No lane may have more of the calls than postings: a flood in it would delay them"],
  ["a breaker that opens at one failure", breaker({ inARow: 1 }), "breaker.inARow", "Failures in a row: at least 2"],
  ["a breaker that never opens", breaker({ failedShare: 1.5 }), "breaker.failedShare", "The part of calls that fail: at most 1"],
  ["probes without end", breaker({ firstProbeSeconds: 90 }), "breaker.firstProbeSeconds", "The first wait is longer than the longest"],
  ["what nobody knows", { ...policy, retries: 3 }, "", "Unrecognized key: \"retries\""],
])("a policy is refused with the reason: %s", (_, given, at, message) => {
  expect(checkPolicy(given, limits)).toMatchObject({ ok: false, error: { code: "POLICY", at, message } });
});

it("is the default where nothing readable is stored, and never more than the code allows", () => {
  expect([checkPolicy(policy, limits), policyOf({ concurrency: 100, perMinute: null, rules: { lanes: "all" } }, limits)]).toEqual([{ ok: true, value: policy }, policy]);
});

it("says itself in sentences", () => {
  expect([1, 90, 300, 3_600, 86_400, 172_800].map(span)).toEqual(["1 s", "90 s", "5 min", "1 h", "24 h", "2 days"]);
  expect(policySentences(policy).map(({ name, says }) => `${name}: ${says}`)).toEqual([
    "Budget: All workers together make at most 8 calls at once and 600 calls a minute; 20 unused ones are kept. Where it says when to come again (429 or Retry-After), nobody calls before.",
    "Postings: May use all 8 calls at once. What fails is tried up to 10 times within 24 h, after waits that are random up to 1 s and double to 5 min.",
    "Operations: May use 6 of 8 calls at once and 75 % of those kept, so that others are not delayed. What fails is tried up to 10 times within 24 h, after waits that are random up to 1 s and double to 5 min.",
    "Reading: Look-ups and read-backs may use 50 % of the calls that are kept, so that others are not delayed; when they ask again is a rule of their own.",
    "Bulk: May use 2 of 8 calls at once and 25 % of those kept, so that others are not delayed. What fails is tried up to 10 times within 24 h, after waits that are random up to 1 s and double to 5 min.",
    "Breaker: It opens after 5 technical failures in a row, or when 50 % of at least 20 calls within 1 min failed; then one call tries it after 10 s, later after up to 1 min, and one answer closes it. A refusal is an answer.",
  ]);
});
