import { one, pageOf, placeOf, type Page, type Query } from "./query";

/** Null: every entity. */
export type Entities = readonly string[] | null;

export interface ExceptionGroupRow {
  fingerprint: string; code: string; kind: string; title: string; entity: string; key: Record<string, string>; team: string; assignee: string | null; assigneeName: string | null;
  /** new, ongoing, escalating, regressed, resolved, snoozed */
  state: string; count: number; /** Of those, how many are about a document or a message; the rest are about a connector itself. */ documents: number; money: { currency: string; amount: string }[]; firstSeenAt: string; openedAt: string; dueAt: string | null; overdue: boolean; promisedToday: number; solved: number; occurrences: number;
  /** Newest fix that is not dismissed, with how far its commands are. */
  fix: FixProgress | null;
}
/** Of commands that were sent again, or of documents that were fetched: `waiting` while their source is asked, `accepted` when taken in, `verified` when held. */
export interface FixProgress { id: string; /** The bulk action of which it is a part: the counts are then of all its documents here. */ bulkAction: string | null; verb: string; author: string; at: string; total: number; waiting: number; sending: number; accepted: number; verified: number; failed: number }

export const exceptionTabs = {
  open: "g.state <> 'resolved' and (g.snoozed_until is null or g.snoozed_until <= now())",
  retry: "g.state <> 'resolved' and exists (select 1 from fix_attempt f where f.fingerprint = g.fingerprint and f.verb <> 'map' and f.dismissed_at is null)",
  snoozed: "g.state <> 'resolved' and g.snoozed_until > now()",
  resolved: "g.state = 'resolved'",
} as const;
export type ExceptionTab = keyof typeof exceptionTabs;
/** What stands first, then how old it is; what has no amount or no due time comes last. */
const firstBy = { money: "coalesce(-i.amount, 'Infinity'::numeric)", age: "0::numeric", due: "coalesce(extract(epoch from i.due_at), 'Infinity'::numeric)" } as const;
export type ExceptionSort = keyof typeof firstBy;

/** A bulk action tries one fix for each document; of one cause they are told of together. */
const partsOfFix = "(t.id = f.id or (t.bulk_action_id = f.bulk_action_id and t.fingerprint = f.fingerprint))";
const fixSql = `(select json_build_object('id', f.id, 'bulkAction', f.bulk_action_id, 'verb', f.verb, 'author', coalesce(u.name, f.author), 'at', to_char(f.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'total', p.total + cardinality(f.documents), 'waiting', p.waiting + q.waiting, 'sending', p.sending, 'accepted', p.accepted + q.taken, 'verified', p.verified + q.held, 'failed', p.failed + q.failed)
  from fix_attempt f left join app_user u on u.id = f.author
  cross join lateral (select (select coalesce(sum(cardinality(t.natural_keys)), 0)::int from fix_attempt t where ${partsOfFix}) as total, count(*) filter (where c.state = 'wanted')::int as waiting, count(*) filter (where c.state in ('sending', 'unknown'))::int as sending,
    count(*) filter (where c.state = 'confirmed' and c.verified_at is null)::int as accepted, count(*) filter (where c.verified_at is not null)::int as verified,
    count(*) filter (where c.state in ('rejected', 'withdrawn'))::int as failed from command c where c.natural_key in (select unnest(t.natural_keys) from fix_attempt t where ${partsOfFix})) p
  cross join lateral (select count(*) filter (where y.stands = 'held')::int as held, count(*) filter (where y.stands = 'taken in')::int as taken, count(*) filter (where y.stands = 'asked')::int as waiting, count(*) filter (where y.stands = 'failed')::int as failed
    from (select case when bool_or(d.state = 'held') then 'held' when bool_or(d.state = 'missing' and d.answered_at is null) then 'asked' when bool_or(d.state = 'missing' and d.answer = 'taken in') then 'taken in' else 'failed' end as stands
      from unnest(f.documents) x left join census_document d on d.connector = g.key->>'connector' and d.kind = g.key->>'code' and d.document = x and d.asked_at >= f.created_at group by x) y) q
  where f.fingerprint = g.fingerprint and f.verb <> 'map' and f.dismissed_at is null order by f.created_at desc limit 1)`;

