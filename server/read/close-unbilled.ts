import { unbilledChanges, unbilledMilestones, unbilledTerms, type UnbilledBooks } from "@/server/domain/close/books";
import { unbilledShipments, type CloseAsOf, type TitlePassed, type UnbilledChange, type UnbilledShipment } from "@/server/domain/close/unbilled";
import type { Query } from "./query";

type Movement = UnbilledBooks["movements"][number];
type Reached = UnbilledBooks["milestones"][number];
type Charge = UnbilledBooks["charges"][number];
export interface UnbilledAsOf { rows: UnbilledShipment[]; changes: UnbilledChange[]; titles: TitlePassed[] }

/** As `unbilledTerms`; the text is that of the partial indexes, or they are not used. */
const terms = `m.term in (${unbilledTerms.map((term) => `'${term}'`).join(", ")})`;
/** Slices of orders that left and are on no posted invoice. */
const unbilledSlice = (slice: string): string => `${slice}.valid_to is null and ${slice}.stage in ('bill_wait', 'bill_control', 'post') and ${slice}.bucket in ('waiting', 'held', 'exception', 'in_flight')`;

/**
 * Orders of an entity that may have had something shipped and not invoiced: what has now, and what moved or is dated since. Nothing else can differ from now, so
 * history before is not read.
 */
const mayHave = `
  select distinct o.id from (
    select sl.subject_id as id from slice sl where sl.entity = $1 and ${unbilledSlice("sl")}
    union all select m.subject_id from movement m where m.entity = $1 and ${terms} and m.recorded_at > least($3::timestamptz, $2::date::timestamp at time zone 'utc')
    union all select m.subject_id from movement m where m.entity = $1 and ${terms} and m.effective_on > (m.recorded_at at time zone 'utc')::date and m.effective_on > $2::date) o
  join subject s on s.id = o.id where s.kind = 'order' and not ('managed_elsewhere' = any(s.facets))`;

/** Shipped not invoiced of an entity as of (day, known), with the facts that it comes from. `besides`: orders to read in any case. */
export async function unbilledAsOf(query: Query, { entity, zone, asOf, besides = [] }: { entity: string; zone: string; asOf: CloseAsOf; besides?: readonly string[] }): Promise<UnbilledAsOf> {
  const found = await query.rows<{ id: string }>(mayHave, [entity, asOf.day, asOf.known]), orders = [...new Set([...found.map(({ id }) => id), ...besides])];
  if (orders.length === 0) return { rows: [], changes: [], titles: [] };
  const [movements, milestones, charges, titles] = await Promise.all([
    query.rows<Movement>(`select m.subject_id as "order", m.line, m.term, m.document, m.amount::text, m.currency, m.effective_on::text as "effectiveOn", m.recorded_at as "recordedAt" from movement m where m.subject_id = any($1) and ${terms} and m.amount <> 0 order by m.id`, [orders]),
    query.rows<Reached>(`select subject_id as "order", name, slot, document, occurred_at as "occurredAt", recorded_at as "recordedAt" from milestone where subject_id = any($1) and name = any($2)`, [orders, unbilledMilestones]),
    query.rows<Charge>(`select sl.subject_id as "order", sl.line, sl.document as unit, sl.charges::text as amount, sl.currency, sl.valid_from as "recordedAt" from slice sl where sl.subject_id = any($1) and ${unbilledSlice("sl")} and sl.charges <> 0 and sl.document is not null`, [orders]),
    query.rows<{ order: string; title: "origin" | "destination" }>(`select distinct on (subject_id) subject_id as "order", data->>'titleTransfer' as title from fact where subject_id = any($1) and type = 'order.captured' order by subject_id, version desc`, [orders]),
  ]);
  const said = unbilledChanges({ movements, milestones, charges, titles: new Map(titles.map(({ order, title }) => [order, title])) }, zone);
  return { ...said, rows: unbilledShipments(said.changes, said.titles, asOf) };
}

/** What people call an order, and what its planner says of it now. */
export interface OrderNamed { id: string; number: string; customerName: string | null; sentence: string | null; bucket: string | null }
export const ordersNamed = (query: Query, ids: readonly string[]): Promise<OrderNamed[]> =>
  query.rows(`select s.id, coalesce(s.number, s.key) as number, s.customer_name as "customerName", s.sentence,
      (select sl.bucket from slice sl where sl.subject_id = s.id and ${unbilledSlice("sl")} order by array_position(array['exception', 'held', 'in_flight', 'waiting'], sl.bucket) limit 1) as bucket
    from subject s where s.id = any($1)`, [ids]);
