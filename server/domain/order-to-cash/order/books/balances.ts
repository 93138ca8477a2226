import { localDay } from "../../../calendar";
import { dec, min, positive, sumOf, zero, type Decimal } from "../../../decimal";
import type { Day } from "../../../instant";
import { minorUnit, moneyText } from "../../../money";
import type { Balance, MovementTerm } from "../../../movements";
import type { BillingState } from "../../../publications";
import { unbilledPieces, type BilledPart } from "../billing/amounts";
import { chargesOn, postedCredits } from "../billing/credits";
import { estimatedTax } from "../billing/line-tax";
import type { UnitPlan } from "../billing/units";
import type { LineView, OrderView } from "../view";
import type { OrderMoney } from "./money";
import { kitExcess, kitShares } from "./pieces";
import { shippedValueTerms } from "./shipped-value";

type Add = (line: string, term: MovementTerm, document: string, on: Day, quantity: Decimal, amount: Decimal) => void;

/** Every document term of Q1, Q3, Q4, Q5 and M2 that the order answers for, each from its own document (domain reference 5). */
export function balancesOf(view: OrderView, money: OrderMoney): Balance[] {
  const rows: Balance[] = [];
  const add: Add = (line, term, document, effectiveOn, quantity, amount) => {
    if (quantity.isZero() && amount.isZero()) return;
    rows.push({ line, term, document, quantity: quantity.toFixed(), amount: moneyText(amount, view.currency), currency: view.currency, effectiveOn, period: null });
  };
  const document = `${view.key}#${view.order.version}`, day = localDay(view.policy.calendar, view.order.placed);
  for (const row of view.lines) {
    orderTerms(view, row, document, day, add);
    shipmentTerms(view, row, add);
    for (const piece of money.pieces.get(row.line.id)?.cancelled ?? []) {
      add(piece.line, "cancelled", piece.document, localDay(view.policy.calendar, piece.at), piece.quantity, zero);
      add(piece.line, "cancelled_goods", piece.document, localDay(view.policy.calendar, piece.at), zero, piece.net);
      add(piece.line, "cancelled_tax", piece.document, localDay(view.policy.calendar, piece.at), zero, piece.tax);
    }
  }
  for (const unit of money.units) unitTerms(view, unit, add);
  roundingTerms(view, money, add);
  chargeTerms(view, money, document, day, add);
  requestTerms(view, add);
  shippedValueTerms(view, money, add);
  return rows;
}

/** Ordered quantities and values, at today's prices, before cancels. */
function orderTerms(view: OrderView, row: LineView, document: string, day: Day, add: Add): void {
  const { walk, value, line } = row;
  const ordered = walk.committed.ordered;
  for (const moved of walk.moved) add(moved.key, "ordered", document, day, moved.ordered, zero);
  const worth = value.upTo(ordered), tax = view.estimate.lineTax(line.id, ordered);
  if (line.kit) {
    const worths = kitShares(row, worth, view.currency), taxes = kitShares(row, tax, view.currency);
    line.goods.forEach((goods, index) => { add(goods.key, "order_value", document, day, zero, worths[index] ?? zero); add(goods.key, "order_tax", document, day, zero, taxes[index] ?? zero); });
    return;
  }
  const moved = movedValues(view, row);
  add(line.id, "order_value", document, day, zero, worth.minus(sumOf(moved.values(), ({ net }) => net)));
  add(line.id, "order_tax", document, day, zero, tax.minus(sumOf(moved.values(), (entry) => entry.tax)));
  for (const [key, { quantity, net, tax: part }] of moved) {
    add(key, "ordered", document, day, quantity, zero);
    add(key, "order_value", document, day, zero, net);
    add(key, "order_tax", document, day, zero, part);
  }
}

