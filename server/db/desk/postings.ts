import type pg from "pg";
import type { PostingDesk } from "@/server/api/desk";
import { mayLimit, mayResume } from "@/server/domain/posting-brake";
import { liftsAbove, raised, withFixed, type Excess, type FixedLimits, type GuardLimits } from "@/server/domain/posting-guard";
import { fail, ok, type Result } from "@/server/domain/result";
import { mayDo } from "@/server/domain/rights";
import { audit, inTransaction, nudge } from "./transaction";

/** The update waits for every claim that holds the brake, and a later claim sees it: after this commit nothing new leaves. */
export const stopPostings = (pool: pg.Pool): PostingDesk["stop"] => (person, entity, reason) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const allowed = mayDo(person.grants, "postings.stop", entity);
    if (!allowed.ok) return allowed;
    const home = await client.query("select 1 from entity where code = $1", [entity]);
    if (!home.rowCount) return fail("NOT_FOUND", `There is no entity ${entity}`);
    const { rowCount } = await client.query(
      `insert into posting_brake (entity, stopped_at, stopped_by, reason) values ($1, now(), $2, $3)
       on conflict (entity) do update set stopped_at = now(), stopped_by = excluded.stopped_by, reason = excluded.reason where posting_brake.stopped_at is null`, [entity, person.id, reason]);
    if (rowCount !== 1) return fail("CONFLICT", `Postings of ${entity} are stopped already`);
    await audit(client, { actor: person.id, action: "postings.stop", aboutKind: "entity", aboutId: entity, reason, detail: {} });
    await nudge(client);
    return ok(true);
  });

interface Brake { stopped_at: Date | null; stopped_by: string; reason: string; excess: Excess | null; limits: GuardLimits; is_over: boolean }

/** Guarded by the stop that was shown: one that came since stands until somebody has read why. */
export const resumePostings = (pool: pg.Pool): PostingDesk["resume"] => (person, entity, since, reason, raisedTo = null) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const { rows: [brake] } = await client.query<Brake>("select stopped_at, stopped_by, reason, excess, limits, coalesce(day_ends <= now(), true) as is_over from posting_brake where entity = $1 for update", [entity]);
    const stoppedAt = brake?.stopped_at;
    const allowed = stoppedAt ? mayResume(person, { entity, stoppedBy: brake.stopped_by }) : mayDo(person.grants, "postings.resume", entity);
    if (!allowed.ok) return allowed;
    if (!stoppedAt) return fail("CONFLICT", `Postings of ${entity} are not stopped`);
    if (stoppedAt.toISOString() !== since) return fail("CONFLICT", "They were stopped again since this was shown");
    // A day that is over has other limits already.
    const excess = brake.is_over ? null : brake.excess, raise = excess === null ? null : (raisedTo ?? "");
    if (excess !== null && raise !== null && !liftsAbove(excess, raise)) return fail("LIMIT", `Give the limit with which the day goes on, at least ${excess.reached}`, "raisedTo");
    const limits = excess !== null && raise !== null ? raised(brake.limits, excess, raise) : brake.limits;
    await client.query("update posting_brake set stopped_at = null, stopped_by = null, reason = null, excess = null, limits = $2 where entity = $1", [entity, JSON.stringify(limits)]);
    await audit(client, { actor: person.id, action: "postings.resume", aboutKind: "entity", aboutId: entity, reason, detail: { stoppedBy: brake.stopped_by, stoppedAt: since, because: brake.reason, ...(excess === null ? {} : { what: excess.what, currency: excess.currency, limit: excess.limit.at, raisedTo: raise }) } });
    await nudge(client);
    return ok(true);
  });

/** Bound to the document as it was shown: one that changed since is judged anew. */
export const releasePosting = (pool: pg.Pool): PostingDesk["release"] => (person, command, digest, reason) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const { rows: [held] } = await client.query<{ entity: string; reason: string; amount: string; currency: string }>(
      "select h.entity, h.reason, h.amount::text, h.currency from posting_hold h join command c on c.id = h.command_id and c.state = 'wanted' and c.digest = h.digest where h.command_id = $1 and h.digest = $2 and h.released_at is null for update of h", [command, digest]);
    if (!held) return fail("CONFLICT", "It has changed, is gone or was released since this was shown");
    const allowed = mayDo(person.grants, "postings.resume", held.entity);
    if (!allowed.ok) return allowed;
    await client.query("update posting_hold set released_at = now(), released_by = $2 where command_id = $1", [command, person.id]);
    await audit(client, { actor: person.id, action: "posting.release", aboutKind: "command", aboutId: command, reason, detail: { entity: held.entity, amount: held.amount, currency: held.currency, because: held.reason } });
    await nudge(client);
    return ok(true);
  });

/** The day is begun again with its figures, so that the next claim has the new limits, and judges anew what is too large. */
export const limitPostings = (pool: pg.Pool): PostingDesk["limit"] => ([person, second], entity, change, reason) =>
  inTransaction<Result<FixedLimits>>(pool, async (client) => {
    const allowed = mayLimit(person, second, entity);
    if (!allowed.ok) return allowed;
    const { rows: [brake] } = await client.query<{ fixed: FixedLimits }>("select fixed from posting_brake where entity = $1 for update", [entity]);
    if (!brake) return fail("NOT_FOUND", `${entity} has no connector yet, and posts nothing`);
    const next = withFixed(brake.fixed, change);
    if (!next.ok) return next;
    await client.query("update posting_brake set fixed = $2, day_ends = null where entity = $1", [entity, JSON.stringify(next.value)]);
    await client.query("delete from posting_hold where entity = $1 and released_at is null", [entity]);
    await audit(client, { actor: person.id, action: "postings.limit", aboutKind: "entity", aboutId: entity, reason, detail: { confirmedBy: second.id, before: brake.fixed, after: next.value } });
    await nudge(client);
    return next;
  });
