import type pg from "pg";
import { epochMs } from "@/server/domain/instant";
import type { Desk } from "@/server/api/desk";
import { exceptionCatalogue, financeTeams, type ExceptionCode } from "@/server/domain/exceptions";
import { mayDo } from "@/server/domain/rights";
import { fail, ok, type Result } from "@/server/domain/result";
import { audit, inTransaction, nudge } from "./transaction";
import { databaseNow } from "../clock";

const day = 86_400_000;

async function lockGroup(client: pg.PoolClient, fingerprint: string): Promise<{ entity: string; code: ExceptionCode } | null> {
  const { rows } = await client.query<{ entity: string; code: ExceptionCode }>("select entity, code from exception_group where fingerprint = $1 for update", [fingerprint]);
  return rows[0] ?? null;
}

export const assign = (pool: pg.Pool): Desk["assign"] => (person, fingerprint, to, reason) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const group = await lockGroup(client, fingerprint);
    if (group === null) return fail("NOT_FOUND", "This exception does not exist");
    const allowed = mayDo(person.grants, "exception.assign", group.entity);
    if (!allowed.ok) return allowed;
    if (to.assignee) {
      const known = await client.query("select 1 from app_user where id = $1 and active", [to.assignee]);
      if (!known.rowCount) return fail("NOT_FOUND", "This person is not here or not active");
    }
    await client.query("update exception_group set team = coalesce($2, team), assignee = case when $4 then $3 else assignee end where fingerprint = $1", [fingerprint, to.team ?? null, to.assignee ?? null, to.assignee !== undefined]);
    await audit(client, { actor: person.id, action: "exception.assign", aboutKind: "exception", aboutId: fingerprint, reason, detail: { ...to } });
    await nudge(client);
    return ok(true);
  });

export const snooze = (pool: pg.Pool): Desk["snooze"] => (person, fingerprint, until, reason) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const group = await lockGroup(client, fingerprint);
    if (group === null) return fail("NOT_FOUND", "This exception does not exist");
    const allowed = mayDo(person.grants, "exception.assign", group.entity);
    if (!allowed.ok) return allowed;
    const ahead = epochMs(until) - epochMs(databaseNow());
    if (!(ahead > 0)) return fail("STATE", "Choose a time that has not passed");
    // by whom the code belongs to: handing it to another team makes it no less a matter of money
    const limit = financeTeams.includes(exceptionCatalogue[group.code].owner) ? 3 : 30;
    if (ahead > limit * day) return fail("STATE", `At most ${limit} days here`);
    await client.query("update exception_group set snoozed_until = $2 where fingerprint = $1", [fingerprint, until]);
    await audit(client, { actor: person.id, action: "exception.snooze", aboutKind: "exception", aboutId: fingerprint, reason, detail: { until } });
    await nudge(client);
    return ok(true);
  });

const entityOf = {
  exception: "select entity from exception_group where fingerprint = $1", subject: "select entity from subject where id = $1", hold: "select entity from hold where id::text = $1",
} as const;

export const note = (pool: pg.Pool): Desk["note"] => (person, about, text) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const { rows: [known] } = await client.query<{ entity: string }>(entityOf[about.kind], [about.id]);
    if (!known) return fail("NOT_FOUND", `This ${about.kind === "subject" ? "document" : about.kind} does not exist`);
    const allowed = mayDo(person.grants, "note", known.entity);
    if (!allowed.ok) return allowed;
    await client.query("insert into note (about_kind, about_id, author, text) values ($1, $2, $3, $4)", [about.kind, about.id, person.id, text]);
    await audit(client, { actor: person.id, action: "note", aboutKind: about.kind, aboutId: about.id, reason: null, detail: { text } });
    await nudge(client);
    return ok(true);
  });
