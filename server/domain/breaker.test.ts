import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffCeilingMs, backoffMs, sendBackoff } from "./backoff";
import { afterCall, breakerOpensAfter, closedBreaker, type Breaker, type CallSeen } from "./breaker";

const at = "2026-03-02T10:00:00.000Z";
const failed: CallSeen = { answered: false, at, reason: "no answer" };
const answered: CallSeen = { answered: true, at, reason: null };
const after = (calls: readonly CallSeen[], from: Breaker = closedBreaker): Breaker => calls.reduce(afterCall, from);

describe("breaker", () => {
  it("opens at the fifth technical failure in a row, with a probe 10 s later", () => {
    expect(after([failed, failed, failed, failed]).state).toBe("closed");
    expect(after(Array<CallSeen>(5).fill(failed))).toEqual({ state: "open", failures: 5, openedAt: at, probeAt: "2026-03-02T10:00:10.000Z", reason: "no answer" });
  });

  it("counts in a row only: one answer begins again", () => {
    expect(after([failed, failed, failed, failed, answered, failed]).failures).toBe(1);
  });

  it("does not wait longer for the late failures of calls that had left before it opened", () => {
    const open = after(Array<CallSeen>(5).fill(failed));
    expect(after([failed, failed, failed], open)).toEqual(open);
  });

  it("waits longer after each failed probe, at most a minute, and closes at the first answer", () => {
    let breaker = after(Array<CallSeen>(5).fill(failed));
    const waits: (string | null)[] = [];
    for (let probe = 0; probe < 4; probe++) { breaker = afterCall({ ...breaker, state: "half_open" }, failed); waits.push(breaker.probeAt); }
    expect(waits).toEqual(["2026-03-02T10:00:20.000Z", "2026-03-02T10:00:40.000Z", "2026-03-02T10:01:00.000Z", "2026-03-02T10:01:00.000Z"]);
    expect(afterCall({ ...breaker, state: "half_open" }, answered)).toEqual(closedBreaker);
  });

  it("is open exactly when the last five calls or more failed, whatever came before", () => {
    fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (calls) => {
      const breaker = after(calls.map((ok) => (ok ? answered : failed)));
      const inARow = calls.length - 1 - calls.lastIndexOf(true);
      expect(breaker.state).toBe(inARow >= breakerOpensAfter ? "open" : "closed");
    }));
  });
});

describe("back-off", () => {
  it("stays below its ceiling, which never falls and never passes the cap", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, fraction) => {
      const wait = backoffMs(failures, fraction, sendBackoff), ceiling = backoffCeilingMs(failures, sendBackoff);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThan(ceiling);
      expect(backoffCeilingMs(failures + 1, sendBackoff)).toBeGreaterThanOrEqual(ceiling);
      expect(ceiling).toBeLessThanOrEqual(sendBackoff.capMs);
    }));
  });

  it("uses the whole span: full jitter", () => {
    expect([0, 0.5, 0.999].map((fraction) => backoffMs(4, fraction, sendBackoff))).toEqual([0, 4000, 7992]);
  });
});
