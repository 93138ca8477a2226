import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Desk, ExceptionChoice, Reach } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import { mayDo, type Permission } from "@/server/domain/rights";
import { fail, ok, type Result } from "@/server/domain/result";
import { wake } from "../wakes";
import { audit, inTransaction, nudge } from "./transaction";

interface Item { id: string; entity: string; code: string; subject_id: string | null; message_id: string | null; connector: string | null }

/** Locks the chosen open exceptions in id order and checks the right in each of their entities. */
async function choose(client: pg.PoolClient, person: Person, permission: Permission, choice: ExceptionChoice): Promise<Result<Item[]>> {
  const { rows } = await client.query<Item>(
    `select id::text, entity, code, subject_id, message_id::text, connector from exception_item
     where state = 'open' and fingerprint = $1 and ($2::bigint[] is null or id = any($2)) order by id for update`, [choice.fingerprint, choice.items ?? null]);
  if (rows.length === 0) return fail("CONFLICT", "None of these exceptions is open any more");
  for (const entity of new Set(rows.map((row) => row.entity))) {
    const allowed = mayDo(person.grants, permission, entity);
    if (!allowed.ok) return allowed;
  }
  return ok(rows);
}

const subjectsOf = (items: readonly Item[]): string[] => [...new Set(items.flatMap((item) => (item.subject_id === null ? [] : [item.subject_id])))].sort();
const messagesOf = (items: readonly Item[]): string[] => items.flatMap((item) => (item.message_id === null ? [] : [item.message_id]));

/** Rejected commands of the subjects go back to `wanted`, guarded by the state they leave. Their attempts count afresh. */
async function sendAgain(client: pg.PoolClient, subjects: string[]): Promise<string[]> {
  const { rows } = await client.query<{ natural_key: string }>(
    `with chosen as (select id from command where subject_id = any($1) and state = 'rejected' order by id for update)
     update command c set state = 'wanted', due_at = now(), attempts_base = attempts, lookups = 0, rejection_code = null, rejection_message = null, updated_at = now()
     from chosen where c.id = chosen.id and c.state = 'rejected' returning c.natural_key`, [subjects]);
  return rows.map((row) => row.natural_key);
}

/** Subjects are locked first and in id order, as the planner locks them: commands come after their subjects everywhere. */
async function planAgain(client: pg.PoolClient, subjects: string[]): Promise<void> {
  await client.query(
    `with chosen as (select id from subject where id = any($1) order by id for update)
     update subject s set plan_failures = 0 from chosen where s.id = chosen.id`, [subjects]);
  await wake(client, subjects);
}

async function readAgain(client: pg.PoolClient, messages: string[]): Promise<number> {
  const { rowCount } = await client.query("update inbound_message set state = 'received', deaths = 0, error_code = null, error_message = null, error_at = null where id = any($1::bigint[]) and state = 'failed'", [messages]);
  return rowCount ?? 0;
}

async function follow(client: pg.PoolClient, person: Person, verb: string, choice: ExceptionChoice, reason: string, naturalKeys: string[], subjects: string[], detail: Record<string, unknown>): Promise<string> {
  const fix = randomUUID();
  await client.query("insert into fix_attempt (id, fingerprint, verb, author, reason, natural_keys, subject_ids) values ($1, $2, $3, $4, $5, $6, $7)", [fix, choice.fingerprint, verb, person.id, reason, naturalKeys, subjects]);
  await audit(client, { actor: person.id, action: `exception.${verb}`, aboutKind: "exception", aboutId: choice.fingerprint, reason, detail: { fix, naturalKeys, subjects, ...detail } });
  await nudge(client);
  return fix;
}

export const retry = (pool: pg.Pool): Desk["retry"] => (person, choice, reason) =>
  inTransaction<Result<Reach>>(pool, async (client) => {
    const chosen = await choose(client, person, "exception.retry", choice);
    if (!chosen.ok) return chosen;
    const subjects = subjectsOf(chosen.value);
    await planAgain(client, subjects);
    const keys = await sendAgain(client, subjects);
    const messages = await readAgain(client, messagesOf(chosen.value));
    if (keys.length === 0 && messages === 0) return fail("STATE", "Nothing here was sent and refused; Restart plans it again with today's mapping and rules");
    return ok({ fix: await follow(client, person, "retry", choice, reason, keys, subjects, { messages }), commands: keys.length, subjects: subjects.length, messages });
  });

