import { accept, freshOrders, untilQuiet, type Bench } from "./bench";
import { percentile, type Measured } from "./figures";
import { entity } from "./setting";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
const nowMs = (): number => performance.timeOrigin + performance.now();

/** Orders come one by one, on average `perSecond`, at random moments (as strangers do), whether or not the ones before are done. Answers when each was accepted, in ms since 1970. */
export async function comeAtRandom(bench: Bench, count: number, perSecond: number): Promise<Map<string, number>> {
  const accepted = new Map<string, number>();
  const under = new Set<Promise<void>>();
  let due = nowMs();
  for (const { number, event } of freshOrders(bench, count)) {
    due += (-Math.log(1 - Math.random()) * 1000) / perSecond;
    await pause(due - nowMs());
    const posting = accept(bench, event).then(() => { accepted.set(number, nowMs()); under.delete(posting); });
    under.add(posting);
  }
  await Promise.all(under);
  return accepted;
}

/** From the answer 202 to the moment at which the first call about the order reaches its target. */
async function waits(bench: Bench, count: number, perSecond: number): Promise<number[]> {
  const { stub, worker, tower } = bench;
  await stub.forget();
  await worker.start();
  await pause(300);
  const accepted = await comeAtRandom(bench, count, perSecond);
  await untilQuiet(tower.pool, 60_000 + count * 100);
  await worker.stop();
  const first = await stub.first();
  return [...accepted].map(([number, at]) => {
    const called = first[`${entity}:order:${number}`];
    if (called === undefined) throw new Error(`nobody was called about ${number}`);
    // a call may arrive before the 202 is read back here
    return Math.max(0, called - at);
  });
}

export async function measureLatency(bench: Bench, chainsPerSecond: number): Promise<Measured> {
  const { quick } = bench.options;
  const idle = await waits(bench, quick ? 10 : 60, 2.5);
  const half = chainsPerSecond / 2;
  const busy = await waits(bench, Math.max(30, Math.round(half * (quick ? 2 : 12))), half);
  return {
    acceptedToCalledMsP50Idle: percentile(idle, 0.5), acceptedToCalledMsP99Idle: percentile(idle, 0.99),
    acceptedToCalledMsP50HalfLoad: percentile(busy, 0.5), acceptedToCalledMsP99HalfLoad: percentile(busy, 0.99),
  };
}
