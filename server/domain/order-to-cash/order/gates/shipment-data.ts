import type { Problem } from "../lines/sold";
import type { Shipped } from "../lines/walk";
import type { Parties } from "../parties";

/** Whether goods sent in place of the ordered ones may be billed: the customer, or this line of the order, must allow it. */
const substitutesAllowed = (row: Shipped, parties: Parties): boolean =>
  parties.master?.acceptsSubstitutes === true || (row.line.source.substitutionAllowed && parties.master?.acceptsSubstitutes !== false);

/** What is wrong or missing on a shipment line, so that it cannot be billed yet (SHP-02). */
export function billingProblem(row: Shipped, parties: Parties): Problem | null {
  const problem = (code: string, message: string): Problem => ({ code: "SHP-02", fingerprint: { item: row.item, code }, message: `Shipment ${row.shipment} line ${row.shipmentLine}: ${message}` });
  if (row.quantity.isZero()) return null;
  if (row.substitute && !substitutesAllowed(row, parties)) return problem("substitute", `${row.item} was sent for ${row.line.item}, and no substitute is allowed`);
  const master = row.goods.master;
  if ((row.line.nominalWeight !== null || master?.weightRequired) && row.weight === null) return problem("weight", `the weight of ${row.item} is missing`);
  if (master?.lotRequired && row.lot === null) return problem("lot", `the lot of ${row.item} is missing`);
  if (master?.serialRequired && row.quantity.gt(row.serials)) return problem("serial", `${row.quantity.toFixed()} of ${row.item} left with ${row.serials} serial numbers`);
  return null;
}
