import { addMs, type Instant } from "./instant";

/**
 * One breaker for each connector. Five technical failures in a row open it; while it is open nothing is sent but one probe
 * at a time, each after a longer wait; an answer of any kind closes it. Rate-based breakers can replace `afterCall`.
 */
export interface Breaker {
  state: "closed" | "open" | "half_open";
  /** Technical failures in a row; while open, failed probes go on counting. */
  failures: number;
  openedAt: Instant | null;
  /** When the next probe may go. */
  probeAt: Instant | null;
  reason: string | null;
}
export interface CallSeen { answered: boolean; at: Instant; reason: string | null }

export const breakerOpensAfter = 5;
const firstProbeMs = 10_000;
const lastProbeMs = 60_000;

export const closedBreaker: Breaker = { state: "closed", failures: 0, openedAt: null, probeAt: null, reason: null };

/** Wait before the next probe: 10 s, doubling to 60 s. */
export const probeWaitMs = (failures: number): number => Math.min(lastProbeMs, firstProbeMs * 2 ** Math.min(10, Math.max(0, failures - breakerOpensAfter)));

/** What a call does to the breaker. Late failures of calls that left before it opened count once, not again. */
export function afterCall(breaker: Breaker, call: CallSeen): Breaker {
  if (call.answered) return closedBreaker;
  if (breaker.state === "open") return breaker;
  const failures = breaker.failures + 1;
  if (breaker.state === "closed" && failures < breakerOpensAfter) return { ...breaker, failures, reason: call.reason };
  return { state: "open", failures, openedAt: breaker.openedAt ?? call.at, probeAt: addMs(call.at, probeWaitMs(failures)), reason: call.reason };
}
