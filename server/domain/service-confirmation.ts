import { instantOn, localDay } from "./calendar";
import type { EventData } from "./contracts/registry";
import { dec, text, type DecimalString } from "./decimal";
import type { Day, Instant } from "./instant";
import type { BusinessCalendar } from "./policy";
import { fail, ok, type Result } from "./result";

/** A line of an order that is a service, as its books have it. `open`: what the order desk still has to confirm, in base units. */
export interface ServiceLine { order: string; line: string; item: string; method: string; open: DecimalString; placedAt: Instant }
/** What a person says was done: how much, and on which day. */
export interface ServiceDone { quantity: DecimalString; on: Day }

/** Services alone stand in it: the order desk's word, not a warehouse's (decision 20). */
export const ofServices = ({ lines }: Pick<EventData<"shipment.confirmed">, "lines">): boolean => lines.length > 0 && lines.every(({ service }) => service);

const evening = 17 * 60;

/**
 * A person's word that a service was done is the same fact as the order system's (decision 20): a confirmation under a
 * number of its own. It says no more than is open, of no day that has not come or on which there was no order yet.
 */
export function serviceConfirmed(line: ServiceLine, { quantity, on }: ServiceDone, said: { shipment: string; calendar: Pick<BusinessCalendar, "zone">; now: Instant }): Result<EventData<"shipment.confirmed">> {
  const { calendar, now, shipment } = said, today = localDay(calendar, now), placedOn = localDay(calendar, line.placedAt);
  if (line.method !== "service") return fail("STATE", `Line ${line.line} is no service: what leaves for it is the warehouse's or the supplier's to confirm`);
  if (!dec(line.open).gt(0)) return fail("STATE", `Nothing of line ${line.line} waits for the order desk`);
  if (!dec(quantity).gt(0) || dec(quantity).gt(dec(line.open))) return fail("INPUT", `Confirm more than nothing and at most ${text(dec(line.open))}, which is what is open`);
  if (on > today || on < placedOn) return fail("INPUT", on > today ? `${on} has not come yet` : `The order was placed on ${placedOn}: nothing was done for it before`);
  const at = on === today ? now : [instantOn(calendar, on, evening), line.placedAt].sort().at(-1) ?? now;
  return ok({
    shipment, version: 1, warehouse: "order_desk", shippedAt: at, reversed: false,
    lines: [{ shipmentLine: "1", order: line.order, orderLine: line.line, item: line.item, quantity: text(dec(quantity)), substitute: false, service: true }],
  });
}
