import { zero } from "../../../decimal";
import type { CommandPayloads } from "../../../payloads";
import type { Codebook } from "../codes";
import type { FulfilmentRequest } from "../fulfilment/requests";
import type { Problem } from "../lines/sold";
import type { Shipped } from "../lines/walk";
import type { Parties } from "../parties";
import { versionAt, type OrderRecord } from "../record";

/** Whether goods sent in place of the ordered ones may be billed: the customer, or this line of the order, must allow it. */
const substitutesAllowed = (row: Shipped, parties: Parties): boolean =>
  parties.master?.acceptsSubstitutes === true || (row.line.source.substitutionAllowed && parties.master?.acceptsSubstitutes !== false);

/** Whether goods are what the line orders now, or what was ordered or asked of the warehouse when they left. */
export type Ordered = (row: Shipped) => boolean;

export function orderedItems(record: OrderRecord, book: Codebook, requests: readonly FulfilmentRequest[]): Ordered {
  const asked = new Set(requests.flatMap(({ state, command, lines }) => (state !== "live" && state !== "in_flight" ? [] : ((command?.payload as CommandPayloads["release_to_warehouse"] | undefined)?.lines ?? [])
    .filter(({ line }) => lines.get(line)?.recalled.lt(lines.get(line)?.released ?? zero)).map(({ line, item }) => `${line}|${item}`))));
  const then = ({ line, goods, shippedAt }: Shipped): string[] => {
    const source = versionAt(record.versions, shippedAt)?.data.lines.find((candidate) => candidate.line === line.id);
    const codes = goods.component === null ? [source?.item] : (source?.components ?? []).map(({ item }) => item).filter((code) => code === goods.component);
    return codes.flatMap((code) => { const found = code === undefined ? null : book.canonical("item", code); return found?.ok ? [found.value] : []; });
  };
  return (row) => row.item === row.goods.item || asked.has(`${row.goods.key}|${row.item}`) || then(row).includes(row.item);
}

/** What is wrong or missing on a shipment line, so that it cannot be billed yet (SHP-02). */
export function billingProblem(row: Shipped, parties: Parties, ordered: Ordered): Problem | null {
  const problem = (code: string, message: string): Problem => ({ code: "SHP-02", fingerprint: { item: row.item, code }, message: `Shipment ${row.shipment} line ${row.shipmentLine}: ${message}` });
  if (row.quantity.isZero()) return null;
  if (row.substitute && !substitutesAllowed(row, parties)) return problem("substitute", `${row.item} was sent for ${row.line.item}, and no substitute is allowed`);
  if (!row.substitute && !ordered(row)) return problem("item", `${row.item} was sent, and ${row.goods.item} was ordered`);
  const master = row.goods.master;
  if ((row.line.nominalWeight !== null || master?.weightRequired) && row.weight === null) return problem("weight", `the weight of ${row.item} is missing`);
  if (master?.lotRequired && row.lot === null) return problem("lot", `the lot of ${row.item} is missing`);
  if (master?.serialRequired && row.quantity.gt(row.serials)) return problem("serial", `${row.quantity.toFixed()} of ${row.item} left with ${row.serials} serial numbers`);
  return null;
}
