import { normalIdentifier } from "@/server/domain/subject";
import type { Entities } from "./exceptions";
import { one, type Query } from "./query";

export interface OrderRow {
  id: string; number: string; entity: string; customer: string | null; customerName: string | null; channel: string | null; currency: string | null; placedAt: string | null; stage: string | null; stageSince: string | null; stageDueAt: string | null; late: boolean;
  tracks: Record<string, string>; facets: string[]; amounts: Record<string, string>; openValue: string; complete: boolean; sentence: string | null; purchaseOrder: string | null;
}

/** An order `s` is late while it is not complete and the stage of a part of it has run past its target; by the partial index over open slices. The one meaning of "late", on figures, lists and the order itself. */
export const lateOrder = "(not s.complete and exists (select 1 from slice part where part.subject_id = s.id and part.valid_to is null and part.due_at < now()))";

export const orderColumns = `s.id, coalesce(s.number, s.key) as number, s.entity, s.customer, s.customer_name as "customerName", s.channel, s.currency, s.placed_at as "placedAt", s.stage, s.stage_since as "stageSince", s.stage_due_at as "stageDueAt",
  ${lateOrder} as late, coalesce(s.tracks, '{}') as tracks, s.facets, coalesce(s.amounts, '{}') as amounts, s.open_value::text as "openValue", s.complete, s.sentence,
  (select i.value from subject_identifier i where i.subject_id = s.id and i.kind = 'purchase_order' limit 1) as "purchaseOrder"`;

export interface RelatedSubject { id: string; kind: string; number: string; sentence: string | null; stage: string | null; complete: boolean; amounts: Record<string, string>; currency: string | null; tracks: Record<string, string> }
export interface CommandRow { naturalKey: string; subjectId: string; subjectKind: string; subjectNumber: string; kind: string; slot: string; sequence: number; state: string; connector: string; amount: string | null; currency: string | null; reference: string | null; confirmedAt: string | null; verifiedAt: string | null; rejection: string | null; createdAt: string; attempts: number }
export interface MilestoneRow { subjectId: string; name: string; slot: string; occurredAt: string; recordedAt: string; document: string | null }
export interface HolderRow { subjectId: string; key: string; line: string; stage: string; bucket: string | null; holder: string; quantity: string; amount: string; charges: string; tax: string; currency: string; since: string; dueAt: string | null; validFrom: string; validTo: string | null; document: string | null }
export interface ProblemRow { kind: "hold" | "exception"; id: string; code: string; message: string; amount: string; currency: string | null; subjectId: string; subjectKind: string; since: string; fingerprint: string | null }
export interface MessageRow { id: string; connector: string; receivedAt: string; state: string; contentType: string; events: string[] }
export interface OrderLineFact { line: string; item: string; description: string | null; quantity: string; unit: string; price: string; /** The price is for this many of `priceUnitOf`. */ priceUnit: string; priceUnitOf: string; method: string; warehouse: string | null; requestedShip: string | null; promised: string | null }

export interface OrderDetail { order: OrderRow & { plannedAt: string | null }; document: Record<string, unknown> | null; lines: OrderLineFact[]; related: RelatedSubject[]; commands: CommandRow[]; milestones: MilestoneRow[]; slices: HolderRow[]; problems: ProblemRow[]; findings: { code: string; message: string; amount: string | null; currency: string | null }[]; messages: MessageRow[]; subjects: string[]; /** Other legal entities in reach that have an order of this number. */ alsoIn: string[] }

/** Subjects that tell this order something or are told by it: shipments, billing units, returns, and receipts of those units. */
const relatedIds = (query: Query, orderId: string): Promise<{ id: string }[]> =>
  query.rows<{ id: string }>(
    `with told as (select distinct split_part(source, '|', 1) as id from fact where subject_id = $1 and type like 'published.%'),
       units as (select id from told where id like '%:billing_unit:%'),
       receipts as (select distinct split_part(f.source, '|', 1) as id from fact f join units u on u.id = f.subject_id where f.type in ('published.receipt.application', 'published.credit.application'))
     select id from (select id from told union select id from receipts) x where id like '%:shipment:%' or id like '%:billing_unit:%' or id like '%:return:%' or id like '%:receipt:%'`, [orderId]);

