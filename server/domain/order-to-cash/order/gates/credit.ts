import { dec, sumOf } from "../../../decimal";
import type { Instant } from "../../../instant";
import { termsOf } from "../../../payment-terms";
import { judge, orderSlot, type JudgedHold } from "../approval";
import type { OrderMoney } from "../books/money";
import type { OrderView } from "../view";

/** Whether a credit clearance is asked at all: card and advance orders and orders without value are not on credit. */
export const onCredit = (view: OrderView, money: OrderMoney): boolean => view.order.payment.method === "terms" && termsOf(view.policy, view.parties.terms, view.order.placed)?.advance !== true && money.total.gt(0);

/** `9880` as people read it: `9,880.00`. */
const shown = (amount: string): string => dec(amount).toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/**
 * The credit account's refusal as holds. Money of ours that the ERP does not know yet is named, and where it would lift the
 * hold, that it is probably a false one (S13). An account in another currency than the order's says nothing about it (invariant 6).
 */
export function creditHolds(view: OrderView, money: OrderMoney): JudgedHold[] {
  const answer = view.credit;
  if (!answer || answer.verdict !== "refused" || !onCredit(view, money)) return [];
  const common = { slot: orderSlot, amount: money.openTotal, digest: view.digest(), since: answer.decidedAt ?? view.record.currentRecordedAt };
  const holds: JudgedHold[] = [];
  const foreign = answer.currency !== null && answer.currency !== view.currency;
  if ((dec(answer.over).gt(0) || foreign) && answer.exposure !== null && answer.limit !== null) holds.push(judge({
    ...common, rule: "CREDIT_LIMIT",
    message: foreign ? `The account's limit of ${shown(answer.limit)} is in ${answer.currency ?? ""} and the order in ${view.currency}: whether it fits is for the credit manager to say.`
      : `Exposure ${shown(answer.exposure)} with this order, limit ${shown(answer.limit)}: over by ${shown(answer.over)}. ${falseHold(answer)}`.trim(),
    evidence: { limit: answer.limit, exposure: answer.exposure, over: answer.over, parts: answer.parts, unposted: answer.unposted },
  }, view.record.decisions, view.currency, view.policy.calendar));
  if (answer.overdue) holds.push(judge({
    ...common, rule: "CREDIT_OVERDUE", message: `${shown(answer.overdue.amount)} is past due, the oldest since ${answer.overdue.oldestDue}`, evidence: { overdue: answer.overdue },
  }, view.record.decisions, view.currency, view.policy.calendar));
  return holds;
}

function falseHold(answer: NonNullable<OrderView["credit"]>): string {
  const { unposted } = answer;
  const first = unposted[0];
  if (!first) return "";
  const amount = sumOf(unposted, (row) => dec(row.amount));
  const after = dec(answer.exposure ?? 0).minus(amount);
  const received = `${shown(amount.toFixed())} received ${clockTime(first.at)}, not yet posted, would bring it to ${shown(after.toFixed())}`;
  return after.lte(dec(answer.limit ?? 0)) ? `${received}: probable false hold` : received;
}

const clockTime = (at: Instant): string => at.slice(11, 16);

/** A reservation that lapsed and was refused again takes back what is not shipped (P22). */
export const creditLapsed = (view: OrderView): boolean => {
  const answer = view.credit;
  return answer?.verdict === "refused" && answer.expires !== null && answer.expires <= view.now;
};
