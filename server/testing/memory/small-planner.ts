import type { CommandKind } from "@/server/domain/commands";
import { latestOf, publishedOf } from "@/server/domain/facts";
import type { Plan, Planner, PlanInput } from "@/server/domain/plan";

const emptyPlan = (number: string): Plan => ({
  wanted: [], reopened: [], holds: [], exceptions: [], findings: [], waits: [], milestones: [], balances: [], slices: [], publications: [], records: [], sentence: null, nextReviewAt: null,
  summary: { number, customer: null, customerName: null, channel: null, currency: null, stage: null, stageSince: null, placedAt: null, dueAt: null, tracks: {}, facets: [], amounts: {}, complete: false, identifiers: [] },
});

/** A planner of tests: answers an empty plan with what `say` adds. */
export const planner = (say: (input: PlanInput) => Partial<Plan>, dependencies: Planner["dependencies"] = () => []): Planner =>
  ({ dependencies, plan: (input) => ({ ...emptyPlan(input.subject.key), ...say(input) }) });

const wish = (kind: CommandKind, slot: string, payload: Record<string, unknown>, now: string): Plan["wanted"][number] => ({ kind, slot, sequence: 1, payload, blockedBy: [], amount: null, dueSince: now });

/** One `acknowledge_order` for each order, saying its newest version. */
export const acknowledging = planner((input) => {
  const newest = latestOf(input.facts, "order.captured").at(-1);
  return newest ? { wanted: [wish("acknowledge_order", "", { order: input.subject.key, version: newest.version }, input.now)] } : {};
});

/** One `post_invoice` for each order, once. */
export const invoicing = planner((input) => {
  const newest = latestOf(input.facts, "order.captured").at(-1);
  if (!newest) return {};
  const reference = `ref-${input.subject.key}`;
  return { wanted: [wish("post_invoice", "", {
    reference, customer: "C-1", billTo: "C-1", payer: "C-1", orders: [input.subject.key], currency: "USD", accountingDate: "2026-03-02", dueDate: "2026-04-01", shipment: "S", net: "10.00", chargesTotal: "0.00", tax: "0.80", total: "10.80", lines: [], charges: [],
  }, input.now)] };
});

/** Orders that speak to each other in a ring of `size`: each tells the next how many versions it has seen of the one before. */
export const gossiping = (size: number): Planner => planner((input) => {
  const mine = latestOf(input.facts, "order.captured").at(-1)?.version ?? 0;
  const heard = publishedOf<{ sum: number; hops: number }>(input.facts, "order.served")[0]?.data;
  const next = (Number(input.subject.key.replace(/\D/g, "")) + 1) % size;
  const hops = heard ? Math.min(heard.hops + 1, 3) : 0;
  return {
    publications: [
      { topic: "order.served", key: input.subject.key, to: { entity: "US01", kind: "order", key: `SO-${next}` }, data: { sum: mine, hops } },
      { topic: "gossip", key: `SO-${next}`, to: null, data: { sum: mine, hops } },
    ],
    exceptions: mine % 2 === 0 ? [{ code: "ORD-01", fingerprint: { item: `I-${next % 5}` }, stops: [], amount: "1", currency: "USD", message: `version ${mine}`, since: input.now }] : [],
    balances: [{ line: "1", term: "ordered", document: input.subject.key, quantity: String(mine), amount: "0", currency: "USD", effectiveOn: "2026-03-02", period: null }],
    slices: [{ key: "1", line: "1", stage: "validate", bucket: null, quantity: String(mine), amount: "0", charges: "0", tax: "0", currency: "USD", holder: "tower", since: "2026-03-02T00:00:00.000Z", dueAt: null, document: null }],
  };
}, ({ subject }) => [{ topic: "gossip", key: subject.key }, { topic: "gossip", key: `SO-${(Number(subject.key.replace(/\D/g, "")) + 7) % size}` }]);
