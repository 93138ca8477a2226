import type pg from "pg";
import type { PostingDesk } from "@/server/api/desk";
import { mayResume } from "@/server/domain/posting-brake";
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

/** Guarded by the stop that was shown: one that came since stands until somebody has read why. */
export const resumePostings = (pool: pg.Pool): PostingDesk["resume"] => (person, entity, since, reason) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const { rows: [brake] } = await client.query<{ stopped_at: Date | null; stopped_by: string; reason: string }>("select stopped_at, stopped_by, reason from posting_brake where entity = $1 for update", [entity]);
    const stoppedAt = brake?.stopped_at;
    if (!brake || !stoppedAt) return mayDo(person.grants, "postings.resume", entity).ok ? fail("CONFLICT", `Postings of ${entity} are not stopped`) : fail("FORBIDDEN", `Needs the role finance in ${entity}`);
    const allowed = mayResume(person, { entity, stoppedBy: brake.stopped_by });
    if (!allowed.ok) return allowed;
    if (stoppedAt.toISOString() !== since) return fail("CONFLICT", "They were stopped again since this was shown");
    await client.query("update posting_brake set stopped_at = null, stopped_by = null, reason = null where entity = $1", [entity]);
    await audit(client, { actor: person.id, action: "postings.resume", aboutKind: "entity", aboutId: entity, reason, detail: { stoppedBy: brake.stopped_by, stoppedAt: since, because: brake.reason } });
    await nudge(client);
    return ok(true);
  });
