import { z } from "zod";
import { localDay } from "@/server/domain/calendar";
import { accrualEntry } from "@/server/domain/close/accrual";
import { lateTotals } from "@/server/domain/close/unbilled";
import { askReopening, closeStepNames, closeSteps, confirm, evidenceOf, sign, withdraw } from "@/server/domain/close/signing";
import { day, instant } from "@/server/domain/instant";
import { mayDo } from "@/server/domain/rights";
import { closeStepRows, closeView, lateSince, reopeningsAsked, signOffs, type Proven } from "@/server/read/close";
import { blockingLists, blockingRows, mostShown, type CloseScope } from "@/server/read/close-blocking";
import { entityPeriods, lastDay, liveSignOffs } from "@/server/read/close-periods";
import { ordersNamed, unbilledAsOf } from "@/server/read/close-unbilled";
import { proveAlive } from "@/server/read/tower-money";
import type { Entities } from "@/server/read/exceptions";
import { keptFor, provedForMs } from "../../kept";
import type { Services } from "../../services";
import { reader, refused, router, signedIn, unwrap } from "../../trpc";

const text = (max: number) => z.string().trim().min(1).max(max);
const named = { entity: z.string().regex(/^[A-Z0-9]{2,12}$/), period: text(80) };
/** `day`: the last day that is looked at, the period's end where none is given; `known`: as it was known then, now where none is given. */
const asked = z.object({ ...named, day: day.optional(), known: instant.optional() });
type Asked = z.infer<typeof asked>;
const comment = z.string().trim().max(2000);
const proofs = keptFor<Proven>(provedForMs);

/** The period that is asked for and what of it is looked at; NOT_FOUND where the ledger has none of that name. */
async function scopeOf(services: Services, allowed: Entities, { entity, period: name, day: upTo, known }: Asked) {
  const [calendar] = allowed === null || allowed.includes(entity) ? await entityPeriods(services.query, [entity]) : [], period = calendar?.periods.find((one) => one.name === name);
  if (!calendar || !period) throw refused({ code: "NOT_FOUND", message: `No ledger of yours has a period ${name} of ${entity}` });
  const now = services.now(), today = localDay(calendar, now), last = lastDay(period, today), isNow = known === undefined || known >= now;
  const scope: CloseScope = { entity, zone: calendar.zone, asOf: { day: upTo !== undefined && upTo >= period.from && upTo < last ? upTo : last, known: isNow ? now : known }, isNow };
  return { calendar, period, today, now, scope };
}

/** Every period that has begun, with its state in the ledger and who signed it. */
const periods = reader.query(async ({ ctx }) => {
  const [calendars, signed] = await Promise.all([entityPeriods(ctx.services.query, ctx.entities), liveSignOffs(ctx.services.query, ctx.entities)]), now = ctx.services.now();
  return calendars.map(({ periods: all, ...entity }) => {
    const today = localDay(entity, now), begun = all.filter(({ from }) => from <= today);
    return { ...entity, today, periods: begun.map((period) => ({ ...period, isOver: period.to < today, signed: signed.find((row) => row.entity === entity.entity && row.period === period.name) ?? null })) };
  });
});

