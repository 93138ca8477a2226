import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { figureList, median, mediansOf, percentile, tableOf } from "./figures";
import { optionsFrom } from "./options";

describe("medians", () => {
  test("the middle value, whatever the order; of an even number the mean of both", () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7]), median([])]).toEqual([2, 2.5, 7, null]);
  });
  test("percentiles by the nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile([5], 0.99), percentile([], 0.5)]).toEqual([50, 99, 5, null]);
  });
  test("a figure that some runs lack is the median of the others; one that all lack is null", () => {
    const figures = mediansOf([{ chainsPerSecond: 300.4, rssWebMb: null }, { chainsPerSecond: 100 }, { chainsPerSecond: 200 }]);
    expect([figures.chainsPerSecond, figures.rssWebMb, figures.planMicroseconds5]).toEqual([200, null, null]);
  });
});

describe("json", () => {
  test("flat, every key, in the order of the list; numbers or null", () => {
    const figures = JSON.parse(JSON.stringify(mediansOf([{ callsPerChain: 7 }]))) as Record<string, unknown>;
    expect(Object.keys(figures)).toEqual(figureList.map(({ key }) => key));
    expect(Object.values(figures).every((value) => value === null || typeof value === "number")).toBe(true);
  });
  test("the keys are promised: taking one away or renaming it breaks scripts", () => {
    expect(figureList.map(({ key }) => key)).toMatchInlineSnapshot(`
      [
        "chainsPerSecond",
        "callsPerChain",
        "callsPerSecond",
        "workerCpuMsPerChain",
        "databaseCpuMsPerChain",
        "plainCallsPerSecond",
        "plainChainsPerSecond",
        "queueChainsPerSecond",
        "chainsPerSecondOnePercentSlow",
        "eventsPerSecondSingle",
        "eventsPerSecondBatch",
        "plainInsertsPerSecond",
        "acceptedToCalledMsP50Idle",
        "acceptedToCalledMsP99Idle",
        "acceptedToCalledMsP50HalfLoad",
        "acceptedToCalledMsP99HalfLoad",
        "rssWebMb",
        "rssWorkerMb",
        "vendureBurstAcceptedSeconds",
        "vendureBurstSettledSeconds",
        "vendureBurstLost",
        "vendureBurstTwice",
        "vendureBurstRssWebMb",
        "vendureBurstRssWorkerMb",
        "reconcileSeconds",
        "reconcileCpuSeconds",
        "reconcileDatabaseCpuSeconds",
        "reconcilePeakRssMb",
        "planMicroseconds5",
        "planMicroseconds50",
        "planMicroseconds5000",
        "chainsPerSecondWorkers1",
        "chainsPerSecondWorkers2",
        "chainsPerSecondWorkers4",
        "recoveryFirstPostingSeconds",
        "recoveryClearedSeconds",
        "postingMsP50Alone",
        "postingMsP99Alone",
        "postingMsP50BesideReplay",
        "postingMsP99BesideReplay",
        "replayedPerSecond",
        "postingMsP50BesideDead",
        "postingMsP99BesideDead",
        "postingMsP50BesideStopped",
        "postingMsP99BesideStopped",
        "largeOrderSeconds",
        "oneMoreOrderMs",
        "oneMoreOrderOfBusyCustomerMs",
        "simulatorRunsPerSecond",
      ]
    `);
  });
  test("docs/performance.md explains each", () => {
    const text = readFileSync(path.join(import.meta.dirname, "../docs/performance.md"), "utf8");
    expect(figureList.filter(({ key }) => !text.includes(`\`${key}\``)).map(({ key }) => key)).toEqual([]);
  });
});

describe("table", () => {
  test("one line a figure, aligned, with the range of the runs", () => {
    const runs = [{ chainsPerSecond: 1200, callsPerChain: 7 }, { chainsPerSecond: 1000, callsPerChain: 7 }, { chainsPerSecond: 1100, callsPerChain: 7 }];
    const lines = tableOf(mediansOf(runs), runs).split("\n");
    expect(lines).toHaveLength(figureList.length + 1);
    expect(lines[1]).toMatch(/^chainsPerSecond +1,100 {2}chains\/s +1,000 … 1,200 +whole orders/);
    expect(lines.find((line) => line.startsWith("rssWebMb"))).toMatch(/ – {2}MB/);
    expect(lines[2]?.indexOf(" calls ")).toBe(lines[1]?.indexOf(" chains/s "));
  });
});

describe("options", () => {
  test("three runs and 10,000 orders unless told; a quick one is small; unknown words are refused", () => {
    expect(optionsFrom([])).toMatchObject({ runs: 3, orders: 10_000, json: false, quick: false });
    expect(optionsFrom(["--quick", "--json"])).toMatchObject({ runs: 1, json: true, quick: true });
    expect(optionsFrom(["--quick", "--orders", "50", "--runs", "2"])).toMatchObject({ runs: 2, orders: 50 });
    expect(optionsFrom(["--only", "plan,chains"]).only).toEqual(["plan", "chains"]);
    expect(() => optionsFrom(["--fast"])).toThrow("--fast");
    expect(() => optionsFrom(["--runs", "0"])).toThrow("--runs");
    expect(() => optionsFrom(["--only", "nonsense"])).toThrow("nonsense");
  });
});
