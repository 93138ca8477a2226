import { dec, sumOf, type Decimal } from "../../../decimal";
import type { BilledTo, BillingState } from "../../../publications";
import { partiesOf, type Parties } from "../parties";
import type { OrderView } from "../view";

/** What of an invoice is not the order's any more and makes it one to credit and bill again (2.8). */
type Change = "bill-to" | "payer";

function movedFrom(view: OrderView, billedTo: BilledTo): Change[] {
  const { parties } = view;
  // A code without a mapping says nothing of who is meant.
  const known = parties.problems.every(({ code }) => code !== "MAP-01");
  return known ? [...(billedTo.billTo === parties.billTo ? [] : ["bill-to" as const]), ...(billedTo.payer === parties.payer ? [] : ["payer" as const])] : [];
}

/** Whom a unit's invoice is for: as it left, with account and masters of the newest version that named these parties; else the order's own. */
export function partiesFor(view: OrderView, billedTo: BilledTo | undefined): Parties {
  const { parties, record, book } = view;
  if (!billedTo) return parties;
  const { customer, billTo, payer, terms } = billedTo;
  const named = (found: Parties) => found.billTo === billTo && found.payer === payer;
  const then = named(parties) ? parties : record.versions.map(({ data }) => partiesOf(data, record.source, book)).filter(named).at(-1);
  return then ? { ...then, customer, terms } : { ...parties, customer, billTo, payer, terms, billMaster: book.customer(billTo), creditAccount: book.customer(billTo)?.creditAccount ?? billTo };
}

interface Rebill { state: BillingState; billedTo: BilledTo; what: Change[]; left: Decimal }

/** Invoices that left for other parties than the order's now, with what of it is not credited yet. */
export const toRebill = (view: OrderView): Rebill[] => view.record.states.flatMap((state) => {
  const { billedTo } = state;
  if (!billedTo) return [];
  const what = movedFrom(view, billedTo), left = leftOn(state);
  return what.length > 0 && left.gt(0) ? [{ state, billedTo, what, left }] : [];
});

/** This order's part in an invoice, less its credits in the ledger. */
const leftOn = ({ lines, charges, chargeTax, credits }: BillingState): Decimal =>
  sumOf(lines, (line) => dec(line.net).plus(line.tax ?? 0)).plus(sumOf(charges, (charge) => dec(charge.amount))).plus(chargeTax ?? 0).minus(sumOf(credits.filter(({ posted }) => posted), (credit) => dec(credit.total)));
