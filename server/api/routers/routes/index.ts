import { z } from "zod";
import { mayDo } from "@/server/domain/rights";
import { documentsOf, mayDecideRoute, routedCapabilities, routeModes, type RouteVerdict } from "@/server/domain/route-change";
import { entityRoutes, routableConnectors } from "@/server/read/routes";
import { reader, router, signedIn, unwrap } from "../../trpc";

const reason = z.string().trim().min(3, "Say why, in a few words").max(1000);
const entity = z.string().min(1).max(12);
const documents = [...new Set(routedCapabilities.flatMap(documentsOf))];

/** Entities with their routing tables, what the person lacks to propose or decide, and the connectors that could serve each capability. */
const list = reader.query(async ({ ctx }) => {
  const [tables, kinds, connectors] = await Promise.all([entityRoutes(ctx.services.query, ctx.entities), ctx.services.connectors.describe(), routableConnectors(ctx.services.query, ctx.entities)]);
  const mayPropose = (code: string): string | null => { const right = mayDo(ctx.person.grants, "route.propose", code); return right.ok ? null : right.error.message; };
  const missing = (code: string, proposedBy: string, verdict: RouteVerdict): string | null => { const right = mayDecideRoute(ctx.person, { entity: code, proposedBy }, verdict); return right.ok ? null : right.error.message; };
  return {
    asOf: ctx.services.now(),
    entities: tables.map((table) => ({
      ...table, missing: mayPropose(table.code),
      connectors: connectors.filter((row) => row.entity === table.code).map(({ id, name, type }) => ({ id, name, capabilities: kinds.find((kind) => kind.type === type)?.capabilities ?? [] })),
      routes: table.routes.map((route) => ({ ...route, proposal: route.proposal && { ...route.proposal, missing: { confirm: missing(table.code, route.proposal.proposedById, "confirm"), withdraw: missing(table.code, route.proposal.proposedById, "withdraw") } } })),
    })),
  };
});

const proposal = z.object({
  entity, capability: z.enum(routedCapabilities), document: z.enum(["*", ...documents]), connector: z.string().min(1).max(80), mode: z.enum(routeModes),
  managedFrom: z.string().max(40).nullable(), reason,
});

const propose = signedIn.input(proposal).mutation(async ({ ctx, input: { entity: code, reason: why, ...change } }) => unwrap(await ctx.services.routes.propose(ctx.person, code, change, why)));

const decide = signedIn.input(z.object({ id: z.uuid(), verdict: z.enum(["confirm", "reject", "withdraw"]), reason }))
  .mutation(async ({ ctx, input }) => unwrap(await ctx.services.routes.decide(ctx.person, input.id, input.verdict, input.reason)));

export const routesRouter = router({ list, propose, decide });
