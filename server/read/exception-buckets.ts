import { causeParts, document, exceptionTabs, narrowed, narrowing, promisedToday, type CausePart, type Entities, type ExceptionFilter, type ExceptionSort, type ExceptionTab } from "./exceptions";
import type { Query } from "./query";

/** Causes put together by one thing that they share. */
export interface CauseBucket {
  value: string; /** Its name where the value is not one; null where it is. */ label: string | null; kinds: string[]; causes: number; documents: number; money: { currency: string; amount: string }[]; openedAt: string; overdue: boolean; promisedToday: number;
}

const labels: Readonly<Record<CausePart, string>> = {
  code: "null", connector: "(select c.name from connector c where c.id = b.value)", item: "(select r.data->>'description' from reference_row r where r.topic = 'item' and r.key = b.value limit 1)", owner: "(select u.name from app_user u where u.id = b.value)",
};
const orders: Readonly<Record<ExceptionSort, string>> = { money: "b.most desc nulls last, b.opened_at", age: "b.opened_at", due: "b.due_at nulls last, b.opened_at" };

/** The causes of the same list as `exceptionGroups`, put together. The sums are those of the causes that a bucket opens. */
export const causeBuckets = (query: Query, entities: Entities, filter: ExceptionFilter & { tab: ExceptionTab; sort: ExceptionSort }, by: CausePart): Promise<CauseBucket[]> =>
  query.rows<CauseBucket>(
    `with item as (
       select ${causeParts[by]} as value, g.fingerprint, g.kind, g.opened_at, e.currency, e.amount, ${document} as document, e.due_at, e.subject_id is not null or e.message_id is not null or e.document is not null as is_document, ${promisedToday} as promised
       from exception_group g join exception_item e on e.fingerprint = g.fingerprint and (e.state = 'open' or g.state = 'resolved') left join subject s on s.id = e.subject_id
       where ${exceptionTabs[filter.tab]} and ${narrowed}),
     each_once as (select value, currency, max(amount) as amount from item where currency is not null group by 1, 2, document),
     sums as (select value, currency, sum(amount) as amount from each_once group by 1, 2 having sum(amount) <> 0),
     b as (
       select value, array_agg(distinct kind) as kinds, count(distinct fingerprint)::int as causes, count(*) filter (where is_document)::int as documents, min(opened_at) as opened_at, min(due_at) as due_at,
         count(*) filter (where promised)::int as promised, (select max(amount) from sums where sums.value = item.value) as most,
         (select coalesce(json_agg(json_build_object('currency', currency, 'amount', amount::text) order by amount desc), '[]') from sums where sums.value = item.value) as money
       from item group by value)
     select b.value, ${labels[by]} as label, b.kinds, b.causes, b.documents, b.money, b.opened_at as "openedAt", coalesce(b.due_at < now(), false) as overdue, b.promised as "promisedToday" from b order by ${orders[filter.sort]}, b.value`,
    narrowing(entities, filter));
