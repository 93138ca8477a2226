import Decimal from 'decimal.js';
import { z } from 'zod';
import { parseBody } from '../../kit/auth';
import { Refusal } from '../../kit/http';
import type { SystemContext } from '../../kit/system';
import type { TaxRate } from '../../master-data';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const place = z.looseObject({ country: z.string(), region: z.string() });
const requestBody = z.object({
  companyCode: z.string().min(1), code: z.string().min(1).max(120), type: z.enum(['SalesOrder', 'SalesInvoice', 'ReturnInvoice']), date: day, taxDate: day.nullish(),
  customerCode: z.string(), currencyCode: z.string().length(3), commit: z.boolean().default(false), exemptionNo: z.string().nullish(), originalCode: z.string().nullish(),
  shipFrom: place.nullish(), shipTo: place,
  lines: z.array(z.object({ number: z.string(), itemCode: z.string().nullish(), taxCode: z.string(), quantity: z.number(), amount: z.number(), taxAmount: z.number().nullish() })).min(1),
});
type TaxRequest = z.infer<typeof requestBody>;

export interface Transaction {
  id: number;
  code: string;
  companyCode: string;
  type: TaxRequest['type'];
  status: 'Saved' | 'Committed' | 'Voided' | 'Temporary';
  version: number;
  date: string;
  taxDate: string;
  originalCode: string | null;
  customerCode: string;
  currencyCode: string;
  region: string;
  totalAmount: number;
  totalTaxable: number;
  totalExempt: number;
  totalTax: number;
  lines: object[];
  modifiedAt: string;
  content: string;
}

export interface Certificate {
  id: string;
  customerCode: string;
  region: string;
  exemptionNo: string;
  validFrom: string;
  validTo: string;
}

const cent = new Decimal('0.01');

/** Part returns of one sale must add up to its tax: a seller may state what of the sale's tax each takes back, within the cent that rounding makes. */
function statedTax(body: TaxRequest, index: number): Decimal | null {
  const stated = body.lines[index]?.taxAmount ?? null;
  return (body.originalCode ?? null) !== null && stated !== null ? new Decimal(stated) : null;
}

/** Levypoint's register: computes by dated rates and keeps what was stored, one transaction per company and code. */
export class TaxRegister {
  readonly transactions;
  readonly certificates;
  readonly rates;
  private lastTime = 0;
  private readonly context: SystemContext;

  constructor(context: SystemContext) {
    this.context = context;
    this.transactions = context.store.collection<Transaction>('transactions');
    this.certificates = context.store.collection<Certificate>('certificates');
    this.rates = context.store.collection<TaxRate & { id: string }>('rates');
  }

  estimate(raw: unknown): Transaction {
    return this.compute(parseBody(requestBody, raw, 'Malformed'), 0, 0, 'Temporary');
  }

  store(raw: unknown): { isNew: boolean; transaction: Transaction } {
    const body = parseBody(requestBody, raw, 'Malformed');
    if (body.type === 'SalesOrder') throw new Refusal(400, 'Malformed', 'A SalesOrder is only estimated', 'type');
    const before = this.transactions.get(this.key(body.companyCode, body.code));
    if (before?.status === 'Voided') throw new Refusal(409, 'DocumentVoided', `${body.code} is voided`, 'code');
    const isSame = before !== undefined && before.content === this.contentOf(body);
    if (before?.status === 'Committed' && !isSame) throw new Refusal(409, 'DocumentCommitted', `${body.code} is committed`, 'code');
    if (before !== undefined && isSame) return { isNew: false, transaction: body.commit && before.status === 'Saved' ? this.setStatus(before, 'Committed') : before };
    const id = before?.id ?? this.context.store.next('transaction', 900_001);
    const computed = this.compute(body, id, (before?.version ?? 0) + 1, body.commit ? 'Committed' : 'Saved');
    return { isNew: before === undefined, transaction: this.keep(computed) };
  }

  find(companyCode: string, code: string): Transaction {
    const found = this.transactions.get(this.key(companyCode, code));
    if (found === undefined) throw new Refusal(404, 'TransactionNotFound', `No transaction ${code} in ${companyCode}`, 'code');
    return found;
  }

