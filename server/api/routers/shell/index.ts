import { entityList, shellCounts } from "@/server/read/shell";
import { reader, router } from "../../trpc";

/** Who is signed in, the entities in reach, and the numbers of the rail. */
const frame = reader.query(async ({ ctx }) => {
  const [entities, counts] = await Promise.all([entityList(ctx.services.query, ctx.allowed), shellCounts(ctx.services.query, ctx.entities)]);
  return { person: { name: ctx.person.name, email: ctx.person.email, roles: [...new Set(ctx.person.grants.map((grant) => grant.role))] }, entities, entity: entities.some(({ code }) => code === ctx.chosenEntity) ? ctx.chosenEntity : null, counts, now: ctx.services.now() };
});

export const shellRouter = router({ frame });
