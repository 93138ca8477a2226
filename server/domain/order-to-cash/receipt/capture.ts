import type { Captured } from "../../captured";
import { dec, max, min, positive, sumOf, zero, type Decimal } from "../../decimal";
import { allOf, ofType } from "../../facts";
import { minorUnit, moneyText, type Currency } from "../../money";
import type { PlanInput, Publication } from "../../plan";
import type { CaptureReceipt, ReceiptApplication } from "../../publications";
import { refundStanding } from "../../refund-word";
import { asked, hasLeft, viewsOf } from "../../standing";
import { providerRefunds } from "./provider-refunds";
import { itemsNamed, type Receipt } from "./receipt";

/** The capture that a card receipt is the money of, and the billing unit that took it. */
export interface OwnCapture { captured: Captured; unit: string; currency: Currency }

/**
 * Found by its number: most providers tell of card money under the capture's own. Where a source has numbers of its own it is one
 * taken on the receipt's authorisation, or, where it names none, one of its amount: of several that of its order, then that of
 * the invoice that it pays, then that of the nearest amount. What came of an order's captures together may be told as one receipt: it is
 * that of each. Several that fit as well are all of them: what left counts against each, so that
 * no card is given more than stayed, and a credit that finds no room is set against the invoice.
 */
export function capturesOf(input: PlanInput, receipt: Receipt): OwnCapture[] {
  const { data } = receipt, all = itemsNamed(input, data).flatMap(({ unit, invoice, currency, captures = [] }) => captures.map((captured) => ({ captured, unit, invoice, currency })));
  const own = all.filter(({ captured }) => captured.capture === data.receipt);
  if (own.length > 0 || data.means !== "card") return own;
  const amount = mostTold(input, receipt), ours = all.filter(({ captured }) => !captured.charged), isOfOrder = ({ captured }: OwnCapture) => data.order !== undefined && captured.order === data.order;
  const distance = ({ captured }: OwnCapture): Decimal => dec(captured.amount).minus(amount).abs();
  const onIt = ours.filter(({ captured }) => data.authorisation !== undefined && captured.authorisation === data.authorisation), alike = data.authorisation === undefined ? ours.filter((row) => distance(row).isZero()) : onIt;
  const fit = narrowed(alike, isOfOrder), together = data.authorisation === undefined ? ours.filter(isOfOrder) : fit;
  if (isTogether(amount, data.currency, together) && (data.authorisation !== undefined || amount.eq(sumOf(together, ({ captured }) => dec(captured.amount))))) return [...together];
  const paid = new Set([...data.remittance.map(({ document }) => document), ...viewsOf(input.commands, "apply_receipt").filter(hasLeft).map(({ slot }) => slot)]);
  const ofInvoice = narrowed(fit, ({ invoice }) => paid.has(invoice)), nearest = ofInvoice.map(distance).sort((a, b) => a.cmp(b))[0];
  return ofInvoice.filter((row) => nearest !== undefined && distance(row).eq(nearest));
}
/** More came than any one of them is. */
const isTogether = (amount: Decimal, currency: string, captures: readonly OwnCapture[]): boolean => captures.length > 1 && captures.every(({ captured }) => amount.minus(captured.amount).gt(minorUnit(currency)));

const narrowed = <T>(rows: readonly T[], test: (row: T) => boolean): readonly T[] => (rows.some(test) ? rows.filter(test) : rows);

/** Card money that was taken past us, by the shop or on the telephone: no capture of ours is of it, and it goes back by its own number. */
export const isCharge = ({ data }: Receipt, own: readonly OwnCapture[]): boolean => data.means === "card" && own.every(({ captured }) => captured.charged);

/** All that ever came of it, as far as it is not for other invoices. */
export const chargeFor = (input: PlanInput, receipt: Receipt, elsewhere: Decimal): NonNullable<ReceiptApplication["charge"]> => ({
  capture: receipt.data.receipt, ...(receipt.data.order === undefined ? {} : { order: receipt.data.order }), amount: moneyText(positive(receipt.told.plus(lowered(input, receipt)).minus(elsewhere)), receipt.data.currency),
});

