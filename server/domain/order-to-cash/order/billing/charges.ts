import { chargeName } from "../../../charge";
import type { OrderCaptured } from "../../../contracts/order";
import { dec, max, min, positive, sumOf, zero, type Decimal } from "../../../decimal";
import { decimalsOf, minorUnit, roundMoney, splitByLargestRemainder } from "../../../money";
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
  /** Net of these goods, of what did not come back. */
  kept: Decimal;
  /** What the customer is to pay for these goods, of what did not come back. */
  due: Due;
  /** Goods of this order stand in it. */
  goods: boolean;
  /** Some of them a carrier took: a service that was done has no freight. */
  carried: boolean;
  /** Frozen with goods of this order, none of which left after all. */
  emptied: boolean;
}

/** A charge in one unit; `pending`: billed at actual cost, and the carrier has not said what it was. Its tax goes by the cumulative rule over the units. */
export interface UnitCharge extends BilledCharge { pending: boolean; estimatedTax: Decimal }

/** `taxOf`: what the tax of a charge is estimated at, up to an amount of it. */
interface ToApportion { order: string; charges: readonly OrderCharge[]; units: readonly ChargedUnit[]; goodsTotal: Decimal; shipments: readonly ShipmentSlices[]; currency: string; taxOf: (charge: string, upTo: Decimal) => Decimal }

/** What no unit carries though the order owes it: it came after the last invoice, or after the last one of the shipment that is named. */
export interface LeftCharge { charge: UnitCharge; shipment?: string }
export interface Apportioned { byUnit: Map<string, UnitCharge[]>; left: LeftCharge[] }

/**
 * Gives each unit its charges: frozen ones keep what stands there after credits, in the order of freezing; the whole quoted
 * amount goes on the first invoice (P2), pro rata charges go with the goods value by the cumulative rule, actual cost follows
 * each shipment. What is billed of a charge in the end follows from the facts alone (2.9, invariant 10): what a charge fell by
 * comes off where it was billed, what it rose by goes on the first open unit (actual cost: of its shipment), and a frozen unit of
 * which no goods are left gives its charges up, as if it had never been. An allowance takes no more of a unit than the order has
 * to pay there: the rest goes on the next open one that has something.
 */
export function apportionCharges({ order, charges, units, goodsTotal, shipments, currency, taxOf }: ToApportion): Apportioned {
  const byUnit = new Map<string, UnitCharge[]>(units.map(({ unit }) => [unit, []]));
  const left: LeftCharge[] = [], atActual = charges.filter(({ billing }) => billing === "actual_cost"), due = units.map((unit) => unit.due);
  for (const charge of charges.toSorted((a, b) => Number(a.ordered.isNegative()) - Number(b.ordered.isNegative()))) {
    let upTo = zero;
    const made = (amount: Decimal, pending: boolean): UnitCharge => {
      const before = upTo;
      upTo = upTo.plus(amount);
      return { charge: charge.charge, order, taxCategory: charge.taxCategory, amount: amount.toFixed(), pending, estimatedTax: taxOf(charge.charge, upTo).minus(taxOf(charge.charge, before)) };
    };
    const costOf = (shipment: string): Decimal | null => {
      const cost = actualCost(order, shipment, shipments, currency);
      return cost && (splitByLargestRemainder(cost, atActual.map(({ ordered }) => positive(ordered)), currency)[atActual.indexOf(charge)] ?? cost);
    };
    const rate = charge.ordered.isZero() ? zero : taxOf(charge.charge, charge.ordered).div(charge.ordered);
    const parts = withinDue(partsOf(order, charge, units, goodsTotal, costOf, currency), units, due.map((each) => bearable(each, rate, currency)));
    parts.amounts.forEach(({ amount, pending = false, back }, index) => {
      if (amount.isZero() && !pending) return;
      const row = { ...made(amount, pending), ...(back ? { back: back.toFixed() } : {}) }, on = due[index];
      byUnit.get(units[index]?.unit ?? "")?.push(row);
      if (on) due[index] = { net: on.net.plus(amount), taxes: [...on.taxes, row.estimatedTax] };
    });
    for (const { amount, pending = false, ...whose } of parts.left) left.push({ charge: made(amount, pending), ...whose });
  }
  return { byUnit, left };
}

