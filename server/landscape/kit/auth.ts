import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal, textOf, type Call, type Reply } from './http';

export type Credentials =
  | { type: 'bearer'; apiKey: string }
  | { type: 'basic'; username: string; password: string }
  | { type: 'hmac'; keyId: string; secret: string }
  | { type: 'oauth'; clientId: string; clientSecret: string; tokenPath: string };

export type Authenticator = (call: Call) => boolean;

function same(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function bearerToken(call: Call): string {
  return /^Bearer (.+)$/i.exec(call.headers.authorization ?? '')?.[1] ?? '';
}

export function bearerAuth(credentials: Credentials): Authenticator {
  return (call) => credentials.type === 'bearer' && same(bearerToken(call), credentials.apiKey);
}

export function basicAuth(credentials: Credentials): Authenticator {
  return (call) => {
    if (credentials.type !== 'basic') return false;
    const given = /^Basic (.+)$/i.exec(call.headers.authorization ?? '')?.[1] ?? '';
    return same(Buffer.from(given, 'base64').toString('utf8'), `${credentials.username}:${credentials.password}`);
  };
}

const clockSkewMs = 300_000;

export function signatureOf(secret: string, method: string, target: string, date: string, rawBody: string): string {
  const digest = createHash('sha256').update(rawBody).digest('hex');
  return createHmac('sha256', secret).update(`${method}\n${target}\n${date}\n${digest}`).digest('base64');
}

export function hmacAuth(credentials: Credentials): Authenticator {
  return (call) => {
    if (credentials.type !== 'hmac') return false;
    const date = String(call.headers['x-pw-date'] ?? '');
    const skew = Math.abs(Date.now() - Date.parse(date));
    if (!(skew <= clockSkewMs) || call.headers['x-pw-key'] !== credentials.keyId) return false;
    const wanted = signatureOf(credentials.secret, call.method, call.target, date, call.rawBody);
    return same(String(call.headers['x-pw-signature'] ?? ''), wanted);
  };
}

/** OAuth 2 client credentials; tokens live in memory, so a restart forgets them. */
export class TokenIssuer {
  private readonly tokens = new Map<string, number>();
  private issued = 0;
  private readonly credentials: Credentials;
  private readonly prefix: string;
  private readonly lifetimeSeconds: number;
  private readonly invalidStatus: number;

  constructor(
    credentials: Credentials,
    prefix: string,
    lifetimeSeconds: number,
    invalidStatus: number,
  ) {
    this.credentials = credentials;
    this.prefix = prefix;
    this.lifetimeSeconds = lifetimeSeconds;
    this.invalidStatus = invalidStatus;
  }
  issue(call: Call): Reply {
    const form = (call.body ?? {}) as Record<string, unknown>;
    const known =
      this.credentials.type === 'oauth' &&
      same(textOf(form['client_id'], ''), this.credentials.clientId) &&
      same(textOf(form['client_secret'], ''), this.credentials.clientSecret);
    if (!known) return { status: this.invalidStatus, body: { error: 'invalid_client', error_description: 'Client not recognised' } };
    if (form['grant_type'] !== 'client_credentials') return { status: 400, body: { error: 'unsupported_grant_type' } };
    this.issued += 1;
    const salt = createHash('sha256').update(`${this.prefix}${this.issued}:${process.pid}:${Date.now()}`).digest('hex');
    const token = `${this.prefix}${salt.slice(0, 40)}`;
    this.tokens.set(token, Date.now() + this.lifetimeSeconds * 1000);
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: this.lifetimeSeconds } };
  }
  readonly authenticate: Authenticator = (call) => (this.tokens.get(bearerToken(call)) ?? 0) > Date.now();
}

/** Signature headers of a Stripe-like scheme: `t=<unix seconds>,v1=<hex>` over `t.body`. */
export function timestampedSignature(secret: string, rawBody: string): string {
  const seconds = Math.floor(Date.now() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${rawBody}`).digest('hex')}`;
}

/** Reads a body with a schema, or refuses it in the vendor's words. */
export function parseBody<T>(
  schema: { safeParse: (value: unknown) => { success: true; data: T } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } } },
  body: unknown,
  code: string,
): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  throw new Refusal(400, code, `${field === '' ? 'body' : field}: ${issue?.message ?? 'not valid'}`, field);
}
