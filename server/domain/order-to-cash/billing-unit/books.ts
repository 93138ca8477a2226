import { instantOn, localDay } from "../../calendar";
import { refundedOf } from "../../card-refund";
import { appliedInAll } from "../../credit-application";
import { committedFor } from "../../debit-tax";
import { dec, sumOf, zero, type Decimal } from "../../decimal";
import { latestOf } from "../../facts";
import type { Day } from "../../instant";
import { moneyText } from "../../money";
import type { Balance, MovementTerm } from "../../movements";
import { acceptedAs } from "../../overlay";
import { periodOf } from "../../period";
import type { Milestone, SubjectSummary } from "../../plan";
import { acceptedDifference, addFigures, creditFigures, figureLine, nothingPosted, postedFigures, type PostingFigures, type Seen } from "../../posting-figures";
import { viewsOf } from "../../standing";
import { returnedInAll } from "./receivable";
import { hasNothingToBill } from "./unit";
import { invoiceDifferences, ledgerInvoices } from "./standing-invoice";
import type { Story } from "./story";

/** M3 and M4 of the unit, each term from its own source: our command, the tax record, the ledger, the receipts. */
export function balancesOf(story: Story): Balance[] {
  const { unit, standing, receivable, followUp, input } = story;
  const rows: Balance[] = [];
  const addTo = (line: string, term: MovementTerm, document: string, amount: Decimal, on: Day) => {
    if (!amount.isZero()) rows.push({ line, term, document, quantity: "0", amount: moneyText(amount, unit.currency), currency: unit.currency, effectiveOn: on, period: periodOf(input.reference, unit.entity, on).name });
  };
  const add = (term: MovementTerm, document: string, amount: Decimal, on: Day) => { addTo("", term, document, amount, on); };
  const { billed, posted, view } = standing;
  if (billed && (view?.state === "confirmed" || posted)) {
    const wanted: PostingFigures = { ...billed, customer: billed.billTo, charges: billed.chargesTotal };
    addFigures(addTo, "wanted_total", "", unit.key, wanted);
    const parties = [billed.customer, billed.billTo];
    const there = inLedger(story).flatMap(([number, seen]) => { const figures = postedFigures(seen, wanted, parties); return figures ? [{ number, figures }] : []; });
    for (const { number, figures } of there) addFigures(addTo, "posted_total", "", number, figures);
    if (posted && view && acceptedAs(input.facts, posted.number, invoiceDifferences(view, ledgerInvoices(input)))) acceptedDifference(addTo, "", posted.number, wanted, there.find(({ number }) => number === posted.number)?.figures ?? nothingPosted(wanted));
  }
  if (followUp.committed) addTo(figureLine.tax(""), "committed_tax", unit.key, followUp.committed, billed?.accountingDate ?? localDay(input.policy.calendar, unit.head.shippedAt));
  if (!posted) return rows;
  if (readBack(story, "invoice", posted.number)?.state !== "voided") add("invoice_total", posted.number, posted.total, posted.accountingDate);
  for (const { data } of receivable.receipts) { add("cash_applied", data.receipt, dec(data.applied), data.receivedOn); add("written_off", data.receipt, dec(data.writtenOff), data.receivedOn); }
  for (const { debit, total, accountingDate } of receivable.debits) add("debit_total", debit, dec(total), accountingDate);
  for (const { data, occurredAt } of receivable.returns) add("credit_applied", data.credit, returnedInAll(data), localDay(input.policy.calendar, occurredAt));
  for (const { payload, view, debit } of receivable.credits) {
    creditFigures(addTo, story.input, `${unit.key}/${payload.cause}`, view);
    if (debit && payload.class !== "tax_only") addTo(figureLine.tax(`${payload.cause}/`), "committed_tax", `${unit.key}/${payload.cause}`, committedFor(input, view.slot) ?? zero, payload.accountingDate);
    if (debit) continue;
    const total = dec(payload.total), part = appliedInAll(input, view.slot), number = view.reference ?? payload.cause;
    add("credit_total", number, total, payload.accountingDate);
    add("credit_applied", number, part, payload.accountingDate);
    add("credit_applied_out", number, part, payload.accountingDate);
    add("credit_refunded", number, refundedOf(input, [view.slot]), payload.accountingDate);
  }
  return rows;
}

const readBack = (story: Story, kind: "invoice" | "credit", number: string) => latestOf(story.input.facts, "ledger.document_read").find(({ data }) => data.kind === kind && data.number === number)?.data;

/** What the ledger itself says: every document of this unit that was read, or the answer to our command until one was. */
function inLedger(story: Story): [string, Seen][] {
  const read = ledgerInvoices(story.input);
  if (read.length > 0) return read.map(({ data }) => [data.number, data]);
  const result = story.standing.view?.result;
  return result && typeof result["total"] === "string" ? [[String(result["number"]), result]] : [];
}

