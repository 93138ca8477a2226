import { addServiceLevel } from "../../calendar";
import { dec, min, sumOf, zero, type Decimal } from "../../decimal";
import { digestOf } from "../../decisions";
import { latestOf } from "../../facts";
import { decisionsOn, type Gate } from "../../gate";
import type { Instant } from "../../instant";
import { moneyText } from "../../money";
import type { ExceptionFinding, PlanInput } from "../../plan";
import { referenceOf } from "../../reference";
import { answered, asked, hasLeft, viewsOf } from "../../standing";
import type { InvoicePayload } from "./invoice";
import type { InvoiceStanding, PostedInvoice } from "./standing-invoice";
import { taxDocument } from "./tax";
import { hasNothingToBill, type Unit } from "./unit";

/** What follows a posted invoice: tax commit, sending, capture. Each is a command with its own outcome. */
export interface FollowUp { committedAt: Instant | null; committed: Decimal | null; sentAt: Instant | null; captured: Decimal; captures: { capture: string; order: string; authorisation: string; amount: string }[]; exceptions: ExceptionFinding[] }

export function followUp(input: PlanInput, unit: Unit, standing: InvoiceStanding, open: Decimal, gate: Gate): FollowUp {
  const tax = taxRecord(input, unit, standing, gate);
  const sending = standing.posted ? send(input, unit, standing.posted, gate) : { sentAt: null, exceptions: [] };
  if (standing.posted && standing.billed) for (const terms of unit.terms) capture(input, unit, standing.billed, standing.posted, terms.data.order, open, gate);
  const captures = viewsOf(input.commands, "capture_payment").filter((view) => view.state === "confirmed")
    .map((view) => ({ capture: answered(view, "capture") ?? view.reference ?? "", order: String(view.payload["order"]), authorisation: view.slot, amount: answered(view, "amount") ?? asked(view, "amount") ?? "0" }));
  return { ...tax, ...sending, captures, captured: sumOf(captures, (row) => dec(row.amount)), exceptions: [...tax.exceptions, ...sending.exceptions] };
}

/** The tax record is committed once the invoice stands, and voided where it was determined and nothing is to be billed. */
function taxRecord(input: PlanInput, unit: Unit, standing: InvoiceStanding, gate: Gate): Pick<FollowUp, "committedAt" | "committed" | "exceptions"> {
  const determined = viewsOf(input.commands, "determine_tax", "").filter((view) => view.state === "confirmed").at(-1);
  const document = answered(determined, "document") ?? taxDocument(unit, standing.revision);
  const record = latestOf(input.facts, "tax.record_changed").find(({ data }) => data.document === document);
  const { posted, billed, revision } = standing;
  if (posted && billed && determined)
    gate.ask({ kind: "commit_tax", slot: "", sequence: revision, payload: { document, revision, invoice: posted.number, total: billed.tax }, amount: { amount: billed.tax, currency: unit.currency }, dueSince: posted.postedAt });
  else if (determined && !standing.closed && hasNothingToBill(unit) && record?.data.state !== "voided")
    gate.ask({ kind: "void_tax", slot: "", sequence: revision, payload: { document, revision }, amount: null, dueSince: determined.confirmedAt ?? input.now });
  const view = viewsOf(input.commands, "commit_tax", "").find((row) => row.sequence === revision && row.state === "confirmed");
  const committed = record ? (record.data.state === "committed" ? dec(record.data.total) : null) : view ? dec(answered(view, "total") ?? asked(view, "total") ?? "0") : null;
  const exceptions: ExceptionFinding[] = [];
  const disagree = (message: string, amount: Decimal) => exceptions.push({ code: "TAX-02", fingerprint: { customer: unit.head.customer, code: "tax_record" }, stops: [], amount: moneyText(amount, unit.currency), currency: unit.currency, message, since: record?.occurredAt ?? view?.confirmedAt ?? input.now });
  if (posted && committed && !committed.eq(posted.tax)) disagree(`The tax service has ${moneyText(committed, unit.currency)} committed, invoice ${posted.number} says ${moneyText(posted.tax, unit.currency)}.`, committed.minus(posted.tax).abs());
  if (posted && view && record?.data.state === "voided") disagree(`The tax record of ${posted.number} was voided at the tax service.`, posted.tax);
  if (!standing.closed && record?.data.state === "committed") disagree("Tax is committed and there is no invoice.", dec(record.data.total));
  return { committedAt: committed ? (view?.confirmedAt ?? record?.occurredAt ?? null) : null, committed, exceptions };
}

