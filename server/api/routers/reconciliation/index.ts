import { z } from "zod";
import { day } from "@/server/domain/instant";
import { results } from "@/server/domain/reconciliation/documents";
import { approve, atStakeOf, processNames, reasonNames, reasonsFor, refuse, settle, type Standing } from "@/server/domain/reconciliation/settling";
import { mayDo } from "@/server/domain/rights";
import { entityList } from "@/server/read/shell";
import { itemFilters, statementItems, statementOf, statementPage, type StatementItem } from "@/server/read/reconciliation";
import type { Person } from "../../services";
import { reader, router, signedIn, unwrap } from "../../trpc";

const paging = { cursor: z.string().max(1000).nullish().transform((cursor) => cursor ?? undefined), limit: z.number().int().min(1).max(1000).default(100) };
const comment = z.string().trim().min(3).max(2000);
const item = z.object({ run: z.string().min(1).max(80), no: z.number().int().min(1), digest: z.string().min(1).max(80) });

/** Statements with what is open in them, and where a new one may be taken. */
const list = reader.input(z.object({ process: z.enum(processNames).optional(), ...paging })).query(async ({ ctx, input }) => {
  const [page, entities] = await Promise.all([statementPage(ctx.services.query, ctx.entities, input), entityList(ctx.services.query, ctx.entities)]);
  return { ...page, today: ctx.services.now().slice(0, 10), entities: entities.map(({ code, name }) => { const right = mayDo(ctx.person.grants, "decision.finance", code); return { code, name, missing: right.ok ? null : right.error.message }; }) };
});

/** One statement; null where there is none that the person may read. */
const get = reader.input(z.object({ run: z.string().min(1).max(80) })).query(({ ctx, input }) => statementOf(ctx.services.query, ctx.entities, input.run));

/** What the person may do about an item, or why not; the comment is looked at when it is given. */
function actsOf(person: Person, entity: string, row: StatementItem) {
  const standing: Standing = { entity, rule: row.rule, result: row.result, state: row.state, atStake: atStakeOf(row), currency: row.currency, preparedBy: row.preparedBy };
  const [code = "same_transaction"] = reasonsFor(row.result), given = "given", why = (result: { ok: true } | { ok: false; error: { message: string } }) => (result.ok ? null : result.error.message);
  return { atStake: standing.atStake, reasons: reasonsFor(row.result), settleWhy: why(settle(person, standing, code, given, "0")), approveWhy: why(approve(person, standing)), refuseWhy: why(refuse(person, standing, given)) };
}

/** Items of one statement under a filter. */
const items = reader.input(z.object({ run: z.string().min(1).max(80), show: z.enum(itemFilters).default("open"), result: z.enum(results).optional(), no: z.number().int().optional(), ...paging })).query(async ({ ctx, input }) => {
  const [page, statement] = await Promise.all([statementItems(ctx.services.query, ctx.entities, input), statementOf(ctx.services.query, ctx.entities, input.run)]);
  return { ...page, items: page.items.map((row) => ({ ...row, acts: actsOf(ctx.person, statement?.entity ?? "", row) })) };
});

const asked = z.object({ entity: z.string().regex(/^[A-Z0-9]{2,12}$/), process: z.enum(processNames), from: day, to: day, tolerance: z.object({ amount: z.string().max(22), days: z.number().int() }) });
const take = signedIn.input(asked.extend({ reason: comment })).mutation(async ({ ctx, input: { reason, ...statement } }) => unwrap(await ctx.services.reconciliation.take(ctx.person, statement, reason)));
const settleOne = signedIn.input(item.extend({ code: z.enum(reasonNames), comment })).mutation(async ({ ctx, input: { code, comment: said, ...named } }) => unwrap(await ctx.services.reconciliation.settle(ctx.person, named, code, said)));
const approveOne = signedIn.input(item.extend({ comment })).mutation(async ({ ctx, input: { comment: said, ...named } }) => unwrap(await ctx.services.reconciliation.approve(ctx.person, named, said)));
const refuseOne = signedIn.input(item.extend({ comment })).mutation(async ({ ctx, input: { comment: said, ...named } }) => unwrap(await ctx.services.reconciliation.refuse(ctx.person, named, said)));

export const reconciliationRouter = router({ list, get, items, take, settle: settleOne, approve: approveOne, refuse: refuseOne });
