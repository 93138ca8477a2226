import type { ChipKind } from "@/components/ui/chip";
import type { IconName } from "@/components/ui/icon";
import type { BulkActionRow } from "@/server/api/shapes";
import { bulkVerbs, type BulkItemState, type BulkState } from "@/server/domain/bulk";

interface Mark { kind: ChipKind; icon: IconName; word: string }

export const bulkMarks = {
  asked: { kind: "plain", icon: "circle-dashed", word: "Not started" },
  proposed: { kind: "soon", icon: "user", word: "Waits for a second person" },
  running: { kind: "line", icon: "play", word: "Running" },
  stopped: { kind: "late", icon: "pause", word: "Stopped by itself" },
  done: { kind: "plain", icon: "check", word: "Done" },
  aborted: { kind: "off", icon: "ban", word: "Aborted" },
} as const satisfies Record<BulkState, Mark>;

/** Only what was read back looks like proof. */
export const bulkItemMarks = {
  waiting: { kind: "plain", icon: "hourglass", word: "Waiting" },
  sent: { kind: "line", icon: "send", word: "Sent" },
  verified: { kind: "ok", icon: "check-check", word: "Verified" },
  cleared: { kind: "plain", icon: "check", word: "Nothing to read back" },
  failed: { kind: "biz", icon: "octagon-x", word: "Failed" },
  left_out: { kind: "off", icon: "lock", word: "Left out" },
} as const satisfies Record<BulkItemState, Mark>;

export const documentsText = (count: number): string => (count === 1 ? "1 document" : `${count.toLocaleString("en-US")} documents`);
export const bulkTitle = ({ verb, touched }: Pick<BulkActionRow, "verb" | "touched">): string => `${bulkVerbs[verb].label} of ${documentsText(touched)}`;

/** What is sent and not read back is no more than sent. */
export const progressOf = ({ counts }: Pick<BulkActionRow, "counts">) => ({ waiting: counts.waiting, sending: counts.sent, accepted: 0, verified: counts.verified, rejected: counts.failed, cleared: counts.cleared });

/** Ends of the ramp's steps, as counts. */
export const rampEnds = (steps: readonly number[]): number[] => steps.slice(0, -1).map((_, index) => steps.slice(0, index + 1).reduce((sum, size) => sum + size, 0));

/** What was asked for, in words: the filter of the list as it was, or what was named. */
export function selectionWords({ of, selection }: Pick<BulkActionRow, "of" | "selection">): string {
  const known = Object.entries({ ...(selection["filter"] as Record<string, string> | undefined), ...(of === "causes" ? {} : Object.fromEntries(Object.entries(selection).filter(([name, value]) => name !== "of" && typeof value === "string"))) })
    .filter(([, value]) => typeof value === "string" && value !== "").map(([name, value]) => `${name} ${String(value)}`);
  const many = (["fingerprints", "ids", "numbers"] as const).flatMap((name) => (Array.isArray(selection[name]) ? [(selection[name] as unknown[]).length] : []))[0];
  if (many !== undefined) return `${many} ${of === "causes" ? "ticked cause" : of === "orders" ? "named order" : "named message"}${many === 1 ? "" : "s"}`;
  const what = of === "causes" ? "all exceptions that match" : "all messages that match";
  return known.length === 0 ? what.replace(" that match", "") : `${what} ${known.join(", ")}`;
}
