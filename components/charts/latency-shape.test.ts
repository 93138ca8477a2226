import { describe, expect, it, test } from "vitest";
import { endLabelShift, hourTicks, minuteTicks, peakOf, withCrossings } from "./latency-shape";

const at = (minute: number) => new Date(Date.UTC(2026, 6, 16, 12, minute)).toISOString();
const point = (minute: number, p95: number | null) => ({ at: at(minute), p50Minutes: 10, p95Minutes: p95 });

describe("withCrossings", () => {
  it("puts the crossing where the line meets the limit", () => {
    const plot = withCrossings([point(0, 100), point(10, 140)], 120);
    expect(plot.map(({ t, p95, beyond }) => [(t - Date.parse(at(0))) / 60_000, p95, beyond])).toEqual([[0, 100, null], [5, 120, [120, 120]], [10, 140, [120, 140]]]);
  });
  it("leaves a gap where nothing was measured", () => {
    expect(withCrossings([point(0, 100), point(10, null), point(20, 140)], 120).map(({ p95 }) => p95)).toEqual([100, null, 140]);
  });
  it("is empty for nothing", () => { expect(withCrossings([], 120)).toEqual([]); });
});

it.each([[161, [0, 60, 120, 180]], [9, [0, 5, 10]], [0, [0, 5]], [240, [0, 60, 120, 180, 240]], [1.5, [0, 0.5, 1, 1.5]]])(
  "makes round ticks up to %d minutes", (highest, ticks) => { expect(minuteTicks(highest)).toEqual(ticks); });
it("gives round hours of the shown clock", () => {
  const sixteen = Date.UTC(2026, 6, 16, 21);
  expect(hourTicks(sixteen - 3_600_000, sixteen + 20 * 3_600_000, -5 * 3_600_000)[0]).toBe(sixteen);
});
it("never gives many hours", () => {
  expect(hourTicks(0, 24 * 3_600_000)).toHaveLength(7);
  expect(hourTicks(0, 5 * 3_600_000)).toHaveLength(6);
});
it("finds the peak", () => {
  expect(peakOf([point(0, 3), point(1, 9), point(2, null)])?.at).toBe(at(1));
  expect(peakOf([point(0, null)])).toBeNull();
});

test("end labels stand apart: untouched where they do, else moved, and never below the axis", () => {
  expect(endLabelShift(10, 40, 60, 200)).toEqual({ p50: 0, p95: -0 });
  expect(endLabelShift(30, 30, 60, 200)).toEqual({ p50: 7.5, p95: -7.5 });
  expect(endLabelShift(0, 0, 60, 200)).toEqual({ p50: 0, p95: -15 });
});
