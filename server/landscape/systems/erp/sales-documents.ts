import Decimal from 'decimal.js';
import { z } from 'zod';
import { parseBody } from '../../kit/auth';
import { created, ok, Refusal, route, type Call, type Reply, type Route } from '../../kit/http';
import { digitsOf, type CompanyBooks, type PostedDocument } from './books';
import type { Customer, DocumentLine, SalesDocument } from './model';

const decimal = z.string().regex(/^-?\d+(\.\d{1,6})?$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const text = z.string().nullish();
const lineBody = z.object({
  LineNo: z.number().int(), Type: z.enum(['Item', 'Charge']), No: z.string(), Description: text, Quantity: decimal, UnitOfMeasure: text, UnitPrice: decimal, PriceUnitQuantity: decimal.default('1'),
  LineDiscountAmount: decimal.default('0.00'), LineAmount: decimal, TaxPercent: decimal.nullish(), TaxAmount: decimal, SalesOrderNo: text, SalesOrderLine: text, ShipmentNo: text,
});
const documentBody = z.object({
  ExternalDocumentNo: z.string().min(1).max(120), CustomerNo: z.string(), SellToCustomerNo: text, YourReference: text, DocumentDate: day.nullish(), PostingDate: day, RevenueDate: day.nullish(),
  DueDate: day.nullish(), CurrencyCode: z.string().length(3), PaymentTermsCode: text, TaxDocumentCode: text, ShipmentNos: z.array(z.string()).nullish(), Description: text, ReasonCode: text,
  AppliesToInvoiceNo: text, NetAmount: decimal, ChargesAmount: decimal, TaxAmount: decimal, TotalAmount: decimal, OverridePeriod: z.boolean().nullish(), Lines: z.array(lineBody).min(1),
});
const cancelBody = z.object({ PostingDate: day, ExternalDocumentNo: z.string().min(1), ReasonCode: text });

/** What the kinds of sales documents differ in. A debit memo is owed like an invoice and refers to one. */
const kinds = {
  invoice: { type: 'Invoice', id: 'SI-', firstNo: 103_001, sign: 1 },
  debit: { type: 'DebitMemo', id: 'SD-', firstNo: 703_001, sign: 1 },
  credit: { type: 'CreditMemo', id: 'SC-', firstNo: 503_001, sign: -1 },
} as const;
type Kind = keyof typeof kinds;
const cent = new Decimal('0.01');

function dueDate(books: CompanyBooks, terms: string, from: string): string {
  const found = books.terms.get(terms);
  if (found === undefined) throw new Refusal(400, 'TermsNotFound', `Payment terms ${terms} do not exist`, 'PaymentTermsCode');
  const date = new Date(`${from}T00:00:00Z`);
  if (found.EndOfMonth) date.setUTCMonth(date.getUTCMonth() + 1, 0);
  date.setUTCDate(date.getUTCDate() + found.DueDays);
  return date.toISOString().slice(0, 10);
}

function draft(books: CompanyBooks, kind: Kind, raw: unknown): SalesDocument {
  const body = parseBody(documentBody, raw, 'BadRequest');
  const customer = books.customer(body.CustomerNo);
  const lines = body.Lines.map((line, index): DocumentLine => {
    const target = `Lines[${index}].No`;
    if (line.Type === 'Item') {
      const item = books.items.get(line.No);
      if (item === undefined || item.Blocked) throw new Refusal(400, 'ItemNotFound', `Item ${line.No} does not exist or is blocked`, target);
      if (books.itemUnits.get(`${line.No}/${line.UnitOfMeasure ?? ''}`) === undefined) throw new Refusal(400, 'UnitNotFound', `Item ${line.No} has no unit ${line.UnitOfMeasure ?? ''}`, `Lines[${index}].UnitOfMeasure`);
    } else if (books.itemCharges.get(line.No) === undefined) {
      throw new Refusal(400, 'ChargeNotFound', `Item charge ${line.No} does not exist`, target);
    }
    return {
      ...line, Description: line.Description ?? '', UnitOfMeasure: line.UnitOfMeasure ?? null, TaxPercent: line.TaxPercent ?? null,
      SalesOrderNo: line.SalesOrderNo ?? null, SalesOrderLine: line.SalesOrderLine ?? null, ShipmentNo: line.ShipmentNo ?? null,
    };
  });
  const terms = body.PaymentTermsCode ?? customer.PaymentTermsCode;
  const Id = books.nextId(kinds[kind].id);
  const document: SalesDocument = {
    Id, No: null, Status: 'Draft', ExternalDocumentNo: body.ExternalDocumentNo, CustomerNo: body.CustomerNo, SellToCustomerNo: body.SellToCustomerNo ?? body.CustomerNo, YourReference: body.YourReference ?? null,
    DocumentDate: body.DocumentDate ?? body.PostingDate, PostingDate: body.PostingDate, RevenueDate: body.RevenueDate ?? body.PostingDate,
    DueDate: body.DueDate ?? dueDate(books, terms, body.DocumentDate ?? body.PostingDate), CurrencyCode: body.CurrencyCode, PaymentTermsCode: terms, TaxDocumentCode: body.TaxDocumentCode ?? null,
    ShipmentNos: body.ShipmentNos ?? [], Description: body.Description ?? null, ReasonCode: body.ReasonCode ?? null, AppliesToInvoiceNo: body.AppliesToInvoiceNo ?? null, NetAmount: body.NetAmount,
    ChargesAmount: body.ChargesAmount, TaxAmount: body.TaxAmount, TotalAmount: body.TotalAmount, Lines: lines, RemainingAmount: '0.00', PostedAt: null, TransactionNo: null, LastModified: books.now(),
  };
  return documentsOf(books, kind).put(Id, document);
}

const documentsOf = (books: CompanyBooks, kind: Kind): CompanyBooks['invoices'] => books.documentsOf(kinds[kind].type);

function checkAmounts(document: SalesDocument, customer: Customer): void {
  const digits = digitsOf(document.CurrencyCode);
  const tolerance = Decimal.max(cent, new Decimal(10).pow(-digits));
  const sum = (pick: (line: DocumentLine) => string, type?: DocumentLine['Type']): Decimal =>
    document.Lines.filter((line) => type === undefined || line.Type === type).reduce((total, line) => total.plus(pick(line)), new Decimal(0));
  document.Lines.forEach((line, index) => {
    const wanted = new Decimal(line.Quantity).times(line.UnitPrice).div(line.PriceUnitQuantity).minus(line.LineDiscountAmount);
    // Quotients like 1/3 are rounded to 6 decimals so that exactly one cent stays inside the tolerance.
    if (wanted.minus(line.LineAmount).abs().toDecimalPlaces(6).gt(tolerance)) throw new Refusal(400, 'LineAmountMismatch', `Line ${line.LineNo} computes to ${wanted.toFixed(digits)}, not ${line.LineAmount}`, `Lines[${index}].LineAmount`);
    for (const value of [line.LineAmount, line.TaxAmount]) {
      if (new Decimal(value).decimalPlaces() > digits) throw new Refusal(400, 'AmountNotAllowed', `${value} has too many decimals`, `Lines[${index}]`);
    }
    if (line.TaxPercent === null) return;
    const tax = new Decimal(line.LineAmount).times(line.TaxPercent).div(100);
    if (tax.minus(line.TaxAmount).abs().toDecimalPlaces(6).gt(tolerance)) throw new Refusal(400, 'TaxMismatch', `Line ${line.LineNo}: ${line.TaxPercent} % of ${line.LineAmount} is not ${line.TaxAmount}`, `Lines[${index}].TaxAmount`);
  });
  const [net, charges, tax] = [sum((line) => line.LineAmount, 'Item'), sum((line) => line.LineAmount, 'Charge'), sum((line) => line.TaxAmount)];
  if (!tax.eq(document.TaxAmount)) throw new Refusal(400, 'TaxMismatch', `Lines carry ${tax.toFixed(digits)} of tax, the header ${document.TaxAmount}`, 'TaxAmount');
  if (!net.eq(document.NetAmount) || !charges.eq(document.ChargesAmount) || !net.plus(charges).plus(tax).eq(document.TotalAmount)) {
    throw new Refusal(400, 'TotalMismatch', `Lines add up to ${net.toFixed(digits)} + ${charges.toFixed(digits)} + ${tax.toFixed(digits)} for ${customer.No}`, 'TotalAmount');
  }
  if (net.plus(charges).plus(tax).lt(0)) throw new Refusal(400, 'AmountNotAllowed', 'The total is negative', 'TotalAmount');
}

function invoiceOf(books: CompanyBooks, document: SalesDocument): SalesDocument {
  const invoice = books.invoices.all().find((row) => row.No === document.AppliesToInvoiceNo);
  if (invoice === undefined) throw new Refusal(400, 'BadRequest', `Invoice ${document.AppliesToInvoiceNo ?? ''} does not exist`, 'AppliesToInvoiceNo');
  if (invoice.CurrencyCode !== document.CurrencyCode) throw new Refusal(422, 'CurrencyMismatch', 'The invoice has another currency', 'CurrencyCode');
  return invoice;
}

/** Credits never exceed what was billed: their invoice and the debit memos for it. */
function checkCredit(books: CompanyBooks, credit: SalesDocument): void {
  if (credit.AppliesToInvoiceNo === null) return;
  const invoice = invoiceOf(books, credit);
  const sumOf = (documents: SalesDocument[]): Decimal => documents.filter((row) => row.AppliesToInvoiceNo === invoice.No && row.Status === 'Posted').reduce((sum, row) => sum.plus(row.TotalAmount), new Decimal(0));
  const total = sumOf(books.creditMemos.all()).plus(credit.TotalAmount);
  if (total.gt(sumOf(books.debitMemos.all()).plus(invoice.TotalAmount))) throw new Refusal(400, 'AmountNotAllowed', `Credits of ${total.toFixed(2)} exceed invoice ${invoice.No ?? ''}`, 'TotalAmount');
}

function checkDebit(books: CompanyBooks, debit: SalesDocument): void {
  if (invoiceOf(books, debit).CustomerNo !== debit.CustomerNo) throw new Refusal(422, 'CustomerMismatch', `Invoice ${debit.AppliesToInvoiceNo ?? ''} is of another customer`, 'CustomerNo');
  if (new Decimal(debit.TotalAmount).lte(0)) throw new Refusal(400, 'AmountNotAllowed', 'A debit memo is for more than nothing', 'TotalAmount');
}

function post(books: CompanyBooks, kind: Kind, id: string, mayOverride: boolean): SalesDocument {
  const document = find(books, kind, id);
  if (document.Status !== 'Draft') throw new Refusal(409, 'InvalidState', `${document.Id} is ${document.Status.toLowerCase()}`);
  const customer = books.customer(document.CustomerNo);
  if (kind !== 'credit' && (customer.Blocked === 'Invoice' || customer.Blocked === 'All')) throw new Refusal(422, 'CustomerBlocked', `Customer ${customer.No} is blocked (${customer.Blocked})`, 'CustomerNo');
  if (kind === 'invoice' && customer.PONumberRequired && (document.YourReference ?? '') === '') throw new Refusal(400, 'PONumberRequired', `Customer ${customer.No} demands a purchase order number`, 'YourReference');
  if (!customer.AllowedCurrencies.includes(document.CurrencyCode)) throw new Refusal(400, 'CurrencyNotAllowed', `${document.CurrencyCode} is not allowed for ${customer.No}`, 'CurrencyCode');
  books.requireOpen(document.PostingDate, mayOverride);
  checkAmounts(document, customer);
  if (kind === 'credit') checkCredit(books, document);
  if (kind === 'debit') checkDebit(books, document);
  // Last, so that a refused posting never takes a number: gapless.
  const { type, firstNo, sign } = kinds[kind];
  const No = books.nextNumber(kind, firstNo);
  const posted: PostedDocument = {
    type, no: No, id: document.Id, external: document.ExternalDocumentNo, customerNo: document.CustomerNo, date: document.PostingDate, currency: document.CurrencyCode,
  };
  const TransactionNo = books.post(posted, [
    { account: 1200, amount: new Decimal(document.TotalAmount).times(sign) }, { account: 4000, amount: new Decimal(document.NetAmount).times(-sign) },
    { account: 4100, amount: new Decimal(document.ChargesAmount).times(-sign) }, { account: 2200, amount: new Decimal(document.TaxAmount).times(-sign) },
  ]);
  books.open(posted, type, new Decimal(document.TotalAmount).times(sign), document.DueDate);
  const now = books.now();
  const kept = documentsOf(books, kind).put(id, { ...document, No, Status: 'Posted', RemainingAmount: document.TotalAmount, PostedAt: now, LastModified: now, TransactionNo });
  books.touchCustomer(document.CustomerNo);
  return kept;
}

function find(books: CompanyBooks, kind: Kind, id: string): SalesDocument {
  const document = documentsOf(books, kind).get(id);
  if (document === undefined) throw new Refusal(404, 'NotFound', `${id} does not exist`);
  return document;
}

function mayOverride(call: Call): boolean {
  return (call.body as { OverridePeriod?: boolean } | undefined)?.OverridePeriod === true;
}

function cancel(books: CompanyBooks, call: Call, id: string): Reply {
  const body = parseBody(cancelBody, call.body, 'BadRequest');
  const invoice = find(books, 'invoice', id);
  if (invoice.Status !== 'Posted' || invoice.RemainingAmount !== invoice.TotalAmount) throw new Refusal(409, 'InvalidState', `${invoice.Id} cannot be cancelled`);
  const credit = draft(books, 'credit', { ...invoice, ExternalDocumentNo: body.ExternalDocumentNo, PostingDate: body.PostingDate, DocumentDate: body.PostingDate, DueDate: body.PostingDate, ReasonCode: body.ReasonCode ?? 'CORRECTION', AppliesToInvoiceNo: invoice.No });
  const posted = post(books, 'credit', credit.Id, false);
  const amount = new Decimal(invoice.TotalAmount);
  books.changeRemaining('Invoice', invoice.No ?? '', amount.neg());
  books.changeRemaining('CreditMemo', posted.No ?? '', amount);
  books.invoices.put(id, { ...find(books, 'invoice', id), Status: 'Cancelled', LastModified: books.now() });
  return created(find(books, 'credit', posted.Id));
}

export function salesDocumentRoutes(base: string, booksOf: (company: string) => CompanyBooks): Route[] {
  const forSet = (set: string, kind: Kind): Route[] => [
    route('POST', `${base}/${set}`, (call, param) => created(draft(booksOf(param('company')), kind, call.body))),
    route('POST', `${base}/${set}/CreateAndPost`, (call, param) => {
      const books = booksOf(param('company'));
      return created(post(books, kind, draft(books, kind, call.body).Id, mayOverride(call)));
    }),
    route('POST', `${base}/${set}(':id')/Post`, (call, param) => ok(post(booksOf(param('company')), kind, param('id'), mayOverride(call)))),
    route('DELETE', `${base}/${set}(':id')`, (_, param) => {
      const books = booksOf(param('company'));
      if (find(books, kind, param('id')).Status !== 'Draft') throw new Refusal(409, 'InvalidState', 'Only drafts can be deleted');
      documentsOf(books, kind).delete(param('id'));
      return { status: 204 };
    }),
  ];
  return [
    ...forSet('SalesInvoices', 'invoice'),
    ...forSet('SalesDebitMemos', 'debit'),
    ...forSet('SalesCreditMemos', 'credit'),
    route('POST', `${base}/SalesInvoices(':id')/Cancel`, (call, param) => cancel(booksOf(param('company')), call, param('id'))),
  ];
}
