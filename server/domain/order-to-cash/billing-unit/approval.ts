import type { ApprovedContent } from "../../decisions";
import type { Unit } from "./unit";

/** The part of a unit that an approval is bound to (2.8). */
export const approvedContent = (unit: Unit, period: string | null): ApprovedContent => ({
  customer: unit.head.billTo, shipToCountry: unit.head.shipTo.country, shipToState: unit.head.shipTo.state ?? null, currency: unit.currency,
  unitPrices: unit.lines.map((line) => ({ line: line.key, price: line.price, priceUnit: line.priceUnit })), period,
});
