import { dec, type Decimal } from "./decimal";
import { addDays, type Day } from "./instant";
import { moneyText, roundMoney } from "./money";
import type { PaymentTerms } from "./payment-terms";
import type { EarlyPayment } from "./payloads";

/** The day from which days count: the invoice date, or the end of its month. */
function baseDay(invoiceDate: Day, endOfMonth: boolean): Day {
  if (!endOfMonth) return invoiceDate;
  const [year = 0, month = 1] = invoiceDate.split("-").map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}

/** Due date of an invoice: net days from the invoice date, or from the end of its month. */
export const dueDate = (invoiceDate: Day, terms: Pick<PaymentTerms, "days" | "endOfMonth">): Day => addDays(baseDay(invoiceDate, terms.endOfMonth), terms.days);

/** Until when less is enough, and how much less: the base is the goods, without charges and tax (P13). */
export function earlyPayment(invoiceDate: Day, terms: Pick<PaymentTerms, "endOfMonth"> & Required<Pick<PaymentTerms, "discount">>, goods: Decimal, currency: string): EarlyPayment {
  const { days, percent } = terms.discount;
  return { until: addDays(baseDay(invoiceDate, terms.endOfMonth), days), percent, base: moneyText(goods, currency), amount: moneyText(roundMoney(goods.times(dec(percent)).div(100), currency), currency) };
}
