import type { Translation, TranslationInput } from "../contract/connector";
import { said, textOf, toEvents, type Said } from "../contract/events";
import { readJson } from "../contract/outcome";
import type { CarrierSettings } from "./config";
import { notice, tracking, type Notice, type Tracking } from "./wire";

/** A webhook (one scan) or a polled parcel (all its scans). Both say the same of a scan, to the letter. */
export function toCanonical(input: TranslationInput<CarrierSettings>): Translation {
  const body = textOf(input.body);
  const parcel = readJson(body, tracking);
  if (parcel.ok && !("eventId" in parcel.value)) {
    const { trackingNumber, shipperReference, receivedBy, events } = parcel.value;
    const scans = events.flatMap((scan) => delivery({ ...scan, trackingNumber, shipperReference, receivedBy: scan.code === "DL" ? receivedBy : null }));
    return toEvents(input, [...scans, ...expectation(parcel.value)], "a parcel that was only announced");
  }
  const scan = readJson(body, notice);
  return scan.ok ? toEvents(input, delivery(scan.value), `a scan ${scan.value.code} that changes nothing for us`) : scan;
}

/** What failed is in the text: refused, lost, damaged, address. */
function stateOf(scan: Pick<Notice, "code" | "text">): "in_transit" | "delivered" | "refused" | "failed" | "lost" | null {
  if (scan.code === "PU" || scan.code === "IT") return "in_transit";
  if (scan.code === "DL") return "delivered";
  if (scan.code !== "EX") return null;
  const why = (scan.text ?? "").toLowerCase();
  return why.includes("refused") ? "refused" : why.includes("lost") ? "lost" : "failed";
}

/** The carrier's date stands in the parcel, never in a scan. */
function expectation({ trackingNumber, shipperReference, estimatedDelivery, updatedAt }: Tracking): Said[] {
  if (!estimatedDelivery) return [];
  return [said({ type: "shipment.expected", at: new Date(updatedAt).toISOString(), data: { shipment: shipperReference, tracking: trackingNumber, on: estimatedDelivery, at: updatedAt } })];
}

function delivery(scan: Notice): Said[] {
  const state = stateOf(scan);
  if (state === null) return [];
  const by = state === "delivered" && scan.receivedBy ? { signedBy: scan.receivedBy.slice(0, 120) } : {};
  return [said({ type: "shipment.delivered", at: new Date(scan.at).toISOString(), data: { shipment: scan.shipperReference, tracking: scan.trackingNumber, version: scan.sequence, state, at: scan.at, ...by } })];
}
