import { heldByHolder, holdersThroughout, holdersTogether, intervalsOfHistory, type HolderInterval } from "@/server/domain/figures/holders";
import { postingLatency, spreadOf, type PostingLatency, type PostingRow } from "@/server/domain/figures/posting";
import { countedTime, elapsedMs, toMinutes } from "@/server/domain/figures/time";
import { addMs, epochMs, hours, minutes, type Instant } from "@/server/domain/instant";
import type { Holder } from "@/server/domain/stages";
import { stageTable } from "@/server/domain/stages";
import type { Query } from "./query";
import type { TowerScope } from "./tower";

const windowMs = hours(24), partMs = minutes(30), stepMs = minutes(5);

export interface LatencyPart { at: Instant; p50Minutes: number | null; p95Minutes: number | null }
export interface LatencyView {
  figure: Omit<PostingLatency, "open"> & { open: Omit<PostingLatency["open"], "documents"> & { /** Orders that these units bill: what the list shows. */ orders: number } };
  limitMinutes: number;
  /** Name of the service level that sets the limit; null where the stage's default target stands in. */
  limitFrom: string | null;
  points: LatencyPart[];
  /** Who held the slow one: the posting at the 95th percentile, most minutes first. */
  slow: { document: string; minutes: number; holders: { holder: Holder; minutes: number }[] } | null;
  /** A technical cause that was first seen in the hour of the highest point beyond the limit. */
  cause: string | null;
}

interface UnitRow { id: string; /** Of what waits. */ orders?: string[]; number: string; dueAt: Instant; dueRecordedAt: Instant; postedAt: Instant | null; postedRecordedAt: Instant | null }
interface HistoryRow { id: string; holder: Holder; validFrom: Instant; validTo: Instant | null }

/** Posting latency of the last 24 h, or of as much as is asked for, from milestones of billing units, with what is due and not posted beside it. */
export async function latencyView(query: Query, filter: TowerScope, now: Instant, over = windowMs): Promise<LatencyView> {
  const parameters = [filter.entities, filter.channel];
  const where = "s.kind = 'billing_unit' and ($1::text[] is null or s.entity = any($1)) and ($2::text is null or s.channel = $2)";
  const [posted, waiting, limits, causes] = await Promise.all([
    query.rows<UnitRow>(`select s.id, coalesce(s.number, s.key) as number, b.occurred_at as "dueAt", b.recorded_at as "dueRecordedAt", p.occurred_at as "postedAt", p.recorded_at as "postedRecordedAt"
      from milestone p cross join lateral (select * from milestone where subject_id = p.subject_id and name = 'billing_due' order by occurred_at limit 1) b cross join lateral (select * from subject where id = p.subject_id limit 1) s
      where p.name = 'invoice_posted' and p.occurred_at > now() - $3 * interval '1 millisecond' and p.subject_id like '%:billing_unit:%' and ${where}`, [...parameters, over]),
    query.rows<UnitRow>(`select s.id, coalesce(s.number, s.key) as number, b.occurred_at as "dueAt", b.recorded_at as "dueRecordedAt", null as "postedAt", null as "postedRecordedAt",
        array(select s.entity || '/' || i.value from subject_identifier i where i.subject_id = s.id and i.kind = 'order') as orders
      from (select distinct sl.subject_id from slice sl where sl.valid_to is null and sl.stage in ('bill_control', 'post')) w cross join lateral (select * from subject where id = w.subject_id limit 1) s cross join lateral (select * from milestone where subject_id = w.subject_id and name = 'billing_due' order by occurred_at limit 1) b where b.occurred_at <= now() and ${where}`, parameters),
    query.rows<{ name: string; minutes: number }>(`select name, target_minutes as minutes from service_level where active and measure = 'posting_latency' and ($1::text[] is null or entity = any($1)) and (channel is null or channel = $2) order by channel nulls last, target_minutes limit 1`, parameters),
    query.rows<{ title: string; at: Instant }>(`select title, opened_at as at from exception_group where kind in ('technical', 'contract') and last_seen_at > now() - interval '25 hours' and ($1::text[] is null or entity = any($1)) order by opened_at`, [filter.entities]),
  ]);
  // a source's clock may be five minutes off and is believed; slices of one unit that moved together are one row: what is read grows with the changes of a unit, not with its lines
  const history = await query.rows<HistoryRow>(
    `select distinct sl.subject_id as id, sl.holder, sl.valid_from as "validFrom", sl.valid_to as "validTo" from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) u (id, due, posted)
       join slice sl on sl.subject_id = u.id and sl.valid_from < u.posted + interval '5 minutes' and (sl.valid_to is null or sl.valid_to > u.due - interval '5 minutes') where sl.stage in ('bill_control', 'post')`,
    [posted.map((row) => row.id), posted.map((row) => row.dueAt), posted.map((row) => row.postedAt)]);
  const byUnit = Map.groupBy(history, (row) => row.id);
  const rows = [...posted, ...waiting].map((row) => postingRow(row, intervalsOfHistory(byUnit.get(row.id) ?? [], now), now));
  const limit = limits[0];
  const limitMinutes = limit?.minutes ?? stageTable.bill_control.target.minutes;
  const { gross, net, open } = postingLatency(rows, "invoice", { from: addMs(now, -over), to: addMs(now, 1) }, now, limitMinutes);
  const points = latencyPoints(rows, now);
  return {
    figure: { gross, net, open: { count: open.count, oldestMinutes: open.oldestMinutes, pastLimit: open.pastLimit, orders: new Set(waiting.flatMap(({ orders = [] }) => orders)).size } },
    limitMinutes, limitFrom: limit?.name ?? null, points, slow: slowest(rows, gross.p95), cause: causeOfPeak(points, limitMinutes, causes),
  };
}

