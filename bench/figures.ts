/** Every figure of the benchmark: flat, stable names that scripts may rely on. `docs/performance.md` says more of each. */
export const figureList = [
  { key: "chainsPerSecond", unit: "chains/s", digits: 0, meaning: "whole orders, capture to committed tax, from a backlog" },
  { key: "callsPerChain", unit: "calls", digits: 2, meaning: "outbound calls that one order made" },
  { key: "callsPerSecond", unit: "calls/s", digits: 0, meaning: "the same as calls" },
  { key: "workerCpuMsPerChain", unit: "ms", digits: 2, meaning: "CPU time of the worker process for one order" },
  { key: "databaseCpuMsPerChain", unit: "ms", digits: 2, meaning: "CPU time of PostgreSQL for one order" },
  { key: "plainCallsPerSecond", unit: "calls/s", digits: 0, meaning: "limit: the same calls by plain fetch, nothing kept" },
  { key: "plainChainsPerSecond", unit: "chains/s", digits: 0, meaning: "limit: that, in chains" },
  { key: "queueChainsPerSecond", unit: "chains/s", digits: 0, meaning: "peer: the same calls as steps of a durable queue (pg-boss), nothing planned" },
  { key: "chainsPerSecondOnePercentSlow", unit: "chains/s", digits: 0, meaning: "one call in a hundred takes 2 s" },
  { key: "eventsPerSecondSingle", unit: "events/s", digits: 0, meaning: "POST /api/v1/events, one event a request" },
  { key: "eventsPerSecondBatch", unit: "events/s", digits: 0, meaning: "the same, 500 events a request" },
  { key: "plainInsertsPerSecond", unit: "rows/s", digits: 0, meaning: "limit: one row of that size, one commit each" },
  { key: "acceptedToCalledMsP50Idle", unit: "ms", digits: 1, meaning: "from 202 to the first call at the target, nothing else to do" },
  { key: "acceptedToCalledMsP99Idle", unit: "ms", digits: 1, meaning: "" },
  { key: "acceptedToCalledMsP50HalfLoad", unit: "ms", digits: 1, meaning: "the same at half of chainsPerSecond" },
  { key: "acceptedToCalledMsP99HalfLoad", unit: "ms", digits: 1, meaning: "" },
  { key: "rssWebMb", unit: "MB", digits: 0, meaning: "web process after the orders came in through it" },
  { key: "rssWorkerMb", unit: "MB", digits: 0, meaning: "worker process after the same orders" },
  { key: "vendureBurstAcceptedSeconds", unit: "s", digits: 1, meaning: "10,000 pushes of Vendure's plugin, until the last is accepted" },
  { key: "vendureBurstSettledSeconds", unit: "s", digits: 1, meaning: "until the invoice of the last of their orders is read back" },
  { key: "vendureBurstLost", unit: "events", digits: 0, meaning: "accepted and not kept, or not settled" },
  { key: "vendureBurstTwice", unit: "events", digits: 0, meaning: "kept twice, or invoiced twice" },
  { key: "vendureBurstRssWebMb", unit: "MB", digits: 0, meaning: "web process after it" },
  { key: "vendureBurstRssWorkerMb", unit: "MB", digits: 0, meaning: "worker process after it" },
  { key: "reconcileSeconds", unit: "s", digits: 1, meaning: "100,000 documents against 100,000, one statement, kept" },
  { key: "reconcileCpuSeconds", unit: "s", digits: 1, meaning: "CPU time of the process that takes it" },
  { key: "reconcileDatabaseCpuSeconds", unit: "s", digits: 1, meaning: "CPU time of PostgreSQL for it" },
  { key: "reconcilePeakRssMb", unit: "MB", digits: 0, meaning: "how far the memory of that process rises" },
  { key: "planMicroseconds5", unit: "µs", digits: 0, meaning: "one plan of an order with 5 lines, all released" },
  { key: "planMicroseconds50", unit: "µs", digits: 0, meaning: "with 50 lines" },
  { key: "planMicroseconds5000", unit: "µs", digits: 0, meaning: "with 5,000 lines" },
  { key: "chainsPerSecondWorkers1", unit: "chains/s", digits: 0, meaning: "whole orders from a backlog, by one worker process" },
  { key: "chainsPerSecondWorkers2", unit: "chains/s", digits: 0, meaning: "by two" },
  { key: "chainsPerSecondWorkers4", unit: "chains/s", digits: 0, meaning: "by four" },
  { key: "recoveryFirstPostingSeconds", unit: "s", digits: 1, meaning: "kill -9 of the only worker amid a backlog, to the next posting" },
  { key: "recoveryClearedSeconds", unit: "s", digits: 1, meaning: "until nothing of the backlog waits" },
  { key: "postingMsP50Alone", unit: "ms", digits: 0, meaning: "from 202 to the posted invoice, 5 orders a second" },
  { key: "postingMsP99Alone", unit: "ms", digits: 0, meaning: "" },
  { key: "postingMsP50BesideReplay", unit: "ms", digits: 0, meaning: "beside a replay of 100,000 messages" },
  { key: "postingMsP99BesideReplay", unit: "ms", digits: 0, meaning: "" },
  { key: "replayedPerSecond", unit: "messages/s", digits: 0, meaning: "what was replayed meanwhile" },
  { key: "postingMsP50BesideDead", unit: "ms", digits: 0, meaning: "beside a system that never answers, with 100,000 calls waiting" },
  { key: "postingMsP99BesideDead", unit: "ms", digits: 0, meaning: "" },
  { key: "postingMsP50BesideStopped", unit: "ms", digits: 0, meaning: "beside an entity whose postings are stopped, 100,000 of them waiting" },
  { key: "postingMsP99BesideStopped", unit: "ms", digits: 0, meaning: "" },
  { key: "largeOrderSeconds", unit: "s", digits: 1, meaning: "an order of 5,000 lines, from 202 to committed tax" },
  { key: "oneMoreOrderMs", unit: "ms", digits: 0, meaning: "one order alone, from 202 to committed tax" },
  { key: "oneMoreOrderOfBusyCustomerMs", unit: "ms", digits: 0, meaning: "the same of a customer with 10,000 open orders" },
  { key: "simulatorRunsPerSecond", unit: "runs/s", digits: 1, meaning: "seeds of the simulator, all processes together" },
] as const;
export type FigureKey = (typeof figureList)[number]["key"];
/** One measurement; null: it could not be measured here. */
export type Measured = Partial<Record<FigureKey, number | null>>;
export type Figures = Record<FigureKey, number | null>;

