import { z } from "zod";
import { driftsOf, stockFigures, stockRows, stockStandings } from "@/server/read/stock";
import type { Person, Services } from "../../services";
import { reader, router, signedIn } from "../../trpc";

const paging = { cursor: z.string().max(1000).nullish().transform((cursor) => cursor ?? undefined), limit: z.number().int().min(1).max(1000).default(100) };

/** Stock of each item in each warehouse beside what the channel counts, drifts first. */
const list = reader.input(z.object({ show: z.enum(stockStandings).optional(), find: z.string().trim().max(80).optional(), ...paging })).query(({ ctx, input }) => stockRows(ctx.services.query, ctx.entities, input));

const figures = reader.query(async ({ ctx }) => ({ asOf: ctx.services.now(), ...(await stockFigures(ctx.services.query, ctx.entities)) }));

/** Above this an act is split, so that one mistake stays small. */
const MOST = 100;

/** What writing the warehouse's count back would do to one position, bound to what it says at this moment. */
async function bulkRow({ desk }: Services, person: Person, { id, item, warehouse, exception }: Awaited<ReturnType<typeof driftsOf>>[number]) {
  const row = { key: exception ?? id, code: "STK-02", title: `${item ?? ""} in ${warehouse ?? ""}`, money: [], target: "", digest: "", effect: "" };
  if (exception === null) return { ...row, why: "it has no drift that is open" };
  const remedies = await desk.remedies(person, exception);
  if (!remedies.ok) return { ...row, why: remedies.error.message };
  const found = remedies.value.find(({ verb }) => verb === "write_back");
  return found ? { ...row, target: found.target, digest: found.digest, effect: found.title, why: found.missing ?? found.why } : { ...row, why: "it has changed: there is nothing to write back" };
}

/** What one reason for all ticked positions would do, one by one. Writes nothing. */
const bulkPreview = reader.input(z.object({ positions: z.array(z.string().min(1).max(400)).min(1).max(MOST) })).query(async ({ ctx, input }) => {
  const asOf = ctx.services.now(), rows: Awaited<ReturnType<typeof bulkRow>>[] = [];
  for (const position of await driftsOf(ctx.services.query, ctx.entities, input.positions)) rows.push(await bulkRow(ctx.services, ctx.person, position));
  return { asOf, rows };
});

/** Each position in a commit of its own with its own audit row, bound to what was shown: one that is refused keeps none of the others. */
const writeBackMany = signedIn
  .input(z.object({ drifts: z.array(z.object({ item: z.string().regex(/^\d{1,18}$/), target: z.string().min(1).max(400), digest: z.string().min(1).max(80) })).min(1).max(MOST), reason: z.string().trim().min(3, "Say why, in a few words").max(1000) }))
  .mutation(async ({ ctx, input }) => {
    const results: { key: string; ok: boolean; message: string }[] = [];
    for (const { item, ...shown } of input.drifts) {
      const result = await ctx.services.desk.remedy(ctx.person, item, { verb: "write_back", given: {}, ...shown }, input.reason);
      results.push({ key: item, ok: result.ok, message: result.ok ? "written back: it ends when the channel says the same" : result.error.message });
    }
    return results;
  });

export const stockRouter = router({ list, figures, bulkPreview, writeBackMany });
