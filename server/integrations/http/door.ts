import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Http, HttpAnswer, HttpFault, HttpRequest } from "../contract/connector";
import { BlockedAddress, guardedLookup, refusalOf } from "./guard";
import type { Recording } from "./recording";
import { traceparent } from "./trace";

/**
 * The one door out. Sockets are kept alive between calls; `node:http` rather than `fetch`, because only it lets the socket
 * use the very address that was checked, and tells whether a connection stood before it failed: that is the difference
 * between proof that nothing left and an unknown outcome.
 */
export interface Door {
  open(use: { allowPrivateNetwork: boolean; timeoutMs: number; correlationId: string; signal: AbortSignal; recording: Pick<Recording, "add"> }): Http;
  close(): void;
}
interface Use { allowPrivateNetwork: boolean; timeoutMs: number; correlationId: string; signal: AbortSignal }
interface Agents { http: HttpAgent; https: HttpsAgent }

const largestAnswer = 10 * 1024 * 1024;

export function createDoor(limits: { maxBytes?: number; socketsPerHost?: number } = {}): Door {
  const maxBytes = limits.maxBytes ?? largestAnswer;
  // Two sets, so that nobody rides on a connection that another connector was allowed to make.
  const agents = new Map<boolean, Agents>([false, true].map((inward) => [inward, makeAgents(inward, limits.socketsPerHost ?? 64)]));
  return {
    open: ({ recording, ...use }) => ({
      request: async (request) => {
        const started = performance.now();
        const traced: HttpRequest = { ...request, headers: { traceparent: traceparent(use.correlationId), "user-agent": "Ledgerline", ...lowerCase(request.headers ?? {}) } };
        const answer = await exchange(traced, use, agents.get(use.allowPrivateNetwork) as Agents, maxBytes);
        recording.add(traced, answer, Math.round(performance.now() - started));
        return answer;
      },
    }),
    close: () => { for (const set of agents.values()) { set.http.destroy(); set.https.destroy(); } },
  };
}

function makeAgents(allowPrivateNetwork: boolean, maxSockets: number): Agents {
  const options = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets, scheduling: "lifo", lookup: guardedLookup(allowPrivateNetwork) } as const;
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}

const lowerCase = (headers: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
const fault = (left: HttpFault["left"], code: HttpFault["code"], message: string): HttpAnswer => ({ ok: false, fault: { left, code, message } });

function exchange(request: HttpRequest, use: Use, agents: Agents, maxBytes: number): Promise<HttpAnswer> {
  const url = URL.parse(request.url);
  if (!url) return Promise.resolve(fault("no", "blocked", "the address cannot be read"));
  const refusal = refusalOf(url, use.allowPrivateNetwork);
  if (refusal !== null) return Promise.resolve(fault("no", "blocked", refusal));
  if (use.signal.aborted) return Promise.resolve(fault("no", "aborted", "the lease had ended before the call"));
  return new Promise((resolve) => {
    const secure = url.protocol === "https:";
    const headers = { ...request.headers, ...(request.body === undefined ? {} : { "content-length": String(Buffer.byteLength(request.body)) }) };
    let call: ClientRequest;
    try {
      call = (secure ? httpsRequest : httpRequest)(url, { method: request.method, headers, agent: secure ? agents.https : agents.http });
    } catch (error) {
      resolve(fault("no", "blocked", `the request cannot be made: ${(error as Error).message}`));
      return;
    }
    const state = { left: false, connected: false };
    const finish = (answer: HttpAnswer): void => {
      clearTimeout(timer);
      use.signal.removeEventListener("abort", onAbort);
      resolve(answer);
      if (!answer.ok) call.destroy();
    };
    const timeoutMs = Math.min(request.timeoutMs ?? use.timeoutMs, use.timeoutMs);
    const timer = setTimeout(() => { finish(fault(state.left ? "perhaps" : "no", "timeout", `no answer within ${timeoutMs} ms`)); }, timeoutMs);
    const onAbort = (): void => { finish(fault(state.left ? "perhaps" : "no", "aborted", "the lease ended during the call")); };
    use.signal.addEventListener("abort", onAbort, { once: true });
    call.on("socket", (socket) => {
      if (!socket.connecting) { state.left = true; return; }
      socket.once("connect", () => { state.connected = true; if (!secure) state.left = true; });
      if (secure) socket.once("secureConnect", () => { state.left = true; });
    });
    call.on("error", (error: NodeJS.ErrnoException) => { finish(classify(error, state)); });
    call.on("response", (response) => { readResponse(response, maxBytes, finish); });
    call.end(request.body);
  });
}

function readResponse(response: IncomingMessage, maxBytes: number, finish: (answer: HttpAnswer) => void): void {
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400 && status !== 304) { finish(fault("perhaps", "redirect", `answered ${status} and pointed elsewhere; redirects are not followed`)); return; }
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) { finish(fault("perhaps", "too_large", `the answer is larger than ${maxBytes} bytes`)); response.destroy(); return; }
    chunks.push(chunk);
  });
  response.on("end", () => {
    if (!response.complete) { finish(fault("perhaps", "reset", "the answer was cut off")); return; }
    const headers = Object.fromEntries(Object.entries(response.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]])));
    finish({ ok: true, response: { status, headers, text: Buffer.concat(chunks).toString("utf8") } });
  });
  response.on("error", () => { finish(fault("perhaps", "reset", "the answer was cut off")); });
}

const nameFaults = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "ENODATA"]);
function classify(error: NodeJS.ErrnoException, state: { left: boolean; connected: boolean }): HttpAnswer {
  if (error instanceof BlockedAddress) return fault("no", "blocked", error.message);
  if (state.left) return fault("perhaps", "reset", `the connection broke (${error.code ?? error.message})`);
  if (nameFaults.has(error.code ?? "")) return fault("no", "dns", "its name cannot be resolved");
  if (state.connected) return fault("no", "tls", `no secure connection (${error.code ?? error.message})`);
  return fault("no", "refused", `no connection (${error.code ?? error.message})`);
}
