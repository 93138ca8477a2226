import { giveBack, refundedOf, type CardBack } from "../card-refund";
import { applyInOrder, leftOf, postedCredit, roomForCredits, type CreditLeft, type CreditOnInvoice } from "../credit-application";
import { dec, sumOf, type Decimal } from "../decimal";
import type { Gate } from "../gate";
import { moneyText } from "../money";
import { debitItem } from "../order-to-cash/billing-unit/receivable";
import type { ExceptionFinding, PlanInput } from "../plan";
import type { CreditApplication } from "../publications";
import { allowancesBack } from "./allowances";
import type { Credits } from "./credits";
import { itemOf, itemsOn } from "./open-items";
import type { Return } from "./read";

/** Where the money of posted credits went (M6): credit total = applied + refunded + open. Applied is what the ledger confirmed. */
export interface Settlement {
  total: Decimal;
  applications: { unit: string; data: CreditApplication }[];
  credits: CreditOnInvoice[];
  applied: Decimal;
  refunded: Decimal;
  open: Decimal;
  exceptions: ExceptionFinding[];
}

export function settle(input: PlanInput, subject: Return, credits: Credits, gate: Gate): Settlement {
  const posted = credits.standing.filter((credit) => credit.posted && !credit.debit);
  const total = sumOf(posted, ({ payload }) => dec(payload.total));
  const standing = credits.standing.filter((credit) => credit.posted), invoices = [...new Set(standing.map(({ payload }) => payload.invoice))].sort();
  const onto = invoices.flatMap((invoice) => applicationOn(input, subject, standing.filter(({ payload }) => payload.invoice === invoice), invoice, gate));
  const { exceptions, back } = giveBack(input, gate, { by: subject.id, what: `return ${subject.id}` }, onto.flatMap(({ left }) => left), (invoice) => itemOf(input, invoice));
  const onItems = onto.flatMap((application) => application.credits);
  const applied = sumOf(onItems, (credit) => credit.applied), refunded = refundedOf(input, posted.map(({ view }) => view.slot));
  return { total, applications: onto.map(({ unit, data }) => ({ unit, data: withCards(data, back) })), credits: onItems, applied, refunded, open: total.minus(applied).minus(refunded), exceptions };
}

function withCards(data: CreditApplication, back: readonly CardBack[]): CreditApplication {
  const cards = back.filter(({ invoice }) => invoice === data.invoice).map(({ invoice: _, ...row }) => row);
  return cards.length > 0 ? { ...data, back: cards } : data;
}

/** Onto the invoice that they credit and the debits for it, as far as they are open; what is left stays an open credit or goes back to the card. */
function applicationOn(input: PlanInput, subject: Return, standing: Credits["standing"], invoice: string, gate: Gate): (Settlement["applications"][number] & { credits: CreditOnInvoice[]; left: CreditLeft[] })[] {
  const items = itemsOn(input, invoice), [item] = items;
  if (!item) return [];
  const { currency } = item, credits = standing.filter(({ debit }) => !debit).map((credit) => postedCredit(input, credit));
  const set = applyInOrder(input, gate, credits, items.map((open) => ({ invoice: open.invoice, room: roomForCredits(open, subject.id) })));
  const money = (rows: readonly CreditOnInvoice[], pick: (credit: CreditOnInvoice) => Decimal) => moneyText(sumOf(rows, pick), currency);
  const amounts = (rows: readonly CreditOnInvoice[]) => ({ amount: money(rows, ({ applied }) => applied), wanted: money(rows, ({ wanted }) => wanted) });
  const [onInvoice, ...onDebits] = set, debits = standing.filter(({ debit }) => debit).map(debitItem);
  const data: CreditApplication = {
    return: subject.id, invoice, credit: standing.map((credit) => postedCredit(input, credit).number).join(", "), ...amounts(onInvoice?.credits ?? []),
    lines: standing.flatMap(({ payload }) => payload.lines.map(({ key, quantity, net, tax }) => ({ key, quantity, net, tax }))),
    ...allowancesBack(standing.map(({ payload }) => payload)),
    ...(onDebits.length > 0 ? { onDebits: onDebits.map(({ invoice: debit, credits: rows }) => ({ debit, ...amounts(rows) })) } : {}), ...(debits.length > 0 ? { debits } : {}),
  };
  return [{ unit: item.unit, data, credits: set.flatMap((row) => row.credits), left: leftOf(credits, set) }];
}
