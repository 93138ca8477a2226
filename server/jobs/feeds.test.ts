import { expect, test, vi } from "vitest";
import { fail, ok } from "@/server/domain/result";
import { createFeedPolling, type FeedPolling } from "./feeds";

const nothingSaid = { request: null, response: null, httpStatus: null };

/** One feed of one connector whose pages are given; `asked` holds what each was asked with. */
type Reading = Awaited<ReturnType<FeedPolling["integrations"]["readFeed"]>>;
function polled(readings: readonly (Reading | Promise<Reading>)[]) {
  const asked: { cursor: unknown; signal: AbortSignal; endedBefore: boolean }[] = [], refusals: string[] = [], failures: string[] = [];
  let kept: unknown = null;
  const logger = { info: vi.fn(), warn: vi.fn() } as unknown as FeedPolling["logger"];
  const poll = createFeedPolling({
    cursors: { take: () => Promise.resolve({ cursor: kept }), move: (_connector, _feed, _from, to) => { kept = to; return Promise.resolve(true); }, failed: (_connector, _feed, why) => { failures.push(why); return Promise.resolve(); } },
    integrations: {
      list: () => Promise.resolve([{ id: "drop", paused: false }] as never), feeds: () => Promise.resolve([{ name: "files", everyMs: 60_000 }]),
      readFeed: (_id, _feed, cursor, signal) => {
        const answer = readings[asked.length];
        asked.push({ cursor, signal, endedBefore: signal.aborted });
        return Promise.resolve(answer ?? { reading: fail("TEC-01", "no such page"), exchange: nothingSaid, authentication: false });
      },
    },
    receive: () => Promise.resolve([]), refused: (connector, why) => { refusals.push(`${connector}: ${why}`); return Promise.resolve(); }, logger,
  });
  return { asked, refusals, failures, kept: () => kept, poll: () => poll(new AbortController().signal) };
}
const page = (cursor: number, more: boolean) => ({ reading: ok({ messages: [], cursor, more }), exchange: nothingSaid, authentication: false });

test("all pages of a turn have one signal, which ends with the turn", async () => {
  const feed = polled([page(1, true), page(2, true), page(3, false)]);
  await feed.poll();
  await vi.waitFor(() => { expect(feed.asked[2]?.signal.aborted).toBe(true); });
  expect(feed.asked.map(({ cursor, endedBefore }) => [cursor, endedBefore])).toEqual([[null, false], [1, false], [2, false]]);
  expect(new Set(feed.asked.map(({ signal }) => signal)).size).toBe(1);
  expect(feed.kept()).toBe(3);
});

test("a refused login is told at once and the cursor stays; an outage is not told as one", async () => {
  const refused = polled([{ reading: fail("TEC-02", "our key is refused"), exchange: nothingSaid, authentication: true }]);
  await refused.poll();
  await vi.waitFor(() => { expect(refused.asked[0]?.signal.aborted).toBe(true); });
  expect([refused.refusals, refused.kept(), refused.asked.length]).toEqual([["drop: our key is refused"], null, 1]);
  const away = polled([{ reading: fail("TEC-01", "nobody listens"), exchange: nothingSaid, authentication: false }]);
  await away.poll();
  await vi.waitFor(() => { expect(away.asked[0]?.signal.aborted).toBe(true); });
  expect([away.refusals, away.failures]).toEqual([[], ["nobody listens"]]);
});

test("a feed that ignores the end of its turn is given up and told, and polled again", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    const feed = polled([new Promise<never>(() => undefined)]);
    await feed.poll();
    await vi.advanceTimersByTimeAsync(20_000 + 5_000);
    expect(feed.asked[0]?.signal.aborted).toBe(true);
    expect(feed.failures).toEqual(["it did not end within 20 seconds"]);
    await vi.advanceTimersByTimeAsync(60_000);
    await feed.poll();
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.asked).toHaveLength(2);
  } finally { vi.useRealTimers(); }
});
