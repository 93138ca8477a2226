import { addMs, epochMs, type Instant } from "@/server/domain/instant";
import { ok, type Result } from "@/server/domain/result";
import type { Feed, Session, SourceMessage } from "./connector";

/**
 * Where a feed that is polled by last change stands between two reads. What the source says of time is by its own clock, which
 * may be hours from ours: the two are never compared, only how long something took by one of them.
 */
export interface Window<Page> {
  /** What is read from; it stands still while a window is read, so that its pages fit together. Null: from the beginning. */
  readonly from: Instant | null;
  /** The newest change that was read, by the source's clock, and when that was, by ours. */
  readonly newest: Instant | null;
  readonly heard: Instant | null;
  /** When the window in work was begun, by our clock. */
  readonly began: Instant;
  /** Where its next page is; null: at its first. */
  readonly page: Page | null;
  /** When to look further back the next time, by our clock, and from where, by the source's. */
  readonly look?: Look | null;
  /** Set while the window in work looks further back. */
  readonly looking?: Looking | null;
  /** What was heard before the window in work. */
  readonly was?: { readonly newest: Instant; readonly heard: Instant } | null;
  /** Since when, by our clock, it is known that the source's clock was set back; null once it has passed where it had been. */
  readonly setBack?: Instant | null;
}
/** As it is kept: between two windows none is in work. */
export type Kept<Page> = Omit<Window<Page>, "began"> & { readonly began: Instant | null };
/** How many changes there were from a moment on. While nothing newer comes, more of them can only come from a clock that went back. */
interface Counted { readonly from: Instant; readonly rows: number }
interface Look { readonly at: Instant; readonly from: Instant; readonly known: Counted | null }
/** `resume`: where the windows go on; `rows`: changes so far, `again`: of these, those that were counted the last time too. */
interface Looking { readonly resume: Instant | null; readonly known: Counted | null; readonly rows: number; readonly again: number }

/** Two clocks that both run may differ in how fast, and a source may tell whole seconds only. */
const slackMs = 120_000;
/** By at most so much a clock that was set back is followed. */
const setBackMs = 25 * 3_600_000;
/** How often what a clock that is known to be behind itself brings is looked for. */
const behindMs = 60_000;

const later = (a: Instant | null, b: Instant | null): Instant | null => (a === null || (b !== null && b > a) ? b : a);
const between = (from: Instant, to: Instant): number => epochMs(to) - epochMs(from);

/** Goes on with the window in work, or begins the next. `start`: the first moment that is read at all. */
export function windowAt<Page>(kept: Kept<Page> | null, start: string | undefined, now: Instant): Window<Page> {
  const first = start === undefined ? null : new Date(start).toISOString();
  if (!kept) return { from: first, newest: null, heard: null, began: now, page: null };
  if (kept.began !== null) return { ...kept, began: kept.began };
  const { look, from, newest, heard } = kept, begun = { ...kept, began: now, was: newest === null || heard === null ? null : { newest, heard } };
  if (!look || now < look.at || from === null || look.from >= from) return { ...begun, looking: null };
  return { ...begun, from: later(look.from, first), looking: { resume: from, known: look.known, rows: 0, again: 0 } };
}

/** After a page was read at `now`: `moments` are the changes on it, `next` is the page behind it, null at the end of the window. `everyMs`: how often windows are begun. */
export function readOn<Page>(window: Window<Page>, { moments, next }: { moments: readonly string[]; next: Page | null }, overlapSeconds: number, now: Instant, everyMs = 0): Kept<Page> {
  const changes = moments.map((moment) => new Date(moment).toISOString()), latest = changes.reduce<Instant | null>(later, null);
  const isNews = latest !== null && (window.newest === null || latest > window.newest);
  const read = { ...window, ...(isNews ? { newest: latest, heard: now } : {}), page: next, looking: window.looking ? counted(window, window.looking, changes) : null };
  if (next !== null) return read;
  const usual = { ...read, from: read.looking ? read.looking.resume : read.from }, from = nextFrom(usual, overlapSeconds, now);
  return { ...read, from, began: null, looking: null, was: null, ...nextLook(read, overlapSeconds, now, everyMs) };
}

