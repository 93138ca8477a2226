import type { FieldChange } from "@/server/domain/message-edit";
import { normalIdentifier, subjectKinds } from "@/server/domain/subject";
import type { Entities } from "./exceptions";
import type { Query } from "./query";

/** One thing that an identifier may mean. */
export interface TraceMatch { subjectId: string; kind: string; number: string; identifierKind: string; customerName: string | null; stage: string | null; entity: string }
export interface TraceEvent {
  at: string;
  /** message, event, command, attempt, milestone, hold, decision, act */
  what: string;
  /** Where it happened: a connector, `tower`, or a person. */
  lane: string; title: string; detail: string | null; outcome: string | null; subjectId: string | null; link: string | null;
}

/** A message that told of no document: it could not be read yet, or not at all. `cause`: the open exception that says why. */
export interface TracedMessage { id: string; connector: string; sourceId: string; receivedAt: string; state: string; why: string | null; cause: string | null }

/** The id that its sender gave a message: of an event the part behind its source. As the index `message_identity_own_id_idx` has it. */
const ownId = (text: string): string => `substring(${text} from position('|' in ${text}) + 1)`;
/** Messages by our number, or by their sender's id with or without its source. */
const namedMessages = (q: string, number: string): string =>
  `select m.id, m.correlation_id from inbound_message m where m.id in (select ${number}::bigint union all select k.message_id from message_identity k where ${ownId("k.source_message_id")} = ${ownId(`${q}::text`)} and (k.source_message_id = ${q} or ${ownId("k.source_message_id")} = ${q}))`;
const numberIn = (q: string): string | null => (/^\d{1,18}$/.test(q) ? q : null);

/** Subjects by any of their identifiers (whole first, then beginnings), message id or correlation id. At most 20. */
export const traceMatches = (query: Query, entities: Entities, q: string): Promise<TraceMatch[]> =>
  query.rows<TraceMatch>(
    `with found as (
       select i.subject_id, i.kind, (i.normal = $1) as whole from subject_identifier i where $1 <> '' and i.normal like $1 || '%'
       union all select s.id, s.kind, true from entity e cross join unnest($4::text[]) k join subject s on s.id = e.code || ':' || k || ':' || $2
       union all select e.subject_id, 'correlation', true from canonical_event e where e.correlation_id = $2
       union all select e.subject_id, 'message', true from (${namedMessages("$2", "$5")}) m join canonical_event e on e.correlation_id = m.correlation_id and e.message_id = m.id
       union all select c.subject_id, 'command', true from command c where c.natural_key = $2)
     select "subjectId", kind, number, "identifierKind", "customerName", stage, entity from (select distinct on (s.id) s.id as "subjectId", s.kind, coalesce(s.number, s.key) as number, f.kind as "identifierKind", s.customer_name as "customerName", s.stage, s.entity, whole_first, (s.key = $2 or s.number = $2) as own
     from (select *, not whole as whole_first from found) f join subject s on s.id = f.subject_id where not s.kind in ('master_record', 'card_authorisation') and ($3::text[] is null or s.entity = any($3)) order by s.id, whole_first) found
     order by whole_first, own desc, (kind = 'order') desc, "subjectId" limit 20`, [normalIdentifier(q), q, entities, subjectKinds, numberIn(q)]);

/** Messages by their ids or correlation id that no document knows of, newest first. At most 20. */
export const traceMessages = (query: Query, entities: Entities, q: string): Promise<TracedMessage[]> =>
  query.rows<TracedMessage>(
    `select m.id::text, m.connector, m.source_message_id as "sourceId", m.received_at as "receivedAt", m.state, coalesce(x.message, m.error_message) as why, x.fingerprint as cause
     from (${namedMessages("$1", "$2")} union select m.id, m.correlation_id from inbound_message m where m.correlation_id = $1) named join inbound_message m on m.id = named.id left join connector c on c.id = m.connector
       left join lateral (select e.message, e.fingerprint from exception_item e where e.message_id = m.id and e.state = 'open' order by e.id limit 1) x on true
     where ($3::text[] is null or c.entity = any($3)) and not exists (select 1 from canonical_event e where e.correlation_id = m.correlation_id and e.message_id = m.id) order by m.id desc limit 20`, [q, numberIn(q), entities]);

/** What an event says, by its type; a carrier's word says how far it is: on the way is no delivery. */
const said = "case when e.type = 'shipment.delivered' then 'shipment.' || coalesce(e.data->>'state', 'delivered') else e.type end";

