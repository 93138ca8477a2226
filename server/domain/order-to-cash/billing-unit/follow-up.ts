import { dec, sumOf, type Decimal } from "../../decimal";
import { latestOf } from "../../facts";
import { decisionsOn, type Gate } from "../../gate";
import type { Instant } from "../../instant";
import { moneyText } from "../../money";
import type { ExceptionFinding, PlanInput } from "../../plan";
import { answered, asked, viewsOf } from "../../standing";
import { captureCards, takenOf } from "./capture";
import type { Receivable } from "./receivable";
import type { InvoiceStanding, PostedInvoice } from "./standing-invoice";
import { taxDocument } from "./tax";
import { hasNothingToBill, type Unit } from "./unit";

/** What follows a posted invoice: tax commit, sending, capture. Each is a command with its own outcome. */
export interface FollowUp { committedAt: Instant | null; committed: Decimal | null; sentAt: Instant | null; captured: Decimal; captures: { capture: string; authorisation: string; order: string; amount: string }[]; /** Orders that more card money is wanted of, or may be under way. */ capturing: ReadonlySet<string>; exceptions: ExceptionFinding[] }

export function followUp(input: PlanInput, unit: Unit, standing: InvoiceStanding, receivable: Receivable, gate: Gate): FollowUp {
  const tax = taxRecord(input, unit, standing, gate);
  const sending = standing.posted ? send(input, unit, standing.posted, gate) : { sentAt: null, exceptions: [] };
  const capturing = standing.posted && standing.billed ? captureCards(input, unit, standing.billed, standing.posted, receivable, gate) : new Set<string>();
  const captures = takenOf(input).flatMap(({ view, order, authorisation }) => (view.state === "confirmed" ? [{ capture: answered(view, "capture") ?? view.reference ?? "", authorisation, order, amount: answered(view, "amount") ?? asked(view, "amount") ?? "0" }] : []));
  return { ...tax, ...sending, captures, capturing, captured: sumOf(captures, (row) => dec(row.amount)), exceptions: [...tax.exceptions, ...sending.exceptions] };
}

/** The tax record is committed once the invoice stands, and voided where it was determined and nothing is to be billed. */
function taxRecord(input: PlanInput, unit: Unit, standing: InvoiceStanding, gate: Gate): Pick<FollowUp, "committedAt" | "committed" | "exceptions"> {
  const determined = viewsOf(input.commands, "determine_tax", "").filter((view) => view.state === "confirmed").at(-1);
  const document = answered(determined, "document") ?? asked(determined, "reference") ?? taxDocument(unit, standing.revision);
  const record = latestOf(input.facts, "tax.record_changed").find(({ data }) => data.document === document);
  const { posted, billed, revision } = standing;
  if (posted && billed && determined)
    gate.ask({ kind: "commit_tax", slot: "", sequence: revision, payload: { document, revision, invoice: posted.number, total: billed.tax }, amount: { amount: billed.tax, currency: unit.currency }, dueSince: posted.postedAt });
  else if (determined && !standing.closed && hasNothingToBill(unit) && record?.data.state !== "voided")
    gate.ask({ kind: "void_tax", slot: "", sequence: determined.sequence, payload: { document, revision }, amount: null, dueSince: determined.confirmedAt ?? input.now });
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
