import type { ShipmentConfirmed, ShipmentDelivered } from "../../contracts/fulfilment";
import { dec } from "../../decimal";
import { ofServices } from "../../service-confirmation";
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
  /** The warehouse's word of it; where no warehouse speaks, the first one's whose services stand under its number. */
  issue: Known<ShipmentConfirmed>;
  /** Whose word an order's part is: services that an order source confirmed under a warehouse's number are a document of their own. */
  issueFor(order: string): Known<ShipmentConfirmed>;
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

/** What the warehouse says that left, with people's edits over it, then services that order sources confirmed under its number. */
function issuesOf(facts: readonly Fact[]): Known<ShipmentConfirmed>[] {
  const told = latestOf(facts, "shipment.confirmed"), first = told.find(({ data }) => !ofServices(data)) ?? told[0];
  return first ? [{ ...first, data: withOverlays(facts, first.document, first.data) }, ...told.filter((other) => other !== first && ofServices(other.data))] : [];
}

/** The mapping of every item on the shipment, and the master record that it names. */
export const shipmentDependencies: Planner["dependencies"] = ({ facts, policy, reference = new Map() }) => {
  const keys = new Map<string, ReferenceKey>();
  for (const issue of issuesOf(facts)) {
    const book = codebook(reference, issue.source, policy);
    for (const code of new Set(issue.data.lines.flatMap((line) => [line.item, ...(line.component ? [line.component] : [])]))) {
      const found = book.canonical("item", code);
      for (const key of [mapKey("item", issue.source, code), { topic: "item", key: found.ok ? found.value : code }]) keys.set(referenceId(key), key);
    }
  }
  return [...keys.values()];
};

export function readGoods(input: PlanInput): Goods | null {
  const issues = issuesOf(input.facts), issue = issues[0];
  if (!issue) return null;
  const versions = allOf(input.facts, "shipment.confirmed"), parts = issues.map((each) => understood(input, each));
  const named = (order: string) => issues.filter(({ source }) => versions.some((version) => version.source === source && version.data.lines.some((line) => line.order === order)));
  return {
    issue, issueFor: (order) => named(order).find(({ data }) => !data.reversed) ?? named(order)[0] ?? issue,
    lines: parts.flatMap(({ lines }) => lines), unclear: new Set(parts.flatMap(({ unclear }) => [...unclear])), exceptions: parts.flatMap(({ exceptions }) => exceptions), orders: [...new Set(versions.flatMap(({ data }) => data.lines.map((line) => line.order)))].sort(),
    delivery: latestOf(input.facts, "shipment.delivered").sort((a, b) => a.data.at.localeCompare(b.data.at)).at(-1) ?? null,
    expected: latestOf(input.facts, "shipment.expected").sort((a, b) => a.version - b.version).at(-1)?.data.on ?? null,
    served: new Map(publishedOf<OrderServed>(input.facts, "order.served").map(({ data }) => [data.order, data])), seenAt: versions.map(({ recordedAt }) => recordedAt).sort()[0] ?? issue.recordedAt,
  };
}

/** Lines of one document in our words, and what keeps some of them from being understood. */
function understood(input: PlanInput, issue: Known<ShipmentConfirmed>): Pick<Goods, "lines" | "unclear" | "exceptions"> {
  const exceptions: ExceptionFinding[] = [];
  const book = codebook(input.reference, issue.source, input.policy);
  const lines: SlicedLine[] = [], unclear = new Set<string>();
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
  return { lines, unclear, exceptions };
}

const about = (issue: Known<ShipmentConfirmed>) => ({ amount: "0", currency: null, since: issue.data.shippedAt });
