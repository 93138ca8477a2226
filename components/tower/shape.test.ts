import { describe, expect, test } from "vitest";
import type { TowerOverview } from "@/server/api/shapes";
import { ordersHref, towerHref, towerSearch } from "./search";
import { bucketEdges, latencySentence, lateFrom, matrixProps, pipelineProps } from "./shape";

const cells = (...counts: number[]) => Array.from({ length: 6 }, (_, index) => ({ count: counts[index] ?? 0, amount: counts[index] ? "10.10" : "0" }));
const overview = {
  currency: "USD", targets: { validate: 5 },
  matrix: { aged: [{ stage: "validate", cells: cells(2, 1), count: 3, amount: "20.20", late: 1 }, { stage: "fulfil", cells: cells(0, 4), count: 4, amount: "10.10", late: 0 }], due: [] },
  flow: { passed: [{ milestone: "received", count: 5, amount: "50" }, { milestone: "settled", count: 1, amount: "5" }], gaps: [{ count: 7, amount: "70", moving: 2, stuck: [{ kind: "technical", count: 3 }, { kind: "sla", count: 2 }] }] },
} as unknown as TowerOverview;

describe("the matrix", () => {
  const props = matrixProps(overview, { channel: "edi" });
  test("each cell leads to the orders that it counts, with the same filter", () => {
    expect(props.stages[0]?.cells[0]?.href).toBe("/orders?channel=edi&stage=validate&ageTo=1");
    expect(props.stages[0]?.cells[1]?.href).toBe("/orders?channel=edi&stage=validate&ageFrom=1&ageTo=4");
    expect(props.stages[0]?.cells[2]).toBeNull();
    expect(props.stages[0]?.late.href).toBe("/orders?channel=edi&stage=validate&late=1");
  });
  test("sums are exact and the rule stands where a limit lies", () => {
    expect(props.sums.cells[1]).toMatchObject({ count: 5, amount: "20.200000" });
    expect(props.sums.total).toMatchObject({ count: 7, amount: "30.300000" });
    expect([lateFrom(5), lateFrom(60), lateFrom(240), lateFrom(600), lateFrom(99_999), lateFrom(undefined)]).toEqual([1, 1, 2, 3, 6, null]);
    expect([0, 3, 5].map(bucketEdges)).toEqual([{ ageTo: 1 }, { ageFrom: 24, ageTo: 72 }, { ageFrom: 168 }]);
  });
});

test("the pipeline names what does not move and where to see it", () => {
  const { stages, gaps } = pipelineProps(overview, {});
  expect(stages.map(({ label, count }) => [label, count])).toEqual([["Captured", 5], ["Paid", 1]]);
  expect(gaps[0]?.stuck.map(({ kind, href }) => [kind, href])).toEqual([["technical", "/orders?stage=transit%2Cintake%2Cvalidate&stopped=technical"], ["sla", "/orders?stage=transit%2Cintake%2Cvalidate&stopped=sla"]]);
});

test("posting latency is never told without what is unposted", () => {
  const latency = { limitMinutes: 120, figure: { gross: { count: 3, p50: 3, p95: 150 }, open: { count: 2, orders: 2, oldestMinutes: 61, pastLimit: 0 } } };
  expect(latencySentence({ latency } as unknown as TowerOverview)).toBe("Posting latency of the last 24 hours: p50 3 min, p95 2 h 30, limit 2 h. 2 orders are due and not posted, the oldest for 1 h 01.");
});

test("state of the Tower lives in the address", () => {
  expect(towerSearch({ channel: ["edi", "web"], currency: "usd" })).toEqual({ channel: "edi" });
  expect(towerHref({ channel: "edi", currency: "EUR" }, { channel: null })).toBe("/?currency=EUR");
  expect(ordersHref({ channel: "edi" }, { stage: "open" })).toBe("/orders?channel=edi&stage=open");
});
