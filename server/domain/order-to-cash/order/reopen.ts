import { codeHasCome } from "../../awaited-codes";
import type { Reference } from "../../plan";
import type { OrderView } from "./view";

/** Rejected commands that a person told to try again since they were last refused, or that only lacked a code which has been mapped since. */
export function reopenedOf(view: OrderView, reference: Reference): string[] {
  const { commandDecisions } = view.record;
  const reopened: string[] = [];
  for (const commands of view.record.commands.values())
    for (const command of commands) {
      if (command.state !== "rejected") continue;
      if (codeHasCome(reference, command)) { reopened.push(command.naturalKey); continue; }
      const again = commandDecisions.filter(({ data }) => data.naturalKey === command.naturalKey && (data.verdict === "retry" || data.verdict === "restart"));
      // Each word counts once, however often the tower had tried before by itself.
      const refusedAt = command.rejection?.at;
      if (refusedAt !== undefined ? again.some(({ occurredAt }) => occurredAt >= refusedAt) : again.length > 0 && again.length >= command.attempts) reopened.push(command.naturalKey);
    }
  return reopened.sort();
}
