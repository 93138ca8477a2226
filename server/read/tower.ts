import { dec, sumOf, text, type DecimalString } from "@/server/domain/decimal";
import { ageBuckets } from "@/server/domain/figures/orders";
import { stageTable, type Stage } from "@/server/domain/stages";
import { awake, document, type Entities } from "./exceptions";
import { duePart, stuckOrder } from "./order-list";
import { lateOrder } from "./orders";
import type { Query } from "./query";

/** What every part of the Tower is filtered by. */
export interface TowerScope { entities: Entities; channel: string | null }

/**
 * Orders in flight on managed routes ($1 entities, $2 channel), by the partial index subject_open_idx; scheduled ones are in
 * it, told apart by their stage. Their money: what is not shipped yet and what is shipped and not billed; null where nobody can know it.
 */
const open = `o as materialized (select s.id, s.entity, s.key, s.stage, s.stage_since, s.stage_due_at, case when s.amounts ? 'ordered' then s.open_value + coalesce((s.amounts->>'unbilled')::numeric, 0) else nullif(s.open_value, 0) end as open_value, s.currency,
    ${lateOrder} as late
  from subject s where s.kind = 'order' and not s.complete and s.placed_at <= now() and not ('managed_elsewhere' = any(s.facets)) and ($1::text[] is null or s.entity = any($1)) and ($2::text is null or s.channel = $2))`;
const scope = ({ entities, channel }: TowerScope): unknown[] => [entities, channel];

export interface MoneyCount { currency: string; count: number; amount: DecimalString }
export interface FlightFigures { count: number; scheduled: number; late: number; money: MoneyCount[]; lateMoney: MoneyCount[] }

/** Null where nothing of it has an amount: no figure is better than a wrong one. */
const sumOfKnown = (rows: readonly { amount: DecimalString | null }[]): DecimalString | null => {
  const known = rows.flatMap(({ amount }) => amount ?? []);
  return known.length === 0 ? null : text(sumOf(known, dec));
};

/** Orders in flight and those past their service level, by currency. Scheduled orders stand beside the count, not in it. */
export async function flightFigures(query: Query, filter: TowerScope): Promise<FlightFigures> {
  const rows = await query.rows<{ currency: string; count: number; amount: string; scheduled: number; late: number; lateAmount: string }>(
    `with ${open} select coalesce(o.currency, '') as currency, count(*) filter (where o.stage is distinct from 'scheduled')::int as count, coalesce(sum(o.open_value) filter (where o.stage is distinct from 'scheduled'), 0)::text as amount,
       count(*) filter (where o.stage = 'scheduled')::int as scheduled, count(*) filter (where o.late)::int as late, coalesce(sum(o.open_value) filter (where o.late), 0)::text as "lateAmount"
     from o group by 1 order by sum(o.open_value) desc nulls last`, scope(filter));
  const total = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((sum, row) => sum + pick(row), 0);
  return {
    count: total((row) => row.count), scheduled: total((row) => row.scheduled), late: total((row) => row.late),
    money: rows.map(({ currency, count, amount }) => ({ currency, count, amount })), lateMoney: rows.map((row) => ({ currency: row.currency, count: row.late, amount: row.lateAmount })),
  };
}

/** One stage of the ageing matrix. `amount` is of one currency only: the shade means nothing over two. Null where no order has one in it. */
export interface AgedStage { stage: Stage; cells: { count: number; amount: DecimalString | null }[]; count: number; amount: DecimalString | null; late: number }
export interface DueStage { stage: Stage; overdue: number; today: number; later: number; undated: number; amount: DecimalString | null }

/** The same buckets as the figure's, as edges in milliseconds for the database. */
const edges = ageBuckets.map((bucket) => bucket.below).filter(Number.isFinite);
const byDueDate: readonly string[] = ["scheduled", "bill_wait"];
const isStage = (stage: string | null): stage is Stage => stage !== null && stage in stageTable && !stageTable[stage as Stage].parallel;

