import type { Fact } from "../../facts";
import { addMs, minutes } from "../../instant";
import type { Plan, PlanInput, SubjectSummary } from "../../plan";
import { parseSubjectId } from "../../subject";

const emptySummary = (number: string): SubjectSummary => ({
  number, customer: null, customerName: null, channel: null, currency: null, stage: null, stageSince: null, placedAt: null, dueAt: null, tracks: {}, facets: [], amounts: {}, complete: false, identifiers: [],
});

export const emptyPlan = (number: string): Plan => ({
  wanted: [], reopened: [], holds: [], exceptions: [], findings: [], waits: [], milestones: [], balances: [], slices: [], publications: [], records: [], sentence: null, summary: emptySummary(number), nextReviewAt: null,
});

/** Returns and shipments say themselves that their order has not come: it is not said here once more. */
const saysSoItself = ({ type, source }: Fact): boolean => type.startsWith("published.") && ["return", "shipment"].includes(parseSubjectId(source).kind);

/** Something speaks of an order that nobody has told us about: wait 30 minutes, then SEQ-01 (P19). */
export function unseenPlan(input: PlanInput): Plan {
  const plan = emptyPlan(input.subject.key);
  const first = input.facts.reduce<string | null>((earliest, fact) => (earliest === null || fact.recordedAt < earliest ? fact.recordedAt : earliest), null);
  if (first === null) return plan;
  const due = addMs(first, minutes(input.policy.unseenDocumentWaitMinutes));
  const speaking = input.facts.filter((fact) => !saysSoItself(fact)), source = (speaking.length > 0 ? speaking : input.facts).map((fact) => fact.source).sort()[0] ?? "";
  if (due > input.now) return { ...plan, waits: [{ slot: "order", until: due, message: `Order ${input.subject.key} has not been seen yet` }], nextReviewAt: due, sentence: `Waiting for order ${input.subject.key} itself.` };
  return {
    ...plan, sentence: `Order ${input.subject.key} was never received; ${source} speaks of it.`,
    exceptions: speaking.length === 0 ? [] : [{ code: "SEQ-01", fingerprint: { connector: source, code: "order" }, stops: ["order"], amount: "0", currency: null, message: `${source} speaks of order ${input.subject.key}, which was not received`, since: first }],
  };
}
