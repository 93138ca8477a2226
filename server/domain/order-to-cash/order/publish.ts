import { dec, sumOf, zero } from "../../decimal";
import { localDay } from "../../calendar";
import type { Publication } from "../../plan";
import type { BillingState, CreditRequest, OrderServed, PurchaseOrderRegistered, ReturnBasis } from "../../publications";
import { moneyText } from "../../money";
import type { SubjectKind } from "../../subject";
import { billingTerms } from "./billing/terms";
import type { OrderMoney } from "./books/money";
import type { Gates } from "./gates/approve";
import { inAdvance } from "./gates/order-holds";
import type { Tracks } from "./tracks";
import type { OrderView } from "./view";

/** What the order tells the shipment, its credit account, the bill-to account, billing units and returns. */
export function publicationsOf(view: OrderView, money: OrderMoney, gates: Gates, tracks: Tracks): Publication[] {
  const entity = view.policy.entity;
  const told: Publication[] = [];
  const tell = (topic: string, kind: SubjectKind, to: string, data: unknown) => told.push({ topic, key: view.key, to: { entity, kind, key: to }, data });
  for (const { data } of view.record.shipments) tell("order.served", "shipment", data.shipment, served(view));
  const known = view.headerProblems.length === 0;
  if (known) tell("purchase_order.registered", "bill_to_account", view.parties.billTo, registered(view, tracks));
  if (known && gates.validated && !view.observing) tell("credit.request", "credit_account", view.parties.creditAccount, creditRequest(view, money, gates, tracks));
  for (const unit of money.units) if (unit.lines.length > 0 || unit.state) tell("billing.terms", "billing_unit", unit.unit, billingTerms(view, unit));
  for (const entry of view.record.returns) tell("return.basis", "return", entry.return, returnBasis(view, money));
  return told;
}

function served(view: OrderView): OrderServed {
  return {
    order: view.key, customer: view.parties.customer, customerName: view.parties.master?.name ?? view.parties.customer, channel: view.order.channel, purchaseOrder: view.order.purchaseOrder ?? null,
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

/** What may still be credited for returned goods: posted invoice lines, oldest invoice first, less what was credited. */
function returnBasis(view: OrderView, money: OrderMoney): ReturnBasis {
  const { parties, order } = view;
  const posted = money.units.filter((unit) => unit.state?.invoice).sort((a, b) => (a.state?.invoice?.postedAt ?? "").localeCompare(b.state?.invoice?.postedAt ?? "") || a.unit.localeCompare(b.unit));
  return {
    order: view.key, currency: view.currency, billTo: parties.billTo, payer: parties.payer, customerName: parties.master?.name ?? parties.customer, creditAccount: parties.creditAccount,
    taxState: order.shipToAddress.state ?? null, paymentMethod: order.payment.method,
    billed: posted.flatMap((unit) => unit.lines.flatMap((row) => (row.frozen && row.frozen.quantity.gt(0) ? [basisLine(view, unit.state as BillingState, row.key, row)] : []))),
  };
}

function basisLine(view: OrderView, state: BillingState, key: string, row: OrderMoney["units"][number]["lines"][number]): ReturnBasis["billed"][number] {
  const credits = state.credits.filter((credit) => credit.posted && credit.class !== "allowance").flatMap((credit) => credit.lines.filter((line) => line.key === key));
  const sum = (pick: (line: (typeof credits)[number]) => string) => sumOf(credits, (line) => dec(pick(line)));
  return {
    unit: state.unit, invoice: state.invoice?.number ?? "", accountingDate: state.invoice?.accountingDate ?? "", taxDocument: `${state.unit}#${state.invoice?.revision ?? 1}`, line: row.line.id, key, item: row.part?.item ?? row.line.item,
    quantity: (row.frozen?.quantity ?? zero).toFixed(), net: moneyText(row.frozen?.net ?? zero, view.currency), tax: moneyText(row.frozen?.tax ?? zero, view.currency),
    creditedQuantity: sum((line) => line.quantity).toFixed(), creditedNet: moneyText(sum((line) => line.net), view.currency), creditedTax: moneyText(sum((line) => line.tax), view.currency),
    price: row.line.source.price, taxCategory: row.line.master?.taxCategory ?? "goods",
  };
}
