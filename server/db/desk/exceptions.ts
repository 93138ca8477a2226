import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Desk, ExceptionChoice, Reach } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import { exceptionCatalogue, financeTeams, rightToSay, settlingWords, unprovable, type ExceptionCode, type ResolutionCode } from "@/server/domain/exceptions";
import { mayDo, type Permission } from "@/server/domain/rights";
import { fail, ok, type Result } from "@/server/domain/result";
import { ofFinance } from "@/server/read/bulk";
import type { Policies } from "../policies";
import { wake } from "../wakes";
import { audit, inTransaction, nudge, sayAs } from "./transaction";

export interface Item { id: string; entity: string; code: ExceptionCode; subject_id: string | null; message_id: string | null; connector: string | null; /** Missing here: what its source calls it. */ document: string | null; stops: string[] }

/** Locks the chosen open exceptions in id order, checks that they are as many as were shown, and the right in each of their entities. */
export async function choose(client: pg.PoolClient, person: Person, permission: Permission, choice: ExceptionChoice): Promise<Result<Item[]>> {
  const { rows } = await client.query<Item>(
    `select id::text, entity, code, subject_id, message_id::text, connector, document, stops from exception_item
     where state = 'open' and fingerprint = $1 and ($2::bigint[] is null or id = any($2)) order by id for update`, [choice.fingerprint, choice.items ?? null]);
  if (rows.length === 0) return fail("CONFLICT", "None of these exceptions is open any more");
  if (choice.shown !== undefined && choice.shown !== rows.length) return fail("CONFLICT", `${choice.shown} ${choice.shown === 1 ? "was" : "were"} shown, and ${rows.length} ${rows.length === 1 ? "is" : "are"} open by now. Look again before you act.`);
  for (const entity of new Set(rows.map((row) => row.entity))) {
    const allowed = mayDo(person.grants, permission, entity);
    if (!allowed.ok) return allowed;
  }
  return ok(rows);
}

export const subjectsOf = (items: readonly Item[]): string[] => [...new Set(items.flatMap((item) => (item.subject_id === null ? [] : [item.subject_id])))].sort();
const messagesOf = (items: readonly Item[]): string[] => items.flatMap((item) => (item.message_id === null ? [] : [item.message_id]));

/** Rejected commands of the subjects go back to `wanted`, guarded by the state they leave. Their attempts count afresh. `inBulk`: in the lane that gives way to all postings. */
export async function sendAgain(client: pg.PoolClient, subjects: string[], { inBulk = false } = {}): Promise<string[]> {
  const { rows } = await client.query<{ natural_key: string }>(
    `with chosen as (select id from command where subject_id = any($1) and state = 'rejected' order by id for update)
     update command c set state = 'wanted', lane = case when $2::boolean then 'bulk' else c.lane end, due_at = now(), attempts_base = attempts, deaths = 0, lookups = 0, rejection_code = null, rejection_message = null, updated_at = now()
     from chosen where c.id = chosen.id and c.state = 'rejected' returning c.natural_key`, [subjects, inBulk]);
  return rows.map((row) => row.natural_key);
}

/** Subjects are locked first and in id order, as the planner locks them: commands come after their subjects everywhere. */
export async function planAgain(client: pg.PoolClient, subjects: string[], { patient = false } = {}): Promise<void> {
  await client.query(
    `with chosen as (select id from subject where id = any($1) order by id for update)
     update subject s set plan_failures = 0 from chosen where s.id = chosen.id`, [subjects]);
  await wake(client, subjects, { patient });
}

export async function readAgain(client: pg.PoolClient, messages: string[]): Promise<number> {
  const { rowCount } = await client.query("update inbound_message set state = 'received', deaths = 0, error_code = null, error_message = null, error_at = null where id = any($1::bigint[]) and state = 'failed'", [messages]);
  return rowCount ?? 0;
}

/** What is still wrong is found again: the subjects compare all that they find with what is open, and messages are read once more. */
async function lookAgain(client: pg.PoolClient, items: readonly Item[]): Promise<void> {
  const subjects = subjectsOf(items);
  await planAgain(client, subjects);
  await client.query("update subject set plan_digests = (plan_digests::jsonb - 'exceptions')::text where id = any($1) and plan_digests is not null", [subjects]);
  await readAgain(client, messagesOf(items));
}

/** Why this word is not true as things stand; null where it may be. */
async function contradicted(client: pg.PoolClient, items: readonly Item[], resolution: ResolutionCode): Promise<string | null> {
  const ids = items.map(({ id }) => id);
  if (settlingWords.includes(resolution)) return null;
  const { rows: [down] } = await client.query<{ connector: string }>(
    `select c.id as connector from exception_item e join connector c on c.id = e.connector left join breaker b on b.connector = c.id
     where e.id = any($1::bigint[]) and e.subject_id is null and e.message_id is null and (c.state <> 'active' or coalesce(b.state, 'closed') <> 'closed') limit 1`, [ids]);
  if (down) return `${down.connector} does not answer or is stopped: this ends by itself once it answers`;
  if (resolution !== "fixed_and_verified") return null;
  const { rowCount } = await client.query("select 1 from exception_item e where e.id = any($1::bigint[]) and not exists (select 1 from command c where c.subject_id = e.subject_id and c.verified_at > e.first_seen_at) limit 1", [ids]);
  return rowCount ? "Nothing of it was read back since it came: only that counts as fixed and verified" : null;
}

