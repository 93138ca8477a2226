import { givenBackOf } from "./card-refund";
import type { CommandView } from "./commands";
import type { StandingCredit } from "./debit";
import { dec, max, min, positive, sumOf, zero, type Decimal } from "./decimal";
import { stillOurs } from "./captured";
import type { Gate } from "./gate";
import type { Instant } from "./instant";
import { moneyText, type Currency } from "./money";
import type { CommandPayloads } from "./payloads";
import type { PlanInput } from "./plan";
import type { OpenItem } from "./publications";
import { referenceOf } from "./reference";
import type { Holder } from "./stages";
import { answered, asked, hasLeft, viewsOf } from "./standing";

/** A credit that stands in the ledger, and what of it may be set against its invoice: all but what was given back. */
export interface PostedCredit { slot: string; number: string; invoice: string; order: string; free: Decimal; currency: Currency; postedAt: Instant }

export const postedCredit = (input: Pick<PlanInput, "commands" | "facts">, { view, payload }: StandingCredit): PostedCredit => ({
  slot: view.slot, number: answered(view, "number") ?? view.reference ?? payload.cause, invoice: payload.invoice, order: payload.order, free: dec(payload.total).minus(givenBackOf(input, view.slot)), currency: payload.currency,
  postedAt: view.verifiedAt ?? view.createdAt,
});

export interface CreditLeft { credit: PostedCredit; left: Decimal }

/** What of a credit the ledger has set against its invoice, what is under way, and what it should be in all. */
export interface CreditOnInvoice { applied: Decimal; flying: Decimal; wanted: Decimal }

/** credit : invoice (domain reference 2.7); the part is the sequence. */
const slotOf = (credit: Pick<PostedCredit, "slot" | "invoice">): string => `${credit.slot}:${credit.invoice}`;

const applications = (input: Pick<PlanInput, "commands">, credit: Pick<PostedCredit, "slot" | "invoice">): CommandView[] => viewsOf(input.commands, "apply_credit", slotOf(credit)).filter(hasLeft);

/** Confirmed by the ledger, and no other way: a credit that was posted is not applied by that. */
export const appliedOf = (input: Pick<PlanInput, "commands">, credit: Pick<PostedCredit, "slot" | "invoice">): Decimal =>
  sumOf(applications(input, credit).filter((view) => view.state === "confirmed"), (view) => dec(answered(view, "applied") ?? asked(view, "amount") ?? "0"));

/** What is or may be set against one invoice or debit. */
const takenOn = (input: Pick<PlanInput, "commands">, credit: Pick<PostedCredit, "slot" | "invoice">): Decimal =>
  appliedOf(input, credit).plus(sumOf(applications(input, credit).filter((view) => view.state !== "confirmed"), (view) => dec(asked(view, "amount") ?? "0")));

/** Invoices and debits that something of the credit is or may be set against. */
const targetsOf = (input: Pick<PlanInput, "commands">, slot: string): string[] =>
  [...new Set(viewsOf(input.commands, "apply_credit").filter((view) => hasLeft(view) && view.slot.startsWith(`${slot}:`)).flatMap((view) => asked(view, "invoice") ?? []))];

/** What the ledger has set against invoices and debits in all. */
export const appliedInAll = (input: Pick<PlanInput, "commands">, slot: string): Decimal => sumOf(targetsOf(input, slot), (invoice) => appliedOf(input, { slot, invoice }));

/** What is or may be set against any of them: it cannot be given back. */
const takenOf = (input: Pick<PlanInput, "commands">, slot: string): Decimal => sumOf(targetsOf(input, slot), (invoice) => takenOn(input, { slot, invoice }));

/**
 * What of an invoice is left for the credits of one subject (a return, or the unit itself): what is open without them, less
 * what receipts and card money taken will still settle, less what credits before them will. Receipts go first, then credits in
 * the order of their names: money that a customer sent for this invoice is never pushed out by a credit, which can stay open.
 */
export function roomForCredits(item: Pick<OpenItem, "open" | "settledBy" | "captures">, by: string): Decimal {
  const rows = item.settledBy ?? [];
  const credits = rows.filter((row) => row.kind === "credit"), receipts = rows.filter((row) => row.kind === "receipt");
  const pending = (row: (typeof rows)[number]) => positive(dec(row.wanted).minus(row.amount));
  const card = receipts.filter((row) => row.means === "card");
  const taken = positive(sumOf(item.captures ?? [], stillOurs).minus(sumOf(card, (row) => dec(row.amount))));
  const claimed = sumOf(receipts.filter((row) => row.means !== "card"), pending).plus(max(taken, sumOf(card, pending)));
  const mine = sumOf(credits.filter((row) => row.by === by), (row) => dec(row.amount));
  return positive(dec(item.open).plus(mine).minus(claimed).minus(sumOf(credits.filter((row) => row.by < by), pending)));
}

