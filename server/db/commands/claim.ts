import type pg from "pg";
import type { ClaimedCommand, CommandStore, ReadClaim } from "@/server/pipeline/ports";
import { probeLeaseMs } from "@/server/domain/breaker";
import { keptCalls, type Budget } from "@/server/domain/resilience";
import { postingKinds, postingLanes } from "@/server/domain/posting-brake";
import type { Policies } from "../policies";
import { rowsOf, statement, type Executor, type Statement } from "../statement";
import { underBrake, type ClaimedRow } from "./posting-brake";

const claimed = `c.id::text, c.connector, c.lane, c.subject_id as "subjectId", c.correlation_id as "correlationId", c.natural_key as "naturalKey", c.kind, c.entity, c.sequence, c.attempts as attempt, c.payload,
  c.lease_owner as owner, c.lease_until as "leaseUntil", c.attempts - c.attempts_base as tries, c.lookups, c.first_sent_at as "firstSentAt", c.last_sent_at as "lastSentAt", c.confirmed_at as "confirmedAt", c.reference, c.repeat_until is not null as "inDoubt", c.deaths`;

/** It was under way, where no plan could touch it, and its subject was not planned since, or cannot be: what came in the meantime may have made it wrong. */
const isUnplanned = `(c.state = 'wanted' and c.first_sent_at is not null and (exists (select 1 from wake w where w.subject_id = c.subject_id and w.due_at <= now()) or exists (select 1 from subject s where s.id = c.subject_id and s.plan_failures > 0)))`;
/** Kinds of command as a list in SQL: they are ours, never anybody's input. */
const postings = `(${postingKinds.map((kind) => `'${kind}'`).join(", ")})`;
/** 1 for a new posting, 0 for all else: what is in doubt was sent before, and ends known whatever is stopped meanwhile. A key of `command_due_idx`, word for word, so that whoever passes over the one kind reads none of it. */
const newPosting = `(case when c.state = 'wanted' and c.kind in ${postings} then 1 else 0 end)`;
/** May go out: wanted, or in doubt and repeatable while its key lives. The first line is the predicate of `command_due_idx`, word for word. */
const isSendable = `(c.state = 'wanted' or (c.state = 'unknown' and c.repeat_until is not null))
      and (c.state = 'wanted' or c.repeat_until > now()) and (c.lease_until is null or c.lease_until < now()) and c.due_at <= now() and not ${isUnplanned}`;
/** Whether a command may go out that no stop of postings keeps. */
export const mayGoAlways = `${newPosting} = 0 and ${isSendable}`;
/** Whether a new posting may go out where those of its entity are not stopped; one that is too large, as it is, waits alone (P21). */
export const mayGoUnlessStopped = `${newPosting} = 1 and ${isSendable} and not exists (select 1 from posting_hold h where h.command_id = c.id and h.digest = c.digest and h.released_at is null)`;
/** In doubt, and only a look can tell. */
export const isSearchable = `c.state = 'unknown' and (c.repeat_until is null or c.repeat_until <= now()) and c.due_at <= now() and (c.lease_until is null or c.lease_until < now())`;

/** Accepted, and not read back yet. */
const isUnverified = "c.state = 'confirmed' and c.verified_at is null and c.verify_due_at <= now() and (c.lease_until is null or c.lease_until < now())";

/** Held to the commit, and read as it is when the lock is had; by nobody who finds nothing to do. */
const lockBudget = (where: string): string => `select spent_until from connector_budget where connector = $1 ${where} for update`;
const spentFrom = (kept: string): string => `greatest((select spent_until from budget), now() - make_interval(secs => ${kept}::float8))`;
/** As `callsNow` and `spentAfter` of the domain. */
const callsNow = (gap: string, kept: string, leaves: string): string => `greatest(0, floor((extract(epoch from now() - ${spentFrom(kept)})::float8 - ${leaves}::float8) / ${gap}::float8 + 1e-6))::int`;
const spend = (calls: string, gap: string, kept: string): string => `update connector_budget u set spent_until = ${spentFrom(kept)} + make_interval(secs => ${calls} * ${gap}::float8) where u.connector = $1 and ${calls} > 0`;
const readCalls = callsNow("$5", "$6", "$7"), readSpend = spend("(select count(*) from chosen)", "$5", "$6");

/** One with which a worker died, being sent now: the others of these wait, and stand in nobody's way. */
const suspectUnderWay = "select 1 from command o where o.connector = $1 and o.state = 'sending' and o.deaths > 0";

/** One row at least, without a command where none was taken. */
type Taken = { overtaken: boolean } & (ClaimedRow | { id: null });

