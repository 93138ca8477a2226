import { z } from "zod";
import { countedOnce } from "@/server/domain/figures/amounts";
import { consequencesOf, holdCatalogue, type HoldCode } from "@/server/domain/holds";
import { mayDecide } from "@/server/domain/rights";
import { holdDetail, holdPage, holdReasons, holdsById, type HoldRowView } from "@/server/read/holds";
import type { Person } from "../../services";
import { reader, refused, router, signedIn, unwrap } from "../../trpc";

/** Holds by keyset; by reason with the first page. */
const list = reader.input(z.object({ rule: z.string().max(40).optional(), stopped: z.boolean().optional(), sort: z.enum(["money", "age"]).default("money"), cursor: z.string().max(500).nullish().transform((cursor) => cursor ?? undefined), limit: z.number().int().min(1).max(1000).default(100) })).query(async ({ ctx, input }) => {
  const [{ items: holds, next }, reasons] = await Promise.all([holdPage(ctx.services.query, ctx.entities, input), input.cursor === undefined ? holdReasons(ctx.services.query, ctx.entities) : []]);
  return {
    next, reasons: reasons.map((row) => ({ ...row, name: holdCatalogue[row.rule as HoldCode]?.name ?? row.rule })), asOf: ctx.services.now(),
    holds: holds.map((hold) => { const right = mayDecide(ctx.person, hold); return { ...hold, name: holdCatalogue[hold.rule as HoldCode]?.name ?? hold.rule, missing: right.ok ? null : right.error.message }; }),
  };
});

const get = reader.input(z.object({ id: z.string().regex(/^\d{1,18}$/) })).query(async ({ ctx, input }) => {
  const hold = await holdDetail(ctx.services.query, ctx.entities, input.id);
  if (!hold) throw refused({ code: "NOT_FOUND", message: "This hold does not exist, or not in your entities" });
  const right = mayDecide(ctx.person, hold);
  return { ...hold, rule: hold.rule, catalogue: holdCatalogue[hold.rule as HoldCode] ?? null, missing: right.ok ? null : right.error.message };
});

/** A hold as it was shown. */
const shown = { holdId: z.string().regex(/^\d{1,18}$/), digest: z.string().min(1).max(80), amount: z.string().min(1).max(50) };
const decide = signedIn
  .input(z.object({ ...shown, verdict: z.enum(["approve", "reject"]), consequence: z.string().max(40).optional(), quantity: z.string().trim().max(30).optional(), reason: z.string().trim().min(1, "Say why, in a few words").max(1000) }))
  .mutation(async ({ ctx, input: { consequence, quantity, ...rest } }) => unwrap(await ctx.services.desk.decideHold(ctx.person, { ...rest, ...(consequence ? { consequence } : {}), ...(quantity ? { quantity } : {}) })));

/** A hold by hand on commands that have not happened yet (code 25). */
const place = signedIn
  .input(z.object({ subject: z.string().min(1).max(300), blocks: z.array(z.string().regex(/^[a-z_]{2,60}$/)).min(1, "Name what is held").max(10), until: z.iso.date().optional(), reason: z.string().trim().min(1, "Say why, in a few words").max(1000) }))
  .mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.placeHold(ctx.person, input)));

const MOST = 200;
const bulkRow = (hold: HoldRowView, person: Person, verdict: "approve" | "reject") => {
  const right = mayDecide(person, hold);
  const name = holdCatalogue[hold.rule as HoldCode]?.name ?? hold.rule;
  const given = hold.approvals.length + 1;
  const effect = verdict === "reject" ? "stays blocked, and what follows is done" : given < hold.personsNeeded ? `approval ${given} of ${hold.personsNeeded}: another person must follow` : "released and posted";
  const choice = verdict === "approve" && consequencesOf(hold.rule, "approve").length > 1 ? "leaves a choice: decide it by itself" : null;
  return { key: hold.id, digest: hold.digest, amount: hold.amount, code: hold.rule, title: `${name}, ${hold.number}${hold.customerName ? `, ${hold.customerName}` : ""}`, money: hold.currency === null ? [] : [{ currency: hold.currency, amount: hold.amount }], effect, why: right.ok ? choice : right.error.message };
};

/** What one decision on all ticked holds would do, one by one, bound to what each says at this moment. Writes nothing. */
const bulkPreview = reader.input(z.object({ ids: z.array(z.string().regex(/^\d{1,18}$/)).min(1).max(MOST), verdict: z.enum(["approve", "reject"]) })).query(async ({ ctx, input }) => {
  const holds = await holdsById(ctx.services.query, ctx.entities, input.ids), rows = holds.map((hold) => bulkRow(hold, ctx.person, input.verdict)), done = new Set(rows.flatMap(({ key, why }) => (why === null ? [key] : [])));
  const counted = new Set(countedOnce(holds.filter(({ id }) => done.has(id))).map(({ id }) => id));
  return { asOf: ctx.services.now(), rows: rows.map((row) => ({ ...row, isCounted: counted.has(row.key) })) };
});

/** Each hold in a commit of its own with its own audit row. */
const decideMany = signedIn
  .input(z.object({ holds: z.array(z.object(shown)).min(1).max(MOST), verdict: z.enum(["approve", "reject"]), consequence: z.string().max(40).optional(), reason: z.string().trim().min(3, "Say why, in a few words").max(1000) }))
  .mutation(async ({ ctx, input }) => {
    const results: { key: string; ok: boolean; message: string }[] = [];
    for (const hold of input.holds) {
      const result = await ctx.services.desk.decideHold(ctx.person, { ...hold, verdict: input.verdict, reason: input.reason, ...(input.consequence ? { consequence: input.consequence } : {}) });
      results.push({ key: hold.holdId, ok: result.ok, message: result.ok ? `${input.verdict === "approve" ? "approved" : "rejected"}: planned again now` : result.error.message });
    }
    return results;
  });

export const holdsRouter = router({ list, get, decide, place, bulkPreview, decideMany });