/** Keeps what a person tried for a cause, so that it can be told whether it was read back as right. */
export async function tried(client: pg.PoolClient, { fingerprint, verb, author, reason, naturalKeys, subjects, documents = [] }: { fingerprint: string; verb: string; author: string; reason: string; naturalKeys: readonly string[]; subjects: readonly string[]; documents?: readonly string[] }): Promise<string> {
  const fix = randomUUID();
  await client.query("insert into fix_attempt (id, fingerprint, verb, author, reason, natural_keys, subject_ids, documents) values ($1, $2, $3, $4, $5, $6, $7, $8)", [fix, fingerprint, verb, author, reason, naturalKeys, subjects, documents]);
  return fix;
}

export async function follow(client: pg.PoolClient, person: Person, verb: string, choice: ExceptionChoice, reason: string, naturalKeys: string[], subjects: string[], detail: Record<string, unknown>): Promise<string> {
  const fix = await tried(client, { fingerprint: choice.fingerprint, verb, author: person.id, reason, naturalKeys, subjects });
  await audit(client, { actor: person.id, action: `exception.${verb}`, aboutKind: "exception", aboutId: choice.fingerprint, reason, detail: { fix, naturalKeys, subjects, ...detail } });
  await nudge(client);
  return fix;
}

/** A reason is wanted for anything on finance (screens, Exceptions); where it is missing nothing of the act stays. */
async function reasoned(client: pg.PoolClient, items: readonly Item[], keys: readonly string[], reason: string): Promise<Result<true>> {
  if (reason.trim() !== "") return ok(true);
  const owned = items.some(({ code }) => financeTeams.includes(exceptionCatalogue[code].owner));
  const posts = owned || ((await client.query(`select 1 from command c where c.natural_key = any($1) and ${ofFinance} limit 1`, [keys])).rowCount ?? 0) > 0;
  return posts ? fail("REASON", "This is finance: say why, in a few words") : ok(true);
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
    const why = await reasoned(client, chosen.value, keys, reason);
    if (!why.ok) return why;
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
    const why = await reasoned(client, chosen.value, keys, reason);
    if (!why.ok) return why;
    return ok({ fix: await follow(client, person, "restart", choice, reason, keys, subjects, { messages }), commands: keys.length, subjects: subjects.length, messages });
  });

/** Postings that a person may have made by hand in the target. */
const postings = ["post_invoice", "post_credit", "post_debit", "post_receipt"];

export const resolve = (pool: pg.Pool, policies: Policies): Desk["resolve"] => (person, choice, resolution, reason, reference) =>
  inTransaction<Result<{ resolved: number }>>(pool, async (client) => {
    if (reason.trim() === "") return fail("REASON", "Say why, in a few words");
    const chosen = await choose(client, person, "exception.resolve", choice);
    if (!chosen.ok) return chosen;
    for (const { code, entity } of chosen.value) {
      const right = mayDo(person.grants, rightToSay(resolution, code), entity);
      if (!right.ok) return right;
    }
    const claim = chosen.value.map(({ code }) => unprovable(resolution, code)).find((why) => why !== null) ?? await contradicted(client, chosen.value, resolution);
    if (claim) return fail("STATE", claim);
    if (!settlingWords.includes(resolution)) await lookAgain(client, chosen.value);
    if (resolution === "posted_by_hand") {
      if (!reference) return fail("STATE", "Posted by hand needs the number of the document in the target");
      const { rows } = await client.query<{ key: string; subject: string; correlation: string; entity: string }>(
        `select natural_key as key, subject_id as subject, correlation_id as correlation, entity from command where subject_id = any($1) and state in ('rejected', 'unknown') and kind = any($2) order by id for update`, [subjectsOf(chosen.value), postings]);
      const [posting] = rows;
      if (!posting || rows.length !== 1) return fail("STATE", rows.length === 0 ? "There is no posting here that waits" : "Choose one document: a reference belongs to one posting");
      const decision = randomUUID();
      await sayAs(client, policies, person.id, { id: decision, type: "command.decided", entity: posting.entity, subject: posting.subject, correlationId: posting.correlation, data: { decision, naturalKey: posting.key, verdict: "posted_by_hand", reference, reason, author: person.id } });
    }
    await client.query("update exception_item set state = 'resolved', resolved_at = now(), resolved_by = $2, resolution = $3, resolution_reference = $4 where id = any($1::bigint[]) and state = 'open'", [chosen.value.map((item) => item.id), person.id, resolution, reference ?? null]);
    await client.query(`update exception_group g set state = 'resolved', resolved_at = now(), solved = solved + 1 where fingerprint = $1 and not exists (select 1 from exception_item i where i.fingerprint = g.fingerprint and i.state = 'open')`, [choice.fingerprint]);
    await audit(client, { actor: person.id, action: "exception.resolve", aboutKind: "exception", aboutId: choice.fingerprint, reason, detail: { resolution, reference: reference ?? null, items: chosen.value.map((item) => item.id) } });
    await nudge(client);
    return ok({ resolved: chosen.value.length });
  });
