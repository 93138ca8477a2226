import type { BulkItemState, BulkState, BulkVerb } from "@/server/domain/bulk";
import { periodOf, periodsKey } from "@/server/domain/period";
import { referenceId, type Reference, type ReferenceRow } from "@/server/domain/plan";
import type { Entities } from "./exceptions";
import { one, pageOf, placeOf, type Page, type Query } from "./query";

type Money = { currency: string; amount: string };
export type BulkCounts = Record<BulkItemState, number>;

/** One bulk action. `touched`: documents that are not left out, with the money at stake in them. */
export interface BulkActionRow {
  id: string; verb: BulkVerb; state: BulkState; author: string; authorId: string; reason: string | null; frozenAt: string; startedAt: string | null; stoppedAt: string | null; endedAt: string | null; endedBy: string | null;
  secondWhy: string | null; confirmedBy: string | null; stoppedWhy: string | null; step: number; steps: number[]; counts: BulkCounts; touched: number; money: Money[]; entities: string[]; of: string; selection: Record<string, unknown>;
}
const counted = (["waiting", "sent", "verified", "cleared", "failed", "left_out"] as const satisfies readonly BulkItemState[]).map((state) => `'${state}', count(*) filter (where i.state = '${state}')`).join(", ");
/** In the entities in view: one that touches others too is shown to whoever sees one of them. */
const visible = "($1::text[] is null or exists (select 1 from bulk_action_item v where v.action_id = a.id and v.entity = any($1)))";
const columns = `a.id, a.verb, a.state, coalesce(u.name, a.author) as author, a.author as "authorId", a.reason, a.frozen_at as "frozenAt", a.started_at as "startedAt", a.stopped_at as "stoppedAt", a.ended_at as "endedAt", coalesce(n.name, a.ended_by) as "endedBy",
  a.second_why as "secondWhy", coalesce(s.name, a.confirmed_by) as "confirmedBy", a.stopped_why as "stoppedWhy", a.step, a.steps, a.selection, a.selection->>'of' as of, p.counts, p.touched, p.entities,
  coalesce((select json_agg(json_build_object('currency', m.currency, 'amount', m.amount::text) order by m.amount desc) from (select i.currency, sum(i.amount) as amount from bulk_action_item i where i.action_id = a.id and i.step is not null and i.currency is not null group by 1 having sum(i.amount) <> 0) m), '[]') as money`;
const from = `bulk_action a left join app_user u on u.id = a.author left join app_user s on s.id = a.confirmed_by left join app_user n on n.id = a.ended_by
  cross join lateral (select json_build_object(${counted}) as counts, (count(*) filter (where i.step is not null))::int as touched, coalesce(array_agg(distinct i.entity) filter (where i.step is not null), '{}') as entities from bulk_action_item i where i.action_id = a.id) p`;

/** Those that were started, newest first, by keyset. */
export async function bulkActions(query: Query, entities: Entities, { open, cursor, limit }: { open: boolean; cursor?: string | undefined; limit: number }): Promise<Page<BulkActionRow>> {
  return pageOf(await query.rows<BulkActionRow & { at: string[] }>(
    `select ${columns}, array[a.frozen_at::text, a.id] as at from ${from}
     where a.state <> 'asked' and ${visible} and (not $2 or a.state in ('proposed', 'running', 'stopped')) and ($3::timestamptz is null or (a.frozen_at, a.id) < ($3, $4)) order by a.frozen_at desc, a.id desc limit $5`,
    [entities, open, ...placeOf(cursor, 2), limit + 1]), limit);
}

export interface BulkPeriod { entity: string; period: string | null; open: boolean; documents: number }
/** What it would do, or did: left out by why, where its refused postings are dated, and what the target has already. */
export interface BulkActionDetail extends BulkActionRow {
  leftOut: { why: string; count: number }[];
  /** Null: a day that is not known before it is planned. */
  periods: BulkPeriod[];
  /** Postings of these documents that the target has confirmed: they are not sent again. */
  present: { documents: number; postings: number };
  /** Refused postings that would be sent again. */
  refused: number;
  /** Refused commands that would tell customers something. */
  telling: number;
  ramp: { size: number; settled: number; failed: number; verified: number }[];
  history: { at: string; actor: string; action: string; reason: string | null }[];
}

