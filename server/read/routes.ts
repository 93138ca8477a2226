import { defaultPolicy } from "@/server/domain/default-policy";
import type { Policy, Route } from "@/server/domain/policy";
import { routedCapabilities, type RouteChange } from "@/server/domain/route-change";
import type { Entities } from "./exceptions";
import type { Query } from "./query";

export interface RouteProposal extends RouteChange {
  id: string; reason: string; proposedBy: string; proposedById: string; proposedAt: string;
  /** Open orders that were placed on or after its managed-from date: what a confirmation reaches at once. */
  openOrders: number;
}
/** In force: by whose proposal and whose confirmation; nobody's where it is as the set-up made it. */
export interface RouteView extends RouteChange { connectorState: "active" | "paused" | "absent"; proposedBy: string | null; confirmedBy: string | null; confirmedAt: string | null; proposal: RouteProposal | null }
export interface EntityRoutes { code: string; name: string; currency: string; zone: string; policyVersion: number; routes: RouteView[] }

interface ProposalRow extends RouteProposal { entity: string; state: string; decidedBy: string | null; decidedAt: string | null }
const isRouted = (route: Route): route is RouteChange => routedCapabilities.some((capability) => capability === route.capability);
const keyOf = ({ capability, document }: Pick<RouteChange, "capability" | "document">): string => `${capability}/${document}`;
const order = (route: RouteChange): number => routedCapabilities.findIndex((capability) => capability === route.capability);

export const routableConnectors = (query: Query, entities: Entities): Promise<{ id: string; name: string; type: string; entity: string; state: "active" | "paused" }[]> =>
  query.rows("select id, name, type, entity, state from connector where ($1::text[] is null or entity = any($1)) order by id", [entities]);

/** Every entity with its routing table as it is in force, and what is proposed for it. A document of its own stands under its capability. */
export async function entityRoutes(query: Query, entities: Entities): Promise<EntityRoutes[]> {
  const [homes, policies, changes, connectors] = await Promise.all([
    query.rows<{ code: string; name: string; currency: string; zone: string }>("select code, name, currency, zone from entity where ($1::text[] is null or code = any($1)) order by code", [entities]),
    query.rows<{ entity: string; version: number; routes: Policy["routes"] | null }>("select distinct on (entity) entity, version, data->'routes' as routes from policy_version where valid_from <= now() and ($1::text[] is null or entity = any($1)) order by entity, version desc", [entities]),
    query.rows<ProposalRow>(
      `select distinct on (r.entity, r.capability, r.document, r.state) r.id, r.entity, r.capability, r.document, r.connector, r.mode, r.managed_from as "managedFrom", r.reason, r.state, r.proposed_by as "proposedById", coalesce(p.name, r.proposed_by) as "proposedBy",
         r.proposed_at as "proposedAt", coalesce(d.name, r.decided_by) as "decidedBy", r.decided_at as "decidedAt",
         case when r.state = 'open' then (select count(*)::int from subject s where s.entity = r.entity and s.kind = 'order' and not s.complete and s.placed_at >= r.managed_from) else 0 end as "openOrders"
       from route_change r left join app_user p on p.id = r.proposed_by left join app_user d on d.id = r.decided_by
       where r.state in ('open', 'confirmed') and ($1::text[] is null or r.entity = any($1)) order by r.entity, r.capability, r.document, r.state, r.decided_at desc nulls first`, [entities]),
    routableConnectors(query, entities),
  ]);
  return homes.map((home) => {
    const policy = policies.find(({ entity }) => entity === home.code);
    const own = changes.filter(({ entity }) => entity === home.code);
    const inForce = (policy?.routes ?? defaultPolicy.routes).filter(isRouted);
    const fresh = own.filter((change) => change.state === "open" && !inForce.some((route) => keyOf(route) === keyOf(change))).map((change) => ({ ...change, mode: "observe" as const, managedFrom: null }));
    const view = (route: RouteChange): RouteView => {
      const confirmed = own.find((change) => change.state === "confirmed" && keyOf(change) === keyOf(route)), open = own.find((change) => change.state === "open" && keyOf(change) === keyOf(route));
      return {
        document: route.document, capability: route.capability, connector: route.connector, mode: route.mode, managedFrom: route.managedFrom,
        connectorState: connectors.find(({ id, entity }) => id === route.connector && entity === home.code)?.state ?? "absent",
        proposedBy: confirmed?.proposedBy ?? null, confirmedBy: confirmed?.decidedBy ?? null, confirmedAt: confirmed?.decidedAt ?? null, proposal: open ? proposalOf(open) : null,
      };
    };
    return { ...home, policyVersion: policy?.version ?? defaultPolicy.version, routes: [...inForce, ...fresh].map(view).sort((a, b) => order(a) - order(b) || (a.document === "*" ? -1 : b.document === "*" ? 1 : a.document.localeCompare(b.document))) };
  });
}

const proposalOf = ({ entity: _entity, state: _state, decidedBy: _by, decidedAt: _at, ...proposal }: ProposalRow): RouteProposal => proposal;
