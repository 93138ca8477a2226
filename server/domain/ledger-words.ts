import type { CrossReference } from "./contracts/masters";
import type { Fact } from "./facts";
import { mapKey } from "./order-to-cash/order/codes";
import { referenceId, type PlanInput, type Planner } from "./plan";

type Seen = Pick<PlanInput, "facts"> & Partial<Pick<PlanInput, "commands" | "reference">>;
const customerOf = ({ type, data }: Fact): string | null => {
  const customer = type === "ledger.document_read" ? (data as { customer?: unknown }).customer : null;
  return typeof customer === "string" ? customer : null;
};

/** Documents whose customer none of the subject's own commands names: another customer, or another word for it. */
function foreignDocuments({ facts, commands = [] }: Seen): { fact: Fact; customer: string }[] {
  const read = facts.flatMap((fact) => { const customer = customerOf(fact); return customer === null ? [] : [{ fact, customer }]; });
  if (read.length === 0) return [];
  const ours = new Set(commands.flatMap(({ payload }) => [payload["customer"], payload["billTo"]]));
  return read.filter(({ customer }) => !ours.has(customer));
}

function translated<Input extends Seen>(input: Input): Input {
  const words = new Map(foreignDocuments(input).flatMap(({ fact, customer }) => {
    const row = input.reference?.get(referenceId(mapKey("customer", fact.source, customer)))?.data as CrossReference | undefined;
    return row?.canonical === undefined ? [] : [[fact, { ...fact, data: { ...(fact.data as object), customer: row.canonical } }] as const];
  }));
  return words.size === 0 ? input : { ...input, facts: input.facts.map((fact) => words.get(fact) ?? fact) };
}

/** A planner that reads what a ledger says of its documents with the customer in our word for it, as the cross-reference has it; a code without one is its own. */
export const readingLedgers = (planner: Planner): Planner => ({
  dependencies: (input) => {
    const keys = planner.dependencies(translated(input)), codes = foreignDocuments(input);
    return codes.length === 0 ? keys : [...keys, ...codes.map(({ fact, customer }) => mapKey("customer", fact.source, customer))];
  },
  plan: (input) => planner.plan(translated(input)),
});