const ofLane = "c.connector = $1 and c.lane = $2";
/** Those of a lane that come first, of one kind; where these are stopped none of their rows is read. */
const candidates = (which: string): string => `
    select c.id, c.serial_key, c.due_at, c.deaths from command c
    where ${ofLane} and ${which} and not c.kind = any (select unnest(paused_kinds) from gate)
      and (c.serial_key is null or not exists (select 1 from command o where o.connector = c.connector and o.serial_key = c.serial_key and o.state = 'sending'))
      and (c.deaths = 0 or not exists (${suspectUnderWay}))
    order by c.due_at limit (select places from room) for update skip locked`;
const unlessStopped = `not (select stopped from gate) and ${mayGoUnlessStopped}`;
const some = (which: string): string => `exists (select 1 from command c where ${ofLane} and ${which})`;

/**
 * The durable mark before any byte leaves. One statement: the connector is active and the kind not paused; its breaker is
 * closed, or open with a probe due (then one command, which does not count towards its bound); live leases and the calls
 * of the minute leave room in the lane; of each serial key at most one, and of those with which a worker died; no new posting while those of the
 * entity are stopped, and none that is not judged before the commit. Who claims for a connector has its budget until the
 * commit; whoever waited for that does not see what was taken meanwhile (`overtaken`), takes nothing and looks again.
 * $1 connector, $2 lane, $3 limit, $4 worker, $5 lease ms, $6 calls at once, $7 probe ms, $8 to $10 the budget.
 */
const claiming = (name: string, isJudged: boolean) => statement(name, `
  with gate as materialized (
    select p.stopped_at is not null as stopped, k.paused_kinds, coalesce(b.state, 'closed') <> 'closed' as tripped, u.spent_until as seen
    from connector k join connector_budget u on u.connector = k.id left join breaker b on b.connector = k.id left join posting_brake p on p.entity = k.entity where k.id = $1 and k.state = 'active'),
  budget as materialized (${lockBudget(`and exists (select 1 from gate) and ${isJudged ? `(${some(mayGoAlways)} or ${some(unlessStopped)})` : some(mayGoAlways)}`)}),
  free as materialized (
    select b.spent_until <> g.seen as overtaken, g.tripped, case when b.spent_until = g.seen then ${callsNow("$8", "$9", "$10")} else 0 end as calls,
      $6::int - (select count(*) from command s where s.connector = $1 and s.state = 'sending' and s.lease_until > now())::int as places from gate g, budget b),
  probe as (
    update breaker set state = 'half_open', probe_at = now() + $7 * interval '1 millisecond'
    where connector = $1 and state <> 'closed' and probe_at <= now() and exists (select 1 from free where calls > 0) returning 1),
  room as materialized (select coalesce((select case when tripped then (select count(*) from probe) else greatest(0, least($3::int, places, calls)) end from free), 0) as places),
  always as materialized (${candidates(mayGoAlways)}),${isJudged ? `
  posting as materialized (${candidates(unlessStopped)}),
  candidate as (select * from (select * from always union all select * from posting) e order by due_at limit (select places from room)),` : `
  candidate as (select * from always),`}
  first as (
    select id, due_at, deaths from candidate where serial_key is null
    union all select id, due_at, deaths from (select distinct on (serial_key) id, due_at, deaths from candidate where serial_key is not null order by serial_key, due_at) s),
  chosen as (
    select id from first where deaths = 0
    union all (select id from first where deaths > 0 order by due_at limit 1)),
  spent as (${spend("(select count(*) from chosen)", "$8", "$9")}),
  taken as (update command c set state = 'sending', lease_owner = $4, lease_until = now() + $5 * interval '1 millisecond', attempts = c.attempts + 1,
    attempts_base = c.attempts_base + (select tripped::int from gate), first_sent_at = coalesce(c.first_sent_at, now()), last_sent_at = now(), lookups = 0,
    repeat_until = case when c.state = 'unknown' then c.repeat_until end, updated_at = now()
  from chosen where c.id = chosen.id returning ${claimed}, (select tripped from gate) as "isProbe", c.amount::text, c.currency, exists (select 1 from posting_hold h where h.command_id = c.id and h.digest = c.digest) as "isReleased")
  select f.overtaken, t.* from free f left join taken t on true`);
const claimJudged = claiming("command_claim_judged", true), claimPlain = claiming("command_claim", false);

