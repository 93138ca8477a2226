import { addBusinessMinutes } from "../../calendar";
import { commandKinds } from "../../commands";
import { dec } from "../../decimal";
import type { Instant } from "../../instant";
import { moneyText } from "../../money";
import type { ExceptionFinding } from "../../plan";
import { routeFor } from "../../policy";
import { hasLeft, viewsOf } from "../../standing";
import type { Story } from "./story";
import { hasNothingToBill } from "./unit";

/** Target of stage `bill_control`, in business time. */
const limitMinutes = 240;

type Known = Pick<Story, "input" | "unit" | "trigger" | "standing" | "bucket" | "wanted" | "exceptions">;

/** When a unit that is due, and that nothing stops, becomes INV-02: four business hours after its last step; null where something explains it. */
export function invoiceLateAt({ input, unit, trigger, standing, bucket, exceptions }: Known): Instant | null {
  if (unit.mode === "observe" || trigger.state !== "due" || bucket !== "in_flight" || standing.closed || hasNothingToBill(unit)) return null;
  const views = [...viewsOf(input.commands, "determine_tax"), ...viewsOf(input.commands, "post_invoice")];
  // What was tried and failed is told by the exception of its target.
  if (exceptions.some(({ stops }) => stops.length > 0) || views.some((view) => !hasLeft(view) && view.attempts > 0)) return null;
  const steps = [trigger.at, ...unit.terms.map(({ recordedAt }) => recordedAt), ...views.map((view) => view.confirmedAt ?? view.createdAt), ...input.facts.filter(({ type }) => type === "hold.decided").map(({ recordedAt }) => recordedAt)];
  return addBusinessMinutes(input.policy.calendar, steps.sort().at(-1) ?? trigger.at, limitMinutes);
}

/** INV-02: shipped and due, not invoiced, and no hold, wait or other exception says why. It stops nothing, it only tells. */
export function notInvoiced(known: Known): ExceptionFinding[] {
  const { input, unit, wanted } = known;
  const since = invoiceLateAt(known);
  if (since === null || input.now < since) return [];
  const missing = wanted === null ? "determine_tax" : "post_invoice";
  const { capability, document } = commandKinds[missing];
  const connector = routeFor(input.policy, capability, document)?.connector;
  const total = wanted ? dec(wanted.total) : unit.net.plus(unit.chargesTotal).plus(unit.estimatedTax);
  return [{
    code: "INV-02", fingerprint: { ...(connector ? { connector } : {}), code: missing }, stops: [], amount: moneyText(total, unit.currency), currency: unit.currency,
    message: `Shipment ${unit.head.shipment} is due and not invoiced: ${missing.replaceAll("_", " ")} was not sent.`, since,
  }];
}
