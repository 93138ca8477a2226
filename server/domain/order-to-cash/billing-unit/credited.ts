import type { CommandView } from "../../commands";
import { appliedOf } from "../../credit-application";
import { dec, zero, type Decimal } from "../../decimal";
import { publishedOf } from "../../facts";
import type { CommandPayloads } from "../../payloads";
import type { PlanInput } from "../../plan";
import type { CreditApplication } from "../../publications";
import { hasLeft, isPosted, viewsOf } from "../../standing";

export type CreditPayload = CommandPayloads["post_credit"];

/** A credit of the unit's own (correction, price adjustment, tax only) that left for the ledger. */
export interface OwnCredit { view: CommandView; payload: CreditPayload; posted: boolean }

export const ownCredits = (input: PlanInput): OwnCredit[] =>
  viewsOf(input.commands, "post_credit").filter(hasLeft).map((view) => ({ view, payload: view.payload as unknown as CreditPayload, posted: isPosted(view) }));

/** What of an own credit counts on the invoice: a debit whole, a credit as far as the ledger applied it. */
export const partApplied = (input: PlanInput, { view, payload }: OwnCredit): Decimal =>
  dec(payload.total).isNegative() ? dec(payload.total) : appliedOf(input, { slot: view.slot, invoice: payload.invoice });

/** The ship-to moved to another jurisdiction after the invoice, and its tax went with it. */
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
