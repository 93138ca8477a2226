import { z } from "zod";
import { addMs, hours } from "@/server/domain/instant";
import { flowFigures } from "@/server/read/flow";
import { reader, router } from "../../trpc";

/** How far orders went through by themselves, and how fast their invoices left, over the last days. */
const flow = reader.input(z.object({ days: z.union([z.literal(1), z.literal(7), z.literal(30)]) })).query(async ({ ctx, input }) => {
  const now = ctx.services.now();
  return { ...(await flowFigures(ctx.services.query, ctx.entities, { from: addMs(now, -hours(24) * input.days), to: addMs(now, 1) })), days: input.days, asOf: now };
});

export const reportsRouter = router({ flow });
