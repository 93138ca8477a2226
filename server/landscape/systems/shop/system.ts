import Decimal from 'decimal.js';
import { bearerAuth, timestampedSignature } from '../../kit/auth';
import { ok, Refusal, route, type LedgerEntry, type Route } from '../../kit/http';
import { clampLimit, cursorPage } from '../../kit/paging';
import type { SystemContext, SystemDefinition } from '../../kit/system';
import { masterData } from '../../master-data';
import { units } from '../../master-data-tables';
import { ShopBooks } from './books';
import { shopControl } from './control';
import { writeBackRoutes } from './write-back';

interface Updated {
  updated_at: string;
}

function listRoute<T extends Updated>(pattern: string, rows: () => T[], key: (row: T) => string, filters: (row: T, query: URLSearchParams) => boolean = () => true): Route {
  return route('GET', pattern, (call) => {
    const since = call.query.get('updated_since');
    if (since !== null && Number.isNaN(Date.parse(since))) throw new Refusal(400, 'invalid', 'updated_since is not a timestamp', 'updated_since');
    const from = since === null ? '' : new Date(since).toISOString();
    const place = (row: T): string => `${row.updated_at}|${key(row)}`;
    const sorted = rows()
      .filter((row) => row.updated_at >= from && filters(row, call.query))
      .sort((left, right) => (place(left) < place(right) ? -1 : 1));
    const page = cursorPage(sorted, place, call.query.get('cursor'), clampLimit(call.query.get('limit'), 50, 200));
    return ok({ data: page.rows, next_cursor: page.nextCursor });
  });
}

function find<T>(row: T | undefined, what: string): T {
  if (row === undefined) throw new Refusal(404, 'not_found', `${what} does not exist`);
  return row;
}

function readRoutes(books: ShopBooks): Route[] {
  return [
    listRoute('/api/v2/orders', () => books.orders.all(), (row) => row.id, (row, query) =>
      (query.get('number') ?? row.number) === row.number && (query.get('status') ?? row.status) === row.status),
    listRoute('/api/v2/returns', () => books.returns.all(), (row) => row.id),
    listRoute('/api/v2/customers', () => books.customers.all(), (row) => row.code),
    listRoute('/api/v2/items', () => books.items.all(), (row) => row.item_number),
    listRoute('/api/v2/stock', () => books.stock.all(), (row) => `${row.item_number}:${row.warehouse}`, (row, query) =>
      (query.get('item_number') ?? row.item_number) === row.item_number && (query.get('warehouse') ?? row.warehouse) === row.warehouse),
    route('GET', '/api/v2/orders/:id', (_, param) => ok(books.order(param('id')))),
    route('GET', '/api/v2/returns/:id', (_, param) => ok(books.shopReturn(param('id')))),
    route('GET', '/api/v2/customers/:code', (_, param) => ok(find(books.customers.get(param('code')), `Customer ${param('code')}`))),
    route('GET', '/api/v2/items/:number', (_, param) => ok(find(books.items.get(param('number')), `Item ${param('number')}`))),
  ];
}

/** Quantities ordered, cancelled and told as shipped; the shop keeps no money books. */
function ledger(books: ShopBooks): LedgerEntry[] {
  return books.orders.all().flatMap((order) => {
    const entry = (account: string, line: string, quantity: string, reference: string | null): LedgerEntry => ({
      entry: `${order.id}:${account}:${line}:${reference ?? ''}`, account, document: order.number, kind: 'order', orderNumber: order.number, line, quantity,
      amount: null, currency: null, date: order.placed_at.slice(0, 10), reference,
    });
    return [
      ...order.lines.flatMap((line) => [
        entry('ordered', line.id, line.quantity, null),
        ...(new Decimal(line.cancelled_quantity).isZero() ? [] : [entry('cancelled', line.id, line.cancelled_quantity, null)]),
      ]),
      ...order.fulfilments.flatMap((told) => told.lines.map((line) => entry('told_shipped', line.line_id, line.quantity, told.reference))),
    ];
  });
}

export function defineShop(context: SystemContext): SystemDefinition {
  const books = new ShopBooks(context);
  return {
    routes: [...readRoutes(books), ...writeBackRoutes(books)],
    authenticate: bearerAuth(context.settings.credentials),
    errorBody: (_, code, message, field) => ({ body: { errors: [{ code, message, field }] } }),
    codes: { unauthorized: 'unauthorized', notFound: 'not_found', malformed: 'invalid', internal: 'internal', rateLimited: 'rate_limited', refused: 'refused' },
    webhook: (base, secret) => ({
      url: `${base}/shop`,
      sign: (rawBody, delivery) => ({ 'x-northgate-delivery': delivery.id, 'x-northgate-signature': timestampedSignature(secret, rawBody) }),
    }),
    control: shopControl(books, context),
    ledger: () => ledger(books),
    seedMasterData: () => {
      const data = masterData(context.settings.seed, context.settings.today);
      const shopUnit = new Map<string, string>(units.map(([canonical, shop]) => [canonical, shop]));
      const updated_at = `${data.baseDate}T00:00:00.000Z`;
      for (const customer of data.customers) {
        const places = customer.shipTos.map((place) => ({
          code: place.shop, name: place.name, address: { line1: place.line1, city: place.city, state: place.region, postal_code: place.postalCode, country: place.country },
        }));
        books.customers.put(customer.shop, {
          code: customer.shop, name: customer.name, status: 'active', bill_to: { ...places[0], code: customer.shop, name: customer.name }, ship_tos: places, terms: customer.terms, updated_at,
        });
      }
      for (const item of data.items) {
        books.items.put(item.shop, {
          item_number: item.shop, name: item.name, status: 'active', units: item.units.map((unit) => shopUnit.get(unit.unit) ?? unit.unit), list_price: item.listPrice,
          price_per: String(item.pricePer), price_unit: shopUnit.get(item.baseUnit) ?? item.baseUnit, tax_category: item.taxCategory, updated_at,
        });
      }
    },
  };
}
