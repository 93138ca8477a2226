import { z } from "zod";
import { documentKinds, successors, type DocumentKind } from "@/server/domain/completeness";
import { mayDo } from "@/server/domain/rights";
import { controlTotals, completenessDocuments, completenessRows, completenessWindows, connectorsInUse, documentFilters, unaskedCensuses } from "@/server/read/completeness";
import { reader, router, signedIn, unwrap } from "../../trpc";

const hours = z.union([z.literal(24), z.literal(168)]).default(24);
const paging = { cursor: z.string().max(1000).nullish().transform((cursor) => cursor ?? undefined), limit: z.number().int().min(1).max(1000).default(100) };
const source = { connector: z.string().min(1).max(80), kind: z.enum(documentKinds) };

/** Each source and kind of document over the last hours, with every gap however old; control totals; and what cannot be proved at all. */
const list = reader.input(z.object({ hours })).query(async ({ ctx, input }) => {
  const { query, connectors } = ctx.services;
  const [rows, unasked, totals, inUse, kinds] = await Promise.all([completenessRows(query, ctx.entities, input.hours), unaskedCensuses(query, ctx.entities), controlTotals(query, ctx.entities, input.hours), connectorsInUse(query, ctx.entities), connectors.describe()]);
  const typeOf = (type: string) => kinds.find((kind) => kind.type === type);
  return {
    asOf: ctx.services.now(), unasked, totals,
    sources: rows.map((row) => {
      const right = mayDo(ctx.person.grants, "exception.retry", row.entity);
      return { ...row, next: successors[row.kind as DocumentKind]?.capability ?? null, missingRight: right.ok ? null : right.error.message };
    }),
    /** Sources that tell of documents, cannot be asked what exists, and state no control totals. */
    unprovable: inUse.filter(({ id, type }) => { const kind = typeOf(type); return kind !== undefined && !totals.some(({ connector }) => connector === id) && kind.censuses.length === 0 && (kind.feeds.length > 0 || kind.webhook || kind.capabilities.length === 0); }).map(({ id, name, paused }) => ({ id, name, paused })),
  };
});

/** Windows of one source, newest first. */
const windows = reader.input(z.object({ ...source, gaps: z.boolean().optional(), ...paging })).query(({ ctx, input }) => completenessWindows(ctx.services.query, ctx.entities, input));

/** Documents behind one number. */
const documents = reader.input(z.object({ ...source, show: z.enum(documentFilters).default("missing"), window: z.iso.datetime().optional(), hours, ...paging })).query(({ ctx, input }) => completenessDocuments(ctx.services.query, ctx.entities, input));

/** Missing documents of one cause are asked for at once: it changes nothing at the source, and what comes is taken in as ever. */
const fetch = signedIn.input(z.object({ fingerprint: z.string().min(1).max(500), items: z.array(z.string().regex(/^\d+$/)).max(1000).optional(), reason: z.string().trim().max(1000).default("") }))
  .mutation(async ({ ctx, input: { reason, ...choice } }) => unwrap(await ctx.services.desk.fetchNow(ctx.person, choice, reason)));

export const completenessRouter = router({ list, windows, documents, fetch });
