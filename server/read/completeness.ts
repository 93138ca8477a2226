import type { TotalState } from "@/server/domain/control-total";
import type { Entities } from "./exceptions";
import { one, pageOf, placeOf, type Page, type Query } from "./query";

/** A kind of document of a source over a time, with all its gaps however old. Counts are of documents that were new or changed in it. */
export interface CompletenessRow {
  connector: string; name: string; entity: string; kind: string; census: string;
  said: number; held: number; excluded: number; late: number; missing: number;
  /** Of those held: what the next system confirmed, and where the rest stands. */
  confirmed: number; inFlight: number; inException: number; onHold: number; waiting: number;
  money: { currency: string; amount: string }[]; oldestMissing: string | null; asked: number;
  /** Up to when the source was asked; why it does not answer, where it does not. */
  checkedTo: string; failure: string | null; windowSeconds: number | null;
  /** Of its gaps as one exception. */
  fingerprint: string;
}
export interface WindowRow { opensAt: string; closesAt: string; checkedAt: string; checks: number; said: number; held: number; excluded: number; late: number; missing: number; confirmed: number; followed: number; healed: number }
export interface DocumentRow {
  kind: string; document: string; opensAt: string; changedAt: string; state: string; version: string; amount: string | null; currency: string | null; excluded: string | null; missed: boolean; missesFrom: string;
  askedAt: string | null; askedBy: string | null; answeredAt: string | null; answer: string | null; successor: string | null; subjectId: string | null; number: string | null; subjectKind: string | null;
  /** Its open exception, by which it is fetched. */
  exception: string | null;
}

const counted = `count(*) filter (where d.state <> 'withdrawn')::int as said, count(*) filter (where d.state = 'held')::int as held, count(*) filter (where d.state in ('excluded', 'excused'))::int as excluded,
  count(*) filter (where d.state = 'late')::int as late, count(*) filter (where d.state = 'missing')::int as missing, count(*) filter (where d.successor = 'confirmed')::int as confirmed`;

/** Every source that is asked, gaps first, most money first. */
export const completenessRows = (query: Query, entities: Entities, hours: number): Promise<CompletenessRow[]> =>
  query.rows<CompletenessRow>(
    `with kinds as (select w.connector, w.kind, w.census, max(extract(epoch from w.closes_at - w.opens_at))::int as seconds from census_window w where w.closes_at > now() - $2 * interval '1 hour' or exists (select 1 from census_document m where m.connector = w.connector and m.kind = w.kind and m.opens_at = w.opens_at and m.state = 'missing') group by 1, 2, 3),
     counts as (select d.connector, d.kind, ${counted}, count(*) filter (where d.successor = 'in_flight')::int as "inFlight", count(*) filter (where d.successor = 'exception')::int as "inException", count(*) filter (where d.successor = 'held')::int as "onHold", count(*) filter (where d.successor = 'waiting')::int as waiting,
         min(d.misses_from) filter (where d.state = 'missing') as oldest, count(*) filter (where d.state = 'missing' and d.asked_at is not null and d.answered_at is null)::int as asked
       from census_document d where d.opens_at > now() - $2 * interval '1 hour' or d.state in ('late', 'missing') group by 1, 2),
     money as (select connector, kind, json_agg(json_build_object('currency', currency, 'amount', amount::text) order by amount desc) as money from (select connector, kind, currency, sum(amount) as amount from census_document where state = 'missing' and amount is not null group by 1, 2, 3) m group by 1, 2)
     select k.id as connector, k.name, k.entity, s.kind, s.census, coalesce(c.said, 0) as said, coalesce(c.held, 0) as held, coalesce(c.excluded, 0) as excluded, coalesce(c.late, 0) as late, coalesce(c.missing, 0) as missing, coalesce(c.confirmed, 0) as confirmed,
       coalesce(c."inFlight", 0) as "inFlight", coalesce(c."inException", 0) as "inException", coalesce(c."onHold", 0) as "onHold", coalesce(c.waiting, 0) as waiting, coalesce(m.money, '[]') as money, c.oldest as "oldestMissing", coalesce(c.asked, 0) as asked,
       n.checked_to as "checkedTo", n.failure, s.seconds as "windowSeconds", 'CMP-01|code=' || s.kind || '|connector=' || k.id || '|entity=' || k.entity as fingerprint
     from kinds s join connector k on k.id = s.connector join census n on n.connector = s.connector and n.name = s.census left join counts c on c.connector = s.connector and c.kind = s.kind left join money m on m.connector = s.connector and m.kind = s.kind
     where $1::text[] is null or k.entity = any($1) order by coalesce(c.missing, 0) = 0, c.oldest, k.name, s.kind`, [entities, hours]);

