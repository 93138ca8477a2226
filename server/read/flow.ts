import { verifiedFixRate } from "@/server/domain/figures/exceptions";
import { ordersCounted, touchlessRate, type FlowList, type OrderRow, type Touch, type TouchlessRate } from "@/server/domain/figures/orders";
import { invoiceCycleTime, invoicesSent, postedIn, spreadOf, type CycleTime, type PostingRow, type Spread } from "@/server/domain/figures/posting";
import { countedTime, elapsedMs, toMinutes, type Window } from "@/server/domain/figures/time";
import type { Instant } from "@/server/domain/instant";
import { ofFinance } from "./bulk";
import type { Entities } from "./exceptions";
import type { Query } from "./query";

export interface FlowFigures { fixes: ReturnType<typeof verifiedFixRate>; touchless: TouchlessRate; cycle: Omit<CycleTime, "byPosting"> & { /** Of those, for how many posting stands for sending. */ byPosting: number; /** Orders that these invoices bill: what the list shows. */ orders: number } }
/** One billing unit that was posted or left, with the orders that it bills. */
type UnitRow = PostingRow & { entity: string; orders: readonly string[] };
export interface FlowRows { orders: readonly OrderRow[]; units: readonly UnitRow[]; fixes: readonly { triedAt: Instant; verified: boolean }[] }

interface Moment { at: Instant; recorded: Instant }
const moment = (name: string): string => `(select json_build_object('at', to_char(m.occurred_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'recorded', to_char(m.recorded_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) from milestone m where m.subject_id = s.id and ${name} limit 1)`;
const counted = (known: Moment | null): Instant | null => (known === null ? null : countedTime({ occurredAt: known.at, recordedAt: known.recorded }).at);

/** Complete orders whose last goods left or whose last invoice was posted about the window: $1 entities, $2 from, $3 to. */
const complete = `o as materialized (select s.id, s.entity, s.key, s.placed_at, coalesce(s.tracks->>'commercial' = 'cancelled', false) as cancelled, ${moment("m.name in ('invoice_posted', 'shipped') order by m.occurred_at desc")} as done
  from (select distinct subject_id as id from milestone where name in ('invoice_posted', 'shipped') and occurred_at >= $2::timestamptz - interval '1 day' and occurred_at < $3::timestamptz and subject_id like '%:order:%') w cross join lateral (select * from subject where id = w.id limit 1) s
  where s.kind = 'order' and s.complete and s.placed_at is not null and not 'managed_elsewhere' = any(s.facets) and ($1::text[] is null or s.entity = any($1)))`;

/** What persons did about an order or its documents that changed the outcome (domain reference 2.6). */
const touches = `touch as (
    with related as (select o.id as "order", o.id from o union select o.id, x.id from o join subject_identifier i on i.kind = 'order' and i.value = o.key join subject x on x.id = i.subject_id and x.entity = o.entity)
    select r."order", e.recorded_at as at, case when e.type = 'field.overlaid' then 'edit' when e.type = 'command.decided' then (case when e.data->>'verdict' = 'posted_by_hand' then 'manual_posting' else 'retry' end) when e.data->>'verdict' = 'approve' then 'hold_released' else 'hold_rejected' end as what,
        e.type = 'hold.decided' and e.data->>'verdict' = 'approve' and e.data->>'rule' <> 'MANUAL' as "byPolicy"
      from related r join canonical_event e on e.subject_id = r.id where e.source like 'person:%' and e.type in ('hold.decided', 'command.decided', 'field.overlaid')
    union all select r."order", f.created_at, f.verb, false from fix_attempt f join related r on r.id = any(f.subject_ids) where f.verb in ('retry', 'restart', 'reroute')
    union all select r."order", e.resolved_at, case when e.resolved_by is null then (case when e.code = 'INV-04' then 'hand_edit' else 'mapping' end) else 'resolve' end, false
      from related r join exception_item e on e.subject_id = r.id where e.state = 'resolved' and (e.resolved_by is not null or e.code = 'INV-04' or e.kind = 'mapping')
    union all select r."order", t.decided_at, 'edit', false from related r join canonical_event e on e.subject_id = r.id join message_edit t on t.message_id = e.message_id where t.state = 'applied')`;

