import { addServiceLevel } from "./calendar";
import { givenBackBefore, roomOnCapture } from "./captured";
import type { CommandView } from "./commands";
import type { CreditLeft, PostedCredit } from "./credit-application";
import { dec, max, min, sumOf, zero, type Decimal } from "./decimal";
import { digestOf } from "./decisions";
import { decisionsOn, type Gate } from "./gate";
import { moneyText } from "./money";
import { overlaysOn, refundLeftPath } from "./overlay";
import type { CommandPayloads } from "./payloads";
import type { ExceptionFinding, PlanInput } from "./plan";
import type { CardMoneyBack, OpenItem } from "./publications";
import { referenceOf } from "./reference";
import { bookRefund, bookingOf } from "./refund-posting";
import { bookable, howItDiffers, refundStanding, type RefundStanding } from "./refund-word";
import { asked, hasLeft, viewsOf } from "./standing";

/** What one subject gives back of one capture. */
export interface CardBack extends CardMoneyBack { capture: string; invoice: string }
/** Who gives back: the name under which others that credit the invoice know it, and what a person reads. */
export interface Giver { by: string; what: string }

type Known = Pick<PlanInput, "commands" | "facts">;
const refundsOf = (input: Known, slot?: string): CommandView[] => viewsOf(input.commands, "refund_payment", slot).filter(hasLeft);

/** By the provider's latest word; one that it still has on its way has not failed. */
const onItsWay = (input: Known, views: readonly CommandView[]): Decimal => sumOf(views, (view) => refundStanding(input, view).given);

/** What of a credit is on its way to the card or was given back, or is no longer open in the ledger for that: it cannot be set against an invoice any more. */
export const givenBackOf = (input: Known, slot: string): Decimal =>
  sumOf(refundsOf(input, slot), (view) => max(bookable(refundStanding(input, view)), bookingOf(input, slot, view.sequence).amount));

/** What of a subject's credits was given back, by the provider's word (M6). */
export const refundedOf = (input: Known, slots: readonly string[]): Decimal =>
  sumOf(slots, (slot) => sumOf(refundsOf(input, slot).filter((view) => view.state === "confirmed"), (view) => bookable(refundStanding(input, view))));

/** A person said after the provider's word that what it did not give back is to be asked for once more. */
const isAskedAgain = (input: Known, { view, saidAt }: RefundStanding): boolean => decisionsOn(input.facts, view.naturalKey).some(({ data, occurredAt }) => data.verdict === "restart" && occurredAt >= (saidAt ?? view.confirmedAt ?? view.createdAt));

/** A person said that it stays the customer's open credit (REF-01). */
export const leftOpen = (input: PlanInput, slot: string): boolean => overlaysOn(input.facts, input.subject.key).some(({ data }) => data.path === refundLeftPath && data.value === slot);

/**
 * What finds no open amount on its invoice goes back by the card that paid, never above what came by it less what others give
 * back of it (invariant 5). The first refund of a capture goes by itself, whoever asks for it, up to 500 of a subject; above that, and
 * every further one, through REFUND_APPROVAL. Where no card paid, it stays an open credit. Of several captures one after the
 * other is asked for, and the limit counts them all. Tells what of each capture goes back, for those who credit the same invoice.
 */
export function giveBack(input: PlanInput, gate: Gate, giver: Giver, credits: readonly CreditLeft[], itemOf: (invoice: string) => Pick<OpenItem, "captures" | "settledBy"> | null): { exceptions: ExceptionFinding[]; back: CardBack[] } {
  const exceptions: ExceptionFinding[] = [];
  const asking = new Map<string, Decimal>();
  let all = onItsWay(input, refundsOf(input));
  const backOn = (capture: string) => onItsWay(input, refundsOf(input).filter((view) => asked(view, "capture") === capture));
  for (const { credit, left: rest } of credits) {
    const views = refundsOf(input, credit.slot), left = leftOpen(input, credit.slot);
    const undecided = views.map((view) => refundStanding(input, view)).filter((standing) => standing.differs && !isAskedAgain(input, standing));
    for (const view of views) keep(input, gate, credit, view);
    if (!left) for (const standing of undecided) exceptions.push(failure(giver, credit, standing));
    const item = itemOf(credit.invoice);
    if (!item || left || undecided.length > 0 || views.some((view) => view.state !== "confirmed")) continue;
    const parts = partsOf(rest, (item.captures ?? []).filter(({ order }) => order === undefined || order === credit.order).map((capture) => ({ capture: capture.capture, room: roomOnCapture(capture, giver.by).minus(backOn(capture.capture)).minus(asking.get(capture.capture) ?? zero) })));
    const [first] = parts, captured = item.captures?.find(({ capture }) => capture === first?.capture);
    if (!first || !captured) continue;
    const before = givenBackBefore(captured, giver.by).plus(backOn(first.capture)).plus(asking.get(first.capture) ?? zero);
    for (const { capture, amount } of parts) asking.set(capture, amount.plus(asking.get(capture) ?? zero));
    all = all.plus(sumOf(parts, ({ amount }) => amount));
    ask(input, gate, giver, { credit, item, ...first, before, all, sequence: views.length + 1 });
  }
  const invoices = [...new Set(credits.map(({ credit }) => credit.invoice))].sort();
  const back = invoices.flatMap((invoice) => (itemOf(invoice)?.captures ?? []).flatMap(({ capture }) => {
    const amount = backOn(capture), wanted = amount.plus(asking.get(capture) ?? zero), currency = credits[0]?.credit.currency ?? input.policy.currency;
    return wanted.isZero() ? [] : [{ capture, invoice, by: giver.by, wanted: moneyText(wanted, currency), amount: moneyText(amount, currency) }];
  }));
  return { exceptions, back };
}

