import { addBusinessMinutes } from "../../calendar";
import { commandKinds } from "../../commands";
import { dec } from "../../decimal";
import { addMs, minutes, type Instant } from "../../instant";
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
function invoiceLateAt({ input, unit, trigger, standing, bucket, exceptions }: Known): Instant | null {
  if (unit.mode === "observe" || trigger.state !== "due" || bucket !== "in_flight" || standing.closed || hasNothingToBill(unit)) return null;
  const views = [...viewsOf(input.commands, "determine_tax"), ...viewsOf(input.commands, "post_invoice")];
  // What was tried and failed is told by the exception of its target.
  if (exceptions.some(({ stops }) => stops.length > 0) || views.some((view) => !hasLeft(view) && view.attempts > 0)) return null;
  const steps = [trigger.at, ...unit.terms.map(({ recordedAt }) => recordedAt), ...views.map((view) => view.confirmedAt ?? view.createdAt), ...input.facts.filter(({ type }) => type === "hold.decided").map(({ recordedAt }) => recordedAt)];
  return addBusinessMinutes(input.policy.calendar, steps.sort().at(-1) ?? trigger.at, limitMinutes);
}

/** A unit that waits for a connector that is down is looked at again after so long: what is sent then wakes it by itself. */
const lookAgain = minutes(15);

/** When to look at the unit for INV-02. */
export function invoiceReviewAt(known: Known): Instant | null {
  const late = invoiceLateAt(known);
  if (late === null || late > known.input.now) return late;
  return isDown(known) ? addMs(known.input.now, lookAgain) : null;
}

const missingOf = ({ wanted }: Known) => (wanted === null ? "determine_tax" : "post_invoice");

function connectorOf(known: Known): string | undefined {
  const { capability, document } = commandKinds[missingOf(known)];
  return routeFor(known.input.policy, capability, document)?.connector;
}

const isDown = (known: Known): boolean => known.input.connectorsDown?.has(connectorOf(known) ?? "") === true;

/** INV-02: shipped and due, not invoiced, and no hold, wait, other exception or unreachable system (TEC-01) says why. It stops nothing, it only tells. */
export function notInvoiced(known: Known): ExceptionFinding[] {
  const { input, unit, wanted } = known;
  const since = invoiceLateAt(known);
  if (since === null || input.now < since || isDown(known)) return [];
  const missing = missingOf(known), connector = connectorOf(known);
  const total = wanted ? dec(wanted.total) : unit.net.plus(unit.chargesTotal).plus(unit.estimatedTax);
  return [{
    code: "INV-02", fingerprint: { ...(connector ? { connector } : {}), code: missing }, stops: [], amount: moneyText(total, unit.currency), currency: unit.currency,
    message: `Shipment ${unit.head.shipment} is due and not invoiced: ${missing.replaceAll("_", " ")} was not sent.`, since,
  }];
}
