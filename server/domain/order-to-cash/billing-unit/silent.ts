import { latestOf } from "../../facts";
import { advancePath, overlaid } from "../../overlay";
import type { Plan, PlanInput } from "../../plan";

/** A unit of which no order has spoken: a document in the ledger is then invoiced and not shipped (INV-03). */
export function silentUnit(input: PlanInput): Plan {
  const documents = latestOf(input.facts, "ledger.document_read").filter(({ data }) => data.kind === "invoice" && data.state === "posted" && overlaid(input.facts, data.number, advancePath) !== true);
  const first = documents[0];
  return {
    wanted: [], reopened: [], holds: [], findings: [], waits: [], milestones: [], balances: [], slices: [], publications: [], records: [], nextReviewAt: null,
    exceptions: first ? [{ code: "INV-03", fingerprint: { connector: first.source }, stops: [], amount: first.data.total ?? "0", currency: first.data.currency, message: `${first.data.number} is in the ledger and nothing was shipped for it.`, since: first.occurredAt }] : [],
    sentence: first ? `${first.data.number} is in the ledger and nothing was shipped for it.` : null,
    summary: {
      number: first?.data.number ?? input.subject.key, customer: first?.data.customer ?? null, customerName: null, channel: null, currency: first?.data.currency ?? null, stage: null, stageSince: null, placedAt: null, dueAt: null,
      tracks: {}, facets: first ? ["exception"] : [], amounts: {}, complete: false, identifiers: first ? [{ kind: "invoice", value: first.data.number }] : [],
    },
  };
}