/** Middle value; the mean of both middle values of an even number. Null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const high = sorted[sorted.length >> 1], low = sorted[(sorted.length - 1) >> 1];
  return high === undefined || low === undefined ? null : (low + high) / 2;
}

/** Value below which a fraction of all lies, by the nearest rank. Null of nothing. */
export function percentile(values: readonly number[], fraction: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)] ?? null;
}

/** The median of each figure over all runs in which it was measured, rounded as it is shown. Every key is there. */
export function mediansOf(runs: readonly Measured[]): Figures {
  return Object.fromEntries(figureList.map(({ key, digits }) => {
    const value = median(runs.map((run) => run[key]).filter((one) => one !== null && one !== undefined));
    return [key, value === null ? null : Number(value.toFixed(digits))];
  })) as Figures;
}

const shown = (value: number | null, digits: number): string =>
  value === null ? "–" : value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** For people: figure, value, unit, lowest and highest of the runs, meaning. */
export function tableOf(figures: Figures, runs: readonly Measured[]): string {
  const rows = figureList.map(({ key, unit, digits, meaning }) => {
    const values = runs.map((run) => run[key]).filter((one) => one !== null && one !== undefined);
    const range = values.length > 1 ? `${shown(Math.min(...values), digits)} … ${shown(Math.max(...values), digits)}` : "";
    return [key, shown(figures[key], digits), unit, range, meaning];
  });
  const all = [["figure", "median", "unit", "runs", "meaning"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all.map((row) => row.map((cell, column) => (column === 1 ? cell.padStart(widths[1] ?? 0) : cell.padEnd(widths[column] ?? 0))).join("  ").trimEnd()).join("\n");
}
