import { isAllowance } from "../../../allowance";
import { dec, max, sumOf, zero, type Decimal } from "../../../decimal";
import { roundMoney } from "../../../money";
import { shipmentBillingUnitKey } from "../../../subject";
import type { BillingState, ShipmentSlices } from "../../../publications";
import type { OrderView } from "../view";
import type { BilledPart } from "./amounts";
import { apportionCharges, bearable, type Due, type LeftCharge, type UnitCharge } from "./charges";
import { taxOfNet } from "./line-tax";
import { keptNet } from "./returned-share";

/** One billing unit's part of this order: what it should carry now. */
export interface UnitPlan { unit: string; shipment: ShipmentSlices; part: number; state: BillingState | null; lines: BilledPart[]; charges: UnitCharge[] }

/**
 * Gives every billable quantity to one unit: what a frozen unit holds stays there; the rest goes to the open part of its
 * shipment, which is the first after the last frozen one (Terms, "billing unit"). A unit that lost everything is kept, empty. What
 * comes of a charge after the last invoice opens the next part of its shipment too, unless `moreToCome` will carry it: what a
 * carrier charged is its own shipment's.
 */
export function unitPlans(view: OrderView, moreToCome: boolean): UnitPlan[] {
  const shipments = new Map(view.record.shipments.map(({ data }) => [data.shipment, data]));
  const { billTo, terms } = view.parties;
  const open = new Map<string, { key: string; part: number }>();
  const openUnit = (shipment: string) => {
    const present = open.get(shipment);
    if (present) return present;
    const key = (part: number) => shipmentBillingUnitKey({ shipment, billTo, currency: view.currency, terms, part });
    let part = 1;
    while (view.states.get(key(part))?.frozen) part += 1;
    const made = { key: key(part), part };
    open.set(shipment, made);
    return made;
  };
  const plans = new Map<string, UnitPlan>();
  const planFor = (unit: string, shipment: string, part: number): UnitPlan => {
    const present = plans.get(unit);
    if (present) return present;
    const known = shipments.get(shipment) ?? goneShipment(shipment);
    const made: UnitPlan = { unit, shipment: known, part, state: view.states.get(unit) ?? null, lines: [], charges: [] };
    plans.set(unit, made);
    return made;
  };
  for (const state of view.states.values()) planFor(state.unit, state.shipment, state.part);
  for (const { billing } of view.lines)
    for (const row of billing.billed) {
      if (row.unit !== null && row.frozen) { planFor(row.unit, row.frozen.shipment, row.frozen.part).lines.push(row); continue; }
      const shipment = row.part?.shipment ?? "";
      const { key, part } = openUnit(shipment);
      row.unit = key;
      planFor(key, shipment, part).lines.push(row);
    }
  const ordered = [...plans.values()].sort(byBilling);
  const left = addCharges(view, ordered), last = ordered.findLast((plan) => plan.state?.frozen && carriesGoods(plan));
  if (view.observing) return ordered;
  const late = new Set<UnitPlan>();
  for (const { charge, shipment = last && !moreToCome ? last.shipment.shipment : null } of left) {
    if (shipment === null) continue;
    if (isAllowance(charge)) { takeOffInvoices(view, ordered, charge); continue; }
    const { key, part } = openUnit(shipment), plan = planFor(key, shipment, part);
    plan.charges = [...plan.charges, charge];
    late.add(plan);
  }
  return [...ordered.filter((plan) => !late.has(plan)), ...late];
}

/** Order of freezing, then of goods issue. */
const byBilling = (a: UnitPlan, b: UnitPlan): number => {
  const frozen = (plan: UnitPlan) => (plan.state?.frozen ? `0${plan.state.frozenAt ?? ""}` : `1${plan.shipment.shippedAt}`);
  return frozen(a).localeCompare(frozen(b)) || a.unit.localeCompare(b.unit);
};

