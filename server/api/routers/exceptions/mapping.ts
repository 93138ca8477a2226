import { z } from "zod";
import { candidates, itemUnits, waitingFor } from "@/server/read/mapping";
import { reader, refused, signedIn, unwrap } from "../../trpc";

const reason = z.string().trim().max(1000).default("");
const name = z.string().trim().min(1).max(80);
const entity = z.string().min(1).max(12);
const parts = z.number().int("Whole numbers only: 1/2 is numerator 1, denominator 2").positive("More than nothing").max(1_000_000);

const seen = (entities: readonly string[] | null, wanted: string): void => { if (entities !== null && !entities.includes(wanted)) throw refused({ code: "NOT_FOUND", message: `Nothing here in ${wanted}` }); };

/** What waits for a missing code, and what a proposed mapping would let go on. Writes nothing. */
const mapPreview = reader
  .input(z.object({ entity, kind: z.enum(["customer", "item", "unit"]), system: name, code: name, canonical: name.optional(), packOf: name.optional() }))
  .query(async ({ ctx, input }) => {
    seen(ctx.allowed, input.entity);
    return waitingFor(ctx.services.query, ctx.allowed, input, input);
  });

const mapCandidates = reader.input(z.object({ entity, kind: z.enum(["customer", "item"]), text: z.string().trim().max(80) })).query(({ ctx, input }) => {
  seen(ctx.allowed, input.entity);
  return candidates(ctx.services.query, input.entity, input.kind, input.text);
});

const units = reader.input(z.object({ entity, item: name })).query(({ ctx, input }) => {
  seen(ctx.allowed, input.entity);
  return itemUnits(ctx.services.query, input.entity, input.item);
});

const map = signedIn.input(z.object({ entity, kind: z.enum(["customer", "item", "unit", "tax", "warehouse", "terms", "carrier", "charge", "reason"]), system: name, code: name, canonical: name, reason }))
  .mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.mapCode(ctx.person, input.entity, { kind: input.kind, system: input.system, code: input.code, canonical: input.canonical }, input.reason)));

const stateUnit = signedIn.input(z.object({ entity, item: name, system: name, unit: name, numerator: parts, denominator: parts, baseUnit: name, reason }))
  .mutation(async ({ ctx, input: { entity: where, reason: why, ...pack } }) => unwrap(await ctx.services.desk.stateUnit(ctx.person, where, pack, why)));

export const mappingProcedures = { mapPreview, mapCandidates, units, map, stateUnit };