/** Everything about one order over all its subjects. Null where it is not known in these entities. Of several that have the number it is the one of `entity`, else the one that was known first. */
export async function orderDetail(query: Query, entities: Entities, number: string, entity?: string): Promise<OrderDetail | null> {
  const named = await query.rows<OrderRow & { plannedAt: string | null }>(
    `with named as (select e.code || ':order:' || $1 as id from entity e union all select subject_id from subject_identifier where normal = $3 and $3 <> '' and value = $1)
     select ${orderColumns}, s.planned_at as "plannedAt" from subject s where s.id in (select id from named) and s.kind = 'order' and (s.key = $1 or s.number = $1) and ($2::text[] is null or s.entity = any($2)) order by (s.entity = $4) desc nulls last, s.created_at, s.id limit 50`, [number, entities, normalIdentifier(number), entity ?? null]);
  const [order] = named;
  if (!order || (entity !== undefined && order.entity !== entity)) return null;
  const alsoIn = [...new Set(named.map((other) => other.entity))].filter((other) => other !== order.entity).sort();
  const subjects = [order.id, ...(await relatedIds(query, order.id)).map(({ id }) => id)];
  const [captured, related, commands, milestones, slices, problems, findings, messages] = await Promise.all([
    // the newest version of the system that the order is of, as `ownerOf` in server/domain/systems-of-record.ts has it
    one<{ data: Record<string, unknown> }>(query, `select f.data from fact f where f.subject_id = $1 and f.type = 'order.captured'
      order by (f.source = coalesce((select p.data->'systemsOfRecord'->>'order' from policy_version p where p.entity = $2 and p.valid_from <= now() order by p.version desc limit 1), '')) desc, min(f.recorded_at) over (partition by f.source), f.source, f.version desc limit 1`, [order.id, order.entity]),
    query.rows<RelatedSubject>(`select id, kind, coalesce(number, key) as number, sentence, stage, complete, coalesce(amounts, '{}') as amounts, currency, coalesce(tracks, '{}') as tracks from subject where id = any($1) and id <> $2 order by kind, created_at`, [subjects, order.id]),
    query.rows<CommandRow>(`select c.natural_key as "naturalKey", c.subject_id as "subjectId", s.kind as "subjectKind", coalesce(s.number, s.key) as "subjectNumber", c.kind, c.slot, c.sequence, c.state, c.connector, c.amount::text, c.currency, c.reference, c.confirmed_at as "confirmedAt", c.verified_at as "verifiedAt", c.rejection_message as rejection, c.created_at as "createdAt", c.attempts
      from command c join subject s on s.id = c.subject_id where c.subject_id = any($1) order by c.id`, [subjects]),
    query.rows<MilestoneRow>(`select subject_id as "subjectId", name, slot, occurred_at as "occurredAt", recorded_at as "recordedAt", document from milestone where subject_id = any($1) order by occurred_at, name`, [subjects]),
    query.rows<HolderRow>(`select subject_id as "subjectId", key, line, stage, bucket, holder, quantity::text, amount::text, charges::text, tax::text, currency, since, due_at as "dueAt", valid_from as "validFrom", valid_to as "validTo", document from slice where subject_id = any($1) order by valid_from, id limit 2000`, [subjects]),
    query.rows<ProblemRow>(`select 'hold' as kind, h.id::text, h.rule as code, h.message, h.amount::text, h.currency, h.subject_id as "subjectId", s.kind as "subjectKind", h.opened_at as since, null as fingerprint from hold h join subject s on s.id = h.subject_id where h.subject_id = any($1) and h.state = 'active'
      union all select 'exception', e.id::text, e.code, e.message, e.amount::text, e.currency, e.subject_id, s.kind, e.first_seen_at, e.fingerprint from exception_item e join subject s on s.id = e.subject_id where e.subject_id = any($1) and e.state = 'open' order by since`, [subjects]),
    query.rows<OrderDetail["findings"][number]>("select code, message, amount::text, currency from finding where subject_id = any($1) order by code", [subjects]),
    query.rows<MessageRow>(`select m.id::text, m.connector, m.received_at as "receivedAt", m.state, m.content_type as "contentType", array_agg(distinct e.type) as events from inbound_message m join canonical_event e on e.message_id = m.id where e.subject_id = any($1) group by m.id order by m.id limit 200`, [subjects]),
  ]);
  const document = captured?.data ?? null;
  const lines = Array.isArray(document?.["lines"]) ? (document["lines"] as (OrderLineFact & { priceUnitOf?: string; warehouse?: string; requestedShip?: string; promised?: string })[]).map((line) => ({ line: line.line, item: line.item, description: line.description ?? null, quantity: line.quantity, unit: line.unit, price: line.price, priceUnit: line.priceUnit, priceUnitOf: line.priceUnitOf ?? line.unit, method: line.method, warehouse: line.warehouse ?? null, requestedShip: line.requestedShip ?? null, promised: line.promised ?? null })) : [];
  return { order, document, lines, related, commands, milestones, slices, problems, findings, messages, subjects, alsoIn };
}

export const subjectNotes = (query: Query, entities: Entities, subject: string): Promise<{ id: string; author: string; text: string; createdAt: string }[]> =>
  query.rows(`select n.id::text, coalesce(u.name, n.author) as author, n.text, n.created_at as "createdAt" from note n join subject s on s.id = n.about_id left join app_user u on u.id = n.author
    where n.about_kind = 'subject' and n.about_id = $1 and ($2::text[] is null or s.entity = any($2)) order by n.id desc limit 100`, [subject, entities]);
