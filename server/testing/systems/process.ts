import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

/** A port of loopback that nobody listens on now. */
export const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const server = createServer();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", () => { const { port } = server.address() as AddressInfo; server.close(() => { resolve(port); }); });
});

export async function until(condition: () => Promise<boolean>, limitMs: number, what: string): Promise<void> {
  for (const end = performance.now() + limitMs; !(await condition().catch(() => false)); ) {
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A server in a process group of its own, ended by its id with all that it started. */
export function startProcess(command: string, args: readonly string[], env: Record<string, string> = {}): { child: ChildProcess; output: () => string; kill(): Promise<void> } {
  const child = spawn(command, args, { detached: true, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => { text = (text + chunk.toString()).slice(-4000); });
  const gone = new Promise<void>((resolve) => { child.once("exit", () => { resolve(); }); child.once("error", () => { resolve(); }); });
  return {
    child, output: () => text,
    async kill() { if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGKILL"); await gone; },
  };
}
