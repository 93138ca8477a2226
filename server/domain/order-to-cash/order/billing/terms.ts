import { localDay } from "../../../calendar";
import { dec, sumOf, zero, type Decimal } from "../../../decimal";
import type { OrderCaptured } from "../../../contracts/order";
import { moneyText } from "../../../money";
import { termsOf } from "../../../payment-terms";
import { modeFor } from "../../../policy";
import type { BillingTerms, FoundInvoice } from "../../../publications";
import { certificateCovers } from "../parties";
import { foreignAuthorisation, purchaseOrderMissing, receiptsInHand } from "../gates/order-holds";
import type { OrderView } from "../view";
import type { BilledPart } from "./amounts";
import { cameBack } from "../stranded";
import { partiesFor } from "./billed-to";
import { orderCharges, type OrderCharge } from "./charges";
import { postedCredits } from "./credits";
import { estimatedTax, taxOfNet } from "./line-tax";
import { returnedShare, returnedWorth } from "./returned-share";
import { versionAt } from "../record";
import { priceEffect } from "./history";
import { unitCharges, unitNet, type UnitPlan } from "./units";

/** What the order tells a billing unit: its whole part in it, cumulative, with all that the invoice needs. */
export function billingTerms(view: OrderView, plan: UnitPlan, found: readonly FoundInvoice[] = [], promised: ReadonlyMap<string, Decimal> = new Map()): BillingTerms {
  const { order, currency, policy, record } = view;
  const parties = partiesFor(view, plan.state?.billedTo);
  const { shipment } = plan;
  const master = parties.billMaster ?? parties.master;
  const due = termsOf(policy, parties.terms, order.placed);
  const lines = plan.lines.map((row) => termsLine(view, row, promised.get(row.key)));
  return {
    order: view.key, orderVersion: order.version, customer: parties.customer, customerName: parties.master?.name ?? parties.customer, billTo: parties.billTo, payer: parties.payer,
    creditAccount: parties.creditAccount, shipTo: order.shipToAddress, currency, terms: parties.terms, dueDays: due?.days ?? null, dueEndOfMonth: due?.endOfMonth ?? false, ...(due?.discount ? { discount: due.discount } : {}),
    channel: order.channel, purchaseOrder: order.purchaseOrder ?? null, shipment: shipment.shipment, shippedAt: shipment.shippedAt, trigger: policy.billingTrigger,
    deliveredAt: shipment.delivery?.state === "delivered" ? shipment.delivery.at : null, expectedDelivery: shipment.expectedDelivery ?? null, titleTransfer: order.titleTransfer, placedAt: order.placed,
    paymentMethod: order.payment.method, authorisations: authorisationsOf(view, plan.unit), ...foreignOf(view), ...depositsOf(view), taxExempt: master?.taxExempt ?? false,
    certificateCovers: certificateCovers(master, order, localDay(policy.calendar, shipment.shippedAt || order.placed)), approvalLimit: master?.approvalLimit ?? null,
    changedAfterRelease: changedAfterRelease(view, plan), customerBlocked: parties.master?.state === "blocked" || parties.billMaster?.state === "blocked",
    purchaseOrderMissing: purchaseOrderMissing(view), lines,
    charges: plan.charges.map(({ charge, order: from, amount, taxCategory, pending, back }) => ({ charge, order: from, amount: moneyText(dec(amount), currency), taxCategory, ...(pending ? { pending } : {}), ...(back === undefined ? {} : { back: moneyText(dec(back), currency) }) })),
    estimate: view.estimate.comparable === null ? null : {
      taxDate: view.estimate.comparable.taxDate,
      total: moneyText(sumOf(lines, (line) => dec(line.estimatedTax)).plus(sumOf(plan.charges, (charge) => charge.estimatedTax)), currency),
      jurisdictions: view.estimate.comparable.jurisdictions.map(({ jurisdiction, rate }) => ({ jurisdiction, rate })),
    },
    ...(found.length > 0 ? { found: [...found] } : {}),
    mode: modeFor(policy, "finance", "invoice", shipment.shippedAt || record.receivedAt),
  };
}

function termsLine(view: OrderView, row: BilledPart, promised: Decimal | undefined): BillingTerms["lines"][number] {
  const { line } = row;
  const currency = view.currency, share = returnedShare(view, row);
  return {
    key: row.key, order: view.key, line: line.id, shipmentLine: row.key.split("/").at(-1) ?? "", ...goodsNamed(view, row), method: line.source.method, quantity: row.quantity.toFixed(), price: line.free ? "0" : line.source.price, priceUnit: line.priceUnit.toFixed(),
    weight: row.part?.weight?.toFixed() ?? null, net: moneyText(row.net.plus(share), currency), discount: moneyText(row.discount, currency), estimatedTax: moneyText(estimatedTax(view, row), currency), ...comparableTax(view, row),
    free: line.free, freeReason: line.source.freeReason ?? null, ...returnedPart(view, row), ...(promised ? { promised: promised.toFixed() } : {}),
  };
}

/** The goods that left, by their own name: a substitute's, or what the line ordered before it was changed. */
function goodsNamed(view: OrderView, { line, part }: BilledPart): Pick<BillingTerms["lines"][number], "item" | "description" | "taxCategory"> {
  const item = part?.item ?? line.item, master = item === line.item ? line.master : (view.book.item(item) ?? line.master);
  return { item, description: item === line.item ? line.description : (view.book.item(item)?.description ?? item), taxCategory: master?.taxCategory ?? "goods" };
}

