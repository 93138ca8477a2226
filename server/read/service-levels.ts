import { businessMs } from "@/server/domain/calendar";
import { defaultPolicy } from "@/server/domain/default-policy";
import type { LevelPart } from "@/server/domain/figures/levels";
import { addMs, epochMs, fromEpochMs, hours, minutes, type Instant } from "@/server/domain/instant";
import type { BusinessCalendar } from "@/server/domain/policy";
import { stageTable, type Stage } from "@/server/domain/stages";
import type { Entities } from "./exceptions";
import type { Query } from "./query";
import type { TowerScope } from "./tower";

/** What a service level can be about: a latency, the age of an order, or one stage of the order-to-cash process. */
const stageMeasures = (Object.keys(stageTable) as Stage[]).filter((stage) => stageTable[stage].no >= 20 && stageTable[stage].no < 150 && stage !== "scheduled");
export const measures: readonly string[] = ["posting_latency", "order_age", ...stageMeasures];

export interface ServiceLevelRow { id: string; entity: string; name: string; measure: string; channel: string | null; targetMinutes: number; clock: "wall" | "business"; warnAt: string; active: boolean; version: number; updatedBy: string; updatedAt: string }
/** Open things only: `counted` in all, of them past the target, of the rest past the warning. */
export interface ServiceLevelState { state: "met" | "warn" | "breached" | "off"; counted: number; breached: number; warned: number; oldestAt: Instant | null; breachBefore: Instant; warnBefore: Instant }
export type ServiceLevelView = ServiceLevelRow & ServiceLevelState;

const farBack = hours(400 * 24);

/**
 * The instant before which something began that has now run `count` minutes on this clock. In business time it is searched
 * for, to the second: business time to now only grows as its start goes back.
 */
export function startedBefore(now: Instant, count: number, calendar: BusinessCalendar | null): Instant {
  if (calendar === null) return addMs(now, -minutes(count));
  let low = epochMs(now) - farBack, high = epochMs(now);
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2);
    if (businessMs(calendar, fromEpochMs(middle), now) >= minutes(count)) low = middle; else high = middle;
  }
  return fromEpochMs(low);
}

/** One word for what is open now; a level that is switched off judges nothing. */
export const stateOf = (active: boolean, breached: number, warned: number): ServiceLevelState["state"] => (!active ? "off" : breached > 0 ? "breached" : warned > 0 ? "warn" : "met");

/** Whose slices the clock of a stage runs on; the order repeats those of its billing units. */
const kindOf = (measure: string): string => (["notify", "deliver"].includes(measure) ? "shipment" : ["bill_wait", "bill_control", "post", "send", "collect"].includes(measure) ? "billing_unit" : "order");

const managed = "not s.complete and not ('managed_elsewhere' = any(s.facets)) and s.entity = $1 and ($2::text is null or s.channel = $2) and s.kind = $6";
/** When the clock of each open thing began ($5 the stage); each reads a partial index over what is open. */
const begun = {
  posting_latency: `select s.id, b.occurred_at as since from (select distinct sl.subject_id from slice sl where sl.valid_to is null and sl.entity = $1 and sl.stage in ('bill_control', 'post') and $5::text is null) w
    cross join lateral (select * from subject where id = w.subject_id limit 1) s cross join lateral (select occurred_at from milestone where subject_id = w.subject_id and name = 'billing_due' order by occurred_at limit 1) b where ${managed}`,
  order_age: `select s.id, s.placed_at as since from subject s where s.placed_at is not null and s.stage is distinct from 'scheduled' and $5::text is null and ${managed}`,
  stage: `select s.id, min(sl.since) as since from slice sl cross join lateral (select * from subject where id = sl.subject_id limit 1) s where sl.valid_to is null and sl.entity = $1 and sl.stage = $5 and ${managed} group by s.id`,
};

/** Conditions over `since` ($3 breached before, $4 near before) that make up each part. */
const partSql: Readonly<Record<LevelPart, string>> = { counted: "true", breached: "since < $3", warned: "since >= $3 and since < $4" };

/** What a level looks at as a query, with its parameters, and the moments that part it. */
function lookOf(level: ServiceLevelRow, calendar: BusinessCalendar, now: Instant) {
  const clock = level.clock === "business" ? calendar : null;
  const breachBefore = startedBefore(now, level.targetMinutes, clock), warnBefore = startedBefore(now, level.targetMinutes * Number(level.warnAt), clock);
  const stage = level.measure === "posting_latency" || level.measure === "order_age" ? null : level.measure;
  const sql = stage === null ? begun[level.measure as "posting_latency" | "order_age"] : begun.stage;
  return { sql, breachBefore, warnBefore, values: [level.entity, level.channel, breachBefore, warnBefore, stage, level.measure === "posting_latency" ? "billing_unit" : kindOf(level.measure)] };
}

