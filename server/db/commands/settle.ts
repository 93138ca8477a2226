import type { Settlement } from "@/server/pipeline/ports";
import { subjectOf } from "@/server/domain/facts";
import { subjectId } from "@/server/domain/subject";
import { json, rowsOf, statement, type Executor } from "../statement";

/**
 * One statement for a batch, committed as a whole. Every row is guarded by the state, the owner and the attempt that it
 * leaves: a late worker changes nothing. Subjects are marked for planning without waiting for their locks: where one is
 * being planned just now, or an event of the answer is to be folded first, a wake row does it. Answers' events are stored with the row that they came with.
 */
const settle = statement("command_settle", `
  with input as materialized (select * from json_to_recordset($1) as x(id bigint, owner text, attempts int, "from" text, "to" text, outcome text, code text, message text, "standingCode" text, "standingMessage" text,
    reference text, result jsonb, "dueAt" timestamptz, lookups int, uncounted int, "verifiedAt" timestamptz, "verifyDueAt" timestamptz, purpose text, "startedAt" timestamptz, "endedAt" timestamptz, "httpStatus" int, request jsonb, response jsonb)),
  held as (
    update command c set state = coalesce(x."to", c.state), lease_owner = null, lease_until = null, due_at = coalesce(x."dueAt", c.due_at), lookups = x.lookups, attempts_base = c.attempts_base + x.uncounted,
      reference = coalesce(x.reference, c.reference), result = coalesce(x.result, c.result), rejection_code = x."standingCode", rejection_message = x."standingMessage",
      confirmed_at = case when x."to" = 'confirmed' then x."endedAt" else c.confirmed_at end, verified_at = coalesce(x."verifiedAt", c.verified_at), verify_due_at = x."verifyDueAt", updated_at = now()
    from input x where c.id = x.id and c.state = x."from" and c.lease_owner = x.owner and c.attempts = x.attempts
    returning c.id, c.subject_id, c.entity, c.connector, c.attempts),
  logged as (
    insert into attempt (command_id, number, purpose, connector, started_at, ended_at, outcome, code, message, http_status, request, response)
    select h.id, h.attempts, x.purpose, h.connector, x."startedAt", x."endedAt", x.outcome, x.code, x.message, x."httpStatus", x.request, x.response from held h join input x on x.id = h.id),
  said as (
    insert into canonical_event (id, type, source, entity, subject_id, correlation_id, occurred_at, data)
    select e.id, e.type, e.source, e.entity, e.subject, e."correlationId", e."occurredAt", e.data
    from json_to_recordset($2) as e(command bigint, id text, type text, source text, entity text, subject text, "correlationId" text, "occurredAt" timestamptz, data jsonb)
    where e.command in (select id from held) order by e.id on conflict (id) do nothing),
  touched as (select distinct subject_id, entity from held),
  answered as (select distinct e.subject from json_to_recordset($2) as e(subject text)),
  free as (select s.id from subject s where s.id in (select subject_id from touched) and s.id not in (select subject from answered) order by s.id for update skip locked),
  raised as (update subject s set fact_version = s.fact_version + 1, updated_at = now() from free where s.id = free.id),
  woken as (insert into outbox (publisher, topic, key, to_subject, entity, version, data)
    select 'tower', '~wake', 'command', subject_id, entity, 0, 'null'::jsonb from touched where subject_id not in (select id from free))
  select id::text from held`);

const leaves = { send: "sending", lookup: "unknown", verify: "confirmed" } as const;

const rowOf = (settlement: Settlement): Record<string, unknown> => ({
  id: settlement.command.id, owner: settlement.command.owner, attempts: settlement.command.attempt, from: leaves[settlement.purpose], to: settlement.to, outcome: settlement.outcome,
  code: settlement.failure?.code ?? null, message: settlement.failure?.message ?? null, standingCode: settlement.standing?.code ?? null, standingMessage: settlement.standing?.message ?? null,
  reference: settlement.reference, result: settlement.result, dueAt: settlement.dueAt, lookups: settlement.lookups, uncounted: settlement.uncounted ? 1 : 0, verifiedAt: settlement.verifiedAt,
  verifyDueAt: settlement.verifyDueAt, purpose: settlement.purpose, startedAt: settlement.startedAt, endedAt: settlement.endedAt, httpStatus: settlement.httpStatus,
  request: settlement.request ?? null, response: settlement.response ?? null,
});

/** Events without a subject of their own are about the command's. */
const eventsOf = ({ command, events }: Settlement): Record<string, unknown>[] => events.map((event) => {
  const subject = subjectOf(event);
  return { command: command.id, id: event.id, type: event.type, source: event.source, entity: event.entity, subject: subject.ok ? subjectId(subject.value) : command.subjectId, correlationId: event.correlationId, occurredAt: event.occurredAt, data: event.data };
});

/** Answers the ids of the rows that were as they were left. */
export async function settleCommands(executor: Executor, settlements: readonly Settlement[]): Promise<Set<string>> {
  const held = await rowsOf<{ id: string }>(executor, settle, [json(settlements.map(rowOf)), json(settlements.flatMap(eventsOf))]);
  return new Set(held.map(({ id }) => id));
}
