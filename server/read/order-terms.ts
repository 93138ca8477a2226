import type { EarlyPayment } from "@/server/domain/payloads";
import type { OrderDetail } from "./orders";
import type { Query } from "./query";

export const partyRoles = ["sellTo", "billTo", "shipTo", "payer", "creditAccount"] as const;
export type PartyRole = (typeof partyRoles)[number];
/** A party as the order's source calls it, and which customer of ours that is; null where no cross-reference says so. */
export interface OrderParty { role: PartyRole; code: string; customer: string | null; name: string | null }
/** The three dates of one thing that happened (domain.md 1): the source's time, ours, and the day on which it counts in the ledger. */
export interface OrderDate { name: string; document: string | null; occurredAt: string; recordedAt: string; countsOn: string | null }
/** What an invoice asks for and by when. */
export interface InvoiceTerms { subjectId: string; number: string; reference: string | null; state: string; accountingDate: string; dueDate: string | null; revenueDate: string | null; earlyPayment: EarlyPayment | null; terms: string | null; amount: string | null; currency: string | null }
export interface OrderTerms { parties: OrderParty[]; dates: OrderDate[]; invoices: InvoiceTerms[] }

const told = ["placed", "released", "shipped", "delivered", "billing_due", "invoice_posted", "receipt_recorded", "return_received", "credit_posted"] as const;

/** Who stands in which role, the three dates of what happened, and until when each invoice is to be paid. */
export async function orderTerms(query: Query, { order, document, milestones, subjects, messages }: Pick<OrderDetail, "order" | "document" | "milestones" | "subjects" | "messages">): Promise<OrderTerms> {
  const given = Object.entries((document?.["parties"] ?? {}) as Record<string, string>);
  const connector = messages.find(({ events }) => events.some((event) => event.startsWith("order.")))?.connector ?? "";
  const [named, days, invoices] = await Promise.all([
    query.rows<{ code: string; customer: string | null; name: string | null }>(
      `select v.code, c.key as customer, c.name from unnest($2::text[]) v (code)
         left join lateral (select m.data->>'canonical' as canonical from reference_row m where m.entity = $1 and m.topic = 'map' and m.key = 'customer/' || $3 || '/' || v.code limit 1) m on true
         left join lateral (select r.key, r.data->>'name' as name from reference_row r where r.entity = $1 and r.topic = 'customer' and r.key = coalesce(m.canonical, v.code) limit 1) c on true`, [order.entity, given.map(([, code]) => code), connector]),
    query.rows<{ document: string; day: string }>("select split_part(document, '#', 1) as document, min(effective_on)::text as day from movement where subject_id = any($1) group by 1", [subjects]),
    query.rows<InvoiceTerms>(
      `select distinct on (c.subject_id, c.slot) c.subject_id as "subjectId", coalesce(s.number, s.key) as number, c.reference, c.state, c.payload->>'accountingDate' as "accountingDate", c.payload->>'dueDate' as "dueDate", c.payload->>'revenueDate' as "revenueDate",
         c.payload->'earlyPayment' as "earlyPayment", c.payload->>'terms' as terms, c.amount::text, c.currency
       from command c join subject s on s.id = c.subject_id where c.subject_id = any($1) and c.kind = 'post_invoice' and c.state <> 'withdrawn' order by c.subject_id, c.slot, c.sequence desc`, [subjects]),
  ]);
  const of = (code: string) => named.find((row) => row.code === code);
  const mine = milestones.filter(({ subjectId, name }) => subjectId === order.id || name === "receipt_recorded" || name === "return_received" || name === "credit_posted");
  return {
    parties: partyRoles.flatMap((role) => given.filter(([name]) => name === role).map(([, code]): OrderParty => ({ role, code, customer: of(code)?.customer ?? null, name: of(code)?.name ?? null }))),
    dates: told.flatMap((name) => mine.filter((milestone) => milestone.name === name)).map(({ name, document: number, occurredAt, recordedAt }) => ({ name, document: number, occurredAt, recordedAt, countsOn: dayOf(days, invoices, number) })).sort((a, b) => a.occurredAt.localeCompare(b.occurredAt)),
    invoices,
  };
}

/** A billing unit that has no number yet counts on the day that its invoice is to bear. */
const dayOf = (days: readonly { document: string; day: string }[], invoices: readonly InvoiceTerms[], document: string | null): string | null =>
  days.find((row) => row.document === document)?.day ?? invoices.find(({ subjectId }) => document !== null && subjectId.endsWith(`:billing_unit:${document}`))?.accountingDate ?? null;
