import Decimal from 'decimal.js';
import { roundAmount } from '../arithmetic';
import type { PaymentPlan, ScriptLine } from '../generator/story';
import type { SalesDocument } from '../systems/erp/model';

export interface BankPayment {
  /** Stable: the same payment is never made twice. */
  id: string;
  payer: { name: string; account_tail: string; debtor_reference: string | null };
  /** Minor units of the currency. */
  amount: number;
  currency: string;
  remittance: { document: string; amount: number }[];
}

export function orderNumberOf(document: SalesDocument): string | null {
  return document.Lines.find((line) => line.SalesOrderNo !== null)?.SalesOrderNo ?? null;
}

/** What a customer pays on one invoice, credits of the order taken off where the story says so. USD only: cents. */
export function amountToPay(plan: PaymentPlan, invoice: Pick<SalesDocument, 'TotalAmount'>, credits: readonly Pick<SalesDocument, 'TotalAmount'>[]): Decimal {
  const total = new Decimal(invoice.TotalAmount);
  switch (plan.kind) {
    case 'full':
    case 'joint':
      return total;
    case 'part':
      return roundAmount(total.times(plan.percent).div(100));
    case 'over':
      return total.plus(plan.extra);
    case 'net_of_credit':
      return credits.reduce((left, credit) => left.minus(credit.TotalAmount), total);
    case 'card':
    case 'none':
      return new Decimal(0);
  }
}

export function paymentFor(id: string, script: Pick<ScriptLine, 'customerName'> | null, invoices: { invoice: SalesDocument; amount: Decimal }[]): BankPayment | null {
  const first = invoices[0]?.invoice;
  const remittance = invoices.map(({ invoice, amount }) => ({ document: invoice.No ?? '', amount: amount.times(100).toNumber() })).filter((row) => row.amount > 0);
  if (first === undefined || remittance.length === 0) return null;
  return {
    id,
    payer: { name: script?.customerName ?? first.CustomerNo, account_tail: first.CustomerNo.slice(-4), debtor_reference: first.CustomerNo },
    amount: remittance.reduce((sum, row) => sum + row.amount, 0),
    currency: first.CurrencyCode.toLowerCase(),
    remittance,
  };
}
