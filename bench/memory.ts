import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { freshOrders, untilQuiet, type Bench } from "./bench";
import type { Measured } from "./figures";

const root = path.resolve(import.meta.dirname, "..");
const perRequest = 50;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Resident memory of a process and its children. Null where the system does not say (it is read from /proc). */
function rssMb(pid: number): number | null {
  try {
    const kilobytes = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number));
    return kilobytes / 1024 + children.reduce((sum, child) => sum + (rssMb(child) ?? 0), 0);
  } catch {
    return null;
  }
}

/** The web as `npm start` runs it, on a port of its own. Null where it is not built. */
async function startWeb(): Promise<{ url: string; child: ChildProcess } | null> {
  if (!existsSync(path.join(root, ".next/BUILD_ID"))) return null;
  const port = await freePort();
  const child = spawn(process.execPath, [path.join(root, "node_modules/next/dist/bin/next"), "start", "-H", "127.0.0.1", "-p", String(port)], { cwd: root, stdio: ["ignore", "ignore", "inherit"], env: process.env });
  const url = `http://127.0.0.1:${port}`;
  for (const until = performance.now() + 30_000; performance.now() < until; await pause(100)) {
    if (child.exitCode !== null) return null;
    const answer = await fetch(`${url}/api/health`).catch(() => null);
    if (answer) return { url, child };
  }
  child.kill();
  return null;
}

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
    const measured = { rssWebMb: web.child.pid === undefined ? null : rssMb(web.child.pid), rssWorkerMb: (await worker.used()).rssMb };
    await worker.stop();
    return measured;
  } finally {
    if (web.child.exitCode === null) { web.child.kill(); await once(web.child, "exit"); }
  }
}
