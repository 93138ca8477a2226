import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffCeilingMs, backoffMs, type BackoffRule } from "./backoff";
import { afterCall, closedBreaker, type Breaker, type CallSeen } from "./breaker";
import { addMs } from "./instant";
import { defaultRules } from "./resilience";

const at = "2026-03-02T10:00:00.000Z", rules = defaultRules.breaker;
const failed: CallSeen = { answered: false, at, reason: "no answer" };
const answered: CallSeen = { answered: true, at, reason: null };
const after = (calls: readonly CallSeen[], from: Breaker = closedBreaker): Breaker => calls.reduce((breaker, call) => afterCall(breaker, call, rules), from);
const many = (count: number, call: CallSeen): CallSeen[] => Array<CallSeen>(count).fill(call);

describe("breaker", () => {
  it("opens at the fifth technical failure in a row, with a probe 10 s later", () => {
    expect(after(many(4, failed)).state).toBe("closed");
    expect(after(many(5, failed))).toEqual({ state: "open", failures: 5, calls: 5, failed: 5, windowFrom: at, openedAt: at, probes: 0, probeAt: "2026-03-02T10:00:10.000Z", reason: "no answer" });
  });

  it("counts in a row only: one answer begins again", () => {
    expect(after([...many(4, failed), answered, failed]).failures).toBe(1);
  });

  it("opens where half of at least twenty calls of a minute failed, though never five in a row, and says so", () => {
    const alternating = Array.from({ length: 10 }, () => [answered, failed]).flat();
    expect(after(alternating.slice(0, 19))).toMatchObject({ state: "closed", calls: 19, failed: 9 });
    expect(after(alternating)).toMatchObject({ state: "open", failures: 1, calls: 20, failed: 10, reason: "10 of 20 calls failed within 60 s, the last: no answer" });
    expect(after([{ ...answered, calls: 100 }, ...alternating]).state).toBe("closed");
    expect(after(alternating.map((call, index) => ({ ...call, at: addMs(at, index * 10_000) }))).state).toBe("closed");
  });

  it("is judged by the connector's own rules", () => {
    const strict = { ...rules, inARow: 2, firstProbeSeconds: 60, lastProbeSeconds: 90 };
    const open = many(2, failed).reduce((breaker, call) => afterCall(breaker, call, strict), closedBreaker);
    expect(open).toMatchObject({ state: "open", probeAt: addMs(at, 60_000) });
    expect(afterCall({ ...open, state: "half_open" }, failed, strict).probeAt).toBe(addMs(at, 90_000));
  });

  it("does not wait longer for the late failures of calls that had left before it opened", () => {
    const open = after(many(5, failed));
    expect(after(many(3, failed), open)).toEqual(open);
  });

  it("waits longer after each failed probe, at most a minute, and closes at the first answer", () => {
    let breaker = after(many(5, failed));
    const waits: (string | null)[] = [];
    for (let probe = 0; probe < 4; probe++) { breaker = after([failed], { ...breaker, state: "half_open" }); waits.push(breaker.probeAt); }
    expect(waits).toEqual(["2026-03-02T10:00:20.000Z", "2026-03-02T10:00:40.000Z", "2026-03-02T10:01:00.000Z", "2026-03-02T10:01:00.000Z"]);
    expect(after([answered], { ...breaker, state: "half_open" })).toEqual(closedBreaker);
  });

  it("is open exactly when the last five calls or more failed, or half of at least twenty since it was last open did, whatever came before", () => {
    fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 80 }), (calls) => {
      let isOpen = false, inARow = 0, seen = 0, lost = 0;
      for (const ok of calls) {
        if (isOpen && !ok) continue;
        if (isOpen) { isOpen = false; inARow = 0; seen = 0; lost = 0; continue; }
        inARow = ok ? 0 : inARow + 1;
        seen += 1;
        lost += ok ? 0 : 1;
        isOpen = !ok && (inARow >= 5 || (seen >= 20 && lost * 2 >= seen));
      }
      expect(after(calls.map((ok) => (ok ? answered : failed))).state).toBe(isOpen ? "open" : "closed");
    }));
  });
});

describe("back-off", () => {
  const rule: BackoffRule = { baseMs: 1_000, capMs: 300_000 };
  it("stays below its ceiling, which never falls and never passes the cap", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, fraction) => {
      const wait = backoffMs(failures, fraction, rule), ceiling = backoffCeilingMs(failures, rule);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThan(ceiling);
      expect(backoffCeilingMs(failures + 1, rule)).toBeGreaterThanOrEqual(ceiling);
      expect(ceiling).toBeLessThanOrEqual(rule.capMs);
    }));
  });

  it("uses the whole span: full jitter", () => {
    expect([0, 0.5, 0.999].map((fraction) => backoffMs(4, fraction, rule))).toEqual([0, 4000, 7992]);
  });
});
