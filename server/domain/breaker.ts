import { addMs, epochMs, type Instant } from "./instant";
import type { BreakerRules } from "./resilience";

/**
 * One breaker for each connector. Technical failures open it: so many in a row, or a part of the calls of a window. While it
 * is open nothing is sent but one probe at a time, each after a longer wait; an answer of any kind closes it.
 */
export interface Breaker {
  state: "closed" | "open" | "half_open";
  /** Technical failures in a row. */
  failures: number;
  /** Calls since `windowFrom`, and how many of them failed. */
  calls: number;
  failed: number;
  windowFrom: Instant | null;
  openedAt: Instant | null;
  /** Probes that failed since it opened. */
  probes: number;
  /** When the next probe may go. */
  probeAt: Instant | null;
  reason: string | null;
}
/** `calls`: so many that ended alike, one after the other; one where it is left out. */
export interface CallSeen { answered: boolean; at: Instant; reason: string | null; calls?: number }

export const closedBreaker: Breaker = { state: "closed", failures: 0, calls: 0, failed: 0, windowFrom: null, openedAt: null, probes: 0, probeAt: null, reason: null };

/** Wait before the next probe: doubles with every one that failed. */
export const probeWaitMs = (probes: number, { firstProbeSeconds, lastProbeSeconds }: BreakerRules): number => Math.min(lastProbeSeconds, firstProbeSeconds * 2 ** Math.min(20, probes)) * 1000;

/** A probe whose worker died holds up the next for this long. */
export const probeLeaseMs = (leaseMs: number): number => Math.max(leaseMs, 10_000);

/** What a call does to the breaker. Late failures of calls that left before it opened count once, not again. */
export function afterCall(breaker: Breaker, call: CallSeen, rules: BreakerRules): Breaker {
  if (breaker.state === "open" && !call.answered) return breaker;
  if (breaker.state !== "closed" && call.answered) return closedBreaker;
  const window = windowWith(breaker, call, rules), calls = call.calls ?? 1;
  if (call.answered) return { ...closedBreaker, ...window };
  const failures = breaker.failures + calls;
  if (breaker.state === "half_open") return { ...breaker, state: "open", failures, probes: breaker.probes + 1, probeAt: addMs(call.at, probeWaitMs(breaker.probes + 1, rules)), reason: call.reason };
  const isPart = window.calls >= rules.minimumCalls && window.failed >= rules.failedShare * window.calls;
  if (failures < rules.inARow && !isPart) return { ...breaker, ...window, failures, reason: call.reason };
  const reason = failures >= rules.inARow ? call.reason : `${window.failed} of ${window.calls} calls failed within ${rules.windowSeconds} s, the last: ${call.reason ?? "no answer"}`;
  return { ...breaker, ...window, state: "open", failures, openedAt: call.at, probes: 0, probeAt: addMs(call.at, probeWaitMs(0, rules)), reason };
}

function windowWith({ calls, failed, windowFrom }: Breaker, call: CallSeen, { windowSeconds }: BreakerRules): Pick<Breaker, "calls" | "failed" | "windowFrom"> {
  const count = call.calls ?? 1, isOver = windowFrom === null || epochMs(call.at) - epochMs(windowFrom) > windowSeconds * 1000;
  const before = isOver ? { calls: 0, failed: 0, windowFrom: call.at } : { calls, failed, windowFrom };
  return { ...before, calls: before.calls + count, failed: before.failed + (call.answered ? 0 : count) };
}