/** Growing: at least 5 documents in the last hour, and more than in the three hours before together. */
const escalating = `(select count(*) filter (where e.first_seen_at > now() - interval '1 hour') >= 5 and count(*) filter (where e.first_seen_at > now() - interval '1 hour') > count(*) filter (where e.first_seen_at <= now() - interval '1 hour')
  from exception_item e where e.fingerprint = g.fingerprint and e.first_seen_at > now() - interval '4 hours' and g.first_seen_at < now() - interval '1 hour')`;
const groupColumns = `g.fingerprint, g.code, g.kind, g.title, g.entity, g.key, g.team, g.assignee, a.name as "assigneeName",
  case when g.snoozed_until > now() then 'snoozed' when g.state in ('new', 'ongoing') and ${escalating} then 'escalating' else g.state end as state, coalesce(i.count, 0)::int as count, coalesce(i.documents, 0)::int as documents, coalesce(i.money, '[]') as money, g.first_seen_at as "firstSeenAt",
  g.opened_at as "openedAt", i.due_at as "dueAt", coalesce(i.due_at < now(), false) as overdue, coalesce(i.promised, 0)::int as "promisedToday", g.solved, g.occurrences, ${fixSql} as fix`;
/** Whether the document of `exception_item e`, `subject s`, is due on the present day of its legal entity. */
export const promisedToday = "coalesce((select (s.stage_due_at at time zone n.zone)::date = (now() at time zone n.zone)::date from entity n where n.code = e.entity), false)";
const itemsJoin = `left join app_user a on a.id = g.assignee
  left join lateral (select sum(c.count) as count, sum(c.documents) as documents, max(c.amount) as amount, min(c.due_at) as due_at, sum(c.promised) as promised,
      json_agg(json_build_object('currency', c.currency, 'amount', c.amount::text) order by c.amount desc) filter (where c.currency is not null and c.amount <> 0) as money
    from (select e.currency, count(*) as count, count(*) filter (where e.subject_id is not null or e.message_id is not null or e.document is not null) as documents, sum(e.amount) as amount, min(e.due_at) as due_at, count(*) filter (where ${promisedToday}) as promised
      from exception_item e left join subject s on s.id = e.subject_id where e.fingerprint = g.fingerprint and (e.state = 'open' or g.state = 'resolved') group by e.currency) c) i on true`;

/** `owner`: a person's id, or the team where nobody took it. A cause that has no connector or no item says so by "-". */
export interface ExceptionFilter { kind?: string | undefined; team?: string | undefined; code?: string | undefined; connector?: string | undefined; item?: string | undefined; owner?: string | undefined }
/** What causes may be put together by, each as it is filtered by too. */
export const causeParts = { code: "g.code", connector: "coalesce(g.key->>'connector', '-')", item: "coalesce(g.key->>'item', '-')", owner: "coalesce(g.assignee, g.team)" } as const;
export type CausePart = keyof typeof causeParts;
export const narrowed = `($1::text[] is null or g.entity = any($1)) and ($2::text is null or g.kind = any(string_to_array($2, ','))) and ($3::text is null or g.team = $3)
  and ($4::text is null or ${causeParts.code} = $4) and ($5::text is null or ${causeParts.connector} = $5) and ($6::text is null or ${causeParts.item} = $6) and ($7::text is null or ${causeParts.owner} = $7)`;
export const narrowing = (entities: Entities, filter: ExceptionFilter): unknown[] => [entities, filter.kind ?? null, filter.team ?? null, filter.code ?? null, filter.connector ?? null, filter.item ?? null, filter.owner ?? null];

