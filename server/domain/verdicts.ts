import type { CommandDecided } from "./contracts/decisions";
import type { CanonicalEvent } from "./facts";

/** What a person decided about a command whose outcome only a person can know. */
export interface CommandVerdict { naturalKey: string; to: "wanted" | "confirmed"; reference: string | null }

/** Only what moves a command that the planner may not touch; all other verdicts the planner reads as facts. */
export function commandVerdict(event: CanonicalEvent): CommandVerdict | null {
  if (event.type !== "command.decided") return null;
  const decided = event.data as CommandDecided;
  if (decided.verdict === "confirm_absent") return { naturalKey: decided.naturalKey, to: "wanted", reference: null };
  if (decided.verdict === "posted_by_hand" && decided.reference !== undefined) return { naturalKey: decided.naturalKey, to: "confirmed", reference: decided.reference };
  return null;
}
