import { addBusinessMinutes, deliveryDue, localDay } from "../../calendar";
import { approvalDigest } from "../../decisions";
import type { Gate } from "../../gate";
import { addDays, type Day, type Instant } from "../../instant";
import { moneyText } from "../../money";
import type { PlanInput, Wait } from "../../plan";
import type { BusinessCalendar } from "../../policy";
import { approvedContent } from "./approval";
import type { Unit } from "./unit";

/** Where the unit stands with its billing trigger (P1, stage `bill_wait`). */
export type Trigger =
  | { state: "due"; at: Instant; day: Day; revenueDay: Day }
  | { state: "waiting"; wait: Wait; nextReview: Instant | null }
  | { state: "held"; hold: string };

/** Goods whose title passes at the destination are billed, and their revenue recognised, on delivery (S22c): an invoice that bears some of them waits with all that it bears. */
const passesAtDestination = (unit: Unit): boolean => unit.terms.some(({ data }) => data.titleTransfer === "destination");
const waitsForDelivery = (unit: Unit): boolean => unit.head.trigger === "delivery" || passesAtDestination(unit);

/** A carrier that names no date is given so many days; then proof is asked for, or what nobody speaks of again would never be billed. */
const daysWithoutDate = 14;
export const expectedOn = (calendar: Pick<BusinessCalendar, "zone">, { expectedDelivery, shippedAt }: Unit["head"]): Day => expectedDelivery ?? addDays(localDay(calendar, shippedAt), daysWithoutDate);

/**
 * On shipment the unit is due at once, dated by the goods issue. On delivery it waits until the carrier's date, or for some
 * days where it gave none; past it without proof it is the hold DELIVERY_PROOF, which a person may release with other evidence.
 */
export function triggerOf(input: PlanInput, unit: Unit, gate: Gate): Trigger {
  const { head } = unit;
  const calendar = input.policy.calendar;
  const shippedOn = localDay(calendar, head.shippedAt);
  if (!waitsForDelivery(unit)) return { state: "due", at: head.shippedAt, day: shippedOn, revenueDay: shippedOn };
  const delivered = (at: Instant): Trigger => {
    const day = localDay(calendar, at);
    return { state: "due", at, day, revenueDay: passesAtDestination(unit) ? day : shippedOn };
  };
  if (head.deliveredAt) return delivered(head.deliveredAt);
  const expected = expectedOn(calendar, head), deadline = deliveryDue(calendar, expected), isDated = head.expectedDelivery !== null;
  if (input.now < deadline)
    return { state: "waiting", nextReview: deadline, wait: { slot: "", until: deadline, message: isDated ? `Billed on delivery, expected by ${expected}.` : `Billed on delivery; the carrier gave no date, proof is asked for after ${expected}.` } };
  const { key, verdict } = gate.hold({
    rule: "DELIVERY_PROOF", slot: "", blocks: ["post_invoice"], amount: moneyText(unit.net.plus(unit.chargesTotal).plus(unit.estimatedTax), unit.currency), currency: unit.currency,
    message: `Billed on delivery; ${isDated ? `expected by ${expected},` : `the carrier gave no date, and by ${expected}`} no proof has come.`, releasedBy: "Proof of delivery, or a billing lead with other evidence.",
    evidence: { shipment: head.shipment, expected }, digest: approvalDigest(approvedContent(unit, null)), dueAt: addBusinessMinutes(calendar, deadline, 4320),
  });
  return key === null && verdict.decision ? delivered(verdict.decision.occurredAt) : { state: "held", hold: key ?? "DELIVERY_PROOF|" };
}
