import { addServiceLevel } from "../calendar";
import { dec, min, positive, sumOf, zero, type Decimal } from "../decimal";
import { digestOf } from "../decisions";
import { latestOf } from "../facts";
import type { Gate } from "../gate";
import { moneyText } from "../money";
import { referenceId, type ExceptionFinding, type PlanInput } from "../plan";
import type { CreditApplication, OpenItem } from "../publications";
import { referenceOf } from "../reference";
import { answered, asked, hasLeft, viewsOf } from "../standing";
import type { Credits } from "./credits";
import type { Return } from "./read";

/** Where the money of posted credits went (M6): credit total = applied + refunded + open. */
export interface Settlement {
  total: Decimal;
  applications: { unit: string; data: CreditApplication }[];
  applied: Decimal;
  refunded: Decimal;
  open: Decimal;
  exceptions: ExceptionFinding[];
}

export const itemOf = (input: PlanInput, invoice: string): OpenItem | null => (input.reference.get(referenceId({ topic: "open_item", key: invoice }))?.data ?? null) as OpenItem | null;

export function settle(input: PlanInput, subject: Return, credits: Credits, gate: Gate): Settlement {
  const posted = credits.standing.filter((credit) => credit.posted);
  const total = sumOf(posted, ({ payload }) => dec(payload.total));
  const applications = [...new Set(posted.map(({ payload }) => payload.invoice))].sort().flatMap((invoice) => applicationOn(input, subject, posted.filter(({ payload }) => payload.invoice === invoice), invoice));
  const applied = sumOf(applications, ({ data }) => dec(data.amount));
  const refund = refundOf(input, subject, posted, total.minus(applied), gate);
  return { total, applications, applied, refunded: refund.refunded, open: total.minus(applied).minus(refund.refunded), exceptions: refund.exceptions };
}

/** Onto the invoice that it credits, up to what is open there and not already taken by card. */
function applicationOn(input: PlanInput, subject: Return, credits: Credits["standing"], invoice: string): Settlement["applications"] {
  const item = itemOf(input, invoice);
  if (!item) return [];
  const mine = sumOf(item.settledBy?.filter((row) => row.kind === "credit" && row.by === subject.id) ?? [], (row) => dec(row.amount));
  const captured = sumOf(item.captures ?? [], (row) => dec(row.amount));
  const cardCash = sumOf(item.settledBy?.filter((row) => row.kind === "receipt" && row.means === "card") ?? [], (row) => dec(row.amount));
  const room = positive(dec(item.open).plus(mine).minus(positive(captured.minus(cardCash))));
  const total = sumOf(credits, ({ payload }) => dec(payload.total));
  const currency = item.currency;
  const data: CreditApplication = {
    return: subject.id, invoice, credit: credits.map(({ view, payload }) => answered(view, "number") ?? view.reference ?? payload.cause).join(", "), amount: moneyText(min(total, room), currency),
    lines: credits.flatMap(({ payload }) => payload.lines.map(({ key, quantity, net, tax }) => ({ key, quantity, net, tax }))),
  };
  return [{ unit: item.unit, data }];
}

/**
 * What is left goes back by the card that paid, never above what came by it (invariant 5); up to 500 by itself, above it
 * through REFUND_APPROVAL. A customer on terms keeps it as an open credit.
 */
function refundOf(input: PlanInput, subject: Return, posted: Credits["standing"], rest: Decimal, gate: Gate): { refunded: Decimal; exceptions: ExceptionFinding[] } {
  const view = viewsOf(input.commands, "refund_payment", subject.id)[0];
  const first = posted[0];
  const currency = subject.basis?.currency ?? input.policy.currency;
  const settled = latestOf(input.facts, "refund.settled").find(({ data }) => data.refund === view?.reference)?.data.state ?? view?.result?.["state"];
  if (view && hasLeft(view)) gate.ask({ kind: "refund_payment", slot: view.slot, sequence: view.sequence, payload: view.payload, amount: { amount: String(view.payload["amount"]), currency }, dueSince: view.createdAt });
  if (view?.state === "confirmed") {
    const amount = answered(view, "amount") ?? asked(view, "amount") ?? "0";
    const exceptions: ExceptionFinding[] = settled === "failed" ? [{ code: "REF-01", fingerprint: { connector: view.connector }, stops: [view.naturalKey], amount, currency, message: `The refund for return ${subject.id} failed at the provider.`, since: view.confirmedAt ?? view.createdAt }] : [];
    return { refunded: settled === "failed" ? zero : dec(amount), exceptions };
  }
  if (!first || subject.basis?.paymentMethod !== "card" || (view && hasLeft(view))) return { refunded: zero, exceptions: [] };
  const items = [...new Set(posted.map(({ payload }) => payload.invoice))].flatMap((invoice) => itemOf(input, invoice) ?? []);
  const captures = items.flatMap((item) => item.captures ?? []);
  const amount = min(rest, sumOf(captures, (row) => dec(row.amount)));
  const capture = captures[0];
  if (amount.lte(0) || !capture) return { refunded: zero, exceptions: [] };
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
  return { refunded: zero, exceptions: [] };
}
