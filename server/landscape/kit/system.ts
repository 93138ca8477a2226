import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Authenticator, Credentials } from './auth';
import { FaultBoard, type FaultRule } from './faults';
import { control, documentsBody, faultDoor, ledgerBody } from './doors';
import { compilePattern, Refusal, type Call, type ControlAction, type LedgerEntry, type Reply, type Route } from './http';
import { Store } from './store';
import { WebhookSender, type WebhookSettings } from './webhooks';

export interface SystemSettings {
  /** 0 = any free port. */
  port: number;
  /** Null = in memory. */
  journalPath: string | null;
  seed: string;
  /** Simulated minutes per real minute. */
  speed: number;
  /** The day that master data is dated from, YYYY-MM-DD. */
  today: string;
  credentials: Credentials;
  webhook: { base: string; secret: string } | null;
}

export interface SystemContext {
  settings: SystemSettings;
  store: Store;
  emit: (id: string, type: string, payload: object) => void;
  /** Real milliseconds that a number of simulated minutes takes. */
  realMs: (simulatedMinutes: number) => number;
}

export interface SystemDefinition {
  routes: Route[];
  /** Vendor paths that need no authentication (token endpoints). */
  openPaths?: string[];
  authenticate: Authenticator;
  errorBody: (status: number, code: string, message: string, field: string | null) => { body: object; contentType?: string };
  /** The vendor's codes for failures that the kit finds. */
  codes: { unauthorized: string; notFound: string; malformed: string; internal: string; rateLimited: string; refused: string };
  webhook?: (base: string, secret: string) => WebhookSettings;
  control: Record<string, ControlAction>;
  ledger: () => LedgerEntry[];
  /** Loads master data into an empty store. */
  seedMasterData: () => void;
  /** Simulated work (pick, deliver, pay out); called every `tickMs`. */
  tick?: () => void;
}

export interface RunningSystem {
  url: string;
  store: Store;
  faults: FaultBoard;
  close: () => Promise<void>;
}

