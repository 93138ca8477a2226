import { z } from "zod";
import { daysOf, windowOf } from "@/server/domain/figures/time";
import { exceptionReport, exceptionsCounted } from "@/server/read/exception-report";
import { fixPage } from "@/server/read/fixes";
import { flowOf, flowRows, postingByEntity } from "@/server/read/flow";
import { dayRange, periodInput, periodOf } from "../../period";
import { reader, router } from "../../trpc";

/** How far orders went through by themselves and how fast their invoices left, over a period and of each of its days; and what went wrong in it. */
const flow = reader.input(periodInput).query(async ({ ctx, input }) => {
  const { query } = ctx.services;
  const period = await periodOf(ctx.services, ctx.entities, input), window = windowOf(period);
  const [rows, exceptions] = await Promise.all([flowRows(query, ctx.entities, window), exceptionReport(query, ctx.entities, window)]);
  return { period, exceptions, ...flowOf(rows, window), days: daysOf(period).map((day) => ({ day: day.from, ...flowOf(rows, windowOf(day)) })), posting: await postingByEntity(query, ctx.entities, rows, window), asOf: ctx.services.now() };
});

const paging = { cursor: z.string().max(500).nullish().transform((cursor) => cursor ?? undefined), limit: z.number().int().min(1).max(1000).default(100) };
const fixes = reader
  .input(z.object({ range: dayRange, result: z.enum(["all", "verified", "open"]).default("all"), ...paging }))
  .query(async ({ ctx, input: { range, ...page } }) => fixPage(ctx.services.query, ctx.entities, windowOf(await periodOf(ctx.services, ctx.entities, range)), page));

const exceptions = reader
  .input(z.object({ range: dayRange, code: z.string().min(1).max(10), result: z.enum(["all", "solved", "open"]).default("all"), ...paging }))
  .query(async ({ ctx, input: { range, ...page } }) => exceptionsCounted(ctx.services.query, ctx.entities, windowOf(await periodOf(ctx.services, ctx.entities, range)), page));

export const reportsRouter = router({ flow, fixes, exceptions });
