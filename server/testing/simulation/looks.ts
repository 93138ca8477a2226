import type { CommandState } from "@/server/domain/commands";
import type { Instant } from "@/server/domain/instant";
import type { CommandRow, Rows } from "../memory/rows";
import type { LoopName } from "./worker";

const isDue = ({ state, dueAt, leaseUntil, verifyDueAt }: CommandRow, now: Instant): boolean =>
  state === "sending" ? (leaseUntil ?? "") < now : state === "confirmed" ? verifyDueAt !== null && verifyDueAt <= now : dueAt <= now;
const some = (rows: Rows, states: readonly CommandState[], now: Instant): boolean => states.some((state) => rows.live.some(state, (row) => isDue(row, now)));

/** Whether a loop that looked now could find something. True where it need not: it may always look in vain. */
export function mayFind(rows: Rows, loop: LoopName, now: Instant): boolean {
  switch (loop) {
    case "normalize": return rows.waiting.size > 0;
    case "broadcast": return rows.outbox.length > 0;
    case "plan": { const first = rows.wakes.first; return first !== undefined && first.at <= now; }
    case "dispatch": return some(rows, ["wanted", "unknown"], now);
    case "confirm": return some(rows, ["unknown", "confirmed", "sending"], now);
    case "reconcile": return some(rows, ["sending"], now) || rows.exceptions.some(({ isOpen }) => isOpen);
  }
}
