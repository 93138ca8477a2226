import { dec, sumOf, zero, type Decimal } from "../../decimal";
import { localDay } from "../../calendar";
import type { Publication } from "../../plan";
import type { CreditRequest, OrderInvoices, OrderServed, PurchaseOrderRegistered, ShipmentSlices } from "../../publications";
import { moneyText } from "../../money";
import type { SubjectKind } from "../../subject";
import { foundInvoices } from "./billing/found";
import { billingTerms } from "./billing/terms";
import { isTold } from "./billing/units";
import { isUnbilled, type OrderMoney } from "./books/money";
import { worthOf } from "./exceptions";
import type { Gates } from "./gates/approve";
import type { OrderHeld } from "../../manual";
import { heldByHand, inAdvance, receiptsInHand } from "./gates/order-holds";
import { goodsFinder } from "./lines/walk";
import { promisedToReturns, returnBasis, type Grants } from "./returns";
import type { Tracks } from "./tracks";
import type { OrderView } from "./view";

/** What the order tells the shipment, its credit account, the bill-to account, billing units and returns. */
export function publicationsOf(view: OrderView, money: OrderMoney, gates: Gates, tracks: Tracks, grants: Grants): Publication[] {
  const entity = view.policy.entity;
  const told: Publication[] = [];
  const tell = (topic: string, kind: SubjectKind, to: string, data: unknown, reading?: Publication["reading"]) => told.push({ topic, key: view.key, to: { entity, kind, key: to }, data, ...(reading ? { reading } : {}) });
  for (const { data } of view.record.shipments) tell("order.served", "shipment", data.shipment, served(view, data));
  const known = view.headerProblems.length === 0;
  if (known) tell("purchase_order.registered", "bill_to_account", view.parties.billTo, registered(view, tracks));
  if (known && gates.validated && !view.observing) {
    const request = creditRequest(view, money, gates, tracks);
    // Only who asks waits for the answer; where the value stands is counted whenever the account is looked at.
    tell("credit.request", "credit_account", view.parties.creditAccount, request, request.state === "undecided" ? undefined : "later");
  }
  const { byUnit } = foundInvoices(view, money.units), promised = promisedToReturns(view);
  for (const unit of money.units.filter(isTold)) tell("billing.terms", "billing_unit", unit.unit, billingTerms(view, unit, byUnit.get(unit.unit), promised));
  if (view.record.placedHolds.length > 0) {
    const held: OrderHeld = { order: view.key, holds: heldByHand(view) };
    for (const { data } of view.record.shipments) tell("order.held", "shipment", data.shipment, held);
    for (const unit of money.units.filter(isTold)) tell("order.held", "billing_unit", unit.unit, held);
  }
  for (const entry of view.record.returns) tell("return.basis", "return", entry.return, returnBasis(view, money, grants, entry));
  const invoices = orderInvoices(view, money, gates, tracks);
  if (invoices.invoices.length > 0 || inAdvance(view) || view.record.receipts.length > 0) told.push({ topic: "order.invoices", key: view.key, to: null, data: invoices });
  return told;
}

function orderInvoices(view: OrderView, money: OrderMoney, gates: Gates, tracks: Tracks): OrderInvoices {
  const posted = view.record.states.flatMap(({ invoice, debits = [] }) => (invoice ? [invoice, ...debits] : []));
  const invoices = posted.sort((a, b) => a.postedAt.localeCompare(b.postedAt) || a.number.localeCompare(b.number)).map(({ number }) => number);
  const toCome = view.observing ? null : tracks.commercial === "cancelled" || tracks.commercial === "complete" ? zero : isValued(view, gates) ? money.openTotal.plus(money.unbilledTotal) : null;
  const deposits = receiptsInHand(view).flatMap(({ receipt, receivedAt, deposit = "0" }) => (dec(deposit).gt(0) ? [{ receipt, receivedAt, amount: deposit }] : []))
    .sort((a, b) => a.receivedAt.localeCompare(b.receivedAt) || a.receipt.localeCompare(b.receipt));
  return { order: view.key, currency: view.currency, invoices, ...(toCome ? { toCome: moneyText(toCome, view.currency) } : {}), ...(deposits.length > 0 ? { deposits } : {}) };
}

/** Whether all that is open and unbilled has its price and tax: not while a line is not understood, or excess waits for a ruling. */
const isValued = (view: OrderView, gates: Gates): boolean =>
  view.headerProblems.length === 0 && gates.validation.stopped.size === 0 && (view.estimate.complete || !view.estimate.needed) && !view.lines.some((row) => isUnbilled(view, row));

function served(view: OrderView, { reversed, lines: shipped }: ShipmentSlices): OrderServed {
  const find = goodsFinder(view.lines.map(({ line }) => line));
  const worth = reversed ? zero : sumOf(shipped, (row) => { const found = find(row), line = found && view.byId.get(found.line.id); return line ? worthOf(line, found.goods, dec(row.quantity)) : zero; });
  const returned = new Map<string, Decimal>();
  for (const { kind, state, lines } of view.record.returns)
    if (state !== "refused" && (kind === "refused_delivery" || kind === "credit_without_goods")) for (const { line, authorised } of lines) returned.set(line, (returned.get(line) ?? zero).plus(authorised));
  return {
    ...(returned.size > 0 ? { returned: Object.fromEntries([...returned].map(([line, quantity]) => [line, quantity.toFixed()])) } : {}),
    order: view.key, worth: moneyText(worth, view.currency), currency: view.currency, customer: view.parties.customer, customerName: view.parties.master?.name ?? view.parties.customer, channel: view.order.channel, purchaseOrder: view.order.purchaseOrder ?? null,
    shipTo: view.order.shipToAddress, notify: ["customer", "channel"], sourceConnector: view.record.source,
  };
}

function registered(view: OrderView, tracks: Tracks): PurchaseOrderRegistered {
  const { order, parties } = view;
  const content = order.lines.map((line) => { const row = view.byId.get(line.line); return `${row?.line.item ?? line.item}×${(row?.line.quantity ?? dec(line.quantity)).toFixed()}`; }).sort().join(",");
  return {
    order: view.key, placed: order.placed, channel: order.channel, purpose: order.purpose, purchaseOrder: order.purchaseOrder ?? null, billTo: parties.billTo, shipTo: parties.shipTo, content,
    cancelled: tracks.commercial === "cancelled", blanket: order.purpose === "release" ? (order.replaces ?? null) : order.purpose === "blanket" ? view.key : null,
  };
}

/** Asks for a reservation, or acts on one; the account counts what is released and shipped besides (domain reference 1, credit exposure). */
function creditRequest(view: OrderView, money: OrderMoney, gates: Gates, tracks: Tracks): CreditRequest {
  const shipping = money.openQuantity;
  const unbilled = money.unbilledTotal;
  const credit = view.order.payment.method === "terms" && !inAdvance(view);
  const state = !credit || tracks.commercial === "cancelled" || (!shipping && unbilled.isZero()) ? "closed" : !shipping ? "shipped" : gates.creditGranted ? "granted" : "undecided";
  const amount = (value: typeof unbilled) => moneyText(credit ? value : zero, view.currency);
  return {
    order: view.key, placed: view.order.placed, currency: view.currency, state, openValue: amount(money.unreleasedTotal), releasedNotShipped: amount(money.releasedTotal), shippedNotInvoiced: amount(unbilled),
    dueToShip: view.order.requestedShip ?? localDay(view.policy.calendar, view.order.placed),
  };
}
