import { addServiceLevel } from "../calendar";
import type { CommandView } from "../commands";
import { applyCredits, roomForCredits, takenOf, type CreditOnInvoice } from "../credit-application";
import { dec, min, positive, sumOf, zero, type Decimal } from "../decimal";
import { digestOf } from "../decisions";
import { latestOf } from "../facts";
import type { Gate } from "../gate";
import { moneyText } from "../money";
import { overlaid, refundLeftPath } from "../overlay";
import { referenceId, type ExceptionFinding, type PlanInput } from "../plan";
import type { CreditApplication, OpenItem } from "../publications";
import { referenceOf } from "../reference";
import { postRefund } from "../refund-posting";
import { answered, asked, hasLeft, viewsOf } from "../standing";
import type { Credits } from "./credits";
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

export const itemOf = (input: PlanInput, invoice: string): OpenItem | null => (input.reference.get(referenceId({ topic: "open_item", key: invoice }))?.data ?? null) as OpenItem | null;

export function settle(input: PlanInput, subject: Return, credits: Credits, gate: Gate): Settlement {
  const posted = credits.standing.filter((credit) => credit.posted);
  const total = sumOf(posted, ({ payload }) => dec(payload.total));
  const refund = refundUnderWay(input, subject);
  const back = givenBackOf(input, posted, refund.amount);
  const free = new Map(posted.map(({ view, payload }): [string, Decimal] => [view.slot, dec(payload.total).minus(back.get(view.slot) ?? zero)]));
  const invoices = [...new Set(posted.map(({ payload }) => payload.invoice))].sort();
  const applications = invoices.flatMap((invoice) => applicationOn(input, subject, posted.filter(({ payload }) => payload.invoice === invoice), invoice, free, gate));
  const onInvoices = applications.flatMap((application) => application.credits);
  const applied = sumOf(onInvoices, (credit) => credit.applied);
  if (refund.done.gt(0)) for (const { view, payload } of posted) postRefund(input, gate, { slot: view.slot, source: "credit", number: numberOf({ view, payload }), means: "card", amount: back.get(view.slot) ?? zero, currency: payload.currency, givenAt: refund.view?.confirmedAt ?? input.now });
  const exceptions = giveBack(input, subject, posted, total.minus(sumOf(onInvoices, ({ wanted }) => wanted)), refund, gate);
  return { total, applications, credits: onInvoices, applied, refunded: refund.done, open: total.minus(applied).minus(refund.done), exceptions };
}

const numberOf = ({ view, payload }: Pick<Credits["standing"][number], "view" | "payload">): string => answered(view, "number") ?? view.reference ?? payload.cause;

/** Which credits a refund settles, oldest name first, each with what is not set against its invoice. */
function givenBackOf(input: PlanInput, posted: Credits["standing"], refund: Decimal): Map<string, Decimal> {
  let left = refund;
  return new Map(posted.map(({ view, payload }): [string, Decimal] => {
    const amount = min(positive(dec(payload.total).minus(takenOf(input, { slot: view.slot, invoice: payload.invoice }))), left);
    left = left.minus(amount);
    return [view.slot, amount];
  }));
}

/** Onto the invoice that they credit, as far as it is open; what does not fit stays an open credit or goes back to the card. A debit stands on it by itself. */
function applicationOn(input: PlanInput, subject: Return, credits: Credits["standing"], invoice: string, free: ReadonlyMap<string, Decimal>, gate: Gate): (Settlement["applications"][number] & { credits: CreditOnInvoice[] })[] {
  const item = itemOf(input, invoice);
  if (!item) return [];
  const { currency } = item;
  const debits = credits.map(({ payload }) => dec(payload.total)).filter((total) => total.isNegative());
  const onInvoice = [...applyCredits(input, gate, credits.filter(({ payload }) => !dec(payload.total).isNegative()).map((credit) => ({
    slot: credit.view.slot, number: numberOf(credit), invoice, free: free.get(credit.view.slot) ?? zero, currency, postedAt: credit.view.verifiedAt ?? credit.view.createdAt,
  })), roomForCredits(item, subject.id).minus(sumOf(debits, (total) => total))), ...debits.map((total): CreditOnInvoice => ({ applied: total, flying: zero, wanted: total }))];
  const money = (pick: (credit: CreditOnInvoice) => Decimal) => moneyText(sumOf(onInvoice, pick), currency);
  const data: CreditApplication = {
    return: subject.id, invoice, credit: credits.map(numberOf).join(", "), amount: money(({ applied }) => applied), wanted: money(({ wanted }) => wanted),
    lines: credits.flatMap(({ payload }) => payload.lines.map(({ key, quantity, net, tax }) => ({ key, quantity, net, tax }))),
  };
  return [{ unit: item.unit, data, credits: onInvoice }];
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
