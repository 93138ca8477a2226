import { dec, type Decimal, type DecimalString } from "./decimal";
import { roundMoney } from "./money";

/** A charge below nothing: it makes what it was given on cheaper, as a discount does. */
export const isAllowance = ({ amount }: { amount: DecimalString }): boolean => dec(amount).isNegative();

/** What of an allowance goes with so much of what it was given on, by the cumulative rule: all of it with the last. */
export const allowanceOn = (allowance: Decimal, gone: Decimal, of: Decimal, currency: string): Decimal =>
  of.lte(0) || gone.gte(of) ? allowance : roundMoney(allowance.times(gone).div(of), currency);