/** Sources that are connected and could not be asked yet at all: their first window has not closed, or they have not answered. */
export const unaskedCensuses = (query: Query, entities: Entities): Promise<{ connector: string; name: string; census: string; checkedTo: string; failure: string | null }[]> =>
  query.rows(`select k.id as connector, k.name, n.name as census, n.checked_to as "checkedTo", n.failure from census n join connector k on k.id = n.connector
    where ($1::text[] is null or k.entity = any($1)) and not exists (select 1 from census_window w where w.connector = n.connector and w.census = n.name) order by 2, 3`, [entities]);

/** Connectors in use, to tell which of them can be asked nothing. */
export const connectorsInUse = (query: Query, entities: Entities): Promise<{ id: string; name: string; type: string; paused: boolean }[]> =>
  query.rows("select id, name, type, state = 'paused' as paused from connector where ($1::text[] is null or entity = any($1)) order by name", [entities]);

interface Of { connector: string; kind: string }
/** Windows of a source, newest first; `gaps`: only those in which something is missing. */
export const completenessWindows = async (query: Query, entities: Entities, { connector, kind, gaps, cursor, limit }: Of & { gaps?: boolean | undefined; cursor?: string | undefined; limit: number }): Promise<Page<WindowRow>> =>
  pageOf(await query.rows<WindowRow & { at: string[] }>(
    `select w.opens_at as "opensAt", w.closes_at as "closesAt", w.checked_at as "checkedAt", w.checks, c.said, c.held, c.excluded, c.late, c.missing, c.confirmed, c.followed, c.healed, array[w.opens_at::text] as at
     from census_window w cross join lateral (select ${counted}, count(*) filter (where d.successor is not null)::int as followed, count(*) filter (where d.missed and d.state = 'held')::int as healed from census_document d where d.connector = w.connector and d.kind = w.kind and d.opens_at = w.opens_at) c
     where w.connector = $1 and w.kind = $2 and ($3::text[] is null or exists (select 1 from connector k where k.id = w.connector and k.entity = any($3))) and (not $4 or c.missing > 0) and ($5::timestamptz is null or w.opens_at < $5) order by w.opens_at desc limit $6`,
    [connector, kind, entities, gaps ?? false, ...placeOf(cursor, 1), limit + 1]), limit);

/** What a number of the ledger counts. */
export const documentFilters = ["said", "held", "excluded", "late", "missing", "confirmed", "unconfirmed", "healed"] as const;
export type DocumentFilter = (typeof documentFilters)[number];
const filterSql: Readonly<Record<DocumentFilter, string>> = {
  said: "d.state <> 'withdrawn'", held: "d.state = 'held'", excluded: "d.state in ('excluded', 'excused')", late: "d.state = 'late'", missing: "d.state = 'missing'",
  confirmed: "d.successor = 'confirmed'", unconfirmed: "d.state = 'held' and d.successor is distinct from 'confirmed'", healed: "d.missed and d.state = 'held'",
};
/** Documents behind one number: missing ones first, then the newest. Without a window those of the last hours, and every gap. */
export const completenessDocuments = async (query: Query, entities: Entities, { connector, kind, show, window, hours, cursor, limit }: Of & { show: DocumentFilter; window?: string | undefined; hours: number; cursor?: string | undefined; limit: number }): Promise<Page<DocumentRow>> => {
  const place = "(d.state <> 'missing')::int, -extract(epoch from d.at), d.document, d.opens_at";
  return pageOf(await query.rows<DocumentRow & { at: string[] }>(
    `select d.kind, d.document, d.opens_at as "opensAt", d.at as "changedAt", d.state, d.version::text, d.amount::text, d.currency, d.excluded, d.missed, d.misses_from as "missesFrom", d.asked_at as "askedAt", coalesce(u.name, d.asked_by) as "askedBy", d.answered_at as "answeredAt", d.answer, d.successor,
       s.id as "subjectId", coalesce(s.number, s.key) as number, s.kind as "subjectKind",
       (select e.id::text from exception_item e where e.state = 'open' and d.state = 'missing' and e.document = d.document and e.connector = d.connector and e.fingerprint = 'CMP-01|code=' || d.kind || '|connector=' || d.connector || '|entity=' || d.entity limit 1) as exception,
       array[(d.state <> 'missing')::int::text, (-extract(epoch from d.at))::text, d.document, d.opens_at::text] as at
     from census_document d left join subject s on s.id = d.subject_id left join app_user u on u.id = d.asked_by
     where d.connector = $1 and d.kind = $2 and ($3::text[] is null or d.entity = any($3)) and ${filterSql[show]} and (case when $4::timestamptz is null then d.opens_at > now() - $5 * interval '1 hour' or d.state in ('late', 'missing') else d.opens_at = $4 end)
       and ($6::int is null or (${place}) > ($6, $7::numeric, $8, $9::timestamptz)) order by ${place} limit $10`,
    [connector, kind, entities, window ?? null, hours, ...placeOf(cursor, 4), limit + 1]), limit);
};

