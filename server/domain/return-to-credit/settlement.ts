import { addServiceLevel } from "../calendar";
import type { CommandView } from "../commands";
import { applyInOrder, roomForCredits, takenOf, type CreditOnInvoice } from "../credit-application";
import { dec, min, positive, sumOf, zero, type Decimal } from "../decimal";
import { digestOf } from "../decisions";
import { latestOf } from "../facts";
import type { Gate } from "../gate";
import { moneyText } from "../money";
import { debitItem } from "../order-to-cash/billing-unit/receivable";
import { overlaid, refundLeftPath } from "../overlay";
import type { ExceptionFinding, PlanInput } from "../plan";
import type { CreditApplication } from "../publications";
import { referenceOf } from "../reference";
import { postRefund } from "../refund-posting";
import { answered, asked, hasLeft, viewsOf } from "../standing";
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
  const refund = refundUnderWay(input, subject);
  const back = givenBackOf(input, posted, refund.amount);
  const free = new Map(posted.map(({ view, payload }): [string, Decimal] => [view.slot, dec(payload.total).minus(back.get(view.slot) ?? zero)]));
  const standing = credits.standing.filter((credit) => credit.posted), invoices = [...new Set(standing.map(({ payload }) => payload.invoice))].sort();
  const applications = invoices.flatMap((invoice) => applicationOn(input, subject, standing.filter(({ payload }) => payload.invoice === invoice), invoice, free, gate));
  const onItems = applications.flatMap((application) => application.credits);
  const applied = sumOf(onItems, (credit) => credit.applied);
  if (refund.done.gt(0)) for (const { view, payload } of posted) postRefund(input, gate, { slot: view.slot, source: "credit", number: numberOf({ view, payload }), means: "card", amount: back.get(view.slot) ?? zero, currency: payload.currency, givenAt: refund.view?.confirmedAt ?? input.now });
  const exceptions = giveBack(input, subject, posted, total.minus(sumOf(onItems, ({ wanted }) => wanted)), refund, gate);
  return { total, applications, credits: onItems, applied, refunded: refund.done, open: total.minus(applied).minus(refund.done), exceptions };
}

const numberOf = ({ view, payload }: Pick<Credits["standing"][number], "view" | "payload">): string => answered(view, "number") ?? view.reference ?? payload.cause;

/** Which credits a refund settles, oldest name first, each with what is not set against an invoice or debit. */
function givenBackOf(input: PlanInput, posted: Credits["standing"], refund: Decimal): Map<string, Decimal> {
  let left = refund;
  return new Map(posted.map(({ view, payload }): [string, Decimal] => {
    const amount = min(positive(dec(payload.total).minus(takenOf(input, view.slot))), left);
    left = left.minus(amount);
    return [view.slot, amount];
  }));
}

/** Onto the invoice that they credit and the debits for it, as far as they are open; what does not fit stays an open credit or goes back to the card. */
function applicationOn(input: PlanInput, subject: Return, standing: Credits["standing"], invoice: string, free: ReadonlyMap<string, Decimal>, gate: Gate): (Settlement["applications"][number] & { credits: CreditOnInvoice[] })[] {
  const items = itemsOn(input, invoice), [item] = items;
  if (!item) return [];
  const { currency } = item, credits = standing.filter(({ debit }) => !debit);
  const set = applyInOrder(input, gate, credits.map((credit) => ({
    slot: credit.view.slot, number: numberOf(credit), free: free.get(credit.view.slot) ?? zero, currency, postedAt: credit.view.verifiedAt ?? credit.view.createdAt,
  })), items.map((open) => ({ invoice: open.invoice, room: roomForCredits(open, subject.id) })));
  const money = (rows: readonly CreditOnInvoice[], pick: (credit: CreditOnInvoice) => Decimal) => moneyText(sumOf(rows, pick), currency);
  const amounts = (rows: readonly CreditOnInvoice[]) => ({ amount: money(rows, ({ applied }) => applied), wanted: money(rows, ({ wanted }) => wanted) });
  const [onInvoice, ...onDebits] = set, debits = standing.filter(({ debit }) => debit).map(debitItem);
  const data: CreditApplication = {
    return: subject.id, invoice, credit: standing.map(numberOf).join(", "), ...amounts(onInvoice?.credits ?? []),
    lines: standing.flatMap(({ payload }) => payload.lines.map(({ key, quantity, net, tax }) => ({ key, quantity, net, tax }))),
    ...(onDebits.length > 0 ? { onDebits: onDebits.map(({ invoice: debit, credits: rows }) => ({ debit, ...amounts(rows) })) } : {}), ...(debits.length > 0 ? { debits } : {}),
  };
  return [{ unit: item.unit, data, credits: set.flatMap((row) => row.credits) }];
}

