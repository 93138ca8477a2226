import type { EventData } from "./contracts/registry";
import { ofType, publishedOf, type Fact } from "./facts";
import type { Plan, PlanInput, Planner, Publication } from "./plan";
import type { Policy } from "./policy";
import { ofServices } from "./service-confirmation";
import type { OrderAsked, OrderOwner } from "./publications";

/**
 * An order source may allow returns of its own orders, and confirm their services (2.11). Those are subjects of their own and do not see
 * the order: they ask it whose it is. Asked is only where the answer decides: for what neither the order system of record nor a route's
 * connector nor a person says.
 */

/** Orders of which a source says what only their owner may say. */
function ordersNamed({ type, data }: Fact): readonly string[] {
  if (type === "return.authorised") return [(data as EventData<"return.authorised">).order];
  if (type !== "shipment.confirmed") return [];
  const shipment = data as EventData<"shipment.confirmed">;
  return ofServices(shipment) ? [...new Set(shipment.lines.map(({ order }) => order))] : [];
}

/** An order system of record, a route's connector or a person: asks nobody whose its orders are. */
export const speaksAnyway = ({ systemsOfRecord, routes }: Policy, source: string): boolean =>
  source.startsWith("person:") || source === systemsOfRecord["order"] || routes.some(({ capability, connector }) => capability === "orders" && connector === source);

const toOrders = ({ subject, facts, policy }: PlanInput): Publication[] => {
  const orders = new Set(["return.authorised", "shipment.confirmed"].flatMap((type) => ofType(facts, type)).filter(({ source }) => !speaksAnyway(policy, source)).flatMap(ordersNamed));
  const data: OrderAsked = { kind: subject.kind, key: subject.key };
  return [...orders].sort().map((order) => ({ topic: "order.asked", key: subject.key, to: { entity: subject.entity, kind: "order", key: order }, data }));
};

const answers = (owner: string | null, { subject, facts }: PlanInput): Publication[] =>
  publishedOf<OrderAsked>(facts, "order.asked").map(({ data: { kind, key } }) => ({ topic: "order.owner", key: subject.key, to: { entity: subject.entity, kind, key }, data: { order: subject.key, owner } satisfies OrderOwner }));

const also = (planner: Planner, told: (input: PlanInput) => Publication[]): Planner => ({
  ...planner,
  plan: (input) => {
    const plan = planner.plan(input), more = told(input);
    return more.length === 0 ? plan : { ...plan, publications: [...plan.publications, ...more] } satisfies Plan;
  },
});

/** A planner that asks each order named in its facts whose it is. Around the one that parts what counts: who does not count asks too. */
export const asksForOwners = (planner: Planner): Planner => also(planner, toOrders);
/** An order's planner that answers them; null: no order is known yet. */
export const answersForOwner = (planner: Planner, ownerOf: (input: PlanInput) => string | null): Planner => also(planner, (input) => answers(ownerOf(input), input));

/** Whether a source owns every order that it names here; undefined as long as one has not answered. */
export function ownsItsOrders(facts: readonly Fact[], fact: Fact): boolean | undefined {
  const owners = new Map(publishedOf<OrderOwner>(facts, "order.owner").map(({ data }) => [data.order, data.owner]));
  const named = ordersNamed(fact);
  if (named.some((order) => !owners.has(order))) return undefined;
  return named.length > 0 && named.every((order) => owners.get(order) === fact.source);
}
