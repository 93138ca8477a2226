import type { Entities } from "./exceptions";
import type { Query } from "./query";

/** `state`: revoked for good, expired by its own time, or active. Nothing here opens a door: the secret is not kept. */
export interface KeyRow { id: string; name: string; entity: string; source: string; scopes: string[]; state: "active" | "expired" | "revoked"; createdBy: string; createdAt: string; /** To the minute. */ lastUsedAt: string | null; expiresAt: string | null; revokedAt: string | null }

/** Keys of API clients, those that still open a door first, the newest first. `source`: only what speaks for it. */
export const keyList = (query: Query, entities: Entities, source: string | null = null): Promise<KeyRow[]> =>
  query.rows<KeyRow>(
    `select k.id, k.name, k.entity, k.source, k.scopes, k.state, coalesce(u.name, k.created_by) as "createdBy", k.created_at as "createdAt", k.last_used_at as "lastUsedAt", k.expires_at as "expiresAt", k.revoked_at as "revokedAt"
     from (select *, case when revoked_at is not null then 'revoked' when expires_at <= now() then 'expired' else 'active' end as state from api_key) k left join app_user u on u.id = k.created_by
     where ($1::text[] is null or k.entity = any($1)) and ($2::text is null or k.source = $2) order by k.state <> 'active', k.created_at desc, k.id`, [entities, source]);
