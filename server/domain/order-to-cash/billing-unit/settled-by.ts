import { appliedOf, applyInOrder, roomForCredits, type CreditOnInvoice } from "../../credit-application";
import { dec, sumOf, zero, type Decimal } from "../../decimal";
import type { Gate } from "../../gate";
import { moneyText } from "../../money";
import type { PlanInput } from "../../plan";
import type { OpenItem } from "../../publications";
import { answered } from "../../standing";
import type { Receivable } from "./receivable";
import type { PostedInvoice } from "./standing-invoice";
import type { Unit } from "./unit";

type SettledBy = NonNullable<OpenItem["settledBy"]>;

/** Who settles the invoice and each of its debits and how far, by number, as readers of the open items see it; the unit's own credits are one of them. */
export interface Settled { rows: ReadonlyMap<string, SettledBy>; ownCredits: CreditOnInvoice[] }

/** Asks for the application of the unit's own credits (corrections, adjustments) as far as its invoice is open, then its debits. */
export function settledBy(input: PlanInput, unit: Unit, posted: PostedInvoice | null, receivable: Receivable, captures: OpenItem["captures"], gate: Gate): Settled {
  if (!posted) return { rows: new Map(), ownCredits: [] };
  const money = (value: Decimal) => moneyText(value, unit.currency);
  const credit = (by: string, wanted: string, amount: string): SettledBy[number] => ({ kind: "credit", by, wanted, amount, writtenOff: money(zero), at: posted.accountingDate, means: null });
  const items = [{ number: posted.number, open: receivable.invoiceOpen }, ...receivable.debits.map(({ debit, open }) => ({ number: debit, open }))];
  const others = new Map(items.map(({ number }): [string, SettledBy] => [number, [
    ...receivable.receipts.filter(({ data }) => data.invoice === number).map(({ data }) => ({ kind: "receipt" as const, by: data.receipt, wanted: data.wanted, amount: data.applied, writtenOff: data.writtenOff, at: data.receivedOn, means: data.means })),
    ...receivable.returns.flatMap(({ data }) => (data.invoice === number ? [credit(data.return, data.wanted ?? data.amount, data.amount)] : (data.onDebits ?? []).filter(({ debit }) => debit === number).map((row) => credit(data.return, row.wanted, row.amount)))),
  ]]));
  const own = receivable.credits.filter(({ payload }) => dec(payload.total).gt(0));
  if (own.length === 0) return { rows: others, ownCredits: [] };
  const rooms = items.map(({ number, open }) => {
    const applied = money(sumOf(own, ({ view }) => appliedOf(input, { slot: view.slot, invoice: number })));
    return { invoice: number, room: roomForCredits({ open: money(open), settledBy: [...(others.get(number) ?? []), credit(unit.key, applied, applied)], ...(captures && number === posted.number ? { captures } : {}) }, unit.key) };
  });
  const set = applyInOrder(input, gate, own.map(({ view, payload }) => ({ slot: view.slot, number: answered(view, "number") ?? view.reference ?? payload.cause, free: dec(payload.total), currency: unit.currency, postedAt: view.verifiedAt ?? view.createdAt })), rooms);
  const rows = set.map(({ invoice, credits }): [string, SettledBy] => [invoice, [...(others.get(invoice) ?? []), credit(unit.key, money(sumOf(credits, ({ wanted }) => wanted)), money(sumOf(credits, ({ applied }) => applied)))]]);
  return { rows: new Map(rows), ownCredits: set.flatMap(({ credits }) => credits) };
}
