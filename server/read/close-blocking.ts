import type { Counted } from "@/server/domain/close/readiness";
import type { CloseAsOf } from "@/server/domain/close/unbilled";
import { holdCatalogue } from "@/server/domain/holds";
import type { Instant } from "@/server/domain/instant";
import { processNames, type ProcessName } from "@/server/domain/reconciliation/settling";
import type { Query } from "./query";

/** Of which entity, up to which day of its zone, and as known when; `isNow`: what stands is read as it stands. */
export interface CloseScope { entity: string; zone: string; asOf: CloseAsOf; isNow: boolean }
/** One thing that blocks, as a list shows it. `of`: rule, code or kind. */
export interface BlockingRow { id: string; of: string; subjectKind: string | null; number: string | null; customerName: string | null; currency: string | null; amount: string; since: Instant; says: string; /** Day of the books, as far as the document tells it. */ day: string }

const postings = `array[${holdCatalogue.PERIOD_CLOSED.blocks.map((kind) => `'${kind}'`).join(", ")}]`;
/**
 * The day on which a document will count: of a receipt the day it was received on, else that of the goods issue, or of the delivery where that is the trigger; null where
 * it does not say. Facts of one document only.
 */
const dayOf = (subject: string): string => `(select min(coalesce(f.data->>'receivedOn', ((case when f.data->>'titleTransfer' = 'destination' or f.data->>'trigger' = 'delivery' then f.data->>'deliveredAt' else coalesce(f.data->>'shippedAt', f.data->>'receivedAt') end)::timestamptz at time zone $4)::date::text)) from fact f where f.subject_id = ${subject} and f.type in ('published.billing.terms', 'receipt.recorded', 'return.received'))`;
const localDay = (at: string): string => `(${at} at time zone $4)::date::text`;

const columns = `x.id, x.of, s.kind as "subjectKind", coalesce(s.number, s.key) as number, s.customer_name as "customerName", x.currency, x.amount::text, x.since, x.says, x.day`;
const stops = "exists (select 1 from exception_item e where e.subject_id = h.subject_id and e.state = 'open' and cardinality(e.stops) > 0 and not e.keeps_nothing)";
/** Known at an earlier moment: what stands, and what ended since. An exception that stopped it then, and does no longer, leaves it held. */
const held = (isNow: boolean): string => `select h.id::text, h.rule as of, h.subject_id, h.currency, h.amount, h.opened_at as since, h.message as says, coalesce(h.evidence->>'date', ${dayOf("h.subject_id")}, ${localDay("h.opened_at")}) as day
  from hold h where h.entity = $1 and h.blocks && ${postings} and h.opened_at <= $3 and (h.state = 'active'${isNow ? "" : " or h.closed_at > $3"}) and not ${stops}`;
const exceptions = (isNow: boolean): string => `select e.id::text, e.code as of, e.subject_id, e.currency, e.amount, e.first_seen_at as since, e.message as says, coalesce(${dayOf("e.subject_id")}, ${localDay("e.first_seen_at")}) as day
  from exception_item e left join subject o on o.id = e.subject_id where e.entity = $1 and e.first_seen_at <= $3 and (e.state = 'open'${isNow ? "" : " or (e.state = 'resolved' and e.resolved_at > $3)"})
    and ((e.subject_id is null and e.message_id is not null) or (cardinality(e.stops) > 0 and not e.keeps_nothing and (o.kind in ('billing_unit', 'receipt', 'return') or (o.kind = 'order' and exists (select 1 from slice sl where sl.subject_id = o.id and sl.valid_to is null and sl.bucket = 'exception')))))`;
/** Sent is not posted, and posted is only what was read back. Refused ones are exceptions. */
const unposted = (): string => `select c.id::text, c.kind as of, c.subject_id, c.currency, coalesce(c.amount, 0) as amount, c.due_since as since, case c.state when 'wanted' then 'Waits to be sent' when 'confirmed' then 'Accepted, not read back yet' when 'unknown' then 'Sent, and nobody knows yet what became of it' else 'Under way' end as says, coalesce(c.payload->>'accountingDate', ${localDay("c.due_since")}) as day
  from command c where c.entity = $1 and c.kind = any(${postings}) and c.created_at <= $3 and (c.state in ('wanted', 'sending', 'unknown') or (c.state = 'confirmed' and c.verified_at is null and c.verify_due_at is not null))`;

