import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Desk } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import { checkChanges, readBody, withChanges, type FieldChange } from "@/server/domain/message-edit";
import { mayDo } from "@/server/domain/rights";
import { fail, ok, type Failure, type Result } from "@/server/domain/result";
import { audit, inTransaction, nudge } from "./transaction";

interface Failed { entity: string; fingerprint: string; body: Buffer; applied: FieldChange[]; edition: number }

/** Locks a message that could not be read, with its open exception; the right is checked in the exception's entity. */
async function lockFailed(client: pg.PoolClient, person: Person, message: string): Promise<Result<Failed>> {
  const { rows: [row] } = await client.query<{ state: string; error_code: string | null; body: Buffer }>("select state, error_code, body from inbound_message where id = $1 for update", [message]);
  if (!row) return fail("NOT_FOUND", "This message does not exist");
  const { rows: [item] } = await client.query<{ entity: string; fingerprint: string }>("select entity, fingerprint from exception_item where message_id = $1 and state = 'open' and subject_id is null order by id limit 1", [message]);
  if (row.state !== "failed" || !item) return fail("CONFLICT", "This message is not refused any more");
  if (row.error_code === "CTR-02") return fail("STATE", "Its id was used before with other content, and the first one stays: an edit cannot make it another message");
  const allowed = mayDo(person.grants, "message.edit", item.entity);
  if (!allowed.ok) return allowed;
  const { rows: edits } = await client.query<{ changes: FieldChange[] }>("select changes from message_edit where message_id = $1 and state = 'applied' order by decided_at, id", [message]);
  return ok({ ...item, body: row.body, applied: edits.flatMap(({ changes }) => changes), edition: edits.length });
}

/** The message is read again with what was applied; nothing of what came is changed. */
const readAgain = (client: pg.PoolClient, message: string) =>
  client.query("update inbound_message set state = 'received', deaths = 0, claimed_until = null, error_code = null, error_message = null, error_at = null where id = $1 and state = 'failed'", [message]);

/** Free fields take effect at once; one sensitive field makes the whole a proposal for a second person. */
export const editMessage = (pool: pg.Pool): Desk["editMessage"] => (person, { message, edition, changes: wanted }, reason) =>
  inTransaction<Result<{ edit: string; applied: boolean }>>(pool, async (client) => {
    const found = await lockFailed(client, person, message);
    if (!found.ok) return found;
    const { entity, fingerprint, body, applied } = found.value;
    const { rowCount: waiting } = await client.query("select 1 from message_edit where message_id = $1 and state = 'proposed'", [message]);
    if (waiting) return fail("CONFLICT", "An edit of this message waits for a second person already");
    if (found.value.edition !== edition) return fail("CONFLICT", "Somebody edited this message since it was shown");
    const read = readBody(body);
    if (!read.ok) return read;
    const checked = checkChanges(withChanges(read.value, applied), wanted);
    if (!checked.ok) return checked;
    const { changes, sensitive } = checked.value, edit = randomUUID();
    await client.query("insert into message_edit (id, message_id, state, sensitive, changes, reason, author, decided_at) values ($1, $2, $3, $4, $5, $6, $7, case when $4 then null else clock_timestamp() end)",
      [edit, message, sensitive ? "proposed" : "applied", sensitive, JSON.stringify(changes), reason, person.id]);
    if (!sensitive) await readAgain(client, message);
    await audit(client, { actor: person.id, action: sensitive ? "exception.edit_proposed" : "exception.edit", aboutKind: "exception", aboutId: fingerprint, reason, detail: { edit, message, entity, changes } });
    await nudge(client);
    return ok({ edit, applied: !sensitive });
  });

const own: Failure = { code: "FORBIDDEN", message: "Whoever proposed it may not confirm it; another person must" };
const states = { approve: "applied", reject: "refused", withdraw: "withdrawn" } as const;

/** A second person confirms or refuses what one alone may not change; only its author withdraws it. */
export const decideEdit = (pool: pg.Pool): Desk["decideEdit"] => (person, edit, verdict, reason) =>
  inTransaction<Result<{ applied: boolean }>>(pool, async (client) => {
    const { rows: [known] } = await client.query<{ message: string }>("select message_id::text as message from message_edit where id = $1", [edit]);
    if (!known) return fail("NOT_FOUND", "This edit does not exist");
    const found = await lockFailed(client, person, known.message);
    if (!found.ok) return found;
    const { rows: [row] } = await client.query<{ author: string; state: string }>("select author, state from message_edit where id = $1 for update", [edit]);
    if (row?.state !== "proposed") return fail("CONFLICT", "This edit was decided already");
    if (verdict === "withdraw" ? row.author !== person.id : row.author === person.id) return verdict === "withdraw" ? fail("FORBIDDEN", "Only its author may withdraw it") : { ok: false, error: own };
    await client.query("update message_edit set state = $2, decided_by = $3, decided_at = clock_timestamp(), decision_reason = $4 where id = $1 and state = 'proposed'", [edit, states[verdict], person.id, reason]);
    if (verdict === "approve") await readAgain(client, known.message);
    await audit(client, { actor: person.id, action: `exception.edit_${verdict}`, aboutKind: "exception", aboutId: found.value.fingerprint, reason, detail: { edit, message: known.message } });
    await nudge(client);
    return ok({ applied: verdict === "approve" });
  });
