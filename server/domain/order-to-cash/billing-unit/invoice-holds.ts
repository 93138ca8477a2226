import { addServiceLevel } from "../../calendar";
import type { CommandKind } from "../../commands";
import { approvalDigest } from "../../decisions";
import { dec, max, sumOf, type Decimal } from "../../decimal";
import type { Gate } from "../../gate";
import { holdCatalogue, type HoldCode } from "../../holds";
import type { Instant } from "../../instant";
import { moneyText } from "../../money";
import type { PlanInput } from "../../plan";
import { approvedContent } from "./approval";
import { explainedByDatedRate, type Taxed } from "./tax";
import type { Unit } from "./unit";

interface Reason { rule: HoldCode; amount: Decimal; message: string; releasedBy: string; evidence: Record<string, unknown>; persons?: number }

/** Raises the holds of one unit's invoice (domain reference 4.2) and answers what still blocks it. */
export function invoiceHolds(input: PlanInput, unit: Unit, gate: Gate, taxed: Taxed, period: string | null, since: Instant): string[] {
  const total = unit.net.plus(unit.chargesTotal).plus(taxed.total);
  const digest = approvalDigest(approvedContent(unit, period));
  const blocked: string[] = [];
  for (const reason of [...termReasons(unit, total), ...(taxed.answer ? totalReasons(input, unit, taxed, total) : [])]) {
    const blocks: CommandKind[] = ["post_invoice"];
    const minutes = holdCatalogue[reason.rule].escalatesAfterMinutes;
    const { key } = gate.hold({
      rule: reason.rule, slot: "", blocks, amount: moneyText(reason.amount, unit.currency), currency: unit.currency, message: reason.message, releasedBy: reason.releasedBy, digest,
      evidence: { customer: unit.head.customerName, orders: unit.orders, shipment: unit.head.shipment, total: moneyText(total, unit.currency), period, ...reason.evidence },
      dueAt: minutes === null ? null : addServiceLevel(input.policy.calendar, since, minutes),
    }, reason.persons);
    if (key) blocked.push(key);
  }
  return blocked;
}

/** Holds that follow from the orders' terms alone; known before the tax is. */
function* termReasons(unit: Unit, total: Decimal): Generator<Reason> {
  const { head } = unit;
  const changed = unit.terms.map(({ data }) => data.changedAfterRelease).find((change) => change !== null);
  if (changed) yield { rule: "CHANGED_AFTER_RELEASE", amount: total, message: `${changed.what.join(", ").replaceAll("_", " ")} changed after release: ${changed.before} became ${changed.after}.`, releasedBy: "A billing lead (finance above 10,000), or the change taken back.", evidence: { ...changed } };
  if (unit.terms.some(({ data }) => data.customerBlocked)) yield { rule: "CUSTOMER_BLOCKED", amount: total, message: `The ERP has ${head.customerName} blocked.`, releasedBy: "Nobody here: the customer unblocked in the ERP.", evidence: { customer: head.customer }, persons: Number.POSITIVE_INFINITY };
  if (unit.terms.some(({ data }) => data.purchaseOrderMissing)) yield { rule: "PO_NUMBER_MISSING", amount: total, message: `${head.customerName} demands a purchase order number and the order has none.`, releasedBy: "The number, or the order desk.", evidence: {} };
  if (unit.terms.some(({ data }) => data.charges.some((charge) => charge.pending === true))) yield { rule: "FREIGHT_PENDING", amount: total, message: "Freight is billed at actual cost and the carrier has not charged yet.", releasedBy: "The carrier's charge, or a billing lead who bills the estimate.", evidence: { estimate: moneyText(unit.chargesTotal, unit.currency) } };
}

/** Holds that need the final tax and total: P15, P18. */
function* totalReasons(input: PlanInput, unit: Unit, taxed: Taxed, total: Decimal): Generator<Reason> {
  const limit = dec(unit.head.approvalLimit ?? input.policy.invoiceApprovalAbove);
  const twoAbove = dec(input.policy.invoiceTwoApprovalsAbove);
  if (total.gt(limit)) {
    const persons = total.gt(twoAbove) ? 2 : 1;
    yield { rule: "AMOUNT_LIMIT", amount: total, message: `The total of ${moneyText(total, unit.currency)} is above ${moneyText(limit, unit.currency)}.`, releasedBy: persons === 2 ? "Two different persons." : "A billing lead or finance.", evidence: { limit: moneyText(limit, unit.currency), persons }, persons };
  }
  const variance = taxVariance(input, unit, taxed);
  if (variance) yield { rule: "TAX_VARIANCE", amount: total, message: `The final tax differs from the estimate by ${moneyText(variance, unit.currency)} and no dated rate explains it.`, releasedBy: "Tax or finance, or a new determination that agrees.", evidence: { estimated: moneyText(unit.estimatedTax, unit.currency), difference: moneyText(variance, unit.currency), jurisdictions: taxed.answer?.jurisdictions ?? [] } };
}

/**
 * P18: final and estimated tax of the same lines differ by more than 0.1 % of net and by more than 1.00, and no dated rate
 * says why. Estimates are per quantity, and by what is billed of it, and asked anew on a change of address, so those two never show as a variance; an
 * exemption that falls is decided in EXEMPTION_CERTIFICATE.
 */
function taxVariance(input: PlanInput, unit: Unit, taxed: Taxed): Decimal | null {
  const { estimate } = unit.head;
  if (!taxed.answer || !estimate || unit.terms.some(({ data }) => data.taxExempt)) return null;
  const difference = unit.lines.reduce((left, line) => left.plus(taxed.tax(line.key)), dec(0)).minus(sumOf(unit.lines, (line) => dec(line.comparableTax ?? line.estimatedTax)));
  const tolerated = max(unit.net.abs().times(input.policy.taxTolerance.fraction), dec(input.policy.taxTolerance.amount));
  if (difference.abs().lte(tolerated) || explainedByDatedRate(estimate, taxed.answer)) return null;
  return difference;
}

/**
 * EXEMPTION_CERTIFICATE: an exempt customer without a certificate for the tax point. Until tax decides, and where it decides
 * to bill with tax, the question is asked as taxable; only an accepted promise keeps it exempt (S23).
 */
export function exemption(input: PlanInput, unit: Unit, gate: Gate, period: string | null, since: Instant): { exempt: boolean; blockedBy: string[] } {
  const claimed = unit.terms.some(({ data }) => data.taxExempt);
  if (!claimed || unit.terms.every(({ data }) => !data.taxExempt || data.certificateCovers)) return { exempt: claimed, blockedBy: [] };
  const { key, verdict } = gate.hold({
    rule: "EXEMPTION_CERTIFICATE", slot: "", blocks: ["post_invoice"], amount: moneyText(unit.net.plus(unit.chargesTotal), unit.currency), currency: unit.currency,
    message: `${unit.head.customerName} is exempt and no certificate covers ${unit.head.shipTo.state ?? unit.head.shipTo.country} on this date.`,
    releasedBy: "Tax: bill with tax, or accept with a promised date; or a certificate that covers the date.", evidence: { shipTo: unit.head.shipTo }, digest: approvalDigest(approvedContent(unit, period)),
    dueAt: addServiceLevel(input.policy.calendar, since, 2880),
  });
  return { exempt: key === null && verdict.decision?.data.consequence === "accept", blockedBy: key ? [key] : [] };
}
