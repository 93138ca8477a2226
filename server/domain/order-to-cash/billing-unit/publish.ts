import { dec, sumOf, zero } from "../../decimal";
import { moneyText } from "../../money";
import type { Publication } from "../../plan";
import type { BillingState, OpenItem } from "../../publications";
import { cardReceipts, tellOfRefunds } from "../../refund-word";
import { takenOf } from "./capture";
import { ownCredits, type CreditPayload } from "./credited";
import type { Story } from "./story";
import { recordAfter } from "./tax-moved";
import { billedToOf } from "./unit";

/** What the unit tells the orders in it, the credit account, and whoever wants to pay or credit its invoice. */
export function publicationsOf(story: Story): Publication[] {
  const { unit } = story;
  const states = unit.orders.map((order): Publication => ({ topic: "billing.state", key: unit.key, to: { entity: unit.entity, kind: "order", key: order }, data: billingState(story, order), ...(isUnderWay(story) ? { reading: "later" } : {}) }));
  return [...states, ...tellOfRefunds(story.input, cardReceipts([...story.settled.rows.values()])), ...openItems(story).flatMap((item): Publication[] => [
    { topic: "open_item", key: item.invoice, to: { entity: unit.entity, kind: "credit_account", key: unit.head.creditAccount }, data: item, reading: "later" },
    { topic: "open_item", key: item.invoice, to: null, data: item },
  ])];
}

/** Being made, and nothing is in the way: the order acts on nothing of it, and its quantities and sums stand where they stood. */
const isUnderWay = ({ standing, exceptions, holds }: Story): boolean => standing.frozenAt === null && !standing.closed && exceptions.length === 0 && holds.length === 0;

/** One order's part: its own lines, charges and credits; figures of the invoice itself are the document's. */
function billingState(story: Story, order: string): BillingState {
  const { unit, standing, receivable, followUp } = story;
  const money = (value: Parameters<typeof moneyText>[0]) => moneyText(value, unit.currency);
  const frozen = standing.frozenAt !== null ? (standing.billed ?? story.wanted) : null;
  const charges = (frozen?.charges ?? []).filter((charge) => charge.order === order);
  const { posted } = standing, captures = followUp.captures.filter((row) => row.order === order), taken = takenOf(story.input).filter((row) => row.order === order);
  return {
    unit: unit.key, shipment: unit.head.shipment, part: unit.part, frozen: frozen !== null, frozenAt: frozen ? standing.frozenAt : null, ...(standing.adopted ? { adopted: true as const } : {}), ...(standing.billed ? { billedTo: billedToOf(standing.billed) } : {}),
    lines: (frozen?.lines ?? []).filter((line) => line.order === order).map(({ key, line, quantity, net, tax }) => ({ key, line, quantity, net, tax })),
    charges: charges.map(({ charge, amount, taxCategory, tax }) => ({ charge, order, amount, taxCategory, ...(dec(tax).isZero() ? {} : { tax }) })),
    chargeTax: frozen ? money(sumOf(charges, (charge) => dec(charge.tax))) : null,
    bucket: story.bucket, holder: story.holder, dueSince: story.dueSince,
    invoice: posted ? { number: posted.number, postedAt: posted.postedAt, accountingDate: posted.accountingDate, net: money(posted.net), charges: money(posted.charges), tax: money(posted.tax), total: money(posted.total), revision: posted.revision } : null,
    credits: [...ownStates(story, order), ...returnStates(story, order)],
    ...(receivable.debits.length > 0 ? { debits: receivable.debits.map(({ debit, postedAt }) => ({ number: debit, postedAt })) } : {}),
    sentAt: followUp.sentAt, captured: money(sumOf(captures, ({ amount }) => dec(amount))), paid: money(receivable.cash), open: money(posted ? receivable.open : zero), dueDate: posted?.dueDate ?? null, settledAt: receivable.settledAt,
    ...(taken.length > 0 ? { capturedOn: taken.map(({ authorisation, amount }) => ({ authorisation, amount: money(amount) })) } : {}), ...(followUp.capturing.has(order) ? { capturing: true as const } : {}),
    problems: [...story.exceptions.map((exception) => exception.code), ...story.holds.map((hold) => hold.rule)],
  };
}

