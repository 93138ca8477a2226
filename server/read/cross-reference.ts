import type { Entities } from "./exceptions";
import { decodeCursor, encodeCursor, one, type Page, type Query } from "./query";

export interface CodeKey { entity: string; kind: string; system: string; code: string }
/** One row of the cross-reference: what `system` calls `code` is our `canonical`. `used`: documents that look at it. */
export interface MappingRow extends CodeKey { canonical: string; name: string | null; updatedAt: string; by: string | null; used: number }
/** A code that stops documents because nobody said what it means; of a code that a target lacks, `canonical` is known and `code` is not. */
export interface MissingRow { entity: string; kind: string; system: string; code: string | null; canonical: string | null; items: string[]; documents: number; money: { currency: string; amount: string }[]; since: string; fingerprint: string }
export interface MappingChange { at: string; actor: string; reason: string | null; canonical: string | null; before: string | null }

export interface MappingFilter { kind?: string | undefined; system?: string | undefined; q?: string | undefined; cursor?: string | undefined; limit: number }

const nameOf = "(select coalesce(r.data->>'name', r.data->>'description') from reference_row r where r.entity = m.entity and r.topic = m.data->>'kind' and r.key = m.data->>'canonical' limit 1)";
/** A mapping that was taken away keeps its row and means nothing. */
const standing = "m.topic = 'map' and m.data->>'canonical' is not null";
const rowSql = `select m.entity, m.data->>'kind' as kind, m.data->>'system' as system, m.data->>'code' as code, m.data->>'canonical' as canonical, ${nameOf} as name, m.updated_at as "updatedAt",
    (select coalesce(u.name, h.actor) from audit_entry h left join app_user u on u.id = h.actor where h.about_kind = 'mapping' and h.about_id = 'map/' || m.key order by h.id desc limit 1) as by,
    (select count(*)::int from dependency d where d.entity = m.entity and d.topic = 'map' and d.key = m.key) as used
  from reference_row m where ${standing}`;
const like = (text: string): string => `%${text.replace(/[%_\\]/g, "\\$&")}%`;

/** The cross-reference by kind, system and code, by keyset; `q` finds a code, our own name or the name of what it means. */
export async function mappingPage(query: Query, entities: Entities, filter: MappingFilter): Promise<Page<MappingRow>> {
  const from = filter.cursor === undefined ? null : decodeCursor(filter.cursor, 2);
  const rows = await query.rows<MappingRow>(
    `${rowSql} and ($1::text[] is null or m.entity = any($1)) and ($2::text is null or m.data->>'kind' = $2) and ($3::text is null or m.data->>'system' = $3)
       and ($4::text is null or m.data->>'code' ilike $4 or m.data->>'canonical' ilike $4 or ${nameOf} ilike $4) and ($5::text is null or (m.key, m.entity) > ($5, $6)) order by m.key, m.entity limit $7`,
    [entities, filter.kind ?? null, filter.system ?? null, filter.q === undefined ? null : like(filter.q), from?.[0] ?? null, from?.[1] ?? null, filter.limit + 1]);
  const items = rows.slice(0, filter.limit);
  const last = items.at(-1);
  return { items, next: rows.length > filter.limit && last ? encodeCursor([`${last.kind}/${last.system}/${last.code}`, last.entity]) : null };
}

/** How many rows there are of each kind and system, under no filter. */
export const mappingCounts = (query: Query, entities: Entities): Promise<{ kind: string; system: string; count: number }[]> =>
  query.rows(`select m.data->>'kind' as kind, m.data->>'system' as system, count(*)::int as count from reference_row m where ${standing} and ($1::text[] is null or m.entity = any($1)) group by 1, 2 order by 1, 2`, [entities]);

/** Every code that documents wait for, most money first; at most 200. */
export const missingCodes = (query: Query, entities: Entities, filter: Pick<MappingFilter, "kind" | "system"> = {}): Promise<MissingRow[]> =>
  query.rows<MissingRow>(
    `with missing as (
       select g.entity, g.fingerprint, g.opened_at, g.key->>'connector' as system, g.key->>'item' as item,
         case g.code when 'MAP-01' then 'customer' when 'MAP-02' then 'item' when 'MAP-03' then 'unit' else split_part(g.key->>'code', '/', 1) end as kind,
         case g.code when 'MAP-01' then coalesce(g.key->>'customer', g.key->>'code') when 'MAP-02' then coalesce(g.key->>'item', g.key->>'code') when 'MAP-03' then coalesce(g.key->>'unit', g.key->>'code') end as code,
         case when g.code = 'MAP-04' then substr(g.key->>'code', strpos(g.key->>'code', '/') + 1) end as canonical
       from exception_group g where g.code in ('MAP-01', 'MAP-02', 'MAP-03', 'MAP-04') and g.state <> 'resolved' and g.key ? 'connector' and ($1::text[] is null or g.entity = any($1))),
     sums as (
       select m.entity, m.kind, m.system, m.code, m.canonical, e.currency, sum(e.amount) as amount, count(distinct e.subject_id)::int as documents, min(m.opened_at) as since, min(m.fingerprint) as fingerprint
       from missing m join exception_item e on e.fingerprint = m.fingerprint and e.state = 'open' where ($2::text is null or m.kind = $2) and ($3::text is null or m.system = $3) group by 1, 2, 3, 4, 5, 6)
     select entity, kind, system, code, canonical, array(select distinct i.item from missing i where i.kind = 'unit' and i.item is not null and (i.entity, i.kind, i.system, i.code) = (sums.entity, sums.kind, sums.system, sums.code) order by 1) as items, sum(documents)::int as documents, min(since) as since, min(fingerprint) as fingerprint,
       coalesce(json_agg(json_build_object('currency', currency, 'amount', amount::text) order by amount desc) filter (where currency is not null and amount <> 0), '[]') as money
     from sums group by entity, kind, system, code, canonical order by max(amount) desc nulls last, min(since) limit 200`, [entities, filter.kind ?? null, filter.system ?? null]);

/** One row with what persons did to it, newest first; null where nobody mapped the code. */
export async function mappingOf(query: Query, entities: Entities, key: CodeKey): Promise<{ row: MappingRow | null; changes: MappingChange[] }> {
  const about = `map/${key.kind}/${key.system}/${key.code}`;
  const [row, changes] = await Promise.all([
    one<MappingRow>(query, `${rowSql} and m.entity = $2 and m.key = $3 and ($1::text[] is null or m.entity = any($1)) limit 1`, [entities, key.entity, `${key.kind}/${key.system}/${key.code}`]),
    query.rows<MappingChange>(`select h.at, coalesce(u.name, h.actor) as actor, h.reason, h.detail->>'canonical' as canonical, h.detail->>'before' as before from audit_entry h left join app_user u on u.id = h.actor
      where h.about_kind = 'mapping' and h.about_id = $1 and h.detail->>'entity' = $2 and ($3::text[] is null or h.detail->>'entity' = any($3)) order by h.id desc limit 20`, [about, key.entity, entities]),
  ]);
  return { row, changes };
}

/** Our own names of a kind that contain `text`, at most 8; of customers and items those of the master data are asked for elsewhere. */
export const ownNames = (query: Query, entity: string, kind: string, text: string): Promise<{ key: string; name: string }[]> =>
  query.rows(`select distinct data->>'canonical' as key, '' as name from reference_row where entity = $1 and topic = 'map' and data->>'kind' = $2 and data->>'canonical' ilike $3 order by 1 limit 8`, [entity, kind, like(text)]);