interface Refund { view: CommandView | undefined; /** On its way or given: not to be applied any more. */ amount: Decimal; /** Given, by the provider's word. */ done: Decimal; failed: boolean }

function refundUnderWay(input: PlanInput, subject: Return): Refund {
  const view = viewsOf(input.commands, "refund_payment", subject.id)[0];
  if (!view || !hasLeft(view)) return { view, amount: zero, done: zero, failed: false };
  const settled = latestOf(input.facts, "refund.settled").find(({ data }) => data.refund === view.reference)?.data.state ?? view.result?.["state"];
  const failed = settled === "failed";
  const amount = failed ? zero : dec(answered(view, "amount") ?? asked(view, "amount") ?? "0");
  return { view, amount, done: view.state === "confirmed" ? amount : zero, failed };
}

/**
 * What is left goes back by the card that paid, never above what came by it (invariant 5); up to 500 by itself, above it
 * through REFUND_APPROVAL. A customer on terms keeps it as an open credit.
 */
function giveBack(input: PlanInput, subject: Return, posted: Credits["standing"], rest: Decimal, { view, failed }: Refund, gate: Gate): ExceptionFinding[] {
  const first = posted[0];
  const currency = subject.basis?.currency ?? input.policy.currency;
  if (view && hasLeft(view)) {
    const amount = answered(view, "amount") ?? asked(view, "amount") ?? "0";
    gate.ask({ kind: "refund_payment", slot: view.slot, sequence: view.sequence, payload: view.payload, amount: { amount: String(view.payload["amount"]), currency }, dueSince: view.createdAt });
    return view.state === "confirmed" && failed && overlaid(input.facts, subject.id, refundLeftPath) !== true ? [{ code: "REF-01", fingerprint: { connector: view.connector }, stops: [view.naturalKey], amount, currency, message: `The refund for return ${subject.id} failed at the provider.`, since: view.confirmedAt ?? view.createdAt }] : [];
  }
  if (!first || subject.basis?.paymentMethod !== "card") return [];
  const items = [...new Set(posted.map(({ payload }) => payload.invoice))].flatMap((invoice) => itemOf(input, invoice) ?? []);
  const captures = items.flatMap((item) => item.captures ?? []);
  const amount = min(rest, sumOf(captures, (row) => dec(row.amount)));
  const capture = captures[0];
  if (amount.lte(0) || !capture) return [];
  const receipt = items.flatMap((item) => item.settledBy ?? []).find((row) => row.kind === "receipt" && row.means === "card")?.by ?? capture.capture;
  const words = moneyText(amount, currency);
  const { key } = amount.lte(dec(input.policy.refundApprovalAbove)) ? { key: null } : gate.hold({
    rule: "REFUND_APPROVAL", slot: subject.id, blocks: ["refund_payment"], amount: words, currency, message: `Refund of ${words} ${currency} for return ${subject.id} is above ${input.policy.refundApprovalAbove}.`, releasedBy: "Finance; two persons above 10,000.",
    evidence: { credit: first.view.reference, capture: capture.capture }, digest: digestOf({ slot: subject.id, amount: words, capture: capture.capture }), dueAt: addServiceLevel(input.policy.calendar, first.view.confirmedAt ?? input.now, 1440),
  }, amount.gt(10000) ? 2 : 1);
  gate.ask({
    kind: "refund_payment", slot: subject.id, sequence: 1, blockedBy: key ? [key] : [], amount: { amount: words, currency }, dueSince: first.view.confirmedAt ?? input.now,
    payload: { reference: referenceOf(input.subject.id, { kind: "refund_payment", slot: subject.id, sequence: 1 }), receipt, capture: capture.capture, amount: words, currency, reason: `Return ${subject.id}` },
  });
  return [];
}
