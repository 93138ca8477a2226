import { dec, positive, sumOf, type Decimal } from "./decimal";
import type { OpenItem } from "./publications";

/** Card money taken for an invoice, and all that is known of what became of it: the one place that a refund looks at (invariant 5). */
export type Captured = NonNullable<OpenItem["captures"]>[number];

/** What did not leave out of its receipt: it settles the invoice, or will. A credit given back to the card takes nothing of that. */
export const stillOurs = ({ amount, gone = "0" }: Captured): Decimal => positive(dec(amount).minus(gone));

/** What a return or unit may give back of it: of others that credit the invoice all that left is theirs, and of what is only wanted that of those before in the order of names. */
export function roomOnCapture(captured: Captured, by: string): Decimal {
  return stillOurs(captured).minus(sumOf(othersOn(captured.back, by), (amount) => amount));
}
const othersOn = (back: Captured["back"] = [], by: string): Decimal[] => back.filter((row) => row.by !== by).map((row) => dec(row.by < by ? row.wanted : row.amount));

/** What others gave back of it, or are to before this one: whatever goes back besides is not its first refund. */
export const givenBackBefore = ({ back = [], refunded = "0" }: Captured, by: string): Decimal => sumOf(othersOn(back, by), (amount) => amount).plus(refunded);

/** What a receipt of it may still have given back, whatever else of it is only wanted: a person's wish goes first. */
export const refundable = ({ amount, back = [] }: Captured): Decimal => positive(dec(amount).minus(sumOf(back, (row) => dec(row.amount))));
