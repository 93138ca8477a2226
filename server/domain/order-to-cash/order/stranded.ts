import { dec, min, positive, sumOf, zero, type Decimal } from "../../decimal";
import type { BilledPart } from "./billing/amounts";
import { postedCredits } from "./billing/credits";
import type { OrderMoney } from "./books/money";

/** A return's units on a billed line that, by the warehouse's last word, never left there: what came back was of another shipment. */
export interface Stranded { return: string; line: string; key: string; quantity: Decimal }

/** What was credited for returns on a billed line and still counts for them: never more than left on it. */
export const cameBack = ({ frozen, key, quantity }: BilledPart): Decimal => (frozen ? min(postedCredits(frozen.state, key, ["return"]).quantity, quantity) : zero);

/**
 * Credits of returns on goods whose shipment was corrected afterwards to less than came back of it. They stay on their invoice, where nothing
 * is left to credit, and no longer count for the return: it is credited for as many units of other shipments (invariant 10) once a
 * person says that they came back (decision 19). What was credited last is stranded first.
 */
export function strandedCredits(money: OrderMoney): Stranded[] {
  return money.units.flatMap(({ state, lines }) => (state?.invoice ? lines.flatMap((row) => {
    let left = postedCredits(state, row.key, ["return"]).quantity.minus(cameBack(row));
    if (left.lte(0)) return [];
    return state.credits.filter((credit) => credit.posted && credit.class === "return").reverse().flatMap((credit): Stranded[] => {
      const quantity = min(positive(sumOf(credit.lines.filter(({ key }) => key === row.key), (line) => dec(line.quantity))), left);
      left = left.minus(quantity);
      return quantity.gt(0) ? [{ return: credit.cause, line: row.line.id, key: row.key, quantity }] : [];
    });
  }) : []));
}
