import { z } from "zod";
import { localDay } from "@/server/domain/calendar";
import { drifts, prove } from "@/server/domain/conservation/evaluate";
import { levelParts } from "@/server/domain/figures/levels";
import { dueParts, flowLists } from "@/server/domain/figures/orders";
import { windowOf } from "@/server/domain/figures/time";
import { day } from "@/server/domain/instant";
import { mayDo, type Permission } from "@/server/domain/rights";
import { readBooks } from "@/server/read/conservation";
import { orderPage } from "@/server/read/order-list";
import { orderTerms } from "@/server/read/order-terms";
import { orderDetail, subjectNotes } from "@/server/read/orders";
import { entityList } from "@/server/read/shell";
import { dayRange, periodOf } from "../../period";
import { reader, refused, router, signedIn, unwrap } from "../../trpc";

const hours = z.number().min(0).max(100_000);
const word = z.string().regex(/^[a-z_]{2,30}$/);
const list = reader
  .input(z.object({ stage: z.string().regex(/^[a-z_,]+$/).max(200).default("open"), having: z.string().max(200).regex(/^[a-z_]+:[a-z_]+(,[a-z_]+:[a-z_]+)*$/).optional(), finding: z.string().regex(/^FND-\d{2}(:money)?$/).optional(), entity: z.string().max(12).optional(), channel: z.string().max(40).optional(), late: z.boolean().optional(), ageFrom: hours.optional(), ageTo: hours.optional(), due: z.enum(dueParts).optional(), passed: word.optional(), stopped: word.optional(), unbilled: z.boolean().optional(), unposted: z.boolean().optional(), unpaid: z.boolean().optional(), flow: z.object({ list: z.enum(flowLists), range: dayRange }).optional(), level: z.object({ id: z.string().min(1).max(80), part: z.enum(levelParts) }).optional(), cursor: z.string().max(500).nullish().transform((cursor) => cursor ?? undefined), limit: z.number().int().min(1).max(1000).default(100) }))
  .query(async ({ ctx, input: { flow, level, ...filter } }) => orderPage(ctx.services.query, ctx.entities, { ...filter, ...(level && { level: { ...level, now: ctx.services.now() } }), ...(flow && { flow: { list: flow.list, window: windowOf(await periodOf(ctx.services, ctx.entities, flow.range)) } }) }));

/** One order with its books proved at this moment; `entity` where several have the number. */
const get = reader.input(z.object({ number: z.string().min(1).max(120), entity: z.string().min(1).max(12).optional() })).query(async ({ ctx, input }) => {
  const detail = await orderDetail(ctx.services.query, ctx.entities, input.number, input.entity);
  if (!detail) throw refused({ code: "NOT_FOUND", message: `No order ${input.number} in ${input.entity ?? "your entities"}` });
  const [books, terms, [entity]] = await Promise.all([readBooks(ctx.services.query, { entities: null, subjects: detail.subjects }), orderTerms(ctx.services.query, detail), entityList(ctx.services.query, [detail.order.entity])]);
  const proofs = prove(books);
  const missing = (permission: Permission): string | null => { const right = mayDo(ctx.person.grants, permission, detail.order.entity); return right.ok ? null : right.error.message; };
  return { ...detail, terms, missing: { note: missing("note"), hold: missing("hold.place"), service: missing("service.confirm") }, proofs, drifts: drifts(proofs).length, today: localDay({ zone: entity?.zone ?? "UTC" }, ctx.services.now()), asOf: ctx.services.now() };
});

const notes = reader.input(z.object({ subject: z.string().max(300) })).query(({ ctx, input }) => subjectNotes(ctx.services.query, ctx.entities, input.subject));

const confirmService = signedIn
  .input(z.object({ order: z.string().max(300), line: z.string().min(1).max(80), quantity: z.string().trim().regex(/^\d{1,15}(\.\d{1,6})?$/, "A quantity, such as 2 or 1.5"), on: day, reason: z.string().trim().min(3, "Say why, in a few words").max(1000) }))
  .mutation(async ({ ctx, input: { reason, ...done } }) => unwrap(await ctx.services.desk.confirmService(ctx.person, done, reason)));

export const ordersRouter = router({ list, get, notes, confirmService });
