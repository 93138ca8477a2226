import fc from "fast-check";
import { expect, test } from "vitest";
import { addMs, fromEpochMs } from "@/server/domain/instant";
import { readOn, windowAt, type Kept, type Window } from "./windows";

const second = 1000, minute = 60_000, begin = Date.parse("2026-03-02T08:00:00.000Z"), overlapSeconds = 60, pageSize = 3;
/** Rows that change at these moments of ours, each stamped when its transaction began and seen when it ended. */
const rows = fc.array(fc.array(fc.record({ seen: fc.integer({ min: 0, max: 20 * minute }), late: fc.integer({ min: 0, max: overlapSeconds * second }) }), { minLength: 1, maxLength: 3 }), { maxLength: 12 });
const pace = fc.record({ skew: fc.integer({ min: -60, max: 60 }).map((minutes) => minutes * minute), every: fc.integer({ min: 10 * second, max: 2 * minute }), page: fc.integer({ min: 0, max: 20 * second }) });

/** A source under its own clock, polled page by page until long after its last change: which changes were read, with their stamps, and where its windows began. */
function polled(changes: readonly (readonly { seen: number; late: number }[])[], { skew, every, page }: { skew: number; every: number; page: number }) {
  const at = (moment: number) => fromEpochMs(begin + moment);
  const stateAt = (moment: number) => changes.flatMap((ofRow, id) => {
    const last = ofRow.filter(({ seen }) => seen <= moment).sort((a, b) => a.seen - b.seen).at(-1);
    return last ? [{ id, change: `${id}@${last.seen}`, stamp: at(last.seen - last.late + skew) }] : [];
  });
  const read = new Map<string, string>(), windows: { from: string | null; rows: number }[] = [];
  let kept: Kept<number> | null = null, now = 0;
  while (now < 40 * minute) {
    let count = 0;
    do {
      const window: Window<number> = windowAt(kept, undefined, at(now));
      now += page;
      const found = stateAt(now).filter(({ id, stamp }) => id > (window.page ?? -1) && (window.from === null || stamp >= window.from)).slice(0, pageSize);
      for (const { change, stamp } of found) read.set(change, stamp);
      count += found.length;
      kept = readOn(window, { moments: found.map(({ stamp }) => stamp), next: found.length === pageSize ? (found.at(-1)?.id ?? null) : null }, overlapSeconds, at(now));
    } while (kept.page !== null);
    windows.push({ from: kept.from, rows: count });
    now += every;
  }
  return { read, windows, last: stateAt(now) };
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
    expect(windows.at(-1)?.rows).toBe(0);
  }));
});

test("what the settings begin with is read from that very moment, and no window reaches before it", () => {
  const first = windowAt<number>(null, "2026-03-02T08:00:00Z", "2026-03-02T12:00:00.000Z");
  expect(first).toMatchObject({ from: "2026-03-02T08:00:00.000Z", page: null });
  expect(readOn(first, { moments: ["2026-03-02T08:01:00Z"], next: null }, overlapSeconds, "2026-03-02T12:00:00.000Z").from).toBe("2026-03-02T08:00:00.000Z");
  expect(readOn(first, { moments: [], next: null }, overlapSeconds, "2026-03-02T12:00:00.000Z").from).toBe("2026-03-02T08:00:00.000Z");
});