/** Gives the units their charges and returns what none of them carries. */
function addCharges(view: OrderView, plans: readonly UnitPlan[]): LeftCharge[] {
  const carrying = plans.filter((plan) => plan.lines.length > 0 || plan.state?.frozen), empty = !plans.some(carriesGoods);
  const goodsTotal = sumOf(view.lines, ({ value, walk }) => value.upTo(walk.committed.ordered));
  const units = carrying.map((plan) => ({ unit: plan.unit, shipment: plan.shipment.shipment, frozen: plan.state?.frozen ? plan.state : null, net: sumOf(plan.lines, (line) => line.net), kept: sumOf(plan.lines, (line) => keptNet(view, line)), due: keptOf(view, plan), goods: carriesGoods(plan), carried: plan.lines.some(({ line, quantity }) => quantity.gt(0) && line.source.method !== "service"), emptied: plan.state?.frozen === true && (empty || isEmptied(plan)) }));
  const { byUnit, left } = apportionCharges({ order: view.key, charges: view.charges, units, goodsTotal, shipments: view.record.shipments.map(({ data }) => data), currency: view.currency, taxOf: (charge, upTo) => view.estimate.chargeTax(charge, upTo) });
  for (const plan of plans) plan.charges = byUnit.get(plan.unit) ?? [];
  return left;
}

/** What of an allowance no open invoice takes: off those that left, in their order, each for what the customer keeps of it. What is beyond all of them lapses: nobody is paid for buying nothing. */
function takeOffInvoices(view: OrderView, plans: readonly UnitPlan[], charge: UnitCharge): void {
  let left = dec(charge.amount), carried = sumOf(plans.flatMap((plan) => plan.charges.filter((row) => row.charge === charge.charge)), ({ amount }) => dec(amount));
  const taxOf = (upTo: Decimal) => view.estimate.chargeTax(charge.charge, upTo), rate = taxOf(left).div(left);
  for (const plan of plans) {
    const taken = plan.state?.frozen ? max(left, bearable(keptOf(view, plan), rate, view.currency).neg()) : zero;
    if (taken.isZero()) continue;
    left = left.minus(taken);
    const share = { ...charge, amount: taken.toFixed(), estimatedTax: taxOf(carried.plus(taken)).minus(taxOf(carried)) };
    carried = carried.plus(taken);
    const present = plan.charges.find((row) => row.charge === charge.charge);
    plan.charges = present ? plan.charges.map((row) => (row === present ? { ...row, amount: dec(row.amount).plus(taken).toFixed(), estimatedTax: row.estimatedTax.plus(share.estimatedTax) } : row)) : [...plan.charges, share];
  }
}

/** What the customer is to pay of an invoice for what did not come back; the allowances that went back with the rest are not given to anything else. */
function keptOf(view: OrderView, plan: UnitPlan): Due {
  const back = (plan.state?.credits ?? []).filter((credit) => credit.posted && credit.class === "return").flatMap(({ allowances = [] }) => allowances);
  const goods = plan.lines.map((line) => ({ line, net: keptNet(view, line) }));
  return {
    net: sumOf(goods, ({ net }) => net).plus(unitCharges(plan)).minus(sumOf(back, ({ amount }) => dec(amount))),
    taxes: [...goods.map(({ line, net }) => (net.eq(line.net) ? taxOfNet(view, line) : roundMoney(taxOfNet(view, line).times(net).div(line.net), view.currency))), ...plan.charges.map((row) => row.estimatedTax), ...back.map(({ tax }) => dec(tax).neg())],
  };
}

const carriesGoods = (plan: UnitPlan): boolean => plan.lines.some((line) => line.quantity.gt(0));
/** It was frozen with goods of this order, and of these nothing left the dock after all. */
const isEmptied = (plan: UnitPlan): boolean => (plan.state?.lines.length ?? 0) > 0 && !carriesGoods(plan);

const goneShipment = (shipment: string): ShipmentSlices => ({ shipment, version: 0, shippedAt: "", warehouse: "", carrier: null, tracking: null, reversed: true, delivery: null, orders: [], freightCost: null, lines: [] });

/** Whether the unit hears of this order: of something to bill, or of what became of it. */
export const isTold = (plan: UnitPlan): boolean => plan.lines.length + plan.charges.length > 0 || plan.state !== null;
/** Goods that this unit should carry, without charges. */
export const unitNet = (plan: UnitPlan) => sumOf(plan.lines, (line) => line.net);
export const unitCharges = (plan: UnitPlan) => sumOf(plan.charges, (charge) => zero.plus(charge.amount));
