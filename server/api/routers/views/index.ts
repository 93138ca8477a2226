import { z } from "zod";
import { viewPages, viewQuery, viewsOf } from "@/server/read/views";
import { reader, router, unwrap } from "../../trpc";

const page = z.enum(viewPages);
const id = z.uuid();

const list = reader.input(z.object({ page })).query(({ ctx, input }) => viewsOf(ctx.services.query, ctx.person.id, input.page));
const resolve = reader.input(z.object({ page, id })).query(({ ctx, input }) => viewQuery(ctx.services.query, input.page, input.id));
const save = reader
  .input(z.object({ page, name: z.string().trim().min(1, "Give it a name").max(60), query: z.string().max(1000).regex(/^[\w%=&.,:|+~*-]*$/, "This is not the address of a list"), shared: z.boolean() }))
  .mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.saveView(ctx.person, input)));
const remove = reader.input(z.object({ id })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.removeView(ctx.person, input.id)));

export const viewsRouter = router({ list, resolve, save, remove });
