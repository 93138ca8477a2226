import { z } from "zod";
import { mayDo } from "@/server/domain/rights";
import { mappedKinds } from "@/server/domain/mapped-kinds";
import { alignments, codesCompared, codesToPair } from "@/server/read/alignment";
import { mappingCounts, mappingOf, mappingPage, missingCodes, ownNames } from "@/server/read/cross-reference";
import { candidates } from "@/server/read/mapping";
import { entityList } from "@/server/read/shell";
import { reader, refused, router, signedIn, unwrap } from "../../trpc";

const name = z.string().trim().min(1).max(80);
const entity = z.string().min(1).max(12);
const kind = z.enum(mappedKinds);
const reason = z.string().trim().min(3, "Say why, in a few words").max(1000);

/** Rows by keyset. */
const list = reader.input(z.object({ kind: kind.optional(), system: name.optional(), q: name.optional(), cursor: z.string().max(500).nullish().transform((cursor) => cursor ?? undefined), limit: z.number().int().min(1).max(1000).default(100) }))
  .query(({ ctx, input }) => mappingPage(ctx.services.query, ctx.entities, input));

/** What waits for a code that nobody mapped, how many codes that systems told of are open (null: none told of any), which systems there are, and where the person may write. */
const desk = reader.input(z.object({ kind: kind.optional(), system: name.optional() })).query(async ({ ctx, input }) => {
  const { query } = ctx.services;
  const [missing, told, counts, entities, systems] = await Promise.all([
    missingCodes(query, ctx.entities, input), alignments(query, ctx.entities), mappingCounts(query, ctx.entities), entityList(query, ctx.entities),
    query.rows<{ id: string; name: string; entity: string }>("select id, name, entity from connector where ($1::text[] is null or entity = any($1)) order by id", [ctx.entities]),
  ]);
  const may = (code: string): string | null => { const right = mayDo(ctx.person.grants, "mapping.write", code); return right.ok ? null : right.error.message; };
  const rights = entities.map(({ code }) => mayDo(ctx.person.grants, "mapping.import", code)), lacking = rights.flatMap((right) => (right.ok ? [] : [right.error.message]));
  const asked = told.filter((row) => (input.kind === undefined || row.kind === input.kind) && (input.system === undefined || row.system === input.system));
  return { missing, counts, systems, toPair: told.length === 0 ? null : asked.reduce((sum, { open }) => sum + open, 0), entities: entities.map(({ code, name: called }) => ({ code, name: called, missing: may(code) })), importing: lacking.length < rights.length ? null : lacking[0] ?? null, asOf: ctx.services.now() };
});

const get = reader.input(z.object({ entity, kind, system: name, code: name })).query(({ ctx, input }) => mappingOf(ctx.services.query, ctx.entities, input));

const names = reader.input(z.object({ entity, kind, text: z.string().trim().max(80) })).query(({ ctx, input }) => {
  if (ctx.allowed !== null && !ctx.allowed.includes(input.entity)) throw refused({ code: "NOT_FOUND", message: `Nothing here in ${input.entity}` });
  return input.kind === "customer" || input.kind === "item" ? candidates(ctx.services.query, input.entity, input.kind, input.text) : ownNames(ctx.services.query, input.entity, input.kind, input.text);
});

/** Here a reason is always asked for: nothing may wait for the code yet, and a changed one reaches what looks at it. */
const write = signedIn.input(z.object({ entity, kind, system: name, code: name, canonical: name, reason }))
  .mutation(async ({ ctx, input: { entity: where, reason: why, ...mapping } }) => unwrap(await ctx.services.desk.mapCode(ctx.person, where, mapping, why)));

const remove = signedIn.input(z.object({ entity, kind, system: name, code: name, canonical: name, reason }))
  .mutation(async ({ ctx, input: { entity: where, reason: why, ...mapping } }) => unwrap(await ctx.services.desk.unmapCode(ctx.person, where, mapping, why)));

const file = z.string().min(1, "The file is empty").max(5_000_000, "The file is larger than five megabytes");
/** Asked as a mutation because the file goes in the body; it writes nothing. */
const check = signedIn.input(z.object({ file })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.checkMappings(ctx.person, input.file)));
const importFile = signedIn.input(z.object({ file, digest: z.string().max(40), reason })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.importMappings(ctx.person, input.file, input.digest, input.reason)));

/** Codes that systems told of and nobody mapped, each with what it most likely means. */
const pairs = reader.input(z.object({ entity: entity.optional(), kind: kind.optional(), system: name.optional() })).query(async ({ ctx, input }) => {
  const { query } = ctx.services;
  const [systems, codes, entities] = await Promise.all([alignments(query, ctx.entities), codesToPair(query, ctx.entities, input), entityList(query, ctx.entities)]);
  const writable = Object.fromEntries(entities.map(({ code }) => { const right = mayDo(ctx.person.grants, "mapping.write", code); return [code, right.ok ? null : right.error.message]; }));
  return { systems, codes, writable, asOf: ctx.services.now() };
});
const accept = signedIn.input(z.object({ entity, pairs: z.array(z.object({ kind, system: name, code: name, canonical: name })).min(1).max(codesCompared), reason }))
  .mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.acceptPairs(ctx.person, input.entity, input.pairs, input.reason)));

export const crossReferenceRouter = router({ pairs, accept, list, desk, get, names, write, remove, check, import: importFile });