/** Each order once, in its headline stage, by its age there; `scheduled` and `bill_wait` by due date (domain reference 2.6), a day of the order's legal entity. */
export async function ageMatrix(query: Query, filter: TowerScope, currency: string): Promise<{ aged: AgedStage[]; due: DueStage[] }> {
  const [aged, due] = await Promise.all([
    query.rows<{ stage: string; bucket: number; count: number; amount: string | null; late: number }>(
      `with ${open} select o.stage, width_bucket(extract(epoch from now() - coalesce(o.stage_since, now())) * 1000, $4::numeric[]) as bucket, count(*)::int as count, (sum(o.open_value) filter (where o.currency = $3))::text as amount, count(*) filter (where o.late)::int as late
       from o where o.stage is not null and not o.stage = any($5) group by 1, 2`, [...scope(filter), currency, edges, byDueDate]),
    query.rows<{ stage: string; overdue: number; today: number; later: number; undated: number; amount: string | null }>(
      `with ${open}, d as (select o.stage, o.open_value, o.currency, ${duePart("o")} as due from o where o.stage = any($4))
       select stage, count(*) filter (where due = 'overdue')::int as overdue, count(*) filter (where due = 'today')::int as today, count(*) filter (where due = 'later')::int as later, count(*) filter (where due = 'undated')::int as undated, (sum(open_value) filter (where currency = $3))::text as amount from d group by stage`, [...scope(filter), currency, byDueDate]),
  ]);
  const inOrder = (a: { stage: Stage }, b: { stage: Stage }): number => stageTable[a.stage].no - stageTable[b.stage].no;
  const stages = [...new Set(aged.map((row) => row.stage))].filter(isStage);
  return {
    aged: stages.map((stage): AgedStage => {
      const mine = aged.filter((row) => row.stage === stage);
      const cells = ageBuckets.map((_, index) => { const row = mine.find(({ bucket }) => bucket === index); return { count: row?.count ?? 0, amount: row?.amount ?? null }; });
      return { stage, cells, count: cells.reduce((sum, cell) => sum + cell.count, 0), amount: sumOfKnown(cells), late: mine.reduce((sum, row) => sum + row.late, 0) };
    }).sort(inOrder),
    due: due.flatMap((row) => (isStage(row.stage) ? [{ ...row, stage: row.stage }] : [])).sort(inOrder),
  };
}

/** What stands between each two steps from captured to paid, by the headline stage of the order. */
const gapStages = [
  { from: "received", stages: ["transit", "intake", "validate"] }, { from: "validated", stages: ["approve", "allocate", "backorder", "release"] },
  { from: "released", stages: ["fulfil"] }, { from: "shipped", stages: ["bill_wait", "bill_control", "post"] },
] as const satisfies readonly { from: string; stages: readonly Stage[] }[];
const passedMilestones = ["received", "validated", "released", "shipped", "invoice_posted", "settled"] as const;

export type StuckKind = "technical" | "business" | "drift" | "sla" | "hold";
export interface Gap { count: number; amount: DecimalString | null; moving: number; stuck: { kind: StuckKind; count: number }[] }
export interface Passed { milestone: string; count: number; amount: DecimalString }

const weighs = (kind: string): StuckKind | "moving" => (kind === "contract" ? "technical" : kind === "mapping" ? "business" : (kind as StuckKind | "moving"));

/**
 * Captured to paid: orders that passed each step in the last 24 h, and what stands between, moving or stuck by cause. What
 * the window names is looked up one by one (`lateral … limit 1`): a plan that reads all subjects would grow with history.
 */
export async function pipeline(query: Query, filter: TowerScope, currency: string): Promise<{ passed: Passed[]; gaps: Gap[] }> {
  const [passed, standing, unpaid] = await Promise.all([
    query.rows<Passed>(`select name as milestone, count(*)::int as count, coalesce(sum((s.amounts->>'ordered')::numeric) filter (where s.currency = $3), 0)::text as amount
      from (select distinct m.name, m.subject_id from milestone m where m.name = any($4) and m.occurred_at > now() - interval '24 hours' and m.occurred_at <= now() and m.subject_id like '%:order:%') p cross join lateral (select * from subject where id = p.subject_id limit 1) s
      where s.kind = 'order' and not ('managed_elsewhere' = any(s.facets)) and ($1::text[] is null or s.entity = any($1)) and ($2::text is null or s.channel = $2) group by name`, [...scope(filter), currency, passedMilestones]),
    query.rows<{ stage: string; kind: string; count: number; amount: string | null }>(
      // One pass and no join between them: nobody knows beforehand how many are stopped, and a wrong guess would cost a loop in a loop.
      `with ${open}, each as (select entity, key, stage, currency, open_value, late, null::int as rank from o
         union all select x.entity, i.value, null, null, null, null, array_position($4::text[], x.kind) from exception_item x join subject_identifier i on i.subject_id = x.subject_id and i.kind = 'order' where x.state = 'open' and cardinality(x.stops) > 0 and not x.keeps_nothing
         union all select x.entity, i.value, null, null, null, null, array_position($4::text[], 'hold') from hold x join subject_identifier i on i.subject_id = x.subject_id and i.kind = 'order' where x.state = 'active'
         union all select o.entity, o.key, null, null, null, null, array_position($4::text[], 'technical') from slice sl join o on o.id = sl.subject_id where sl.valid_to is null and sl.holder = any (array(select 'target:' || c.id from connector c left join breaker b on b.connector = c.id where c.state = 'paused' or b.state = 'open'))),
         g as (select max(stage) as stage, max(currency) as currency, max(open_value) as open_value, bool_or(late) as late, min(rank) as rank from each group by entity, key)
       select stage, coalesce(($4::text[])[rank], case when late then 'sla' else 'moving' end) as kind, count(*)::int as count, (sum(open_value) filter (where currency = $3))::text as amount from g
       where stage is not null group by 1, 2`, [...scope(filter), currency, stuckOrder]),
    query.rows<{ kind: string; count: number; amount: string }>(
      // Counted by order, as the list shows them; an invoice over several orders counts its money once.
      `with u as (select s.id, s.entity, min(sl.due_at) as due_at, sum(sl.amount) as amount, min(sl.currency) as currency from slice sl join subject s on s.id = sl.subject_id where sl.valid_to is null and sl.stage = 'collect' and s.kind = 'billing_unit'
         and ($1::text[] is null or s.entity = any($1)) and ($2::text is null or s.channel = $2) group by s.id),
       each as (select u.entity, i.value as key, u.currency, case when row_number() over (partition by u.id order by i.value) = 1 then u.amount else 0 end as amount,
           least((select min(array_position($4::text[], x.kind)) from exception_item x where x.subject_id = u.id and x.state = 'open'), case when u.due_at < now() then array_position($4::text[], 'sla') end) as rank
         from u join subject_identifier i on i.subject_id = u.id and i.kind = 'order'),
       o as (select min(rank) as rank, coalesce(sum(amount) filter (where currency = $3), 0) as amount from each group by entity, key)
       select coalesce(($4::text[])[rank], 'moving') as kind, count(*)::int as count, sum(amount)::text as amount from o group by 1`, [...scope(filter), currency, stuckOrder]),
  ]);
  const gap = (rows: readonly { kind: string; count: number; amount: string | null }[]): Gap => {
    const of = (kind: StuckKind | "moving"): number => rows.filter((row) => weighs(row.kind) === kind).reduce((sum, row) => sum + row.count, 0);
    return {
      count: rows.reduce((sum, row) => sum + row.count, 0), amount: rows.length === 0 ? "0" : sumOfKnown(rows), moving: of("moving"),
      stuck: (["technical", "business", "hold", "drift", "sla"] as const).map((kind) => ({ kind, count: of(kind) })).filter((part) => part.count > 0),
    };
  };
  return {
    passed: passedMilestones.map((milestone) => passed.find((row) => row.milestone === milestone) ?? { milestone, count: 0, amount: "0" }),
    gaps: [...gapStages.map(({ stages }) => gap(standing.filter((row) => (stages as readonly string[]).includes(row.stage)))), gap(unpaid)],
  };
}

