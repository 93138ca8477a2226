import { z } from 'zod';
import { bearerAuth, parseBody, timestampedSignature } from '../../kit/auth';
import { created, ok, Refusal, route, type Call, type LedgerEntry, type Reply, type Route } from '../../kit/http';
import { clampLimit, clampOffset } from '../../kit/paging';
import type { SystemContext, SystemDefinition } from '../../kit/system';
import { Till } from './till';
import type { BankReceipt } from './model';

const minorUnits = z.number().int().positive();
const captureBody = z.object({ amount: minorUnits, reference: z.string().min(1).max(255), final: z.boolean().default(false) });
const refundBody = z.object({ amount: minorUnits, reference: z.string().min(1).max(255), reason: z.string().nullish() });

const keyLifetimeMs = 86_400_000;
interface KeptAnswer {
  content: string;
  status: number;
  body: object;
  at: number;
}

/** Cardwright's promise: the same key and content get the first answer again, also its card errors. */
function idempotent(context: SystemContext, pattern: string, work: (call: Call, param: (name: string) => string) => Reply): Route {
  const answers = context.store.collection<KeptAnswer>('_idempotency');
  return route('POST', pattern, (call, param) => {
    const key = call.headers['idempotency-key'];
    if (typeof key !== 'string' || key === '' || key.length > 255) throw new Refusal(400, 'parameter_invalid', 'Idempotency-Key is required', 'Idempotency-Key');
    const content = `${call.path}\n${call.rawBody}`;
    const before = answers.get(key);
    if (before !== undefined && Date.now() - before.at < keyLifetimeMs) {
      if (before.content !== content) throw new Refusal(409, 'key_reused', 'This Idempotency-Key was used with other content');
      return { status: before.status, body: before.body, headers: { 'idempotent-replayed': 'true' } };
    }
    const reply = attempt(() => work(call, param));
    answers.put(key, { content, status: reply.status, body: reply.body as object, at: Date.now() });
    return reply;
  });
}

/** A card error is an answer that is kept, so it must not roll back. Card errors are found before anything is written. */
function attempt(work: () => Reply): Reply {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 402) throw error;
    return { status: 402, body: errorBody(402, error.code, error.message, error.field) };
  }
}

const errorTypes: Record<number, string> = { 401: 'authentication_error', 402: 'card_error', 409: 'idempotency_error', 429: 'rate_limit_error', 500: 'api_error' };

function errorBody(status: number, code: string, message: string, param: string | null): object {
  return { error: { type: errorTypes[status] ?? 'invalid_request_error', code, message, param } };
}

function list<T extends { id: string; created: number }>(call: Call, all: T[], filters: (keyof T & string)[]): Reply {
  const rows = all
    .filter((row) => filters.every((field) => (call.query.get(field) ?? row[field]) === row[field]) && row.created >= clampOffset(call.query.get('created_gte')))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
  const after = call.query.get('starting_after');
  const rest = after === null ? rows : rows.filter((row) => row.id > after);
  const data = rest.slice(0, clampLimit(call.query.get('limit'), 50, 100));
  return ok({ object: 'list', data, has_more: data.length < rest.length });
}

function found(row: object | undefined, id: string): Reply {
  if (row === undefined) throw new Refusal(404, 'resource_missing', `No such object: ${id}`, 'id');
  return ok(row);
}

