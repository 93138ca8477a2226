import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addMs, epochMs, minutes } from "../instant";
import type { BusinessCalendar } from "../policy";
import { countedOnce, moneyHeld } from "./amounts";
import { figureDefinitions } from "./definitions";
import { exceptionAge, exceptionDue, verifiedFixRate } from "./exceptions";
import { claimOrder, heldByHolder, heldMs, holderIntervals, holdersThroughout, holdersTogether, type Claim, type HolderInterval } from "./holders";
import { ageingMatrix, ageBuckets, bucketOf, ordersInFlight, pastServiceLevel, type OrderRow } from "./orders";
import { countedTime, daysOf, percentile, windowOf } from "./time";

const calendar: BusinessCalendar = { zone: "UTC", workdays: [1, 2, 3, 4, 5], opens: 480, closes: 1020, holidays: [] };
const start = "2026-03-09T08:00:00.000Z";
const later = (count: number) => addMs(start, minutes(count));

test("nearest-rank percentile", () => {
  expect([50, 95, 0, 100].map((percent) => percentile([15, 20, 35, 40, 50], percent))).toEqual([35, 50, 15, 50]);
  expect(percentile([], 50)).toBeNull();
});
test("a source clock more than five minutes ahead of ours is not believed", () => {
  expect(countedTime({ occurredAt: later(5), recordedAt: start })).toEqual({ at: later(5), clock: false });
  expect(countedTime({ occurredAt: later(6), recordedAt: start })).toEqual({ at: start, clock: true });
  expect(countedTime({ occurredAt: null, recordedAt: start })).toEqual({ at: start, clock: true });
});

describe("who holds the ball", () => {
  const claim: fc.Arbitrary<Claim> = fc.record({ by: fc.constantFrom(...claimOrder), holder: fc.constantFrom("billing" as const, "credit" as const, "target:erp" as const, "tower" as const), from: fc.integer({ min: -50, max: 250 }), length: fc.option(fc.integer({ min: 0, max: 120 })) })
    .map(({ from, length, ...rest }) => ({ ...rest, from: later(from), to: length === null ? null : later(from + length) }));
  test("the intervals partition the life: no gap, no overlap, and their sum is the elapsed time", () => {
    fc.assert(fc.property(fc.array(claim, { maxLength: 12 }), fc.integer({ min: 0, max: 200 }), (claims, length) => {
      const life = { from: start, to: later(length) };
      const intervals = holderIntervals(life, "warehouse", claims);
      expect(intervals[0]?.from ?? life.from).toBe(life.from);
      expect(intervals.at(-1)?.to ?? life.to).toBe(life.to);
      intervals.slice(1).forEach((interval, index) => { expect(interval.from).toBe(intervals[index]?.to); expect(interval.holder).not.toBe(intervals[index]?.holder); });
      const holders = [...new Set(intervals.map((interval) => interval.holder))];
      expect(holders.reduce((total, holder) => total + heldMs(intervals, holder), 0)).toBe(epochMs(life.to) - epochMs(life.from));
    }));
  });
  test("an exception is stronger than a hold, a hold than a sent command", () => {
    const claims: Claim[] = [{ by: "target", holder: "target:erp", from: later(0), to: later(60) }, { by: "hold", holder: "credit", from: later(10), to: later(50) }, { by: "exception", holder: "billing", from: later(20), to: later(30) }];
    expect(holderIntervals({ from: start, to: later(70) }, "tower", claims).map(({ holder, to }) => [holder, to])).toEqual([["target:erp", later(10)], ["credit", later(20)], ["billing", later(30)], ["credit", later(50)], ["target:erp", later(60)], ["tower", later(70)]]);
  });
});