export interface CategoryRow { kind: string; now: number; dayBefore: number; hours: number[]; money: { currency: string; amount: DecimalString }[] }

/** Open exceptions by kind now and at each of the last 24 hours, without those that sleep now: what the open list shows. Over all channels: a cause may have no document. */
export async function exceptionsByKind(query: Query, entities: Entities): Promise<CategoryRow[]> {
  const recent = `recent as (select kind, currency, amount, first_seen_at, null::timestamptz as resolved_at from exception_item e where state = 'open' and ${awake} and ($1::text[] is null or entity = any($1))
    union all select kind, currency, amount, first_seen_at, resolved_at from exception_item where state = 'resolved' and resolved_at > now() - interval '25 hours' and ($1::text[] is null or entity = any($1)))`;
  const [counts, money] = await Promise.all([
    query.rows<{ kind: string; hour: number; count: number }>(`with ${recent} select r.kind, h.hour, count(*)::int as count from generate_series(0, 24) as h (hour) join recent r on r.first_seen_at <= now() - (24 - h.hour) * interval '1 hour' and (r.resolved_at is null or r.resolved_at > now() - (24 - h.hour) * interval '1 hour') group by 1, 2`, [entities]),
    query.rows<{ kind: string; currency: string; amount: string }>(`select kind, currency, sum(amount)::text as amount from (select e.kind, e.currency, max(e.amount) as amount from exception_item e where state = 'open' and ${awake} and currency is not null and ($1::text[] is null or entity = any($1)) group by 1, 2, ${document}) d group by 1, 2 having sum(amount) <> 0 order by sum(amount) desc`, [entities]),
  ]);
  const largest = (kind: string): number => Number(money.find((row) => row.kind === kind)?.amount ?? "0");
  return [...new Set(counts.map((row) => row.kind))].map((kind): CategoryRow => {
    const at = (hour: number): number => counts.find((row) => row.kind === kind && row.hour === hour)?.count ?? 0;
    return { kind, now: at(24), dayBefore: at(0), hours: Array.from({ length: 24 }, (_, index) => at(index + 1)), money: money.filter((row) => row.kind === kind).map(({ currency, amount }) => ({ currency, amount })) };
  }).sort((a, b) => largest(b.kind) - largest(a.kind) || b.now - a.now);
}

/** Channels that orders in flight came by, most first. */
export const openChannels = (query: Query, entities: Entities): Promise<{ channel: string; count: number }[]> =>
  query.rows("select channel, count(*)::int as count from subject where kind = 'order' and not complete and channel is not null and ($1::text[] is null or entity = any($1)) group by 1 order by 2 desc, 1 limit 8", [entities]);