/** How a credit is divided over the captures of its order, in their order. */
function partsOf(credit: Decimal, captures: readonly { capture: string; room: Decimal }[]): { capture: string; amount: Decimal }[] {
  let rest = credit;
  return captures.flatMap(({ capture, room }) => {
    const amount = min(rest, room);
    if (amount.lte(0)) return [];
    rest = rest.minus(amount);
    return [{ capture, amount }];
  });
}

/** What left is named again as it left, and the ledger is told of what the provider took. */
function keep(input: PlanInput, gate: Gate, credit: PostedCredit, view: CommandView): void {
  gate.ask({ kind: "refund_payment", slot: view.slot, sequence: view.sequence, payload: view.payload, amount: { amount: String(view.payload["amount"]), currency: credit.currency }, dueSince: view.createdAt });
  if (view.state !== "confirmed") return;
  const standing = refundStanding(input, view);
  bookRefund(input, gate, { slot: credit.slot, sequence: view.sequence, source: "credit", number: credit.number, means: "card", amount: bookable(standing), currency: credit.currency, givenAt: view.confirmedAt ?? input.now, saidAt: standing.saidAt });
}

const failure = ({ what }: Giver, { currency }: PostedCredit, standing: RefundStanding): ExceptionFinding => {
  const { view, asked: wanted, given, foreign, saidAt } = standing;
  return { code: "REF-01", fingerprint: { connector: view.connector }, stops: [view.naturalKey], amount: moneyText(foreign === null ? wanted.minus(given).abs() : wanted, currency), currency, message: howItDiffers(`The refund for ${what}`, standing, currency), since: saidAt ?? view.confirmedAt ?? view.createdAt };
};

interface Refund { credit: PostedCredit; item: Pick<OpenItem, "captures" | "settledBy">; capture: string; amount: Decimal; /** What went back of the capture before, or is to. */ before: Decimal; /** With all that this subject gave back before. */ all: Decimal; sequence: number }

function ask(input: PlanInput, gate: Gate, { what }: Giver, { credit, item, capture, amount, before, all, sequence }: Refund): void {
  const { slot, currency, postedAt } = credit;
  const cards = (item.settledBy ?? []).filter((row) => row.kind === "receipt" && row.means === "card"), pastUs = new Set((item.captures ?? []).flatMap((row) => (row.charged ? [row.capture] : [])));
  const receipt = (cards.find(({ by }) => by === capture) ?? cards.find(({ by }) => !pastUs.has(by)))?.by ?? capture;
  const words = moneyText(amount, currency), limit = input.policy.refundApprovalAbove, inAll = all.eq(amount) ? "" : `, ${moneyText(all, currency)} in all,`;
  const why = all.gt(dec(limit)) ? `${inAll} is above ${limit}` : before.gt(0) ? ` is not the first of ${capture}: ${moneyText(before, currency)} went back of it before` : null;
  const { key } = why === null ? { key: null } : gate.hold({
    rule: "REFUND_APPROVAL", slot, blocks: ["refund_payment"], amount: words, currency, message: `Refund of ${words} ${currency} for ${what}${why}.`, releasedBy: "Finance; two persons above 10,000.",
    evidence: { credit: credit.number, capture }, digest: digestOf({ slot, amount: words, capture }), dueAt: addServiceLevel(input.policy.calendar, postedAt, 1440),
  }, max(all, before.plus(amount)).gt(10000) ? 2 : 1);
  const payload: CommandPayloads["refund_payment"] = { reference: referenceOf(input.subject.id, { kind: "refund_payment", slot, sequence }), receipt, capture, amount: words, currency, reason: `${what.charAt(0).toUpperCase()}${what.slice(1)}` };
  gate.ask({ kind: "refund_payment", slot, sequence, blockedBy: key ? [key] : [], amount: { amount: words, currency }, dueSince: postedAt, payload: { ...payload } });
}
