import type { Entities } from "./exceptions";
import { one, pageOf, placeOf, type Page, type Query } from "./query";

/** How a channel's count may stand; `other` is what only one side counts. */
export const stockStandings = ["drift", "behind", "told", "in_step", "other"] as const;
export type StockStanding = (typeof stockStandings)[number];
const standing = "case when s.stage in ('drift', 'behind', 'told', 'in_step') then s.stage else 'other' end";
/** What differs comes first, the oldest of it on top. */
const rank = `array_position(array['drift', 'behind', 'told', 'other', 'in_step'], ${standing})`;
const counted = "s.kind = 'stock_position' and s.facets @> array['counted'] and ($1::text[] is null or s.entity = any($1))";

/** An item in a warehouse: what its system says, what the channel that sells it counts, and what is wrong about it. */
export interface StockRow {
  id: string; entity: string; item: string; warehouse: string; keeper: string | null; channel: string | null; standing: StockStanding; since: string | null;
  onHand: string | null; reserved: string | null; free: string | null; channelOnHand: string | null; channelReserved: string | null; channelFree: string | null; underway: string | null; difference: string | null;
  cause: string | null; sentence: string | null;
  /** Its statement to the channel: none, wanted, sent and not read back. */
  statement: string;
  /** Its open drift as an exception, by which the count is written back; when it was first seen. */
  exception: string | null; fingerprint: string | null; seenAt: string | null;
}

const openDrift = "(select min(e.id)::text from exception_item e where e.subject_id = s.id and e.code = 'STK-02' and e.state = 'open') as exception";
const amount = (name: string, as = name): string => `s.amounts->>'${name}' as "${as}"`;
export const stockRows = async (query: Query, entities: Entities, { show, find, cursor, limit }: { show?: StockStanding | undefined; find?: string | undefined; cursor?: string | undefined; limit: number }): Promise<Page<StockRow>> =>
  pageOf(await query.rows<StockRow & { at: string[] }>(
    `select s.id, s.entity, s.tracks->>'item' as item, s.tracks->>'warehouse' as warehouse, s.tracks->>'keeper' as keeper, s.channel, ${standing} as standing, s.stage_since as since,
       ${["onHand", "reserved", "free", "channelOnHand", "channelReserved", "channelFree", "underway", "difference"].map((name) => amount(name)).join(", ")},
       s.tracks->>'cause' as cause, s.sentence, coalesce(s.tracks->>'statement', 'none') as statement, e.id as exception, e.fingerprint, e.first_seen_at as "seenAt",
       array[${rank}::text, coalesce(s.stage_since, s.created_at)::text, s.id] as at
     from subject s left join lateral (select e.id::text, e.fingerprint, e.first_seen_at from exception_item e where e.subject_id = s.id and e.code = 'STK-02' and e.state = 'open' order by e.id limit 1) e on true
     where ${counted} and ($2::text is null or ${standing} = $2) and ($3::text is null or s.number ilike '%' || $3 || '%')
       and ($4::int is null or (${rank}, coalesce(s.stage_since, s.created_at), s.id) > ($4, $5::timestamptz, $6)) order by ${rank}, coalesce(s.stage_since, s.created_at), s.id limit $7`,
    [entities, show ?? null, find === undefined || find === "" ? null : find.replaceAll(/[\\%_]/g, "\\$&"), ...placeOf(cursor, 3), limit + 1]), limit);

/** Of chosen positions the open drift, by which the count is written back; those without one have none. */
export const driftsOf = (query: Query, entities: Entities, ids: readonly string[]): Promise<Pick<StockRow, "id" | "item" | "warehouse" | "exception">[]> =>
  query.rows(`select s.id, s.tracks->>'item' as item, s.tracks->>'warehouse' as warehouse, ${openDrift} from subject s where ${counted} and s.id = any($2) order by 2, 3`, [entities, ids]);

/** Positions by standing, the oldest drift, and how many counts wait for a code. */
export type StockFigures = Record<StockStanding, number> & { oldest: string | null; unread: number };
export async function stockFigures(query: Query, entities: Entities): Promise<StockFigures> {
  const [counts, unread] = await Promise.all([
    one<Omit<StockFigures, "unread">>(query, `select ${stockStandings.map((name) => `count(*) filter (where ${standing} = '${name}')::int as "${name}"`).join(", ")}, min(s.stage_since) filter (where s.stage = 'drift') as oldest from subject s where ${counted}`, [entities]),
    one<{ count: number }>(query, "select count(*)::int as count from subject s where s.kind = 'stock_position' and s.facets @> array['unread'] and ($1::text[] is null or s.entity = any($1))", [entities]),
  ]);
  return { drift: 0, behind: 0, told: 0, in_step: 0, other: 0, oldest: null, ...counts, unread: unread?.count ?? 0 };
}