describe("who holds a document of several slices", () => {
  const interval: fc.Arbitrary<HolderInterval> = fc.record({ holder: fc.constantFrom("billing" as const, "target:erp" as const, "tower" as const, "customer" as const), from: fc.integer({ min: 0, max: 200 }), length: fc.integer({ min: 1, max: 90 }) })
    .map(({ holder, from, length }) => ({ holder, from: later(from), to: later(from + length) }));
  test("one at a time, and together just as long as anybody had a part of it", () => {
    fc.assert(fc.property(fc.array(interval, { maxLength: 12 }), (intervals) => {
      const together = holdersTogether(intervals);
      together.slice(1).forEach((each, index) => { expect(each.from >= (together[index]?.to ?? "")).toBe(true); });
      const minutesHeld = Array.from({ length: 300 }, (_, minute) => later(minute)).filter((at) => intervals.some(({ from, to }) => from <= at && to > at)).length;
      expect(heldByHolder(together).reduce((total, { ms }) => total + ms, 0)).toBe(minutes(minutesHeld));
    }));
  });
  test("its whole window has a holder: the source until it told, then whoever had it last", () => {
    fc.assert(fc.property(fc.array(interval, { maxLength: 12 }), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 250 }), (intervals, from, length) => {
      const throughout = holdersThroughout(holdersTogether(intervals), later(from), later(from + length));
      expect(heldByHolder(throughout).reduce((total, { ms }) => total + ms, 0)).toBe(minutes(length));
      throughout.slice(1).forEach((each, index) => { expect(each.from).toBe(throughout[index]?.to); expect(each.holder).not.toBe(throughout[index]?.holder); });
    }));
    const told: HolderInterval[] = [{ holder: "tower", from: later(10), to: later(12) }, { holder: "target:erp", from: later(15), to: later(20) }];
    expect(holdersThroughout(told, later(0), later(30)).map(({ holder, to }) => [holder, to])).toEqual([["source", later(10)], ["tower", later(15)], ["target:erp", later(30)]]);
    expect(holdersThroughout(told, later(11), later(11))).toEqual([]);
  });
  test("a team before a target, a target before the tower, the tower before who is waited for outside", () => {
    const parts: HolderInterval[] = [{ holder: "customer", from: later(0), to: later(50) }, { holder: "tower", from: later(5), to: later(40) }, { holder: "target:erp", from: later(10), to: later(30) }, { holder: "tax", from: later(15), to: later(20) }, { holder: "billing", from: later(12), to: later(25) }];
    expect(holdersTogether(parts).map(({ holder, to }) => [holder, to])).toEqual([["customer", later(5)], ["tower", later(10)], ["target:erp", later(12)], ["billing", later(25)], ["target:erp", later(30)], ["tower", later(40)], ["customer", later(50)]]);
  });
});

describe("orders", () => {
  const row = (order: string, more: Partial<OrderRow>): OrderRow => ({ order, placed: start, blanket: false, scheduledFor: null, completeAt: null, cancelledAt: null, cancelledBeforeRelease: false, stage: "fulfil", stageSince: start, stageDue: null, value: "1.00", currency: "USD", touches: [], ...more });
  test("blankets and scheduled orders are beside the figure, not in it", () => {
    const rows = [row("a", {}), row("b", { blanket: true }), row("c", { stage: "scheduled", scheduledFor: later(9000) }), row("d", { cancelledAt: later(1) }), row("e", { placed: later(500) })];
    expect(ordersInFlight(rows, later(60))).toMatchObject({ count: 1, blankets: 1, scheduled: 1 });
  });
  test("buckets are half-open and the last has no end", () => {
    expect([59, 60, 239, 240, 1439, 1440, 4319, 4320, 10079, 10080].map((count) => bucketOf(minutes(count)))).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4, 5]);
    expect(ageBuckets).toHaveLength(6);
  });
  test("scheduled and waiting orders go by due date", () => {
    const { aged, due } = ageingMatrix([row("a", { stage: "scheduled", stageDue: "2026-03-12" }), row("b", { stage: "bill_wait", stageDue: "2026-03-08" }), row("c", {})], later(60));
    expect(due).toEqual([{ stage: "scheduled", overdue: 0, today: 0, later: 1, undated: 0 }, { stage: "bill_wait", overdue: 1, today: 0, later: 0, undated: 0 }]);
    expect(aged).toHaveLength(1);
  });
  test("a pause moves the target", () => {
    const clocks = [{ order: "a", stage: "fulfil" as const, dueAt: later(10) }, { order: "b", stage: "fulfil" as const, dueAt: later(10), pausedMs: minutes(60) }, { order: "c", stage: "scheduled" as const, dueAt: null }];
    expect(pastServiceLevel(clocks, later(20))).toEqual(["a"]);
  });
});

