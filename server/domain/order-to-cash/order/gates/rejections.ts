import { allOf } from "../../../facts";
import type { Instant } from "../../../instant";
import { orderSlot } from "../approval";
import type { OrderRecord } from "../record";

/**
 * When a person's rejection cancelled the order, or one line: the rejection named `cancel`, or the hold was a suspected
 * duplicate, which has no other sequel (S05). It stands as long as the order is what was shown.
 */
export function rejectedAt(record: OrderRecord, digest: () => string): (line: string) => Instant | null {
  if (record.decisions.length === 0) return () => null;
  const bySlot = new Map<string, Instant>();
  const decisions = allOf(record.decisions, "hold.decided").sort((a, b) => a.occurredAt.localeCompare(b.occurredAt) || a.document.localeCompare(b.document));
  const last = new Map(decisions.map((decision) => [`${decision.data.rule}|${decision.data.slot}`, decision]));
  for (const { data, recordedAt } of last.values()) {
    if (data.verdict !== "reject") continue;
    if (data.consequence !== "cancel" && !(data.rule === "DUPLICATE_DOCUMENT" && data.consequence === undefined)) continue;
    if (data.slot === orderSlot && data.digest !== digest()) continue;
    bySlot.set(data.slot, recordedAt);
  }
  return (line) => bySlot.get(orderSlot) ?? bySlot.get(line) ?? null;
}
