import { verifiedFixRate } from "@/server/domain/figures/exceptions";
import { touchlessRate, type OrderRow, type Touch, type TouchlessRate } from "@/server/domain/figures/orders";
import { invoiceCycleTime, type CycleTime, type PostingRow } from "@/server/domain/figures/posting";
import { countedTime, type Window } from "@/server/domain/figures/time";
import type { Instant } from "@/server/domain/instant";
import type { Entities } from "./exceptions";
import type { Query } from "./query";

export interface FlowFigures { fixes: ReturnType<typeof verifiedFixRate>; touchless: TouchlessRate; cycle: Omit<CycleTime, "byPosting"> & { /** Of those, for how many posting stands for sending. */ byPosting: number } }

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

/** Touchless rate, invoice cycle time and verified fixes of a window, by the figures' own functions over what the window names. */
export async function flowFigures(query: Query, entities: Entities, window: Window): Promise<FlowFigures> {
  const parameters = [entities, window.from, window.to];
  const [orders, units, fixes] = await Promise.all([
    query.rows<{ order: string; placed: Instant; cancelled: boolean; done: Moment; released: boolean; touches: Touch[] }>(
      `with ${complete}, ${touches} select o.id as "order", o.placed_at as placed, o.cancelled, o.done, exists (select 1 from milestone m where m.subject_id = o.id and m.name = 'released') as released,
         coalesce((select json_agg(json_build_object('at', t.at, 'what', t.what, 'byPolicy', t."byPolicy")) from touch t where t."order" = o.id), '[]') as touches from o`, parameters),
    query.rows<{ document: string; placed: Instant | null; due: Moment; posted: Moment | null; sent: Moment | null; sendingKnown: boolean }>(
      `select coalesce(s.number, s.key) as document, ${moment("m.name = 'billing_due' order by m.occurred_at")} as due, ${moment("m.name = 'invoice_posted'")} as posted, ${moment("m.name = 'invoice_sent'")} as sent,
         (select min(x.placed_at) from subject_identifier i join subject x on x.kind = 'order' and x.key = i.value and x.entity = s.entity where i.subject_id = s.id and i.kind = 'order') as placed,
         exists (select 1 from milestone m where m.subject_id = s.id and m.name = 'invoice_sent') or exists (select 1 from command c where c.subject_id = s.id and c.kind = 'send_invoice') as "sendingKnown"
       from (select distinct subject_id as id from milestone where name in ('invoice_posted', 'invoice_sent') and occurred_at >= $2::timestamptz - interval '1 day' and occurred_at < $3::timestamptz and subject_id like '%:billing_unit:%') w cross join lateral (select * from subject where id = w.id limit 1) s
       where s.kind = 'billing_unit' and ($1::text[] is null or s.entity = any($1)) and exists (select 1 from milestone m where m.subject_id = s.id and m.name = 'billing_due')`, parameters),
    // what sent nothing again has nothing that could be read back
    query.rows<{ triedAt: Instant; verified: boolean }>(
      `select f.created_at as "triedAt", not exists (select 1 from unnest(f.natural_keys) k left join command c on c.natural_key = k where c.verified_at is null) as verified from fix_attempt f
       where f.created_at >= $2::timestamptz and f.created_at < $3::timestamptz and cardinality(f.natural_keys) > 0 and ($1::text[] is null or exists (select 1 from exception_group g where g.fingerprint = f.fingerprint and g.entity = any($1)))`, parameters),
  ]);
  const rows = orders.map(({ order, placed, cancelled, done, released, touches: touched }): OrderRow => ({
    order, placed, blanket: false, scheduledFor: null, completeAt: counted(done), cancelledAt: cancelled ? counted(done) : null, cancelledBeforeRelease: cancelled && !released,
    stage: null, stageSince: null, stageDue: null, value: "0", currency: "", touches: touched,
  }));
  const postings = units.map(({ document, placed, due, posted, sent, sendingKnown }): PostingRow => ({
    document, kind: "invoice", placed, billingDue: counted(due) ?? due.at, posted: counted(posted), sent: counted(sent), sendingKnown, holders: [],
  }));
  const { byPosting, ...cycle } = invoiceCycleTime(postings, window);
  return { fixes: verifiedFixRate(fixes, window), touchless: touchlessRate(rows, window), cycle: { ...cycle, byPosting: byPosting.length } };
}
