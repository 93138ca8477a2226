import { z } from "zod";
import { mayDo } from "@/server/domain/rights";
import { levelChannels, measures, serviceLevels } from "@/server/read/service-levels";
import { entityList } from "@/server/read/shell";
import { reader, refused, router, signedIn } from "../../trpc";

const list = reader.query(async ({ ctx }) => {
  const now = ctx.services.now();
  const [levels, channels, entities] = await Promise.all([serviceLevels(ctx.services.query, ctx.entities, now), levelChannels(ctx.services.query, ctx.entities), entityList(ctx.services.query, ctx.entities)]);
  const missing = (entity: string): string | null => { const right = mayDo(ctx.person.grants, "service_level.manage", entity); return right.ok ? null : right.error.message; };
  return { levels: levels.map((level) => ({ ...level, missing: missing(level.entity) })), channels, measures: [...measures], entities: entities.map(({ code, name }) => ({ code, name, missing: missing(code) })), asOf: now };
});

const save = signedIn
  .input(z.object({
    id: z.string().max(80).nullable(), entity: z.string().min(1).max(12), name: z.string().trim().min(1, "Give it a name").max(120), measure: z.string().refine((measure) => measures.includes(measure), "This cannot be measured"),
    channel: z.string().max(40).nullable(), targetMinutes: z.number().int().min(1, "At least one minute").max(525_600, "At most a year"), clock: z.enum(["wall", "business"]),
    warnAt: z.string().regex(/^(0\.\d{1,3}|1(\.0{1,3})?)$/, "Between 1 and 100 %"), active: z.boolean(), version: z.number().int().min(0),
  }))
  .mutation(async ({ ctx, input }) => {
    const result = await ctx.services.desk.saveServiceLevel(ctx.person, input);
    if (!result.ok) throw refused(result.error);
    return result.value;
  });

export const serviceLevelsRouter = router({ list, save });
