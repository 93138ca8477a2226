import { freshOrders, untilQuiet, type Bench } from "./bench";
import type { Measured } from "./figures";
import { startWeb } from "./web";

const perRequest = 50;

/** `orders` orders come in over HTTP, by the web process, and are worked off by the worker at the same time. */
export async function measureMemory(bench: Bench): Promise<Measured> {
  const { options: { orders }, tower, worker, key } = bench;
  const web = await startWeb();
  if (!web) { bench.say("the web application is not built: its memory was not measured"); return {}; }
  try {
    await worker.start();
    const list = freshOrders(bench, orders);
    const lane = async (from: number): Promise<void> => {
      for (let at = from; at < list.length; at += perRequest * 2) {
        const response = await fetch(`${web.url}/api/v1/events`, { method: "POST", headers: { authorization: `Bearer ${key}`, "content-type": "application/cloudevents-batch+json" }, body: JSON.stringify(list.slice(at, at + perRequest).map(({ event }) => event)) });
        if (response.status !== 202) throw new Error(`the web answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
        await response.arrayBuffer();
      }
    };
    await Promise.all([lane(0), lane(perRequest)]);
    await untilQuiet(tower.pool, 60_000 + orders * 100);
    const measured = { rssWebMb: web.rssMb(), rssWorkerMb: (await worker.used()).rssMb };
    await worker.stop();
    return measured;
  } finally {
    await web.end();
  }
}