function postingRow(row: UnitRow, slices: readonly HolderInterval[], now: Instant): PostingRow {
  const due = countedTime({ occurredAt: row.dueAt, recordedAt: row.dueRecordedAt }).at;
  const posted = row.postedAt === null || row.postedRecordedAt === null ? null : countedTime({ occurredAt: row.postedAt, recordedAt: row.postedRecordedAt }).at;
  return { document: row.number, kind: "invoice", placed: null, billingDue: due, posted, sent: null, sendingKnown: false, holders: holdersThroughout(holdersTogether(slices), due, posted ?? now) };
}

/** p50 and p95 of what was posted in each half hour of the last 24 hours, the last one whole; one without a posting is a gap, never a zero. */
export function latencyPoints(rows: readonly Pick<PostingRow, "billingDue" | "posted">[], now: Instant): LatencyPart[] {
  const end = Math.ceil(epochMs(now) / stepMs) * stepMs, count = windowMs / partMs;
  const parts = Array.from({ length: count }, (): number[] => []);
  for (const row of rows) {
    if (row.posted === null) continue;
    parts[count - 1 - Math.floor((end - 1 - epochMs(row.posted)) / partMs)]?.push(toMinutes(elapsedMs(row.billingDue, row.posted)));
  }
  return parts.map((values, index) => { const { p50, p95 } = spreadOf(values); return { at: new Date(end - (count - index - 1) * partMs).toISOString(), p50Minutes: p50, p95Minutes: p95 }; });
}

/** The title of the technical cause that began within the hour before the highest p95 beyond the limit, if any. */
export function causeOfPeak(points: readonly LatencyPart[], limit: number, causes: readonly { title: string; at: Instant }[]): string | null {
  const peak = points.reduce<LatencyPart | null>((best, point) => ((point.p95Minutes ?? -1) > (best?.p95Minutes ?? -1) ? point : best), null);
  if (peak?.p95Minutes == null || peak.p95Minutes <= limit) return null;
  const from = addMs(peak.at, -minutes(peak.p95Minutes) - hours(1));
  return causes.find((cause) => cause.at >= from && cause.at <= peak.at)?.title ?? null;
}

function slowest(rows: readonly PostingRow[], p95: number | null): LatencyView["slow"] {
  const row = rows.find(({ billingDue, posted }) => posted !== null && p95 !== null && toMinutes(elapsedMs(billingDue, posted)) === p95);
  if (!row || p95 === null || row.posted === null) return null;
  return { document: row.document, minutes: p95, holders: heldByHolder(row.holders).map(({ holder, ms }) => ({ holder, minutes: toMinutes(ms) })) };
}
