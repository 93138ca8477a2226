import { dec, type Decimal, type DecimalString } from "./decimal";
import { roundMoney } from "./money";

/** A charge below nothing: it makes what it was given on cheaper, as a discount does. */
export const isAllowance = ({ amount }: { amount: DecimalString }): boolean => dec(amount).isNegative();

/** What of an allowance goes with so much of what it was given on, by the cumulative rule: all of it with the last. */
export const allowanceOn = (allowance: Decimal, gone: Decimal, of: Decimal, currency: string): Decimal =>
  of.lte(0) || gone.gte(of) ? allowance : roundMoney(allowance.times(gone).div(of), currency);

/** An allowance of an invoice: on what it was given of its goods, what of these is gone, and what that took of it. */
export interface AllowanceLeft { amount: Decimal; back: Decimal; of: Decimal; gone: Decimal }

/**
 * What goes of an allowance with so much more of its goods. Where something else was taken of it or of them since (a price that
 * moved), what is left of it goes with what is left of them: what went before was given on goods at the price of then.
 */
export function allowanceFor({ amount, back, of, gone }: AllowanceLeft, more: Decimal, currency: string): Decimal {
  const upTo = (net: Decimal) => allowanceOn(amount, net, of, currency);
  return upTo(gone).eq(back) ? upTo(gone.plus(more)).minus(back) : allowanceOn(amount.minus(back), more, of.minus(gone), currency);
}
