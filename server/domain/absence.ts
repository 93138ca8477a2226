import type { Instant } from "./instant";

/** One call about a command, as the call log has it. */
export interface Tried { purpose: string; startedAt: Instant; outcome: string | null; code: string | null; httpStatus: number | null; request: unknown; response: unknown }

const provenHarmless = ({ httpStatus, request, response }: Tried): boolean =>
  request === null || (httpStatus === null ? (response as { left?: unknown } | null)?.left === "no" : httpStatus >= 400 && httpStatus < 500);

/**
 * Whether it is proved that the target has nothing of a command: it refused each send or certainly did not act, or a real
 * look-up found nothing after the last doubtful one, or a person said so. A repeat that only its key made harmless proves
 * nothing to another target. `calls` in the order in which they were made.
 */
export function provedAbsent(calls: readonly Tried[], saidAbsentAt: Instant | null): boolean {
  let doubted = false;
  for (const call of calls) {
    if (saidAbsentAt !== null && call.startedAt <= saidAbsentAt) continue;
    if (call.outcome === "confirmed" || call.outcome === "found" || call.outcome === "several") return false;
    if (call.purpose === "send") doubted ||= !(call.outcome === "rejected" || (call.outcome === "retryable" && provenHarmless(call)));
    else if (call.outcome === "absent" && call.request !== null && call.code === null) doubted = false;
  }
  return !doubted;
}
