import type { OrderView } from "./view";

/** Rejected commands that a person told to try again since they were last refused. */
export function reopenedOf(view: OrderView): string[] {
  const { commandDecisions } = view.record;
  if (commandDecisions.length === 0) return [];
  const reopened: string[] = [];
  for (const commands of view.record.commands.values())
    for (const command of commands) {
      if (command.state !== "rejected") continue;
      const tries = commandDecisions.filter(({ data, occurredAt }) => data.naturalKey === command.naturalKey && (data.verdict === "retry" || data.verdict === "restart") && occurredAt >= (command.firstSentAt ?? command.createdAt));
      if (tries.length >= Math.max(1, command.attempts)) reopened.push(command.naturalKey);
    }
  return reopened.sort();
}
