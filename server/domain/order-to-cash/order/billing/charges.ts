import { chargeName } from "../../../charge";
import type { OrderCaptured } from "../../../contracts/order";
import { dec, sumOf, zero, type Decimal } from "../../../decimal";
import { roundMoney, splitByLargestRemainder } from "../../../money";
import type { BilledCharge, BillingState, ShipmentSlices } from "../../../publications";
import type { Codebook } from "../codes";
import type { Problem } from "../lines/sold";

export interface OrderCharge {
  /** Its name within the order (`chargeName`). */
  charge: string;
  /** As ordered: an estimate where it is billed at actual cost. */
  ordered: Decimal;
  taxCategory: string;
  billing: OrderCaptured["charges"][number]["billing"];
}

/** Charges that are the carrier's: the freight terms decide whether the customer is billed for them. */
const freightCharges: ReadonlySet<string> = new Set(["freight", "fuel"]);

/** Charges that the customer pays; freight is ours unless the terms are "prepaid and add". Lines of one code that are taxed and billed alike are one charge. */
export function orderCharges(order: OrderCaptured, source: string, book: Codebook): { charges: OrderCharge[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const byCode = new Map<string, OrderCharge[]>();
  for (const { charge: word, amount, taxCategory, billing } of order.charges) {
    const found = book.canonical("charge", word);
    if (!found.ok) problems.push({ code: "MAP-04", fingerprint: { connector: source, code: `charge/${word}` }, message: found.error.message });
    const code = found.ok ? found.value : word;
    if (freightCharges.has(code) && order.freightTerms !== "prepaid_and_add") continue;
    const alike = byCode.get(code) ?? [], present = alike.find((charge) => charge.taxCategory === taxCategory && charge.billing === billing);
    if (present) present.ordered = present.ordered.plus(amount);
    else byCode.set(code, [...alike, { charge: chargeName(code, alike.length + 1), ordered: dec(amount), taxCategory, billing }]);
  }
  return { charges: [...byCode.values()].flat().sort((a, b) => a.charge.localeCompare(b.charge)), problems };
}

/** A unit as the charges see it: what it is frozen with, or how much goods value stands before and in it. */
export interface ChargedUnit {
  unit: string; shipment: string; frozen: BillingState | null; net: Decimal;
  /** Frozen with goods of this order, none of which left after all. */
  emptied: boolean;
}

/** A charge in one unit; `pending`: billed at actual cost, and the carrier has not said what it was. Its tax goes by the cumulative rule over the units. */
export interface UnitCharge extends BilledCharge { pending: boolean; estimatedTax: Decimal }

/** `taxOf`: what the tax of a charge is estimated at, up to an amount of it. */
interface ToApportion { order: string; charges: readonly OrderCharge[]; units: readonly ChargedUnit[]; goodsTotal: Decimal; shipments: readonly ShipmentSlices[]; currency: string; taxOf: (charge: string, upTo: Decimal) => Decimal }

/** Charges by unit, and what no unit carries though the order owes it: it came after the last invoice. */
export interface Apportioned { byUnit: Map<string, UnitCharge[]>; left: UnitCharge[] }

/**
 * Gives each unit its charges: frozen ones keep what stands there after credits, in the order of freezing; the whole quoted
 * amount goes on the first invoice (P2), pro rata charges go with the goods value by the cumulative rule, actual cost follows
 * each shipment. What is billed of a charge in the end follows from the facts alone (2.9, invariant 10): what a charge fell by
 * comes off where it was billed, what it rose by goes on the first open unit, and a frozen unit of which no goods are left
 * gives its charges up, as if it had never been.
 */
export function apportionCharges({ order, charges, units, goodsTotal, shipments, currency, taxOf }: ToApportion): Apportioned {
  const byUnit = new Map<string, UnitCharge[]>(units.map(({ unit }) => [unit, []]));
  const left: UnitCharge[] = [];
  for (const charge of charges) {
    let upTo = zero;
    const made = (amount: Decimal, pending: boolean): UnitCharge => {
      const before = upTo;
      upTo = upTo.plus(amount);
      return { charge: charge.charge, order, taxCategory: charge.taxCategory, amount: amount.toFixed(), pending, estimatedTax: taxOf(charge.charge, upTo).minus(taxOf(charge.charge, before)) };
    };
    const parts = partsOf(order, charge, units, goodsTotal, shipments, currency);
    parts.amounts.forEach(({ amount, pending = false }, index) => { if (!amount.isZero() || pending) byUnit.get(units[index]?.unit ?? "")?.push(made(amount, pending)); });
    if (!parts.left.isZero()) left.push(made(parts.left, false));
  }
  return { byUnit, left };
}

interface Parts { amounts: { amount: Decimal; pending?: boolean }[]; left: Decimal }

/** What a frozen unit still carries of a charge: as billed, less posted credits. */
const standing = (state: BillingState | null, order: string, charge: string): Decimal =>
  sumOf((state?.charges ?? []).filter((row) => row.order === order && row.charge === charge), (row) => dec(row.amount))
    .minus(sumOf((state?.credits ?? []).filter(({ posted }) => posted), ({ charges = [] }) => sumOf(charges.filter((row) => row.charge === charge), (row) => dec(row.amount))));

function partsOf(order: string, charge: OrderCharge, units: readonly ChargedUnit[], goodsTotal: Decimal, shipments: readonly ShipmentSlices[], currency: string): Parts {
  const stands = units.map(({ frozen }) => standing(frozen, order, charge.charge));
  if (charge.billing === "actual_cost")
    return { left: zero, amounts: units.map(({ shipment, frozen, emptied }, index) => {
      if (frozen) return { amount: emptied ? zero : (stands[index] ?? zero) };
      const cost = actualCost(order, shipment, units.slice(0, index).some((other) => other.shipment === shipment && !other.emptied), shipments, currency);
      return { amount: cost ?? charge.ordered, pending: cost === null };
    }) };
  return charge.billing === "pro_rata" ? proRata(charge, units, stands, goodsTotal, currency) : onFirst(charge, units, stands);
}

/** So much of `amount` as goes into `room`, of the same sign. */
const within = (amount: Decimal, room: Decimal): Decimal => (amount.isNegative() === room.isNegative() ? (amount.abs().lt(room.abs()) ? amount : room) : zero);

function proRata(charge: OrderCharge, units: readonly ChargedUnit[], stands: readonly Decimal[], goodsTotal: Decimal, currency: string): Parts {
  const shareOf = (net: Decimal) => (net.gte(goodsTotal) ? charge.ordered : roundMoney(charge.ordered.times(net).div(goodsTotal), currency));
  let net = zero, given = zero;
  const amounts = units.map(({ frozen, emptied, net: goods }, index) => {
    net = net.plus(goods);
    const amount = emptied ? zero : frozen ? (stands[index] ?? zero) : within(shareOf(net).minus(given), charge.ordered);
    given = given.plus(amount);
    return { amount };
  });
  return takeOff(amounts, (units.some(({ emptied }) => !emptied) ? shareOf(net) : zero).minus(given));
}

/** The whole amount on the first invoice (P2). What an emptied unit carried stays there only where the others had left without it: a credit and a debit of the same amount would say nothing. */
function onFirst(charge: OrderCharge, units: readonly ChargedUnit[], stands: readonly Decimal[]): Parts {
  const billedElsewhere = units.some(({ frozen, emptied }) => frozen !== null && !emptied);
  const amounts = units.map(({ emptied }, index) => ({ amount: emptied ? zero : (stands[index] ?? zero) }));
  let left = (units.some(({ emptied }) => !emptied) ? charge.ordered : zero).minus(sumOf(amounts, ({ amount }) => amount));
  units.forEach(({ emptied }, index) => {
    const amount = emptied && billedElsewhere ? within(stands[index] ?? zero, left) : zero, row = amounts[index];
    if (row && emptied) row.amount = amount;
    left = left.minus(amount);
  });
  const parts = takeOff(amounts, left), open = amounts[units.findIndex(({ frozen }) => frozen === null)];
  if (!open) return parts;
  open.amount = open.amount.plus(parts.left);
  return { amounts, left: zero };
}

/** A charge that fell comes off where it stands; what is left of `change` is returned. */
function takeOff(amounts: Parts["amounts"], change: Decimal): Parts {
  let left = change;
  for (const row of amounts) {
    const off = within(left, row.amount.neg());
    row.amount = row.amount.plus(off);
    left = left.minus(off);
  }
  return { amounts, left };
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
