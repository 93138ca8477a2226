import Decimal from 'decimal.js';
import { Refusal } from '../../kit/http';
import { companyDay } from '../../master-data';
import type { SystemContext } from '../../kit/system';
import type { Collection } from '../../kit/store';
import { accountNames, type AccountNo, type Application, type Customer, type CustomerPayment, type CustomerRefund, type LedgerRow, type OpenItem, type Period, type Row, type SalesDocument } from './model';

const minorDigits: Record<string, number> = { JPY: 0, KWD: 3 };
export const digitsOf = (currency: string): number => minorDigits[currency] ?? 2;

export interface Posting {
  account: AccountNo;
  /** Positive = debit, negative = credit. */
  amount: Decimal;
}

export interface PostedDocument {
  type: string;
  no: string;
  id: string;
  external: string;
  customerNo: string;
  date: string;
  currency: string;
}

/** One legal entity's books. Guarantee: every transaction balances, or nothing of it is kept. */
export class CompanyBooks {
  readonly customers: Collection<Customer>;
  readonly items: Collection<Row & { No: string; Blocked: boolean }>;
  readonly itemUnits: Collection<Row & { Id: string; ItemNo: string; Code: string }>;
  readonly itemCharges: Collection<Row & { No: string }>;
  readonly priceAgreements: Collection<Row & { Id: string }>;
  readonly terms: Collection<Row & { Code: string; DueDays: number; EndOfMonth: boolean }>;
  readonly periods: Collection<Period>;
  readonly invoices: Collection<SalesDocument>;
  readonly debitMemos: Collection<SalesDocument>;
  readonly creditMemos: Collection<SalesDocument>;
  readonly payments: Collection<CustomerPayment>;
  readonly applications: Collection<Application>;
  readonly refunds: Collection<CustomerRefund>;
  readonly writeOffs: Collection<Row & { Id: string; [field: string]: unknown }>;
  readonly openItems: Collection<OpenItem>;
  readonly ledger: Collection<LedgerRow>;
  private lastTime = 0;

  readonly context: SystemContext;
  readonly company: string;

  constructor(
    context: SystemContext,
    company: string,
  ) {
    this.context = context;
    this.company = company;
    // The first company's collections have the plain names that `_documents` shows; the others carry theirs.
    const prefix = company === 'US01' ? '' : `${company}.`;
    const of = <T extends object>(name: string): Collection<T> => context.store.collection<T>(`${prefix}${name}`);
    this.customers = of('customers');
    this.items = of('items');
    this.itemUnits = of('itemUnits');
    this.itemCharges = of('itemCharges');
    this.priceAgreements = of('priceAgreements');
    this.terms = of('paymentTerms');
    this.periods = of('fiscalPeriods');
    this.invoices = of('salesInvoices');
    this.debitMemos = of('salesDebitMemos');
    this.creditMemos = of('salesCreditMemos');
    this.payments = of('customerPayments');
    this.applications = of('applications');
    this.refunds = of('customerRefunds');
    this.writeOffs = of('writeOffs');
    this.openItems = of('openItems');
    this.ledger = of('generalLedgerEntries');
  }

  /** Strictly rising, so that `LastModified gt` never skips a row. */
  now(): string {
    this.lastTime = Math.max(Date.now(), this.lastTime + 1);
    return new Date(this.lastTime).toISOString();
  }

  nextId(prefix: string, width = 6): string {
    const number = this.context.store.next(`${this.company}:${prefix}`);
    return `${prefix}${String(number).padStart(width, '0')}`;
  }

  nextNumber(kind: string, start: number): string {
    return String(this.context.store.next(`${this.company}:no:${kind}`, start));
  }

  customer(no: string): Customer {
    const found = this.customers.get(no);
    if (found === undefined) throw new Refusal(400, 'CustomerNotFound', `Customer ${no} does not exist`, 'CustomerNo');
    return found;
  }

  requireOpen(date: string, mayOverride: boolean): void {
    const period = this.periods.all().find((row) => row.StartingDate <= date && date <= row.EndingDate);
    if (period === undefined || period.Status === 'Closed') throw new Refusal(422, 'PeriodClosed', `Posting date ${date} is in closed period ${period?.Code ?? 'none'}`, 'PostingDate');
    if (period.Status === 'SoftClosed' && !mayOverride) throw new Refusal(422, 'PeriodSoftClosed', `Posting date ${date} is in soft-closed period ${period.Code}`, 'PostingDate');
  }

