import type { LevelPart } from "@/server/domain/figures/levels";
import type { DuePart, FlowList } from "@/server/domain/figures/orders";
import type { Window } from "@/server/domain/figures/time";
import type { Instant } from "@/server/domain/instant";
import type { Entities } from "./exceptions";
import { flowOrders } from "./flow";
import { lateOrder, orderColumns, type OrderRow } from "./orders";
import { decodeCursor, encodeCursor, type Page, type Query } from "./query";
import { ordersOfLevel } from "./service-levels";

export interface OrderFilter {
  /** Headline stages, with commas between; `open` all in flight but scheduled ones; `complete`; `all`. */
  stage: string;
  /** Track values as `billing:to_bill` and facets as `facet:on_hold`, all of them, with commas between. */
  having?: string | undefined;
  entity?: string | undefined;
  /** Code of a finding; with `:money` only where it names an amount. */
  finding?: string | undefined;
  channel?: string | undefined;
  late?: boolean | undefined;
  /** Age of the headline stage in hours, half-open. */
  ageFrom?: number | undefined;
  ageTo?: number | undefined;
  /** How the date that it waits for stands to today. */
  due?: DuePart | undefined;
  /** A milestone that was passed in the last 24 h. */
  passed?: string | undefined;
  /** What keeps it where it is, strongest first: an exception's kind, `hold`, `sla` for late with no cause, `moving` for nothing. */
  stopped?: string | undefined;
  /** Goods that left and are on no posted invoice. */
  unbilled?: boolean | undefined;
  /** Billing is due and the invoice is not posted. */
  unposted?: boolean | undefined;
  /** A posted invoice that is not settled. */
  unpaid?: boolean | undefined;
  /** Orders behind a figure of a report, and the window that it is of. */
  flow?: { list: FlowList; window: Window } | undefined;
  /** Orders behind what a service level counts at a moment. */
  level?: { id: string; part: LevelPart; now: Instant } | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** The `DuePart` of a subject `row`, by the days of its legal entity. */
export const duePart = (row: string): string => `(select case when d.day is null then 'undated' when d.day < d.today then 'overdue' when d.day = d.today then 'today' else 'later' end
  from (select (coalesce(${row}.stage_due_at, (select min(w.until) from wait w where w.subject_id = ${row}.id)) at time zone z.zone)::date as day, (now() at time zone z.zone)::date as today
    from (select coalesce((select e.zone from entity e where e.code = ${row}.entity), 'UTC') as zone) z) d)`;

/** Strongest first: an exception that stops it, then a hold, then late with no cause. Contract counts with technical, mapping with business. */
export const stuckOrder = ["technical", "contract", "mapping", "business", "drift", "sla", "hold"] as const;

/** Rank in `stuckOrder` of what stops each order, by entity and order number; $1 entities, $14 that order, $13 whether it is asked for. */
const causes = `causes as materialized (select entity, key, min(rank) as rank from (
    select x.entity, i.value as key, array_position($14::text[], x.kind) as rank from exception_item x join subject_identifier i on i.subject_id = x.subject_id and i.kind = 'order' where x.state = 'open' and cardinality(x.stops) > 0 and not x.keeps_nothing and $13::text is not null
    union all select x.entity, i.value, array_position($14::text[], 'hold') from hold x join subject_identifier i on i.subject_id = x.subject_id and i.kind = 'order' where x.state = 'active' and $13::text is not null
    union all select o.entity, o.key, array_position($14::text[], 'technical') from slice sl join subject o on o.id = sl.subject_id and o.kind = 'order' where sl.valid_to is null and $13::text is not null
      and sl.holder = any (array(select 'target:' || c.id from connector c left join breaker b on b.connector = c.id where c.state = 'paused' or b.state = 'open'))) each group by entity, key)`;
const stoppedBy = `coalesce((select case ($14::text[])[c.rank] when 'contract' then 'technical' when 'mapping' then 'business' else ($14::text[])[c.rank] end from causes c where c.entity = s.entity and c.key = s.key), case when ${lateOrder} then 'sla' else 'moving' end)`;

/** Orders by the same conditions as the Tower's figures count them, newest placed first, by keyset. */
export async function orderPage(query: Query, entities: Entities, filter: OrderFilter): Promise<Page<OrderRow>> {
  const from = filter.cursor === undefined ? null : decodeCursor(filter.cursor, 2);
  const having = filter.having?.split(",").map((one) => one.split(":")) ?? [];
  const flow = filter.flow === undefined ? null : await flowOrders(query, entities, filter.flow.window, filter.flow.list);
  const level = filter.level === undefined ? null : await ordersOfLevel(query, entities, filter.level);
  const [finding, withMoney] = filter.finding?.split(":") ?? [];
  const rows = await query.rows<OrderRow>(
    `with ${causes} select ${orderColumns} from subject s where s.kind = 'order' and s.placed_at is not null and ($1::text[] is null or s.entity = any($1))
       and ('all' = any($2) or ('complete' = any($2) and s.complete) or (not s.complete and s.placed_at <= now() and not 'managed_elsewhere' = any(s.facets) and (('open' = any($2) and s.stage is distinct from 'scheduled') or s.stage = any($2))))
       and not exists (select 1 from unnest($3::text[], $4::text[]) as wanted(track, value) where not coalesce(case when track = 'facet' then value = any(s.facets) else s.tracks->>track = value end, false))
       and ($18::text is null or exists (select 1 from finding f where f.subject_id = s.id and f.code = $18 and (not $19 or f.amount is not null))) and ($20::text is null or s.entity = $20)
       and ($5::text is null or s.channel = $5) and (not $6 or ${lateOrder})
       and ($7::float is null or s.stage_since <= now() - $7 * interval '1 hour') and ($8::float is null or s.stage_since > now() - $8 * interval '1 hour')
       and ($9::timestamptz is null or (s.placed_at, s.id) < ($9, $10))
       and ($12::text is null or (not 'managed_elsewhere' = any(s.facets) and exists (select 1 from milestone m where m.subject_id = s.id and m.name = $12 and m.occurred_at > now() - interval '24 hours' and m.occurred_at <= now())))
       and ($13::text is null or $13 = ${stoppedBy})
       and (not $15 or (not 'managed_elsewhere' = any(s.facets) and exists (select 1 from slice sl where sl.subject_id = s.id and sl.valid_to is null and sl.bucket in ('waiting', 'held', 'exception', 'in_flight'))))
       and (not $16 or (s.entity, s.key) in (select u.entity, i.value from slice sl join subject u on u.id = sl.subject_id and u.kind = 'billing_unit' join subject_identifier i on i.subject_id = u.id and i.kind = 'order' where sl.valid_to is null and sl.stage = 'collect'))
       and (not $17 or (s.entity, s.key) in (select u.entity, i.value from slice sl join subject u on u.id = sl.subject_id and u.kind = 'billing_unit' join subject_identifier i on i.subject_id = u.id and i.kind = 'order'
         where sl.valid_to is null and sl.stage in ('bill_control', 'post') and exists (select 1 from milestone b where b.subject_id = u.id and b.name = 'billing_due' and b.occurred_at <= now())))
       and ($23::text is null or $23 = ${duePart("s")})
       and ($21::text[] is null or s.id = any($21)) and ($22::text[] is null or s.id = any($22))
     order by s.placed_at desc, s.id desc limit $11`,
    [entities, filter.stage.split(","), having.map(([track]) => track), having.map(([, value]) => value), filter.channel ?? null, filter.late ?? false, filter.ageFrom ?? null, filter.ageTo ?? null, from?.[0] ?? null, from?.[1] ?? null, filter.limit + 1,
      filter.passed ?? null, filter.stopped ?? null, stuckOrder, filter.unbilled ?? false, filter.unpaid ?? false, filter.unposted ?? false, finding ?? null, withMoney !== undefined, filter.entity ?? null, flow, level, filter.due ?? null]);
  const items = rows.slice(0, filter.limit);
  const last = items.at(-1);
  return { items, next: rows.length > filter.limit && last ? encodeCursor([last.placedAt, last.id]) : null };
}
