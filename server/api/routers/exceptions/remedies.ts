import { z } from "zod";
import { remedyVerbs } from "@/server/domain/remedies";
import { reader, signedIn, unwrap } from "../../trpc";

const item = z.string().regex(/^\d{1,18}$/);
const number = z.string().trim().min(1).max(80);

/** What may be decided about one open exception, as it is at this moment. */
const remedies = reader.input(z.object({ item })).query(async ({ ctx, input }) => unwrap(await ctx.services.desk.remedies(ctx.person, input.item)));

/** A decision of domain reference 3.2, bound to what was shown. */
const remedy = signedIn
  .input(z.object({
    item, verb: z.enum(remedyVerbs), target: z.string().min(1).max(400), digest: z.string().min(1).max(80), reason: z.string().trim().min(1, "Say why, in a few words").max(1000),
    given: z.object({ document: number.optional(), reference: number.optional(), amount: number.optional(), means: z.enum(["original", "other"]).optional(), quantity: number.optional() }).default({}),
  }))
  .mutation(async ({ ctx, input: { item: id, reason, ...choice } }) => unwrap(await ctx.services.desk.remedy(ctx.person, id, choice, reason)));

export const remedyProcedures = { remedies, remedy };
