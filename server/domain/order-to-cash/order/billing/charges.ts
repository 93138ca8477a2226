import type { OrderCaptured } from "../../../contracts/order";
import { dec, min, positive, sumOf, zero, type Decimal } from "../../../decimal";
import { roundMoney, splitByLargestRemainder } from "../../../money";
import type { BilledCharge, BillingState, ShipmentSlices } from "../../../publications";
import type { Codebook } from "../codes";
import type { Problem } from "../lines/sold";

export interface OrderCharge {
  charge: string;
  /** As ordered: an estimate where it is billed at actual cost. */
  ordered: Decimal;
  taxCategory: string;
  billing: OrderCaptured["charges"][number]["billing"];
}

/** Charges that are the carrier's: the freight terms decide whether the customer is billed for them. */
const freightCharges: ReadonlySet<string> = new Set(["freight", "fuel"]);

/** Charges that the customer pays; freight is ours unless the terms are "prepaid and add". Several lines of one charge are one. */
export function orderCharges(order: OrderCaptured, source: string, book: Codebook): { charges: OrderCharge[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const charges = new Map<string, OrderCharge>();
  for (const line of order.charges) {
    const found = book.canonical("charge", line.charge);
    if (!found.ok) problems.push({ code: "MAP-04", fingerprint: { connector: source, code: `charge/${line.charge}` }, message: found.error.message });
    const charge = found.ok ? found.value : line.charge;
    if (freightCharges.has(charge) && order.freightTerms !== "prepaid_and_add") continue;
    const present = charges.get(charge);
    charges.set(charge, { charge, ordered: (present?.ordered ?? zero).plus(line.amount), taxCategory: line.taxCategory, billing: line.billing });
  }
  return { charges: [...charges.values()].sort((a, b) => a.charge.localeCompare(b.charge)), problems };
}

/** A unit as the charges see it: what it is frozen with, or how much goods value stands before and in it. */
export interface ChargedUnit {
  unit: string; shipment: string; frozen: BillingState | null; net: Decimal;
  /** Frozen with goods of this order, none of which left after all. */
  emptied: boolean;
}

/** A charge in one unit; `pending`: billed at actual cost, and the carrier has not said what it was. */
export interface UnitCharge extends BilledCharge { pending: boolean }

/**
 * Gives each unit its charges: frozen ones keep theirs in the order of freezing; the whole quoted amount goes on the first
 * invoice (P2), pro rata charges go with the goods value by the cumulative rule, actual cost follows each shipment. A frozen
 * unit of which no goods are left gives its charges up, so that in the end they are billed as if it had never been.
 */
export function apportionCharges(order: string, charges: readonly OrderCharge[], units: readonly ChargedUnit[], goodsTotal: Decimal, shipments: readonly ShipmentSlices[], currency: string): Map<string, UnitCharge[]> {
  const result = new Map<string, UnitCharge[]>(units.map(({ unit }) => [unit, []]));
  for (const charge of charges) {
    const parts = partsOf(order, charge, units, goodsTotal, shipments, currency);
    for (const [unit, amount, pending] of parts) if (!amount.isZero() || pending) result.get(unit)?.push({ charge: charge.charge, order, amount: amount.toFixed(), taxCategory: charge.taxCategory, pending });
  }
  return result;
}

const frozenCharge = (state: BillingState | null, order: string, charge: string): Decimal =>
  sumOf((state?.charges ?? []).filter((row) => row.order === order && row.charge === charge), (row) => dec(row.amount));

function partsOf(order: string, charge: OrderCharge, units: readonly ChargedUnit[], goodsTotal: Decimal, shipments: readonly ShipmentSlices[], currency: string): [string, Decimal, boolean][] {
  if (charge.billing === "actual_cost")
    return units.map(({ unit, shipment, frozen, emptied }, index): [string, Decimal, boolean] => {
      if (frozen) return [unit, emptied ? zero : frozenCharge(frozen, order, charge.charge), false];
      const cost = actualCost(order, shipment, units.slice(0, index).some((other) => other.shipment === shipment && !other.emptied), shipments, currency);
      return [unit, cost ?? charge.ordered, cost === null];
    });
  if (charge.billing !== "pro_rata") return onFirst(order, charge, units);
  let net = zero, before = zero;
  return units.map(({ unit, frozen, emptied, net: goods }): [string, Decimal, boolean] => {
    net = net.plus(goods);
    const upTo = goodsTotal.isZero() ? charge.ordered : roundMoney(charge.ordered.times(net).div(goodsTotal), currency);
    const amount = emptied ? zero : frozen ? frozenCharge(frozen, order, charge.charge) : upTo.minus(before);
    before = before.plus(amount);
    return [unit, amount, false];
  });
}

/**
 * The whole amount on the first invoice (P2): what no frozen unit carries goes on the first that is still open; a lowered
 * charge comes off where it was billed. What an emptied unit carried moves to the next unit; only where that one left
 * without it, it stays, because the order is billed and a credit and a debit of the same amount would say nothing.
 */
function onFirst(order: string, charge: OrderCharge, units: readonly ChargedUnit[]): [string, Decimal, boolean][] {
  const kept = units.map(({ frozen }) => frozenCharge(frozen, order, charge.charge));
  const billedElsewhere = units.some(({ frozen, emptied }) => frozen !== null && !emptied);
  let left = charge.ordered.minus(sumOf(units.filter(({ emptied }) => !emptied), ({ frozen }) => frozenCharge(frozen, order, charge.charge)));
  const stays = units.map(({ emptied }, index) => {
    const amount = emptied && billedElsewhere ? min(kept[index] ?? zero, positive(left)) : zero;
    left = left.minus(amount);
    return amount;
  });
  return units.map(({ unit, frozen, emptied }, index): [string, Decimal, boolean] => {
    if (emptied) return [unit, stays[index] ?? zero, false];
    const before = kept[index] ?? zero;
    if (frozen && !(left.isNegative() && before.gt(0))) return [unit, before, false];
    const amount = before.plus(left);
    left = zero;
    return [unit, amount, false];
  });
}

/** The carrier's cost of a shipment, this order's part of it; zero on a later part of the same shipment, null while unknown. */
function actualCost(order: string, shipment: string, later: boolean, shipments: readonly ShipmentSlices[], currency: string): Decimal | null {
  if (later) return zero;
  const found = shipments.find((candidate) => candidate.shipment === shipment);
  if (found?.freightCost == null) return null;
  const orders = [...found.orders].sort();
  const shares = splitByLargestRemainder(dec(found.freightCost), orders.map(() => dec(1)), currency);
  return shares[Math.max(0, orders.indexOf(order))] ?? dec(found.freightCost);
}