const counted = ({ from, was }: Window<unknown>, looking: Looking, changes: readonly Instant[]): Looking => {
  const rows = changes.filter((at) => (from === null || at >= from) && was != null && at <= was.newest);
  return { ...looking, rows: looking.rows + rows.length, again: looking.again + rows.filter((at) => looking.known !== null && at >= looking.known.from).length };
};

/**
 * From when the next window reads. What was committed late carries a time a little before the newest that was read, and what
 * changed behind our back while the pages were read one of that time: so far windows overlap. Once a window that was begun
 * so long after the newest was heard has brought no newer, nothing before it can still come, and the same rows are not read for ever.
 */
function nextFrom({ from, newest, heard, began }: Window<unknown>, overlapSeconds: number, now: Instant): Instant | null {
  if (newest === null || heard === null) return from;
  const isSettled = between(heard, began) >= overlapSeconds * 1000 + slackMs;
  const next = isSettled ? addMs(newest, 1) : addMs(newest, -overlapSeconds * 1000 - between(began, now));
  return from !== null && from > next ? from : next;
}

/**
 * When to look further back than windows do: a clock that was set back stamps what changes with times that were read before. Such a
 * source tells nothing newer for at least as long as its clock went back. So whenever something newer comes, the next window reads back
 * from what was the newest by as long as nothing had come: whatever the clock did is within that. And as long as nothing comes, it is
 * looked back by four times as long, each time that the silence has doubled; where that brings more than there was, each minute.
 */
function nextLook(read: Window<unknown>, overlapSeconds: number, now: Instant, everyMs: number): { look: Look | null; setBack: Instant | null } {
  const { newest, heard, began, was, looking, setBack = null } = read, overlapMs = overlapSeconds * 1000;
  if (newest === null || heard === null) return { look: null, setBack };
  // while the pages were read, and until it was heard, its clock went on
  if (was && newest !== was.newest) return { look: { at: now, from: addMs(was.newest, -Math.min(between(was.heard, heard), setBackMs) - everyMs - overlapMs - between(began, now)), known: null }, setBack: null };
  const silentMs = between(heard, began), settledMs = overlapMs + slackMs;
  const back = (afterMs: number): Instant => addMs(newest, -Math.min(4 * afterMs, setBackMs) - overlapMs);
  if (!looking) return { look: read.look ?? { at: addMs(heard, settledMs), from: back(settledMs), known: null }, setBack };
  // this one followed upon news: from here on it is silent, or goes on as ever
  if (silentMs < settledMs) return { look: { at: addMs(heard, settledMs), from: back(settledMs), known: null }, setBack };
  const found = setBack ?? (looking.known !== null && looking.again > looking.known.rows ? now : null), from = read.from ?? newest, known = { from, rows: looking.rows };
  return found === null ? { look: { at: addMs(heard, 2 * silentMs), from: back(2 * silentMs), known }, setBack: null } : { look: { at: addMs(began, behindMs), from, known }, setBack: found };
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
    return found.ok ? ok({ messages: found.value.messages, cursor: readOn(window, found.value, settings.overlapSeconds, session.now(), everyMs), more: found.value.next !== null }) : found;
  },
});

/** Where the next page of a list begins that is sorted by last change and only counts its rows: at that moment, after so many of its rows. */
export interface Place { readonly from: Instant | null; readonly rows: number }
/**
 * The place behind a page that was read at `place`, oldest change first. A row that changes meanwhile goes to the list's end and all behind it move
 * up, so that a count from its beginning would pass one over: it is counted only within one moment, and the last moment of a page is read again.
 */
export function placeBehind(place: Place, moments: readonly string[]): Place {
  const last = moments.at(-1), from = last === undefined ? place.from : new Date(last).toISOString();
  return { from, rows: from === place.from ? place.rows + moments.length : 0 };
}
