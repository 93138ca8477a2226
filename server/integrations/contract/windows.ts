import { addMs, epochMs, type Instant } from "@/server/domain/instant";
import { ok, type Result } from "@/server/domain/result";
import type { Feed, Session, SourceMessage } from "./connector";

/**
 * Where a feed that is polled by last change stands between two reads. What the source says of time is by its own clock, which
 * may be hours from ours: the two are never compared, only how long something took by one of them.
 */
export interface Window<Page> {
  /** All before it was read; null: nothing yet. It stands still while a window is read, so that its pages fit together. */
  readonly from: Instant | null;
  /** The newest change that was read, by the source's clock, and when that was, by ours. */
  readonly newest: Instant | null;
  readonly heard: Instant | null;
  /** When the window in work was begun, by our clock. */
  readonly began: Instant;
  /** Where its next page is; null: at its first. */
  readonly page: Page | null;
}
/** As it is kept: between two windows none is in work. */
export type Kept<Page> = Omit<Window<Page>, "began"> & { readonly began: Instant | null };

/** Two clocks that both run may differ in how fast, and a source may tell whole seconds only. */
const slackMs = 120_000;

/** Goes on with the window in work, or begins the next. `start`: the first moment that is read at all. */
export function windowAt<Page>(kept: Kept<Page> | null, start: string | undefined, now: Instant): Window<Page> {
  if (kept) return { ...kept, began: kept.began ?? now };
  return { from: start === undefined ? null : new Date(start).toISOString(), newest: null, heard: null, began: now, page: null };
}

/** After a page was read at `now`: `moments` are the changes on it, `next` is the page behind it, null at the end of the window. */
export function readOn<Page>(window: Window<Page>, { moments, next }: { moments: readonly string[]; next: Page | null }, overlapSeconds: number, now: Instant): Kept<Page> {
  const latest = moments.map((moment) => new Date(moment).toISOString()).reduce<Instant | null>((a, b) => (a === null || b > a ? b : a), null);
  const isNews = latest !== null && (window.newest === null || latest > window.newest);
  const read = { ...window, ...(isNews ? { newest: latest, heard: now } : {}), page: next };
  return next === null ? { ...read, from: nextFrom(read, overlapSeconds, now), began: null } : read;
}

/**
 * From when the next window reads. What was committed late carries a time a little before the newest that was read, and what
 * changed behind our back while the pages were read one of that time: so far windows overlap. Once a window that was begun
 * so long after the newest was heard has brought no newer, nothing before it can still come, and the same rows are not read for ever.
 */
function nextFrom({ from, newest, heard, began }: Window<unknown>, overlapSeconds: number, now: Instant): Instant | null {
  if (newest === null || heard === null) return from;
  const isSettled = epochMs(began) - epochMs(heard) >= overlapSeconds * 1000 + slackMs;
  const next = isSettled ? addMs(newest, 1) : addMs(newest, -overlapSeconds * 1000 - (epochMs(now) - epochMs(began)));
  return from !== null && from > next ? from : next;
}

/** One page of a window: what it tells, when each row on it changed, and the page behind it. */
export interface WindowPage<Page> { messages: SourceMessage[]; moments: readonly string[]; next: Page | null }

/** A feed that is polled by last change. `read` may bring more than changed since `from`, never less. */
export const windowed = <Settings extends { overlapSeconds: number; since?: string | undefined }, Secrets, Page>(
  name: string, everyMs: number, read: (session: Session<Settings, Secrets>, window: Window<Page>) => Promise<Result<WindowPage<Page>>>,
): Feed<Settings, Secrets> => ({
  name, everyMs,
  read: async (session, given) => {
    const { settings } = session, window = windowAt(given as Kept<Page> | null, settings.since, session.now());
    const found = await read(session, window);
    return found.ok ? ok({ messages: found.value.messages, cursor: readOn(window, found.value, settings.overlapSeconds, session.now()), more: found.value.next !== null }) : found;
  },
});