function routes(till: Till, context: SystemContext): Route[] {
  return [
    route('GET', '/v1/authorisations', (call) => list(call, till.authorisations.all(), ['order_reference', 'status'])),
    route('GET', '/v1/captures', (call) => list(call, till.captures.all(), ['reference', 'authorisation'])),
    route('GET', '/v1/refunds', (call) => list(call, till.refunds.all(), ['reference', 'capture'])),
    route('GET', '/v1/payouts', (call) => list(call, till.payouts.all(), ['currency'])),
    route('GET', '/v1/disputes', (call) => list(call, till.disputes.all(), ['capture'])),
    route('GET', '/v1/authorisations/:id', (_, param) => ok(till.authorisation(param('id')))),
    route('GET', '/v1/captures/:id', (_, param) => found(till.captures.get(param('id')), param('id'))),
    route('GET', '/v1/refunds/:id', (_, param) => found(till.refunds.get(param('id')), param('id'))),
    route('GET', '/v1/payouts/:id', (_, param) => found(till.payouts.get(param('id')), param('id'))),
    route('GET', '/v1/disputes/:id', (_, param) => found(till.disputes.get(param('id')), param('id'))),
    route('GET', '/v1/bank/receipts', (call) => {
      const after = clampOffset(call.query.get('after'));
      // Receipts are never changed and their numbers have no gaps.
      const receipts = till.receipts.all().slice(after, after + clampLimit(call.query.get('limit'), 100, 500));
      return ok({ receipts, last_seq: receipts.at(-1)?.seq ?? after, more: after + receipts.length < till.receipts.size });
    }),
    route('GET', '/v1/bank/receipts/:id', (_, param) => found(till.receipts.get(param('id')), param('id'))),
    idempotent(context, '/v1/authorisations/:id/captures', (call, param) => {
      const body = parseBody(captureBody, call.body, 'parameter_invalid');
      return created(till.capture(param('id'), body.amount, body.reference, body.final));
    }),
    idempotent(context, '/v1/authorisations/:id/void', (_, param) => ok(till.void(param('id')))),
    idempotent(context, '/v1/captures/:id/refunds', (call, param) => {
      const body = parseBody(refundBody, call.body, 'parameter_invalid');
      return created(till.refund(param('id'), body.amount, body.reference, body.reason ?? null));
    }),
  ];
}

/** Two decimals: the generator trades in USD only. */
function ledger(till: Till): LedgerEntry[] {
  const entry = (account: string, id: string, amount: number, currency: string, order: string | null, reference: string | null, date: string): LedgerEntry => ({
    entry: id, account, document: id, kind: account, orderNumber: order, line: null, quantity: null, amount: (amount / 100).toFixed(2), currency: currency.toUpperCase(), date, reference,
  });
  const dateOf = (time: number): string => new Date(time * 1000).toISOString().slice(0, 10);
  return [
    ...till.captures.all().map((row) => entry('captured', row.id, row.amount, row.currency, till.authorisations.get(row.authorisation)?.order_reference ?? null, row.reference, dateOf(row.created))),
    ...till.refunds.all().map((row) => entry('refunded', row.id, -row.amount, row.currency, null, row.reference, dateOf(row.created))),
    ...till.payouts.all().map((row) => entry('paid_out', row.id, row.amount, row.currency, null, row.bank_reference, dateOf(row.created))),
    ...till.receipts.all().map((row) => entry('bank_receipt', row.id, row.amount, row.currency, null, row.text, row.booked_on)),
  ];
}

export function definePayments(context: SystemContext): SystemDefinition {
  const till = new Till(context);
  return {
    routes: routes(till, context),
    authenticate: bearerAuth(context.settings.credentials),
    errorBody: (status, code, message, field) => ({ body: errorBody(status, code, message, field) }),
    codes: { unauthorized: 'api_key_invalid', notFound: 'resource_missing', malformed: 'parameter_invalid', internal: 'internal', rateLimited: 'rate_limit', refused: 'refused' },
    webhook: (base, secret) => ({ url: `${base}/payments`, sign: (rawBody) => ({ 'cardwright-signature': timestampedSignature(secret, rawBody) }) }),
    control: {
      authorise: (body) => till.authorise(body['authorisation'] as Parameters<Till['authorise']>[0]),
      expire: (body) => {
        const kept = till.authorisations.put(String(body['id']), { ...till.authorisation(String(body['id'])), status: 'expired' });
        till.announce('authorisation.expired', kept);
        return kept;
      },
      'open-dispute': (body) => till.openDispute(String(body['capture'])),
      'bank-receipt': (body) => till.bankReceipt(body['receipt'] as Omit<BankReceipt, 'seq' | 'id' | 'bank_reference'>),
    },
    ledger: () => ledger(till),
    seedMasterData: () => undefined,
    tick: () => till.payOutWhenDue(),
  };
}
