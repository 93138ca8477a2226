import type { Entities } from "./exceptions";
import { one, pageOf, placeOf, type Page, type Query } from "./query";

export interface HoldRowView {
  id: string; rule: string; slot: string; entity: string; subjectId: string; subjectKind: string; number: string; customerName: string | null; amount: string; currency: string | null; message: string; owner: string;
  openedAt: string; dueAt: string | null; overdue: boolean; digest: string; state: string; period: string | null; approvals: { author: string; at: string }[]; preparedBy: string | null; preparedByName: string | null; preparedIn: string[]; personsNeeded: number; alsoException: boolean;
}
/** `stopped`: an exception stops these documents besides. */
export interface HoldReason { rule: string; count: number; amount: string; currency: string | null; stopped: boolean }

const stops = "exists (select 1 from exception_item e where e.subject_id = h.subject_id and e.state = 'open' and cardinality(e.stops) > 0 and not e.keeps_nothing)";

/** Whether what was decided stands: of the same content and of an amount that has not moved since, as `verdictOn` has it. Over `hold h`, `hold_decision d`. */
export const decisionStands = "(d.digest = h.digest and (h.rule = 'MANUAL' or d.amount is null or abs(h.amount - d.amount) <= greatest(5, 0.01 * greatest(abs(h.amount), abs(d.amount)))))";

const columns = `h.id::text, h.rule, h.slot, h.entity, h.subject_id as "subjectId", s.kind as "subjectKind", coalesce(s.number, s.key) as number, s.customer_name as "customerName", h.amount::text, h.currency, h.message, h.owner,
  h.opened_at as "openedAt", h.due_at as "dueAt", coalesce(h.due_at < now(), false) as overdue, h.digest, h.state, h.prepared_by as "preparedBy", array(select m.team_id from team_member m where m.user_id = h.prepared_by) as "preparedIn", (select u.name from app_user u where u.id = h.prepared_by) as "preparedByName", h.evidence->>'period' as period, coalesce((h.evidence->>'personsNeeded')::int, 1) as "personsNeeded",
  coalesce((select json_agg(json_build_object('author', coalesce(u.name, d.author), 'at', to_char(d.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by d.created_at) from hold_decision d left join app_user u on u.id = d.author
    where d.hold_id = h.id and ${decisionStands} and d.verdict = 'approve'), '[]') as approvals,
  ${stops} as "alsoException"`;

/** `stopped`: those that an exception stops besides; without it those that count as held. */
export interface HoldFilter { rule?: string | undefined; stopped?: boolean | undefined; sort: "money" | "age"; cursor?: string | undefined; limit: number }
const firstBy = { money: "-h.amount", age: "0::numeric" } as const;

/** Active holds, largest first or oldest first, by keyset. */
export async function holdPage(query: Query, entities: Entities, { rule, stopped, sort, cursor, limit }: HoldFilter): Promise<Page<HoldRowView>> {
  const key = firstBy[sort];
  return pageOf(await query.rows<HoldRowView & { at: string[] }>(
    `select ${columns}, array[(${key})::text, h.opened_at::text, h.id::text] as at from hold h join subject s on s.id = h.subject_id
     where h.state = 'active' and ($1::text[] is null or h.entity = any($1)) and ($2::text is null or h.rule = $2) and ${stops} = $3 and ($4::numeric is null or (${key}, h.opened_at, h.id) > ($4, $5::timestamptz, $6::bigint))
     order by ${key}, h.opened_at, h.id limit $7`, [entities, rule ?? null, stopped ?? false, ...placeOf(cursor, 3), limit + 1]), limit);
}

/** The active ones of these holds, largest first, with who prepared each. */
export const holdsById = (query: Query, entities: Entities, ids: readonly string[]): Promise<HoldRowView[]> =>
  query.rows<HoldRowView>(`select ${columns} from hold h join subject s on s.id = h.subject_id where h.state = 'active' and h.id = any($1::bigint[]) and ($2::text[] is null or h.entity = any($2)) order by h.amount desc, h.id`, [ids, entities]);

/** Of the whole document; others are of a line or another part of it. */
const whole = "(h.rule = 'MANUAL' or h.slot in ('', 'order'))";

/**
 * Holds by reason: how many are active, and the money that they hold. Money counts each document once, under its oldest
 * hold of the whole, and each part of it once where nothing holds the whole (domain reference 2.6). What an exception stops besides counts as exception: it stands apart, and in no sum of what is held.
 */
export const holdReasons = (query: Query, entities: Entities): Promise<HoldReason[]> =>
  query.rows<HoldReason>(
    `select rule, count(*)::int as count, coalesce(sum(amount) filter (where counts), 0)::text as amount, currency, stopped from (
       select h.rule, h.amount, h.currency, row_number() over (partition by h.subject_id, case when ${whole} and h.amount <> 0 then '' else h.slot end, h.amount <> 0 order by h.opened_at, h.id) = 1
         and (${whole} or not bool_or(${whole} and h.amount <> 0) over (partition by h.subject_id)) as counts, ${stops} as stopped
       from hold h where h.state = 'active' and ($1::text[] is null or h.entity = any($1))) each group by rule, currency, stopped order by coalesce(sum(amount) filter (where counts), 0) desc, rule`, [entities]);

/** What waits for a person at this moment, holds and open exceptions by code, each with the orders that it is about. */
export const undecided = (query: Query): Promise<{ code: string; orders: string[] }[]> =>
  query.rows(`select o.code, array(select i.value from subject_identifier i where i.subject_id = s.id and i.kind = 'order' union select coalesce(s.number, s.key) where s.kind = 'order' union select s.key where s.kind = 'order') as orders
     from (select rule as code, subject_id from hold where state = 'active' union select code, subject_id from exception_item where state = 'open') o join subject s on s.id = o.subject_id order by o.code, s.id`);

/** How many holds count as held. */
export const heldCount = "(select count(*)::int from hold h where h.state = 'active' and not " + stops + " and ($1::text[] is null or h.entity = any($1)))";

export interface HoldDetail extends HoldRowView { releasedBy: string; evidence: Record<string, unknown>; blocks: string[]; decisions: { author: string; verdict: string; reason: string; at: string; stands: boolean }[]; notes: { id: string; author: string; text: string; createdAt: string }[]; orderNumbers: string[] }

export async function holdDetail(query: Query, entities: Entities, id: string): Promise<HoldDetail | null> {
  return one<HoldDetail>(query,
    `select ${columns}, h.released_by as "releasedBy", h.evidence, h.blocks,
       coalesce((select json_agg(json_build_object('author', coalesce(u.name, d.author), 'verdict', d.verdict, 'reason', d.reason, 'at', to_char(d.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'stands', ${decisionStands}) order by d.created_at)
         from hold_decision d left join app_user u on u.id = d.author where d.hold_id = h.id), '[]') as decisions,
       coalesce((select json_agg(json_build_object('id', n.id::text, 'author', coalesce(u.name, n.author), 'text', n.text, 'createdAt', n.created_at) order by n.id desc) from note n left join app_user u on u.id = n.author where n.about_kind = 'hold' and n.about_id = h.id::text), '[]') as notes,
       coalesce((select array_agg(i.value) from subject_identifier i where i.subject_id = h.subject_id and i.kind = 'order'), '{}') as "orderNumbers"
     from hold h join subject s on s.id = h.subject_id where h.id = $1 and ($2::text[] is null or h.entity = any($2))`, [id, entities]);
}