/** What moved to substitute lines, within the order: a substituted quantity is counted once, on the line it moved to. */
function movedValues(view: OrderView, row: LineView): Map<string, { quantity: Decimal; net: Decimal; tax: Decimal }> {
  const result = new Map<string, { quantity: Decimal; net: Decimal; tax: Decimal }>();
  const add = (key: string, net: Decimal, tax: Decimal) => { const present = result.get(key); if (present) { present.net = present.net.plus(net); present.tax = present.tax.plus(tax); } };
  for (const moved of row.walk.substitutes) result.set(moved.key, { quantity: moved.ordered, net: zero, tax: zero });
  if (result.size === 0) return result;
  const taxFrom = (from: Decimal, quantity: Decimal) => view.estimate.lineTax(row.line.id, from.plus(quantity)).minus(view.estimate.lineTax(row.line.id, from));
  for (const part of row.billing.billed) add(part.bookLine, part.nominalNet, taxFrom(part.from, part.quantity.minus(part.excess)));
  for (const part of row.billing.unbilled) if (!part.excess) add(part.part.bookLine, part.net, taxFrom(part.from, part.quantity));
  return result;
}

/** Shipped, over, substituted, free and delivered, each from the shipment. */
function shipmentTerms(view: OrderView, row: LineView, add: Add): void {
  const fates = new Map(view.record.shipments.map(({ data }) => [data.shipment, data.delivery]));
  for (const moved of [...row.walk.moved, ...row.walk.substitutes])
    for (const shipment of moved.shipments) {
      const fate = fates.get(shipment.shipment);
      if (fate?.state === "delivered" || fate?.state === "lost" || fate?.state === "refused") add(moved.key, fate.state, shipment.shipment, localDay(view.policy.calendar, fate.at), shipment.quantity, zero);
      const on = localDay(view.policy.calendar, shipment.at);
      add(moved.key, "shipped", shipment.shipment, on, shipment.quantity, zero);
      add(moved.key, "over", shipment.shipment, on, shipment.over, zero);
      if (moved.key !== row.line.id && !row.line.kit) add(row.line.id, "substituted", shipment.shipment, on, shipment.quantity.minus(shipment.over), zero);
      if (row.line.free) add(moved.key, "free", shipment.shipment, on, shipment.quantity, zero);
    }
  if (row.line.kit && !row.line.free && row.billing.rest === "over_absorbed") for (const moved of row.walk.moved) freePieces(view, moved, unbilledPieces(row.billing, moved), add);
  for (const { moved, net } of kitExcess(row, view.currency)) { const last = moved.shipments.findLast(({ over }) => over.gt(0)); if (last) add(moved.key, "over_value", last.shipment, localDay(view.policy.calendar, last.at), zero, net); }
  for (const part of row.billing.unbilled) {
    if (!part.excess || row.line.free || row.line.kit) continue;
    const on = localDay(view.policy.calendar, part.part.shippedAt), tax = view.estimate.lineTax(row.line.id, part.from.plus(part.quantity)).minus(view.estimate.lineTax(row.line.id, part.from));
    add(part.part.bookLine, "over_value", part.part.shipment, on, zero, part.net);
    if (part.reason === "over_absorbed") { add(part.part.bookLine, "free", part.part.shipment, on, part.quantity, zero); add(part.part.bookLine, "free_value", part.part.shipment, on, zero, part.net); }
    else add(part.part.bookLine, "diff_tax_redetermined", part.part.shipment, on, zero, tax);
  }
  for (const part of row.billing.billed) {
    if (part.part === null || row.line.free) continue;
    const on = localDay(view.policy.calendar, part.part.shippedAt);
    spread(view, part, "over_value", part.part.shipment, on, part.excessNet, add);
    if (row.line.nominalWeight !== null && part.quantity.gt(0)) add(part.bookLine, "diff_weight", part.part.shipment, on, zero, part.net.minus(part.nominalNet));
    if (part.excess.gt(0) && part.frozen === null) spread(view, part, "diff_tax_redetermined", part.part.shipment, on, excessTax(view, row, part), add);
  }
}

/** Pieces of a kit beyond the order that nobody is billed for, on the shipments that brought them. */
function freePieces({ policy }: OrderView, moved: LineView["walk"]["moved"][number], quantity: Decimal, add: Add): void {
  let left = quantity;
  for (const { shipment, at, over } of moved.shipments) {
    const free = min(left, over);
    left = left.minus(free);
    add(moved.key, "free", shipment, localDay(policy.calendar, at), free, zero);
  }
}

