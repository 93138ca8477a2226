import type { FieldChange } from "@/server/domain/message-edit";
import type { Entities } from "./exceptions";
import { one, type Query } from "./query";

export interface MessageEditRow { id: string; state: string; sensitive: boolean; changes: FieldChange[]; reason: string; author: string; authorId: string; at: string; decidedBy: string | null; decidedAt: string | null; decisionReason: string | null }
export interface FailedMessage {
  id: string; entity: string; connector: string; connectorName: string; sourceMessageId: string; contentType: string; correlationId: string; receivedAt: string; state: string; errorCode: string | null; errorMessage: string | null; errorAt: string | null;
  /** Base64: bytes do not cross this port. */
  body: string;
  edits: MessageEditRow[];
}

/** A message with an exception of its own, with everything that persons changed in it, oldest first. */
export const failedMessage = (query: Query, entities: Entities, id: string): Promise<FailedMessage | null> =>
  one<FailedMessage>(query,
    `select m.id::text, e.entity, m.connector, coalesce(c.name, m.connector) as "connectorName", m.source_message_id as "sourceMessageId", m.content_type as "contentType", m.correlation_id as "correlationId", m.received_at as "receivedAt", m.state,
       m.error_code as "errorCode", m.error_message as "errorMessage", m.error_at as "errorAt", encode(m.body, 'base64') as body,
       coalesce((select json_agg(json_build_object('id', t.id, 'state', t.state, 'sensitive', t.sensitive, 'changes', t.changes, 'reason', t.reason, 'author', coalesce(u.name, t.author), 'authorId', t.author,
           'at', to_char(t.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'decidedBy', coalesce(d.name, t.decided_by), 'decidedAt', to_char(t.decided_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'decisionReason', t.decision_reason) order by t.created_at, t.id)
         from message_edit t left join app_user u on u.id = t.author left join app_user d on d.id = t.decided_by where t.message_id = m.id), '[]') as edits
     from inbound_message m join lateral (select entity from exception_item x where x.message_id = m.id order by x.id desc limit 1) e on true left join connector c on c.id = m.connector
     where m.id = $1 and ($2::text[] is null or e.entity = any($2))`, [id, entities]);