export function milestonesOf(story: Story): Milestone[] {
  const { unit, standing, receivable, followUp, input, trigger } = story;
  const reached: Milestone[] = [];
  const add = (name: Milestone["name"], occurredAt: string | null | undefined, document: string | null) => { if (occurredAt) reached.push({ name, occurredAt, document, slot: "" }); };
  if (trigger.state === "due") add("billing_due", trigger.at, unit.head.shipment);
  const determined = viewsOf(input.commands, "determine_tax", "").filter((view) => view.state === "confirmed").at(-1);
  add("tax_determined", determined?.confirmedAt, determined?.reference ?? null);
  const { posted } = standing;
  if (!posted) return reached;
  add("invoice_posted", posted.postedAt, posted.number);
  add("tax_committed", followUp.committedAt, posted.number);
  add("invoice_sent", followUp.sentAt, posted.number);
  const due = instantOn(input.policy.calendar, posted.dueDate, 0);
  if (due <= input.now) add("due", due, posted.number);
  add("receipt_applied", receivable.receipts.filter(({ data }) => dec(data.applied).gt(0)).map(({ occurredAt }) => occurredAt).sort().at(-1), posted.number);
  add("settled", receivable.settledAt, posted.number);
  return reached;
}

export function summaryOf(story: Story): SubjectSummary {
  const { unit, standing, receivable, wanted, taxed } = story;
  const { posted, billed } = standing;
  const money = (value: Decimal) => moneyText(value, unit.currency);
  const total = posted?.total ?? (billed ?? wanted ? dec((billed ?? wanted)?.total ?? "0") : unit.net.plus(unit.chargesTotal).plus(taxed?.total ?? unit.estimatedTax));
  const inBucket = (bucket: Story["bucket"]) => money(story.bucket === bucket ? total : zero);
  const billing = posted ? (receivable.credits.some(({ debit }) => !debit) || receivable.returns.length > 0 ? "part_credited" : "invoiced") : "to_bill";
  const cash = !posted ? "none" : receivable.open.isZero() ? "paid" : receivable.cash.isZero() ? "none" : "part_paid";
  const owed = [...(posted ? [{ open: receivable.invoiceOpen, dueDate: posted.dueDate }] : []), ...receivable.debits].filter(({ open }) => !open.isZero()).map(({ dueDate }) => dueDate).sort();
  const past = owed.some((day) => localDay(story.input.policy.calendar, story.input.now) > day);
  return {
    number: posted?.number ?? unit.key, customer: unit.head.billTo, customerName: unit.head.customerName, channel: unit.head.channel, currency: unit.currency,
    stage: posted ? (receivable.open.isZero() ? null : "collect") : story.trigger.state === "due" ? "bill_control" : "bill_wait", stageSince: posted?.postedAt ?? story.dueSince ?? unit.head.shippedAt,
    placedAt: unit.head.placedAt, dueAt: posted ? instantOn(story.input.policy.calendar, owed[0] ?? posted.dueDate, 0) : null, tracks: { billing, cash },
    facets: [...(story.holds.length > 0 ? ["on_hold"] : []), ...(story.exceptions.length > 0 ? ["exception"] : []), ...(past ? ["past_due"] : []), ...(standing.adopted ? ["adopted"] : []), ...(unit.mode === "observe" ? ["managed_elsewhere"] : [])],
    amounts: { ...(billed || hasNothingToBill(unit) ? {} : { billable: money(unit.net.plus(unit.chargesTotal)) }), total: money(total), posted: money(posted?.total ?? zero), open: money(posted ? receivable.open : zero), held: inBucket("held"), exception: inBucket("exception"), paid: money(receivable.cash), captured: money(story.followUp.captured), credited: money(sumOf(receivable.credits.filter(({ debit }) => !debit), ({ payload }) => dec(payload.total)).plus(receivable.returnsApplied)), debited: money(sumOf(receivable.debits, ({ total: amount }) => dec(amount))) },
    complete: posted !== null && receivable.open.isZero(),
    identifiers: [
      ...(posted ? [{ kind: "invoice", value: posted.number }] : []), ...receivable.debits.map(({ debit }) => ({ kind: "debit", value: debit })), { kind: "billing_unit", value: unit.key }, { kind: "shipment", value: unit.head.shipment },
      ...unit.orders.map((order) => ({ kind: "order", value: order })), ...(unit.head.purchaseOrder ? [{ kind: "purchase_order", value: unit.head.purchaseOrder }] : []),
    ],
  };
}