/** An amount of a billed part on its line of the books; a kit's on its components. */
function spread(view: OrderView, part: BilledPart, term: MovementTerm, document: string, on: Day, amount: Decimal, add: Add): void {
  if (!part.line.kit) { add(part.bookLine, term, document, on, zero, amount); return; }
  const shares = kitShares(part, amount, view.currency);
  part.line.goods.forEach((goods, index) => { add(goods.key, term, document, on, zero, shares[index] ?? zero); });
}

const excessTax = (view: OrderView, row: LineView, part: BilledPart): Decimal => {
  const { ordered } = row.walk.committed;
  return view.estimate.lineTax(row.line.id, ordered.plus(part.excess)).minus(view.estimate.lineTax(row.line.id, ordered));
};

/** What is on posted invoices and their credits, and how it differs from what should be there now. */
function unitTerms(view: OrderView, unit: UnitPlan, add: Add): void {
  const { state } = unit;
  if (!state) return;
  for (const row of unit.lines) {
    if (row.line.free || !row.frozen) continue;
    if (!state.invoice) { if (row.excess.gt(0) && row.part) spread(view, row, "diff_tax_redetermined", row.part.shipment, localDay(view.policy.calendar, row.part.shippedAt), excessTax(view, view.byId.get(row.line.id) as LineView, row), add); continue; }
    postedTerms(view, state, state.invoice, row, add);
  }
}

function postedTerms(view: OrderView, state: BillingState, invoice: NonNullable<BillingState["invoice"]>, row: BilledPart, add: Add): void {
  const frozen = row.frozen as NonNullable<BilledPart["frozen"]>;
  const on = invoice.accountingDate;
  const spread = (term: MovementTerm, document: string, quantity: Decimal, amount: Decimal) => {
    if (!row.line.kit) { add(row.bookLine, term, document, on, quantity, amount); return; }
    const shares = kitShares(row, amount, view.currency);
    row.line.goods.forEach((goods, index) => { add(goods.key, term, document, on, quantity.times(goods.per), shares[index] ?? zero); });
  };
  const corrections = postedCredits(state, row.key, ["correction"]), prices = postedCredits(state, row.key, ["price_adjustment", "tax_only"]);
  spread("invoiced", invoice.number, frozen.quantity, zero);
  spread("billed_goods", invoice.number, zero, frozen.net);
  spread("billed_tax", invoice.number, zero, frozen.tax ?? zero);
  for (const credit of [corrections, prices]) {
    if (credit.number === null) continue;
    spread("invoiced", credit.number, credit === corrections ? credit.quantity.neg() : zero, zero);
    spread("billed_goods", credit.number, zero, credit.net.neg());
    spread("billed_tax", credit.number, zero, credit.tax.neg());
  }
  const billed = frozen.net.minus(corrections.net).minus(prices.net), tax = (frozen.tax ?? zero).minus(corrections.tax).minus(prices.tax);
  const ahead = positive(frozen.quantity.minus(corrections.quantity).minus(row.quantity));
  const value = view.byId.get(row.line.id)?.value;
  const aheadNet = ahead.isZero() || !value ? zero : value.upTo(row.from.plus(row.quantity).plus(ahead)).minus(value.upTo(row.from.plus(row.quantity)));
  spread("ahead", invoice.number, ahead, zero);
  spread("ahead_value", invoice.number, zero, aheadNet);
  const rest = billed.minus(row.net).minus(aheadNet);
  spread(row.priceEffect.isZero() ? differenceTerm(view, rest, 1) : "diff_price_change", invoice.number, zero, rest);
  spread("diff_tax_redetermined", invoice.number, zero, tax.minus(estimatedTax(view, { ...row, excess: zero, quantity: row.quantity.minus(row.excess) })));
}

/** A cent for each unit and line is rounding; what is more is a price. */
const differenceTerm = (view: OrderView, amount: Decimal, units: number): "diff_rounding" | "diff_price_change" =>
  amount.abs().gt(minorUnit(view.currency).times(units)) ? "diff_price_change" : "diff_rounding";

