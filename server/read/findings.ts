import type { Entities } from "./exceptions";
import { one, type Query } from "./query";

/** One code in one entity. `money` is what its findings name, by currency; findings that name none are absent amounts, never zeros. */
export interface FindingGroupRow { code: string; entity: string; orders: number; /** Of those, how many have a finding that names money. */ ordersWithMoney: number; money: { currency: string; amount: string }[] }
export interface FindingOrderRow { id: string; number: string; customerName: string | null; placedAt: string | null; messages: string[]; amount: string | null; currency: string | null }
/** Orders that are only watched, by what their sources say of them. */
export interface ObservedFigures { orders: number; exceptions: number; open: number; unpaid: number; prepaid: number }

/** Orders shown beside their group; all of them are in the list of orders under the same filter. */
const MOST_ORDERS = 200;

/** What is told but never counted, owned or timed, by code. */
export const findingGroups = (query: Query, entities: Entities): Promise<FindingGroupRow[]> =>
  query.rows<FindingGroupRow>(
    `select code, entity, (select count(distinct f.subject_id)::int from finding f join subject s on s.id = f.subject_id where f.code = m.code and s.entity = m.entity and s.kind = 'order') as orders,
       (select count(distinct f.subject_id)::int from finding f join subject s on s.id = f.subject_id where f.code = m.code and s.entity = m.entity and s.kind = 'order' and f.amount is not null) as "ordersWithMoney",
       coalesce(json_agg(json_build_object('currency', currency, 'amount', amount::text) order by amount desc) filter (where amount is not null), '[]') as money
     from (select f.code, s.entity, f.currency, sum(f.amount) as amount from finding f join subject s on s.id = f.subject_id and s.kind = 'order' where $1::text[] is null or s.entity = any($1) group by 1, 2, 3) m
     group by code, entity order by code, entity`, [entities]);

/** The orders behind one group, most money first, with what is said of each. */
export const findingOrders = (query: Query, group: Pick<FindingGroupRow, "code" | "entity">): Promise<FindingOrderRow[]> =>
  query.rows<FindingOrderRow>(
    `select s.id, coalesce(s.number, s.key) as number, s.customer_name as "customerName", s.placed_at as "placedAt", json_agg(f.message order by f.amount nulls first, f.message) as messages, sum(f.amount)::text as amount, max(f.currency) as currency
     from finding f join subject s on s.id = f.subject_id and s.kind = 'order' where f.code = $1 and s.entity = $2 group by s.id
     order by sum(f.amount) desc nulls last, s.placed_at, s.id limit ${MOST_ORDERS}`, [group.code, group.entity]);

export const observedFigures = async (query: Query, entities: Entities): Promise<ObservedFigures> =>
  (await one<ObservedFigures>(query,
    `select count(*)::int as orders, count(*) filter (where 'exception' = any(facets))::int as exceptions, count(*) filter (where tracks->>'commercial' = 'accepted' and tracks->>'billing' = 'nothing_to_bill')::int as open,
       count(*) filter (where tracks->>'fulfilment' = 'shipped' and tracks->>'billing' = 'invoiced' and tracks->>'cash' = 'none')::int as unpaid, count(*) filter (where 'prepaid' = any(facets))::int as prepaid
     from subject where kind = 'order' and placed_at is not null and 'managed_elsewhere' = any(facets) and ($1::text[] is null or entity = any($1))`, [entities])) ?? { orders: 0, exceptions: 0, open: 0, unpaid: 0, prepaid: 0 };
