import { guardAuthor, postingKinds } from "@/server/domain/posting-brake";
import type { Excess } from "@/server/domain/posting-guard";
import { permissions } from "@/server/domain/rights";
import type { Entities } from "./exceptions";
import type { Query } from "./query";

/** A stop that stands: since when, by whom, why, and what it keeps. */
export interface PostingStop {
  entity: string; name: string; since: string; seconds: number; by: string; byId: string; reason: string;
  /** Postings that are wanted and not sent, with the money that they state. */
  waiting: number; money: { currency: string; amount: string }[];
  /** Sent before the stop and not known yet. */
  underWay: number;
  /** What the guard found too much; null where a person stopped them, or where the day that it was about is over. */
  excess: Excess | null;
}

const stopped = `select p.entity, e.name, p.stopped_at as since, extract(epoch from now() - p.stopped_at)::int as seconds, coalesce(u.name, p.stopped_by) as by, p.stopped_by as "byId", p.reason, case when p.day_ends > now() then p.excess end as excess,
    coalesce(w.waiting, 0)::int as waiting, coalesce(w.money, '[]') as money, coalesce(f.count, 0)::int as "underWay"
  from posting_brake p join entity e on e.code = p.entity left join app_user u on u.id = p.stopped_by
  left join lateral (select sum(count) as waiting, json_agg(json_build_object('currency', currency, 'amount', amount::text) order by currency) filter (where currency is not null) as money
    from (select c.currency, count(*) as count, sum(abs(c.amount)) as amount from connector k join command c on c.connector = k.id and c.state = 'wanted' and c.kind = any($2) where k.entity = p.entity group by 1) m) w on true
  left join lateral (select count(*) as count from connector k join command c on c.connector = k.id and c.state in ('sending', 'unknown') and c.kind = any($2) where k.entity = p.entity) f on true
  where p.stopped_at is not null and ($1::text[] is null or p.entity = any($1)) order by p.entity`;

/** Entities in reach whose postings are stopped; what waits is counted only for these. */
export const postingStops = async (query: Query, entities: Entities): Promise<PostingStop[]> =>
  (await query.rows<PostingStop>(stopped, [entities, postingKinds])).map((stop) => (stop.byId === guardAuthor ? { ...stop, by: "The posting guard" } : stop));

export interface RunningPostings { code: string; name: string; /** Who besides the asker could let them go on once they are stopped. */ releasers: string[] }

/** Entities in reach whose postings are not stopped. */
export const runningPostings = (query: Query, entities: Entities, asker: string): Promise<RunningPostings[]> =>
  query.rows(`select e.code, e.name, coalesce((select json_agg(u.name order by u.name) from app_user u where u.active and u.id <> $2 and exists (select 1 from role_grant g where g.user_id = u.id and g.role = any($3) and g.entity in ('*', e.code))), '[]') as releasers
    from entity e left join posting_brake p on p.entity = e.code where p.stopped_at is null and ($1::text[] is null or e.code = any($1)) order by e.code`, [entities, asker, permissions["postings.resume"]]);

/** A document that is far larger than any of late, and waits for a person. */
export interface LargePosting { command: string; digest: string; entity: string; kind: string; subject: string; document: string; amount: string; currency: string; reason: string; since: string }

export const largePostings = (query: Query, entities: Entities): Promise<LargePosting[]> =>
  query.rows(`select c.id::text as command, c.digest, h.entity, c.kind, c.subject_id as subject, coalesce(s.number, s.key) as document, h.amount::text, h.currency, h.reason, h.held_at as since
    from posting_hold h join command c on c.id = h.command_id and c.digest = h.digest and c.state = 'wanted' join subject s on s.id = c.subject_id
    where h.released_at is null and ($1::text[] is null or h.entity = any($1)) order by h.amount desc, c.id limit 100`, [entities]);
