import fc from "fast-check";
import { expect, test } from "vitest";
import { addMs, fromEpochMs } from "@/server/domain/instant";
import { readOn, windowAt, type Kept, type Window } from "./windows";

const second = 1000, minute = 60_000, begin = Date.parse("2026-03-02T08:00:00.000Z"), overlapSeconds = 60, pageSize = 3;
/** Rows that change at these moments of ours, each stamped when its transaction began and seen when it ended. */
const rows = fc.array(fc.array(fc.record({ seen: fc.integer({ min: 0, max: 20 * minute }), late: fc.integer({ min: 0, max: overlapSeconds * second }) }), { minLength: 1, maxLength: 3 }), { maxLength: 12 });
const pace = fc.record({ skew: fc.integer({ min: -60, max: 60 }).map((minutes) => minutes * minute), every: fc.integer({ min: 10 * second, max: 2 * minute }), page: fc.integer({ min: 0, max: 20 * second }) });

interface How { skew: number; every: number; page: number; /** From this moment of ours on its clock shows so much less. */ setBack?: { at: number; by: number }; until?: number }
/** A source under its own clock, polled page by page until long after its last change: which changes were read, with their stamps and when, and where its windows began. */
function polled(changes: readonly (readonly { seen: number; late: number }[])[], { skew, every, page, setBack = { at: 0, by: 0 }, until = 40 * minute }: How) {
  const at = (moment: number) => fromEpochMs(begin + moment), shown = (moment: number): number => moment + skew - (moment >= setBack.at ? setBack.by : 0);
  const stateAt = (moment: number) => changes.flatMap((ofRow, id) => {
    const last = ofRow.filter(({ seen }) => seen <= moment).sort((a, b) => a.seen - b.seen).at(-1);
    return last ? [{ id, change: `${id}@${last.seen}`, stamp: at(shown(last.seen - last.late)) }] : [];
  });
  const read = new Map<string, string>(), readAt = new Map<string, number>(), windows: { from: string | null; rows: number; setBack: boolean }[] = [];
  let kept: Kept<number> | null = null, now = 0;
  while (now < until) {
    let count = 0;
    do {
      const window: Window<number> = windowAt(kept, undefined, at(now));
      now += page;
      const found = stateAt(now).filter(({ id, stamp }) => id > (window.page ?? -1) && (window.from === null || stamp >= window.from)).slice(0, pageSize);
      for (const { change, stamp } of found) { read.set(change, stamp); if (!readAt.has(change)) readAt.set(change, now); }
      count += found.length;
      kept = readOn(window, { moments: found.map(({ stamp }) => stamp), next: found.length === pageSize ? (found.at(-1)?.id ?? null) : null }, overlapSeconds, at(now), every);
    } while (kept.page !== null);
    windows.push({ from: kept.from, rows: count, setBack: kept.setBack != null });
    now += every;
  }
  return { read, readAt, windows, last: stateAt(now) };
}

test("nothing is missed, however far the source's clock is from ours, however late its commits and long its pages", () => {
  fc.assert(fc.property(rows, pace, (changes, how) => {
    const { read, last } = polled(changes, how);
    expect(last.filter(({ change }) => !read.has(change))).toEqual([]);
  }));
});

test("a window moves forward only, and past what was read once that is settled: nothing is read for ever", () => {
  fc.assert(fc.property(rows, pace, (changes, how) => {
    const { windows, read } = polled(changes, how), newest = [...read.values()].sort().at(-1);
    const begun = windows.flatMap(({ from }) => from ?? []);
    expect(begun).toEqual([...begun].sort());
    if (newest !== undefined) expect(begun.at(-1)).toBe(addMs(newest, 1));
    // looks back for a clock that was set back come each time that the silence has doubled, so they are few; every other window is empty
    expect(windows.slice(-Math.floor((10 * minute) / (how.every + 5 * how.page))).filter((window) => window.rows > 0).length).toBeLessThanOrEqual(1);
    expect(windows.some(({ setBack }) => setBack)).toBe(false);
  }));
});

const hour = 60 * minute;
const rare = fc.array(fc.array(fc.record({ seen: fc.integer({ min: 0, max: 4 * hour }), late: fc.integer({ min: 0, max: overlapSeconds * second }) }), { minLength: 1, maxLength: 3 }), { maxLength: 12 });
const slow = fc.record({ skew: fc.integer({ min: -60, max: 60 }).map((minutes) => minutes * minute), every: fc.integer({ min: 30 * second, max: 5 * minute }), page: fc.integer({ min: 0, max: 10 * second }), setBack: fc.record({ at: fc.integer({ min: 0, max: 3 * hour }), by: fc.integer({ min: 0, max: 3 * hour }) }) });
test("nothing is missed of a source whose clock is set back while it is read, by a second or by hours", () => {
  fc.assert(fc.property(rare, slow, (changes, how) => {
    const { read, last } = polled(changes, { ...how, until: 14 * hour });
    expect(last.filter(({ change }) => !read.has(change))).toEqual([]);
  }), { numRuns: 60 });
});

test("a clock that was set back by an hour is known within half an hour, what it stamps is read within minutes from then on, and it ends when the clock has passed where it was", () => {
  const changes = Array.from({ length: 60 }, (_, row) => [{ seen: row * 3 * minute, late: 0 }]), how = { skew: 0, every: 15 * second, page: 0, setBack: { at: hour, by: hour }, until: 4 * hour };
  const { readAt, windows } = polled(changes, how), known = windows.findIndex(({ setBack }) => setBack) * how.every, ended = windows.findLastIndex(({ setBack }) => setBack) * how.every;
  expect([known > hour, known <= 1.5 * hour]).toEqual([true, true]);
  expect([ended >= 2 * hour - 3 * minute, ended <= 2 * hour + 4 * minute]).toEqual([true, true]);
  const delays = changes.map(([change], id) => ({ seen: change?.seen ?? 0, delay: (readAt.get(`${id}@${change?.seen ?? 0}`) ?? Infinity) - (change?.seen ?? 0) }));
  expect(delays.filter(({ seen, delay }) => delay > (seen < hour ? minute : seen < known ? hour / 2 : 2 * minute))).toEqual([]);
});

test("what the settings begin with is read from that very moment, and no window reaches before it", () => {
  const first = windowAt<number>(null, "2026-03-02T08:00:00Z", "2026-03-02T12:00:00.000Z");
  expect(first).toMatchObject({ from: "2026-03-02T08:00:00.000Z", page: null });
  expect(readOn(first, { moments: ["2026-03-02T08:01:00Z"], next: null }, overlapSeconds, "2026-03-02T12:00:00.000Z").from).toBe("2026-03-02T08:00:00.000Z");
  expect(readOn(first, { moments: [], next: null }, overlapSeconds, "2026-03-02T12:00:00.000Z").from).toBe("2026-03-02T08:00:00.000Z");
});
