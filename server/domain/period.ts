import { approvalDigest, type ApprovedContent } from "./decisions";
import type { CommandKind } from "./commands";
import type { FiscalPeriods } from "./contracts/masters";
import type { Gate } from "./gate";
import type { Day, Instant } from "./instant";
import { referenceId, type Reference, type ReferenceKey } from "./plan";

/** Calendar of a legal entity's periods, as the ERP has it. */
export const periodsKey = (entity: string): ReferenceKey => ({ topic: "periods", key: entity });

export interface Period { name: string | null; open: boolean; nextOpen: Day | null }

/** The period of a day. An entity without a known calendar has no closed periods; a calendar that misses the day is closed there. */
export function periodOf(reference: Reference, entity: string, day: Day): Period {
  const calendar = reference.get(referenceId(periodsKey(entity)))?.data as FiscalPeriods | undefined;
  if (!calendar) return { name: null, open: true, nextOpen: null };
  let found: FiscalPeriods["periods"][number] | undefined, next: typeof found;
  for (const period of calendar.periods) {
    if (period.from <= day && day <= period.to && (!found || period.from < found.from)) found = period;
    if (period.from > day && period.state === "open" && (!next || period.from < next.from)) next = period;
  }
  return { name: found?.name ?? null, open: found?.state === "open", nextOpen: next?.from ?? null };
}

type PeriodState = FiscalPeriods["periods"][number]["state"];
/** A period with when the ledger brought it to its state, and when that was known here; null where it was so since the calendar was first told. */
export interface DatedPeriod { name: string; from: Day; to: Day; state: PeriodState; changes: { state: PeriodState; at: Instant; recordedAt: Instant }[] }

/** The newest calendar of `told` (oldest first), each period with every change of its state. A period that was there from the first is told without a time. */
export function periodHistory(told: readonly { data: FiscalPeriods; at: Instant; recordedAt: Instant }[]): DatedPeriod[] {
  const newest = told.at(-1);
  return (newest?.data.periods ?? []).map(({ name, from, to, state }) => {
    const changes: DatedPeriod["changes"] = [];
    let before: PeriodState | null = null;
    for (const { data, at, recordedAt } of told) {
      const now = data.periods.find((period) => period.name === name)?.state;
      if (now === undefined || now === before) continue;
      if (before !== null) changes.push({ state: now, at, recordedAt });
      before = now;
    }
    return { name, from, to, state, changes };
  }).sort((a, b) => b.from.localeCompare(a.from));
}

export interface Posting {
  slot: string; kind: CommandKind; day: Day; entity: string; amount: string; currency: string;
  content: Omit<ApprovedContent, "period">;
  what: string;
}
export interface PostingDate { day: Day; period: string | null; blockedBy: string[] }

/**
 * On which day a document lands (P16, invariant 7): its own, or by finance's decision the first day of the next open period,
 * the original date staying the tax and document date. Until then the hold PERIOD_CLOSED stops it.
 */
export function postingDate(gate: Gate, reference: Reference, posting: Posting): PostingDate {
  const period = periodOf(reference, posting.entity, posting.day);
  if (period.open) return { day: posting.day, period: period.name, blockedBy: [] };
  const { key, verdict } = gate.hold({
    rule: "PERIOD_CLOSED", slot: posting.slot, blocks: [posting.kind], amount: posting.amount, currency: posting.currency,
    message: `${posting.what} dated ${posting.day} would land in ${period.name ?? "no known period"}, which is closed.`,
    releasedBy: "Finance: next open period with the original date kept, or the period reopened.",
    evidence: { date: posting.day, period: period.name, nextOpen: period.nextOpen }, digest: approvalDigest({ ...posting.content, period: period.name }),
  });
  const consequence = verdict.decision?.data.consequence ?? "next_open_period";
  if (key === null && consequence === "next_open_period" && period.nextOpen !== null)
    return { day: period.nextOpen, period: periodOf(reference, posting.entity, period.nextOpen).name, blockedBy: [] };
  return { day: posting.day, period: period.name, blockedBy: [key ?? `PERIOD_CLOSED|${posting.slot}`] };
}
