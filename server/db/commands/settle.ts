import type pg from "pg";
import { subjectOf } from "@/server/domain/facts";
import { subjectId } from "@/server/domain/subject";
import { keepableJson } from "@/server/domain/text";
import type { Settlement } from "@/server/pipeline/ports";
import { writeExceptions } from "../exceptions";
import { recordEvents, type TellingEvent } from "../facts/record-events";
import type { Policies } from "../policies";
import { isTransient, json, rowsOf, statement, transaction, type Executor } from "../statement";
import { soon } from "../wakes";

/**
 * One statement for a batch. Every row is guarded by the state, the owner and the attempt that it leaves: a late worker
 * changes nothing. Subjects are woken by rows that are only added, so that nothing waits for a subject's lock.
 */
const settle = statement("command_settle", `
  with held as (
    update command c set state = coalesce(x."to", c.state), lease_owner = null, lease_until = null, due_at = coalesce(x."dueAt", c.due_at), repeat_until = x."repeatUntil", lookups = x.lookups, attempts_base = c.attempts_base + x.uncounted, deaths = x.deaths,
      reference = coalesce(x.reference, c.reference), result = coalesce(x.result, c.result), rejection_code = x."standingCode", rejection_message = x."standingMessage",
      confirmed_at = case when x."to" = 'confirmed' then x."endedAt" else c.confirmed_at end, verified_at = coalesce(x."verifiedAt", c.verified_at), verify_due_at = x."verifyDueAt", updated_at = now()
    from json_to_recordset($1) as x(id bigint, owner text, attempts int, "from" text, "to" text, outcome text, code text, message text, "standingCode" text, "standingMessage" text,
      reference text, result json, "dueAt" timestamptz, "repeatUntil" timestamptz, lookups int, uncounted int, deaths int, "verifiedAt" timestamptz, "verifyDueAt" timestamptz, purpose text, quiet boolean, "wakesByEvent" boolean, "startedAt" timestamptz, "endedAt" timestamptz, "httpStatus" int, request json, response json)
    where c.id = x.id and c.state = x."from" and c.lease_owner = x.owner and c.attempts = x.attempts
    returning c.id, c.subject_id, c.connector, c.attempts, x.quiet, x."wakesByEvent", x.purpose, x."startedAt", x."endedAt", x.outcome, x.code, x.message, x."httpStatus", x.request, x.response),
  logged as (
    insert into attempt (command_id, number, purpose, connector, started_at, ended_at, outcome, code, message, http_status, request, response)
    select id, attempts, purpose, connector, "startedAt", "endedAt", outcome, code, message, "httpStatus", request, response from held),
  woken as (insert into wake (subject_id, due_at, patient) select subject_id, now() + case when bool_and(quiet) then ${soon} else interval '0' end, bool_and(quiet) from held where not "wakesByEvent" group by subject_id)
  select id::text from held`);

/** Sent and accepted: what asks for more comes as an event or with the read-back, mostly within moments, and is planned together with this. */
const isQuiet = ({ purpose, to }: Settlement): boolean => purpose === "send" && to === "confirmed";

/** The answer itself tells the command's subject something: that wakes it, once. */
const wakesByEvent = (settlement: Settlement): boolean => isQuiet(settlement) && eventsOf(settlement).some(({ subject }) => subject === settlement.command.subjectId);

const leaves = { send: "sending", lookup: "unknown", verify: "confirmed" } as const;

const rowOf = (settlement: Settlement): Record<string, unknown> => ({
  id: settlement.command.id, owner: settlement.command.owner, attempts: settlement.command.attempt, from: leaves[settlement.purpose], to: settlement.to, outcome: settlement.outcome,
  code: settlement.failure?.code ?? null, message: settlement.failure?.message ?? null, standingCode: settlement.standing?.code ?? null, standingMessage: settlement.standing?.message ?? null,
  reference: settlement.reference, result: settlement.result, dueAt: settlement.dueAt, repeatUntil: settlement.repeatUntil, lookups: settlement.lookups, quiet: isQuiet(settlement), wakesByEvent: wakesByEvent(settlement), uncounted: settlement.uncounted ? 1 : 0, deaths: settlement.deaths, verifiedAt: settlement.verifiedAt,
  verifyDueAt: settlement.verifyDueAt, purpose: settlement.purpose, startedAt: settlement.startedAt, endedAt: settlement.endedAt, httpStatus: settlement.httpStatus,
  request: settlement.request ?? null, response: settlement.response ?? null,
});

/** Events without a subject of their own are about the command's. */
const eventsOf = ({ command, events, endedAt }: Settlement): TellingEvent[] => events.map((event) => {
  const subject = subjectOf(event);
  return { event, subject: subject.ok ? subjectId(subject.value) : command.subjectId, messageId: null, recordedAt: endedAt };
});

/**
 * Commits what became of calls, with the events of their answers. Answers the ids of the rows that were as they were left.
 * Where a batch cannot be written, each is tried alone, so that one answer leaves no other command in doubt.
 */
export async function settleCommands(pool: pg.Pool, policies: Policies, answered: readonly Settlement[]): Promise<Set<string>> {
  // An answer counts whatever characters are in it: unsettled, its command would be in doubt for ever.
  const settlements = answered.map((one) => ({ ...one, ...keepableJson({ request: one.request ?? null, response: one.response ?? null, reference: one.reference, result: one.result, failure: one.failure, standing: one.standing, events: one.events }) }));
  try {
    return await settleTogether(pool, policies, settlements);
  } catch (error) {
    if (isTransient(error) || settlements.length <= 1) throw error;
    const held = new Set<string>();
    let written = 0;
    for (const one of settlements)
      await settleTogether(pool, policies, [one]).then((ids) => { written += 1; for (const id of ids) held.add(id); }, () => undefined); // its lease sees to it
    if (written === 0) throw error;
    return held;
  }
}

async function settleTogether(pool: pg.Pool, policies: Policies, settlements: readonly Settlement[]): Promise<Set<string>> {
  const write = async (executor: Executor): Promise<Set<string>> => new Set((await rowsOf<{ id: string }>(executor, settle, [json(settlements.map(rowOf))])).map(({ id }) => id));
  if (settlements.every(({ events }) => events.length === 0)) return write(pool);
  return transaction(pool, async (client) => {
    const held = await write(client);
    const answered = settlements.filter(({ command }) => held.has(command.id));
    const { exceptions } = await recordEvents(client, policies, answered.flatMap(eventsOf), new Set(answered.filter(wakesByEvent).map(({ command }) => command.subjectId)));
    await writeExceptions(client, exceptions, []);
    return held;
  });
}
