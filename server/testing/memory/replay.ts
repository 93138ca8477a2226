import type { Clock } from "@/server/pipeline/ports";
import { wake, type Rows } from "./rows";

/** What `server/db/replay.ts` does for everything: messages are to be understood once more, and orders planned. */
export function replayAll(rows: Rows, clock: Clock): void {
  for (const row of rows.messages.values()) {
    if (row.state === "received") continue;
    Object.assign(row, { state: "received", deaths: 0, code: null });
    rows.waiting.add(row);
  }
  for (const { id, kind } of rows.subjects.values()) if (kind === "order") wake(rows, id, clock.now());
}
