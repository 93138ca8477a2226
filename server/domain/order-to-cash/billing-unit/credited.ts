import { creditsAndDebits, type StandingCredit } from "../../debit";
import { dec, zero, type Decimal } from "../../decimal";
import { publishedOf } from "../../facts";
import type { PlanInput } from "../../plan";
import type { CreditApplication } from "../../publications";

export type { CreditPayload } from "../../debit";

/** A credit or debit of the unit's own (correction, price adjustment, tax only) that left for the ledger. */
export type OwnCredit = StandingCredit;
export const ownCredits: (input: PlanInput) => OwnCredit[] = creditsAndDebits;

/** The tax of the invoice went to another jurisdiction, or to another category of a charge, after it left. */
export const taxHasMoved = (credits: readonly OwnCredit[]): boolean => credits.some(({ payload, posted }) => posted && payload.class === "tax_only");

/** Credits of returns that are set against this unit's invoice. */
export const returnCredits = (input: PlanInput, invoice: string | null): CreditApplication[] =>
  publishedOf<CreditApplication>(input.facts, "credit.application").map(({ data }) => data).filter((application) => invoice === null || application.invoice === invoice);

/**
 * Tax of a credited part at the original rate (P6, invariant 9) by the cumulative rule: round(original tax × credited net so
 * far ÷ original net) less what was credited before, so that the last part takes the rest to the cent.
 */
export function originalTax(billed: { net: string; tax: string }, before: { net: Decimal; tax: Decimal }, part: Decimal, round: (value: Decimal) => Decimal): Decimal {
  const net = dec(billed.net);
  if (net.isZero()) return zero;
  return round(dec(billed.tax).times(before.net.plus(part)).div(net)).minus(before.tax);
}
