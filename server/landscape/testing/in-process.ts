import { signatureOf, type Credentials } from '../kit/auth';
import { InnerDoors } from '../kit/client';
import { systemNames, type SystemName } from '../kit/landscape-file';
import { startSystem, type RunningSystem, type SystemContext, type SystemDefinition } from '../kit/system';
import { defineCarrier } from '../systems/carrier/system';
import { defineCrm } from '../systems/crm/system';
import { defineErp } from '../systems/erp/system';
import { definePayments } from '../systems/payments/system';
import { defineShop } from '../systems/shop/system';
import { defineTax } from '../systems/tax/system';
import { defineWms } from '../systems/wms/system';

const definitions: Record<SystemName, (context: SystemContext) => SystemDefinition> = {
  shop: defineShop, wms: defineWms, carrier: defineCarrier, tax: defineTax, payments: definePayments, crm: defineCrm, erp: defineErp,
};

export const testCredentials: Record<SystemName, Credentials> = {
  shop: { type: 'bearer', apiKey: 'ngk_test' },
  wms: { type: 'basic', username: 'tower', password: 'test' },
  carrier: { type: 'hmac', keyId: 'pwk_test', secret: 'test' },
  tax: { type: 'basic', username: '2000123456', password: 'test' },
  payments: { type: 'bearer', apiKey: 'sk_test' },
  crm: { type: 'oauth', clientId: 'ledgerline', clientSecret: 'test', tokenPath: '/oauth/token' },
  erp: { type: 'oauth', clientId: 'ledgerline', clientSecret: 'test', tokenPath: '/oauth2/token' },
};

interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- foreign JSON, asserted on in tests
  body: any;
  headers: Headers;
}

export interface TestSystem extends RunningSystem {
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
}

async function send(method: string, url: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, { method, headers: { 'content-type': 'application/json', ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  let parsed: unknown = text;
  try {
    parsed = text === '' ? null : JSON.parse(text);
  } catch {
    parsed = text;
  }
  return { status: response.status, body: parsed, headers: response.headers };
}

async function authorisation(credentials: Credentials, base: string, method: string, path: string, body: unknown): Promise<Record<string, string>> {
  switch (credentials.type) {
    case 'bearer':
      return { authorization: `Bearer ${credentials.apiKey}` };
    case 'basic':
      return { authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}` };
    case 'hmac': {
      const date = new Date().toISOString();
      return { 'x-pw-key': credentials.keyId, 'x-pw-date': date, 'x-pw-signature': signatureOf(credentials.secret, method, path, date, body === undefined ? '' : JSON.stringify(body)) };
    }
    case 'oauth': {
      const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: credentials.clientId, client_secret: credentials.clientSecret });
      const response = await fetch(`${base}${credentials.tokenPath}`, { method: 'POST', body: form });
      const token = (await response.json()) as { access_token: string };
      return { authorization: `Bearer ${token.access_token}` };
    }
  }
}

export interface StartOptions {
  journalPath?: string | null;
  speed?: number;
  webhookBase?: string | null;
  today?: string;
}

/** One system in this process, on any free port, with a signed-in caller. */
export async function startForTest(name: SystemName, options: StartOptions = {}): Promise<TestSystem> {
  const credentials = testCredentials[name];
  const base = options.webhookBase ?? null;
  const running = await startSystem(
    name,
    {
      port: 0, journalPath: options.journalPath ?? null, seed: '7', speed: options.speed ?? 60_000, today: options.today ?? new Date().toISOString().slice(0, 10), credentials,
      webhook: base === null ? null : { base, secret: 'whs_test' },
    },
    definitions[name],
  );
  let cached: Record<string, string> | null = null;
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    if (path.startsWith('/_')) return send(method, running.url + path, body, headers);
    if (cached === null || credentials.type === 'hmac') cached = await authorisation(credentials, running.url, method, path, body);
    return send(method, running.url + path, body, { ...cached, ...headers });
  };
  return { ...running, call };
}

export interface TestLandscape {
  systems: Record<SystemName, TestSystem>;
  doors: InnerDoors;
  close: () => Promise<void>;
}

export async function startLandscapeForTest(options: StartOptions = {}): Promise<TestLandscape> {
  const started = await Promise.all(systemNames.map(async (name) => [name, await startForTest(name, options)] as const));
  const systems = Object.fromEntries(started) as Record<SystemName, TestSystem>;
  return {
    systems,
    doors: new InnerDoors((name) => systems[name].url),
    close: async () => {
      await Promise.all(started.map(([, system]) => system.close()));
    },
  };
}

export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>, withinMs = 5000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Not seen within ${withinMs} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
