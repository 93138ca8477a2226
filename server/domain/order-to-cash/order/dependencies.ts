import type { CommandView } from "../../commands";
import type { OrderCaptured } from "../../contracts/order";
import { publishedOf, type Fact } from "../../facts";
import type { ShipmentSlices } from "../../publications";
import { referenceId, type Planner, type ReferenceKey } from "../../plan";
import { codebook, mapKey, type CodeKind } from "./codes";
import { unclaimedKey, wordsOn } from "../../unclaimed";
import { capturedVersions } from "./record";

/** Codes of an order by kind, in the words of its source. */
function* codesOf(order: OrderCaptured): Generator<[CodeKind, string]> {
  yield* partyCodes(order);
  yield ["terms", order.terms];
  for (const charge of order.charges) yield ["charge", charge.charge];
  for (const line of order.lines) {
    yield ["item", line.item];
    yield ["unit", line.unit];
    if (line.priceUnitOf !== undefined) yield ["unit", line.priceUnitOf];
    if (line.warehouse !== undefined) yield ["warehouse", line.warehouse];
    for (const component of line.components ?? []) yield ["item", component.item];
  }
}

function* partyCodes({ parties: { sellTo, billTo, shipTo, payer, creditAccount } }: OrderCaptured): Generator<[CodeKind, string]> {
  for (const code of [sellTo, billTo, shipTo, payer, creditAccount]) if (code !== undefined) yield ["customer", code];
}

/**
 * The mapping of every code in the order, and the master records and price agreements that the mappings name. Parties of
 * earlier versions too: an invoice that left under one is theirs.
 */
export const orderDependencies: Planner["dependencies"] = ({ subject, facts, policy, commands = [], reference = new Map() }) => {
  const versions = capturedVersions({ facts, policy }), newest = versions.at(-1);
  if (!newest) return [];
  const book = codebook(reference, newest.source, policy);
  const keys = new Map<string, ReferenceKey>();
  const add = (key: ReferenceKey) => keys.set(referenceId(key), key);
  const named = (kind: CodeKind, code: string): string => {
    const found = book.canonical(kind, code);
    return found.ok ? found.value : code;
  };
  const customer = named("customer", newest.data.parties.sellTo);
  // A version in another currency may have come too late; then the one before it counts.
  const counting = versions.findLast(({ data }) => data.currency !== newest.data.currency);
  for (const [kind, code] of [...versions.slice(0, -1).flatMap(({ data }) => [...partyCodes(data)]), ...(counting ? codesOf(counting.data) : []), ...codesOf(newest.data)]) {
    const map = mapKey(kind, newest.source, code);
    if (keys.has(referenceId(map))) continue;
    add(map);
    if (kind === "customer") add({ topic: "customer", key: named(kind, code) });
    if (kind !== "item") continue;
    const item = named(kind, code);
    add({ topic: "item", key: item });
    add({ topic: "price", key: `${customer}/${item}` });
  }
  // What left may be another item than the newest version orders.
  for (const { data } of publishedOf<ShipmentSlices>(facts, "shipment.slices")) for (const { item } of data.lines) add({ topic: "item", key: item });
  const { adopted } = wordsOn(facts, subject.key);
  if (adopted !== null) add(unclaimedKey(adopted));
  for (const [system, word] of warehouseCodes(facts, commands)) add(mapKey("warehouse", system, word));
  return [...keys.values()];
};

/** What warehouses call themselves in their answers. */
function* warehouseCodes(facts: readonly Fact[], commands: readonly CommandView[]): Generator<[system: string, word: string]> {
  const said = (data: unknown): string[] => { const word = (data as { warehouse?: unknown } | null)?.warehouse; return typeof word === "string" ? [word] : []; };
  for (const { type, source, data } of facts) if (type === "stock.allocated" || type === "fulfilment.progressed") for (const word of said(data)) yield [source, word];
  for (const { kind, connector, result } of commands) if (kind === "request_allocation" || kind === "release_to_warehouse") for (const word of said(result)) yield [connector, word];
}
