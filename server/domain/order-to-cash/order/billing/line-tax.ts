import { zero, type Decimal } from "../../../decimal";
import { roundMoney } from "../../../money";
import type { OrderView } from "../view";
import type { BilledPart } from "./amounts";

/** Estimated tax of a billed part by the cumulative rule; what is beyond the order goes on at the same rate. */
export function estimatedTax(view: OrderView, row: BilledPart): Decimal {
  const within = row.quantity.minus(row.excess), ordered = view.byId.get(row.line.id)?.walk.committed.ordered ?? zero;
  const upTo = (quantity: Decimal) => view.estimate.lineTax(row.line.id, quantity);
  const part = upTo(row.from.plus(within)).minus(upTo(row.from));
  return row.excess.isZero() ? part : part.plus(upTo(ordered.plus(row.excess)).minus(upTo(ordered)));
}

/** The same of what it is billed at: a part that takes a discount's difference, or weighs more, is taxed for it too. */
export function taxOfNet(view: OrderView, row: BilledPart): Decimal {
  const tax = estimatedTax(view, row);
  return row.nominalNet.isZero() || row.net.eq(row.nominalNet) ? tax : roundMoney(tax.times(row.net).div(row.nominalNet), view.currency);
}
