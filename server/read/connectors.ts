import { eventSource } from "@/server/domain/entity";
import type { Entities } from "./exceptions";
import { one, type Query } from "./query";

export const connectorHealths = ["down", "degraded", "paused", "healthy"] as const;
export type ConnectorHealth = (typeof connectorHealths)[number];

interface BoardRow {
  id: string; type: string; name: string; entity: string; state: "active" | "paused"; pausedReason: string | null; breaker: "closed" | "half_open" | "open"; breakerReason: string | null; probeAt: string | null; openedAt: string | null; /** Technical failures in a row, and probes that failed since it opened. */ failures: number; probes: number;
  perMinute: number; calls: number; queue: number; oldestAt: string | null; /** Of a call. */ lastSuccessAt: string | null; /** Of a call, or of reading a feed of it. */ lastGoodAt: string | null; lastFailureAt: string | null; lastError: string | null; settingsVersion: number;
}
/** `called`: false of a source that others bring events for; breaker, budget and queue mean nothing there. */
export interface ConnectorRowView extends BoardRow { health: ConnectorHealth; called: boolean }
const viewOf = (row: BoardRow): ConnectorRowView => ({ ...row, health: connectorHealth(row), called: row.type !== eventSource });

/** Down while its breaker is open; degraded while it is tried, or where the last call failed; paused by a person. */
export function connectorHealth(row: Pick<BoardRow, "state" | "breaker" | "lastSuccessAt" | "lastFailureAt">): ConnectorHealth {
  if (row.breaker === "open") return "down";
  if (row.state === "paused") return "paused";
  const failedLast = row.lastFailureAt !== null && (row.lastSuccessAt === null || row.lastFailureAt > row.lastSuccessAt);
  return row.breaker === "half_open" || failedLast ? "degraded" : "healthy";
}

/** Worst first; of equals the one with the longest wait, then by name. */
export const worstFirst = (rows: readonly ConnectorRowView[]): ConnectorRowView[] =>
  [...rows].sort((a, b) => connectorHealths.indexOf(a.health) - connectorHealths.indexOf(b.health) || (a.oldestAt ?? "9").localeCompare(b.oldestAt ?? "9") || a.name.localeCompare(b.name));

/** A source that nobody calls was last good when a key of its was last let in, to the minute, or a file of it was taken in whole. */
const boardSql = `select c.id, c.type, c.name, c.entity, c.state, c.paused_reason as "pausedReason", coalesce(b.state, 'closed') as breaker, b.reason as "breakerReason", b.probe_at as "probeAt", b.opened_at as "openedAt", coalesce(b.failures, 0)::int as failures, coalesce(b.probes, 0)::int as probes,
    c.per_minute as "perMinute", (select count(*)::int from attempt a where a.connector = c.id and a.started_at > now() - interval '1 minute') as calls,
    q.count as queue, q.oldest as "oldestAt", greatest(c.last_success_at, k.used) as "lastSuccessAt", greatest(c.last_success_at, k.used, f.read) as "lastGoodAt", c.last_failure_at as "lastFailureAt", c.last_error as "lastError", c.settings_version as "settingsVersion"
  from connector c left join breaker b on b.connector = c.id
  cross join lateral (select coalesce(sum(n), 0)::int as count, min(oldest) as oldest from (
    select count(*) as n, min(due_since) as oldest from command where connector = c.id and state = 'wanted'
    union all select count(*), min(due_since) from command where connector = c.id and state = 'sending'
    union all select count(*), min(due_since) from command where connector = c.id and state = 'unknown') w) q
  cross join lateral (select max(last_used_at) as used from api_key where source = c.id) k
  cross join lateral (select max(last_success_at) as read from feed_cursor where connector = c.id) f
  where ($1::text[] is null or c.entity = any($1)) and ($2::text is null or c.id = $2)`;

/** Every connector in these entities, worst first. Reads what waits, and the calls of the last minute. */
export async function connectorBoard(query: Query, entities: Entities): Promise<ConnectorRowView[]> {
  const rows = await query.rows<BoardRow>(boardSql, [entities, null]);
  return worstFirst(rows.map(viewOf));
}

/** Calls and failures of the last hour by connector, in twelve parts of five minutes, the newest last. */
export async function connectorTraffic(query: Query, entities: Entities): Promise<Map<string, { calls: number[]; failed: number }>> {
  const rows = await query.rows<{ connector: string; part: number; calls: number; failed: number }>(
    `select a.connector, 11 - least(11, floor(extract(epoch from now() - a.started_at) / 300))::int as part, count(*)::int as calls, count(*) filter (where a.outcome in ('retryable', 'unknown'))::int as failed
     from connector c join attempt a on a.connector = c.id and a.started_at > now() - interval '1 hour' where ($1::text[] is null or c.entity = any($1)) group by 1, 2`, [entities]);
  const traffic = new Map<string, { calls: number[]; failed: number }>();
  for (const row of rows) {
    const entry = traffic.get(row.connector) ?? { calls: Array.from({ length: 12 }, () => 0), failed: 0 };
    entry.calls[row.part] = row.calls;
    entry.failed += row.failed;
    traffic.set(row.connector, entry);
  }
  return traffic;
}

