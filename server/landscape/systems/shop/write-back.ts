import Decimal from 'decimal.js';
import { z } from 'zod';
import { parseBody } from '../../kit/auth';
import { created, ok, Refusal, route, type Route } from '../../kit/http';
import type { Fulfilment, LineQuantity, Order } from './model';
import type { ShopBooks } from './books';

const decimal = z.string().regex(/^\d+(\.\d{1,6})?$/);
const lineQuantities = z.array(z.object({ line_id: z.string(), quantity: decimal })).nullable();

const acknowledgement = z.object({
  revision: z.number().int().positive(),
  result: z.enum(['accepted', 'rejected', 'changed']),
  message: z.string().nullish(),
  promise_date: z.string().nullish(),
});
const fulfilment = z.object({
  reference: z.string().min(1).max(120),
  version: z.number().int().positive().default(1),
  shipped_at: z.string(),
  tracking_number: z.string().nullish(),
  carrier: z.string().nullish(),
  lines: z.array(z.object({ line_id: z.string(), quantity: decimal, unit: z.string() })).min(1),
});
const progress = z.looseObject({ version: z.number().int(), stage: z.string().max(40) });
const cancelAnswer = z.object({ result: z.enum(['accepted', 'refused']), lines: lineQuantities.optional(), message: z.string().nullish() });
const cancellation = z.object({ reference: z.string().min(1), lines: lineQuantities.optional(), reason: z.string().default('') });
const returnAnswer = z.object({ result: z.enum(['authorised', 'refused']), rma: z.string().nullish(), expires_on: z.string().nullish(), message: z.string().nullish() });
const returnProgress = z.object({ version: z.number().int(), status: z.enum(['received', 'credited']), credit_number: z.string().nullish() });
const stock = z.object({ warehouse: z.string(), available: decimal, unit: z.string(), version: z.number().int() });

function sameContent(left: Fulfilment, right: Fulfilment): boolean {
  return JSON.stringify({ ...left, id: '' }) === JSON.stringify({ ...right, id: '' });
}

/** Takes quantities off the open part of an order; all of it when `lines` is null. */
export function cancelQuantities(order: Order, lines: LineQuantity[] | null): Order {
  const changed = order.lines.map((line) => {
    const open = new Decimal(line.quantity).minus(line.cancelled_quantity);
    const asked = lines === null ? open : lines.filter((entry) => entry.line_id === line.id).reduce((sum, entry) => sum.plus(entry.quantity), new Decimal(0));
    if (asked.gt(open)) throw new Refusal(422, 'refused', `Line ${line.id} has only ${open.toString()} open`, 'lines');
    return { ...line, cancelled_quantity: asked.plus(line.cancelled_quantity).toString() };
  });
  const unknown = lines?.find((entry) => !order.lines.some((line) => line.id === entry.line_id));
  if (unknown !== undefined) throw new Refusal(422, 'refused', `No line ${unknown.line_id}`, 'lines');
  const gone = changed.every((line) => new Decimal(line.cancelled_quantity).eq(line.quantity));
  return { ...order, lines: changed, status: gone ? 'cancelled' : order.status };
}

