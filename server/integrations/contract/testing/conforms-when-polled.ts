import { describe, expect, test } from "vitest";
import { subjectOf, toFact } from "@/server/domain/facts";
import { addMs, type Instant } from "@/server/domain/instant";
import { subjectId } from "@/server/domain/subject";
import type { SourceMessage } from "../connector";
import { bench, lease, testNow, type Setup, type Vendor } from "./conformance";

/** A record as its vendor has it: its n-th state, and when it came to be so, by the vendor's own clock. */
export interface Row { readonly id: number; readonly revision: number; readonly at: Instant }
/** What must stand in a field of each record that is told, so that it is known which of its states that was. */
export const mark = ({ id, revision }: Row): string => `M${id}x${revision}M`;

/** What there is at a vendor, for whoever words it: its records in the order of their ids, and each of their changes in turn. */
export class Source {
  rows: Row[] = [];
  readonly log: { seq: number; id: number }[] = [];
  /** As it is from now on: a new record, or the next state of a known one. */
  put(id: number, at: Instant): void {
    const before = this.rows.find((row) => row.id === id), row = { id, revision: (before?.revision ?? 0) + 1, at };
    this.rows = [...this.rows.filter((other) => other !== before), row].sort((a, b) => a.id - b.id);
    this.log.push({ seq: this.log.length + 1, id });
  }
  /** The current states that were last changed at or after `from`, oldest change first. */
  since(from: string | null | undefined): Row[] {
    return this.rows.filter(({ at }) => from == null || at >= new Date(from).toISOString()).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id - b.id));
  }
}

type Reading = { messages: SourceMessage[]; cursor: unknown; more: boolean };
/** What a vendor's test tells the kit of one feed: how its vendor lists, with its own filter, order, pages and words. */
export interface Polled {
  /** `changes`: asked for what changed since. `sequence`: what came after the last that was read. `whole`: all of it, each time. */
  lists: "changes" | "sequence" | "whole";
  vendor(source: Source): Vendor;
  /** Where the vendor is no HTTP server: the feed itself, over something else that holds what the source has. */
  reads?(source: Source): (cursor: unknown) => Promise<Reading>;
  /** Rows in a page, as these settings make it. */
  page: number;
  settings?: Readonly<Record<string, unknown>>;
  /** Its records stay as they are. */
  final?: boolean;
  /** What of a message is told; default: the marks in its body. */
  told?(message: SourceMessage): string[];
  /** One count for each page and state is enough, where each is costly. */
  few?: boolean;
}

const minute = 60_000, overlapSeconds = 60, from = (moment: Instant, minutes: number): Instant => addMs(moment, minutes * minute);
const marksIn = ({ body }: SourceMessage): string[] => new TextDecoder().decode(body).match(/M\d+x\d+M/g) ?? [];

/** A feed and its source, each under its own clock. */
async function pollingOf(setup: Setup, feed: string, one: Polled, skewMs = 0) {
  const hasOverlap = one.lists === "changes" ? { overlapSeconds } : {}, source = new Source();
  const stub = await bench({ ...setup, settings: { ...setup.settings, ...hasOverlap, ...one.settings } }, one.vendor(source));
  const reads = one.reads?.(source), told = new Map<string, number>(), messages: (SourceMessage & { receivedAt: Instant })[] = [];
  let cursor: unknown = null, backMs = 0;
  const its = (at: Instant): Instant => addMs(at, skewMs - backMs);
  /** The next page, as it is asked for with what was kept of the cursor. */
  const read = async (keep = true): Promise<Reading> => {
    const page = reads ? await reads(cursor) : await answered();
    if (!keep) return page;
    cursor = JSON.parse(JSON.stringify(page.cursor ?? null));
    for (const message of page.messages) {
      messages.push({ ...message, receivedAt: stub.now.value });
      for (const what of (one.told ?? marksIn)(message)) told.set(what, (told.get(what) ?? 0) + 1);
    }
    return page;
  };
  const answered = async (): Promise<Reading> => {
    const { reading } = await stub.integrations.readFeed("under-test", feed, cursor, lease(20_000));
    if (!reading.ok) throw new Error(`${reading.error.code}: ${reading.error.message}`);
    return reading.value;
  };
  return {
    source, told, messages, read, its, integrations: stub.integrations, now: (): Instant => stub.now.value,
    later: (ms: number): void => { stub.now.value = addMs(stub.now.value, ms); },
    setBack: (ms: number): void => { backMs = ms; },
    /** All pages of one turn; how many there were. `between`: what happens after each but the last. */
    turn: async (between: (page: number) => void = () => undefined): Promise<number> => {
      for (let page = 1; page < 100; page += 1) { if (!(await read()).more) return page; between(page); }
      throw new Error(`${feed} does not come to an end`);
    },
    missing: (): string[] => source.rows.map(mark).filter((what) => !told.has(what)),
    close: async (): Promise<void> => { stub.integrations.close(); await stub.close(); },
  };
}
type Polling = Awaited<ReturnType<typeof pollingOf>>;

