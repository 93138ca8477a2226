import { describe, expect, test } from "vitest";
import { businessMs } from "@/server/domain/calendar";
import { defaultPolicy } from "@/server/domain/default-policy";
import { addMs, minutes } from "@/server/domain/instant";
import { connectorHealth, worstFirst, type ConnectorRowView } from "./connectors";
import { startedBefore, stateOf } from "./service-levels";
import { causeOfPeak, latencyPoints } from "./tower-latency";

const now = "2026-03-11T17:00:00.000Z";

describe("a connector", () => {
  const row = { state: "active" as const, breaker: "closed" as const, lastSuccessAt: now, lastFailureAt: null };
  test("is as bad as its breaker, its last call and its state say", () => {
    expect(connectorHealth(row)).toBe("healthy");
    expect(connectorHealth({ ...row, breaker: "open", state: "paused" })).toBe("down");
    expect(connectorHealth({ ...row, state: "paused" })).toBe("paused");
    expect(connectorHealth({ ...row, breaker: "half_open" })).toBe("degraded");
    expect(connectorHealth({ ...row, lastFailureAt: addMs(now, 1) })).toBe("degraded");
    expect(connectorHealth({ ...row, lastFailureAt: addMs(now, -1) })).toBe("healthy");
  });
  test("stands worst first, the longest wait before", () => {
    const named = (name: string, health: ConnectorRowView["health"], oldestAt: string | null = null) => ({ name, health, oldestAt }) as ConnectorRowView;
    expect(worstFirst([named("a", "healthy"), named("b", "paused"), named("c", "down", now), named("d", "down", addMs(now, -1)), named("e", "degraded")]).map(({ name }) => name)).toEqual(["d", "c", "e", "b", "a"]);
  });
});

describe("a service level", () => {
  test("on wall time began its minutes ago; on business time the offices were open exactly so long", () => {
    expect(startedBefore(now, 60, null)).toBe("2026-03-11T16:00:00.000Z");
    const monday = "2026-03-09T13:00:00.000Z", { calendar } = defaultPolicy;
    const began = startedBefore(monday, 120, calendar);
    expect(began < "2026-03-07T00:00:00.000Z").toBe(true);
    expect(Math.abs(businessMs(calendar, began, monday) - minutes(120))).toBeLessThan(1500);
  });
  test("judges what is open", () => {
    expect([stateOf(true, 1, 5), stateOf(true, 0, 5), stateOf(true, 0, 0), stateOf(false, 9, 9)]).toEqual(["breached", "warn", "met", "off"]);
  });
});

describe("latency by half hour", () => {
  const row = (postedAgo: number, tookMinutes: number) => ({ posted: addMs(now, -minutes(postedAgo)), billingDue: addMs(now, -minutes(postedAgo + tookMinutes)) });
  const points = latencyPoints([row(1, 10), row(2, 30), row(29, 20), row(31, 200), row(24 * 60 - 1, 5), row(24 * 60 + 31, 99)], now);
  test("48 parts end now; a part without a posting is a gap", () => {
    expect(points).toHaveLength(48);
    expect(points.at(-1)).toEqual({ at: now, p50Minutes: 20, p95Minutes: 30 });
    expect(points.at(-2)).toMatchObject({ p50Minutes: 200, p95Minutes: 200 });
    expect(points[0]).toMatchObject({ p95Minutes: 5 });
    expect(points.filter(({ p95Minutes }) => p95Minutes !== null)).toHaveLength(3);
  });
  test("the peak beyond the limit names what began before it, else nothing", () => {
    const causes = [{ title: "old", at: addMs(now, -minutes(3000)) }, { title: "429s", at: addMs(now, -minutes(100)) }];
    expect(causeOfPeak(points, 120, causes)).toBe("429s");
    expect(causeOfPeak(points, 300, causes)).toBeNull();
    expect(causeOfPeak([], 1, causes)).toBeNull();
  });
});