  setStatus(transaction: Transaction, status: 'Committed' | 'Voided'): Transaction {
    if (transaction.status === status) return transaction;
    if (transaction.status === 'Voided') throw new Refusal(409, 'DocumentVoided', `${transaction.code} is voided`, 'code');
    return this.keep({ ...transaction, status });
  }

  private keep(transaction: Transaction): Transaction {
    this.lastTime = Math.max(Date.now(), this.lastTime + 1);
    return this.transactions.put(this.key(transaction.companyCode, transaction.code), { ...transaction, modifiedAt: new Date(this.lastTime).toISOString() });
  }

  private key(companyCode: string, code: string): string {
    return `${companyCode}|${code}`;
  }

  /** `commit` is an instruction, not content. */
  private contentOf(body: TaxRequest): string {
    return JSON.stringify({ ...body, commit: false });
  }

  private isExempt(body: TaxRequest, taxDate: string): boolean {
    return this.certificates.all().some((certificate) =>
      (certificate.customerCode === body.customerCode || certificate.exemptionNo === body.exemptionNo) &&
      certificate.region === body.shipTo.region && certificate.validFrom <= taxDate && taxDate <= certificate.validTo);
  }

  private rateFor(region: string, taxCode: string, date: string, target: string): TaxRate {
    const rows = this.rates.all().filter((rate) => rate.region === region);
    if (rows.length === 0) throw new Refusal(400, 'JurisdictionNotFound', `No jurisdiction for region ${region}`, 'shipTo.region');
    const ofCode = rows.filter((rate) => rate.taxCode === taxCode);
    if (ofCode.length === 0) throw new Refusal(400, 'TaxCodeUnknown', `Tax code ${taxCode} is unknown`, target);
    const row = ofCode.find((rate) => rate.validFrom <= date && (rate.validTo === null || date <= rate.validTo));
    if (row === undefined) throw new Refusal(400, 'JurisdictionNotFound', `No rate of ${region} on ${date}`, 'date');
    return row;
  }

  private compute(body: TaxRequest, id: number, version: number, status: Transaction['status']): Transaction {
    const taxDate = body.taxDate ?? body.date;
    const exempt = this.isExempt(body, taxDate);
    let [total, taxable, tax] = [new Decimal(0), new Decimal(0), new Decimal(0)];
    const lines = body.lines.map((line, index) => {
      const amount = new Decimal(line.amount);
      if (amount.decimalPlaces() > 2) throw new Refusal(400, 'AmountNotAllowed', `Amount ${line.amount} has more than 2 decimals`, `lines[${index}].amount`);
      const row = this.rateFor(body.shipTo.region, line.taxCode, taxDate, `lines[${index}].taxCode`);
      const computed = exempt ? new Decimal(0) : amount.times(row.percent).div(100).toDecimalPlaces(2, Decimal.ROUND_HALF_UP);
      const lineTax = statedTax(body, index) ?? computed;
      if (lineTax.minus(computed).abs().gt(cent)) throw new Refusal(400, 'AmountNotAllowed', `Tax of ${lineTax.toFixed(2)} is more than a cent from ${computed.toFixed(2)}`, `lines[${index}].taxAmount`);
      const lineTaxable = exempt ? new Decimal(0) : amount;
      [total, taxable, tax] = [total.plus(amount), taxable.plus(lineTaxable), tax.plus(lineTax)];
      return {
        number: line.number, taxCode: line.taxCode, amount: line.amount, taxable: lineTaxable.toNumber(), exempt: amount.minus(lineTaxable).toNumber(), tax: lineTax.toNumber(),
        details: [{
          jurisdiction: `US-${body.shipTo.region}`, name: `${body.shipTo.region} STATE TAX`, rate: exempt ? 0 : new Decimal(row.percent).div(100).toNumber(),
          taxable: lineTaxable.toNumber(), tax: lineTax.toNumber(), rateValidFrom: row.validFrom,
        }],
      };
    });
    return {
      id, code: body.code, companyCode: body.companyCode, type: body.type, status, version, date: body.date, taxDate, originalCode: body.originalCode ?? null,
      customerCode: body.customerCode, currencyCode: body.currencyCode, region: body.shipTo.region, totalAmount: total.toNumber(), totalTaxable: taxable.toNumber(),
      totalExempt: total.minus(taxable).toNumber(), totalTax: tax.toNumber(), lines, modifiedAt: new Date().toISOString(), content: this.contentOf(body),
    };
  }
}
