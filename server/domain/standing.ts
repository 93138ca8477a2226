import { inFlight, type CommandKind, type CommandView } from "./commands";

/** Command rows of one kind as they stand, oldest revision first. */
export const viewsOf = (commands: readonly CommandView[], kind: CommandKind, slot?: string): CommandView[] =>
  commands.filter((view) => view.kind === kind && (slot === undefined || view.slot === slot)).sort((a, b) => a.slot.localeCompare(b.slot) || a.sequence - b.sequence);

/** It left: nobody may replace it, and the target has it or may have it. */
export const hasLeft = (view: CommandView): boolean => view.state === "confirmed" || inFlight(view.state);

/** Accepted and read back as sent: only then is a finance document posted (architecture 1). */
export const isPosted = (view: CommandView): boolean => view.state === "confirmed" && view.verifiedAt !== null;

export interface Statement {
  sequence: number;
  /** The last one made, if any. */
  last: CommandView | null;
  /** The last one says what is to be said and the target has it. */
  told: boolean;
  /** Something else is under way: nothing new until its outcome is known. */
  busy: boolean;
}

/**
 * A command that is itself a version of a statement (a notice, a tax question): what is to be said now goes out under the
 * next sequence once an earlier version was taken, and replaces one that never left.
 */
export function statementOf(commands: readonly CommandView[], kind: CommandKind, slot: string, says: (view: CommandView) => boolean): Statement {
  const last = viewsOf(commands, kind, slot).at(-1) ?? null;
  if (!last) return { sequence: 1, last, told: false, busy: false };
  const same = says(last);
  if (inFlight(last.state)) return { sequence: last.sequence, last, told: false, busy: !same };
  if (last.state === "confirmed") return { sequence: same ? last.sequence : last.sequence + 1, last, told: same, busy: false };
  return { sequence: last.sequence, last, told: false, busy: false };
}

/** A text of the target's answer, or of what was asked; null where there is none. Both are JSON that we did not make alone. */
export const answered = (view: CommandView | null | undefined, field: string): string | null => textOf(view?.result?.[field]);
export const asked = (view: CommandView | null | undefined, field: string): string | null => textOf(view?.payload[field]);
const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