async function stateNow(query: Query, level: ServiceLevelRow, calendar: BusinessCalendar, now: Instant): Promise<ServiceLevelState> {
  const { sql, breachBefore, warnBefore, values } = lookOf(level, calendar, now);
  const [row] = await query.rows<{ counted: number; breached: number; warned: number; oldestAt: Instant | null }>(
    `select count(*)::int as counted, count(*) filter (where ${partSql.breached})::int as breached, count(*) filter (where ${partSql.warned})::int as warned, min(since) as "oldestAt" from (${sql}) b`, values);
  const counts = row ?? { counted: 0, breached: 0, warned: 0, oldestAt: null };
  return { ...counts, state: stateOf(level.active, counts.breached, counts.warned), breachBefore, warnBefore };
}

const worst: readonly ServiceLevelState["state"][] = ["breached", "warn", "met", "off"];

/** Levels with the calendar of their entity: one on business time counts by it. */
async function levelRows(query: Query, entities: Entities): Promise<{ level: ServiceLevelRow; calendar: BusinessCalendar }[]> {
  const [levels, calendars] = await Promise.all([
    query.rows<ServiceLevelRow>(`select l.id, l.entity, l.name, l.measure, l.channel, l.target_minutes as "targetMinutes", l.clock, l.warn_at::text as "warnAt", l.active, l.version, coalesce(u.name, l.updated_by) as "updatedBy", l.updated_at as "updatedAt"
      from service_level l left join app_user u on u.id = l.updated_by where ($1::text[] is null or l.entity = any($1)) order by l.active desc, l.entity, l.measure, l.channel nulls first, l.target_minutes`, [entities]),
    query.rows<{ entity: string; calendar: BusinessCalendar | null }>("select distinct on (entity) entity, data->'calendar' as calendar from policy_version where valid_from <= now() and ($1::text[] is null or entity = any($1)) order by entity, version desc", [entities]),
  ]);
  return levels.map((level) => ({ level, calendar: calendars.find((row) => row.entity === level.entity)?.calendar ?? defaultPolicy.calendar }));
}

/** Every level with its state at this moment, broken ones first. */
export async function serviceLevels(query: Query, entities: Entities, now: Instant): Promise<ServiceLevelView[]> {
  const views = await Promise.all((await levelRows(query, entities)).map(async ({ level, calendar }) => ({ ...level, ...(await stateNow(query, level, calendar, now)) })));
  return views.sort((a, b) => worst.indexOf(a.state) - worst.indexOf(b.state));
}

/** The orders behind what a level counts: those that it looks at, or whose invoices and shipments. None where the level is not in these entities. */
export async function ordersOfLevel(query: Query, entities: Entities, { id, part, now }: { id: string; part: LevelPart; now: Instant }): Promise<string[]> {
  const found = (await levelRows(query, entities)).find(({ level }) => level.id === id);
  if (!found) return [];
  const { sql, values } = lookOf(found.level, found.calendar, now);
  const rows = await query.rows<{ id: string }>(
    `select distinct o.id from (${sql}) b join subject x on x.id = b.id left join subject_identifier i on i.subject_id = x.id and i.kind = 'order' and x.kind <> 'order'
       join subject o on o.kind = 'order' and o.entity = x.entity and o.key = coalesce(i.value, x.key) where ${partSql[part]} and $3::timestamptz is not null and $4::timestamptz is not null`, values);
  return rows.map((row) => row.id);
}

/** Channels that can be chosen: those of open orders and those that a level names. */
export const levelChannels = async (query: Query, entities: Entities): Promise<string[]> =>
  (await query.rows<{ channel: string }>("select distinct channel from (select channel from subject where kind = 'order' and not complete and ($1::text[] is null or entity = any($1)) union select channel from service_level where ($1::text[] is null or entity = any($1))) c where channel is not null order by 1", [entities])).map(({ channel }) => channel);

/** Wall-clock limits of stages in minutes: of an active service level, else the default target. Business and date targets have no line in a matrix of wall time. */
export async function stageTargets(query: Query, { entities, channel }: TowerScope): Promise<Partial<Record<Stage, number>>> {
  const levels = await query.rows<{ measure: string; minutes: number }>("select measure, min(target_minutes)::int as minutes from service_level where active and clock = 'wall' and ($1::text[] is null or entity = any($1)) and (channel is null or channel = $2) group by 1", [entities, channel]);
  const targets: Partial<Record<Stage, number>> = {};
  for (const [stage, { target }] of Object.entries(stageTable) as [Stage, (typeof stageTable)[Stage]][]) if (target?.clock === "wall") targets[stage] = target.minutes;
  for (const level of levels) if (level.measure in stageTable) targets[level.measure as Stage] = level.minutes;
  return targets;
}
