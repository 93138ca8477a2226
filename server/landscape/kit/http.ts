import type { IncomingHttpHeaders } from 'node:http';
import type { Document } from './store';

/** One request to a vendor API, its body read and parsed. */
export interface Call {
  method: string;
  path: string;
  /** Path with query, exactly as sent: what signatures cover. */
  target: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  rawBody: string;
  /** Parsed JSON (undefined when there is none), or the form's fields. */
  body: unknown;
  params: Record<string, string>;
}

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const created = (body: unknown): Reply => ({ status: 201, body });

/** A refusal in the vendor's own words; the kit shapes it by the system's `errorBody`. Rolls its transaction back. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | null;

  constructor(
    status: number,
    code: string,
    message: string,
    field: string | null = null,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  pattern: string;
  handle: (call: Call, param: (name: string) => string) => Reply;
}

export function route(method: Route['method'], pattern: string, handle: Route['handle']): Route {
  return { method, pattern, handle };
}

/** `:name` matches up to the next slash, quote or parenthesis, so `Set(':id')/Post` works as well as `/orders/:id`. */
export function compilePattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:([a-zA-Z]+)/g, (_, name: string) => `(?<${name}>[^/'()]+)`);
  return new RegExp(`^${source}$`);
}

/** One line of `GET /_ledger`: the shape that all systems share. Debit is positive. */
export interface LedgerEntry {
  entry: string;
  account: string;
  document: string;
  kind: string;
  orderNumber: string | null;
  line: string | null;
  quantity: string | null;
  /** Decimal string in the currency's main unit, whatever the vendor API uses. */
  amount: string | null;
  currency: string | null;
  date: string | null;
  reference: string | null;
}

export type ControlAction = (body: Record<string, unknown>) => Document;

/** A text out of an untyped body; anything else counts as absent. */
export function textOf(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}
