import { spreadOf, type Spread } from "@/server/domain/figures/posting";
import type { Window } from "@/server/domain/figures/time";
import { document, type Entities } from "./exceptions";
import { pageOf, placeOf, type Page, type Query } from "./query";

/** Exceptions of one code that were first seen in a window. `solve`: minutes from first seen to resolved, of those that are. */
export interface ReportedCode { code: string; kind: string; causes: number; documents: number; exceptions: number; solved: number; /** Each document once, with its largest amount. */ money: { currency: string; amount: string }[]; solve: Spread }

/** What is counted of a window: $1 entities, $2 from, $3 to. */
const counted = "e.first_seen_at >= $2 and e.first_seen_at < $3 and ($1::text[] is null or e.entity = any($1))";

/** What went wrong in a window, by code, most documents first. */
export async function exceptionReport(query: Query, entities: Entities, window: Window): Promise<ReportedCode[]> {
  const rows = await query.rows<Omit<ReportedCode, "solve"> & { minutes: number[] }>(
    `with e as materialized (select *, ${document} as about from exception_item e where ${counted})
     select e.code, min(e.kind) as kind, count(distinct e.fingerprint)::int as causes, count(distinct e.about)::int as documents, count(*)::int as exceptions, (count(*) filter (where e.state = 'resolved'))::int as solved,
       coalesce(array_agg(extract(epoch from e.resolved_at - e.first_seen_at)::float8 / 60) filter (where e.state = 'resolved' and e.resolved_at is not null), '{}') as minutes,
       coalesce((select json_agg(json_build_object('currency', c.currency, 'amount', c.amount::text) order by c.amount desc) from
         (select m.currency, sum(m.amount) as amount from (select currency, max(amount) as amount from e x where x.code = e.code and x.currency is not null group by currency, about) m group by m.currency) c where c.amount <> 0), '[]') as money
     from e group by e.code order by documents desc, e.code`, [entities, window.from, window.to]);
  return rows.map(({ minutes, ...row }) => ({ ...row, solve: spreadOf(minutes) }));
}

/** One exception of the report. `group`: its cause, which may have ended since. */
export interface ReportedException { id: string; seenAt: string; group: string; subjectKind: string | null; number: string | null; messageId: string | null; customerName: string | null; message: string; amount: string; currency: string | null; state: string; resolvedAt: string | null }

/** The exceptions of one code that the report of a window counts, newest first, by keyset. */
export async function exceptionsCounted(query: Query, entities: Entities, window: Window, { code, result, cursor, limit }: { code: string; result: "all" | "solved" | "open"; cursor?: string | undefined; limit: number }): Promise<Page<ReportedException>> {
  return pageOf(await query.rows<ReportedException & { at: string[] }>(
    `select e.id::text, e.first_seen_at as "seenAt", e.fingerprint as "group", s.kind as "subjectKind", coalesce(s.number, s.key, e.document) as number, e.message_id::text as "messageId", s.customer_name as "customerName", e.message, e.amount::text, e.currency, e.state, e.resolved_at as "resolvedAt", array[e.first_seen_at::text, e.id::text] as at
     from exception_item e left join subject s on s.id = e.subject_id
     where ${counted} and e.code = $4 and ($5 = 'all' or ($5 = 'solved') = (e.state = 'resolved')) and ($6::timestamptz is null or (e.first_seen_at, e.id) < ($6, $7::bigint)) order by e.first_seen_at desc, e.id desc limit $8`,
    [entities, window.from, window.to, code, result, ...placeOf(cursor, 2), limit + 1]), limit);
}
