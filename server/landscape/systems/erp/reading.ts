import Decimal from 'decimal.js';
import { ok, Refusal, route, type Call, type Reply, type Route } from '../../kit/http';
import { clampLimit, clampOffset, offsetPage } from '../../kit/paging';
import type { CompanyBooks } from './books';

type AnyRow = Record<string, unknown>;
type Condition = (row: AnyRow) => boolean;

const term = /^(\w+) (eq|gt|ge|lt|le) (?:'((?:[^']|'')*)'|(\S+))$/;
const isNumber = /^-?\d+(\.\d+)?$/;

function order(left: unknown, right: string): number {
  const [a, b] = [String(left), right];
  if (isNumber.test(a) && isNumber.test(b)) return new Decimal(a).comparedTo(b);
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Lists and objects equal no text. */
function sameText(actual: unknown, value: string): boolean {
  return typeof actual === 'string' ? actual === value : (typeof actual === 'number' || typeof actual === 'boolean') && String(actual) === value;
}

/** `Field eq 'text'`, `Field eq null`, `Field gt value`, …, joined by ` and ` (outside quotes). */
export function parseFilter(filter: string): Condition {
  const parts = filter.match(/(?:'(?:[^']|'')*'|[^'])+?(?= and |$)/g) ?? [];
  const conditions = parts.map((part): Condition => {
    const match = term.exec(part.trim().replace(/^and /, ''));
    const [, field, operator, quoted, bare] = match ?? [];
    if (field === undefined || operator === undefined) throw new Refusal(400, 'BadRequest', `Filter not understood: ${part}`, '$filter');
    if (quoted === undefined && bare === 'null') return (row) => (row[field] ?? null) === null;
    const value = quoted?.replaceAll("''", "'") ?? bare ?? '';
    return (row) => {
      const actual = row[field];
      if (actual === undefined || actual === null) return false;
      if (operator === 'eq') return quoted === undefined ? order(actual, value) === 0 : sameText(actual, value);
      const place = order(actual, value);
      return operator === 'gt' ? place > 0 : operator === 'ge' ? place >= 0 : operator === 'lt' ? place < 0 : place <= 0;
    };
  });
  return (row) => conditions.every((condition) => condition(row));
}

interface EntitySet {
  name: string;
  key: string;
  rows: (books: CompanyBooks) => object[];
  one: (books: CompanyBooks, key: string) => object | undefined;
  view?: (books: CompanyBooks, row: AnyRow) => object;
}

function customerView(books: CompanyBooks, row: AnyRow): object {
  return { ...row, ...books.balances(String(row['No'])) };
}

const entitySets: EntitySet[] = [
  { name: 'Customers', key: 'No', rows: (books) => books.customers.all(), one: (books, key) => books.customers.get(key), view: customerView },
  { name: 'Items', key: 'No', rows: (books) => books.items.all(), one: (books, key) => books.items.get(key) },
  { name: 'ItemUnits', key: 'Id', rows: (books) => books.itemUnits.all(), one: (books, key) => books.itemUnits.get(key) },
  { name: 'ItemCharges', key: 'No', rows: (books) => books.itemCharges.all(), one: (books, key) => books.itemCharges.get(key) },
  { name: 'PriceAgreements', key: 'Id', rows: (books) => books.priceAgreements.all(), one: (books, key) => books.priceAgreements.get(key) },
  { name: 'PaymentTerms', key: 'Code', rows: (books) => books.terms.all(), one: (books, key) => books.terms.get(key) },
  { name: 'FiscalPeriods', key: 'Code', rows: (books) => books.periods.all(), one: (books, key) => books.periods.get(key) },
  { name: 'SalesInvoices', key: 'Id', rows: (books) => books.invoices.all(), one: (books, key) => books.invoices.get(key) },
  { name: 'SalesDebitMemos', key: 'Id', rows: (books) => books.debitMemos.all(), one: (books, key) => books.debitMemos.get(key) },
  { name: 'SalesCreditMemos', key: 'Id', rows: (books) => books.creditMemos.all(), one: (books, key) => books.creditMemos.get(key) },
  { name: 'CustomerPayments', key: 'Id', rows: (books) => books.payments.all(), one: (books, key) => books.payments.get(key) },
  { name: 'Applications', key: 'Id', rows: (books) => books.applications.all(), one: (books, key) => books.applications.get(key) },
  { name: 'CustomerRefunds', key: 'Id', rows: (books) => books.refunds.all(), one: (books, key) => books.refunds.get(key) },
  { name: 'WriteOffs', key: 'Id', rows: (books) => books.writeOffs.all(), one: (books, key) => books.writeOffs.get(key) },
  { name: 'OpenItems', key: 'Id', rows: (books) => books.openItems.all(), one: (books, key) => books.openItems.all().find((row) => row.Id === key) },
  { name: 'GeneralLedgerEntries', key: 'EntryNo', rows: (books) => books.ledger.all(), one: (books, key) => books.ledger.get(key) },
];

function list(set: EntitySet, books: CompanyBooks, call: Call): Reply {
  const filter = call.query.get('$filter');
  const condition = filter === null ? () => true : parseFilter(filter);
  const place = (row: AnyRow): string => `${String(row['LastModified'])}|${String(row[set.key])}`;
  const sorted = (set.rows(books) as AnyRow[])
    .filter(condition)
    .map((row) => ({ row, place: place(row) }))
    .sort((left, right) => (left.place < right.place ? -1 : 1))
    .map(({ row }) => row);
  const top = clampLimit(call.query.get('$top'), 50, 200);
  const page = offsetPage(sorted, clampOffset(call.query.get('$skiptoken')), top);
  const root = `http://${call.headers.host ?? '127.0.0.1'}`;
  const value = page.rows.map((row) => (set.view === undefined ? row : set.view(books, row)));
  const body: Record<string, unknown> = { '@odata.context': `${root}/odata/v4/$metadata#${set.name}`, '@odata.count': page.total, value };
  if (page.nextOffset !== null) {
    const query = [`$top=${top}`, ...(filter === null ? [] : [`$filter=${encodeURIComponent(filter)}`]), `$skiptoken=${page.nextOffset}`].join('&');
    body['@odata.nextLink'] = `${root}${call.path}?${query}`;
  }
  return ok(body);
}

export function readingRoutes(base: string, booksOf: (company: string) => CompanyBooks): Route[] {
  return entitySets.flatMap((set) => [
    route('GET', `${base}/${set.name}`, (call, param) => list(set, booksOf(param('company')), call)),
    route('GET', `${base}/${set.name}(':key')`, (_, param) => {
      const books = booksOf(param('company'));
      const row = set.one(books, param('key'));
      if (row === undefined) throw new Refusal(404, 'NotFound', `${set.name}('${param('key')}') does not exist`);
      return ok(set.view === undefined ? row : set.view(books, row as AnyRow));
    }),
  ]);
}
