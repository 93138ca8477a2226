import { dec, sumOf, zero, type Decimal } from "../../decimal";
import { postedCredits } from "./billing/credits";
import type { Gates } from "./gates/approve";
import { isUnbilled, type OrderMoney } from "./books/money";
import { receiptsInHand } from "./gates/order-holds";
import { isCalledOff } from "./nothing";
import type { OrderView } from "./view";

/** The four derived tracks of an order (2.1). */
export interface Tracks { commercial: "captured" | "accepted" | "complete" | "cancelled"; fulfilment: string; billing: string; cash: string }

interface Totals { ordered: Decimal; cancelled: Decimal; substituted: Decimal; shipped: Decimal; open: Decimal; released: Decimal; unallocatedAfterTry: boolean; delivered: Decimal }

/** Derives the tracks from line quantities and from what the billing units say; nothing of it is stored as the truth. */
export function tracksOf(view: OrderView, money: OrderMoney, gates: Gates, scheduled: boolean): Tracks {
  const totals = totalsOf(view);
  const toBill = leftToBill(view, money);
  const cancelled = totals.shipped.isZero() && (totals.ordered.isZero() ? isCalledOff(view) : totals.cancelled.eq(totals.ordered));
  const accepted = !gates.validation.header && gates.validation.stopped.size === 0 && view.lines.length > 0;
  const commercial = cancelled ? "cancelled" : accepted && totals.open.isZero() && !toBill && totals.ordered.gt(0) ? "complete" : accepted ? "accepted" : "captured";
  return { commercial, fulfilment: fulfilment(totals, scheduled), billing: billing(view, money, totals, toBill), cash: cash(view) };
}

/** Whether something shipped is still to be invoiced, or what it comes to is not decided. */
export const leftToBill = (view: OrderView, money: OrderMoney): boolean =>
  money.units.some((unit) => !unit.state?.invoice && (unit.lines.some((row) => !row.line.free) || unit.charges.length > 0)) ||
  view.lines.some((row) => isUnbilled(view, row)) ||
  [...money.pieces.values()].some((row) => row.open.some((piece) => piece.kind === "loose"));

function totalsOf(view: OrderView): Totals {
  const delivered = new Set(view.record.shipments.filter(({ data }) => data.delivery?.state === "delivered").map(({ data }) => data.shipment));
  const totals: Totals = { ordered: zero, cancelled: zero, substituted: zero, shipped: zero, open: zero, released: zero, unallocatedAfterTry: false, delivered: zero };
  for (const row of view.lines) {
    for (const moved of row.walk.moved) { totals.ordered = totals.ordered.plus(moved.ordered); totals.cancelled = totals.cancelled.plus(moved.cancelled); totals.substituted = totals.substituted.plus(moved.substituted); }
    for (const moved of [...row.walk.moved, ...row.walk.substitutes]) {
      totals.shipped = totals.shipped.plus(moved.shipped);
      for (const shipment of moved.shipments) if (delivered.has(shipment.shipment)) totals.delivered = totals.delivered.plus(shipment.quantity);
    }
    for (const goods of row.goods) {
      const released = sumOf(goods.live, ({ quantity }) => quantity);
      totals.released = totals.released.plus(released);
      totals.open = totals.open.plus(released).plus(sumOf(goods.inFlight, ({ quantity }) => quantity)).plus(goods.allocated).plus(goods.unallocated);
      if (goods.unallocated.gt(0) && (goods.reservation?.backordered.gt(0) || goods.short)) totals.unallocatedAfterTry = true;
    }
  }
  return totals;
}

function fulfilment(totals: Totals, scheduled: boolean): string {
  if (totals.shipped.gt(0) && totals.open.isZero()) return totals.delivered.eq(totals.shipped) ? "delivered" : "shipped";
  if (totals.shipped.gt(0)) return "part_shipped";
  if (totals.released.gt(0)) return "released";
  if (totals.unallocatedAfterTry) return "backordered";
  return scheduled ? "scheduled" : "not_started";
}

function billing(view: OrderView, money: OrderMoney, totals: Totals, toBill: boolean): string {
  const posted = money.units.flatMap((unit) => (unit.state?.invoice ? unit.lines.map((row) => ({ row, state: unit.state as NonNullable<typeof unit.state> })) : [])).filter(({ row }) => !row.line.free);
  const invoiced = sumOf(posted, ({ row }) => row.frozen?.quantity ?? zero);
  if (invoiced.isZero()) return toBill ? "to_bill" : "nothing_to_bill";
  const credited = sumOf(posted, ({ row, state }) => postedCredits(state, row.key, ["correction", "return"]).quantity);
  const corrected = sumOf(posted, ({ row, state }) => postedCredits(state, row.key, ["correction"]).quantity);
  if (invoiced.minus(corrected).gt(sumOf(posted, ({ row }) => row.quantity))) return "invoiced_ahead";
  if (credited.gte(invoiced)) return "credited";
  if (credited.gt(0)) return "part_credited";
  return toBill || totals.open.gt(0) ? "part_invoiced" : "invoiced";
}

/** Money alone says that somebody paid: an invoice that its credits settled is not paid. */
function cash(view: OrderView): string {
  const posted = view.record.states.filter((state) => state.invoice);
  const paid = sumOf(posted, (state) => dec(state.paid)), open = sumOf(posted, (state) => dec(state.open));
  if (open.isNegative()) return "overpaid";
  if (paid.gt(0)) return open.isZero() && posted.every((state) => state.settledAt !== null) ? "paid" : "part_paid";
  if (receiptsInHand(view).some((receipt) => dec(receipt.amount).gt(0))) return "deposit";
  return view.record.authorisations.some((row) => row.state === "authorised" && row.currency === view.currency) ? "authorised" : "none";
}
