import type { Books, MovementRow, SliceRow } from "@/server/domain/conservation/rows";
import type { Instant } from "@/server/domain/instant";
import type { Entities } from "./exceptions";
import type { Query } from "./query";

/**
 * The rows that the equations are proved on: all of an entity, or those of some subjects. Now: open slices, and the connectors whose
 * breaker is open or that are paused, so that what waits for them counts as exception. As `known` at an instant: the rows that
 * stood then; which connectors were down is not kept.
 */
export async function readBooks(query: Query, filter: { entities: Entities; subjects?: readonly string[] | undefined; known?: Instant | undefined }): Promise<Books> {
  const parameters = [filter.entities, filter.subjects ?? null, filter.known ?? null];
  const where = "($1::text[] is null or entity = any($1)) and ($2::text[] is null or subject_id = any($2))";
  const [movements, slices, down] = await Promise.all([
    query.rows<MovementRow>(`select subject_id as subject, line, term, document, quantity::text, amount::text, currency, effective_on::text as "effectiveOn", period, recorded_at as "recordedAt" from movement where ${where} and ($3::timestamptz is null or recorded_at <= $3) order by id`, parameters),
    query.rows<SliceRow>(`select subject_id as subject, key, line, stage, bucket, quantity::text, amount::text, charges::text, tax::text, currency, holder, since, due_at as "dueAt", document, valid_from as "validFrom", valid_to as "validTo"
      from slice where ${where} and case when $3::timestamptz is null then valid_to is null else valid_from <= $3 and (valid_to is null or valid_to > $3) end order by id`, parameters),
    filter.known === undefined ? query.rows<{ connector: string }>("select c.id as connector from connector c left join breaker b on b.connector = c.id where c.state = 'paused' or b.state = 'open'") : [],
  ]);
  return { movements, slices, connectorsDown: new Set(down.map(({ connector }) => connector)) };
}

/** An open exception of a subject: who looks at its drift begins there. */
export interface OpenOnSubject { subject: string; code: string; fingerprint: string; message: string; since: Instant }
/** What is open on these subjects now, drifts first: a document that the ledger changed (INV-04) is why its books differ. */
export const openOn = (query: Query, subjects: readonly string[]): Promise<OpenOnSubject[]> =>
  query.rows<OpenOnSubject>("select subject_id as subject, code, fingerprint, message, first_seen_at as since from exception_item where state = 'open' and subject_id = any($1) order by kind <> 'drift', first_seen_at, id", [[...new Set(subjects)]]);
