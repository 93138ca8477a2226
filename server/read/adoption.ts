import { pairDigest, suggestAdoptions, type AdoptionPair, type InvoiceSlot } from "@/server/domain/adoption";
import { localDay } from "@/server/domain/calendar";
import type { SubjectKind } from "@/server/domain/subject";
import { declinedPath, unclaimedTopic, type UnclaimedDocument } from "@/server/domain/unclaimed";
import type { Query } from "./query";

/** Most slots and documents of one entity that are compared at once; the oldest come first, and what is beyond follows when these are decided. */
export const slotsCompared = 2_000;
const documentsCompared = 5_000;

/** An invoice that would be billed, with the document of the ledger that may be it. */
export interface SlotToAdopt {
  entity: string; subject: string; kind: SubjectKind; key: string; orders: string[]; customer: string | null; customerName: string | null; currency: string; /** Before tax. */ amount: string; placedAt: string; observed: boolean;
  document: UnclaimedDocument["document"] | null; pair: (AdoptionPair & { digest: string }) | null;
}
interface SlotRow { subject: string; kind: SubjectKind; key: string; customer: string | null; customerName: string | null; currency: string; amount: string; placedAt: string; shippedAt: string | null; zone: string; observed: boolean; identifiers: { kind: string; value: string }[]; declined: string[] }

/**
 * What would be billed: a unit's invoice that is not in the ledger, and an order that is only observed and of which no goods are known to
 * have left. What is on its way to the ledger, or there, is none.
 */
const slots = `
  select s.id as subject, s.kind, s.key, s.customer, s.customer_name as "customerName", s.currency, s.amounts->>'billable' as amount, s.placed_at as "placedAt", case when s.kind = 'billing_unit' then s.stage_since end as "shippedAt", (select e.zone from entity e where e.code = s.entity) as zone,
    'managed_elsewhere' = any(s.facets) as observed,
    coalesce((select json_agg(json_build_object('kind', i.kind, 'value', i.value) order by i.kind, i.value) from subject_identifier i where i.subject_id = s.id and i.kind in ('order', 'purchase_order')), '[]') as identifiers,
    coalesce((select json_agg(f.data->>'value') from fact f where f.subject_id = s.id and f.type = 'field.overlaid' and f.data->>'path' = '${declinedPath}'), '[]') as declined
  from subject s where s.entity = $1 and s.kind in ('order', 'billing_unit') and s.amounts ? 'billable' and s.customer is not null and s.currency is not null and s.placed_at is not null
    and not exists (select 1 from command c where c.subject_id = s.id and c.kind = 'post_invoice' and c.state in ('sending', 'unknown', 'confirmed'))`;

const slotOf = (row: SlotRow): InvoiceSlot => {
  const named = (kind: string) => row.identifiers.filter((each) => each.kind === kind).map(({ value }) => value);
  return {
    subject: row.subject as InvoiceSlot["subject"], customers: row.customer === null ? [] : [row.customer], currency: row.currency, amount: row.amount, orders: row.kind === "order" ? [row.key] : named("order"), purchaseOrder: named("purchase_order")[0] ?? null,
    placedOn: localDay(row, row.placedAt), shippedOn: row.shippedAt === null ? null : localDay(row, row.shippedAt), declined: new Set(row.declined),
  };
};

/** One slot as it is now, for whoever decides about it; null where nothing is to be billed there. */
export async function invoiceSlot(query: Query, subject: string, entity: string): Promise<InvoiceSlot | null> {
  const [row] = await query.rows<SlotRow>(`${slots} and s.id = $2`, [entity, subject]);
  return row ? slotOf(row) : null;
}

/** Every invoice that would be billed in an entity, with the document that may be it: the surest first, then what differs, then the rest by age. */
export async function slotsToAdopt(query: Query, entity: string): Promise<SlotToAdopt[]> {
  const [rows, documents] = await Promise.all([
    query.rows<SlotRow>(`${slots} order by s.placed_at, s.id limit ${slotsCompared}`, [entity]),
    query.rows<{ data: UnclaimedDocument }>(`select data from reference_row where entity = $1 and topic = '${unclaimedTopic}' and data->>'claimedBy' is null and data#>>'{document,state}' = 'posted' order by data#>>'{document,accountingDate}', key limit ${documentsCompared}`, [entity]),
  ]);
  const pairs = new Map(suggestAdoptions(rows.map(slotOf), documents.map(({ data }) => data)).map((pair) => [pair.subject as string, pair])), byNumber = new Map(documents.map(({ data }) => [data.document.number, data]));
  const place = (pair: AdoptionPair | null): number => (pair === null ? 2 : pair.differs.length > 0 ? 1 : 0);
  return rows.map((row): SlotToAdopt => {
    const pair = pairs.get(row.subject), found = pair && byNumber.get(pair.number), { subject, kind, key, customer, customerName, currency, amount, placedAt, observed } = row;
    return { entity, subject, kind, key, orders: slotOf(row).orders.slice(), customer, customerName, currency, amount, placedAt, observed, document: found?.document ?? null, pair: pair && found ? { ...pair, digest: pairDigest(row, found) } : null };
  }).sort((a, b) => place(a.pair) - place(b.pair) || (b.pair?.score ?? 0) - (a.pair?.score ?? 0) || a.placedAt.localeCompare(b.placedAt) || a.subject.localeCompare(b.subject));
}

/** How an entity's invoices stand beside what its ledger had already. */
export interface AdoptionCounts { entity: string; wouldPost: number; suggested: number; differs: number; /** Documents that name ours, and those that a person adopted. */ byReference: number; adopted: number; /** Of nobody, as far as anybody said. */ unclaimed: number }

/** `slots`: of the entity, as `slotsToAdopt` answered. */
export async function adoptionCounts(query: Query, entity: string, rows: readonly SlotToAdopt[]): Promise<AdoptionCounts> {
  const [counted] = await query.rows<{ unclaimed: number; adopted: number; held: number }>(`
    select count(*) filter (where data->>'claimedBy' is null and data#>>'{document,state}' = 'posted')::int as unclaimed, count(*) filter (where data->>'claimedBy' is not null and data#>>'{document,state}' = 'posted')::int as adopted,
      (select count(*)::int from subject s where s.entity = $1 and (s.kind = 'billing_unit' and 'adopted' = any(s.facets) or s.kind = 'order' and 'managed_elsewhere' = any(s.facets) and exists (select 1 from subject_identifier i where i.subject_id = s.id and i.kind = 'invoice'))) as held
    from reference_row where entity = $1 and topic = '${unclaimedTopic}'`, [entity]);
  const of = (which: (pair: AdoptionPair | null) => boolean): number => rows.filter(({ pair }) => which(pair)).length;
  const { unclaimed = 0, adopted = 0, held = 0 } = counted ?? {};
  return { entity, wouldPost: of((pair) => pair === null), suggested: of((pair) => pair !== null && pair.differs.length === 0), differs: of((pair) => pair !== null && pair.differs.length > 0), byReference: Math.max(0, held - adopted), adopted, unclaimed };
}