/**
 * Asks for the application of posted credits to one open item, as far as there is room; what does not fit stays open on account.
 * One part at a time, and what the ledger has stays: nothing takes an application back.
 */
function applyCredits(input: PlanInput, gate: Gate, credits: readonly PostedCredit[], room: Decimal): CreditOnInvoice[] {
  const standing = credits.map((credit) => {
    const views = applications(input, credit), applied = appliedOf(input, credit);
    return { credit, views, applied, flying: sumOf(views.filter((view) => view.state !== "confirmed"), (view) => dec(asked(view, "amount") ?? "0")) };
  });
  let left = positive(room.minus(sumOf(standing, ({ applied, flying }) => applied.plus(flying))));
  return standing.map(({ credit, views, applied, flying }) => {
    const slot = slotOf(credit), { currency, postedAt } = credit;
    const ask = (sequence: number, payload: Record<string, unknown>, amount: string) => { gate.ask({ kind: "apply_credit", slot, sequence, payload, amount: { amount, currency }, dueSince: postedAt }); };
    for (const view of views) ask(view.sequence, view.payload, asked(view, "amount") ?? "0");
    const more = min(positive(credit.free.minus(applied).minus(flying)), left);
    left = left.minus(more);
    if (more.gt(0) && flying.isZero()) {
      const sequence = views.length + 1, amount = moneyText(more, currency);
      const payload: CommandPayloads["apply_credit"] = { reference: referenceOf(input.subject.id, { kind: "apply_credit", slot, sequence }), credit: credit.number, invoice: credit.invoice, amount, currency };
      ask(sequence, { ...payload }, amount);
    }
    return { applied, flying, wanted: applied.plus(flying).plus(more) };
  });
}

/** An invoice or debit that credits may be set against, and how much of it is theirs. */
export interface Room { invoice: string; room: Decimal }

/** The same over several open items, in their order: first the invoice, then its debits. One row of answers for each item. */
export function applyInOrder(input: PlanInput, gate: Gate, credits: readonly PostedCredit[], items: readonly Room[]): { invoice: string; credits: CreditOnInvoice[] }[] {
  const left = new Map(credits.map(({ slot, free }): [string, Decimal] => [slot, free.minus(takenOf(input, slot))]));
  return items.map(({ invoice, room }) => {
    const rows = credits.map((credit): PostedCredit => ({ ...credit, invoice, free: (left.get(credit.slot) ?? zero).plus(takenOn(input, { slot: credit.slot, invoice })) }));
    const set = applyCredits(input, gate, rows, room);
    rows.forEach(({ slot, free }, index) => left.set(slot, free.minus(set[index]?.wanted ?? zero)));
    return { invoice, credits: set };
  });
}

/** What of each credit is neither set against an open item nor to be. */
export const leftOf = (credits: readonly PostedCredit[], set: readonly { credits: readonly CreditOnInvoice[] }[]): CreditLeft[] =>
  credits.map((credit, index) => ({ credit, left: credit.free.minus(sumOf(set, (item) => item.credits[index]?.wanted ?? zero)) }));

/** When the ledger last set one of this subject's credits against an invoice. */
export const lastApplied = (input: Pick<PlanInput, "commands">): Instant | null =>
  viewsOf(input.commands, "apply_credit").flatMap((view) => (view.state === "confirmed" && view.confirmedAt ? [view.confirmedAt] : [])).sort().at(-1) ?? null;

/** Who has an open credit: the ledger or the tower as long as some of it is yet to be applied, then whoever decides what becomes of the rest. */
export function creditHolder(input: Pick<PlanInput, "commands">, credits: readonly CreditOnInvoice[]): Holder {
  const going = viewsOf(input.commands, "apply_credit").find((view) => view.state === "sending" || view.state === "unknown");
  if (going) return `target:${going.connector}`;
  return sumOf(credits, ({ wanted, applied }) => wanted.minus(applied)).gt(zero) ? "tower" : "cash";
}
