import Decimal from 'decimal.js';
import { TokenIssuer } from '../../kit/auth';
import { Refusal, route, textOf, type LedgerEntry } from '../../kit/http';
import type { SystemContext, SystemDefinition } from '../../kit/system';
import { addDays, masterData } from '../../master-data';
import { charges, terms, units } from '../../master-data-tables';
import { CompanyBooks } from './books';
import { cashRoutes } from './cash';
import type { Customer, Period } from './model';
import { readingRoutes } from './reading';
import { salesDocumentRoutes } from './sales-documents';

const base = "/odata/v4/Company(':company')";
const companies = ['US01', 'US02'];

/** The general ledger; order and line only where a document has a single one, the documents tell the rest. */
function ledger(books: CompanyBooks): LedgerEntry[] {
  return books.ledger.all().map((row) => {
    const document = row.DocumentType === 'Invoice' || row.DocumentType === 'DebitMemo' || row.DocumentType === 'CreditMemo' ? books.documentsOf(row.DocumentType).get(row.DocumentId) : undefined;
    const orders = new Set(document?.Lines.map((line) => line.SalesOrderNo));
    const [order] = orders;
    return {
      entry: row.EntryNo, account: row.AccountNo, document: row.DocumentNo, kind: row.DocumentType, orderNumber: orders.size === 1 ? (order ?? null) : null, line: null, quantity: null,
      amount: new Decimal(row.Debit).minus(row.Credit).toFixed(2), currency: row.CurrencyCode, date: row.PostingDate, reference: row.ExternalDocumentNo,
    };
  });
}

function seedCompany(books: CompanyBooks, context: SystemContext): void {
  const data = masterData(context.settings.seed, context.settings.today);
  const LastModified = `${data.baseDate}T00:00:00.000Z`;
  const unitCode = new Map<string, string>(units.map(([canonical, , , erp]) => [canonical, erp]));
  const erpOf = new Map(data.customers.map((customer) => [customer.canonical, customer.erp]));
  for (const customer of data.customers) {
    books.customers.put(customer.erp, {
      No: customer.erp, Name: customer.name, Blocked: 'None', CurrencyCode: 'USD', AllowedCurrencies: ['USD'], PaymentTermsCode: terms.find(([code]) => code === customer.terms)?.[1] ?? 'N30',
      CreditLimit: customer.creditLimit, CreditAccountNo: erpOf.get(customer.creditAccount) ?? customer.erp, CreditReviewed: true, PONumberRequired: customer.poNumberRequired,
      TaxExempt: customer.exemptionNo !== null, TaxExemptionNo: customer.exemptionNo, TaxExemptionValidTo: customer.exemptionNo === null ? null : addDays(data.baseDate, 400),
      TaxArea: customer.shipTos[0]?.region ?? '', LastModified,
    });
  }
  for (const item of data.items) {
    const baseUnit = unitCode.get(item.baseUnit) ?? item.baseUnit;
    const row = {
      No: item.erp, Description: item.name, Blocked: false, BaseUnitOfMeasure: baseUnit, UnitPrice: item.listPrice, PriceUnitQuantity: String(item.pricePer), PriceUnitOfMeasure: baseUnit, TaxGroupCode: 'GOODS', LastModified,
    };
    books.items.put(item.erp, row);
    for (const unit of item.units) {
      const Code = unitCode.get(unit.unit) ?? unit.unit;
      const unitRow = { Id: `${item.erp}/${Code}`, ItemNo: item.erp, Code, QtyPerUnitOfMeasure: String(unit.numerator / unit.denominator), LastModified };
      books.itemUnits.put(unitRow.Id, unitRow);
    }
  }
  for (const [code, No] of charges) {
    const row = { No, Description: code.replace('_', ' '), RevenueAccountNo: '4100', LastModified };
    books.itemCharges.put(No, row);
  }
  for (const [canonical, Code, DueDays, EndOfMonth, percent, DiscountDays] of terms) {
    const row = { Code, Description: canonical, DueDays, EndOfMonth, DiscountPercent: percent === null ? null : String(percent), DiscountDays, LastModified };
    books.terms.put(Code, row);
  }
  for (const period of data.periods) {
    books.periods.put(period.code, { Code: period.code, StartingDate: period.start, EndingDate: period.end, Status: period.status, LastModified });
  }
  for (const agreement of data.agreements) {
    const item = data.items.find((entry) => entry.canonical === agreement.item);
    if (item === undefined) continue;
    const row = {
      Id: agreement.id, CustomerNo: erpOf.get(agreement.customer), ItemNo: item.erp, UnitPrice: agreement.price, PriceUnitQuantity: String(item.pricePer), UnitOfMeasure: unitCode.get(item.baseUnit),
      CurrencyCode: 'USD', StartingDate: addDays(data.baseDate, -90), EndingDate: addDays(data.baseDate, 275), LastModified,
    };
    books.priceAgreements.put(agreement.id, row);
  }
}

export function defineErp(context: SystemContext): SystemDefinition {
  const all = new Map(companies.map((company) => [company, new CompanyBooks(context, company)]));
  const booksOf = (company: string): CompanyBooks => {
    const books = all.get(company);
    if (books === undefined) throw new Refusal(404, 'CompanyNotFound', `Company ${company} does not exist`);
    return books;
  };
  const chosen = (body: Record<string, unknown>): CompanyBooks => booksOf(textOf(body['company'], 'US01'));
  const tokens = new TokenIssuer(context.settings.credentials, 'mft_', 900, 400);
  return {
    routes: [
      route('POST', '/oauth2/token', (call) => tokens.issue(call)),
      ...readingRoutes(base, booksOf),
      ...salesDocumentRoutes(base, booksOf),
      ...cashRoutes(base, booksOf),
    ],
    openPaths: ['/oauth2/token'],
    authenticate: tokens.authenticate,
    errorBody: (_, code, message, target) => ({ body: { error: { code, message, target } } }),
    codes: { unauthorized: 'Unauthorized', notFound: 'NotFound', malformed: 'BadRequest', internal: 'InternalServerError', rateLimited: 'TooManyRequests', refused: 'Refused' },
    control: {
      /** Changes fields of a customer: credit limit, blocked, terms, … */
      'set-customer': (body) => {
        const books = chosen(body);
        const customer = books.customer(String(body['no']));
        return books.customers.put(customer.No, { ...customer, ...(body['fields'] as Partial<Customer>), LastModified: books.now() });
      },
      'set-period': (body) => {
        const books = chosen(body);
        const period = books.periods.get(String(body['code']));
        if (period === undefined) throw new Refusal(404, 'NotFound', 'No such period');
        return books.periods.put(period.Code, { ...period, Status: body['status'] as Period['Status'], LastModified: books.now() });
      },
      'block-item': (body) => {
        const books = chosen(body);
        const item = books.items.get(String(body['no']));
        if (item === undefined) throw new Refusal(404, 'NotFound', 'No such item');
        return books.items.put(item.No, { ...item, Blocked: body['blocked'] === true, LastModified: books.now() });
      },
    },
    ledger: () => [...all.values()].flatMap(ledger),
    seedMasterData: () => {
      for (const books of all.values()) seedCompany(books, context);
    },
  };
}
