import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type pg from "pg";
import type { ApiClient } from "@/server/api/services";
import { apiSource, eventSource } from "@/server/domain/entity";
import { fail, ok, type Failure, type Result } from "@/server/domain/result";
import { audit, inTransaction, nudge } from "./desk/transaction";
import { haveSource } from "./event-source";

const hashOf = (secret: string): Buffer => createHash("sha256").update(secret).digest();

export interface NewKey { name: string; entity: string; source: string; scopes: string[]; createdBy: string; expiresAt: string | null }

/**
 * A key is `<id>.<secret>`; the secret is shown once and only its hash is kept. The source whose events it brings is made
 * with it where nothing has that name, so that a key never speaks for a source that is not there.
 */
export const createKey = (pool: pg.Pool, input: NewKey): Promise<Result<{ id: string; secret: string }>> =>
  inTransaction<Result<{ id: string; secret: string }>>(pool, async (client) => {
    const { entity, source } = input;
    const home = await client.query("select 1 from entity where code = $1 for share", [entity]);
    if (!home.rowCount) return fail("NOT_FOUND", `There is no entity ${entity}: make it first, with tower setup --entity ${entity}`);
    const made = await haveSource(client, { entity, source, name: source === apiSource ? "Events by API" : source, author: input.createdBy }, { option: "--source", needs: "events by API need a source of their own", another: `${source}-api` });
    if (!made.ok) return made;
    const id = `key_${randomBytes(9).toString("base64url")}`;
    const secret = `${id}.${randomBytes(32).toString("base64url")}`;
    await client.query("insert into api_key (id, name, entity, source, scopes, secret_hash, created_by, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
      [id, input.name, entity, source, input.scopes, hashOf(secret).toString("hex"), input.createdBy, input.expiresAt]);
    await audit(client, { actor: input.createdBy, action: "key.create", aboutKind: "api_key", aboutId: id, reason: null, detail: { name: input.name, entity, source, scopes: input.scopes } });
    await nudge(client);
    return ok({ id, secret });
  });

/**
 * Ends a key for good: it opens nothing from the next request on; what it brought stays. `may` looks at its entity; the
 * command line, which has the database, is asked nothing.
 */
export const revokeKey = (pool: pg.Pool, { id, actor, reason, may = () => ok(true) }: { id: string; actor: string; reason: string; may?: (entity: string) => Result<true> }): Promise<Result<true>> =>
  inTransaction<Result<true>>(pool, async (client) => {
    const { rows: [key] } = await client.query<{ name: string; entity: string; source: string; revoked_at: string | null }>("select name, entity, source, revoked_at from api_key where id = $1 for update", [id]);
    if (!key) return fail("NOT_FOUND", `There is no key ${id}: tower key list names them`);
    const { revoked_at: gone, ...detail } = key, allowed = may(key.entity);
    if (!allowed.ok) return allowed;
    if (reason.trim() === "") return fail("REASON", "Say why, in a few words");
    if (gone !== null) return fail("CONFLICT", `${key.name} (${id}) was revoked before`);
    await client.query("update api_key set revoked_at = now() where id = $1", [id]);
    await audit(client, { actor, action: "key.revoke", aboutKind: "api_key", aboutId: id, reason, detail });
    await nudge(client);
    return ok(true);
  });

interface KeyRow extends Omit<ApiClient, "refusal"> { secret_hash: string; stale: boolean; has_entity: boolean; source_type: string | null; source_entity: string | null }

export async function readClient(pool: pg.Pool, bearer: string): Promise<ApiClient | null> {
  const id = bearer.split(".")[0] ?? "";
  const { rows } = await pool.query<KeyRow>(
    `select k.id, k.name, k.entity, k.source, k.scopes, k.secret_hash, coalesce(k.last_used_at < now() - interval '1 minute', true) as stale,
       e.code is not null as has_entity, c.type as source_type, c.entity as source_entity
     from api_key k left join entity e on e.code = k.entity left join connector c on c.id = k.source
     where k.id = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`, [id]);
  const row = rows[0];
  const fits = timingSafeEqual(hashOf(bearer), row ? Buffer.from(row.secret_hash, "hex") : Buffer.alloc(32));
  if (!row || !fits) return null;
  if (row.stale) await pool.query("update api_key set last_used_at = now() where id = $1", [id]);
  return { id: row.id, name: row.name, entity: row.entity, source: row.source, scopes: row.scopes, refusal: refusalOf(row) };
}

/** Why no event of this key could ever be read: it would be stored and found unreadable later. */
function refusalOf({ entity, source, has_entity, source_type, source_entity }: KeyRow): Failure | null {
  if (!has_entity) return { code: "NO_ENTITY", message: `The key speaks for entity ${entity}, which does not exist` };
  if (source_type === null) return { code: "NO_SOURCE", message: `The key speaks for source ${source}, and no connector has that name` };
  if (source_type !== eventSource || source_entity !== entity) return { code: "NO_SOURCE", message: `The key speaks for source ${source}, which takes no events by API for ${entity}` };
  return null;
}
