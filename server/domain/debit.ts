import type { CommandView } from "./commands";
import { dec, type DecimalString } from "./decimal";
import type { Day } from "./instant";
import type { CommandPayloads, DebitTerms } from "./payloads";
import type { PlanInput } from "./plan";
import { hasLeft, isPosted, viewsOf } from "./standing";

export type CreditPayload = CommandPayloads["post_credit"];
export type DebitPayload = CommandPayloads["post_debit"];

/**
 * A credit or debit that left for the ledger. What is owed less or more is reckoned in one sign, that of a credit: `payload` of a
 * debit has its amounts turned. What was sent is `view.payload`.
 */
export interface StandingCredit { view: CommandView; payload: CreditPayload; debit: boolean; posted: boolean }

/** Both kinds together, by slot: their slots are numbered together, so none has the name of another. */
export const creditsAndDebits = (input: Pick<PlanInput, "commands">): StandingCredit[] =>
  [...viewsOf(input.commands, "post_credit"), ...viewsOf(input.commands, "post_debit")].filter(hasLeft).sort((a, b) => a.slot.localeCompare(b.slot)).map((view) => {
    const debit = view.kind === "post_debit", payload = view.payload as unknown as CreditPayload;
    return { view, payload: debit ? turnedOver(payload) : payload, debit, posted: isPosted(view) };
  });

/** What takes less than nothing off an invoice is a debit. */
export const kindOf = (credit: Pick<CreditPayload, "total">): "post_credit" | "post_debit" => (dec(credit.total).isNegative() ? "post_debit" : "post_credit");

/** The document that a change of what is owed is posted as, in its own sign. */
export const documentOf = (credit: CreditPayload, terms: (from: Day) => DebitTerms): CreditPayload | DebitPayload =>
  kindOf(credit) === "post_credit" ? credit : { ...turnedOver(credit), ...terms(credit.accountingDate) };

const turned = (amount: DecimalString): DecimalString => (dec(amount).isZero() ? amount : amount.startsWith("-") ? amount.slice(1) : `-${amount}`);

const turnedOver = (payload: CreditPayload): CreditPayload => ({
  ...payload, net: turned(payload.net), chargesTotal: turned(payload.chargesTotal), tax: turned(payload.tax), total: turned(payload.total),
  lines: payload.lines.map((line) => ({ ...line, quantity: turned(line.quantity), net: turned(line.net), tax: turned(line.tax) })),
  charges: payload.charges.map((charge) => ({ ...charge, amount: turned(charge.amount), tax: turned(charge.tax) })),
});
