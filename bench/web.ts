import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
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

export interface Web { url: string; rssMb(): number | null; end(): Promise<void> }

/** The web as `npm start` runs it, on a port of its own. Null where it is not built. */
export async function startWeb(): Promise<Web | null> {
  if (!existsSync(path.join(root, ".next/BUILD_ID"))) return null;
  const port = await freePort();
  const child = spawn(process.execPath, [path.join(root, "node_modules/next/dist/bin/next"), "start", "-H", "127.0.0.1", "-p", String(port)], { cwd: root, stdio: ["ignore", "ignore", "inherit"], env: process.env });
  const end = async (): Promise<void> => { if (child.exitCode === null) { child.kill(); await once(child, "exit"); } };
  const url = `http://127.0.0.1:${port}`;
  for (const until = performance.now() + 30_000; performance.now() < until; await pause(100)) {
    if (child.exitCode !== null) return null;
    const answer = await fetch(`${url}/api/health`).catch(() => null);
    if (answer) return { url, rssMb: () => (child.pid === undefined ? null : rssMb(child.pid)), end };
  }
  await end();
  return null;
}
