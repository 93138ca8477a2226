import { z } from "zod";
import { stockFigures, stockRows, stockStandings } from "@/server/read/stock";
import { reader, router } from "../../trpc";

const paging = { cursor: z.string().max(1000).nullish().transform((cursor) => cursor ?? undefined), limit: z.number().int().min(1).max(1000).default(100) };

/** Stock of each item in each warehouse beside what the channel counts, drifts first. */
const list = reader.input(z.object({ show: z.enum(stockStandings).optional(), find: z.string().trim().max(80).optional(), ...paging })).query(({ ctx, input }) => stockRows(ctx.services.query, ctx.entities, input));

const figures = reader.query(async ({ ctx }) => ({ asOf: ctx.services.now(), ...(await stockFigures(ctx.services.query, ctx.entities)) }));

export const stockRouter = router({ list, figures });