export interface LaneRow { lane: string; wanted: number; sending: number; unknown: number; oldestAt: string | null }
export interface FeedRow { feed: string; cursor: unknown; updatedAt: string; lastSuccessAt: string | null }
export interface ConnectorAttempt { id: string; startedAt: string; endedAt: string | null; purpose: string; kind: string; naturalKey: string; number: string; subjectKind: string; outcome: string | null; code: string | null; message: string | null; httpStatus: number | null; request: unknown; response: unknown }
export interface SettingsVersionRow { version: number; settings: Record<string, unknown>; author: string; createdAt: string }
export interface ConnectorDetail extends ConnectorRowView {
  settings: Record<string, unknown>; concurrency: number; rules: unknown; rulesVersion: number; /** It wants to be called again then; null: now. */ waitsUntil: string | null; /** Calls of the breaker's present window, and how many failed. */ window: { calls: number; failed: number }; pausedBy: string | null; pausedKinds: string[]; hasSecrets: boolean;
  /** What waits to be sent, by kind. */
  waitingKinds: { kind: string; waiting: number }[];
  /** Rows of the cross-reference that it is called by. */
  mappings: number;
  lanes: LaneRow[]; feeds: FeedRow[]; attempts: ConnectorAttempt[]; versions: SettingsVersionRow[];
}

/** One connector with its queue, feeds, latest attempts (secrets were masked when they were written) and versions. Secrets are not read. */
export async function connectorDetail(query: Query, entities: Entities, id: string): Promise<ConnectorDetail | null> {
  const row = await one<BoardRow>(query, boardSql, [entities, id]);
  if (!row) return null;
  const [own, lanes, feeds, attempts, versions, waitingKinds] = await Promise.all([
    one<{ settings: Record<string, unknown>; concurrency: number; rules: unknown; rulesVersion: number; waitsUntil: string | null; window: { calls: number; failed: number }; pausedBy: string | null; pausedKinds: string[]; hasSecrets: boolean; mappings: number }>(query, `select (select count(*)::int from reference_row m where m.entity = c.entity and m.topic = 'map' and m.data->>'system' = c.id and m.data->>'canonical' is not null) as mappings, c.settings, c.concurrency, c.rules, c.rules_version as "rulesVersion", (select s.spent_until from connector_budget s where s.connector = c.id and s.spent_until > now()) as "waitsUntil", coalesce((select json_build_object('calls', b.calls, 'failed', b.failed) from breaker b where b.connector = c.id), '{"calls": 0, "failed": 0}') as window, coalesce(u.name, c.paused_by) as "pausedBy", c.paused_kinds as "pausedKinds", c.secrets is not null as "hasSecrets" from connector c left join app_user u on u.id = c.paused_by where c.id = $1`, [id]),
    query.rows<LaneRow>(`select lane, count(*) filter (where state = 'wanted')::int as wanted, count(*) filter (where state = 'sending')::int as sending, count(*) filter (where state = 'unknown')::int as unknown, min(due_since) as "oldestAt"
      from (select lane, state, due_since from command where connector = $1 and state = 'wanted' union all select lane, state, due_since from command where connector = $1 and state = 'sending' union all select lane, state, due_since from command where connector = $1 and state = 'unknown') w group by lane order by min(due_since)`, [id]),
    query.rows<FeedRow>(`select feed, cursor, updated_at as "updatedAt", last_success_at as "lastSuccessAt" from feed_cursor where connector = $1 order by feed`, [id]),
    query.rows<ConnectorAttempt>(`select a.id::text, a.started_at as "startedAt", a.ended_at as "endedAt", a.purpose, c.kind, c.natural_key as "naturalKey", coalesce(s.number, s.key, c.slot) as number, coalesce(s.kind, '') as "subjectKind", a.outcome, a.code, a.message, a.http_status as "httpStatus", a.request, a.response
      from (select * from attempt where connector = $1 order by started_at desc limit 15) a join command c on c.id = a.command_id left join subject s on s.id = c.subject_id order by a.started_at desc`, [id]),
    query.rows<SettingsVersionRow>(`select v.version, v.settings, coalesce(u.name, v.author) as author, v.created_at as "createdAt" from connector_settings_version v left join app_user u on u.id = v.author where v.connector = $1 order by v.version desc limit 20`, [id]),
    query.rows<{ kind: string; waiting: number }>("select kind, count(*)::int as waiting from command where connector = $1 and state = 'wanted' group by kind order by 2 desc", [id]),
  ]);
  if (!own) return null;
  return { ...viewOf(row), ...own, lanes, feeds, attempts, versions, waitingKinds };
}