/** What a charge is to take of the carrier's cost of a shipment; null while that is unknown. An order's charges at actual cost share it by their estimates, one below nothing takes none: it is billed once. */
type CostOf = (shipment: string) => Decimal | null;
interface Part { amount: Decimal; pending?: boolean; /** Of an allowance that goes with what is kept: what went back of it, which `amount` holds. */ back?: Decimal }
interface Parts { amounts: Part[]; left: (Part & { shipment?: string })[] }

/** What a frozen unit still carries of a charge: as billed, less posted credits. */
const standing = (state: BillingState | null, order: string, charge: string): Decimal =>
  sumOf((state?.charges ?? []).filter((row) => row.order === order && row.charge === charge), (row) => dec(row.amount))
    .minus(sumOf((state?.credits ?? []).filter(({ posted }) => posted), ({ charges = [] }) => sumOf(charges.filter((row) => row.charge === charge), (row) => dec(row.amount))));

/** What returned goods took back of an allowance with them, by credit. */
const wentBack = (state: BillingState | null, order: string, charge: string): Decimal[] =>
  (state?.credits ?? []).filter((credit) => credit.posted && credit.class === "return").flatMap(({ allowances = [] }) => allowances.filter((row) => row.order === order && row.charge === charge).map(({ amount }) => dec(amount)));

function partsOf(order: string, charge: OrderCharge, units: readonly ChargedUnit[], goodsTotal: Decimal, costOf: CostOf, currency: string): Parts {
  const stands = units.map(({ frozen }) => standing(frozen, order, charge.charge));
  if (charge.billing === "actual_cost") return atCost(order, charge, units, stands, costOf);
  return charge.billing === "pro_rata" ? proRata(order, charge, units, stands, goodsTotal, currency) : onFirst(charge, units, stands);
}

/** An allowance where there is something that it makes cheaper: open units take what others have no room for, and what all of them have none for is left. */
function withinDue({ amounts, left }: Parts, units: readonly ChargedUnit[], room: readonly Decimal[]): Parts {
  const kept = amounts.map((row, index) => ({ ...row, amount: max(row.amount, (room[index] ?? zero).neg()) }));
  let beyond = sumOf(amounts, ({ amount }) => amount).minus(sumOf(kept, ({ amount }) => amount));
  kept.forEach((row, index) => {
    if (units[index]?.frozen !== null) return;
    const taken = within(beyond, (room[index] ?? zero).plus(row.amount).neg());
    row.amount = row.amount.plus(taken);
    beyond = beyond.minus(taken);
  });
  return { amounts: kept, left: [...left, ...rest(beyond)] };
}

/** What is to be paid before tax, and each tax on it. */
export interface Due { net: Decimal; taxes: readonly Decimal[] }

/** The most that an allowance may take of it, so that with its own tax nothing below nothing is left. What taxes differ by for being rounded one by one is no difference of rate. */
export function bearable({ net, taxes }: Due, rate: Decimal, currency: string): Decimal {
  const room = positive(net), tax = sumOf(taxes, (each) => each);
  if (rate.times(room).lte(tax.plus(minorUnit(currency).times(taxes.length + 1)))) return room;
  return positive(min(room, net.plus(tax).div(rate.plus(1)).toDecimalPlaces(decimalsOf(currency), "down")));
}

/** So much of `amount` as goes into `room`, of the same sign. */
const within = (amount: Decimal, room: Decimal): Decimal => (amount.isNegative() === room.isNegative() ? (amount.abs().lt(room.abs()) ? amount : room) : zero);

/**
 * With the goods value by the cumulative rule; an allowance with that of the goods that the customer keeps, so that what he has of it
 * follows from what he has, whatever came back when and at whose price. What it falls by comes first off the units whose own goods
 * became fewer or cheaper: their part is theirs to give up. Cents that returns took more or less stay where they are: nobody is asked for one.
 */
