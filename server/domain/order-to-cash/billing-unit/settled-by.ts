import type { Captured } from "../../captured";
import { giveBack, refundedOf } from "../../card-refund";
import { appliedOf, applyInOrder, leftOf, postedCredit, roomForCredits, type CreditOnInvoice } from "../../credit-application";
import { dec, min, positive, sumOf, zero, type Decimal } from "../../decimal";
import { publishedOf } from "../../facts";
import type { Gate } from "../../gate";
import { moneyText } from "../../money";
import type { ExceptionFinding, PlanInput } from "../../plan";
import type { CaptureReceipt, CardMoneyBack, OpenItem } from "../../publications";
import type { FollowUp } from "./follow-up";
import type { Receivable } from "./receivable";
import type { PostedInvoice } from "./standing-invoice";
import type { Unit } from "./unit";

type SettledBy = NonNullable<OpenItem["settledBy"]>;

/** Who settles the invoice and each of its debits and how far, by number, as readers of the open items see it; the unit's own credits are one of them. */
export interface Settled { rows: ReadonlyMap<string, SettledBy>; ownCredits: CreditOnInvoice[]; /** Card money taken for the invoice, and what of it goes back. */ captures: Captured[]; /** Of the own credits, by the provider's word. */ refunded: Decimal; exceptions: ExceptionFinding[] }

/** Asks for the application of the unit's own credits (corrections, adjustments) as far as its invoice is open, then its debits; the rest goes back to the card, as a return's does (2.7). */
export function settledBy(input: PlanInput, unit: Unit, posted: PostedInvoice | null, receivable: Receivable, captured: FollowUp["captures"], gate: Gate): Settled {
  const money = (value: Decimal) => moneyText(value, unit.currency);
  const taken = [...captured, ...chargesOn(posted, receivable, captured)].map((row): Captured => ({ ...row, ...leftOutOf(input, row.capture, money) }));
  if (!posted) return { rows: new Map(), ownCredits: [], captures: taken, refunded: zero, exceptions: [] };
  const credit = (by: string, wanted: string, amount: string): SettledBy[number] => ({ kind: "credit", by, wanted, amount, writtenOff: money(zero), at: posted.accountingDate, means: null });
  const items = [{ number: posted.number, open: receivable.invoiceOpen }, ...receivable.debits.map(({ debit, open }) => ({ number: debit, open }))];
  const others = new Map(items.map(({ number }): [string, SettledBy] => [number, [
    ...receivable.receipts.filter(({ data }) => data.invoice === number).map(({ data }) => ({ kind: "receipt" as const, by: data.receipt, wanted: data.wanted, amount: data.applied, writtenOff: data.writtenOff, at: data.receivedOn, means: data.means })),
    ...receivable.returns.flatMap(({ data }) => (data.invoice === number ? [credit(data.return, data.wanted ?? data.amount, data.amount)] : (data.onDebits ?? []).filter(({ debit }) => debit === number).map((row) => credit(data.return, row.wanted, row.amount)))),
  ]]));
  const ofReturns = receivable.returns.flatMap(({ data }) => data.back ?? []), captures = withBack(taken, ofReturns);
  const own = receivable.credits.filter(({ payload }) => dec(payload.total).gt(0)).map((row) => postedCredit(input, row));
  if (own.length === 0) return { rows: others, ownCredits: [], captures, refunded: zero, exceptions: [] };
  const rooms = items.map(({ number, open }) => {
    const applied = money(sumOf(own, ({ slot }) => appliedOf(input, { slot, invoice: number })));
    return { invoice: number, room: roomForCredits({ open: money(open), settledBy: [...(others.get(number) ?? []), credit(unit.key, applied, applied)], ...(number === posted.number ? { captures } : {}) }, unit.key) };
  });
  const set = applyInOrder(input, gate, own, rooms);
  const { exceptions, back } = giveBack(input, gate, { by: unit.key, what: `a credit on ${posted.number}` }, leftOf(own, set), () => ({ settledBy: others.get(posted.number) ?? [], captures }));
  const rows = set.map(({ invoice, credits }): [string, SettledBy] => [invoice, [...(others.get(invoice) ?? []), credit(unit.key, money(sumOf(credits, ({ wanted }) => wanted)), money(sumOf(credits, ({ applied }) => applied)))]]);
  return { rows: new Map(rows), ownCredits: set.flatMap(({ credits }) => credits), captures: withBack(taken, [...ofReturns, ...back]), refunded: refundedOf(input, own.map(({ slot }) => slot)), exceptions };
}

/** Card money of receipts that pay the invoice and was taken past us: beside captures of ours what these leave of the invoice, whatever else came by card. */
function chargesOn(posted: PostedInvoice | null, { receipts }: Receivable, captured: FollowUp["captures"]): Captured[] {
  const charges = receipts.flatMap(({ data: { invoice, charge, currency } }) => (charge && invoice === posted?.number ? [{ ...charge, currency }] : []));
  let left = posted && captured.length > 0 ? positive(posted.total.minus(sumOf(captured, ({ amount }) => dec(amount)))) : null;
  return charges.flatMap(({ currency, lost: _, ...charge }): Captured[] => {
    const amount = left === null ? dec(charge.amount) : min(left, dec(charge.amount));
    left = left === null ? null : left.minus(amount);
    return amount.isZero() && captured.length > 0 ? [] : [{ ...charge, amount: moneyText(amount, currency), charged: true }];
  });
}

/** What of a capture left out of its receipts. */
function leftOutOf(input: Pick<PlanInput, "facts">, capture: string, money: (value: Decimal) => string): Pick<Captured, "gone" | "refunded"> {
  const rows = publishedOf<CaptureReceipt>(input.facts, "capture.receipt").map(({ data }) => data).filter((row) => row.capture === capture);
  const gone = sumOf(rows, (row) => dec(row.gone)), refunded = sumOf(rows, (row) => dec(row.refunded ?? "0"));
  return { ...(gone.isZero() ? {} : { gone: money(gone) }), ...(refunded.isZero() ? {} : { refunded: money(refunded) }) };
}

function withBack(captures: readonly Captured[], back: readonly (CardMoneyBack & { capture: string })[]): Captured[] {
  return captures.map((row) => {
    const rows = back.filter(({ capture }) => capture === row.capture).map(({ by, wanted, amount }) => ({ by, wanted, amount }));
    return rows.length > 0 ? { ...row, back: rows } : row;
  });
}