/** The most that its source ever said, of one currency. */
const mostTold = (input: PlanInput, { source, number, told, data }: Receipt): Decimal =>
  allOf(input.facts, "receipt.recorded").filter((row) => row.source === source && row.document === number && row.data.currency === data.currency).reduce((most, row) => max(most, dec(row.data.amount)), data.reversed ? dec(data.amount) : told);

/** By how much its source lowered what it first said. */
const lowered = (input: PlanInput, receipt: Receipt): Decimal => positive(mostTold(input, receipt).minus(receipt.told));

/** What its provider took back of what it had settled of an invoice. */
export const lostFor = (input: PlanInput, receipt: Receipt, invoice: string): Decimal =>
  min(lowered(input, receipt), sumOf(viewsOf(input.commands, "reverse_application", invoice).filter(({ state }) => state === "confirmed"), (view) => dec(asked(view, "amount") ?? "0")));

/** What went back out of this receipt, or is on its way, by its own refunds to the card and by the provider itself. */
export function goneBack(input: PlanInput, { data }: Receipt): Decimal {
  const own = viewsOf(input.commands, "refund_payment").filter((view) => hasLeft(view) && asked(view, "capture") !== null);
  const { refunds, waiting } = providerRefunds(input);
  return sumOf(own, (view) => refundStanding(input, view).given).plus(sumOf([...refunds, ...waiting].filter(({ currency }) => currency === data.currency), ({ amount }) => amount));
}

/** What goes back of the same card money for other invoices that it pays; of what is only wanted, of those before. */
const elsewhere = (own: readonly OwnCapture[], index: number): Decimal => sumOf(own.flatMap(({ captured: { capture, back = [] } }, place) => (place === index || capture !== own[index]?.captured.capture ? [] : back.map((row) => dec(place < index ? row.wanted : row.amount)))), (amount) => amount);

/** Tells the unit once anything ever bounced, was lowered or came in another currency after all, or was or is to be given back. `wished`: what a person wants to go back to the card and has not left. */
export function tellOfCaptures(input: PlanInput, receipt: Receipt, own: readonly OwnCapture[], wished: Decimal): Publication[] {
  const { data, number } = receipt, less = lowered(input, receipt), isNone = ({ currency }: OwnCapture) => data.reversed || (receipt.correction?.to ?? data).currency !== currency;
  const quiet = receipt.refunds.length === 0 && less.isZero() && !own.some(isNone) && own.every((_, index) => elsewhere(own, index).isZero()) && ofType(input.facts, "refund.settled").length === 0 && viewsOf(input.commands, "refund_payment").length === 0 && !allOf(input.facts, "receipt.recorded").some((row) => row.data.reversed);
  if (quiet) return [];
  const refunds = (data.reversed ? zero : wished).plus(goneBack(input, receipt)), parts = isTogether(mostTold(input, receipt), data.currency, own);
  // Of several that it is the money of together, what left is of the last first, as the ledger takes it off their invoices.
  let left = { less, refunds };
  const shares = parts ? own.toReversed().map(({ captured }) => {
    const off = min(left.less, dec(captured.amount)), back = min(left.refunds, dec(captured.amount).minus(off));
    left = { less: left.less.minus(off), refunds: left.refunds.minus(back) };
    return { less: off, refunds: back };
  }).reverse() : [];
  return own.map((row, index): Publication => {
    const { captured: { capture, amount }, unit } = row, { less: off, refunds: refunded } = shares[index] ?? { less, refunds }, gone = (isNone(row) ? dec(amount) : off).plus(refunded), inAll = refunded.plus(elsewhere(own, index));
    return { topic: "capture.receipt", key: own.length === 1 ? number : `${number}/${capture}`, to: { entity: input.subject.entity, kind: "billing_unit", key: unit }, data: { receipt: number, capture, gone: moneyText(gone, data.currency), ...(inAll.isZero() ? {} : { refunded: moneyText(inAll, data.currency) }) } satisfies CaptureReceipt };
  });
}