  /** A positive amount with no more decimals than the currency has. */
  amount(value: string, currency: string, field: string): Decimal {
    const amount = new Decimal(value);
    if (amount.lte(0) || amount.decimalPlaces() > digitsOf(currency)) throw new Refusal(400, 'AmountNotAllowed', `${value} is not an amount of ${currency}`, field);
    return amount;
  }

  /** Writes one balanced transaction to the general ledger. */
  post(document: PostedDocument, postings: Posting[]): string {
    const sum = postings.reduce((total, posting) => total.plus(posting.amount), new Decimal(0));
    if (!sum.isZero()) throw new Error(`Ledger transaction of ${document.no} is out of balance by ${sum.toString()}`);
    const TransactionNo = this.nextId('T-');
    const digits = digitsOf(document.currency);
    for (const posting of postings) {
      if (posting.amount.isZero()) continue;
      const EntryNo = this.nextId('GL-', 8);
      this.ledger.put(EntryNo, {
        EntryNo, TransactionNo, PostingDate: document.date, AccountNo: String(posting.account), AccountName: accountNames[posting.account], DocumentType: document.type, DocumentNo: document.no,
        DocumentId: document.id, ExternalDocumentNo: document.external, CustomerNo: document.customerNo, Debit: Decimal.max(0, posting.amount).toFixed(digits),
        Credit: Decimal.max(0, posting.amount.neg()).toFixed(digits), CurrencyCode: document.currency, LastModified: this.now(),
      });
    }
    return TransactionNo;
  }

  /** Opens an item: invoices positive, credits and payments negative. */
  open(document: PostedDocument, type: OpenItem['DocumentType'], signed: Decimal, dueDate: string): void {
    const Id = this.nextId('OI-');
    const text = signed.toFixed(digitsOf(document.currency));
    this.openItems.put(`${type}:${document.no}`, {
      Id, CustomerNo: document.customerNo, DocumentType: type, DocumentNo: document.no, DocumentId: document.id, ExternalDocumentNo: document.external, PostingDate: document.date, DueDate: dueDate,
      CurrencyCode: document.currency, Amount: text, RemainingAmount: text, Open: !signed.isZero(), LastModified: this.now(),
    });
  }

  documentsOf(type: Exclude<OpenItem['DocumentType'], 'Payment'>): Collection<SalesDocument> {
    return { Invoice: this.invoices, DebitMemo: this.debitMemos, CreditMemo: this.creditMemos }[type];
  }

  /** Moves what remains on an item and on its document; both stay equal. `change` has the sign of the open item. */
  changeRemaining(type: OpenItem['DocumentType'], no: string, change: Decimal): void {
    const key = `${type}:${no}`;
    const item = this.openItems.get(key);
    if (item === undefined) throw new Refusal(400, 'BadRequest', `${type} ${no} does not exist`);
    const remaining = new Decimal(item.RemainingAmount).plus(change);
    const digits = digitsOf(item.CurrencyCode);
    this.openItems.put(key, { ...item, RemainingAmount: remaining.toFixed(digits), Open: !remaining.isZero(), LastModified: this.now() });
    const RemainingAmount = remaining.abs().toFixed(digits);
    const LastModified = this.now();
    if (type === 'Payment') {
      const payment = this.payments.get(item.DocumentId);
      if (payment !== undefined) this.payments.put(payment.Id, { ...payment, RemainingAmount, LastModified });
      return;
    }
    const documents = this.documentsOf(type);
    const document = documents.get(item.DocumentId);
    if (document !== undefined) documents.put(document.Id, { ...document, RemainingAmount, LastModified });
    this.touchCustomer(item.CustomerNo);
  }

  /** A customer's balance is part of the customer, so its row counts as modified. */
  touchCustomer(no: string): void {
    const customer = this.customers.get(no);
    if (customer !== undefined) this.customers.put(no, { ...customer, LastModified: this.now() });
  }

  balances(no: string): { Balance: string; OverdueBalance: string } {
    const today = companyDay(new Date());
    let [balance, overdue] = [new Decimal(0), new Decimal(0)];
    for (const item of this.openItems.all()) {
      if (item.CustomerNo !== no) continue;
      balance = balance.plus(item.RemainingAmount);
      if ((item.DocumentType === 'Invoice' || item.DocumentType === 'DebitMemo') && item.DueDate < today) overdue = overdue.plus(item.RemainingAmount);
    }
    return { Balance: balance.toFixed(2), OverdueBalance: overdue.toFixed(2) };
  }
}