const largestBody = 5_000_000;
const tickMs = 50;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new Refusal(413, 'too_large', 'Body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Starts one system. Everything that it answers is journaled first. */
export async function startSystem(
  name: string,
  settings: SystemSettings,
  define: (context: SystemContext) => SystemDefinition,
): Promise<RunningSystem> {
  const store = new Store(settings.journalPath);
  const faults = new FaultBoard(`${settings.seed}:${name}`);
  let sender: WebhookSender | null = null;
  const definition = define({
    settings,
    store,
    emit: (id, type, payload) => sender?.emit(id, type, payload),
    realMs: (minutes) => (minutes * 60_000) / settings.speed,
  });
  const hook = settings.webhook;
  sender = new WebhookSender(store, faults, hook === null || definition.webhook === undefined ? null : definition.webhook(hook.base, hook.secret));
  const seedIfEmpty = (): void => {
    if (store.sequence === 0) store.transact(() => definition.seedMasterData());
  };
  seedIfEmpty();
  sender.resume();
  const routes = definition.routes.map((entry) => ({ ...entry, expression: compilePattern(entry.pattern) }));

  function errorReply(status: number, code: string, message: string, field: string | null, headers: Record<string, string> = {}): Reply {
    const { body, contentType } = definition.errorBody(status, code, message, field);
    return { status, body, headers: { ...headers, ...(contentType === undefined ? {} : { 'content-type': contentType }) } };
  }

  function dispatch(call: Call): Reply {
    try {
      const open = definition.openPaths?.includes(call.path) === true;
      if (!open && !definition.authenticate(call)) return errorReply(401, definition.codes.unauthorized, 'Not authenticated', null);
      for (const entry of routes) {
        if (entry.method !== call.method) continue;
        const match = entry.expression.exec(call.path);
        if (match === null) continue;
        const params: Record<string, string> = {};
        for (const [key, value] of Object.entries(match.groups ?? {})) params[key] = decodeURIComponent(value);
        call.params = params;
        const param = (key: string): string => params[key] ?? '';
        return call.method === 'GET' ? entry.handle(call, param) : store.transact(() => entry.handle(call, param));
      }
      return errorReply(404, definition.codes.notFound, `No such resource: ${call.path}`, null);
    } catch (error) {
      if (error instanceof Refusal) return errorReply(error.status, error.code, error.message, error.field);
      process.stderr.write(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      return errorReply(500, definition.codes.internal, 'Internal error', null);
    }
  }

  async function vendor(call: Call, response: ServerResponse, parsed: boolean): Promise<void> {
    const fault = faults.strikeRequest(call.method, call.path);
    const answer = async (): Promise<Reply> => {
      if (!parsed) return errorReply(400, definition.codes.malformed, 'Body is not valid JSON', null);
      return await Promise.resolve(dispatch(call));
    };
    await answerWithFault(fault, answer, response, (status, code, message, headers) => errorReply(status, definition.codes[code], message, null, headers));
  }

  async function internal(call: Call): Promise<Reply> {
    if (call.method === 'GET' && call.path === '/_health') return { status: 200, body: { status: 'ok', system: name, sequence: store.sequence } };
    if (call.method === 'GET' && call.path === '/_ledger') return { status: 200, body: ledgerBody(name, definition.ledger()) };
    if (call.method === 'GET' && call.path === '/_documents') return { status: 200, body: documentsBody(name, store, call.query) };
    if (call.path === '/_faults') return faultDoor(call, faults);
    if (call.method === 'POST' && call.path === '/_reset') {
      store.reset();
      faults.clear();
      seedIfEmpty();
      return { status: 204 };
    }
    const action = definition.control[call.path.replace('/_control/', '')];
    if (call.method === 'POST' && action !== undefined) return control(action, call, store);
    return { status: 404, body: { error: `No such door: ${call.path}` } };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? '/';
    const url = new URL(target, 'http://landscape');
    const rawBody = await readBody(request);
    const call: Call = {
      method: request.method ?? 'GET', path: url.pathname, target, query: url.searchParams, headers: request.headers, rawBody, body: undefined, params: {},
    };
    const parsed = parseInto(call);
    if (call.path.startsWith('/_')) send(response, parsed ? await internal(call) : { status: 400, body: { error: 'Body is not valid JSON' } });
    else await vendor(call, response, parsed);
  }

  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      const refusal = error instanceof Refusal ? error : new Refusal(400, definition.codes.malformed, 'Unreadable request');
      if (!response.headersSent) send(response, errorReply(refusal.status, refusal.code, refusal.message, null));
    });
  });
  const port = await listen(server, settings.port);
  // A failing tick is said and tried again; it must not take the vendor API down with it.
  const tick = (): void => {
    try {
      store.transact(() => definition.tick?.());
    } catch (error) {
      process.stderr.write(`${name}: simulated work failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    }
  };
  const timer = definition.tick === undefined ? null : setInterval(tick, tickMs);
  return {
    url: `http://127.0.0.1:${port}`,
    store,
    faults,
    close: async () => {
      if (timer !== null) clearInterval(timer);
      sender.stop();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      store.close();
    },
  };
}

type KitCode = 'internal' | 'rateLimited' | 'refused';

async function answerWithFault(
  fault: FaultRule | null,
  answer: () => Promise<Reply>,
  response: ServerResponse,
  failure: (status: number, code: KitCode, message: string, headers?: Record<string, string>) => Reply,
): Promise<void> {
  const cut = (): void => void response.socket?.destroy();
  switch (fault?.kind) {
    case 'down':
      return cut();
    case 'error':
      return send(response, failure(500, 'internal', 'Something went wrong'));
    case 'refuse':
      return send(response, failure(422, 'refused', 'Refused'));
    case 'rate_limit':
      return send(response, failure(429, 'rateLimited', 'Too many requests', { 'retry-after': String(Math.ceil((fault.ms ?? 1000) / 1000)) }));
    case 'slow':
      await pause(fault.ms ?? 2000);
      return send(response, await answer());
    case 'commit_then_timeout':
      await answer();
      await pause(fault.ms ?? 0);
      return cut();
    case 'malformed': {
      const whole = JSON.stringify((await answer()).body ?? {});
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(whole.slice(0, Math.max(1, Math.floor(whole.length / 2))));
      return;
    }
    default:
      return send(response, await answer());
  }
}

function parseInto(call: Call): boolean {
  if (call.rawBody === '') return true;
  if (String(call.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    call.body = Object.fromEntries(new URLSearchParams(call.rawBody));
    return true;
  }
  try {
    call.body = JSON.parse(call.rawBody) as unknown;
    return true;
  } catch {
    return false;
  }
}

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  const text = reply.body === undefined ? '' : JSON.stringify(reply.body);
  response.writeHead(reply.status, { ...(text === '' ? {} : { 'content-type': 'application/json' }), ...reply.headers });
  response.end(text);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => done((server.address() as AddressInfo).port));
  });
}
