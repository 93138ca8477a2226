import { publishedOf } from "../../facts";
import { epochMs, hours } from "../../instant";
import type { Plan, PlanInput, Planner } from "../../plan";
import type { Policy } from "../../policy";
import type { DuplicateAnswer, PurchaseOrderRegistered } from "../../publications";
import { emptyPlan } from "../order/unseen";

const dayMs = 86_400_000;

/** Purchase order number as it is compared: upper case, letters and digits only, a leading "PO" dropped; null where nothing is left (P14). */
export function normalisedPurchaseOrder(number: string | null): string | null {
  const plain = (number ?? "").toUpperCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/^PO/, "");
  return plain === "" ? null : plain;
}

/** Orders that repeat others on purpose, so that a repeated number or content says nothing. */
const meantToRepeat: ReadonlySet<string> = new Set(["release", "blanket", "replacement", "sample", "intercompany", "credit_only"]);

/**
 * Answers each order of a bill-to whether it looks like an earlier one: the same purchase order number within a year, or
 * the same ship-to, items and quantities within 24 hours (P14, S05). The one placed first is the original; cancelled
 * orders and releases of blankets are nobody's original and nobody's double.
 */
export function duplicateAnswers(orders: readonly PurchaseOrderRegistered[], policy: Pick<Policy, "duplicateWindowDays" | "duplicateContentHours">): DuplicateAnswer[] {
  const sorted = [...orders].sort((a, b) => a.placed.localeCompare(b.placed) || a.order.localeCompare(b.order));
  const byNumber = new Map<string, PurchaseOrderRegistered[]>(), byContent = new Map<string, PurchaseOrderRegistered[]>();
  return sorted.map((order): DuplicateAnswer => {
    const none: DuplicateAnswer = { order: order.order, duplicateOf: null, reason: null };
    if (order.cancelled || meantToRepeat.has(order.purpose)) return none;
    const number = normalisedPurchaseOrder(order.purchaseOrder);
    const content = `${order.shipTo}|${order.content}`;
    const within = (earlier: PurchaseOrderRegistered, ms: number) => epochMs(order.placed) - epochMs(earlier.placed) <= ms;
    const sameNumber = number === null ? undefined : byNumber.get(number)?.find((earlier) => within(earlier, policy.duplicateWindowDays * dayMs));
    const sameContent = byContent.get(content)?.find((earlier) => within(earlier, hours(policy.duplicateContentHours)));
    if (number !== null) remember(byNumber, number, order);
    if (order.content !== "") remember(byContent, content, order);
    if (sameNumber) return { order: order.order, duplicateOf: sameNumber.order, reason: "purchase_order" };
    return sameContent && order.content !== "" ? { order: order.order, duplicateOf: sameContent.order, reason: "content" } : none;
  });
}

function remember(index: Map<string, PurchaseOrderRegistered[]>, key: string, order: PurchaseOrderRegistered): void {
  const present = index.get(key);
  if (present) present.push(order);
  else index.set(key, [order]);
}

/** The bill-to account: knows the purchase order numbers of all orders that are billed to it. */
export const billToAccountPlanner: Planner = {
  dependencies: () => [],
  plan: (input: PlanInput): Plan => {
    const orders = publishedOf<PurchaseOrderRegistered>(input.facts, "purchase_order.registered").map(({ data }) => data);
    const empty = emptyPlan(input.subject.key);
    return {
      ...empty, summary: { ...empty.summary, customer: input.subject.key },
      publications: duplicateAnswers(orders, input.policy).map((answer) => ({ topic: "duplicate.answer", key: answer.order, to: { entity: input.subject.entity, kind: "order", key: answer.order }, data: answer, reading: "soon" })),
    };
  },
};