type CreditState = BillingState["credits"][number];

/** Corrections and adjustments: those in the ledger, those under way, and those that wait for approval. */
function ownStates(story: Story, order: string): CreditState[] {
  const left = ownCredits(story.input).filter(({ payload }) => payload.order === order);
  const proposed = story.proposals.filter((proposal) => proposal.order === order && proposal.waits !== "refused");
  return [
    ...left.map(({ view, payload, posted }): CreditState => ({ number: posted ? view.reference : null, cause: payload.cause, class: payload.class, posted, lines: payload.lines.map(({ key, line, quantity, net, tax }) => ({ key, line, quantity, net, tax })), ...creditedCharges(payload), total: payload.total })),
    ...proposed.map(({ payload }): CreditState => ({ number: null, cause: payload.cause, class: payload.class, posted: false, lines: payload.lines.map(({ key, line, quantity, net, tax }) => ({ key, line, quantity, net, tax })), ...creditedCharges(payload), total: payload.total })),
  ];
}

const creditedCharges = (payload: CreditPayload): Pick<CreditState, "charges"> =>
  payload.charges.length === 0 ? {} : { charges: payload.charges.map(({ charge, amount, tax, taxCategory }) => ({ charge, amount, tax, taxCategory })) };

function returnStates(story: Story, order: string): CreditState[] {
  const lineOf = new Map((story.standing.billed?.lines ?? []).map((line) => [line.key, line]));
  return story.receivable.returns.flatMap(({ data }) => {
    const lines = data.lines.flatMap((line) => { const billed = lineOf.get(line.key); return billed?.order === order ? [{ key: line.key, line: billed.line, quantity: line.quantity, net: line.net, tax: line.tax }] : []; });
    if (lines.length === 0) return [];
    const allowances = (data.allowances ?? []).filter((row) => row.order === order);
    return [{ number: data.credit, cause: data.return, class: "return" as const, posted: true, lines, ...(allowances.length > 0 ? { allowances } : {}), total: moneyText(sumOf(lines, (line) => dec(line.net).plus(line.tax)).plus(sumOf(allowances, (row) => dec(row.amount).plus(row.tax))), story.unit.currency) }];
  });
}

/** The invoice and each debit for it: all are owed, and paid, one by one. */
function openItems(story: Story): OpenItem[] {
  const { unit, standing, receivable } = story;
  const { posted, billed } = standing;
  if (!posted || !billed) return [];
  const tax = recordAfter(story.input, ownCredits(story.input));
  const money = (value: Parameters<typeof moneyText>[0]) => moneyText(value, unit.currency);
  const common = { unit: unit.key, payer: unit.head.payer, billTo: unit.head.billTo, orders: billed.orders, currency: unit.currency, taxExempt: unit.head.taxExempt, disputed: money(zero) };
  const invoice: OpenItem = {
    ...common, invoice: posted.number, total: money(posted.total), open: money(receivable.invoiceOpen),
    accountingDate: posted.accountingDate, dueDate: posted.dueDate, ...(billed.earlyPayment ? { earlyPayment: billed.earlyPayment } : {}), postedAt: posted.bookedAt,
    settledBy: story.settled.rows.get(posted.number) ?? [],
    captures: story.settled.captures, ...(tax ? { tax } : {}), ...(unit.head.dueDays === null ? {} : { terms: { code: unit.head.terms, days: unit.head.dueDays, endOfMonth: unit.head.dueEndOfMonth } }), ...(receivable.debits.length > 0 ? { debits: receivable.debits.map(({ debit }) => debit) } : {}),
  };
  const debits = receivable.debits.map(({ debit, total, open, accountingDate, dueDate, postedAt }): OpenItem =>
    ({ ...common, invoice: debit, debitOf: posted.number, total, open: money(open), accountingDate, dueDate, postedAt, settledBy: story.settled.rows.get(debit) ?? [] }));
  return [invoice, ...debits];
}