/** Posted and sent are different facts: sent is when the customer's channel took it; a bounce is INV-06 until sent again. */
function send(input: PlanInput, unit: Unit, posted: PostedInvoice, gate: Gate): Pick<FollowUp, "sentAt" | "exceptions"> {
  const channel = unit.head.channel;
  const views = viewsOf(input.commands, "send_invoice", channel);
  const last = views.at(-1) ?? null;
  const news = latestOf(input.facts, "invoice.delivered").filter(({ data }) => data.invoice === posted.number).sort((a, b) => a.data.at.localeCompare(b.data.at)).at(-1);
  const failed = news && news.data.state !== "sent" && (last?.confirmedAt == null || news.data.at >= last.confirmedAt) ? news : null;
  const again = last?.state === "confirmed" && failed !== null && decisionsOn(input.facts, last.naturalKey).some(({ data, occurredAt }) => data.verdict === "restart" && occurredAt >= failed.data.at);
  gate.ask({
    kind: "send_invoice", slot: channel, sequence: (last?.sequence ?? 1) + (again ? 1 : 0), amount: { amount: moneyText(posted.total, unit.currency), currency: unit.currency }, dueSince: posted.postedAt,
    payload: { invoice: posted.number, customer: unit.head.customer, channel, total: moneyText(posted.total, unit.currency), currency: unit.currency },
  });
  const exceptions: ExceptionFinding[] = failed && !again ? [{
    code: "INV-06", fingerprint: { customer: unit.head.customer, code: failed.data.state }, stops: [], amount: moneyText(posted.total, unit.currency), currency: unit.currency,
    message: `${posted.number} did not reach the customer by ${failed.data.channel}: ${failed.data.reason ?? failed.data.state}.`, since: failed.data.at,
  }] : [];
  const took = last?.state === "confirmed" ? (answered(last, "at") ?? last.confirmedAt) : null;
  return { sentAt: failed ? null : news?.data.state === "sent" ? news.data.at : took, exceptions };
}

/**
 * Card money is taken per billing unit and never above what is left of the authorisation (P17). What is missing is the hold
 * PAYMENT_AUTHORISATION on the capture alone: the invoice itself posts (S06).
 */
function capture(input: PlanInput, unit: Unit, billed: InvoicePayload, posted: PostedInvoice, order: string, open: Decimal, gate: Gate): void {
  const terms = unit.terms.find(({ data }) => data.order === order)?.data;
  if (!terms || terms.paymentMethod !== "card") return;
  const earlier = viewsOf(input.commands, "capture_payment").find((view) => view.payload["order"] === order && hasLeft(view));
  if (earlier) { gate.ask({ kind: "capture_payment", slot: earlier.slot, sequence: earlier.sequence, payload: earlier.payload, amount: { amount: String(earlier.payload["amount"]), currency: unit.currency }, dueSince: posted.postedAt }); return; }
  const due = min(shareOf(billed, order), open);
  if (due.lte(0)) return;
  const { authorisation } = terms;
  const alive = authorisation !== null && (authorisation.expires === null || authorisation.expires > input.now);
  const available = authorisation && alive ? dec(authorisation.amount).minus(dec(authorisation.captured)) : zero;
  const short = due.minus(available);
  const blockedBy: string[] = [];
  if (short.gt(0)) {
    const { key } = gate.hold({
      rule: "PAYMENT_AUTHORISATION", slot: order, blocks: ["capture_payment"], amount: moneyText(due, unit.currency), currency: unit.currency,
      message: authorisation ? `${alive ? "Authorised and left" : "The authorisation expired; left"} ${moneyText(available, unit.currency)}, to be captured ${moneyText(due, unit.currency)}: ${moneyText(short, unit.currency)} short.` : `No authorisation for ${moneyText(due, unit.currency)}.`,
      releasedBy: "A new authorisation that covers it, or the credit manager (collect on terms instead).", evidence: { order, due: moneyText(due, unit.currency), available: moneyText(available, unit.currency), short: moneyText(short, unit.currency), authorisation: authorisation?.reference ?? null },
      digest: digestOf({ order, unit: unit.key, due: moneyText(due, unit.currency) }), dueAt: addServiceLevel(input.policy.calendar, posted.postedAt, 1440),
    });
    if (key === null) return;
    blockedBy.push(key);
  }
  if (!authorisation) return;
  const slot = authorisation.reference;
  gate.ask({
    kind: "capture_payment", slot, sequence: 1, blockedBy, dueSince: posted.postedAt, amount: { amount: moneyText(due, unit.currency), currency: unit.currency },
    payload: { reference: referenceOf(unit.id, { kind: "capture_payment", slot, sequence: 1 }), order, unit: unit.key, authorisation: authorisation.reference, amount: moneyText(due, unit.currency), currency: unit.currency, invoice: posted.number },
  });
}

/** What one order has in the invoice, with its charges and tax. */
const shareOf = (billed: InvoicePayload, order: string): Decimal =>
  sumOf(billed.lines.filter((line) => line.order === order), (line) => dec(line.net).plus(line.tax)).plus(sumOf(billed.charges.filter((charge) => charge.order === order), (charge) => dec(charge.amount).plus(charge.tax)));
