import { zero, type Decimal } from "../../../decimal";
import type { BilledCharge, BillingState } from "../../../publications";

/** Sum of credits that were posted against a frozen line, of the classes named. */
export function postedCredits(state: BillingState, key: string, classes: readonly string[]): { quantity: Decimal; net: Decimal; tax: Decimal; number: string | null } {
  let quantity = zero, net = zero, tax = zero, number: string | null = null;
  for (const credit of state.credits) {
    if (!credit.posted || !classes.includes(credit.class)) continue;
    for (const line of credit.lines) {
      if (line.key !== key) continue;
      quantity = quantity.plus(line.quantity); net = net.plus(line.net); tax = tax.plus(line.tax); number = credit.number;
    }
  }
  return { quantity, net, tax, number };
}

/** An order's charges of a billed unit: those on its invoice, and at nothing those that came off it by a credit or are to (`now`). */
export function chargesOn(state: BillingState, order: string, now: readonly BilledCharge[] = []): BillingState["charges"] {
  const on = state.charges.filter((row) => row.order === order);
  const since = [...now, ...state.credits.flatMap(({ charges = [] }) => charges)].filter((row) => on.every(({ charge }) => charge !== row.charge));
  return [...on, ...new Map(since.map(({ charge, taxCategory }) => [charge, { charge, order, amount: "0", taxCategory }])).values()];
}
