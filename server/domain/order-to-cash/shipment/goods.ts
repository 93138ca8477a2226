import type { ShipmentConfirmed, ShipmentDelivered } from "../../contracts/fulfilment";
import { dec } from "../../decimal";
import { allOf, latestOf, publishedOf, type Fact, type Known } from "../../facts";
import type { Day } from "../../instant";
import { withOverlays } from "../../overlay";
import type { ExceptionFinding, PlanInput } from "../../plan";
import type { OrderServed, ShipmentSlices } from "../../publications";
import { codebook, mapKey } from "../order/codes";
import { referenceId, type Planner, type ReferenceKey } from "../../plan";

export type SlicedLine = ShipmentSlices["lines"][number] & { order: string };

/** What left, in our words, and what keeps some of it from being understood. */
export interface Goods {
  issue: Known<ShipmentConfirmed>;
  /** Lines of the newest version that are understood; none once the goods issue was reversed. */
  lines: SlicedLine[];
  /** Orders of every version, so that one that a correction took off learns of it. */
  orders: string[];
  /** Orders with a line that is not understood yet: their notice waits. */
  unclear: ReadonlySet<string>;
  delivery: Known<ShipmentDelivered> | null;
  /** The carrier's date, by its newest word. */
  expected: Day | null;
  served: ReadonlyMap<string, OrderServed>;
  /** First time that anybody said it left. */
  seenAt: string;
  exceptions: ExceptionFinding[];
}

/** What the warehouse says that left, with people's edits over it. */
function issueOf(facts: readonly Fact[]): Known<ShipmentConfirmed> | null {
  const issue = latestOf(facts, "shipment.confirmed")[0];
  return issue ? { ...issue, data: withOverlays(facts, issue.document, issue.data) } : null;
}

/** The mapping of every item on the shipment, and the master record that it names. */
export const shipmentDependencies: Planner["dependencies"] = ({ facts, policy, reference = new Map() }) => {
  const issue = issueOf(facts);
  if (!issue) return [];
  const book = codebook(reference, issue.source, policy);
  const keys = new Map<string, ReferenceKey>();
  for (const code of new Set(issue.data.lines.flatMap((line) => [line.item, ...(line.component ? [line.component] : [])]))) {
    const found = book.canonical("item", code);
    for (const key of [mapKey("item", issue.source, code), { topic: "item", key: found.ok ? found.value : code }]) keys.set(referenceId(key), key);
  }
  return [...keys.values()];
};

export function readGoods(input: PlanInput): Goods | null {
  const issue = issueOf(input.facts);
  if (!issue) return null;
  const versions = allOf(input.facts, "shipment.confirmed");
  const exceptions: ExceptionFinding[] = [];
  const book = codebook(input.reference, issue.source, input.policy);
  const lines: SlicedLine[] = [];
  const unclear = new Set<string>();
  for (const line of issue.data.reversed ? [] : issue.data.lines) {
    const item = book.canonical("item", line.item), component = line.component === undefined ? null : book.canonical("item", line.component);
    if (!item.ok || (component && !component.ok)) {
      const code = item.ok ? (line.component ?? line.item) : line.item;
      unclear.add(line.order);
      exceptions.push({ ...about(issue), code: "MAP-02", fingerprint: { connector: issue.source, item: code }, stops: [line.shipmentLine], message: `${issue.source} shipped ${code} and nobody has mapped it.` });
      continue;
    }
    const master = book.item(item.value);
    const missing: ("lot" | "serial" | "weight")[] = [
      ...(master?.lotRequired && line.lot === undefined ? ["lot" as const] : []),
      ...(master?.serialRequired && !dec(line.serials?.length ?? 0).eq(dec(line.quantity)) ? ["serial" as const] : []),
      ...(master?.weightRequired && line.weight === undefined ? ["weight" as const] : []),
    ];
    if (missing.length > 0 && !dec(line.quantity).isZero()) exceptions.push({ ...about(issue), code: "SHP-02", fingerprint: { item: item.value, code: missing[0] ?? "" }, stops: [line.shipmentLine], message: `Shipment ${issue.document} line ${line.shipmentLine}: ${missing.join(" and ")} missing for ${item.value}.` });
    lines.push({
      order: line.order, shipmentLine: line.shipmentLine, orderLine: line.orderLine, request: line.request ?? null, item: item.value, component: component?.ok ? component.value : null, substitute: line.substitute,
      quantity: line.quantity, weight: line.weight ?? null, lot: line.lot ?? null, serials: line.serials ?? [], ...(line.service ? { service: line.service } : {}), ...(missing.length > 0 ? { missing } : {}),
    });
  }
  return {
    issue, lines, unclear, exceptions, orders: [...new Set(versions.flatMap(({ data }) => data.lines.map((line) => line.order)))].sort(),
    delivery: latestOf(input.facts, "shipment.delivered").sort((a, b) => a.data.at.localeCompare(b.data.at)).at(-1) ?? null,
    expected: latestOf(input.facts, "shipment.expected").sort((a, b) => a.version - b.version).at(-1)?.data.on ?? null,
    served: new Map(publishedOf<OrderServed>(input.facts, "order.served").map(({ data }) => [data.order, data])), seenAt: versions.map(({ recordedAt }) => recordedAt).sort()[0] ?? issue.recordedAt,
  };
}

const about = (issue: Known<ShipmentConfirmed>) => ({ amount: "0", currency: null, since: issue.data.shippedAt });
