import type pg from "pg";
import { judgeItem, judgeStep, type ItemEvidence, type StepCount } from "@/server/domain/bulk";
import { audit } from "../desk/transaction";
import { changedBy, json, rowsOf, statement } from "../statement";

/** What a plan is woken for within this time belongs to what was done; a review that lies further ahead does not. */
const soonPlanned = "interval '1 second'";

/** What is known of each document that was acted on: its message, its plan, and the commands that moved since. */
const evidence = statement("bulk_evidence", `
  with sent as (
    select i.position, i.acted_at, i.natural_keys, i.exceptions, m.state as message, coalesce(m.error_message, m.error_code) as error,
      case when i.message_id is null then array[i.subject_id] else array(select distinct e.subject_id from canonical_event e where e.message_id in (i.message_id, i.copy_id)) || i.subject_id end as subjects
    from bulk_action_item i left join inbound_message m on m.id = coalesce(i.copy_id, i.message_id) where i.action_id = $1 and i.state = 'sent')
  select s.position, (extract(epoch from now() - s.acted_at) * 1000)::float8 as "ageMs",
    coalesce(s.message = 'received', false) or exists (select 1 from wake w where w.subject_id = any(s.subjects) and w.due_at <= now() + ${soonPlanned}) as "isWorkedOn",
    case when s.message = 'failed' then coalesce(s.error, 'refused') end as unread,
    (select min(e.message) from exception_item e where e.id = any(s.exceptions) and e.state = 'open' and $2 <> 'duplicate') as standing, c.*
  from sent s cross join lateral (
    select (count(*) filter (where c.state in ('wanted', 'sending', 'unknown')))::int as "underWay", (count(*) filter (where c.state = 'confirmed' and c.verified_at is null and c.verify_due_at is not null))::int as unverified,
      (count(*) filter (where c.state = 'confirmed' and c.verified_at is null and c.verify_due_at is null))::int as unreadable, (count(*) filter (where c.state = 'confirmed' and c.verified_at is not null))::int as verified,
      min(coalesce(c.rejection_message, c.rejection_code, 'no reason given')) filter (where c.state = 'rejected') as refused,
      min(a.message) filter (where c.state = 'confirmed' and c.verified_at is null and a.outcome = 'differs') as differs
    from command c left join lateral (select t.outcome, t.message from attempt t where t.command_id = c.id and t.purpose = 'verify' and t.started_at >= s.acted_at order by t.id desc limit 1) a on true
    where c.subject_id = any(s.subjects) and c.state <> 'withdrawn' and (c.natural_key = any(s.natural_keys) or c.updated_at >= s.acted_at)) c`);
/** Adds to the figures of the step what `these` has settled; its caller has the action to itself. */
const counting = (these: string): string => `
  with these as (${these} returning i.step, i.state),
  sum as (update bulk_action a set step_settled = step_settled + n.settled, step_failed = step_failed + n.failed
    from (select (count(*) filter (where t.step = b.step))::int as settled, (count(*) filter (where t.step = b.step and t.state = 'failed'))::int as failed from these t join bulk_action b on b.id = $1) n where a.id = $1 and n.settled > 0)
  select step from these`;
const settled = statement("bulk_settled", counting(`
  update bulk_action_item i set state = x."to", why = x.why, settled_at = now() from json_to_recordset($2) as x(position int, "to" text, why text) where i.action_id = $1 and i.position = x.position and i.state = 'sent'`));
/** Those that were settled beside others, where the action's own row could not be written. */
const countLate = statement("bulk_count_late", counting("update bulk_action_item i set counted = true where i.action_id = $1 and not i.counted"));
/** Reads what is under way and none of what waits or is over, however many these are. */
const counts = statement("bulk_counts", `
  select a.step, coalesce(a.steps[a.step + 1], 0) as size, a.forgiven, cardinality(a.steps) as "steps", a.step_settled as settled, a.step_failed as failed,
    (exists (select 1 from bulk_action_item i where i.action_id = a.id and i.state = 'waiting'))::int as later, (select count(*) from bulk_action_item i where i.action_id = a.id and i.state = 'sent')::int as sent
  from bulk_action a where a.id = $1 and cardinality(a.steps) > 0`);
const nextStep = statement("bulk_step", "update bulk_action set step = step + 1, forgiven = 0, step_settled = 0, step_failed = 0 where id = $1 and state = 'running'");
const end = statement("bulk_done", "update bulk_action set state = 'done', ended_at = now() where id = $1 and state = 'running'");
const stop = statement("bulk_stop", "update bulk_action set state = 'stopped', stopped_why = $2, stopped_at = now() where id = $1 and state = 'running'");

/** Judges what was sent by what was read back. Answers how much is known of now. Also of an act that was stopped or aborted: what was sent ends known. */
export async function settleSent(client: pg.PoolClient, id: string, verb: string): Promise<number> {
  const rows = await rowsOf<{ position: number } & Omit<ItemEvidence, "commands"> & ItemEvidence["commands"]>(client, evidence, [id, verb]);
  const verdicts = rows.flatMap(({ position, ageMs, isWorkedOn, unread, standing, ...commands }) => {
    const verdict = judgeItem({ ageMs, isWorkedOn, unread, standing, commands });
    return verdict ? [{ position, ...verdict }] : [];
  });
  await rowsOf(client, countLate, [id]);
  return verdicts.length === 0 ? 0 : (await rowsOf(client, settled, [id, json(verdicts)])).length;
}

/** Goes to the next step when all of one is settled, stops when too many of it failed, ends with the last. Answers how many are under way where it goes on. */
export async function attendSteps(client: pg.PoolClient, id: string): Promise<{ goesOn: boolean; sent: number; changed: boolean }> {
  const [row] = await rowsOf<StepCount & { steps: number; sent: number }>(client, counts, [id]);
  if (!row) return { goesOn: false, sent: 0, changed: (await changedBy(client, end, [id])) > 0 };
  const verdict = judgeStep(row);
  if (verdict === "wait") return { goesOn: true, sent: row.sent, changed: false };
  if (verdict === "stop") {
    const why = `${row.failed} of ${row.settled} failed in step ${row.step + 1} of ${row.steps}`;
    await changedBy(client, stop, [id, why]);
    await audit(client, { actor: "tower", action: "bulk.stop", aboutKind: "bulk_action", aboutId: id, reason: why, detail: { step: row.step, failed: row.failed, settled: row.settled } });
    return { goesOn: false, sent: row.sent, changed: true };
  }
  const isLast = row.step + 1 >= row.steps;
  await changedBy(client, isLast ? end : nextStep, [id]);
  return { goesOn: !isLast, sent: row.sent, changed: true };
}
