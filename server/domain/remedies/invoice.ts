import type { LedgerDocument } from "../contracts/billing";
import { dec, type Decimal } from "../decimal";
import { latestOf } from "../facts";
import { decisionsOn } from "../gate";
import { minorUnit, moneyText } from "../money";
import { advancePath, overlaid } from "../overlay";
import { differences } from "../posting-figures";
import { ownCredits } from "../order-to-cash/billing-unit/credited";
import { foundByOrders, invoiceDifferences, ledgerInvoices, voidedThere } from "../order-to-cash/billing-unit/standing-invoice";
import { readUnit } from "../order-to-cash/billing-unit/unit";
import { answered, asked, viewsOf } from "../standing";
import { claimedDocument } from "../unclaimed";
import { remedy, says, type Remedies, type Remedy } from "./remedy";
import { adoptedAs } from "./unclaimed";

/** INV-04: finance takes what the ledger has, with these differences and no others. What was voided cannot be taken. */
export const acceptDifference: Remedies = (input) => {
  const documents = ledgerInvoices(input);
  const invoices = viewsOf(input.commands, "post_invoice").filter((view) => view.state === "confirmed").flatMap((view) => {
    const number = answered(view, "number") ?? view.reference ?? "";
    const there = documents.find(({ data }) => data.number === number)?.data.total ?? view.result?.["total"];
    return accepting(number, invoiceDifferences(view, documents), asked(view, "total"), there, asked(view, "currency"));
  });
  const credits = ownCredits(input).filter(({ view }) => view.state === "confirmed").flatMap(({ view, payload }) =>
    accepting(view.reference ?? payload.cause, differences(view.payload as unknown as typeof payload, view.result ?? {}), asked(view, "total"), view.result?.["total"], asked(view, "currency")));
  const claimed = claimedDocument(input), changed = claimed ? accepting(claimed.data.number, claimed.changed, claimed.data.total ?? null, claimed.data.total, claimed.data.currency) : [];
  return [...invoices, ...credits, ...changed];
};

function accepting(number: string, wrong: string[], wanted: string | null, there: unknown, currency: string | null): Remedy[] {
  if (wrong.length === 0 || wanted === null || currency === null) return [];
  const off: Decimal = typeof there === "string" ? dec(wanted).minus(there).abs() : dec(wanted);
  return [remedy({
    verb: "accept_difference", target: number, title: `Accept ${number} as the ledger has it`, effect: "The document counts as posted with the ledger's figures; the difference stands in the books under its own name.",
    amount: moneyText(off, currency), currency, evidence: { document: number, wanted, ledger: there ?? null, differences: wrong }, permission: "decision.finance", limitedBy: "ADJUSTMENT_APPROVAL", resolution: "accepted_difference",
    why: wrong.includes(voidedThere) ? "It was voided in the ledger: there is nothing to accept. Adopt the document that stands in its place, or have it restored there." : null,
    say: () => says({ type: "field.overlaid", document: number, path: "accepted_difference", value: wrong }),
  })];
}

/** INV-05: one of the ledger's documents is this unit's invoice; the others are to be reversed there. */
export const adopt: Remedies = (input) => {
  const posted = ledgerInvoices(input).filter(({ data }) => data.state === "posted");
  const inDoubt = viewsOf(input.commands, "post_invoice").filter((view) => view.state === "unknown");
  const unit = readUnit(input), strangers = new Set(foundByOrders(input).map(({ document }) => document.number));
  /** A document that knows nothing of our unit may bill other goods than these: then the rest would be billed twice. */
  const billsOther = ({ number, net, charges }: LedgerDocument): string | null => {
    if (!unit || !strangers.has(number) || net === undefined) return null;
    const there = dec(net).plus(charges ?? 0), here = unit.net.plus(unit.chargesTotal);
    return there.minus(here).abs().gt(minorUnit(unit.currency).times(unit.lines.length)) ? `It bills ${moneyText(there, unit.currency)} before tax and what is here comes to ${moneyText(here, unit.currency)}: reverse it in the ledger, or have it corrected there.` : null;
  };
  return posted.map(({ data, source }) => remedy({
    verb: "adopt", target: data.number, title: `Adopt ${data.number}`, effect: posted.length > 1 ? "It becomes this unit's invoice. The others must be reversed in the ledger; until then they stay open here." : "It becomes this unit's invoice; nothing is posted again.",
    amount: data.total ?? null, currency: data.currency, evidence: { document: data.number, ledger: source, total: data.total ?? null, date: data.accountingDate, customer: data.customer ?? null, others: posted.filter((other) => other.data.number !== data.number).map((other) => other.data.number) },
    permission: "decision.finance", resolution: "duplicate_of", why: billsOther(data),
    say: () => says(...adoptedAs(input, data.number), ...inDoubt.map((view) => ({ type: "command.decided" as const, naturalKey: view.naturalKey, verdict: "posted_by_hand" as const, reference: data.number }))),
  }));
};

/** INV-04 of one that was voided in the ledger: what was billed again there in its place. */
export const adoptInPlace: Remedies = (input, trouble) => {
  const documents = ledgerInvoices(input), isVoided = viewsOf(input.commands, "post_invoice").some((view) => view.state === "confirmed" && invoiceDifferences(view, documents).includes(voidedThere));
  return isVoided ? adopt(input, trouble) : [];
};

/** INV-06: the channel was mended and the invoice goes to the customer once more. */
export const sendInvoiceAgain: Remedies = (input) => {
  const view = viewsOf(input.commands, "send_invoice").filter((row) => row.state === "confirmed").at(-1);
  const news = view && latestOf(input.facts, "invoice.delivered").filter(({ data }) => data.invoice === asked(view, "invoice") && data.state !== "sent").at(-1);
  if (!view || !news || decisionsOn(input.facts, view.naturalKey).some(({ data, occurredAt }) => data.verdict === "restart" && occurredAt >= news.data.at)) return [];
  return [remedy({
    verb: "send_again", target: view.naturalKey, title: `Send ${news.data.invoice} again`, effect: "Goes to the customer once more by the channel of today.", amount: asked(view, "total"), currency: asked(view, "currency"),
    evidence: { invoice: news.data.invoice, channel: news.data.channel, state: news.data.state, reason: news.data.reason ?? null, at: news.data.at }, permission: "decision.operations", resolution: "fixed_and_verified",
    say: () => says({ type: "command.decided", naturalKey: view.naturalKey, verdict: "restart" }),
  })];
};

/** INV-03: it was billed in advance, and waits for its goods. */
export const acceptAdvance: Remedies = (input) =>
  latestOf(input.facts, "ledger.document_read").filter(({ data }) => data.kind === "invoice" && data.state === "posted" && overlaid(input.facts, data.number, advancePath) !== true).map(({ data, source }) => remedy({
    verb: "accept_advance", target: data.number, title: `Accept ${data.number} as billing in advance`, effect: "It waits for its goods. Once they ship nothing is posted beside it before it was adopted as their invoice or reversed in the ledger (INV-05).",
    amount: data.total ?? null, currency: data.currency, evidence: { document: data.number, ledger: source, total: data.total ?? null, date: data.accountingDate, customer: data.customer ?? null }, permission: "decision.finance", resolution: "posted_by_hand",
    say: () => says({ type: "field.overlaid", document: data.number, path: advancePath, value: true }),
  }));
