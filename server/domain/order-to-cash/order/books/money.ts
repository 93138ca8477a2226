import { dec, sumOf, zero, type Decimal } from "../../../decimal";
import { estimatedTax } from "../billing/line-tax";
import { unitPlans, type UnitPlan } from "../billing/units";
import type { LineView, OrderView } from "../view";
import { kitExcess, netOf, piecesOf, taxOf, type LinePieces } from "./pieces";

/** Where the order's money stands, as sums over its pieces. Totals include charges and estimated tax. */
export interface OrderMoney {
  pieces: ReadonlyMap<string, LinePieces>;
  units: UnitPlan[];
  /** Charges that no posted or open unit carries yet. */
  chargesLeft: { charge: string; amount: Decimal; tax: Decimal }[];
  openQuantity: boolean;
  unreleasedQuantity: boolean;
  openTotal: Decimal;
  unreleasedTotal: Decimal;
  releasedTotal: Decimal;
  unbilledTotal: Decimal;
  postedTotal: Decimal;
  /** All that is ordered and not cancelled. */
  total: Decimal;
}

/** Whether something of a line that left is on no unit and not given away. */
export const isUnbilled = (view: OrderView, row: LineView): boolean => row.billing.unbilled.some((part) => part.reason !== "over_absorbed") || kitExcess(row, view.currency).length > 0;

export function moneyOf(view: OrderView): OrderMoney {
  const pieces = new Map(view.lines.map((row) => [row.line.id, piecesOf(view, row)]));
  const open = [...pieces.values()].flatMap((row) => row.open).filter((piece) => piece.kind !== "loose");
  const loose = [...pieces.values()].flatMap((row) => row.open).filter((piece) => piece.kind === "loose");
  const unbilledYet = loose.length > 0 || view.lines.some((row) => isUnbilled(view, row));
  const units = unitPlans(view, open.length > 0 || unbilledYet);
  const released = open.filter((piece) => piece.kind === "live" || piece.kind === "in_flight");
  const unreleased = open.filter((piece) => piece.kind !== "live" && piece.kind !== "in_flight");
  const chargesLeft = remainingCharges(view, units, open.length > 0);
  const chargeTotal = sumOf(chargesLeft, ({ amount, tax }) => amount.plus(tax));
  const total = (rows: typeof open) => netOf(rows).plus(taxOf(rows));
  const onUnreleased = unreleased.length > 0;
  const unreleasedTotal = total(unreleased).plus(onUnreleased ? chargeTotal : zero);
  const releasedTotal = total(released).plus(onUnreleased ? zero : chargeTotal);
  const postedTotal = sumOf(view.record.states, (state) => (state.invoice ? sumOf(state.lines, (line) => dec(line.net).plus(line.tax ?? 0)).plus(sumOf(state.charges, (charge) => dec(charge.amount))).plus(state.chargeTax ?? 0) : zero));
  const unbilled = sumOf(units.filter((unit) => !unit.state?.invoice), (unit) => sumOf(unit.lines, (row) => row.net.plus(estimatedTax(view, row))).plus(sumOf(unit.charges, (charge) => dec(charge.amount).plus(charge.estimatedTax))));
  const unbilledTotal = unbilled.plus(total(loose)).plus(sumOf(view.lines, (row) => sumOf(row.billing.unbilled, (part) => (part.reason === "over_absorbed" || (row.line.kit && part.excess) ? zero : part.net)).plus(sumOf(kitExcess(row, view.currency), ({ net }) => net))));
  return {
    pieces, units, chargesLeft, openQuantity: open.length > 0, unreleasedQuantity: onUnreleased, openTotal: unreleasedTotal.plus(releasedTotal), unreleasedTotal, releasedTotal, unbilledTotal, postedTotal,
    total: unreleasedTotal.plus(releasedTotal).plus(unbilledTotal).plus(postedTotal),
  };
}

/** Charges not on any unit, allowances too: still open with the goods, or cancelled with them. */
function remainingCharges(view: OrderView, units: readonly UnitPlan[], open: boolean): OrderMoney["chargesLeft"] {
  if (!open) return [];
  return view.charges.map((charge) => {
    const carried = sumOf(units, (unit) => sumOf(unit.charges.filter((row) => row.charge === charge.charge), (row) => dec(row.amount)));
    const amount = charge.billing === "actual_cost" ? (carried.isZero() ? charge.ordered : zero) : charge.ordered.minus(carried);
    return { charge: charge.charge, amount, tax: amount.isZero() ? zero : view.estimate.chargeTax(charge.charge).minus(amount.eq(charge.ordered) ? zero : view.estimate.chargeTax(charge.charge, charge.ordered.minus(amount))) };
  }).filter(({ amount }) => !amount.isZero());
}
