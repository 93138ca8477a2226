import { latestOf } from "../facts";
import { contentsOf } from "../shipment-choice";
import { remedy, says, type Remedies } from "./remedy";

/** CTR-02: one number for two shipments. A person says whose counts; what the other told is kept, and is asked about again once either tells something else. */
export const takeSource: Remedies = (input) => {
  const told = latestOf(input.facts, "shipment.confirmed"), contents = contentsOf(input.facts);
  if (new Set(Object.values(contents)).size < 2) return [];
  return told.map(({ source, document, data }) => remedy({
    verb: "take_source", target: source, title: `Take what ${source} says of ${document}`, effect: "Only its goods count as this shipment. Where the other was billed, the difference is credited or billed, and waits for approval.", permission: "decision.operations", resolution: "fixed_and_verified",
    evidence: { shipment: document, source, warehouse: data.warehouse, lines: data.lines.map(({ order, orderLine, item, quantity }) => ({ order, line: orderLine, item, quantity })), others: told.filter((other) => other.source !== source).map((other) => other.source) },
    say: () => says({ type: "field.overlaid", document, path: "counts", value: { source, contents } }),
  }));
};
