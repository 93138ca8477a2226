import type { Captured } from "../../captured";
import { dec, sumOf, type Decimal } from "../../decimal";
import { allOf, ofType } from "../../facts";
import { moneyText } from "../../money";
import type { PlanInput, Publication } from "../../plan";
import type { CaptureReceipt } from "../../publications";
import { refundStanding } from "../../refund-word";
import { asked, hasLeft, viewsOf } from "../../standing";
import { providerRefunds } from "./provider-refunds";
import { itemsNamed, type Receipt } from "./receipt";

/** The capture that a card receipt is the money of, and the billing unit that took it. */
export interface OwnCapture { captured: Captured; unit: string }

/**
 * Found by its number: most providers tell of card money under the capture's own. Where a source has numbers of its own it is the
 * one taken on the receipt's authorisation for that amount, or, where it names none, of the invoices that it is for. Two that
 * fit as well are none: then nothing that left is counted against either.
 */
export function captureOf(input: PlanInput, receipt: Receipt): OwnCapture | null {
  const { data } = receipt;
  if (data.means !== "card") return null;
  const all = itemsNamed(input, data).flatMap(({ unit, captures = [] }) => captures.map((captured): OwnCapture => ({ captured, unit })));
  const own = all.find(({ captured }) => captured.capture === data.receipt);
  const alike = all.filter(({ captured }) => dec(captured.amount).eq(data.amount) && (data.authorisation === undefined || captured.authorisation === data.authorisation));
  return own ?? (alike.length === 1 ? alike[0] ?? null : null);
}

/** What went back out of this receipt, or is on its way, by its own refunds to the card and by the provider itself. */
export function goneBack(input: PlanInput, { data }: Receipt): Decimal {
  const own = viewsOf(input.commands, "refund_payment").filter((view) => hasLeft(view) && asked(view, "capture") !== null);
  const { refunds, waiting } = providerRefunds(input);
  return sumOf(own, (view) => refundStanding(input, view).given).plus(sumOf([...refunds, ...waiting].filter(({ currency }) => currency === data.currency), ({ amount }) => amount));
}

/** Tells the unit once anything ever bounced, or was or is to be given back. `wished`: what a person wants to go back to the card and has not left. */
export function tellOfCapture(input: PlanInput, receipt: Receipt, own: OwnCapture | null, wished: Decimal): Publication[] {
  const { data, number } = receipt;
  const quiet = receipt.refunds.length === 0 && ofType(input.facts, "refund.settled").length === 0 && viewsOf(input.commands, "refund_payment").length === 0 && !allOf(input.facts, "receipt.recorded").some((row) => row.data.reversed);
  if (!own || quiet) return [];
  const { captured: { capture, amount }, unit } = own;
  const gone = (data.reversed ? dec(amount) : wished).plus(goneBack(input, receipt));
  return [{ topic: "capture.receipt", key: number, to: { entity: input.subject.entity, kind: "billing_unit", key: unit }, data: { receipt: number, capture, gone: moneyText(gone, data.currency) } satisfies CaptureReceipt }];
}