export async function bulkAction(query: Query, entities: Entities, id: string): Promise<BulkActionDetail | null> {
  const row = await one<BulkActionRow>(query, `select ${columns} from ${from} where a.id = $2 and ${visible}`, [entities, id]);
  if (!row) return null;
  const [leftOut, days, sums, ramp, history] = await Promise.all([
    query.rows<{ why: string; count: number }>("select why, count(*)::int as count from bulk_action_item where action_id = $1 and state = 'left_out' group by 1 order by 2 desc, 1", [id]),
    query.rows<{ entity: string; day: string | null; documents: number }>("select entity, posting_day as day, count(*)::int as documents from bulk_action_item where action_id = $1 and step is not null and refused > 0 group by 1, 2 order by 1, 2", [id]),
    one<{ documents: number; postings: number; refused: number; telling: number }>(query, "select (count(*) filter (where present > 0))::int as documents, coalesce(sum(present), 0)::int as postings, coalesce(sum(refused), 0)::int as refused, coalesce(sum(telling), 0)::int as telling from bulk_action_item where action_id = $1 and step is not null", [id]),
    query.rows<{ step: number; size: number; settled: number; failed: number; verified: number }>("select step, count(*)::int as size, (count(*) filter (where state not in ('waiting', 'sent')))::int as settled, (count(*) filter (where state = 'failed'))::int as failed, (count(*) filter (where state = 'verified'))::int as verified from bulk_action_item where action_id = $1 and step is not null group by 1 order by 1", [id]),
    query.rows<{ at: string; actor: string; action: string; reason: string | null }>("select h.at, coalesce(u.name, h.actor) as actor, h.action, h.reason from audit_entry h left join app_user u on u.id = h.actor where h.about_kind = 'bulk_action' and h.about_id = $1 order by h.id desc limit 50", [id]),
  ]);
  const { documents = 0, postings = 0, refused = 0, telling = 0 } = sums ?? {};
  return { ...row, leftOut, periods: await periodsOf(query, days), present: { documents, postings }, refused, telling, ramp: ramp.map(({ step: _step, ...part }) => part), history };
}

/** Days by the period of their entity's calendar. */
async function periodsOf(query: Query, days: readonly { entity: string; day: string | null; documents: number }[]): Promise<BulkPeriod[]> {
  const entities = [...new Set(days.map(({ entity }) => entity))];
  const rows = await query.rows<ReferenceRow>("select distinct on (entity) topic, key, version, data from reference_row where topic = $1 and key = any($2) order by entity, updated_at desc", [periodsKey("").topic, entities]);
  const calendar: Reference = new Map(rows.map((row) => [referenceId(row), row]));
  const periods = new Map<string, BulkPeriod>();
  for (const { entity, day, documents } of days) {
    const found = day === null ? null : periodOf(calendar, entity, day), period = found === null ? null : (found.name ?? day?.slice(0, 7) ?? null), key = `${entity}|${period ?? ""}`;
    const before = periods.get(key);
    periods.set(key, { entity, period, open: found?.open ?? true, documents: documents + (before?.documents ?? 0) });
  }
  return [...periods.values()];
}

export interface BulkItemRow { position: number; step: number | null; state: BulkItemState; why: string | null; entity: string; name: string; subjectId: string | null; subjectKind: string | null; messageId: string | null; copyId: string | null; fingerprint: string | null; amount: string | null; currency: string | null; actedAt: string | null; settledAt: string | null; reference: string | null }

/** Its documents in the order in which they go, by keyset; those left out come last. */
export async function bulkItems(query: Query, entities: Entities, id: string, { state, cursor, limit }: { state?: BulkItemState | undefined; cursor?: string | undefined; limit: number }): Promise<Page<BulkItemRow>> {
  return pageOf(await query.rows<BulkItemRow & { at: string[] }>(
    `select i.position, i.step, i.state, i.why, i.entity, i.name, i.subject_id as "subjectId", s.kind as "subjectKind", i.message_id::text as "messageId", i.copy_id::text as "copyId", i.fingerprint, i.amount::text, i.currency, i.acted_at as "actedAt", i.settled_at as "settledAt",
       (select max(c.reference) from command c where c.natural_key = any(i.natural_keys)) as reference, array[i.position::text] as at
     from bulk_action_item i left join subject s on s.id = i.subject_id
     where i.action_id = $2 and ($1::text[] is null or i.entity = any($1)) and ($3::text is null or i.state = $3) and ($4::int is null or i.position > $4) order by i.position limit $5`, [entities, id, state ?? null, ...placeOf(cursor, 1), limit + 1]), limit);
}