/** What the seller's side may write into the shop. */
export function writeBackRoutes(books: ShopBooks): Route[] {
  return [
    route('PUT', '/api/v2/orders/:id/acknowledgement', (call, param) => {
      const order = books.order(param('id'));
      const body = parseBody(acknowledgement, call.body, 'invalid');
      const before = order.acknowledgement as { revision: number } | null;
      if (before !== null && body.revision < before.revision) throw new Refusal(409, 'conflict', 'A newer revision was acknowledged', 'revision');
      return ok(books.keep({ ...order, acknowledgement: body }));
    }),
    route('GET', '/api/v2/orders/:id/fulfilments', (_, param) => ok({ data: books.order(param('id')).fulfilments })),
    route('POST', '/api/v2/orders/:id/fulfilments', (call, param) => {
      const order = books.order(param('id'));
      const body = parseBody(fulfilment, call.body, 'invalid');
      const wrong = body.lines.find((line) => !order.lines.some((known) => known.id === line.line_id));
      if (wrong !== undefined) throw new Refusal(422, 'refused', `No line ${wrong.line_id}`, 'lines');
      const before = order.fulfilments.find((entry) => entry.reference === body.reference);
      const entry: Fulfilment = {
        id: before?.id ?? books.nextId('ful_'), order_id: order.id, reference: body.reference, version: body.version, shipped_at: body.shipped_at,
        tracking_number: body.tracking_number ?? null, carrier: body.carrier ?? null, lines: body.lines,
      };
      if (before !== undefined && body.version === before.version && sameContent(before, entry)) return ok(before);
      if (before !== undefined && body.version <= before.version) throw new Refusal(409, 'conflict', `Fulfilment ${body.reference} version ${before.version} has other content`, 'version');
      books.keep({ ...order, fulfilments: [...order.fulfilments.filter((other) => other !== before), entry] });
      return before === undefined ? created(entry) : ok(entry);
    }),
    route('PUT', '/api/v2/orders/:id/progress', (call, param) => {
      const order = books.order(param('id'));
      const body = parseBody(progress, call.body, 'invalid');
      if (order.progress !== null && body.version < order.progress.version) throw new Refusal(409, 'conflict', 'A newer progress was written', 'version');
      if (order.progress?.version === body.version) return ok(order);
      const status = body.stage === 'completed' && order.status === 'open' ? 'completed' : order.status;
      return ok(books.keep({ ...order, progress: body, status }));
    }),
    route('POST', '/api/v2/orders/:id/cancel_requests/:request/answer', (call, param) => {
      const order = books.order(param('id'));
      const request = order.cancel_requests.find((entry) => entry.id === param('request'));
      if (request === undefined) throw new Refusal(404, 'not_found', `Cancel request ${param('request')} does not exist`);
      const body = parseBody(cancelAnswer, call.body, 'invalid');
      if (request.status === body.result) return ok(order);
      if (request.status !== 'pending') throw new Refusal(409, 'conflict', `Already ${request.status}`);
      const answered = { ...order, cancel_requests: order.cancel_requests.map((entry) => (entry === request ? { ...entry, status: body.result } : entry)) };
      if (body.result === 'refused') return ok(books.keep(answered));
      return ok(books.revise(cancelQuantities(answered, body.lines ?? request.lines)));
    }),
    route('POST', '/api/v2/orders/:id/cancellations', (call, param) => {
      const order = books.order(param('id'));
      const body = parseBody(cancellation, call.body, 'invalid');
      if (!books.isFirstUse(`cancel:${order.id}:${body.reference}`)) return ok(order);
      return created(books.revise(cancelQuantities(order, body.lines ?? null)));
    }),
    route('POST', '/api/v2/returns/:id/answer', (call, param) => {
      const entry = books.shopReturn(param('id'));
      const body = parseBody(returnAnswer, call.body, 'invalid');
      if (entry.status === body.result) return ok(entry);
      if (entry.status !== 'requested') throw new Refusal(409, 'conflict', `Already ${entry.status}`);
      if (body.result === 'authorised' && (body.rma ?? '') === '') throw new Refusal(400, 'invalid', 'An authorised return needs an rma', 'rma');
      return ok(books.keepReturn({ ...entry, status: body.result, rma: body.rma ?? null, expires_on: body.expires_on ?? null }, true));
    }),
    route('POST', '/api/v2/returns/:id/progress', (call, param) => {
      const entry = books.shopReturn(param('id'));
      const body = parseBody(returnProgress, call.body, 'invalid');
      if (entry.progress !== null && body.version <= entry.progress.version) return ok(entry);
      return ok(books.keepReturn({ ...entry, status: body.status, progress: body }, false));
    }),
    route('PUT', '/api/v2/items/:number/stock', (call, param) => {
      const body = parseBody(stock, call.body, 'invalid');
      return ok(books.keepStock(param('number'), body));
    }),
  ];
}
