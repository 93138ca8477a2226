import Decimal from 'decimal.js';
import { z } from 'zod';
import { parseBody } from '../../kit/auth';
import { created, ok, Refusal, route, type Reply, type Route } from '../../kit/http';
import { digitsOf, type CompanyBooks } from './books';
import type { Application, CustomerPayment, OpenItem, SourceType } from './model';

const decimal = z.string().regex(/^\d+(\.\d{1,6})?$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const reference = z.string().min(1).max(120);
const method = z.enum(['BANK', 'CARD']);
const sourceType = z.enum(['Payment', 'CreditMemo']);
const paymentBody = z.object({ ExternalDocumentNo: reference, CustomerNo: z.string(), PostingDate: day, Amount: decimal, CurrencyCode: z.string().length(3), PaymentMethodCode: method, Description: z.string().nullish() });
const applicationBody = z.object({ ExternalDocumentNo: reference, SourceType: sourceType, SourceNo: z.string(), InvoiceNo: z.string(), Amount: decimal, PostingDate: day });
const refundBody = z.object({ ExternalDocumentNo: reference, SourceType: sourceType, SourceNo: z.string(), Amount: decimal, CurrencyCode: z.string().length(3), PostingDate: day, PaymentMethodCode: method });
const writeOffBody = z.object({ ExternalDocumentNo: reference, InvoiceNo: z.string(), Amount: decimal, PostingDate: day, ReasonCode: z.string().default('SMALLDIFF') });
const reverseBody = z.object({ PostingDate: day.optional() });

const cashAccount = (code: 'BANK' | 'CARD'): 1010 | 1020 => (code === 'BANK' ? 1010 : 1020);

function openItem(books: CompanyBooks, type: OpenItem['DocumentType'], no: string, field: string): OpenItem {
  const item = books.openItems.get(`${type}:${no}`);
  if (item === undefined) throw new Refusal(400, 'BadRequest', `${type} ${no} does not exist`, field);
  return item;
}

/** What is owed under this number: an invoice or a debit memo. */
const owedItem = (books: CompanyBooks, no: string): OpenItem => (books.openItems.get(`DebitMemo:${no}`) ?? openItem(books, 'Invoice', no, 'InvoiceNo'));

/** Not above what remains on an item, whichever its sign. */
function requireRemaining(item: OpenItem, amount: Decimal): void {
  if (amount.gt(new Decimal(item.RemainingAmount).abs())) {
    throw new Refusal(422, 'AppliedAmountTooHigh', `${item.DocumentType} ${item.DocumentNo} has only ${new Decimal(item.RemainingAmount).abs().toFixed(2)} open`, 'Amount');
  }
}

function receive(books: CompanyBooks, raw: unknown): Reply {
  const body = parseBody(paymentBody, raw, 'BadRequest');
  const customer = books.customer(body.CustomerNo);
  if (!customer.AllowedCurrencies.includes(body.CurrencyCode)) throw new Refusal(400, 'CurrencyNotAllowed', `${body.CurrencyCode} is not allowed for ${customer.No}`, 'CurrencyCode');
  const amount = books.amount(body.Amount, body.CurrencyCode, 'Amount');
  books.requireOpen(body.PostingDate, false);
  const No = books.nextId('PR-');
  const posted = { type: 'Payment', no: No, id: No, external: body.ExternalDocumentNo, customerNo: customer.No, date: body.PostingDate, currency: body.CurrencyCode };
  const TransactionNo = books.post(posted, [{ account: cashAccount(body.PaymentMethodCode), amount }, { account: 1200, amount: amount.neg() }]);
  books.open(posted, 'Payment', amount.neg(), body.PostingDate);
  books.touchCustomer(customer.No);
  const text = amount.toFixed(digitsOf(body.CurrencyCode));
  const payment: CustomerPayment = {
    Id: No, No, Status: 'Posted', ...body, Amount: text, RemainingAmount: text, Description: body.Description ?? null, TransactionNo, LastModified: books.now(),
  };
  return created(books.payments.put(No, payment));
}

function reversePayment(books: CompanyBooks, id: string, raw: unknown): Reply {
  const payment = books.payments.get(id);
  if (payment === undefined) throw new Refusal(404, 'NotFound', `${id} does not exist`);
  if (payment.Status === 'Reversed' || payment.RemainingAmount !== payment.Amount) throw new Refusal(409, 'InvalidState', `${id} is reversed or applied`);
  const date = parseBody(reverseBody, raw ?? {}, 'BadRequest').PostingDate ?? payment.PostingDate;
  books.requireOpen(date, false);
  const amount = new Decimal(payment.Amount);
  const posted = { type: 'PaymentReversal', no: payment.No, id, external: payment.ExternalDocumentNo, customerNo: payment.CustomerNo, date, currency: payment.CurrencyCode };
  books.post(posted, [{ account: cashAccount(payment.PaymentMethodCode), amount: amount.neg() }, { account: 1200, amount }]);
  books.changeRemaining('Payment', payment.No, amount);
  return ok(books.payments.put(id, { ...(books.payments.get(id) ?? payment), Status: 'Reversed', LastModified: books.now() }));
}

function apply(books: CompanyBooks, raw: unknown): Reply {
  const body = parseBody(applicationBody, raw, 'BadRequest');
  const source = openItem(books, body.SourceType, body.SourceNo, 'SourceNo');
  const invoice = owedItem(books, body.InvoiceNo);
  if (source.CurrencyCode !== invoice.CurrencyCode) throw new Refusal(422, 'CurrencyMismatch', 'Source and invoice differ in currency', 'InvoiceNo');
  if (source.CustomerNo !== invoice.CustomerNo && books.customer(source.CustomerNo).CreditAccountNo !== books.customer(invoice.CustomerNo).CreditAccountNo) {
    throw new Refusal(422, 'CustomerMismatch', `Source is of ${source.CustomerNo}, invoice of ${invoice.CustomerNo}`, 'SourceNo');
  }
  const amount = books.amount(body.Amount, invoice.CurrencyCode, 'Amount');
  requireRemaining(source, amount);
  requireRemaining(invoice, amount);
  books.requireOpen(body.PostingDate, false);
  books.changeRemaining(body.SourceType, body.SourceNo, amount);
  books.changeRemaining(invoice.DocumentType, body.InvoiceNo, amount.neg());
  const Id = books.nextId('AP-');
  const application: Application = { Id, No: Id, Status: 'Applied', ...body, Amount: amount.toFixed(digitsOf(invoice.CurrencyCode)), CurrencyCode: invoice.CurrencyCode, LastModified: books.now() };
  return created(books.applications.put(Id, application));
}

function reverseApplication(books: CompanyBooks, id: string): Reply {
  const application = books.applications.get(id);
  if (application === undefined) throw new Refusal(404, 'NotFound', `${id} does not exist`);
  if (application.Status === 'Reversed') throw new Refusal(409, 'InvalidState', `${id} is reversed already`);
  const amount = new Decimal(application.Amount);
  books.changeRemaining(application.SourceType, application.SourceNo, amount.neg());
  books.changeRemaining(owedItem(books, application.InvoiceNo).DocumentType, application.InvoiceNo, amount);
  return ok(books.applications.put(id, { ...application, Status: 'Reversed', LastModified: books.now() }));
}

function refund(books: CompanyBooks, raw: unknown): Reply {
  const body = parseBody(refundBody, raw, 'BadRequest');
  const type: SourceType = body.SourceType;
  const source = openItem(books, type, body.SourceNo, 'SourceNo');
  if (source.CurrencyCode !== body.CurrencyCode) throw new Refusal(422, 'CurrencyMismatch', 'The source has another currency', 'CurrencyCode');
  const amount = books.amount(body.Amount, body.CurrencyCode, 'Amount');
  requireRemaining(source, amount);
  books.requireOpen(body.PostingDate, false);
  const Id = books.nextId('RF-');
  const posted = { type: 'Refund', no: Id, id: Id, external: body.ExternalDocumentNo, customerNo: source.CustomerNo, date: body.PostingDate, currency: body.CurrencyCode };
  const TransactionNo = books.post(posted, [{ account: 1200, amount }, { account: cashAccount(body.PaymentMethodCode), amount: amount.neg() }]);
  books.changeRemaining(type, body.SourceNo, amount);
  return created(books.refunds.put(Id, { Id, No: Id, Status: 'Posted', ...body, CustomerNo: source.CustomerNo, TransactionNo, LastModified: books.now() }));
}

function reverseRefund(books: CompanyBooks, id: string, raw: unknown): Reply {
  const refund = books.refunds.get(id);
  if (refund === undefined) throw new Refusal(404, 'NotFound', `${id} does not exist`);
  if (refund.Status === 'Reversed') throw new Refusal(409, 'InvalidState', `${id} is reversed already`);
  const date = parseBody(reverseBody, raw ?? {}, 'BadRequest').PostingDate ?? refund.PostingDate;
  books.requireOpen(date, false);
  const amount = new Decimal(refund.Amount);
  const posted = { type: 'RefundReversal', no: refund.No, id, external: refund.ExternalDocumentNo, customerNo: refund.CustomerNo, date, currency: refund.CurrencyCode };
  books.post(posted, [{ account: 1200, amount: amount.neg() }, { account: cashAccount(refund.PaymentMethodCode), amount }]);
  books.changeRemaining(refund.SourceType, refund.SourceNo, amount.neg());
  return ok(books.refunds.put(id, { ...refund, Status: 'Reversed', LastModified: books.now() }));
}

function writeOff(books: CompanyBooks, raw: unknown): Reply {
  const body = parseBody(writeOffBody, raw, 'BadRequest');
  const invoice = owedItem(books, body.InvoiceNo);
  const amount = books.amount(body.Amount, invoice.CurrencyCode, 'Amount');
  requireRemaining(invoice, amount);
  books.requireOpen(body.PostingDate, false);
  const Id = books.nextId('WO-');
  const posted = { type: 'WriteOff', no: Id, id: Id, external: body.ExternalDocumentNo, customerNo: invoice.CustomerNo, date: body.PostingDate, currency: invoice.CurrencyCode };
  const TransactionNo = books.post(posted, [{ account: 6900, amount }, { account: 1200, amount: amount.neg() }]);
  books.changeRemaining(invoice.DocumentType, body.InvoiceNo, amount.neg());
  return created(books.writeOffs.put(Id, { Id, No: Id, Status: 'Posted', ...body, CustomerNo: invoice.CustomerNo, CurrencyCode: invoice.CurrencyCode, TransactionNo, LastModified: books.now() }));
}

export function cashRoutes(base: string, booksOf: (company: string) => CompanyBooks): Route[] {
  return [
    route('POST', `${base}/CustomerPayments`, (call, param) => receive(booksOf(param('company')), call.body)),
    route('POST', `${base}/CustomerPayments(':id')/Reverse`, (call, param) => reversePayment(booksOf(param('company')), param('id'), call.body)),
    route('POST', `${base}/Applications`, (call, param) => apply(booksOf(param('company')), call.body)),
    route('POST', `${base}/Applications(':id')/Reverse`, (_, param) => reverseApplication(booksOf(param('company')), param('id'))),
    route('POST', `${base}/CustomerRefunds`, (call, param) => refund(booksOf(param('company')), call.body)),
    route('POST', `${base}/CustomerRefunds(':id')/Reverse`, (call, param) => reverseRefund(booksOf(param('company')), param('id'), call.body)),
    route('POST', `${base}/WriteOffs`, (call, param) => writeOff(booksOf(param('company')), call.body)),
  ];
}