export const restart = (pool: pg.Pool): Desk["restart"] => (person, choice, reason) =>
  inTransaction<Result<Reach>>(pool, async (client) => {
    const chosen = await choose(client, person, "exception.restart", choice);
    if (!chosen.ok) return chosen;
    const subjects = subjectsOf(chosen.value);
    await planAgain(client, subjects);
    const keys = await sendAgain(client, subjects);
    const messages = await readAgain(client, messagesOf(chosen.value));
    return ok({ fix: await follow(client, person, "restart", choice, reason, keys, subjects, { messages }), commands: keys.length, subjects: subjects.length, messages });
  });

export const reroute = (pool: pg.Pool): Desk["reroute"] => (person, choice, connector, reason) =>
  inTransaction<Result<Reach>>(pool, async (client) => {
    const chosen = await choose(client, person, "exception.reroute", choice);
    if (!chosen.ok) return chosen;
    const target = await client.query<{ entity: string }>("select entity from connector where id = $1 and state = 'active'", [connector]);
    if (!target.rows[0]) return fail("NOT_FOUND", `No active connector ${connector}`);
    const subjects = subjectsOf(chosen.value);
    const acted = await client.query<{ natural_key: string }>(
      `select c.natural_key from command c where c.subject_id = any($1) and c.state in ('rejected', 'wanted') and c.connector <> $2 and c.attempts > 0
       and exists (select 1 from attempt a where a.command_id = c.id and a.purpose = 'send' and coalesce(a.outcome, 'unknown') not in ('rejected', 'retryable'))`, [subjects, connector]);
    if (acted.rowCount) return fail("STATE", `The old target may have acted on ${acted.rowCount} of these; their absence there must be proved first`);
    const { rows } = await client.query<{ natural_key: string }>(
      `with chosen as (select id from command where subject_id = any($1) and state in ('rejected', 'wanted') and connector <> $2 order by id for update)
       update command c set connector = $2, state = 'wanted', due_at = now(), attempts_base = attempts, rejection_code = null, rejection_message = null, updated_at = now()
       from chosen where c.id = chosen.id and c.state in ('rejected', 'wanted') returning c.natural_key`, [subjects, connector]);
    if (rows.length === 0) return fail("STATE", "There is nothing here that waits to be sent elsewhere");
    const keys = rows.map((row) => row.natural_key);
    return ok({ fix: await follow(client, person, "reroute", choice, reason, keys, subjects, { connector }), commands: keys.length, subjects: subjects.length, messages: 0 });
  });

/** Finance's own: amounts that are accepted or written off are never ended by operations. */
const financeOnly: readonly string[] = ["accepted_difference", "written_off", "credited"];

export const resolve = (pool: pg.Pool): Desk["resolve"] => (person, choice, resolution, reason, reference) =>
  inTransaction<Result<{ resolved: number }>>(pool, async (client) => {
    const chosen = await choose(client, person, "exception.resolve", choice);
    if (!chosen.ok) return chosen;
    if (resolution === "closed_by_evidence") return fail("STATE", "Only evidence closes by evidence");
    if (financeOnly.includes(resolution) && !person.grants.some((grant) => grant.role === "finance")) return fail("FORBIDDEN", `Needs the role finance for ${resolution}`);
    if (resolution === "posted_by_hand") {
      if (!reference) return fail("STATE", "Posted by hand needs the number of the document in the target");
      await planAgain(client, subjectsOf(chosen.value));
      const { rows } = await client.query<{ natural_key: string }>(
        `with chosen as (select id from command where subject_id = any($1) and state in ('rejected', 'unknown') and kind in ('post_invoice', 'post_credit', 'post_receipt') order by id for update)
         update command c set state = 'confirmed', reference = $2, confirmed_at = now(), verified_at = null, verify_due_at = now(), updated_at = now() from chosen where c.id = chosen.id returning c.natural_key`, [subjectsOf(chosen.value), reference]);
      if (rows.length !== 1) return fail("STATE", rows.length === 0 ? "There is no posting here that waits" : "Choose one document: a reference belongs to one posting");
    }
    await client.query("update exception_item set state = 'resolved', resolved_at = now(), resolved_by = $2, resolution = $3, resolution_reference = $4 where id = any($1::bigint[]) and state = 'open'", [chosen.value.map((item) => item.id), person.id, resolution, reference ?? null]);
    await client.query(`update exception_group g set state = 'resolved', resolved_at = now(), solved = solved + 1 where fingerprint = $1 and not exists (select 1 from exception_item i where i.fingerprint = g.fingerprint and i.state = 'open')`, [choice.fingerprint]);
    await audit(client, { actor: person.id, action: "exception.resolve", aboutKind: "exception", aboutId: choice.fingerprint, reason, detail: { resolution, reference: reference ?? null, items: chosen.value.map((item) => item.id) } });
    await nudge(client);
    return ok({ resolved: chosen.value.length });
  });
