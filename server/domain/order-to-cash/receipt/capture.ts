import type { Captured } from "../../captured";
import { dec, max, positive, sumOf, zero, type Decimal } from "../../decimal";
import { allOf, ofType } from "../../facts";
import { moneyText } from "../../money";
import type { PlanInput, Publication } from "../../plan";
import type { CaptureReceipt, ReceiptApplication } from "../../publications";
import { refundStanding } from "../../refund-word";
import { asked, hasLeft, viewsOf } from "../../standing";
import { providerRefunds } from "./provider-refunds";
import { itemsNamed, type Receipt } from "./receipt";

/** The capture that a card receipt is the money of, and the billing unit that took it. */
export interface OwnCapture { captured: Captured; unit: string }

/**
 * Found by its number: most providers tell of card money under the capture's own. Where a source has numbers of its own it is one
 * taken on the receipt's authorisation, or, where it names none, one of its amount: of several that of its order, then that of
 * the invoice that it pays, then that of the nearest amount. Several that fit as well are all of them: what left counts against each, so that
 * no card is given more than stayed, and a credit that finds no room is set against the invoice.
 */
export function capturesOf(input: PlanInput, receipt: Receipt): OwnCapture[] {
  const { data } = receipt;
  if (data.means !== "card") return [];
  const all = itemsNamed(input, data).flatMap(({ unit, invoice, captures = [] }) => captures.map((captured) => ({ captured, unit, invoice })));
  const own = all.filter(({ captured }) => captured.capture === data.receipt);
  if (own.length > 0) return own;
  const ours = all.filter(({ captured }) => !captured.charged);
  const paid = new Set([...data.remittance.map(({ document }) => document), ...viewsOf(input.commands, "apply_receipt").filter(hasLeft).map(({ slot }) => slot)]);
  const distance = ({ captured }: OwnCapture): Decimal => dec(captured.amount).minus(data.amount).abs();
  const fit = ours.filter((row) => (data.authorisation === undefined ? distance(row).isZero() : row.captured.authorisation === data.authorisation));
  const ofOrder = narrowed(fit, ({ captured }) => data.order !== undefined && captured.order === data.order), ofInvoice = narrowed(ofOrder, ({ invoice }) => paid.has(invoice));
  const nearest = ofInvoice.map(distance).sort((a, b) => a.cmp(b))[0];
  return ofInvoice.filter((row) => nearest !== undefined && distance(row).eq(nearest));
}
const narrowed = <T>(rows: readonly T[], test: (row: T) => boolean): readonly T[] => (rows.some(test) ? rows.filter(test) : rows);

/** Card money that was taken past us, by the shop or on the telephone: no capture of ours is of it, and it goes back by its own number. */
export const isCharge = ({ data }: Receipt, own: readonly OwnCapture[]): boolean => data.means === "card" && own.every(({ captured }) => captured.charged);

/** All that ever came of it, as far as it is not for other invoices. */
export const chargeFor = (input: PlanInput, receipt: Receipt, elsewhere: Decimal): NonNullable<ReceiptApplication["charge"]> => ({
  capture: receipt.data.receipt, ...(receipt.data.order === undefined ? {} : { order: receipt.data.order }), amount: moneyText(positive(receipt.told.plus(lowered(input, receipt)).minus(elsewhere)), receipt.data.currency),
});

/** By how much its source lowered what it first said. */
const lowered = (input: PlanInput, { source, number, told }: Receipt): Decimal =>
  positive(allOf(input.facts, "receipt.recorded").filter((row) => row.source === source && row.document === number).reduce((most, { data }) => max(most, dec(data.amount)), told).minus(told));

/** What went back out of this receipt, or is on its way, by its own refunds to the card and by the provider itself. */
export function goneBack(input: PlanInput, { data }: Receipt): Decimal {
  const own = viewsOf(input.commands, "refund_payment").filter((view) => hasLeft(view) && asked(view, "capture") !== null);
  const { refunds, waiting } = providerRefunds(input);
  return sumOf(own, (view) => refundStanding(input, view).given).plus(sumOf([...refunds, ...waiting].filter(({ currency }) => currency === data.currency), ({ amount }) => amount));
}

/** Tells the unit once anything ever bounced, was lowered, or was or is to be given back. `wished`: what a person wants to go back to the card and has not left. */
export function tellOfCaptures(input: PlanInput, receipt: Receipt, own: readonly OwnCapture[], wished: Decimal): Publication[] {
  const { data, number } = receipt, less = lowered(input, receipt);
  const quiet = receipt.refunds.length === 0 && less.isZero() && ofType(input.facts, "refund.settled").length === 0 && viewsOf(input.commands, "refund_payment").length === 0 && !allOf(input.facts, "receipt.recorded").some((row) => row.data.reversed);
  if (quiet) return [];
  return own.map(({ captured: { capture, amount }, unit }): Publication => {
    const refunded = (data.reversed ? zero : wished).plus(goneBack(input, receipt)), gone = (data.reversed ? dec(amount) : less).plus(refunded);
    return { topic: "capture.receipt", key: own.length === 1 ? number : `${number}/${capture}`, to: { entity: input.subject.entity, kind: "billing_unit", key: unit }, data: { receipt: number, capture, gone: moneyText(gone, data.currency), ...(refunded.isZero() ? {} : { refunded: moneyText(refunded, data.currency) }) } satisfies CaptureReceipt };
  });
}
