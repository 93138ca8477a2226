export type FeedMark = { kind: "start" } | { kind: "time"; at: string; more: boolean } | { kind: "entry"; entry: string };

const isInstant = (value: unknown): value is string => typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value);

/** What the mark of a feed says: a time up to which changes were read, the last entry, or nothing yet. Marks are each connector's own; what is not understood is shown as an entry. */
export function readMark(cursor: unknown): FeedMark {
  if (cursor === null || cursor === undefined || cursor === "" || (typeof cursor === "object" && Object.values(cursor).every((part) => part === null))) return { kind: "start" };
  if (isInstant(cursor)) return { kind: "time", at: cursor, more: false };
  if (typeof cursor === "object" && "since" in cursor && isInstant(cursor.since)) {
    const { link, newest } = cursor as { link?: unknown; newest?: unknown };
    return { kind: "time", at: isInstant(newest) ? newest : cursor.since, more: typeof link === "string" };
  }
  return { kind: "entry", entry: typeof cursor === "string" || typeof cursor === "number" ? String(cursor) : JSON.stringify(cursor) };
}
