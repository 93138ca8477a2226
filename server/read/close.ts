import type { Proof } from "@/server/domain/conservation/evaluate";
import { unexplainedDifference } from "@/server/domain/conservation/evaluate";
import { blockersOf, figuresDigest, type Blocker, type CloseFigures } from "@/server/domain/close/readiness";
import type { CloseStep, SignState } from "@/server/domain/close/signing";
import { lateSinceClose, unbilledTotals, type CloseAsOf, type LateShipment, type UnbilledShipment } from "@/server/domain/close/unbilled";
import type { Instant } from "@/server/domain/instant";
import { blockingCounts, gapsUpTo, reconciled, type CloseScope } from "./close-blocking";
import { unbilledAsOf, type UnbilledAsOf } from "./close-unbilled";
import type { Query } from "./query";
import { proveAlive } from "./tower-money";

export interface CloseView { figures: CloseFigures; blockers: Blocker[]; digest: string; unbilled: UnbilledAsOf; drifts: Proof[] }

export type Proven = Awaited<ReturnType<typeof proveAlive>>;
/**
 * Everything that a close looks at, as of (day, known). The equations, the books, what is on its way and what is missing are always as they stand now. `proven`: the
 * entity's equations, where somebody has proved them just now.
 */
export async function closeView(query: Query, scope: CloseScope, proven: Promise<Proven> = proveAlive(query, [scope.entity])): Promise<CloseView> {
  const { entity, zone, asOf } = scope;
  const [proof, reconciliation, held, exceptions, unposted, gaps, unbilled] = await Promise.all([
    proven, reconciled(query, scope), blockingCounts(query, "held", scope), blockingCounts(query, "exceptions", scope), blockingCounts(query, "unposted", scope), gapsUpTo(query, scope), unbilledAsOf(query, { entity, zone, asOf }),
  ]);
  const { covered, alive, wrong } = proof, unexplained = { ...unexplainedDifference(wrong), drifts: wrong.length, covered, alive };
  const figures: CloseFigures = { asOf, unexplained, reconciliation, held, exceptions, unposted, gaps, unbilled: unbilledTotals(unbilled.rows) };
  return { figures, blockers: blockersOf(figures), digest: figuresDigest(figures, unbilled.rows), unbilled, drifts: wrong };
}

type SignedRow = Pick<UnbilledShipment, "order" | "shipment" | "currency" | "goods" | "charges" | "total" | "accrued" | "shippedOn" | "titleOn">;
/** A signature as it was given, with what was signed. */
export interface SignOff {
  id: string; entity: string; period: string; from: string; to: string; asOf: CloseAsOf; figures: CloseFigures; blockers: Blocker[]; digest: string; state: SignState; reason: string | null;
  preparedBy: string; preparedByName: string; preparedAt: Instant; confirmedByName: string | null; confirmedAt: Instant | null; confirmReason: string | null; withdrawnByName: string | null; withdrawnAt: Instant | null; withdrawReason: string | null;
}
/** Signatures of a period, the newest first: at most one of them stands. */
export async function signOffs(query: Query, entity: string, period: string): Promise<SignOff[]> {
  return (await query.rows<Omit<SignOff, "asOf"> & { day: string; known: Instant }>(
    `select s.id, s.entity, s.period, s.from_day::text as "from", s.to_day::text as "to", s.to_day::text as day, s.known_at as known, s.figures, s.blockers, s.digest, s.state, s.reason, s.prepared_by as "preparedBy", coalesce(p.name, s.prepared_by) as "preparedByName", s.prepared_at as "preparedAt",
       coalesce(c.name, s.confirmed_by) as "confirmedByName", s.confirmed_at as "confirmedAt", s.confirm_reason as "confirmReason", coalesce(w.name, s.withdrawn_by) as "withdrawnByName", s.withdrawn_at as "withdrawnAt", s.withdraw_reason as "withdrawReason"
     from close_sign_off s left join app_user p on p.id = s.prepared_by left join app_user c on c.id = s.confirmed_by left join app_user w on w.id = s.withdrawn_by where s.entity = $1 and s.period = $2 order by s.prepared_at desc, s.id desc limit 50`, [entity, period]))
    .map(({ day, known, ...row }) => ({ ...row, asOf: { day, known } }));
}
const signedRows = (query: Query, id: string): Promise<SignedRow[]> =>
  query.rows(`select subject_id as "order", shipment, currency, goods::text, charges::text, total::text, accrued::text, shipped_on::text as "shippedOn", title_on::text as "titleOn" from close_sign_off_row where sign_off_id = $1 order by total desc, subject_id, shipment`, [id]);

/** What became known of a signed period since: its figures as of now, shipment by shipment, less those that were signed. */
export async function lateSince(query: Query, signed: SignOff, zone: string, now: Instant): Promise<LateShipment[]> {
  const rows = await signedRows(query, signed.id), asOf = { day: signed.asOf.day, known: now };
  const { rows: present, changes, titles } = await unbilledAsOf(query, { entity: signed.entity, zone, asOf, besides: rows.map(({ order }) => order) });
  return lateSinceClose({ rows, asOf: signed.asOf }, present, changes, titles);
}

export interface StepRow { step: CloseStep; done: boolean; person: string; at: Instant; note: string }
export const closeStepRows = (query: Query, entity: string, period: string): Promise<StepRow[]> =>
  query.rows(`select c.step, c.done, coalesce(u.name, c.person) as person, c.at, c.note from close_step c left join app_user u on u.id = c.person where c.entity = $1 and c.period = $2`, [entity, period]);

export const reopeningAction = "close.ask_reopening";
/** Who asked for a period to be reopened, the newest first. */
export const reopeningsAsked = (query: Query, entity: string, period: string): Promise<{ person: string; at: Instant; reason: string | null }[]> =>
  query.rows("select coalesce(u.name, a.actor) as person, a.at, a.reason from audit_entry a left join app_user u on u.id = a.actor where a.about_kind = 'close' and a.about_id = $1 and a.action = $2 order by a.id desc limit 20", [`${entity}/${period}`, reopeningAction]);