function returnedPart(view: OrderView, row: BilledPart): Pick<BillingTerms["lines"][number], "returned"> {
  const quantity = cameBack(row), found = view.byId.get(row.line.id);
  if (quantity.isZero() || !found || row.line.nominalWeight !== null) return {};
  if (found.billing.later && row.frozen) return { returned: { quantity: quantity.toFixed(), net: moneyText(postedCredits(row.frozen.state, row.key, ["return"]).net, view.currency) } };
  return { returned: { quantity: quantity.toFixed(), net: moneyText(returnedWorth(found, row), view.currency) } };
}

/** The estimate of what a part is billed at, where that is not what it would be by the line's rule. */
function comparableTax(view: OrderView, row: BilledPart): Pick<BillingTerms["lines"][number], "comparableTax"> {
  return row.nominalNet.isZero() || row.net.eq(row.nominalNet) ? {} : { comparableTax: moneyText(taxOfNet(view, row), view.currency) };
}

/** What each authorisation has left for one unit, other orders' captures and what was taken on it past us off: what the unit took of it itself, it knows first. */
function authorisationsOf(view: OrderView, unit: string): BillingTerms["authorisations"] {
  const pastUs = view.record.receipts.map(({ authorisation, received }) => ({ authorisation, amount: received }));
  const elsewhere = [...view.record.states.filter((state) => state.unit !== unit).flatMap(({ capturedOn = [] }) => capturedOn), ...pastUs];
  const standing = view.record.authorisations.filter(({ state, currency }) => state === "authorised" && currency === view.currency);
  return standing.sort((a, b) => (a.expires ?? "~").localeCompare(b.expires ?? "~") || a.at.localeCompare(b.at) || a.authorisation.localeCompare(b.authorisation)).map(({ authorisation, amount, expires, others }) => ({
    reference: authorisation, expires: expires ?? null,
    left: moneyText(dec(amount).minus(sumOf([...elsewhere.filter((row) => row.authorisation === authorisation), ...others.filter((row) => row.unit !== unit)], (row) => dec(row.amount))), view.currency),
  }));
}

function foreignOf(view: OrderView): Pick<BillingTerms, "foreignAuthorisation"> {
  const found = foreignAuthorisation(view);
  return found ? { foreignAuthorisation: { reference: found.authorisation, currency: found.currency } } : {};
}

/** Receipts that are kept for invoices of the order. */
function depositsOf(view: OrderView): Pick<BillingTerms, "deposits"> {
  const deposits = receiptsInHand(view).flatMap(({ receipt, deposit = "0" }) => (dec(deposit).gt(0) ? [{ receipt, amount: deposit }] : []));
  return deposits.length > 0 ? { deposits } : {};
}

/** Terms under which this unit's goods were released, where they differ now: the invoice waits for a person (2.8, S04). */
function changedAfterRelease(view: OrderView, plan: UnitPlan): BillingTerms["changedAfterRelease"] {
  if (view.record.versions.length < 2 || plan.lines.length + plan.charges.length === 0) return null;
  const released = releasedVersion(view, plan);
  if (!released || released.version === view.order.version) return null;
  const before = released.data, now = view.order;
  const values = view.history.valuesIn(released);
  const moved = sumOf(plan.lines, (row) => {
    const then = values.get(row.line.id), value = view.byId.get(row.line.id)?.value;
    return then && value ? priceEffect(value, then, row.from, row.from.plus(row.quantity), view.currency) : zero;
  });
  const charged = chargeChanges(view, plan, before);
  const what: NonNullable<BillingTerms["changedAfterRelease"]>["what"] = [];
  if (!moved.isZero()) what.push("price");
  if (charged.length > 0) what.push("charge");
  if (before.parties.billTo !== now.parties.billTo || before.parties.payer !== now.parties.payer) what.push("bill_to");
  if (before.terms !== now.terms) what.push("terms");
  if (what.length === 0) return null;
  const after = unitNet(plan).plus(unitCharges(plan));
  return { what, before: moneyText(after.minus(moved).minus(sumOf(charged, (amount) => amount)), view.currency), after: moneyText(after, view.currency) };
}

/** By how much each charge moved that this unit carries, or would carry by the version that released its goods. */
function chargeChanges(view: OrderView, plan: UnitPlan, before: OrderCaptured): Decimal[] {
  const then = orderCharges(before, view.record.source, view.book).charges;
  const ordered = (charges: readonly OrderCharge[], name: string) => sumOf(charges.filter(({ charge }) => charge === name), (charge) => charge.ordered);
  const here = (name: string) => plan.charges.some(({ charge }) => charge === name) || then.some(({ charge, billing }) => charge === name && billing !== "first_invoice")
    || !view.record.states.some(({ frozen, charges }) => frozen && charges.some(({ charge, order }) => charge === name && order === view.key));
  return [...new Set([...then, ...view.charges].map(({ charge }) => charge))].filter(here).map((name) => ordered(view.charges, name).minus(ordered(then, name))).filter((change) => !change.isZero());
}

/** The oldest version under which goods of this unit left our hands; where it has charges alone, goods of the order. */
function releasedVersion(view: OrderView, plan: UnitPlan) {
  const lines = plan.lines.length > 0 ? plan.lines : view.lines;
  const keys = new Set(lines.flatMap((row) => row.line.goods.map((goods) => goods.key)));
  const times = view.requests.filter((request) => request.state === "live" && [...request.lines.keys()].some((key) => keys.has(key))).map((request) => request.releasedAt);
  const first = times.sort()[0];
  return first === undefined ? null : versionAt(view.record.versions, first);
}
