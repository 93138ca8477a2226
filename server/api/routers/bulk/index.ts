import { z } from "zod";
import { bulkItemStates, bulkVerbs, causeVerbs, mayConfirmBulk, mayInAll } from "@/server/domain/bulk";
import { bulkAction, bulkActions, bulkItems, type BulkActionDetail } from "@/server/read/bulk-actions";
import type { Person } from "../../services";
import { reader, refused, router, unwrap } from "../../trpc";

const id = z.uuid();
const reason = z.string().trim().min(3, "Say why, in a few words").max(1000);
const part = z.string().min(1).max(120).optional();
const paging = { cursor: z.string().max(1000).nullish().transform((cursor) => cursor ?? undefined), limit: z.number().int().min(1).max(1000).default(100) };

/** Freezes what the list says now, or the named causes of it, and answers what the verb would do to them. */
const ask = reader
  .input(z.object({
    verb: z.enum(causeVerbs), tab: z.enum(["open", "retry", "snoozed"]), fingerprints: z.array(z.string().min(1).max(500)).min(1).max(1000).optional(),
    filter: z.object({ kind: z.string().max(80).optional(), team: z.string().max(40).optional(), code: z.string().max(10).optional(), connector: part, item: part, owner: part }),
  }))
  .mutation(async ({ ctx, input: { verb, ...selection } }) => {
    const asked = unwrap(await ctx.services.bulk.ask(ctx.person, verb, { of: "causes", ...selection }, ctx.entities));
    return { ...(await shown(ctx.services.query, ctx.entities, ctx.person, asked.id)), effect: bulkVerbs[verb].effect };
  });

async function shown(query: Parameters<typeof bulkAction>[0], entities: readonly string[] | null, person: Person, asked: string) {
  const found = await bulkAction(query, entities, asked);
  if (!found || (found.state === "asked" && found.authorId !== person.id)) throw refused({ code: "NOT_FOUND", message: "There is no such bulk action, or not in your entities" });
  return { ...found, missing: missing(person, found) };
}

/** What the person lacks to confirm it, and to go on with it or end it; null where they may. */
function missing(person: Person, action: BulkActionDetail): { confirm: string | null; act: string | null } {
  const confirming = mayConfirmBulk(person, { ...action, author: action.authorId }), acting = mayInAll(person, action);
  return { confirm: confirming.ok ? null : confirming.error.message, act: acting.ok ? null : acting.error.message };
}

const list = reader.input(z.object({ open: z.boolean().default(false), ...paging })).query(({ ctx, input }) => bulkActions(ctx.services.query, ctx.entities, input));
const get = reader.input(z.object({ id })).query(({ ctx, input }) => shown(ctx.services.query, ctx.entities, ctx.person, input.id));
const items = reader.input(z.object({ id, state: z.enum(bulkItemStates).optional(), ...paging })).query(({ ctx, input: { id: of, ...page } }) => bulkItems(ctx.services.query, ctx.entities, of, page));

const decision = reader.input(z.object({ id, reason }));
const start = decision.mutation(async ({ ctx, input }) => unwrap(await ctx.services.bulk.start(ctx.person, input.id, input.reason)));
const confirm = decision.mutation(async ({ ctx, input }) => unwrap(await ctx.services.bulk.confirm(ctx.person, input.id, input.reason)));
const goOn = decision.mutation(async ({ ctx, input }) => unwrap(await ctx.services.bulk.goOn(ctx.person, input.id, input.reason)));
const abort = decision.mutation(async ({ ctx, input }) => unwrap(await ctx.services.bulk.abort(ctx.person, input.id, input.reason)));

export const bulkRouter = router({ ask, list, get, items, start, confirm, goOn, abort });