/**
 * Fixes that the rate counts: those that sent something again, by what they sent; mappings, by each document that waited for
 * them; what was fetched of a gap, by each document. What sent and released nothing has nothing that could be read back. `f` is the fix; $1 entities, $2 from, $3 to.
 */
export const fixesTried = `f.created_at >= $2::timestamptz and f.created_at < $3::timestamptz and (cardinality(f.natural_keys) > 0 or f.verb = 'map' or cardinality(f.documents) > 0) and ($1::text[] is null or exists (select 1 from exception_group g where g.fingerprint = f.fingerprint and g.entity = any($1)))`;
/** Its parts and how many of them were read back from finance: the sent command, or for a mapping any posting of the document, of its order's invoices too, since then; of a gap what is held. */
const fixParts = `(select count(*)::int as total, (count(*) filter (where p.verified))::int as verified from (
    select exists (select 1 from command c where c.natural_key = k and c.verified_at is not null) as verified from unnest(f.natural_keys) k
    union all select exists (select 1 from command c where ${ofFinance} and c.verified_at > f.created_at and c.subject_id in (select x union all
      select u.id from subject o join subject_identifier i on i.kind = 'order' and i.value = o.key join subject u on u.id = i.subject_id and u.entity = o.entity where o.id = x and o.kind = 'order'))
    from unnest(f.subject_ids) x where f.verb = 'map'
    union all select exists (select 1 from exception_group g join census_document d on d.connector = g.key->>'connector' and d.kind = g.key->>'code' where g.fingerprint = f.fingerprint and d.document = x and d.state = 'held' and d.asked_at >= f.created_at)
    from unnest(f.documents) x) p)`;
export const joinParts = `cross join lateral ${fixParts} part`;
export const fixVerified = "part.verified = part.total";

/** Whatever a flow figure of the window or of a part of it may count. */
export async function flowRows(query: Query, entities: Entities, window: Window): Promise<FlowRows> {
  const parameters = [entities, window.from, window.to];
  const [orders, units, fixes] = await Promise.all([
    query.rows<{ order: string; placed: Instant; cancelled: boolean; done: Moment; released: boolean; touches: Touch[] }>(
      `with ${complete}, ${touches} select o.id as "order", o.placed_at as placed, o.cancelled, o.done, exists (select 1 from milestone m where m.subject_id = o.id and m.name = 'released') as released,
         coalesce((select json_agg(json_build_object('at', t.at, 'what', t.what, 'byPolicy', t."byPolicy")) from touch t where t."order" = o.id), '[]') as touches from o`, parameters),
    query.rows<{ document: string; entity: string; placed: Instant | null; orders: string[]; due: Moment; posted: Moment | null; sent: Moment | null; sendingKnown: boolean }>(
      `select coalesce(s.number, s.key) as document, s.entity, ${moment("m.name = 'billing_due' order by m.occurred_at")} as due, ${moment("m.name = 'invoice_posted'")} as posted, ${moment("m.name = 'invoice_sent'")} as sent, billed.placed, billed.orders,
         exists (select 1 from milestone m where m.subject_id = s.id and m.name = 'invoice_sent') or exists (select 1 from command c where c.subject_id = s.id and c.kind = 'send_invoice') as "sendingKnown"
       from (select distinct subject_id as id from milestone where name in ('invoice_posted', 'invoice_sent') and occurred_at >= $2::timestamptz - interval '1 day' and occurred_at < $3::timestamptz and subject_id like '%:billing_unit:%') w cross join lateral (select * from subject where id = w.id limit 1) s
         cross join lateral (select min(x.placed_at) as placed, coalesce(array_agg(distinct x.id) filter (where x.placed_at is not null), '{}') as orders from subject_identifier i join subject x on x.kind = 'order' and x.key = i.value and x.entity = s.entity where i.subject_id = s.id and i.kind = 'order') billed
       where s.kind = 'billing_unit' and ($1::text[] is null or s.entity = any($1)) and exists (select 1 from milestone m where m.subject_id = s.id and m.name = 'billing_due')`, parameters),
    query.rows<{ triedAt: Instant; verified: boolean }>(`select f.created_at as "triedAt", ${fixVerified} as verified from fix_attempt f ${joinParts} where ${fixesTried}`, parameters),
  ]);
  return {
    fixes,
    orders: orders.map(({ order, placed, cancelled, done, released, touches: touched }) => ({
      order, placed, blanket: false, scheduledFor: null, completeAt: counted(done), cancelledAt: cancelled ? counted(done) : null, cancelledBeforeRelease: cancelled && !released,
      stage: null, stageSince: null, stageDue: null, value: "0", currency: "", touches: touched,
    })),
    units: units.map(({ due, posted, sent, ...unit }) => ({ ...unit, kind: "invoice", billingDue: counted(due) ?? due.at, posted: counted(posted), sent: counted(sent), holders: [] })),
  };
}

