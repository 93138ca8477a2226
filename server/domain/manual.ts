import type { HoldPlaced } from "./contracts/decisions";
import { digestOf } from "./decisions";
import { allOf, publishedOf, type Fact, type Known } from "./facts";
import type { Day, Instant } from "./instant";

/** A hold that a person placed (code MANUAL), as its subject tells it to others. */
export interface ManualHold { decision: string; blocks: readonly string[]; until: Day | null; reason: string; author: string; since: Instant }
/** What an order publishes to its shipments and billing units once a hold was ever placed on it: all that stand, or none. */
export interface OrderHeld { order: string; holds: ManualHold[] }

/** A hold placed by hand is bound to itself: it neither falls nor comes back when what it holds changes. */
export const manualDigest = (decision: string): string => digestOf(decision);
export const manualRelease = (until: string | null | undefined): string => `Who placed it, or the team's lead${until ? `; by itself on ${until}` : ""}.`;
export const manualEvidence = (hold: Pick<ManualHold, "blocks" | "reason"> & { until?: string | null | undefined }, since: Instant): Record<string, unknown> => ({ reason: hold.reason, since, until: hold.until ?? null, blocks: hold.blocks.map((kind) => kind.replaceAll("_", " ")).join(", ") });

/** Placed, not lifted by a later word on the same commands, and their date has not come. */
export function standingHolds(placed: readonly Known<HoldPlaced>[], today: Day): Known<HoldPlaced>[] {
  const lifted = ({ data, occurredAt }: Known<HoldPlaced>) => placed.some((later) => later.data.lifted && later.occurredAt >= occurredAt && data.blocks.every((block) => later.data.blocks.includes(block)));
  return placed.filter((hold) => !hold.data.lifted && (hold.data.until === undefined || hold.data.until > today) && !lifted(hold));
}

/** All that stand on a subject: placed on it, or on an order that it serves. */
export function holdsByHand(facts: readonly Fact[], today: () => Day): ManualHold[] {
  const placed = allOf(facts, "hold.placed"), ofOrders = publishedOf<OrderHeld>(facts, "order.held").flatMap(({ data }) => data.holds);
  if (placed.length === 0) return ofOrders;
  return [...ofOrders, ...standingHolds(placed, today()).map(({ data, occurredAt }) => ({ decision: data.decision, blocks: data.blocks, until: data.until ?? null, reason: data.reason, author: data.author, since: occurredAt }))];
}