const lists = { held, exceptions, unposted } as const;
export type BlockingList = keyof typeof lists;
export const blockingLists = Object.keys(lists) as [BlockingList, ...BlockingList[]];
const parameters = ({ entity, zone, asOf }: CloseScope) => [entity, asOf.day, asOf.known, zone];

/** How many things of each kind block a period and the money in them; each in its first currency. */
export const blockingCounts = async (query: Query, list: BlockingList, scope: CloseScope): Promise<Counted[]> =>
  query.rows<Counted>(`select x.of as name, count(*)::int as count, x.currency, sum(x.amount)::text as amount from (${lists[list](scope.isNow)}) x where x.day <= $2 group by 1, 3 order by sum(x.amount) desc, 1, 3`, parameters(scope));

export const mostShown = 500;
/** The things themselves, the most money first. */
export const blockingRows = (query: Query, list: BlockingList, scope: CloseScope, of: string | null): Promise<BlockingRow[]> =>
  query.rows<BlockingRow>(`select ${columns} from (${lists[list](scope.isNow)}) x left join subject s on s.id = x.subject_id where x.day <= $2 and ($5::text is null or x.of = $5) order by abs(x.amount) desc, x.since, x.id limit ${mostShown}`, [...parameters(scope), of]);

interface Reconciled { process: ProcessName; run: string | null; to: string | null; items: number; money: { currency: string; amount: string }[] }
/** The newest statement of each pair of books: how far it goes, and the absolute differences that nobody has settled, of documents dated up to the day. */
export async function reconciled(query: Query, { entity, asOf }: CloseScope): Promise<Reconciled[]> {
  const rows = await query.rows<Reconciled>(
    `select r.process, r.id as run, r.to_day::text as "to", coalesce(o.items, 0)::int as items, coalesce(o.money, '[]') as money from reconciliation_run r left join lateral (
       select sum(items) as items, json_agg(json_build_object('currency', currency, 'amount', amount::text) order by currency) filter (where amount <> 0) as money from (
         select i.currency, count(*) as items, sum(greatest(abs(i.difference), abs(i.tax_difference))) as amount from reconciliation_item i where i.run_id = r.id and i.state in ('open', 'proposed')
           and exists (select 1 from reconciliation_document d where d.run_id = i.run_id and d.item_no = i.no and d.day <= $2::date) group by 1) m) o on true
     where r.entity = $1 and r.state = 'open'`, [entity, asOf.day]);
  return processNames.map((process) => rows.find((row) => row.process === process) ?? { process, run: null, to: null, items: 0, money: [] });
}

/** What is missing of windows that begin by the end of the day, and sources of the entity that do not say what exists. */
export async function gapsUpTo(query: Query, { entity, zone, asOf }: CloseScope): Promise<{ missing: number; totals: number; unanswered: number; money: { currency: string; amount: string }[] }> {
  const until = "(($2::date + 1)::timestamp at time zone $3)", parameters = [entity, asOf.day, zone];
  const [counts, money] = await Promise.all([
    query.rows<{ missing: number; totals: number; unanswered: number }>(`select (select count(*)::int from census_document d where d.entity = $1 and d.state = 'missing' and d.opens_at < ${until}) as missing,
      (select count(*)::int from control_total t where t.entity = $1 and t.state in ('differs', 'silent') and t.opens_at < ${until}) as totals,
      (select count(*)::int from census n join connector k on k.id = n.connector where k.entity = $1 and k.state = 'active' and n.failure is not null and n.checked_to < ${until}) as unanswered`, parameters),
    query.rows<{ currency: string; amount: string }>(`select d.currency, sum(d.amount)::text as amount from census_document d where d.entity = $1 and d.state = 'missing' and d.amount is not null and d.opens_at < ${until} group by 1 order by 2 desc`, parameters),
  ]);
  return { ...(counts[0] ?? { missing: 0, totals: 0, unanswered: 0 }), money };
}