/** All of a close: figures, what blocks, what is counted, the entry, steps, signatures, what came since, and what the person may do. */
const get = reader.input(asked).query(async ({ ctx, input }) => {
  const { services, person } = ctx, { query } = services, { calendar, period, today, now, scope } = await scopeOf(services, ctx.allowed, input);
  const { entity, zone } = scope;
  const [view, signatures, steps, asked] = await Promise.all([closeView(query, scope, proofs(entity, () => proveAlive(query, [entity]))), signOffs(query, entity, period.name), closeStepRows(query, entity, period.name), reopeningsAsked(query, entity, period.name)]);
  const live = signatures.find(({ state }) => state !== "withdrawn") ?? null, late = live === null ? [] : await lateSince(query, live, zone, now);
  const rows = view.unbilled.rows.slice(0, mostShown), orders = await ordersNamed(query, [...new Set([...rows, ...late].map(({ order }) => order))]), of = new Map(orders.map((order) => [order.id, order]));
  const why = (result: { ok: true } | { ok: false; error: { message: string } }) => (result.ok ? null : result.error.message), given = "given", whole = scope.asOf.day === period.to && scope.isNow;
  return {
    entity, name: calendar.name, zone, period, today, asOf: scope.asOf, isNow: scope.isNow, figures: view.figures, blockers: view.blockers, digest: view.digest,
    drifts: view.drifts.slice(0, mostShown).map(({ equation, statement, subject, line, currency, left, right, residual }) => ({ equation, statement, subject, line, currency, left, right, residual })),
    rows: rows.map((row) => ({ ...row, named: of.get(row.order) ?? null })), counted: view.unbilled.rows.length, entry: accrualEntry(view.unbilled.rows, scope.asOf.day, { entity, period: period.name }),
    late: late.slice(0, mostShown).map((row) => ({ ...row, named: of.get(row.order) ?? null })), lateCounted: late.length, lateTotals: lateTotals(late),
    steps: closeStepNames.map((step) => ({ step, says: closeSteps[step], stands: evidenceOf(step, view.figures), ticked: steps.find((row) => row.step === step) ?? null })), signatures, live,
    asked: asked.map((row) => ({ ...row, openedAt: period.changes.find(({ state, recordedAt }) => state === "open" && recordedAt > row.at)?.at ?? null })), askWhy: why(askReopening(person, { entity, state: period.state }, given)),
    missing: why(mayDo(person.grants, "period.sign", entity)),
    signWhy: whole || period.to >= today ? why(sign(person, { entity, to: period.to, today, live: live?.state ?? null, blockers: view.blockers.length }, given)) : "Look at the whole period as it is known now: that is what is signed",
    confirmWhy: live === null ? null : why(confirm(person, live)), withdrawWhy: live === null ? null : why(withdraw(person, live, given)),
  };
});

/** What one number of the blockers counts. */
const rows = reader.input(asked.extend({ list: z.enum(blockingLists), of: text(80).optional() })).query(async ({ ctx, input }) =>
  blockingRows(ctx.services.query, input.list, (await scopeOf(ctx.services, ctx.allowed, input)).scope, input.of ?? null));

/** Every shipment that the figure counts, and the entry, for a file. */
const accruals = reader.input(asked).query(async ({ ctx, input }) => {
  const { scope, period } = await scopeOf(ctx.services, ctx.allowed, input), { entity, zone, asOf } = scope, { query } = ctx.services;
  const { rows: all } = await unbilledAsOf(query, { entity, zone, asOf }), of = new Map((await ordersNamed(query, [...new Set(all.map(({ order }) => order))])).map((order) => [order.id, order]));
  return { entity, period: period.name, asOf, items: all.map((row) => ({ ...row, named: of.get(row.order) ?? null })), entry: accrualEntry(all, asOf.day, { entity, period: period.name }), next: null };
});

const digest = text(80), id = text(80);
const signOne = signedIn.input(z.object({ ...named, digest, reason: comment })).mutation(async ({ ctx, input: { reason, ...period } }) => unwrap(await ctx.services.close.sign(ctx.person, period, reason)));
const confirmOne = signedIn.input(z.object({ id, digest, reason: comment })).mutation(async ({ ctx, input: { reason, ...signOff } }) => unwrap(await ctx.services.close.confirm(ctx.person, signOff, reason)));
const withdrawOne = signedIn.input(z.object({ id, reason: comment })).mutation(async ({ ctx, input }) => unwrap(await ctx.services.close.withdraw(ctx.person, input.id, input.reason)));
const askOne = signedIn.input(z.object({ ...named, reason: comment })).mutation(async ({ ctx, input: { reason, ...period } }) => unwrap(await ctx.services.close.askReopening(ctx.person, period, reason)));
const checkOne = signedIn.input(z.object({ ...named, step: z.enum(closeStepNames), done: z.boolean(), note: comment })).mutation(async ({ ctx, input: { note, ...step } }) => unwrap(await ctx.services.close.check(ctx.person, step, note)));

export const closeRouter = router({ periods, get, rows, accruals, sign: signOne, confirm: confirmOne, withdraw: withdrawOne, check: checkOne, askReopening: askOne });