function proRata(order: string, charge: OrderCharge, units: readonly ChargedUnit[], stands: readonly Decimal[], goodsTotal: Decimal, currency: string): Parts {
  const shareOf = (net: Decimal) => (net.gte(goodsTotal) ? charge.ordered : roundMoney(charge.ordered.times(net).div(goodsTotal), currency));
  const isGiven = charge.ordered.isNegative(), backs = units.map(({ frozen }) => (isGiven ? wentBack(frozen, order, charge.charge) : [])), back = backs.map((rows) => sumOf(rows, (amount) => amount));
  let net = zero, given = zero;
  const shares: Decimal[] = [];
  const amounts = units.map(({ frozen, emptied, net: goods, kept }, index) => {
    const before = shareOf(net);
    net = net.plus(isGiven ? kept : goods);
    shares.push(shareOf(net).minus(before));
    const amount = emptied ? zero : frozen ? (stands[index] ?? zero).minus(back[index] ?? zero) : within(shareOf(net).minus(given), charge.ordered);
    given = given.plus(amount);
    return { amount };
  });
  const change = (units.some(({ emptied }) => !emptied) ? shareOf(net) : zero).minus(given);
  const left = change.abs().lte(minorUnit(currency).times(backs.flat().length)) ? zero : takeOff(amounts, takeOff(amounts, change, shares));
  return { amounts: amounts.map(({ amount }, index) => ({ amount: amount.plus(back[index] ?? zero), ...(isGiven && units[index]?.frozen ? { back: back[index] ?? zero } : {}) })), left: rest(left) };
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
  const risen = takeOff(amounts, left), open = amounts[units.findIndex(({ frozen }) => frozen === null)];
  if (open) open.amount = open.amount.plus(risen);
  return { amounts, left: open ? [] : rest(risen) };
}

/**
 * Each shipment's part of what the carrier charged for it, on its first unit: the estimate, pending, while nobody knows it. A cost
 * that is known or corrected after the invoice is closed on the shipment's own units, whatever else of the order is to come; one
 * that is unknown leaves what was billed.
 */
function atCost(order: string, charge: OrderCharge, units: readonly ChargedUnit[], stands: readonly Decimal[], costOf: CostOf): Parts {
  const amounts = units.map((): Part => ({ amount: zero })), left: Parts["left"] = [];
  for (const shipment of new Set(units.map((unit) => unit.shipment))) {
    const own = units.flatMap((unit, index) => { const row = amounts[index]; return row && unit.shipment === shipment && !unit.emptied ? [{ unit, row, stands: stands[index] ?? zero }] : []; });
    if (!own.some(({ unit }) => unit.carried)) continue;
    for (const { row, stands: amount } of own) row.amount = amount;
    const cost = costOf(shipment), isBilled = own.some(({ unit }) => unit.frozen?.charges.some((row) => row.order === order && row.charge === charge.charge));
    if (cost === null && isBilled) continue;
    const risen = takeOff(own.map(({ row }) => row), (cost ?? charge.ordered).minus(sumOf(own, (each) => each.stands)));
    const part = { amount: risen, pending: cost === null }, open = own.find(({ unit }) => unit.frozen === null);
    if (open) Object.assign(open.row, part);
    else if (!risen.isZero()) left.push({ ...part, shipment });
  }
  return { amounts, left };
}

const rest = (amount: Decimal): Parts["left"] => (amount.isZero() ? [] : [{ amount }]);

/** A charge that fell comes off where it stands, down to what is to `stay` there; what is left of `change` is returned. */
function takeOff(amounts: readonly Part[], change: Decimal, stay: readonly Decimal[] = []): Decimal {
  let left = change;
  amounts.forEach((row, index) => {
    const off = within(within(left, row.amount.neg()), (stay[index] ?? zero).minus(row.amount));
    row.amount = row.amount.plus(off);
    left = left.minus(off);
  });
  return left;
}

/** The carrier's cost of a shipment, this order's part of it: those share it that have goods on it; null while unknown. */
function actualCost(order: string, shipment: string, shipments: readonly ShipmentSlices[], currency: string): Decimal | null {
  const found = shipments.find((candidate) => candidate.shipment === shipment);
  if (found?.freightCost == null) return null;
  const orders = [...found.orders].sort();
  const shares = splitByLargestRemainder(dec(found.freightCost), orders.map(() => dec(1)), currency);
  return shares[Math.max(0, orders.indexOf(order))] ?? dec(found.freightCost);
}
