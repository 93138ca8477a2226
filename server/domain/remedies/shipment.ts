import { latestOf } from "../facts";
import { fail } from "../result";
import { contentsOf } from "../shipment-choice";
import { remedy, says, type Remedies } from "./remedy";
import { askSystemOfRecord } from "./system-of-record";

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

/** CTR-02: one source said one version twice (where it is not another than the system of record that spoke). The first stands for ever; what is meant as a correction comes as the next version. */
export const askForNextVersion: Remedies = (input, trouble) => {
  const ofAnother = askSystemOfRecord(input, trouble);
  if (takeSource(input, trouble).length > 0) return [];
  return ofAnother.length > 0 ? ofAnother : [remedy({
    verb: "take_source", target: input.subject.key, title: "Take it as a correction", effect: "The first stays and counts.", evidence: { message: trouble.message }, permission: "decision.operations", resolution: "fixed_at_source",
    why: "One version cannot mean two things: ask the sender for the same as its next version, which is a correction at once; then resolve this as fixed at the source.", say: () => fail("STATE", "Ask the sender for the next version"),
  })];
};
