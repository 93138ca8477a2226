import { afterCall, closedBreaker, type Breaker } from "@/server/domain/breaker";
import { defaultRules } from "@/server/domain/resilience";
import type { Settlement } from "@/server/pipeline/ports";
import { closeException, openException, type Rows } from "./rows";

export const breakerOf = (rows: Rows, connector: string): Breaker => rows.breakers.get(connector) ?? closedBreaker;
/** Not answering, or stopped. */
export const connectorsDown = (rows: Rows): Set<string> => new Set([...rows.paused, ...[...rows.breakers].flatMap(([connector, { state }]) => (state === "closed" ? [] : [connector]))]);

/** Before the rows are settled: who was refused is paused before anything else can be claimed. */
export function pauseRefused(rows: Rows, settlements: readonly Settlement[]): void {
  for (const { authenticationFailure, command: { connector } } of settlements) {
    if (!authenticationFailure || rows.paused.has(connector)) continue;
    rows.paused.add(connector);
    openException(rows, "TEC-02", connector);
  }
}

const wasCalled = ({ request, httpStatus }: Settlement): boolean => request !== null || httpStatus !== null;

/** What the calls did, in the order in which they ended, to the breakers of their connectors. */
export function countCalls(rows: Rows, settlements: readonly Settlement[]): void {
  const calls = settlements.filter((one) => !one.authenticationFailure && (one.technicalFailure || wasCalled(one))).sort((a, b) => a.endedAt.localeCompare(b.endedAt));
  for (const { command: { connector }, technicalFailure, endedAt, failure } of calls) {
    const before = breakerOf(rows, connector), after = afterCall(before, { answered: !technicalFailure, at: endedAt, reason: failure?.message ?? null }, defaultRules.breaker);
    rows.breakers.set(connector, after);
    if (after.state === "open" && before.state === "closed") openException(rows, "TEC-01", connector);
    if (after.state === "closed" && before.state !== "closed") closeException(rows, "TEC-01", connector);
  }
}
