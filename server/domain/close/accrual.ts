import { dec, sumOf, type DecimalString } from "../decimal";
import { addDays, type Day } from "../instant";
import { moneyText } from "../money";
import type { UnbilledShipment } from "./unbilled";

/** Where an accrual stands, by what the account is for: which number that has is the chart of the ledger. */
export const accrualAccounts = { unbilled: "Unbilled receivables", revenue: "Revenue, shipped not invoiced" } as const;
export interface EntryLine { day: Day; account: (typeof accrualAccounts)[keyof typeof accrualAccounts]; debit: DecimalString; credit: DecimalString; currency: string; text: string }

/**
 * The proposed entry, one pair for each currency: revenue of what had passed to the customer by `day` and is on no invoice of it, taken back on the day after,
 * on which the invoice itself comes. Debits are credits, by day and currency. It is booked in the ledger by whoever keeps it: nothing is sent from here.
 */
export function accrualEntry(rows: readonly UnbilledShipment[], day: Day, of: { entity: string; period: string }): EntryLine[] {
  const currencies = [...Map.groupBy(rows, ({ currency }) => currency)].sort(([a], [b]) => a.localeCompare(b));
  return currencies.flatMap(([currency, mine]) => {
    const amount = sumOf(mine, ({ accrued }) => dec(accrued));
    if (amount.isZero()) return [];
    const say = moneyText(amount.abs(), currency), none = moneyText(dec(0), currency), { unbilled, revenue } = accrualAccounts, negative = amount.lt(0);
    const pair = (on: Day, debited: EntryLine["account"], credited: EntryLine["account"], text: string): EntryLine[] =>
      [{ day: on, account: debited, debit: say, credit: none, currency, text }, { day: on, account: credited, debit: none, credit: say, currency, text }];
    const [from, to] = negative ? [revenue, unbilled] as const : [unbilled, revenue] as const;
    return [...pair(day, from, to, `${of.entity} ${of.period}: shipped not invoiced, title passed`), ...pair(addDays(day, 1), to, from, `${of.entity} ${of.period}: reversal`)];
  });
}
