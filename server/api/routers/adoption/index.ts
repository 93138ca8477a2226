import { z } from "zod";
import { mayDo } from "@/server/domain/rights";
import { adoptionCounts, slotsCompared, slotsToAdopt } from "@/server/read/adoption";
import { creditsToAdopt } from "@/server/read/credits-to-adopt";
import { entityRoutes } from "@/server/read/routes";
import { reader, router, signedIn, unwrap } from "../../trpc";

const entity = z.string().min(1).max(12);
const reason = z.string().trim().min(3, "Say why, in a few words").max(1000);

/** What an entity would bill and what its ledger may have of it already, how its invoices are routed now, and what the person lacks to decide. */
const list = reader.input(z.object({ entity: entity.optional() })).query(async ({ ctx, input }) => {
  const { query } = ctx.services, homes = await entityRoutes(query, ctx.entities), home = homes.find(({ code }) => code === input.entity) ?? homes[0];
  const entities = homes.map(({ code, name }) => ({ code, name }));
  if (!home) return { entities, home: null, rows: [], isCut: false, credits: { rows: [], total: 0 }, counts: null, missing: null, asOf: ctx.services.now() };
  const rows = await slotsToAdopt(query, home.code), credits = await creditsToAdopt(query, home.code), counts = await adoptionCounts(query, home.code, rows), right = mayDo(ctx.person.grants, "decision.finance", home.code);
  const route = home.routes.find(({ capability, document }) => capability === "finance" && document === "invoice") ?? home.routes.find(({ capability, document }) => capability === "finance" && document === "*") ?? null;
  return { entities, home: { code: home.code, name: home.name, zone: home.zone, route }, rows, isCut: rows.length >= slotsCompared, credits, counts, missing: right.ok ? null : right.error.message, asOf: ctx.services.now() };
});

const choice = z.object({ subject: z.string().min(1).max(400), number: z.string().min(1).max(80), digest: z.string().min(1).max(80) });
const decide = signedIn.input(z.object({ entity, choices: z.array(choice).min(1).max(slotsCompared), verdict: z.enum(["adopt", "decline"]), reason }))
  .mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.decideAdoptions(ctx.person, input.entity, input.choices, input.verdict, input.reason)));

export const adoptionRouter = router({ list, decide });
