import { z } from "zod";
import { attemptDetail, messageDetail, traceMatches, traceMessages, traceStory } from "@/server/read/trace";
import { orderDetail } from "@/server/read/orders";
import { demand, reader, refused, router } from "../../trpc";

/** Takes any identifier and says what it is; with one match (or a chosen one) also its whole story over all related subjects. A message that told of nothing yet is named by itself. */
const find = reader.input(z.object({ q: z.string().trim().min(1).max(200), subject: z.string().max(300).optional() })).query(async ({ ctx, input }) => {
  const [matches, messages] = await Promise.all([traceMatches(ctx.services.query, ctx.entities, input.q), traceMessages(ctx.services.query, ctx.entities, input.q)]);
  const chosen = matches.find((match) => match.subjectId === input.subject) ?? matches[0] ?? null;
  if (!chosen) return { matches, messages, chosen: null, subjects: [] as string[], story: [], asOf: ctx.services.now() };
  const order = chosen.kind === "order" ? await orderDetail(ctx.services.query, ctx.entities, chosen.number, chosen.entity) : null;
  const subjects = order?.subjects ?? [chosen.subjectId];
  return { matches, messages, chosen, subjects, story: await traceStory(ctx.services.query, subjects), asOf: ctx.services.now() };
});

const attempt = reader.input(z.object({ id: z.string().regex(/^\d{1,18}$/) })).query(async ({ ctx, input }) => {
  const [found] = await attemptDetail(ctx.services.query, ctx.entities, input.id);
  if (!found) throw refused({ code: "NOT_FOUND", message: "This attempt does not exist" });
  demand(ctx.person, "payload.read", found.entity);
  return found;
});
const message = reader.input(z.object({ id: z.string().regex(/^\d{1,18}$/) })).query(async ({ ctx, input }) => {
  const [found] = await messageDetail(ctx.services.query, ctx.entities, input.id);
  if (!found) throw refused({ code: "NOT_FOUND", message: "This message does not exist" });
  demand(ctx.person, "payload.read", found.entity);
  return found;
});
export const traceRouter = router({ find, attempt, message });
