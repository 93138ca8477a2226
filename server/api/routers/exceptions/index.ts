import { z } from "zod";
import { exceptionCatalogue, financeTeams, personsWords, teams, type ExceptionCode } from "@/server/domain/exceptions";
import { hasRemedies } from "@/server/domain/remedies";
import { parseSubjectId } from "@/server/domain/subject";
import { mayDo, type Permission } from "@/server/domain/rights";
import { causesReach } from "@/server/read/bulk";
import { causeBuckets } from "@/server/read/exception-buckets";
import { exceptionGroup, exceptionGroups, exceptionItems, exceptionTotals, otherConnectors } from "@/server/read/exceptions";
import { findingGroups, findingOrders, observedFigures } from "@/server/read/findings";
import { reader, refused, router, signedIn, unwrap } from "../../trpc";
import { bulkProcedures } from "./bulk";
import { editProcedures } from "./edit";
import { mappingProcedures } from "./mapping";
import { remedyProcedures } from "./remedies";

const choice = z.object({ fingerprint: z.string().min(1).max(500), items: z.array(z.string().regex(/^\d+$/)).max(1000).optional(), shown: z.number().int().min(1).optional() });
const reason = z.string().trim().max(1000);
const required = reason.min(1, "Say why, in a few words");

const paging = { cursor: z.string().max(1000).nullish().transform((cursor) => cursor ?? undefined), limit: z.number().int().min(1).max(1000).default(100) };
const part = z.string().min(1).max(120).optional();
/** Causes under a filter. With `by` they are put together, and `groups` are those of one bucket: the one that is `open`, else the first. */
const list = reader
  .input(z.object({
    tab: z.enum(["open", "retry", "snoozed", "resolved"]).default("open"), sort: z.enum(["money", "age", "due"]).default("money"), kind: z.string().max(80).optional(), team: z.string().max(40).optional(),
    code: z.string().max(10).optional(), connector: part, item: part, owner: part, by: z.enum(["code", "connector", "item", "owner"]).optional(), open: part, ...paging,
  }))
  .query(async ({ ctx, input: { by, open, ...filter } }) => {
    const { query } = ctx.services;
    const [buckets, totals] = await Promise.all([by === undefined ? [] : causeBuckets(query, ctx.entities, filter, by), exceptionTotals(query, ctx.entities, filter)]);
    const bucket = buckets.find(({ value }) => value === open) ?? buckets[0] ?? null;
    const { items: groups, next } = by !== undefined && bucket === null ? { items: [], next: null } : await exceptionGroups(query, ctx.entities, by === undefined || bucket === null ? filter : { ...filter, [by]: bucket.value });
    return { groups, next, buckets, bucket: by === undefined ? null : bucket, totals, asOf: ctx.services.now() };
  });

const get = reader.input(z.object({ fingerprint: z.string().max(500) })).query(async ({ ctx, input }) => {
  const detail = await exceptionGroup(ctx.services.query, ctx.entities, input.fingerprint);
  if (!detail) throw refused({ code: "NOT_FOUND", message: "This exception does not exist, or not in your entities" });
  const { entity } = detail.group;
  const [reach] = await causesReach(ctx.services.query, ctx.entities, [input.fingerprint]);
  const rule = exceptionCatalogue[detail.group.code as ExceptionCode] ?? null;
  const missing = (permission: Permission): string | null => { const right = mayDo(ctx.person.grants, permission, entity); return right.ok ? null : right.error.message; };
  return {
    ...detail, rule, otherConnectors: await otherConnectors(ctx.services.query, input.fingerprint),
    /** An act on finance wants a reason; a technical one on what is operations' own does not. */
    reasonNeeded: financeTeams.some((team) => team === rule?.owner) || (reach?.finance ?? 0) > 0,
    /** Something of it was sent and refused, or a message was not read: only that can be sent again as it is. */
    wasRefused: reach !== undefined && reach.commands + reach.messages > 0,
    hasRemedies: detail.items.some(({ subjectId }) => subjectId !== null && hasRemedies(detail.group.code as ExceptionCode, parseSubjectId(subjectId).kind)),
    /** What the person lacks for each verb; null where they may. */
    missing: { retry: missing("exception.retry"), restart: missing("exception.restart"), reroute: missing("exception.reroute"), resolve: missing("exception.resolve"), assign: missing("exception.assign"), note: missing("note"), map: missing("mapping.write"), edit: missing("message.edit") },
  };
});

const items = reader.input(z.object({ fingerprint: z.string().max(500), ...paging })).query(({ ctx, input: { fingerprint, ...page } }) => exceptionItems(ctx.services.query, ctx.entities, fingerprint, page));

/** A technical retry or restart of one cause needs no reason; the desk asks for one on finance, and everything else needs it (screens, Exceptions). */
const retry = signedIn.input(choice.extend({ reason: reason.default("") })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.retry(ctx.person, input, input.reason)));
const restart = signedIn.input(choice.extend({ reason: reason.default("") })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.restart(ctx.person, input, input.reason)));
const reroute = signedIn.input(choice.extend({ connector: z.string().min(1).max(80), commands: z.array(z.string().min(1).max(400)).min(1).max(1000).optional(), reason: required })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.reroute(ctx.person, input, input.connector, input.reason)));
const resolve = signedIn.input(choice.extend({ resolution: z.enum(personsWords), reference: z.string().trim().max(120).optional(), reason: required }))
  .mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.resolve(ctx.person, input, input.resolution, input.reason, input.reference || undefined)));
const assign = signedIn.input(z.object({ fingerprint: z.string().max(500), team: z.enum(teams).optional(), toMe: z.boolean().optional(), release: z.boolean().optional(), reason: reason.default("") }))
  .mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.assign(ctx.person, input.fingerprint, { ...(input.team ? { team: input.team } : {}), ...(input.toMe ? { assignee: ctx.person.id } : input.release ? { assignee: null } : {}) }, input.reason)));
const snooze = signedIn.input(z.object({ fingerprint: z.string().max(500), until: z.iso.datetime(), reason: required })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.snooze(ctx.person, input.fingerprint, input.until, input.reason)));
const note = signedIn.input(z.object({ kind: z.enum(["exception", "subject", "hold"]), id: z.string().min(1).max(500), text: z.string().trim().min(1).max(4000) })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.note(ctx.person, input, input.text)));

/** What is told but never counted, owned or timed: groups by code, the orders behind the chosen one (the first without a choice), and what is only watched. */
const findings = reader.input(z.object({ code: z.string().max(10).optional(), entity: z.string().max(12).optional() })).query(async ({ ctx, input }) => {
  const { query } = ctx.services;
  const [groups, observed] = await Promise.all([findingGroups(query, ctx.entities), observedFigures(query, ctx.entities)]);
  const open = (input.code === undefined ? groups[0] : groups.find(({ code, entity }) => code === input.code && (input.entity === undefined || entity === input.entity))) ?? null;
  return { groups, observed, open, orders: open === null ? [] : await findingOrders(query, open) };
});

export const exceptionsRouter = router({ list, get, items, findings, retry, restart, reroute, resolve, assign, snooze, note, ...mappingProcedures, ...remedyProcedures, ...bulkProcedures, ...editProcedures });
