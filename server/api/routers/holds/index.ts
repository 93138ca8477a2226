import { z } from "zod";
import { holdCatalogue, type HoldCode } from "@/server/domain/holds";
import { mayDecide } from "@/server/domain/rights";
import { activeHolds, holdDetail, holdReasons } from "@/server/read/holds";
import { reader, refused, router, signedIn } from "../../trpc";

const list = reader.input(z.object({ rule: z.string().max(40).optional(), sort: z.enum(["money", "age"]).default("money") })).query(async ({ ctx, input }) => {
  const [holds, reasons] = await Promise.all([activeHolds(ctx.services.query, ctx.entities, input), holdReasons(ctx.services.query, ctx.entities)]);
  return {
    reasons: reasons.map((row) => ({ ...row, name: holdCatalogue[row.rule as HoldCode]?.name ?? row.rule })), asOf: ctx.services.now(),
    holds: holds.map((hold) => { const right = mayDecide(ctx.person, { ...hold, preparedBy: null }); return { ...hold, name: holdCatalogue[hold.rule as HoldCode]?.name ?? hold.rule, missing: right.ok ? null : right.error.message }; }),
  };
});

const get = reader.input(z.object({ id: z.string().regex(/^\d{1,18}$/) })).query(async ({ ctx, input }) => {
  const hold = await holdDetail(ctx.services.query, ctx.entities, input.id);
  if (!hold) throw refused({ code: "NOT_FOUND", message: "This hold does not exist, or not in your entities" });
  const right = mayDecide(ctx.person, hold);
  return { ...hold, rule: hold.rule, catalogue: holdCatalogue[hold.rule as HoldCode] ?? null, missing: right.ok ? null : right.error.message };
});

const decide = signedIn
  .input(z.object({ holdId: z.string().regex(/^\d{1,18}$/), digest: z.string().min(1).max(80), verdict: z.enum(["approve", "reject"]), consequence: z.string().max(40).optional(), reason: z.string().trim().min(1, "Say why, in a few words").max(1000) }))
  .mutation(async ({ ctx, input }) => {
    const { consequence, ...rest } = input;
    const result = await ctx.services.desk.decideHold(ctx.person, { ...rest, ...(consequence ? { consequence } : {}) });
    if (!result.ok) throw refused(result.error);
    return result.value;
  });

export const holdsRouter = router({ list, get, decide });
