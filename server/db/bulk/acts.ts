import type pg from "pg";
import type { BulkDesk } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import { mayConfirmBulk, mayInAll, type BulkState, type BulkVerb } from "@/server/domain/bulk";
import { fail, ok, type Result } from "@/server/domain/result";
import { audit, auditAll, inTransaction, nudge } from "../desk/transaction";
import { freezeBulk } from "./freeze";
import { secondWhyNow } from "./money";

interface Action { verb: BulkVerb; author: string; state: BulkState; entities: string[]; waiting: number }

async function lockAction(client: pg.PoolClient, id: string): Promise<Result<Action>> {
  const { rows: [row] } = await client.query<Action>("select verb, author, state from bulk_action where id = $1 for update", [id]);
  if (!row) return fail("NOT_FOUND", "There is no such bulk action");
  const { rows } = await client.query<{ entity: string; waiting: number }>("select entity, (count(*) filter (where state = 'waiting'))::int as waiting from bulk_action_item where action_id = $1 and state <> 'left_out' group by 1 order by 1", [id]);
  return ok({ ...row, entities: rows.map(({ entity }) => entity), waiting: rows.reduce((sum, { waiting }) => sum + waiting, 0) });
}

const nameOf = (person: Person | null): string => person?.id ?? "cli";
const told = (client: pg.PoolClient, person: Person | null, act: string, id: string, reason: string | null, detail: Record<string, unknown> = {}): Promise<void> =>
  audit(client, { actor: nameOf(person), action: `bulk.${act}`, aboutKind: "bulk_action", aboutId: id, reason, detail });
/** Each cause that it touches has a row of its own, as if it had been acted on alone. */
async function toldOfCauses(client: pg.PoolClient, author: string, id: string, verb: BulkVerb, reason: string): Promise<void> {
  const { rows } = await client.query<{ fingerprint: string; documents: number }>("select fingerprint, count(*)::int as documents from bulk_action_item where action_id = $1 and state = 'waiting' and fingerprint is not null group by 1 order by 1", [id]);
  await auditAll(client, rows.map(({ fingerprint, documents }) => ({ actor: author, action: `exception.${verb}`, aboutKind: "exception", aboutId: fingerprint, reason, detail: { bulkAction: id, documents } })));
}

const start = (pool: pg.Pool): BulkDesk["start"] => (person, id, reason) =>
  inTransaction<Result<{ state: "running" | "proposed" }>>(pool, async (client) => {
    if (reason.trim().length < 3) return fail("REASON", "Say why, in a few words");
    const found = await lockAction(client, id);
    if (!found.ok) return found;
    const { verb, author, state, waiting } = found.value;
    if (author !== nameOf(person)) return fail("FORBIDDEN", "Only who asked for it may start it");
    if (state !== "asked") return fail("CONFLICT", "It was started already");
    if (waiting === 0) return fail("STATE", "Nothing of it may be touched");
    const allowed = person === null ? ok(true) : mayInAll(person, found.value);
    if (!allowed.ok) return allowed;
    const { why: secondWhy } = await secondWhyNow(client, id), next = secondWhy === null ? "running" : "proposed";
    await client.query("update bulk_action set state = $2, reason = $3, started_at = case when $2 = 'running' then now() end where id = $1 and state = 'asked'", [id, next, reason.trim()]);
    await told(client, person, next === "running" ? "start" : "propose", id, reason, { verb, documents: waiting, secondWhy });
    if (next === "running") await toldOfCauses(client, author, id, verb, reason);
    await nudge(client);
    return ok({ state: next });
  });

/** Guarded by the money that was shown: where it grew above the limit, that is kept and shown, and confirmed anew. */
const confirm = (pool: pg.Pool): BulkDesk["confirm"] => async (person, id, reason) => {
  const confirmed = await inTransaction<Result<{ grewWhy: string | null }>>(pool, async (client) => {
    const found = await lockAction(client, id);
    if (!found.ok) return found;
    const { verb, author, state } = found.value;
    if (state !== "proposed") return fail("CONFLICT", "It does not wait for a second person");
    const allowed = mayConfirmBulk(person, found.value);
    if (!allowed.ok) return allowed;
    const { grewWhy } = await secondWhyNow(client, id);
    if (grewWhy === null) {
      await client.query("update bulk_action set state = 'running', confirmed_by = $2, started_at = now() where id = $1 and state = 'proposed'", [id, person.id]);
      await told(client, person, "confirm", id, reason, { author });
      await toldOfCauses(client, author, id, verb, reason);
    }
    await nudge(client);
    return ok({ grewWhy });
  });
  if (!confirmed.ok) return confirmed;
  return confirmed.value.grewWhy === null ? ok(true) : fail("CONFLICT", `More is at stake since this was shown: ${confirmed.value.grewWhy}`);
};

/** Whether a person may go on with it or end it: anybody with the right in all of its entities. */
async function lockOwn(client: pg.PoolClient, person: Person | null, id: string): Promise<Result<Action>> {
  const found = await lockAction(client, id);
  if (!found.ok || person === null) return found;
  const allowed = mayInAll(person, found.value);
  return allowed.ok ? found : allowed;
}

const goOn = (pool: pg.Pool): BulkDesk["goOn"] => (person, id, reason) =>
  inTransaction<Result<true>>(pool, async (client) => {
    if (reason.trim().length < 3) return fail("REASON", "Say why, in a few words");
    const found = await lockOwn(client, person, id);
    if (!found.ok) return found;
    if (found.value.state !== "stopped") return fail("CONFLICT", "It is not stopped");
    await client.query(
      `update bulk_action a set state = 'running', stopped_why = null, stopped_at = null,
         forgiven = (select count(*) from bulk_action_item i where i.action_id = a.id and i.step = a.step and i.state = 'failed') where id = $1 and state = 'stopped'`, [id]);
    await told(client, person, "go_on", id, reason);
    await nudge(client);
    return ok(true);
  });

const abort = (pool: pg.Pool): BulkDesk["abort"] => (person, id, reason) =>
  inTransaction<Result<true>>(pool, async (client) => {
    if (reason.trim().length < 3) return fail("REASON", "Say why, in a few words");
    const found = await lockOwn(client, person, id);
    if (!found.ok) return found;
    const { state } = found.value;
    if (state === "asked" || state === "done" || state === "aborted") return fail("CONFLICT", state === "asked" ? "It was not started" : "It is over");
    await client.query("update bulk_action set state = 'aborted', ended_at = now(), ended_by = $2 where id = $1 and state = $3", [id, nameOf(person), state]);
    await told(client, person, "abort", id, reason, { untouched: found.value.waiting });
    await nudge(client);
    return ok(true);
  });

/** Bulk actions; each locks the action, so that nothing of it is sent after an abort has answered. */
export const createBulkDesk = (pool: pg.Pool): BulkDesk => ({ ask: freezeBulk(pool), start: start(pool), confirm: confirm(pool), goOn: goOn(pool), abort: abort(pool) });