/** The whole story of some subjects in time: at most 1,000 entries, newest cut first. */
export const traceStory = (query: Query, subjects: readonly string[]): Promise<TraceEvent[]> =>
  query.rows<TraceEvent>(
    `select at, what, lane, title, detail, outcome, "subjectId", link from (
       select m.received_at as at, 'message' as what, m.connector as lane, 'Message ' || m.source_message_id as title, array_to_string(array_agg(distinct ${said}), ', ') as detail, m.state as outcome, min(e.subject_id) as "subjectId", m.id::text as link
         from inbound_message m join canonical_event e on e.message_id = m.id where e.subject_id = any($1) group by m.id
       union all select e.recorded_at, 'event', 'tower', ${said}, 'from ' || e.source, 'applied', e.subject_id, null from canonical_event e where e.subject_id = any($1)
       union all select t.started_at, 'attempt', t.connector, case when t.purpose = 'send' then c.kind else t.purpose || ' ' || c.kind end, coalesce(t.message, c.reference), t.outcome, c.subject_id, t.id::text from attempt t join command c on c.id = t.command_id where c.subject_id = any($1)
       union all select n.occurred_at, 'milestone', 'tower', n.name, n.document, null, min(n.subject_id), null from milestone n where n.subject_id = any($1) group by n.occurred_at, n.name, n.document
       union all select h.opened_at, 'hold', 'tower', h.rule, h.message, h.state, h.subject_id, h.id::text from hold h where h.subject_id = any($1)
       union all select x.first_seen_at, 'exception', 'tower', x.code, x.message, x.state, x.subject_id, x.fingerprint from exception_item x where x.subject_id = any($1)
       union all select d.created_at, 'decision', coalesce(u.name, d.author), d.verdict || ' ' || h.rule, d.reason, null, h.subject_id, h.id::text from hold_decision d join hold h on h.id = d.hold_id left join app_user u on u.id = d.author where h.subject_id = any($1)
     ) story order by at, what limit 1000`, [subjects]);

export interface AttemptDetail { id: string; entity: string; kind: string; purpose: string; connector: string; startedAt: string; endedAt: string | null; outcome: string | null; code: string | null; message: string | null; httpStatus: number | null; request: unknown; response: unknown }
export const attemptDetail = (query: Query, entities: Entities, id: string): Promise<AttemptDetail[]> =>
  query.rows<AttemptDetail>(`select t.id::text, c.entity, c.kind, t.purpose, t.connector, t.started_at as "startedAt", t.ended_at as "endedAt", t.outcome, t.code, t.message, t.http_status as "httpStatus", t.request, t.response from attempt t join command c on c.id = t.command_id where t.id = $1 and ($2::text[] is null or c.entity = any($2))`, [id, entities]);
export interface MessageDetail { id: string; entity: string; connector: string; sourceMessageId: string; contentType: string; receivedAt: string; state: string; errorCode: string | null; errorMessage: string | null; errorAt: string | null; correlationId: string; headers: Record<string, string>; body: string; /** What persons laid over fields of it, oldest first. */ edits: { author: string; at: string; confirmedBy: string | null; changes: FieldChange[] }[]; events: { id: string; type: string; subjectId: string }[] }
/** A stored message with its body as text (first 200,000 characters). */
export const messageDetail = (query: Query, entities: Entities, id: string): Promise<MessageDetail[]> =>
  query.rows<MessageDetail>(`select m.id::text, coalesce(c.entity, '*') as entity, m.connector, m.source_message_id as "sourceMessageId", m.content_type as "contentType", m.received_at as "receivedAt", m.state, m.error_code as "errorCode", m.error_message as "errorMessage", m.error_at as "errorAt", m.correlation_id as "correlationId", m.headers,
      left(encode(m.body, 'escape'), 200000) as body,
      coalesce((select json_agg(json_build_object('author', coalesce(u.name, t.author), 'at', to_char(t.decided_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'confirmedBy', coalesce(d.name, t.decided_by), 'changes', t.changes) order by t.decided_at, t.id)
        from message_edit t left join app_user u on u.id = t.author left join app_user d on d.id = t.decided_by where t.message_id = m.id and t.state = 'applied'), '[]') as edits, coalesce((select json_agg(json_build_object('id', e.id, 'type', e.type, 'subjectId', e.subject_id)) from canonical_event e where e.message_id = m.id), '[]') as events
    from inbound_message m left join connector c on c.id = m.connector where m.id = $1 and ($2::text[] is null or c.entity = any($2))`, [id, entities]);