/** Cents that frozen invoices keep when a later version shares a discount anew and nothing is left to take them. */
function roundingTerms(view: OrderView, money: OrderMoney, add: Add): void {
  for (const row of view.lines) {
    const pieces = money.pieces.get(row.line.id);
    if (!pieces || pieces.open.length > 0 || pieces.cancelled.length > 0 || row.line.kit) continue;
    const last = row.billing.billed.findLast((part) => part.frozen !== null);
    const left = row.billing.value.minus(row.value.upTo(row.billing.position));
    if (last) add(last.bookLine, differenceTerm(view, left, row.billing.billed.length), last.frozen?.state.invoice?.number ?? last.unit ?? view.key, localDay(view.policy.calendar, last.part?.shippedAt ?? view.order.placed), zero, left);
  }
}

function chargeTerms(view: OrderView, money: OrderMoney, document: string, day: Day, add: Add): void {
  for (const charge of view.charges) {
    const line = `charge:${charge.charge}`;
    const carried = sumOf(money.units, (unit) => sumOf(unit.charges.filter((row) => row.charge === charge.charge), (row) => dec(row.amount)));
    const left = sumOf(money.chargesLeft.filter((row) => row.charge === charge.charge), (row) => row.amount);
    const tax = view.estimate.chargeTax(charge.charge), carriedTax = view.estimate.chargeTax(charge.charge, carried);
    add(line, "order_charges", document, day, zero, charge.ordered);
    add(line, "order_tax", document, day, zero, tax);
    const gone = charge.ordered.minus(carried).minus(left);
    const actual = charge.billing === "actual_cost" && carried.gt(0);
    if (actual) add(line, "diff_freight_actual", document, day, zero, gone.neg());
    else if (!money.openQuantity) add(line, "cancelled_charges", document, day, zero, gone);
    if (!actual && !money.openQuantity) add(line, "cancelled_tax", document, day, zero, tax.minus(carriedTax));
    else if (actual) add(line, "diff_tax_redetermined", document, day, zero, carriedTax.minus(tax));
  }
  for (const unit of money.units) postedCharges(view, unit, add);
}

/** Charges of a posted invoice less what was credited of them; what is billed and should not be is ahead until its credit is there. */
function postedCharges(view: OrderView, unit: UnitPlan, add: Add): void {
  const { state } = unit;
  if (!state?.invoice) return;
  const { number, accountingDate } = state.invoice;
  for (const row of chargesOn(state, view.key, unit.charges)) {
    const line = `charge:${row.charge}`;
    let billed = dec(row.amount), tax = dec(row.tax ?? 0);
    add(line, "billed_charges", number, accountingDate, zero, billed);
    add(line, "billed_tax", number, accountingDate, zero, tax);
    for (const credit of state.credits) {
      if (!credit.posted || credit.number === null) continue;
      const part = (credit.charges ?? []).filter(({ charge }) => charge === row.charge);
      const amount = sumOf(part, (entry) => dec(entry.amount)), partTax = sumOf(part, (entry) => dec(entry.tax));
      add(line, "billed_charges", credit.number, accountingDate, zero, amount.neg());
      add(line, "billed_tax", credit.number, accountingDate, zero, partTax.neg());
      billed = billed.minus(amount);
      tax = tax.minus(partTax);
    }
    const wanted = unit.charges.filter(({ charge }) => charge === row.charge);
    add(line, "ahead_value", number, accountingDate, zero, billed.minus(sumOf(wanted, (entry) => dec(entry.amount))));
    add(line, "diff_tax_redetermined", number, accountingDate, zero, tax.minus(sumOf(wanted, (entry) => entry.estimatedTax)));
  }
}

/** Q3 for each request line. */
function requestTerms(view: OrderView, add: Add): void {
  for (const request of view.requests) {
    if (request.state !== "live") continue;
    const on = localDay(view.policy.calendar, request.acceptedAt ?? request.releasedAt);
    for (const [key, row] of request.lines) {
      add(key, "request_released", request.id, on, row.released, zero);
      add(key, "request_over", request.id, on, row.over, zero);
      add(key, "request_shipped", request.id, on, row.shipped, zero);
      add(key, "request_short", request.id, on, row.short, zero);
      add(key, "request_recalled", request.id, on, row.recalled, zero);
    }
  }
}
