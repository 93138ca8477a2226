import { z } from "zod";
import { teams } from "@/server/domain/exceptions";
import { noticeDeliveries, noticeKindNames } from "@/server/domain/notices";
import { mailIsCarried, mailsOf, subscriptionsOf } from "@/server/read/notices";
import { entityList } from "@/server/read/shell";
import { reader, router, unwrap } from "../../trpc";

/** What this person is told by mail, and what was sent to them. */
const mine = reader.query(async ({ ctx }) => {
  const { query, connectors } = ctx.services;
  const carriers = (await connectors.describe()).filter(({ mail }) => mail).map(({ type }) => type);
  const [subscriptions, mails, entities, carried] = await Promise.all([subscriptionsOf(query, ctx.person.id), mailsOf(query, ctx.person.id), entityList(query, ctx.entities), mailIsCarried(query, carriers)]);
  return { address: ctx.person.email, subscriptions, mails, entities: entities.map(({ code, name }) => ({ code, name })), carried, teams: [...teams] };
});

const choose = reader
  .input(z.object({ kind: z.enum(noticeKindNames), entity: z.string().min(1).max(12), team: z.enum(["", ...teams]).default(""), delivery: z.enum(noticeDeliveries).nullable() })
    .refine(({ kind, team }) => kind === "exceptions" || team === "", "Only exceptions have queues"))
  .mutation(async ({ ctx, input }) => unwrap(await ctx.services.notices.subscribe(ctx.person, input)));

export const noticesRouter = router({ mine, choose });
