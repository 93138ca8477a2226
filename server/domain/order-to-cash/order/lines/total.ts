import type { Decimal } from "../../../decimal";
import type { LineView, OrderView } from "../view";

/** Ordered value of a line with its estimated tax: the money that stands still when the line does. */
export const lineTotal = (view: OrderView, row: LineView): Decimal => {
  const quantity = row.walk.committed.ordered;
  return row.value.upTo(quantity).plus(view.estimate.lineTax(row.line.id, quantity));
};