/** Groups by cause, by keyset. */
export async function exceptionGroups(query: Query, entities: Entities, { tab, sort, cursor, limit, ...filter }: ExceptionFilter & { tab: ExceptionTab; sort: ExceptionSort; cursor?: string | undefined; limit: number }): Promise<Page<ExceptionGroupRow>> {
  const key = firstBy[sort];
  return pageOf(await query.rows<ExceptionGroupRow & { at: string[] }>(
    `select ${groupColumns}, array[(${key})::text, g.opened_at::text, g.fingerprint] as at from exception_group g ${itemsJoin}
     where ${exceptionTabs[tab]} and ${narrowed} and ($8::numeric is null or (${key}, g.opened_at, g.fingerprint) > ($8, $9::timestamptz, $10)) order by ${key}, g.opened_at, g.fingerprint limit $11`,
    [...narrowing(entities, filter), ...placeOf(cursor, 3), limit + 1]), limit);
}

/** Not put to sleep: what the open list, and every number that leads to it, counts. Age and stops of what sleeps run on. */
export const awake = "not exists (select 1 from exception_group z where z.fingerprint = e.fingerprint and z.snoozed_until > now())";

/** Whose money an exception is about: several of one document are mostly about the same money, so each document counts once, with the largest. */
export const document = "coalesce(e.subject_id, e.id::text)";

/** How many groups each tab holds, and how many documents are open and awake with what is at stake by currency, all under the same filter as the list. */
export const exceptionTotals = async (query: Query, entities: Entities, filter: ExceptionFilter = {}): Promise<{ tabs: Record<ExceptionTab, number>; open: number; money: { currency: string; amount: string }[] }> => {
  const counts = await one<Record<ExceptionTab, number>>(query, `select ${(Object.keys(exceptionTabs) as ExceptionTab[]).map((tab) => `count(*) filter (where ${exceptionTabs[tab]})::int as ${tab}`).join(", ")} from exception_group g where ${narrowed}`, narrowing(entities, filter));
  const money = await query.rows<{ currency: string | null; amount: string; count: number }>(
    `select currency, sum(amount)::text as amount, sum(count)::int as count from (select e.currency, max(e.amount) as amount, count(*) as count from exception_item e join exception_group g on g.fingerprint = e.fingerprint where e.state = 'open' and ${awake} and ${narrowed} group by e.currency, ${document}) d group by 1 order by sum(amount) desc`, narrowing(entities, filter));
  return { tabs: counts ?? { open: 0, retry: 0, snoozed: 0, resolved: 0 }, open: money.reduce((total, row) => total + row.count, 0), money: money.flatMap(({ currency, amount }) => (currency === null || Number(amount) === 0 ? [] : [{ currency, amount }])) };
};

export interface ExceptionItemRow {
  id: string; subjectId: string | null; subjectKind: string | null; number: string | null; customerName: string | null; messageId: string | null; /** Its sender's id of the message. */ sourceId: string | null; connector: string | null; /** An edit of the message waits for a second person. */ proposed: boolean; amount: string; currency: string | null; message: string; state: string;
  firstSeenAt: string; dueAt: string | null; resolvedAt: string | null; resolution: string | null;
  command: { naturalKey: string; kind: string; state: string; reference: string | null; verifiedAt: string | null; attempts: number } | null;
}
export interface AttemptRow { id: string; startedAt: string; purpose: string; kind: string; naturalKey: string; connector: string; outcome: string | null; code: string | null; message: string | null; httpStatus: number | null; reference: string | null }
export interface NoteRow { id: string; author: string; text: string; createdAt: string }
export interface ExceptionGroupDetail { group: ExceptionGroupRow; /** The first page. */ items: ExceptionItemRow[]; next: string | null; attempts: AttemptRow[]; notes: NoteRow[]; history: { at: string; actor: string; action: string; reason: string | null }[] }

