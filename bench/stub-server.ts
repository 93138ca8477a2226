import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The systems that an order's calls go to; each listens on a port of its own, as real ones do. */
export const stubSystems = ["tax", "wms", "erp"] as const;
export type StubSystem = (typeof stubSystems)[number];

/** What the stub tells its parent once it listens. */
/** `silent` takes connections and never answers. */
export interface StubAddresses { urls: Record<StubSystem, string>; silent: string; control: string }
export interface StubCounts { calls: Record<string, number>; total: number }

interface State { slowEvery: number; slowMs: number; total: number; calls: Record<string, number>; first: Map<string, number> }

/**
 * The target of all outbound calls: reads the whole request and answers a number. One process, so that what it costs is
 * not counted for the worker. Every `slowEvery`th call takes `slowMs`.
 */
export async function serveStub(): Promise<void> {
  const state: State = { slowEvery: 0, slowMs: 0, total: 0, calls: {}, first: new Map() };
  const servers = await Promise.all(stubSystems.map(async (name) => [name, await listen((request, response) => { take(state, request, response); })] as const));
  const control = await listen((request, response) => { steer(state, request, response); });
  const silent = await listen((request) => { request.resume(); });
  process.send?.({ urls: Object.fromEntries(servers), silent, control });
  process.on("disconnect", () => { process.exit(0); });
}

function listen(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer({ keepAliveTimeout: 60_000 }, handle);
  return new Promise((resolve) => { server.listen(0, "127.0.0.1", () => { resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`); }); });
}

const answer = (response: ServerResponse, body: unknown): void => {
  const text = JSON.stringify(body);
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
};

function take(state: State, request: IncomingMessage, response: ServerResponse): void {
  const arrived = performance.timeOrigin + performance.now();
  const kind = (request.url ?? "/").slice(1).split("/")[0] ?? "";
  const subject = String(request.headers["x-subject"] ?? "");
  if (!state.first.has(subject)) state.first.set(subject, arrived);
  state.total += 1;
  state.calls[kind] = (state.calls[kind] ?? 0) + 1;
  const number = state.total;
  const isSlow = state.slowEvery > 0 && number % state.slowEvery === 0;
  let size = 0;
  request.on("data", (chunk: Buffer) => { size += chunk.length; });
  request.on("end", () => {
    const end = (): void => { answer(response, { number: `${kind}-${number}`, received: size }); };
    if (isSlow) setTimeout(end, state.slowMs); else end();
  });
}

/** `POST /slow/<every>/<ms>`, `POST /forget`, `GET /counts`, `GET /first` (when a subject was first called about). */
function steer(state: State, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const [what = "", every = "0", ms = "0"] = (request.url ?? "/").slice(1).split("/");
  if (what === "slow") Object.assign(state, { slowEvery: Number(every), slowMs: Number(ms) });
  if (what === "forget") { state.total = 0; state.calls = {}; state.first.clear(); }
  if (what === "first") answer(response, Object.fromEntries(state.first));
  else answer(response, { calls: state.calls, total: state.total } satisfies StubCounts);
}