test("each amount is held once, under its oldest hold, and what an exception stops is apart", () => {
  const holds = [{ rule: "TAX_VARIANCE", since: later(9) }, { rule: "AMOUNT_LIMIT", since: later(3) }];
  const thing = { subject: "u1", what: "invoice", amount: "100.00", currency: "USD", holds, stoppedByException: false };
  expect(moneyHeld([thing, thing, { ...thing, subject: "u2", stoppedByException: true }])).toEqual([{ currency: "USD", held: "100", alsoOnHold: "100", byReason: [{ rule: "AMOUNT_LIMIT", amount: "100", count: 1 }] }]);
});

test("of some holds each document counts once, under its oldest of the whole, and parts where none holds the whole", () => {
  const hold = (id: string, subjectId: string, slot: string, amount: string, hour: number, rule = "AMOUNT_LIMIT") => ({ id, subjectId, rule, slot, amount, openedAt: later(hour) });
  const ids = (...holds: ReturnType<typeof hold>[]) => countedOnce(holds).map(({ id }) => id).sort();
  expect(ids(hold("a", "u1", "", "100.00", 9), hold("b", "u1", "", "100.00", 3, "TAX_VARIANCE"), hold("c", "u2", "order", "5.00", 1))).toEqual(["b", "c"]);
  expect(ids(hold("a", "u1", "1", "10.00", 1), hold("b", "u1", "2", "20.00", 2), hold("c", "u1", "2", "20.00", 3))).toEqual(["a", "b"]);
  expect(ids(hold("a", "u1", "1", "10.00", 1), hold("b", "u1", "any", "100.00", 2, "MANUAL"))).toEqual(["b"]);
  expect(ids(hold("a", "u1", "1", "10.00", 1), hold("b", "u1", "", "0", 0))).toEqual(["a"]);
});

describe("exceptions", () => {
  const friday = "2026-03-06T16:00:00.000Z", monday = "2026-03-09T09:00:00.000Z";
  test("age runs in the team's business time, around the clock for TEC and CMP", () => {
    expect(exceptionAge("INV-01", [{ firstSeen: friday, resolvedAt: null }], monday, calendar, null).ageMs).toBe(minutes(120));
    expect(exceptionAge("TEC-01", [{ firstSeen: friday, resolvedAt: null }], monday, calendar, null).ageMs).toBe(minutes(65 * 60));
    expect(exceptionDue("INV-01", friday, calendar)).toBe(monday);
    expect(exceptionDue("INV-04", friday, calendar)).toBe("2026-03-09T16:00:00.000Z");
    expect(exceptionDue("INV-04", friday, calendar, "2026-03-09T10:00:00.000Z")).toBe("2026-03-09T10:00:00.000Z");
  });
  test("a return within seven days is the same exception, regressed: its age starts again, open in total adds all spells", () => {
    const age = exceptionAge("INV-01", [{ firstSeen: later(0), resolvedAt: later(60) }, { firstSeen: later(90), resolvedAt: null }], later(120), calendar, later(100));
    expect(age).toEqual({ ageMs: minutes(30), openInTotalMs: minutes(90), regressed: true, overdue: true });
  });
  test("verified fixes of those tried in the window", () => {
    expect(verifiedFixRate([{ triedAt: later(1), verified: true }, { triedAt: later(2), verified: false }, { triedAt: later(99), verified: true }], { from: start, to: later(50) })).toEqual({ tried: 2, verified: 1, rate: 0.5 });
  });
});

test("every figure says what it counts, over what, and what it leaves out", () => {
  for (const definition of Object.values(figureDefinitions)) for (const words of Object.values(definition)) expect(words.length).toBeGreaterThan(5);
});

describe("a period", () => {
  test("its days touch, cover it exactly, and have 23 or 25 hours where the clocks change", () => {
    const period = { from: "2026-03-07", to: "2026-03-09", zone: "America/New_York" }, windows = daysOf(period).map(windowOf);
    expect(windows).toEqual([
      { from: "2026-03-07T05:00:00.000Z", to: "2026-03-08T05:00:00.000Z" }, { from: "2026-03-08T05:00:00.000Z", to: "2026-03-09T04:00:00.000Z" }, { from: "2026-03-09T04:00:00.000Z", to: "2026-03-10T04:00:00.000Z" },
    ]);
    expect(windowOf(period)).toEqual({ from: windows[0]?.from, to: windows.at(-1)?.to });
  });
});
