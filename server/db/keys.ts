import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type pg from "pg";
import type { ApiClient } from "@/server/api/services";

const hashOf = (secret: string): Buffer => createHash("sha256").update(secret).digest();

/** A key is `<id>.<secret>`; the secret is shown once and only its hash is kept. */
export async function createKey(pool: pg.Pool, input: { name: string; entity: string; source: string; scopes: string[]; createdBy: string; expiresAt: string | null }): Promise<{ id: string; secret: string }> {
  const id = `key_${randomBytes(9).toString("base64url")}`;
  const secret = `${id}.${randomBytes(32).toString("base64url")}`;
  await pool.query("insert into api_key (id, name, entity, source, scopes, secret_hash, created_by, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
    [id, input.name, input.entity, input.source, input.scopes, hashOf(secret).toString("hex"), input.createdBy, input.expiresAt]);
  return { id, secret };
}

export async function readClient(pool: pg.Pool, bearer: string): Promise<ApiClient | null> {
  const id = bearer.split(".")[0] ?? "";
  const { rows } = await pool.query<ApiClient & { secret_hash: string; stale: boolean }>(
    `select id, name, entity, source, scopes, secret_hash, coalesce(last_used_at < now() - interval '1 minute', true) as stale
     from api_key where id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`, [id]);
  const row = rows[0];
  const fits = timingSafeEqual(hashOf(bearer), row ? Buffer.from(row.secret_hash, "hex") : Buffer.alloc(32));
  if (!row || !fits) return null;
  if (row.stale) await pool.query("update api_key set last_used_at = now() where id = $1", [id]);
  return { id: row.id, name: row.name, entity: row.entity, source: row.source, scopes: row.scopes };
}
