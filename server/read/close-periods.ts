import type { FiscalPeriods } from "@/server/domain/contracts/masters";
import type { Day, Instant } from "@/server/domain/instant";
import { periodHistory, periodsKey, type DatedPeriod } from "@/server/domain/period";
import { subjectId } from "@/server/domain/subject";
import type { Entities } from "./exceptions";
import type { Query } from "./query";
import { entityList } from "./shell";

export interface EntityPeriods { entity: string; name: string; zone: string; /** Empty: no ledger has told its calendar. */ periods: DatedPeriod[] }

/** The calendars of the entities as their ledgers tell them, with when each period came to its state and when that was known here. */
export async function entityPeriods(query: Query, entities: Entities): Promise<EntityPeriods[]> {
  const known = await entityList(query, entities);
  const rows = await query.rows<{ entity: string; data: FiscalPeriods; at: Instant; recordedAt: Instant }>(
    `select split_part(subject_id, ':', 1) as entity, data, occurred_at as at, recorded_at as "recordedAt" from fact where subject_id = any($1) and type = 'periods.described' order by version, recorded_at`,
    [known.map(({ code }) => subjectId({ entity: code, kind: "master_record", key: `${periodsKey(code).topic}/${code}` }))]);
  return known.map(({ code, name, zone }) => ({ entity: code, name, zone, periods: periodHistory(rows.filter(({ entity }) => entity === code)) }));
}

export interface SignOffHead { id: string; entity: string; period: string; state: "proposed" | "signed"; preparedBy: string; preparedAt: Instant; confirmedBy: string | null; confirmedAt: Instant | null }
/** Who signed which period, of those that stand. */
export const liveSignOffs = (query: Query, entities: Entities): Promise<SignOffHead[]> =>
  query.rows(`select s.id, s.entity, s.period, s.state, coalesce(p.name, s.prepared_by) as "preparedBy", s.prepared_at as "preparedAt", coalesce(c.name, s.confirmed_by) as "confirmedBy", s.confirmed_at as "confirmedAt"
    from close_sign_off s left join app_user p on p.id = s.prepared_by left join app_user c on c.id = s.confirmed_by where s.state <> 'withdrawn' and ($1::text[] is null or s.entity = any($1))`, [entities]);

/** The last day that a close of the period can look at: its own end, or today while it runs. */
export const lastDay = (period: { from: Day; to: Day }, today: Day): Day => (today < period.to ? (today < period.from ? period.from : today) : period.to);
