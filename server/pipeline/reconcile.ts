import type { Ports } from "./ports";

export interface ReconcileReport {
  /** Sends whose worker is gone; they are looked up next. */
  expired: number;
  /** Connectors' own exceptions that evidence ended. */
  recovered: number;
  /** What no stage has taken for longer than it should: nonzero means that a loop is not running. */
  stale: Awaited<ReturnType<Ports["reconciliation"]["survey"]>>;
}

/** Work that waits longer than this is told of. Every stage reads rows, so nothing here needs to be sent again. */
const staleMs = 120_000;

/**
 * Last stage: finds what crashes and lost nudges left behind. Messages, wakes, broadcasts and
 * read-backs are taken from their rows by their own stages; only leases must be ended by somebody else.
 */
export async function reconcile({ reconciliation }: Pick<Ports, "reconciliation">): Promise<ReconcileReport> {
  const expired = await reconciliation.expireLeases();
  const recovered = await reconciliation.closeRecovered();
  return { expired, recovered, stale: await reconciliation.survey(staleMs) };
}
