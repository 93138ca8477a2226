import type { Query } from "./query";

/** At most so many credits are listed at once; what is beyond follows when these are decided. */
const creditsListed = 200;

/** A return that waits for a person's word, with a credit of the ledger that may be its own (decision 39). */
export interface CreditToAdopt {
  /** The open exception by which it is decided, and its cause. */
  item: string; fingerprint: string;
  subject: string; return: string; order: string; customer: string | null; number: string; date: string; total: string | null; currency: string;
  /** What speaks for it and what differs, in the planner's words. */
  because: string; since: string;
}

const waiting = `
  from exception_item e join subject r on r.id = e.subject_id and r.kind = 'return'
  join lateral (select f.data from fact f where f.subject_id = r.id and f.type = 'published.return.basis' order by f.version desc limit 1) b on true
  join lateral jsonb_array_elements((b.data->'foundCredits')::jsonb) found on found->>'claim' is null and found#>>'{document,state}' = 'posted' and starts_with(e.message, found#>>'{document,number}' || ' ')
  where e.entity = $1 and e.code = 'INV-05' and e.state = 'open'`;

/** Every credit that somebody made in the ledger and that may be a return's, the longest first; `total` counts them all. */
export async function creditsToAdopt(query: Query, entity: string): Promise<{ rows: CreditToAdopt[]; total: number }> {
  const [rows, [counted]] = await Promise.all([
    query.rows<CreditToAdopt>(`
      select e.id::text as item, e.fingerprint, r.id as subject, r.key as "return", coalesce(found#>>'{document,order}', '') as "order", found#>>'{document,customer}' as customer, found#>>'{document,number}' as number, found#>>'{document,accountingDate}' as date,
        found#>>'{document,total}' as total, found#>>'{document,currency}' as currency, e.message as because, e.first_seen_at as since ${waiting} order by e.first_seen_at, e.id limit ${creditsListed}`, [entity]),
    query.rows<{ total: number }>(`select count(*)::int as total ${waiting}`, [entity]),
  ]);
  return { rows, total: counted?.total ?? 0 };
}
