import type { PostingDesk } from "@/server/api/desk";
import { instantOn, localDay } from "@/server/domain/calendar";
import { canonicalJson } from "@/server/domain/commands";
import { addDays, type Day, type Instant } from "@/server/domain/instant";
import { guardAuthor, isPosting, mayLimit, mayResume } from "@/server/domain/posting-brake";
import { excessText, judge, liftsAbove, limitsOf, nothingClaimed, raised, withFixed, type Claimed, type ClaimedDay, type Excess, type FixedLimits, type GuardLimits } from "@/server/domain/posting-guard";
import type { Policy } from "@/server/domain/policy";
import { fail, ok } from "@/server/domain/result";
import { mayDo } from "@/server/domain/rights";
import type { Clock } from "@/server/pipeline/ports";
import type { CommandRow, Rows } from "./rows";

/** One stop with both of its names; until it is released nobody has released it. */
export interface Stop { entity: string; since: Instant; by: string; reason: string; excess: Excess | null; released: { at: Instant; by: string; raisedTo: string | null } | null }
/** The brake of an entity: its stop, the guard's figures of the day, and the documents that wait alone. */
export interface Brake {
  stop: Stop | null; day: Day | null; dayEnds: Instant; claimed: Claimed; limits: GuardLimits; fixed: FixedLimits; past: ClaimedDay[];
  /** By command; bound to the content that was judged. */
  aside: Map<string, { digest: string; isReleased: boolean }>;
}

const noLimits: GuardLimits = { count: null, money: {} };
export function brakeOf(rows: Rows, entity: string): Brake {
  let brake = rows.brakes.get(entity);
  if (!brake) rows.brakes.set(entity, (brake = { stop: null, day: null, dayEnds: "", claimed: nothingClaimed, limits: noLimits, fixed: { count: null, money: {} }, past: [], aside: new Map() }));
  return brake;
}

const digestOf = (row: CommandRow): string => canonicalJson(row.payload);
/** A new posting that waits: all of the entity are stopped, or this one is too large as it is. */
export function isHeldBack(rows: Rows, row: CommandRow): boolean {
  const brake = rows.brakes.get(row.entity);
  if (!brake || row.state !== "wanted" || !isPosting(row.kind)) return false;
  const aside = brake.aside.get(row.id);
  return brake.stop !== null || (aside !== undefined && !aside.isReleased && aside.digest === digestOf(row));
}

function stop(rows: Rows, entity: string, since: Instant, by: string, reason: string, excess: Excess | null): void {
  const made: Stop = { entity, since, by, reason, excess, released: null };
  brakeOf(rows, entity).stop = made;
  rows.stops.push(made);
}

/** Whether a batch of new postings may leave now, and counts it. What stands in its way is settled: a new day begins, the guard stops the entity, or sets documents aside. */
export function mayLeave(rows: Rows, postings: readonly CommandRow[], { calendar }: Pick<Policy, "calendar">, now: Instant): boolean {
  const [first] = postings;
  if (!first) return true;
  const brake = brakeOf(rows, first.entity);
  if (brake.dayEnds <= now) {
    const today = localDay(calendar, now), isSameDay = brake.day === today;
    if (brake.day !== null && !isSameDay && brake.claimed.count > 0) brake.past.push({ day: brake.day, ...brake.claimed });
    Object.assign(brake, { day: today, dayEnds: instantOn(calendar, addDays(today, 1), 0), claimed: isSameDay ? brake.claimed : nothingClaimed, limits: limitsOf(brake.past, today, calendar, brake.fixed) });
    return false;
  }
  const verdict = judge(brake.limits, brake.claimed, postings.map((row) => {
    const aside = brake.aside.get(row.id);
    return { id: row.id, amount: row.amount?.amount ?? null, currency: row.amount?.currency ?? null, isCounted: row.attempts > 0, isReleased: aside?.isReleased === true && aside.digest === digestOf(row) };
  }));
  if (verdict.kind === "claimed") brake.claimed = verdict.claimed;
  if (verdict.kind === "exceeded") stop(rows, first.entity, now, guardAuthor, excessText(verdict.excess), verdict.excess);
  if (verdict.kind === "too_large") for (const { id } of verdict.documents) { const row = postings.find((posting) => posting.id === id); if (row) brake.aside.set(id, { digest: digestOf(row), isReleased: false }); }
  return verdict.kind === "claimed";
}

/** The acts of `server/db/desk/postings.ts`, without a database and their audit. */
export function createMemoryPostings(rows: Rows, clock: Clock): PostingDesk {
  return {
    stop(person, entity, reason) {
      const allowed = mayDo(person.grants, "postings.stop", entity);
      if (!allowed.ok) return Promise.resolve(allowed);
      if (brakeOf(rows, entity).stop) return Promise.resolve(fail("CONFLICT", `Postings of ${entity} are stopped already`));
      stop(rows, entity, clock.now(), person.id, reason, null);
      return Promise.resolve(ok(true));
    },
    resume(person, entity, since, _reason, raisedTo = null) {
      const brake = brakeOf(rows, entity), stopped = brake.stop;
      const allowed = stopped ? mayResume(person, { entity, stoppedBy: stopped.by }) : mayDo(person.grants, "postings.resume", entity);
      if (!allowed.ok) return Promise.resolve(allowed);
      if (stopped?.since !== since) return Promise.resolve(fail("CONFLICT", "They are not stopped, or were stopped again since this was shown"));
      const excess = brake.dayEnds <= clock.now() ? null : stopped.excess;
      if (excess && !liftsAbove(excess, raisedTo ?? "")) return Promise.resolve(fail("LIMIT", `Give the limit with which the day goes on, at least ${excess.reached}`, "raisedTo"));
      if (excess && raisedTo !== null) brake.limits = raised(brake.limits, excess, raisedTo);
      stopped.released = { at: clock.now(), by: person.id, raisedTo: excess ? raisedTo : null };
      brake.stop = null;
      return Promise.resolve(ok(true));
    },
    limit([person, second], entity, change) {
      const allowed = mayLimit(person, second, entity);
      if (!allowed.ok) return Promise.resolve(allowed);
      const brake = brakeOf(rows, entity), next = withFixed(brake.fixed, change);
      if (!next.ok) return Promise.resolve(next);
      for (const [id, { isReleased }] of brake.aside) if (!isReleased) brake.aside.delete(id);
      Object.assign(brake, { fixed: next.value, dayEnds: "" });
      return Promise.resolve(next);
    },
    release(person, command, digest) {
      const row = [...rows.live].find(({ id }) => id === command), brake = row ? brakeOf(rows, row.entity) : null, aside = brake?.aside.get(command);
      if (!row || !aside || aside.isReleased || aside.digest !== digest || digestOf(row) !== digest) return Promise.resolve(fail("CONFLICT", "It has changed, is gone or was released since this was shown"));
      const allowed = mayDo(person.grants, "postings.resume", row.entity);
      if (allowed.ok) aside.isReleased = true;
      return Promise.resolve(allowed);
    },
  };
}
