import { applyCredits, roomForCredits, type CreditOnInvoice } from "../../credit-application";
import { dec, sumOf, zero, type Decimal } from "../../decimal";
import type { Gate } from "../../gate";
import { moneyText } from "../../money";
import type { PlanInput } from "../../plan";
import type { OpenItem } from "../../publications";
import { answered } from "../../standing";
import { partApplied } from "./credited";
import type { Receivable } from "./receivable";
import type { PostedInvoice } from "./standing-invoice";
import type { Unit } from "./unit";

type SettledBy = NonNullable<OpenItem["settledBy"]>;

/** Who settles the invoice and how far, as readers of the open item see it; the unit's own credits are one of them. */
export interface Settled { rows: SettledBy; ownCredits: CreditOnInvoice[] }

/** Asks for the application of the unit's own credits (corrections, adjustments) as far as its invoice is open. */
export function settledBy(input: PlanInput, unit: Unit, posted: PostedInvoice | null, receivable: Receivable, captures: OpenItem["captures"], gate: Gate): Settled {
  if (!posted) return { rows: [], ownCredits: [] };
  const money = (value: Decimal) => moneyText(value, unit.currency);
  const credit = (by: string, wanted: string, amount: string): SettledBy[number] => ({ kind: "credit", by, wanted, amount, writtenOff: money(zero), at: posted.accountingDate, means: null });
  const rows: SettledBy = [
    ...receivable.receipts.map(({ data }) => ({ kind: "receipt" as const, by: data.receipt, wanted: data.wanted, amount: data.applied, writtenOff: data.writtenOff, at: data.receivedOn, means: data.means })),
    ...receivable.returns.map(({ data }) => credit(data.return, data.wanted ?? data.amount, data.amount)),
  ];
  const own = receivable.credits.filter(({ payload }) => dec(payload.total).gt(0));
  if (own.length === 0) return { rows, ownCredits: [] };
  const applied = money(sumOf(own, (row) => partApplied(input, row)));
  const room = roomForCredits({ open: money(receivable.open), settledBy: [...rows, credit(unit.key, applied, applied)], ...(captures ? { captures } : {}) }, unit.key);
  const ownCredits = applyCredits(input, gate, own.map(({ view, payload }) => ({
    slot: view.slot, number: answered(view, "number") ?? view.reference ?? payload.cause, invoice: payload.invoice, free: dec(payload.total), currency: unit.currency, postedAt: view.verifiedAt ?? view.createdAt,
  })), room);
  return { rows: [...rows, credit(unit.key, money(sumOf(ownCredits, ({ wanted }) => wanted)), applied)], ownCredits };
}