/** Documents of one cause by keyset: open ones first, of those most money first. */
export async function exceptionItems(query: Query, entities: Entities, fingerprint: string, { cursor, limit }: { cursor?: string | undefined; limit: number }): Promise<Page<ExceptionItemRow>> {
  const place = "(e.state <> 'open')::int, -e.amount, e.first_seen_at, e.id";
  return pageOf(await query.rows<ExceptionItemRow & { at: string[] }>(
    `select e.id::text, e.subject_id as "subjectId", s.kind as "subjectKind", coalesce(s.number, s.key, e.document) as number, s.customer_name as "customerName", e.message_id::text as "messageId", (select m.source_message_id from inbound_message m where m.id = e.message_id) as "sourceId", e.connector,
       exists (select 1 from message_edit t where t.message_id = e.message_id and t.state = 'proposed') as proposed, e.amount::text, e.currency, e.message, e.state,
       e.first_seen_at as "firstSeenAt", e.due_at as "dueAt", e.resolved_at as "resolvedAt", e.resolution,
       (select json_build_object('naturalKey', c.natural_key, 'kind', c.kind, 'state', c.state, 'reference', c.reference, 'verifiedAt', c.verified_at, 'attempts', c.attempts)
        from command c where c.subject_id = e.subject_id and (c.state in ('rejected', 'unknown', 'sending') or c.updated_at > e.first_seen_at) order by (c.state = 'rejected') desc, c.updated_at desc limit 1) as command,
       array[(e.state <> 'open')::int::text, (-e.amount)::text, e.first_seen_at::text, e.id::text] as at
     from exception_item e left join subject s on s.id = e.subject_id where e.fingerprint = $1 and ($2::text[] is null or e.entity = any($2)) and ($3::int is null or (${place}) > ($3, $4::numeric, $5::timestamptz, $6::bigint)) order by ${place} limit $7`,
    [fingerprint, entities, ...placeOf(cursor, 4), limit + 1]), limit);
}

/** One cause with its first documents, its latest attempts with secrets masked, notes and history. */
export async function exceptionGroup(query: Query, entities: Entities, fingerprint: string): Promise<ExceptionGroupDetail | null> {
  const group = await one<ExceptionGroupRow>(query, `select ${groupColumns} from exception_group g ${itemsJoin} where g.fingerprint = $1 and ($2::text[] is null or g.entity = any($2))`, [fingerprint, entities]);
  if (!group) return null;
  const { items, next } = await exceptionItems(query, entities, fingerprint, { limit: 100 });
  const attempts = await query.rows<AttemptRow>(
    `select t.id::text, t.started_at as "startedAt", t.purpose, c.kind, c.natural_key as "naturalKey", t.connector, t.outcome, t.code, t.message, t.http_status as "httpStatus", c.reference
     from attempt t join command c on c.id = t.command_id where c.subject_id in (select subject_id from exception_item where fingerprint = $1 and subject_id is not null) order by t.started_at desc limit 30`, [fingerprint]);
  const notes = await query.rows<NoteRow>(`select n.id::text, coalesce(u.name, n.author) as author, n.text, n.created_at as "createdAt" from note n left join app_user u on u.id = n.author where n.about_kind = 'exception' and n.about_id = $1 order by n.created_at desc limit 100`, [fingerprint]);
  const history = await query.rows<{ at: string; actor: string; action: string; reason: string | null }>(`select h.at, coalesce(u.name, h.actor) as actor, h.action, h.reason from audit_entry h left join app_user u on u.id = h.actor where h.about_kind = 'exception' and h.about_id = $1 order by h.id desc limit 50`, [fingerprint]);
  return { group, items, next, attempts, notes, history };
}

/** Active connectors of the same type and entity as those that the cause's commands go to. */
export const otherConnectors = (query: Query, fingerprint: string): Promise<{ id: string; name: string }[]> =>
  query.rows(`with used as (select distinct c.connector from command c join exception_item e on e.subject_id = c.subject_id where e.fingerprint = $1 and e.state = 'open' and c.state in ('rejected', 'wanted'))
    select distinct o.id, o.name from connector o join connector mine on mine.type = o.type and mine.entity = o.entity where mine.id in (select connector from used) and o.id not in (select connector from used) and o.state = 'active' order by o.name`, [fingerprint]);