/** What a source said that it told in a window, beside what is held; or that it was to say so. */
export interface ControlTotalRow {
  connector: string; name: string; entity: string; kind: string; opensAt: string; closesAt: string; dueAt: string | null; statedAt: string | null;
  count: number | null; sums: { currency: string; amount: string }[] | null; heldCount: number | null; heldSums: { currency: string; amount: string }[] | null;
  state: TotalState; since: string | null; differed: boolean;
  /** Of its cause as an exception; null where nothing is wrong. */
  fingerprint: string | null;
}
const totalsShown = 500;
/** Control totals of windows that closed in the last hours, and all that differ or are silent however old: those first, the oldest first, then the newest. */
export const controlTotals = (query: Query, entities: Entities, hours: number): Promise<ControlTotalRow[]> =>
  query.rows<ControlTotalRow>(
    `select t.connector, k.name, t.entity, t.kind, t.opens_at as "opensAt", t.closes_at as "closesAt", t.due_at as "dueAt", t.stated_at as "statedAt", t.count, t.sums, t.held_count as "heldCount", t.held_sums as "heldSums", t.state, t.since, t.differed,
       case t.state when 'differs' then 'CMP-01' when 'silent' then 'CMP-02' end || '|code=total of ' || t.kind || '|connector=' || t.connector || '|entity=' || t.entity as fingerprint
     from control_total t join connector k on k.id = t.connector where ($1::text[] is null or t.entity = any($1)) and (t.closes_at > now() - $2 * interval '1 hour' or t.state in ('differs', 'silent'))
     order by t.state not in ('differs', 'silent'), t.since, t.opens_at desc, k.name, t.kind limit ${totalsShown}`, [entities, hours]);

/** `totals`: control totals that differ from what is held, or were to be stated and were not. */
export interface GapFigure { missing: number; late: number; totals: number; oldest: string | null; sources: number; unanswered: number; money: { currency: string; amount: string }[] }
/** All that is missing now, for the Tower, the command line and the metrics. `sources`: how many kinds of document are proved. */
export async function gapFigure(query: Query, entities: Entities): Promise<GapFigure> {
  const [counts, money] = await Promise.all([
    one<Omit<GapFigure, "money">>(query, `select (select count(*)::int from control_total t where t.state in ('differs', 'silent') and ($1::text[] is null or t.entity = any($1))) as totals, count(*) filter (where d.state = 'missing')::int as missing, count(*) filter (where d.state = 'late')::int as late, min(d.misses_from) filter (where d.state = 'missing') as oldest,
        (select count(distinct (w.connector, w.kind))::int from census_window w join connector k on k.id = w.connector where w.closes_at > now() - interval '24 hours' and ($1::text[] is null or k.entity = any($1))) as sources,
        (select count(*)::int from census n join connector k on k.id = n.connector where n.failure is not null and k.state = 'active' and ($1::text[] is null or k.entity = any($1))) as unanswered
      from census_document d where d.state in ('late', 'missing') and ($1::text[] is null or d.entity = any($1))`, [entities]),
    query.rows<{ currency: string; amount: string }>("select currency, sum(amount)::text as amount from census_document where state = 'missing' and amount is not null and ($1::text[] is null or entity = any($1)) group by 1 order by sum(amount) desc", [entities]),
  ]);
  return { missing: counts?.missing ?? 0, late: counts?.late ?? 0, totals: counts?.totals ?? 0, oldest: counts?.oldest ?? null, sources: counts?.sources ?? 0, unanswered: counts?.unanswered ?? 0, money };
}
