import { spreadOf, type Spread } from "@/server/domain/figures/posting";
import type { Window } from "@/server/domain/figures/time";
import { document, type Entities } from "./exceptions";
import type { Query } from "./query";

/** Exceptions of one code that were first seen in a window. `solve`: minutes from first seen to resolved, of those that are. */
export interface ReportedCode { code: string; kind: string; causes: number; documents: number; exceptions: number; solved: number; /** Each document once, with its largest amount. */ money: { currency: string; amount: string }[]; solve: Spread }

/** What went wrong in a window, by code, most documents first. */
export async function exceptionReport(query: Query, entities: Entities, window: Window): Promise<ReportedCode[]> {
  const rows = await query.rows<Omit<ReportedCode, "solve"> & { minutes: number[] }>(
    `with e as materialized (select *, ${document} as about from exception_item e where e.first_seen_at >= $2 and e.first_seen_at < $3 and ($1::text[] is null or e.entity = any($1)))
     select e.code, min(e.kind) as kind, count(distinct e.fingerprint)::int as causes, count(distinct e.about)::int as documents, count(*)::int as exceptions, (count(*) filter (where e.state = 'resolved'))::int as solved,
       coalesce(array_agg(extract(epoch from e.resolved_at - e.first_seen_at)::float8 / 60) filter (where e.state = 'resolved' and e.resolved_at is not null), '{}') as minutes,
       coalesce((select json_agg(json_build_object('currency', c.currency, 'amount', c.amount::text) order by c.amount desc) from
         (select m.currency, sum(m.amount) as amount from (select currency, max(amount) as amount from e x where x.code = e.code and x.currency is not null group by currency, about) m group by m.currency) c where c.amount <> 0), '[]') as money
     from e group by e.code order by documents desc, e.code`, [entities, window.from, window.to]);
  return rows.map(({ minutes, ...row }) => ({ ...row, solve: spreadOf(minutes) }));
}