/**
 * What every feed keeps that is polled, by its own declaration: `feeds` has one of each. Nothing is missed at the edges of pages, of
 * windows and of clocks; nothing is told under another name when it is told again; and of two states of one record the later counts, however
 * they come. `idle`: feeds that these settings leave unused, which another call of this has.
 */
export function conformsWhenPolled(name: string, setup: Setup, feeds: Readonly<Record<string, Polled>>, idle: readonly string[] = []): void {
  describe(`${name} when polled`, () => {
    test("each feed of its declaration is here", () => { expect([...Object.keys(feeds), ...idle].sort()).toEqual(setup.connector.feeds.map((feed) => feed.name).sort()); });
    for (const [feed, one] of Object.entries(feeds)) describe(`feed ${feed}`, () => { keeps(setup, feed, one); });
  });
}

function keeps(setup: Setup, feed: string, one: Polled): void {
  const { page, lists, final = false } = one, sizes = one.few ? [0, 1, page, page + 1] : [0, 1, page - 1, page, page + 1, 2 * page, 2 * page + 1], many = one.few ? page + 1 : 2 * page + 1;
  /** Records that were changed an hour after each other, the newest a second ago. */
  const filled = ({ source, its, now }: Polling, count: number): Instant => {
    for (let id = 1; id <= count; id += 1) source.put(id, addMs(from(its(now()), -60 * (count - id)), -1000));
    return source.rows.at(-1)?.at ?? its(now());
  };
  const run = (title: string, play: (polling: Polling) => Promise<void>, skewMs = 0): void => {
    test(title, async () => { const polling = await pollingOf(setup, feed, one, skewMs); try { await play(polling); } finally { await polling.close(); } });
  };

  // where it is asked by time, a page may begin with the last moment of the one before
  test.each([...new Set(sizes)].filter((count) => count >= 0))("%i records are all told, none much more than once, and its pages end", async (count) => {
    const polling = await pollingOf(setup, feed, one);
    filled(polling, count);
    const pages = await polling.turn();
    await polling.close();
    expect([...polling.told.keys()].sort()).toEqual(polling.source.rows.map(mark).sort());
    expect([...polling.told.values()].reduce((sum, times) => sum + times, 0)).toBeLessThanOrEqual(count + (lists === "sequence" ? 0 : pages - 1));
    expect(pages).toBeLessThanOrEqual(Math.floor(count / Math.max(1, page - 1)) + 2);
  });
  run("records of one moment, over more than a page, are all told", async (polling) => {
    for (let id = 1; id <= many; id += 1) polling.source.put(id, addMs(polling.its(polling.now()), -1000));
    await polling.turn();
    expect(polling.missing()).toEqual([]);
  });
  run("a page that is read again says the same in the same bytes", async (polling) => {
    filled(polling, page);
    const [first, again] = [await polling.read(false), await polling.read(false)], said = ({ messages }: Reading) => messages.map(({ sourceMessageId, body }) => [sourceMessageId, new TextDecoder().decode(body)]);
    expect(first.messages.length).toBeGreaterThan(0);
    expect(said(again)).toEqual(said(first));
  });
  for (const hours of lists === "changes" ? [-1, 0, 1] : [0]) {
    const clock = hours === 0 ? "" : `, under a clock that is an hour ${hours < 0 ? "behind" : "ahead"}`, skewMs = hours * 60 * minute;
    run(`what changes and comes while its pages are read is told, and nothing is passed over for it${clock}`, async (polling) => {
      filled(polling, many);
      await polling.turn((at) => {
        polling.later(5000);
        if (at > 3) return;
        if (!final) polling.source.put(at, polling.its(polling.now()));
        polling.source.put(many + at, polling.its(polling.now()));
      });
      for (let turn = 0; turn < 3; turn += 1) { polling.later(10_000); await polling.turn(); }
      expect(polling.missing()).toEqual([]);
    }, skewMs);
    if (lists === "changes") run(`what is committed late by as much as windows overlap is told with the next${clock}`, async (polling) => {
      const newest = filled(polling, page + 1);
      await polling.turn();
      polling.later(10_000);
      polling.source.put(page + 2, addMs(newest, -overlapSeconds * 1000));
      await polling.turn();
      expect(polling.missing()).toEqual([]);
    }, skewMs);
    if (lists === "changes") run(`what comes a thousandth of a second after the newest of long ago is told at once${clock}`, async (polling) => {
      const newest = filled(polling, page);
      await polling.turn();
      for (const ms of [overlapSeconds * 1000 + 2 * minute, 10_000]) { polling.later(ms); await polling.turn(); }
      polling.source.put(page + 1, addMs(newest, 1));
      await polling.turn();
      expect(polling.missing()).toEqual([]);
    }, skewMs);
  }
  if (lists === "changes") run("what a clock stamps that was set back by fifty minutes is told within half an hour", async (polling) => {
    filled(polling, 2);
    await polling.turn();
    polling.setBack(50 * minute);
    const seen = new Map<string, number>(), late: string[] = [];
    for (let at = 1; at <= 90; at += 1) {
      polling.later(minute);
      if (at % 5 === 0) { polling.source.put(at, polling.its(polling.now())); seen.set(mark({ id: at, revision: 1, at: "" }), at); }
      await polling.turn();
      for (const [what, since] of seen) if (at - since === 30 && !polling.told.has(what)) late.push(what);
    }
    expect(late).toEqual([]);
  });
  if (lists === "changes" && "since" in ((setup.connector.settings as { shape?: object }).shape ?? {})) test("what the settings begin with is read from that very moment", async () => {
    const since = from(testNow, -10), polling = await pollingOf(setup, feed, { ...one, settings: { ...one.settings, since } });
    for (const [id, at] of [addMs(since, -1), since, addMs(since, 1)].entries()) polling.source.put(id + 1, at);
    await polling.turn();
    await polling.close();
    expect(["M2x1M", "M3x1M"].filter((what) => !polling.told.has(what))).toEqual([]);
  });
  if (!final) run("of two states of one record the later counts, in whatever order they come", async (polling) => {
    filled(polling, 1);
    await polling.turn();
    const first = polling.messages.splice(0);
    polling.later(20_000);
    polling.source.put(1, polling.its(polling.now()));
    await polling.turn();
    const known = async (messages: readonly (SourceMessage & { receivedAt: Instant })[]) => {
      const facts = new Map<string, { version: number; data: string }>();
      for (const { receivedAt, ...message } of messages) {
        const read = await polling.integrations.translate({ connector: "under-test", entity: "US01", correlationId: "c", receivedAt, ...message });
        if (!read.ok) throw new Error(read.error.message);
        for (const event of read.value.events) {
          const subject = subjectOf(event), fact = toFact(event, receivedAt);
          if (subject.ok && fact.ok) facts.set([subjectId(subject.value), fact.value.group, fact.value.document].join(" "), { version: fact.value.version, data: JSON.stringify(fact.value.data) });
        }
      }
      return facts;
    };
    const [before, after] = [await known(first), await known(polling.messages)];
    const changed = [...after].flatMap(([what, now]) => { const then = before.get(what); return then && then.data !== now.data ? [{ what, isLater: now.version > then.version }] : []; });
    expect(changed.length, "its later state says something else of what the first was of").toBeGreaterThan(0);
    expect(changed.filter(({ isLater }) => !isLater)).toEqual([]);
  });
}