const billedBy = (rows: readonly { row: UnitRow }[]): string[] => [...new Set(rows.flatMap(({ row }) => row.orders))];

/** Touchless rate, invoice cycle time and verified fixes of a window, by the figures' own functions over what the window names. */
export function flowOf({ orders, units, fixes }: FlowRows, window: Window): FlowFigures {
  const { byPosting, ...cycle } = invoiceCycleTime(units, window);
  return { fixes: verifiedFixRate(fixes, window), touchless: touchlessRate(orders, window), cycle: { ...cycle, byPosting: byPosting.length, orders: billedBy(invoicesSent(units, window)).length } };
}

/** The orders behind a figure: chosen by the very function that counts them. */
export async function flowOrders(query: Query, entities: Entities, window: Window, list: FlowList): Promise<string[]> {
  const { orders, units } = await flowRows(query, entities, window);
  if (list === "sent") return billedBy(invoicesSent(units, window));
  return list === "posted" ? billedBy(postedIn(units, window)) : ordersCounted(orders, window, list).map(({ order }) => order);
}

/** Posting latency of one entity: what was posted in the window, and what is due and not posted now. Minutes, from billing due; pauses count. */
export interface EntityPosting { entity: string; posted: Spread; orders: number; open: { orders: number; oldest: Instant | null } }

export async function postingByEntity(query: Query, entities: Entities, { units }: FlowRows, window: Window): Promise<EntityPosting[]> {
  const open = new Map((await query.rows<{ entity: string; orders: number; oldest: Instant }>(
    `select u.entity, count(distinct o.id)::int as orders, min(b.occurred_at) as oldest from (select distinct subject_id as id from slice where valid_to is null and stage in ('bill_control', 'post')) w
       join subject u on u.id = w.id and u.kind = 'billing_unit' join milestone b on b.subject_id = u.id and b.name = 'billing_due' and b.occurred_at <= now()
       join subject_identifier i on i.subject_id = u.id and i.kind = 'order' join subject o on o.kind = 'order' and o.entity = u.entity and o.key = i.value and o.placed_at is not null
     where $1::text[] is null or u.entity = any($1) group by u.entity`, [entities])).map((row) => [row.entity, row]));
  const posted = Map.groupBy(postedIn(units, window), ({ row }) => row.entity);
  return [...new Set([...open.keys(), ...posted.keys()])].sort().map((entity) => {
    const mine = posted.get(entity) ?? [], waiting = open.get(entity);
    return { entity, posted: spreadOf(mine.map(({ row, at }) => toMinutes(elapsedMs(row.billingDue, at)))), orders: billedBy(mine).length, open: { orders: waiting?.orders ?? 0, oldest: waiting?.oldest ?? null } };
  });
}
