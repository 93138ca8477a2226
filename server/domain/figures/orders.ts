import { dec, text, type DecimalString } from "../decimal";
import { addMs, epochMs, hours, type Day, type Instant } from "../instant";
import type { BusinessCalendar } from "../policy";
import { stageTable, type Stage } from "../stages";
import { elapsedMs, inWindow, type Window } from "./time";

/** What the order figures look at: one row for each managed order. */
export interface OrderRow {
  order: string; placed: Instant; blanket: boolean;
  /** Release date of an order that had to wait for it; null where it never waited. */
  scheduledFor: Instant | null;
  completeAt: Instant | null; cancelledAt: Instant | null; cancelledBeforeRelease: boolean;
  stage: Stage | null; stageSince: Instant | null; stageDue: Day   | null;
  /** Open and unbilled value in one currency: the shade of the matrix. */
  value: DecimalString; currency: string;
  touches: readonly Touch[];
}
/** An act by a person that changed the outcome. */
export interface Touch { at: Instant; what: "retry" | "restart" | "edit" | "mapping" | "hold_released" | "hold_rejected" | "reroute" | "resolve" | "manual_posting" | "hand_edit"; byPolicy: boolean }

const alive = (row: OrderRow, now: Instant): boolean => row.placed <= now && (row.completeAt === null || row.completeAt > now) && (row.cancelledAt === null || row.cancelledAt > now);
const waits = (row: OrderRow, now: Instant): boolean => row.stage === "scheduled" && (row.scheduledFor === null || row.scheduledFor > now);

/** Orders in flight, with blankets and scheduled orders beside, not in it. */
export function ordersInFlight(rows: readonly OrderRow[], now: Instant): { orders: OrderRow[]; count: number; blankets: number; scheduled: number } {
  const living = rows.filter((row) => alive(row, now));
  const orders = living.filter((row) => !row.blanket && !waits(row, now));
  return { orders, count: orders.length, blankets: living.filter((row) => row.blanket).length, scheduled: living.filter((row) => !row.blanket && waits(row, now)).length };
}

/** Age in milliseconds, wall or business: since placed, or since its release date for an order that was scheduled. */
export const orderAgeMs = (row: OrderRow, now: Instant, calendar?: BusinessCalendar): number => elapsedMs(row.scheduledFor ?? row.placed, now, calendar);

/** Upper limits of the ageing buckets, half-open; the last has none. */
export const ageBuckets = [
  { name: "< 1 h", below: hours(1) }, { name: "1–4 h", below: hours(4) }, { name: "4–24 h", below: hours(24) },
  { name: "1–3 d", below: hours(72) }, { name: "3–7 d", below: hours(168) }, { name: "> 7 d", below: Infinity },
] as const;
export const bucketOf = (ms: number): number => ageBuckets.findIndex((bucket) => ms < bucket.below);

export interface AgeingRow { stage: Stage; cells: { count: number; value: DecimalString; orders: string[] }[] }
/** How an order that waits for a date stands to the day of its legal entity. */
export const dueParts = ["overdue", "today", "later", "undated"] as const;
export type DuePart = (typeof dueParts)[number];
/** A row that goes by due date and not by age. */
export interface DueRow { stage: Stage; overdue: number; today: number; later: number; undated: number }

/** The ageing matrix: each order once, in its headline stage. All rows must be of one currency, or the shade means nothing. */
export function ageingMatrix(rows: readonly OrderRow[], now: Instant, calendar?: BusinessCalendar): { aged: AgeingRow[]; due: DueRow[] } {
  const living = rows.filter((row) => alive(row, now) && !row.blanket && row.stage !== null && !stageTable[row.stage].parallel);
  const byStage = new Map<Stage, OrderRow[]>();
  for (const row of living) if (row.stage) byStage.set(row.stage, [...(byStage.get(row.stage) ?? []), row]);
  const sorted = [...byStage].sort(([a], [b]) => stageTable[a].no - stageTable[b].no);
  const byDate = (stage: Stage) => stage === "scheduled" || stage === "bill_wait";
  return {
    aged: sorted.filter(([stage]) => !byDate(stage)).map(([stage, members]) => ({ stage, cells: ageBuckets.map((_, index) => cell(members.filter((row) => bucketOf(elapsedMs(row.stageSince ?? row.placed, now, calendar)) === index))) })),
    due: sorted.filter(([stage]) => byDate(stage)).map(([stage, members]) => dueRow(stage, members, now.slice(0, 10))),
  };
}

const cell = (rows: readonly OrderRow[]) => ({ count: rows.length, value: text(rows.reduce((total, row) => total.plus(dec(row.value)), dec(0))), orders: rows.map((row) => row.order) });

function dueRow(stage: Stage, rows: readonly OrderRow[], today: Day): DueRow {
  const days = rows.map((row) => row.stageDue?.slice(0, 10) ?? null);
  return { stage, overdue: days.filter((day) => day !== null && day < today).length, today: days.filter((day) => day === today).length, later: days.filter((day) => day !== null && day > today).length, undated: days.filter((day) => day === null).length };
}

/** One part of an order in a stage with a target. `pausedMs` of its clock does not count. */
export interface StageClock { order: string; stage: Stage; dueAt: Instant | null; pausedMs?: number }

/** Orders with a part past its stage's target. */
export function pastServiceLevel(clocks: readonly StageClock[], now: Instant): string[] {
  const late = clocks.filter((clock) => clock.dueAt !== null && epochMs(addMs(clock.dueAt, clock.pausedMs ?? 0)) < epochMs(now));
  return [...new Set(late.map((clock) => clock.order))].sort();
}

export interface TouchlessRate { complete: number; touchless: number; withoutPolicyApprovals: number; rate: number | null; rateWithoutPolicyApprovals: number | null }

/** What the touchless rate counts: `complete` all orders of the window, `touchless` those nobody touched, `approved` also those with no touch but approvals that policy requires, `touched` the rest of all. */
const touchCounts = {
  complete: () => true, touchless: (row) => row.touches.length === 0, approved: (row) => row.touches.every((touch) => touch.byPolicy), touched: (row) => row.touches.length > 0,
} as const satisfies Record<string, (row: OrderRow) => boolean>;
type TouchCount = keyof typeof touchCounts;
/** Lists of orders behind the figures of a period: a part of the touchless rate, or orders whose invoices left or were posted. */
export const flowLists = ["complete", "touchless", "approved", "touched", "sent", "posted"] as const satisfies readonly (TouchCount | "sent" | "posted")[];
export type FlowList = (typeof flowLists)[number];

/** The orders of the window that a part of the touchless rate counts. */
export const ordersCounted = (rows: readonly OrderRow[], window: Window, count: TouchCount): OrderRow[] =>
  rows.filter((row) => inWindow(row.completeAt, window) && !(row.cancelledAt !== null && row.cancelledBeforeRelease) && touchCounts[count](row));

/** Orders complete in the window without a touch; and the same where approvals that policy requires are no touch. */
export function touchlessRate(rows: readonly OrderRow[], window: Window): TouchlessRate {
  const complete = ordersCounted(rows, window, "complete");
  const touchless = complete.filter(touchCounts.touchless).length;
  const withoutPolicyApprovals = complete.filter(touchCounts.approved).length;
  const share = (part: number) => (complete.length === 0 ? null : part / complete.length);
  return { complete: complete.length, touchless, withoutPolicyApprovals, rate: share(touchless), rateWithoutPolicyApprovals: share(withoutPolicyApprovals) };
}