/** Sends whose worker is gone become unknown, with an attempt that says so; their subjects are planned again by the look-up's answer. Under a living key, too: whether it is repeated is judged by its deaths. */
const expire = statement("command_expire", `
  with chosen as (select id from command where state = 'sending' and lease_until < now() and ($1::text is null or connector = $1) order by id limit 500 for update skip locked),
  expired as (update command c set state = 'unknown', deaths = c.deaths + 1, due_at = now(), repeat_until = null, lease_owner = null, lease_until = null, lookups = 0, updated_at = now() from chosen where c.id = chosen.id
    returning c.id, c.attempts, c.connector, c.last_sent_at)
  insert into attempt (command_id, number, purpose, connector, started_at, ended_at, outcome, code, message)
  select id, attempts, 'send', connector, coalesce(last_sent_at, now()), now(), 'unknown', 'TEC-04', 'The worker that sent it has not been heard of again' from expired returning command_id`);

/** For a look-up or a read-back, which change nothing: the lease only keeps two workers from reading the same. $5 to $7 the budget: reads take of the same calls. */
const claimToRead = (name: string, which: string, dueAt: string) => statement(name, `
  with budget as materialized (${lockBudget(`and exists (select 1 from command c where c.connector = $1 and ${which})`)}),
  chosen as materialized (select c.id from command c join connector k on k.id = c.connector and k.state = 'active' left join breaker b on b.connector = c.connector
    where c.connector = $1 and ${which} and (coalesce(b.state, 'closed') = 'closed' or b.probe_at <= now())
    order by ${dueAt} limit coalesce((select least($2::int, ${readCalls}) from budget), 0) for update of c skip locked),
  spent as (${readSpend})
  update command c set deaths = c.deaths + (c.lease_owner is not null)::int, lease_owner = $3, lease_until = now() + $4 * interval '1 millisecond' from chosen where c.id = chosen.id returning ${claimed}`);
const claimUnknown = claimToRead("command_claim_unknown", isSearchable, "c.due_at");
const claimUnverified = claimToRead("command_claim_unverified", isUnverified, "c.verify_due_at");

const uniqueViolation = "23505";
/** Who is overtaken this often leaves the work to those who overtake. */
const looksAllowed = 5;

/** Seconds between two calls, of the calls that are kept, and of those that the lane leaves to others. */
function secondsOf({ perMinute, leaves }: Budget): [number, number, number] {
  const gap = 60 / perMinute;
  return [gap, keptCalls(perMinute) * gap, leaves * gap];
}

export async function claimCommands(pool: pg.Pool, policies: Policies, request: Parameters<CommandStore["claim"]>[0]): Promise<ClaimedCommand[]> {
  const { connector, lane, limit, worker, leaseMs, budget } = request;
  if (limit <= 0) return [];
  let isOvertaken = false;
  const take = async (executor: Executor, which: Statement): Promise<ClaimedRow[]> => {
    const rows = await rowsOf<Taken>(executor, which, [connector, lane, limit, worker, leaseMs, budget.atOnce, probeLeaseMs(leaseMs), ...secondsOf(budget)]);
    isOvertaken = rows.some(({ overtaken }) => overtaken);
    return rows.flatMap((row) => { const { overtaken: _overtaken, ...taken } = row; return taken.id === null ? [] : [taken]; });
  };
  try {
    for (let looks = 1; ; looks += 1) {
      const rows = postingLanes.has(lane) ? await underBrake(pool, policies, (client) => take(client, claimJudged)) : await take(pool, claimPlain);
      if (isOvertaken && looks < looksAllowed) continue;
      return rows.map(({ amount: _amount, currency: _currency, isReleased: _isReleased, ...command }) => command);
    }
  } catch (error) {
    // Another worker began with the same serial key in this moment; the rows are as they were.
    if ((error as { code?: string }).code === uniqueViolation) return [];
    throw error;
  }
}

/** Answers how many sends were given up for unknown. */
export const expireLeases = async (executor: Executor, connector: string | null): Promise<number> => (await rowsOf(executor, expire, [connector])).length;

export async function claimForLookup(executor: Executor, { worker, connector, limit, leaseMs, budget }: ReadClaim): Promise<ClaimedCommand[]> {
  await expireLeases(executor, connector);
  return rowsOf<ClaimedCommand>(executor, claimUnknown, [connector, limit, worker, leaseMs, ...secondsOf(budget)]);
}
export const claimForVerify = (executor: Executor, { worker, connector, limit, leaseMs, budget }: ReadClaim): Promise<ClaimedCommand[]> =>
  rowsOf<ClaimedCommand>(executor, claimUnverified, [connector, limit, worker, leaseMs, ...secondsOf(budget)]);
